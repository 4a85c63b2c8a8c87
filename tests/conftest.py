"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from kohoctl import language, logs

SLOW_RULES = ("[threads]", "[timeout]", "[huge]")
"""The rules of the contract that take a second or more with each kind."""


@pytest.hookimpl(tryfirst=True)  # before those that are not wanted are taken out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.name.endswith(SLOW_RULES):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _logs_are_each_tests_own() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logs._own = None


@pytest.fixture(autouse=True)
def _english_is_spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the locale of whoever runs the tests, and whatever the test before spoke."""
    monkeypatch.setenv("KOHOCTL_LANG", language.ENGLISH)
    monkeypatch.setenv("LANGUAGE", language.ENGLISH)
    yield
    language.speak(language.ENGLISH)
