"""A small notice board over HTTP, for the tests: it counts what arrives, and fails as it is told to."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit


class BoardServer:
    """``with BoardServer() as board: board.url``; what was accepted stands in ``accepted``, in order.

    ``faults`` is a queue of what the next requests to post meet, one each: ``refused`` (400), ``forbidden`` (403),
    ``busy`` (429), ``broken`` (500 before anything is kept), ``lost`` (kept, then 500), ``reset-before`` and
    ``reset-after`` keeping it, ``stall`` (kept, then no answer), ``no-json``, ``none`` (as ever).
    """

    def __init__(self) -> None:
        self.accepted: list[dict[str, Any]] = []
        self.arrived: Counter[str] = Counter()
        self.faults: deque[str] = deque()
        self.retry_after: str | None = "0"
        self.delay = 0.0
        self.forgotten = 0
        self.at_once = 0
        self.most_at_once = 0
        self.lock = threading.Lock()
        self.released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.board = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def keys(self) -> list[str]:
        return [post["key"] for post in self.accepted]

    def __enter__(self) -> BoardServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def forget_keys(self) -> None:
        """A day passes, after which no key is known any more; what was posted stays."""
        with self.lock:
            self.forgotten = len(self.accepted)

    def keep(self, key: str, post: dict[str, Any], guarded: bool) -> tuple[int, int]:
        """The status and the number of a post: one that is there already, where the client asks to be guarded."""
        with self.lock:
            self.arrived[key] += 1
            remembered = range(self.forgotten, len(self.accepted))
            known = [number for number in remembered if self.accepted[number]["key"] == key]
            if guarded and known:
                return 409, known[0]
            self.accepted.append({"key": key, **post})
            return 201, len(self.accepted) - 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    board: BoardServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # the answer leaves in one piece
    server: _Server
    statuses: ClassVar[dict[str, int]] = {"refused": 400, "forbidden": 403, "busy": 429, "broken": 500}

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # the other side hung up, as it may

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        key = parse_qs(urlsplit(self.path).query).get("key", [""])[0]
        found = [number for number, post in enumerate(self.server.board.accepted) if post["key"] == key]
        self._answer(200, {"found": [str(number) for number in found]})

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, {})

    def do_POST(self) -> None:
        board = self.server.board
        with board.lock:
            board.at_once += 1
            board.most_at_once = max(board.most_at_once, board.at_once)
            fault = board.faults.popleft() if board.faults else "none"
        try:
            self._take(board, fault)
        finally:
            with board.lock:
                board.at_once -= 1

    def _take(self, board: BoardServer, fault: str) -> None:
        post = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        if board.delay:
            board.released.wait(board.delay)
        if fault in self.statuses:
            self._answer(self.statuses[fault], {"error": f"{fault}: {json.dumps(post, ensure_ascii=False)}"})
            return
        if fault == "reset-before":
            self._reset()
            return
        status, number = board.keep(key, post, "Guarded" in self.headers)
        if fault == "reset-after":
            self._reset()
        elif fault == "lost":
            self._answer(500, {"error": "kept, but who knows"})
        elif fault == "stall":
            board.released.wait(30)
            self._reset()
        elif fault == "no-json":
            self._send(201, b"<html>thank you</html>")
        else:
            self._answer(status, {"id": str(number)})

    def _answer(self, status: int, value: dict[str, Any]) -> None:
        self._send(status, json.dumps(value, ensure_ascii=False).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429 and self.server.board.retry_after is not None:
            self.send_header("Retry-After", self.server.board.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


if __name__ == "__main__":
    import time

    with BoardServer() as server:
        print(server.url, flush=True)
        while True:
            time.sleep(1)
