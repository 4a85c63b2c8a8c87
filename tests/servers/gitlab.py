"""The part of GitLab's API that has to do with notes on a merge request, over a real socket."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-the-project"
ME = 42
NOTES = "/api/v4/projects/5/merge_requests/7/notes"


class GitLabServer:
    """``with GitLabServer() as gitlab: gitlab.url``; what stands on the merge request is in ``notes``."""

    def __init__(self) -> None:
        self.notes: list[dict[str, Any]] = []
        self.methods: list[str] = []

    def __enter__(self) -> GitLabServer:
        handler = type("Handler", (_Handler,), {"gitlab": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/v4"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def write(self, body: str, author: int = ME) -> None:
        self.notes.append({"id": 1000 + len(self.notes), "body": body, "author": {"id": author}})


class _Handler(BaseHTTPRequestHandler):
    gitlab: ClassVar[GitLabServer]

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path == "/api/v4/user":
            self._answer({"id": ME})
            return
        assert path.path == NOTES
        asked = parse_qs(path.query)
        size, page = int(asked["per_page"][0]), int(asked["page"][0])
        more = page * size < len(self.gitlab.notes)
        self._answer(self.gitlab.notes[(page - 1) * size : page * size], str(page + 1) if more else "")

    def do_POST(self) -> None:
        assert self.path == NOTES
        self.gitlab.write(self._body())
        self._answer({})

    def do_PUT(self) -> None:
        head, _, id = self.path.rpartition("/")
        assert head == NOTES
        (note,) = [one for one in self.gitlab.notes if one["id"] == int(id)]
        note["body"] = self._body()
        self._answer({})

    def _body(self) -> str:
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def _answer(self, content: object, following: str = "") -> None:
        self.gitlab.methods.append(self.command)
        known = self.headers["PRIVATE-TOKEN"] == TOKEN
        written = json.dumps(content if known else {"message": "401 Unauthorized"}).encode()
        self.send_response(200 if known else 401)
        for name, value in {"Content-Length": str(len(written)), "X-Next-Page": following}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_: object) -> None:
        """Say nothing on the console."""
