"""A real Chromium for tests: Debian's package, driven by Playwright; nothing is fetched for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; the test is skipped where there is none, unless KOHOCTL_REQUIRE_BROWSER insists on it."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None and not os.environ.get("KOHOCTL_REQUIRE_BROWSER"):
        pytest.skip("there is no Chromium here: apt-get install chromium")
    assert program, "KOHOCTL_REQUIRE_BROWSER is set, and there is no Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
