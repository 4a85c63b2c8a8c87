"""A stand-in for the LINE Messaging API on this machine: what it takes, what it refuses, and how it can fail.

It checks each request with the request models of LINE's own SDK and with the service's written limits, keeps retry keys
as the service does, and keeps what it accepted. ``python -m servers.line --port 8001`` runs it by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from time import monotonic
from typing import Any, Literal, Self

from linebot.v3.messaging import models

TOKEN = "a-channel-access-token"
BODY_LIMIT = 2 * 2**20
RETRY_KEY_LIFE = 24 * 60 * 60.0
MODELS: Mapping[str, Any] = {
    "/v2/bot/message/broadcast": models.BroadcastRequest,
    "/v2/bot/message/multicast": models.MulticastRequest,
    "/v2/bot/message/push": models.PushMessageRequest,
}
TO = {"/v2/bot/message/multicast": r"U[0-9a-f]{32}", "/v2/bot/message/push": r"[UCR][0-9a-f]{32}"}

Answer = Literal["usual", "drop", "stall", "cut-off", "not-json", "huge", "redirect", "no-id", "500", "503", "403"]
TOO_MANY = {
    "rate": "The API rate limit has been exceeded. Try again later.",
    "quota": "You have reached your monthly limit.",
    "concurrency": "The maximum number of concurrent operations has been exceeded.",
}


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Accepted:
    """Messages that went out."""

    id: str
    path: str
    retry_key: str | None
    body: Mapping[str, Any]


@dataclass
class LineServer:
    """``with LineServer() as server``: it answers at ``server.url`` until the block ends.

    ``now`` is its clock in seconds, for retry keys.
    """

    port: int = 0
    token: str = TOKEN
    now: Callable[[], float] = monotonic
    requests: list[Request] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    _next: deque[tuple[bool, str]] = field(default_factory=deque)
    _keys: dict[str, tuple[float, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"line": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()

    def misbehave(self, answer: Answer, *, accepts: bool) -> None:
        """Answer the next request so, having accepted its message before that or not."""
        self._next.append((accepts, answer))

    def too_many(self, cause: Literal["rate", "quota", "concurrency"]) -> None:
        """Refuse the next request with 429."""
        self._next.append((False, cause))

    def answer(self, request: Request) -> tuple[str, int, dict[str, str], Any]:
        """What to answer, and how: the manner, the status, headers and JSON."""
        with self._lock:
            self.requests.append(request)
            accepts, manner = self._next.popleft() if self._next else (True, "usual")
            if manner in TOO_MANY:
                return "usual", 429, {}, {"message": TOO_MANY[manner]}
            status, headers, content = self._usual(request) if accepts else (500, {}, {"message": "Internal error"})
        if manner in ("500", "503", "403"):
            return "usual", int(manner), {}, {"message": "Something went wrong"}
        return manner, status, headers, content

    def _usual(self, request: Request) -> tuple[int, dict[str, str], Any]:
        key = request.headers.get("x-line-retry-key")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return 401, {}, {"message": "Authentication failed. Confirm that the access token is valid."}
        if wrong := _wrong(request, key):
            return (404 if wrong == "Not found" else 400), {}, {"message": wrong, "details": _details(request)}
        if request.path not in MODELS:
            return 200, {}, {}
        if key in self._keys and self.now() - self._keys[key][0] < RETRY_KEY_LIFE:
            return (
                409,
                {"X-Line-Accepted-Request-Id": self._keys[key][1]},
                {"message": "The retry key is already accepted"},
            )
        accepted = Accepted(str(uuid.uuid4()), request.path, key, request.body)
        self.accepted.append(accepted)
        if key is not None:
            self._keys[key] = (self.now(), accepted.id)
        sent = [{"id": str(len(self.accepted) * 10 + n)} for n, _ in enumerate(request.body["messages"])]
        return 200, {"X-Line-Request-Id": accepted.id}, {"sentMessages": sent} if "push" in request.path else {}


def _wrong(request: Request, key: str | None) -> str | None:
    if request.path.startswith("/v2/bot/message/validate/"):
        return "The retry key is not supported" if key else None
    if request.path not in MODELS:
        return "Not found"
    if key is not None and not _is_uuid(key):
        return "The retry key is not a UUID"
    return "The request body has 1 error(s)" if _details(request) else None


def _is_uuid(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))


def _details(request: Request) -> list[dict[str, str]]:
    """The first thing wrong with a body, as LINE says it."""
    model = MODELS.get(request.path)
    if model is None:
        return []
    try:
        read = json.loads(model.from_dict(request.body).to_json())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return [{"property": "messages", "message": f"{type(error).__name__}"}]
    if read != {"notificationDisabled": False, **request.body}:
        return [{"property": "/", "message": "Unknown property"}]
    return _limit_details(request)


def _limit_details(request: Request) -> list[dict[str, str]]:
    ids = request.body.get("to", [])
    for id in [ids] if isinstance(ids, str) else ids:
        if not re.fullmatch(TO[request.path], id):
            return [{"property": "to", "message": f"The value is invalid: {id}"}]
    for number, message in enumerate(request.body["messages"]):
        if message["type"] == "text" and not 1 <= len(message["text"].encode("utf-16-le")) // 2 <= 5000:
            return [{"property": f"messages[{number}].text", "message": "Length must be between 1 and 5000"}]
        for name in ("originalContentUrl", "previewImageUrl") if message["type"] == "image" else ():
            if not re.fullmatch(r"https://[!-~]{1,1992}", message[name]):
                return [{"property": f"messages[{number}].{name}", "message": "Must be a valid https URL"}]
    return []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # the answer leaves in one piece
    line: LineServer

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        raw = self.rfile.read(length)
        if length > BODY_LIMIT:
            self._send(413, {}, b'{"message":"The request is too large"}')
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        manner, status, extra, content = self.line.answer(Request(self.path, headers, json.loads(raw)))
        if manner == "stall":
            self.line.stopped.wait()
        if manner in ("drop", "stall"):
            self.close_connection = True
            self.connection.shutdown(SHUT_RDWR)
            return
        self._send_so(manner, status, extra, json.dumps(content).encode())

    def _send_so(self, manner: str, status: int, extra: Mapping[str, str], content: bytes) -> None:
        if manner == "cut-off":
            self._send(status, extra, content, length=len(content) + 100)
            self.close_connection = True
        elif manner == "not-json":
            self._send(status, extra, b"<html>")
        elif manner == "huge":
            self._send(status, extra, b"x" * 9 * 2**20)
        elif manner == "redirect":
            self._send(307, {"Location": f"{self.line.url}/elsewhere"}, content)
        else:
            self._send(status, {} if manner == "no-id" else extra, content)

    def _send(self, status: int, extra: Mapping[str, str], content: bytes, length: int | None = None) -> None:
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # the other side hung up, as it may

    def log_message(self, *_: object) -> None:
        """Nothing: the requests are kept."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8001)
    with LineServer(port=arguments.parse_args().port) as server:
        print(f"{server.url}  token: {server.token}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
