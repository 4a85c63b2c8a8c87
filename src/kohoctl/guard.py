"""A guard against reaching out by mistake. It is no sandbox: a plugin is code that runs with the user's rights."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence

FORBIDDEN = frozenset(
    {
        "socket.__new__",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendmsg",
        "socket.sendto",
        "subprocess.Popen",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.system",
    }
)
"""Python's audit events of opening or using a socket, and of starting another program or process."""

_guarding = 0
_installed = False


@contextmanager
def reaching_nobody() -> Iterator[None]:
    """Whatever any code tries meanwhile, no socket is opened or used and no other program is started."""
    global _guarding, _installed
    if not _installed:
        sys.addaudithook(_watch)  # can never be taken off again, so it is put on once and asks whether it is meant
        _installed = True
    _guarding += 1
    try:
        yield
    finally:
        _guarding -= 1


def _watch(event: str, _: tuple[Any, ...]) -> None:
    if _guarding and event in FORBIDDEN:
        raise KohoctlError(Sentence("nobody is reached here, and this code tried to ({event})", event=event))
