"""A small X over a real socket, for tests and for trying things by hand: ``python -m servers.x --port 8001``.

It has accounts, posts, reposts, pictures and timelines. It verifies OAuth 1.0a signatures and OAuth 2 tokens, checks
every body against the request models of X's own Python package, and answers in the shapes of X's API description:
problem JSON, shortened links, escaped text, rate limit headers. It does not weigh texts and counts no rates. It keeps
everything in memory, listens on this machine only, and misbehaves where it is told to.
"""

from __future__ import annotations

import argparse
import base64
import html
import itertools
import json
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import ValidationError
from xdk import schemas

from servers.x_logins import Answer, Logins, ProblemError, Request, checked

Misbehaviour = Literal[
    "lost", "dropped", "stalled", "cut off", "not json", "errors", "empty", "too much", 401, 429, 500
]
"""``lost``: the connection closes before anything is done. ``dropped``, ``stalled``, ``cut off``, ``not json``: all is
done, but the answer does not come, does not come in time, ends half-way, or is a page. ``errors``: a 200 that holds
only errors. ``empty``: a 200 that holds nothing. ``too much``: older posts than were asked for. A
number: that status, nothing done."""

QUERY_OF_TIMELINE = {"start_time", "max_results", "post.fields", "expansions", "pagination_token"}


@dataclass
class Post:
    id: str
    account: str
    text: str
    media_ids: list[str] = field(default_factory=list)
    repost_of: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Image:
    type: str
    content: bytes
    alt: str | None = None


