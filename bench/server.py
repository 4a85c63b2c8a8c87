"""A service that takes whatever is posted to it, fast enough never to be what is measured.

``python -m bench.server SECONDS`` answers each POST after so many seconds, with 200 and a request id as LINE does.
A GET answers how many requests came since the last GET, and how many different ones those were.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import requests

from bench.measuring import ROOT, python

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass
class Tally:
    """What came since it was last asked for."""

    requests: int = 0
    different: set[int] = field(default_factory=set)

    def take(self) -> dict[str, int]:
        taken = {"requests": self.requests, "different": len(self.different)}
        self.requests = 0
        self.different.clear()
        return taken


class Connection(asyncio.Protocol):
    """One client's connection, kept open for one request after the other."""

    numbers = count(1)

    def __init__(self, delay: float, tally: Tally) -> None:
        self._delay = delay
        self._tally = tally
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(_END)) >= 0:
            length = _LENGTH.search(self._received, 0, end + 2)
            whole = end + len(_END) + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            request, self._received = self._received[:whole], self._received[whole:]
            self._answer(request, end)

    def _answer(self, request: bytes, head: int) -> None:
        if request.startswith(b"GET "):
            self._transport.write(_response(self._tally.take()))
            return
        self._tally.requests += 1
        self._tally.different.add(hash((request.split(b" ", 2)[1], request[head:])))
        answer = _response({"id": str(next(self.numbers))})
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _response(content: dict[str, int] | dict[str, str]) -> bytes:
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}X-Line-Request-Id: {content.get('id', 0)}\r\n\r\n".encode() + body


@contextmanager
def serving(delay: float) -> Iterator[str]:
    """The address of a server in a process of its own, which answers after ``delay`` seconds."""
    command = [*python("bench.server"), str(delay)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def expect(url: str, deliveries: int) -> None:
    """Make sure that since the last time so many requests came, no two the same. Raises AssertionError."""
    tally = requests.get(url, timeout=10).json()
    assert tally == {"requests": deliveries, "different": deliveries}, tally


async def serve(delay: float) -> None:
    tally = Tally()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(delay, tally), "127.0.0.1", 0, backlog=512
    )
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
