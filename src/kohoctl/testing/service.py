"""A service on this machine for a channel to send to: it answers as it is told to, or fails as services do."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from requests.structures import CaseInsensitiveDict

from kohoctl.http import ANSWER_LIMIT

BLOCK = 2**16
"""Bytes of a huge answer that are sent at a time."""


@dataclass(frozen=True)
class Request:
    """A request as the service got it. ``path`` has the query; ``headers`` are found in any case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is none."""
        return json.loads(self.body)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's values by name; the last one where a name comes twice."""
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """The values of an urlencoded form by name; the last one where a name comes twice."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """What the service answers. A mapping or a list is sent as JSON, a text as it is, nothing as an empty body."""

    status: int = 200
    body: Mapping[str, Any] | Sequence[Any] | str | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def give(self, connection: socket.socket, stopped: threading.Event) -> bool:
        """Send it, and say whether the connection stays open. ``stopped`` is set when nobody waits any more."""
        connection.sendall(self.head() + self.content())
        return True

    def content(self) -> bytes:
        """The body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()

    def head(self, length: int | None = None) -> bytes:
        """Status line and headers; ``length`` is what is said of the body's, where that is not the truth."""
        is_text = isinstance(self.body, str | bytes)
        usual = {
            "Content-Type": "text/html; charset=utf-8" if is_text else "application/json",
            "Content-Length": str(len(self.content()) if length is None else length),
        }
        headers = CaseInsensitiveDict(usual)
        headers.update(self.headers)
        lines = [f"HTTP/1.1 {self.status} {self.status}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


class Reset(Answer):
    """The connection is reset once the request is there."""

    def give(self, connection: socket.socket, stopped: threading.Event) -> bool:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


class Silence(Answer):
    """The request is there, and no answer ever comes."""

    def give(self, connection: socket.socket, stopped: threading.Event) -> bool:
        stopped.wait()
        return False


class CutOff(Answer):
    """An answer of which the connection's end cuts off the second half."""

    def give(self, connection: socket.socket, stopped: threading.Event) -> bool:
        whole = self.content() or b'{"id": "1"'
        connection.sendall(self.head(length=2 * len(whole)) + whole)
        return False


class Huge(Answer):
    """An answer that is longer than anybody reads, and goes on."""

    def give(self, connection: socket.socket, stopped: threading.Event) -> bool:
        connection.sendall(self.head(length=2**40))
        for _ in range(ANSWER_LIMIT // BLOCK + 16):
            connection.sendall(bytes(BLOCK))
        stopped.wait()
        return False


class Service:
    """``with Service() as service``: at ``service.url`` it gives each request to ``answer`` and keeps it.

    One object may be asked by several threads at once.
    """

    def __init__(self, answer: Callable[[Request], Answer] | None = None, port: int = 0) -> None:
        self.answer: Callable[[Request], Answer] = answer or self._usual
        self.requests: list[Request] = []
        """What came, the oldest first."""
        self.failure: Exception | None = None
        """What ``answer`` itself raised, if it did; the channel was then told 500."""
        self.stopped = threading.Event()
        self.port = port
        """Where it listens; any port, where this one is taken."""

    def __enter__(self) -> Self:
        try:
            self._server = _Server(("127.0.0.1", self.port), _Handler)
        except OSError:
            self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.service = self
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        serve = threading.Thread(target=self._server.serve_forever, args=(0.005,), name="service", daemon=True)
        serve.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Refuse every connection from now on."""
        if not self.stopped.is_set():
            self.stopped.set()
            self._server.shutdown()
            self._server.server_close()

    def take(self, request: Request) -> Answer:
        """Keep the request, and answer it."""
        self.requests.append(request)
        try:
            return self.answer(request)
        except Exception as error:  # noqa: BLE001 -- an author's own code, in a thread where nobody would see it
            self.failure = error
            return Answer(500, {"error": "the contract's own answer failed"})

    def _usual(self, request: Request) -> Answer:
        return Answer(200, {"id": "1", "url": f"{self.url}/1"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    service: Service


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle(self) -> None:
        with suppress(OSError):  # the channel hung up first
            super().handle()

    def _take(self) -> None:
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict(self.headers.items())
        request = Request(self.command, self.path, headers, self._body())
        answer = self.server.service.take(request)
        self.close_connection = not answer.give(self.connection, self.server.service.stopped)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunk(self) -> bytes:
        chunk = self.rfile.read(int(self.rfile.readline().partition(b";")[0], 16))
        self.rfile.readline()
        return chunk

    def log_message(self, *_: object) -> None:
        """Nothing: what came is in ``requests``."""

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _take  # noqa: N815 -- http.server's names
