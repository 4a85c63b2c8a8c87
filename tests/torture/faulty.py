"""A proxy over real sockets that stands before a service, and fails: as a whole, or at one request of a kind."""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

PATIENCE = 10.0
"""Seconds for the service behind, which is on this machine and does not fail."""

Connection = socket.socket | ssl.SSLSocket
Fail = Callable[["FaultyProxy", Connection, bytes], None]
"""What the client meets in place of the answer, whose bytes are given: none where the service was not asked."""


@dataclass(frozen=True)
class Fault:
    """``reaches``: whether the service behind gets the request, and so may have accepted it."""

    name: str
    reaches: bool
    fail: Fail


class Talk:
    """A protocol in which one side asks and the other answers."""

    greets = False
    """Whether the service speaks first."""

    def ask(self, connection: Connection, before: bytes) -> tuple[str, bytes]:
        """The next request: what it is called, and its bytes. Raises EOFError where none comes.

        ``before`` is the answer to the one before it."""
        raise NotImplementedError

    def answer(self, connection: Connection) -> bytes:
        """The whole answer."""
        raise NotImplementedError


class Http(Talk):
    """Requests are called ``POST /2/tweets``, ids in paths left out."""

    def ask(self, connection: Connection, before: bytes) -> tuple[str, bytes]:
        request = _message(connection)
        method, path = request.split(b" ", 2)[:2]
        place = path.decode("latin-1").partition("?")[0]
        return f"{method.decode()} {re.sub('(?<=[a-z])/[0-9]+(?=/|$)', '/{id}', place)}", request

    def answer(self, connection: Connection) -> bytes:
        return _message(connection)


class Smtp(Talk):
    """Requests are called by their verb, the greeting ``connect``, and what comes after DATA ``content``."""

    greets = True

    def ask(self, connection: Connection, before: bytes) -> tuple[str, bytes]:
        if before.startswith(b"354"):
            return "content", _until(connection, rb"(?s).*\r\n\.\r\n")
        line = _until(connection, rb"[^\n]*\n")
        return line.split()[0].decode().upper(), line

    def answer(self, connection: Connection) -> bytes:
        return _until(connection, rb"(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n")


def _until(connection: Connection, whole: bytes) -> bytes:
    data = bytearray()
    while not re.fullmatch(whole, data):
        data += _some(connection)
    return bytes(data)


def _message(connection: Connection) -> bytes:
    """One request or answer, its body included, as its length or the connection's end says."""
    data = bytearray()
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = re.findall(rb"(?im)^content-length: *(\d+)", head)
    if re.search(rb"(?im)^transfer-encoding: *chunked", head):
        while not re.search(rb"(?:^|\r\n)0\r\n\r\n$", body):
            body += _some(connection)
    elif lengths or not head.startswith(b"HTTP/") or re.match(rb"HTTP/1.[01] (1\d\d|204|304)", head):
        while len(body) < int(lengths[0] if lengths else 0):
            body += _some(connection)
    else:
        with suppress(EOFError):
            while True:
                body += _some(connection)
    return bytes(head + b"\r\n\r\n" + body)


def _some(connection: Connection) -> bytes:
    data = connection.recv(2**16)
    if not data:
        raise EOFError
    return data


@dataclass
class FaultyProxy:
    """``with FaultyProxy(port) as proxy``: what comes to ``proxy.port`` goes on to ``port`` of this machine.

    ``waiting`` holds, by what a request is called, the faults that the next ones of it meet; `fault_for` says what any
    other meets. ``met`` counts them. With ``tls`` it speaks TLS to its clients.
    """

    behind: int
    talk: Talk = field(default_factory=Http)
    tls: ssl.SSLContext | None = None
    fault_for: Callable[[str], Fault | None] = lambda _: None
    waiting: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    stopped: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listener: socket.socket | None = None
    _held: socket.socket = field(default_factory=socket.socket)
    """Has the port all the time, so that nobody else gets it while connections are refused."""

    def __enter__(self) -> Self:
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", self.port))
        self.port = self._held.getsockname()[1]
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.refuse()
        self._held.close()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Take connections, at the same port as before."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def refuse(self) -> None:
        """Refuse every connection from now on, and end those that there are."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """End every connection, as a service does with those that nobody has used for a while."""
        with self._lock:
            connections = [*self._open]
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        try:
            with suppress(OSError, EOFError), connection:
                if self.tls is None:
                    self._pass_on(connection)
                else:
                    with self.tls.wrap_socket(connection, server_side=True) as secure:
                        self._pass_on(secure)
        finally:
            with self._lock:
                self._open.discard(connection)

    def _pass_on(self, client: Connection) -> None:
        """Everything that is asked on one connection, until it ends or meets a fault, which ends it."""
        service: socket.socket | None = None
        answer, first = b"", self.talk.greets
        try:
            while True:
                name, request = ("connect", b"") if first else self.talk.ask(client, answer)
                fault = self._fault(name)
                answer = b""
                if fault is None or fault.reaches:
                    service = service or socket.create_connection(("127.0.0.1", self.behind), PATIENCE)
                    service.sendall(request)
                    answer = self.talk.answer(service)
                if fault is not None:
                    fault.fail(self, client, answer)
                    return
                client.sendall(answer)
                first = False
                if re.search(rb"(?im)^connection: *close", answer.partition(b"\r\n\r\n")[0]):
                    return
        finally:
            if service is not None:
                service.close()

    def _fault(self, name: str) -> Fault | None:
        with self._lock:
            self.seen[name] += 1
            queue = self.waiting.get(name)
            fault = queue.popleft() if queue else self.fault_for(name)
            if fault is not None:
                self.met[name, fault.name] += 1
        return fault


def reset(connection: Connection) -> None:
    """End a connection so that the other side is told of an error."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