class XServer:
    """X with its accounts. ``posts`` and ``requests`` are what was published and asked for, the oldest first.

    ``now`` is the clock by which it posts."""

    def __init__(self, port: int = 0, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.posts: list[Post] = []
        self.images: dict[str, Image] = {}
        self.requests: list[Request] = []
        self.logins = Logins()
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._ids = itertools.count(1_800_000_000_000_000_000)
        self._misbehaviours: dict[str, deque[Misbehaviour]] = defaultdict(deque)
        self._http = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"x": self}))
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> XServer:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def misbehave(self, name: str, *how: Misbehaviour) -> None:
        """Answer the next requests of ``name``, such as ``POST /2/tweets``, like this, one after the other."""
        self._misbehaviours[name].extend(how)

    def next_misbehaviour(self, name: str) -> Misbehaviour | None:
        waiting = self._misbehaviours[name]
        return waiting.popleft() if waiting else None

    def publish(self, account: str, text: str, *, at: datetime | None = None, repost_of: str | None = None) -> Post:
        """A post that got there by another way than kohoctl."""
        return self._add(Post(self.next_id(), account, text, repost_of=repost_of, at=at or self.now()))

    def named(self, name: str) -> list[Request]:
        return [request for request in self.requests if request.name == name]

    def next_id(self) -> str:
        return str(next(self._ids))

    def _add(self, post: Post) -> Post:
        self.posts.append(post)
        return post

    def answer(self, request: Request) -> Answer:
        """Do what ``request`` asks for."""
        routes: dict[str, Callable[[Request], Answer]] = {
            "POST /2/tweets": self._create_post,
            "POST /2/users/{id}/retweets": self._repost,
            "GET /2/users/me": self._me,
            "GET /2/users/{id}/tweets": self._timeline,
            "POST /2/media/upload": self._upload,
            "POST /2/media/metadata": self._describe,
            "POST /2/oauth2/token": self.logins.renew,
        }
        if request.name not in routes:
            raise ProblemError(404, f"there is no {request.name}", "resource-not-found")
        with self.lock:
            return routes[request.name](request)

    def _create_post(self, request: Request) -> Answer:
        body = request.json(schemas.CreatePostsRequest)
        media_ids = body.media.media_ids if body.media else []
        if len(media_ids) > 4 or any(media_id not in self.images for media_id in media_ids):
            raise ProblemError(400, "Your media IDs are invalid.")
        if any(post.text == body.text and post.account == request.account for post in self.posts):
            detail = "You are not allowed to create a Tweet with duplicate content."
            raise ProblemError(403, detail, "not-authorized-for-resource")
        post = self._add(Post(self.next_id(), request.account, body.text, media_ids, at=self.now()))
        return Answer(201, {"data": {"id": post.id, "text": post.text, "edit_history_post_ids": [post.id]}})

    def _repost(self, request: Request) -> Answer:
        source = request.json(schemas.RepostPostRequest).tweet_id
        if request.id() != self.logins.ids[request.account]:
            raise ProblemError(403, "You are not permitted to perform this action.", "not-authorized-for-resource")
        if not any(post.id == source for post in self.posts):
            return Answer(200, {"errors": [{"title": "Not Found Error", "detail": f"Could not find tweet: {source}"}]})
        if not any(post.repost_of == source and post.account == request.account for post in self.posts):
            self._add(Post(self.next_id(), request.account, "RT", repost_of=source, at=self.now()))
        return Answer(200, {"data": {"rest_id": source, "retweeted": True}})

    def _me(self, request: Request) -> Answer:
        account = request.account
        return Answer(200, {"data": {"id": self.logins.ids[account], "username": account, "name": account}})

    def _upload(self, request: Request) -> Answer:
        parts = _form_parts(request)
        category = parts["media_category"][1].decode()
        image = Image(*parts["media"])
        checked(
            schemas.MediaUploadRequest,
            {"media": base64.b64encode(image.content).decode(), "media_category": category},
        )
        media_id = self.next_id()
        self.images[media_id] = image
        return Answer(200, {"data": {"id": media_id, "media_key": f"3_{media_id}", "size": len(image.content)}})

    def _describe(self, request: Request) -> Answer:
        body = request.json(schemas.CreateMediaMetadataRequest)
        self.images[body.id].alt = body.metadata.alt_text.text
        return Answer(200, {"data": {"id": body.id}})

    def _timeline(self, request: Request) -> Answer:
        query = request.query
        if not query.keys() <= QUERY_OF_TIMELINE or not 5 <= int(query["max_results"]) <= 100:
            raise ProblemError(400, "One or more parameters to your request was invalid.")
        since = datetime.strptime(query["start_time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        account = next(name for name, id in self.logins.ids.items() if id == request.id())
        shown = [post for post in reversed(self.posts) if post.account == account and post.at >= since]
        start = int(query.get("pagination_token", "0"))
        end = start + int(query["max_results"])
        page = [_as_timeline_shows(post) for post in shown[start:end]]
        meta: dict[str, Any] = {"result_count": len(page)}
        if end < len(shown):
            meta["next_token"] = str(end)
        answer = ({"data": page} if page else {}) | {"meta": meta}
        schemas.GetUsersPostsResponse.model_validate(answer)
        return Answer(200, answer)


def _form_parts(request: Request) -> dict[str, tuple[str, bytes]]:
    """A multipart form's parts by name: their types and contents."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + request.body, policy=HTTP)
    parts = {}
    for part in form.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        parts[str(part["content-disposition"].params["name"])] = (part.get_content_type(), content)
    return parts


def _as_timeline_shows(post: Post) -> dict[str, Any]:
    """A post as X gives it back: links shortened, text escaped, a link for the pictures at its end."""
    shown: dict[str, Any] = {"id": post.id, "created_at": f"{post.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"}
    if post.repost_of:
        return shown | {"text": post.text, "referenced_posts": [{"type": "retweeted", "id": post.repost_of}]}
    links = re.findall(r"(?:https?://|\bwww\.)[!-~]+", post.text)
    targets = [link if link.startswith("http") else f"http://{link}" for link in links]
    text = html.escape(post.text, quote=False)
    for number, link in enumerate(links):
        text = text.replace(html.escape(link, quote=False), _short(number), 1)
    if post.media_ids:
        text += f" {_short(len(links))}"
        targets.append(f"https://x.com/{post.account}/status/{post.id}/photo/1")
    urls = [{"start": 0, "end": 0, "url": _short(n), "expanded_url": target} for n, target in enumerate(targets)]
    return shown | {"text": text, "entities": {"urls": urls}}


def _short(number: int) -> str:
    return f"https://t.co/{number:010d}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # the answer leaves in one piece
    x: XServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        url = urlsplit(self.path)
        name = f"{self.command} {re.sub('/users/[0-9]+/', '/users/{id}/', url.path)}"
        headers = {key.lower(): value for key, value in self.headers.items()}
        request = Request(name, url.path, dict(parse_qsl(url.query)), headers, body)
        try:
            if name != "POST /2/oauth2/token":
                account = self.x.logins.who(self.command, self.x.url + self.path, headers)
                request = replace(request, account=account)
            self._answer(self.x.next_misbehaviour(name), request)
        except ProblemError as problem:
            self._send(problem.answer)
        except (ValidationError, ValueError, KeyError) as error:
            self._send(ProblemError(400, str(error)).answer)

    do_GET = do_POST  # noqa: N815 -- the name that http.server calls

    def _answer(self, how: Misbehaviour | None, request: Request) -> None:
        self.x.requests.append(request)
        if isinstance(how, int):
            raise ProblemError(how, "told to misbehave", "internal-error")
        if how in ("lost", "errors", "empty"):
            answers = {"errors": {"errors": [{"title": "Error", "detail": "told to misbehave"}]}, "empty": {}}
            return self._close() if how == "lost" else self._send(Answer(200, answers[how]))
        if how == "too much":
            request = replace(request, query={**request.query, "start_time": "2010-11-06T00:00:00Z"})
        answer = self.x.answer(request)
        if how == "stalled":
            self.x.closing.wait(60)
        if how in ("dropped", "stalled"):
            return self._close()
        return self._send(answer, how)

    def _send(self, answer: Answer, how: Misbehaviour | None = None) -> None:
        content = b"<html>told to misbehave</html>" if how == "not json" else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json" if answer.status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-rate-limit-limit", "100")
        self.send_header("x-rate-limit-remaining", "0" if answer.status == 429 else "99")
        self.send_header("x-rate-limit-reset", str(int(time.time()) + 900))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if how == "cut off" else content)
        if how == "cut off":
            self._close()

    def _close(self) -> None:
        self.close_connection = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.x.now().timestamp() if timestamp is None else timestamp)

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests' output is theirs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--account", default="koho", help="the account to begin with; its credentials are printed")
    options = parser.parse_args()
    with XServer(options.port) as server:
        print(server.url)
        print(json.dumps(server.logins.oauth1(options.account)))
        threading.Event().wait()


if __name__ == "__main__":
    main()
