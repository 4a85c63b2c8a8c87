"""A real WordPress for tests, one for all the workers of a test run; `wordpress.sh` starts it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from filelock import FileLock

SCRIPT = Path(__file__).with_name("wordpress.sh")
NOT_TO_BE_HAD = 77
"""The script's exit code where there are no packages."""


@dataclass(frozen=True)
class WordPressSite:
    """A running site; ``passwords`` holds the application password of each user: editor, author and contributor."""

    url: str
    passwords: dict[str, str]

    def call(self, method: str, path: str, user: str = "editor", **request: Any) -> Any:
        """What the site's REST interface answers, for looking at it and for playing a person at the site."""
        url = f"{self.url}/wp-json/wp/v2/{path}"
        response = requests.request(method, url, auth=(user, self.passwords[user]), timeout=30, **request)
        response.raise_for_status()
        return response.json()

    def posts(self, slug: str, kind: str = "posts") -> Any:
        """The posts whose slug is ``slug`` or, by WordPress's hand, begins so: drafts, and those in the trash, too."""
        query: dict[str, str] = {"status": "any,trash", "context": "edit", "per_page": "100"}
        return [post for post in self.call("GET", kind, params=query) if post["slug"].startswith(slug)]


@contextlib.contextmanager
def running_wordpress(shared: Path) -> Iterator[WordPressSite]:
    """The site of the test run whose workers share the folder ``shared``: the first starts it, the last stops it.

    Skips where there are no packages to start it from.
    """
    folder, users = shared / "wordpress", shared / "wordpress-users"
    lock = FileLock(shared / "wordpress.lock")
    with lock:
        count = int(users.read_text()) if users.exists() else 0
        if count == 0:
            _start(folder)
        users.write_text(str(count + 1))
    try:
        yield WordPressSite((folder / "url").read_text(), json.loads((folder / "users").read_text()))
    finally:
        with lock:
            count = int(users.read_text()) - 1
            users.write_text(str(count))
            if count == 0:
                subprocess.run([SCRIPT, "stop", folder], check=True)


def _start(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = subprocess.run([SCRIPT, "start", folder, str(port)], capture_output=True, text=True, check=False)
    if result.returncode == NOT_TO_BE_HAD and not os.environ.get("KOHOCTL_REQUIRE_WORDPRESS"):
        pytest.skip(result.stderr.strip())
    assert result.returncode == 0, result.stderr
    (folder / "url").write_text(f"http://127.0.0.1:{port}")
