"""The part of GitHub's API that has to do with comments on a pull request, over a real socket."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
LONGEST = 65_536


class GitHubServer:
    """``with GitHubServer() as github: github.url``; what stands on the pull request is in ``comments``.

    ``read_only`` answers whatever writes as it does for a fork's token. ``links_to`` is where a further page is said to
    be, in the place of the service itself. ``seen`` are the requests: method, path and token.
    """

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.seen: list[tuple[str, str, str | None]] = []
        self.read_only = False
        self.page = 100
        self.links_to: str | None = None
        self.answer: tuple[int, bytes] | None = None

    def __enter__(self) -> GitHubServer:
        handler = type("Handler", (_Handler,), {"github": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/v3"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def write(self, body: str, author: str = BOT) -> int:
        """A comment that is there already; its id."""
        self.comments.append({"id": 1000 + len(self.comments), "body": body, "user": {"login": author}})
        return int(self.comments[-1]["id"])

    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.comments]

    def writing(self) -> list[str]:
        """The methods of the requests that were to write."""
        return [method for method, _, _ in self.seen if method != "GET"]


class _Handler(BaseHTTPRequestHandler):
    github: ClassVar[GitHubServer]

    def do_GET(self) -> None:
        self._note()
        if self.github.answer:
            status, content = self.github.answer
            self._answer(status, content, {"Location": f"{self.github.links_to}/moved"} if status == 302 else {})
            return
        asked = parse_qs(urlsplit(self.path).query)
        size, page = min(int(asked["per_page"][0]), self.github.page), int(asked.get("page", ["1"])[0])
        shown = self.github.comments[(page - 1) * size : page * size]
        more = page * size < len(self.github.comments)
        base = self.github.links_to or self.github.url
        link = f'<{base}/repos/office/campaigns/issues/7/comments?per_page={size}&page={page + 1}>; rel="next"'
        links = {"Link": f'<{self.github.url}/first>; rel="first", {link}'} if more else {}
        self._answer(200, json.dumps(shown).encode(), links)

    def do_POST(self) -> None:
        body = self._write()
        if body is not None:
            assert urlsplit(self.path).path == "/api/v3/repos/office/campaigns/issues/7/comments"
            self.github.write(body)
            self._answer(201, b"{}")

    def do_PATCH(self) -> None:
        body = self._write()
        if body is not None:
            head, _, id = self.path.rpartition("/")
            assert head == "/api/v3/repos/office/campaigns/issues/comments"
            (comment,) = [one for one in self.github.comments if one["id"] == int(id)]
            comment["body"] = body
            self._answer(200, b"{}")

    def _write(self) -> str | None:
        """The body that is to be written; None where that is refused, which is then answered."""
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._note()
        if self.github.read_only:
            self._answer(403, b'{"message": "Resource not accessible by integration"}')
            return None
        if len(content["body"]) > LONGEST:
            self._answer(422, b'{"message": "Validation Failed: body is too long (maximum is 65536 characters)"}')
            return None
        return str(content["body"])

    def _note(self) -> None:
        self.github.seen.append((self.command, self.path, self.headers["Authorization"]))

    def _answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing on the console."""
