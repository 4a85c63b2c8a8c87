"""The kind ``website`` when a WordPress site fails: what is certainly not sent, refused, or unknown.

The site here only speaks as far as each fault needs; what WordPress really does is in ``test_website_wordpress.py``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from channels.website_messages import DUE, KEY, message, transport, wordpress_channel
from kohoctl import Receipt, Refused, Unreached

POSTS = "/wp-json/wp/v2/posts"
Answer = Callable[[Request], Response]


@pytest.fixture(scope="session")
def make_httpserver() -> Iterator[HTTPServer]:
    """A server with threads, so that a request which stalls holds up no other."""
    with HTTPServer("127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", "password-of-the-user")


def deliver(url: str, folder: Path) -> Receipt:
    channel = wordpress_channel(url)
    return channel.deliver(channel.render(message("notice"), None), KEY, transport(folder))


def answer(status: int, body: object = None, **headers: str) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda _: Response(text, status, {name.replace("_", "-"): value for name, value in headers.items()})


def site(server: HTTPServer, look_up: Answer, claim: Answer, publish: Answer) -> str:
    """A site that answers so to the look-up, to the claim, and to what is posted after it."""
    server.expect_request(POSTS, "GET").respond_with_handler(look_up)
    server.expect_request(POSTS, "POST").respond_with_handler(claim)
    server.expect_request(f"{POSTS}/7", "POST").respond_with_handler(publish)
    server.expect_request(f"{POSTS}/7", "DELETE").respond_with_json({})
    return server.url_for("").rstrip("/")


def post(status: str) -> Answer:
    """Post 7, with the content that is posted."""

    def echo(request: Request) -> Response:
        content = {"raw": (request.get_json() or {}).get("content", "")}
        link = "https://www.mhlw.example/notice/"
        return Response(
            json.dumps({"id": 7, "slug": "notice", "status": status, "link": link, "content": content}), 201
        )

    return echo


EMPTY, CLAIM, PUBLISHED = answer(200, []), post("draft"), post("publish")
NO_ACCESS = {"code": "rest_cannot_create", "message": "この操作は許可されていません。", "data": {"status": 403}}


def sent(server: HTTPServer) -> list[str]:
    return [f"{request.method} {request.path.removeprefix(POSTS)}".strip() for request, _ in server.log]


def test_a_site_that_does_all_well_gives_a_receipt(httpserver: HTTPServer, tmp_path: Path) -> None:
    receipt = deliver(site(httpserver, EMPTY, CLAIM, PUBLISHED), tmp_path)
    assert receipt == Receipt.published("7", "https://www.mhlw.example/notice/", slug="notice", status="publish")
    assert sent(httpserver) == ["GET", "GET", "POST", "GET", "GET", "POST /7"]


def test_a_site_that_holds_posts_back_for_approval_has_only_been_asked(httpserver: HTTPServer, tmp_path: Path) -> None:
    assert deliver(site(httpserver, EMPTY, CLAIM, post("pending")), tmp_path).form == "requested"


def test_no_connection_is_unreached(tmp_path: Path) -> None:
    with pytest.raises(Unreached):
        deliver("http://127.0.0.1:9", tmp_path)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_before_anything_is_public_is_unreached(httpserver: HTTPServer, tmp_path: Path, status: int) -> None:
    with pytest.raises(Unreached, match="before anything was published"):
        deliver(site(httpserver, answer(status, "<h1>Error</h1>"), CLAIM, PUBLISHED), tmp_path)
    httpserver.clear()
    with pytest.raises(Unreached, match="before anything was published"):
        deliver(site(httpserver, EMPTY, answer(status, "<h1>Error</h1>"), PUBLISHED), tmp_path)


def test_a_failure_while_it_is_published_is_unknown(httpserver: HTTPServer, tmp_path: Path) -> None:
    with pytest.raises(requests.HTTPError):
        deliver(site(httpserver, EMPTY, CLAIM, answer(500, "<h1>Error</h1>")), tmp_path)
    assert "DELETE /7" not in sent(httpserver), "what may be out is not taken away"


def test_an_answer_that_nobody_understands_is_unknown_once_it_may_be_public(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    with pytest.raises(ValidationError):
        deliver(site(httpserver, EMPTY, CLAIM, answer(200, "<html>")), tmp_path)


@pytest.mark.parametrize("nonsense", ["<html>", "[", '[{"id": "x"}]', '{"id": 7}', "null"])
def test_what_is_no_wordpress_is_refused(httpserver: HTTPServer, tmp_path: Path, nonsense: str) -> None:
    with pytest.raises(Refused, match="not WordPress's REST interface"):
        deliver(site(httpserver, answer(200, nonsense), CLAIM, PUBLISHED), tmp_path)


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_names_a_time_is_tried_again_then(httpserver: HTTPServer, tmp_path: Path, status: int) -> None:
    with pytest.raises(Unreached) as unreached:
        deliver(site(httpserver, answer(status, "busy", Retry_After="600"), CLAIM, PUBLISHED), tmp_path)
    assert unreached.value.retry_after == timedelta(minutes=10)


def test_a_refusal_quotes_wordpress_in_its_own_words(httpserver: HTTPServer, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="この操作は許可されていません。"):
        deliver(site(httpserver, EMPTY, answer(403, NO_ACCESS), PUBLISHED), tmp_path)


def test_a_refusal_of_the_last_step_takes_the_claim_away(httpserver: HTTPServer, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        deliver(site(httpserver, EMPTY, CLAIM, answer(403, NO_ACCESS)), tmp_path)
    assert sent(httpserver)[-1] == "DELETE /7"


def test_the_password_does_not_follow_a_redirect(httpserver: HTTPServer, tmp_path: Path) -> None:
    elsewhere = httpserver.url_for("/elsewhere")
    with pytest.raises(Refused, match="another one now"):
        deliver(site(httpserver, answer(301, "", Location=elsewhere), CLAIM, PUBLISHED), tmp_path)
    assert sent(httpserver) == ["GET"]


def test_a_site_that_does_not_answer_the_look_up_is_unreached(
    httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kohoctl.http.READ_TIMEOUT", 0.2)
    with pytest.raises(Unreached):
        deliver(site(httpserver, stall, CLAIM, PUBLISHED), tmp_path)


def test_a_site_that_does_not_answer_when_it_publishes_is_unknown(
    httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kohoctl.http.READ_TIMEOUT", 0.2)
    with pytest.raises(requests.ReadTimeout):
        deliver(site(httpserver, EMPTY, CLAIM, stall), tmp_path)


def test_find_says_nothing_about_a_site_that_does_not_answer(httpserver: HTTPServer, tmp_path: Path) -> None:
    channel = wordpress_channel(site(httpserver, answer(500, "down"), CLAIM, PUBLISHED))
    with pytest.raises(requests.HTTPError):
        channel.find(channel.render(message("notice"), None), KEY, DUE, transport(tmp_path))


def test_the_password_stands_in_no_error(httpserver: HTTPServer, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        deliver(site(httpserver, answer(401, NO_ACCESS), CLAIM, PUBLISHED), tmp_path)
    assert "password-of-the-user" not in f"{refused.value} {refused.value.__cause__}"


def stall(_: Request) -> Response:
    time.sleep(0.6)
    return Response("[]")
