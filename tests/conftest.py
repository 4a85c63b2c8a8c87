"""What holds for every test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from kohoctl import language, logs

SLOW_RULES = ("[threads]", "[timeout]", "[huge]")
"""The rules of the contract that take a second or more with each kind."""


MEMORY = Path("/dev/shm")
ROOM = 2**30
"""Bytes: many times what a run needs. A container often has no more than 64 MB there."""
FOLDER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files in memory where that is possible: a disk would be waited for thousands of times."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        folder = tempfile.mkdtemp(prefix="kohoctl-tests-", dir=MEMORY)
        os.environ["TMPDIR"] = tempfile.tempdir = config.stash[FOLDER] = folder


@pytest.hookimpl(trylast=True)  # after the workers' end
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Give the memory back; whoever looks into a failure finds the files."""
    if exitstatus == pytest.ExitCode.OK and FOLDER in session.config.stash:
        shutil.rmtree(session.config.stash[FOLDER], ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before those that are not wanted are taken out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.name.endswith(SLOW_RULES):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _logs_are_each_tests_own() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logs._own = logs._wanted = None


@pytest.fixture(autouse=True)
def _english_is_spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the locale of whoever runs the tests, and whatever the test before spoke."""
    monkeypatch.setenv("KOHOCTL_LANG", language.ENGLISH)
    monkeypatch.setenv("LANGUAGE", language.ENGLISH)
    yield
    language.speak(language.ENGLISH)
