"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logs_are_each_tests_own() -> Iterator[None]:
    yield
    structlog.reset_defaults()
