"""An HTTP server that fails in one chosen way, byte by byte, and counts what reached it."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

import pytest

from kohoctl import Refused, Unreached

Fault = Callable[["FaultyServer", socket.socket], None]
"""What to do with a connection; the server closes it afterwards."""


@contextmanager
def raises_unknown() -> Iterator[None]:
    """Something is raised, and it is neither `Refused` nor `Unreached`: the outcome is unknown."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- which one it is says nothing more
        yield
    assert not isinstance(caught.value, Refused | Unreached)


@dataclass
class FaultyServer:
    """``with FaultyServer(fault) as server``: at ``server.url`` every connection meets ``fault``.

    ``requests`` holds each request that was read, as bytes; ``connections`` counts them all. With ``tls`` the address
    is an https one.
    """

    fault: Fault
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def read_request(self, connection: socket.socket) -> None:
        """Read one request, its body included, and keep it."""
        data = bytearray()
        while b"\r\n\r\n" not in data:
            data += _some(connection)
        head, _, body = data.partition(b"\r\n\r\n")
        sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while len(body) < int(sizes[0] if sizes else 0):
            body += _some(connection)
        self.requests.append(bytes(head + b"\r\n\r\n" + body))

    def _accept(self) -> None:
        workers = []
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                workers.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
                workers[-1].start()
        for worker in workers:
            worker.join(5)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, EOFError), connection:
            if self.tls is None:
                self.fault(self, connection)
                return
            with self.tls.wrap_socket(connection, server_side=True) as secure:
                self.fault(self, secure)


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(2**16)
    if not data:
        raise EOFError
    return data


def answers(*parts: bytes) -> Fault:
    """Read the request and send ``parts`` as they are; then hang up."""

    def fault(server: FaultyServer, connection: socket.socket) -> None:
        server.read_request(connection)
        for part in parts:
            connection.sendall(part)

    return fault


def http(status: str, *headers: str, body: bytes = b"", length: int | None = None) -> bytes:
    """An answer as bytes. ``length`` is what it says of its body's length, where that is not the truth."""
    said = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {said}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def hangs_up(server: FaultyServer, connection: socket.socket) -> None:
    """Close the connection without a word, once the request is there."""
    server.read_request(connection)


def resets_at_once(server: FaultyServer, connection: socket.socket) -> None:
    """Reset the connection before anything is read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def resets_after_reading(server: FaultyServer, connection: socket.socket) -> None:
    """Reset the connection once the request is there."""
    server.read_request(connection)
    resets_at_once(server, connection)


def resets_in_handshake(server: FaultyServer, connection: socket.socket) -> None:
    """Reset the connection once the first bytes of a TLS handshake, or of a request, are there."""
    _some(connection)
    resets_at_once(server, connection)


def stalls(server: FaultyServer, connection: socket.socket) -> None:
    """Read the request and say nothing."""
    server.read_request(connection)
    server.stopped.wait()


def never_reads(server: FaultyServer, connection: socket.socket) -> None:
    """Say nothing and read nothing."""
    server.stopped.wait()


def trickles(beginning: bytes, drop: bytes) -> Fault:
    """Read the request, send ``beginning``, then ``drop`` again and again, a little at a time, without an end."""

    def fault(server: FaultyServer, connection: socket.socket) -> None:
        server.read_request(connection)
        connection.sendall(beginning)
        while not server.stopped.wait(0.02):
            connection.sendall(drop)

    return fault


def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
