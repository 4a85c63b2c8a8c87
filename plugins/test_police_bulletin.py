"""The police agency's bulletin, against a server that answers as the bulletin does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from kohoctl import Message, Receipt, Refused, Secret, Transport, Unreached, Version
from kohoctl.redaction import Redactor
from kohoctl.transport import open_transport

from .police_bulletin import TITLE_LIMIT, BulletinSettings, PoliceBulletin

KEY = "nenkin-2015/fraud-prevention/police-bulletin/2015-06-04"


@pytest.fixture
def channel(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> PoliceBulletin:
    monkeypatch.setenv("BULLETIN_TOKEN", "bulletin-token")
    url = httpserver.url_for("").rstrip("/")
    settings = BulletinSettings(url=url, token=Secret(env="BULLETIN_TOKEN"))
    return PoliceBulletin("police-bulletin", "警察庁", settings)


@pytest.fixture
def transport(tmp_path: Path) -> Transport:
    return open_transport(tmp_path, None, Redactor())


def message(title: str = "特殊詐欺にご注意ください", body: str = "ご相談ください。") -> Message:
    due = datetime(2015, 6, 4, 0, 30, tzinfo=UTC)
    return Message("nenkin-2015", "広報", "厚生労働省", "fraud-prevention", title, body, due, own=Version())


def test_a_notice_is_posted_with_its_key_and_token(
    channel: PoliceBulletin, transport: Transport, httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request(
        "/notices",
        method="POST",
        json={"title": "特殊詐欺にご注意ください", "text": "ご相談ください。"},
        headers={"Idempotency-Key": KEY, "Authorization": "Bearer bulletin-token"},
    ).respond_with_json({"id": 7, "url": "https://bulletin.npa.example/7"}, status=201)
    receipt = channel.deliver(channel.render(message(), None), KEY, transport)
    assert receipt == Receipt.published("7", "https://bulletin.npa.example/7")


@pytest.mark.parametrize(("status", "ending"), [(400, Refused), (401, Refused), (429, Unreached)])
def test_a_no_is_told_as_the_ending_it_is(
    channel: PoliceBulletin, transport: Transport, httpserver: HTTPServer, status: int, ending: type[Exception]
) -> None:
    httpserver.expect_request("/notices").respond_with_json({"error": "no"}, status=status)
    with pytest.raises(ending):
        channel.deliver(channel.render(message(), None), KEY, transport)


def test_a_title_that_the_list_would_cut_is_a_problem(channel: PoliceBulletin) -> None:
    assert channel.render(message(title="あ" * TITLE_LIMIT), None).problems == ()
    (problem,) = channel.render(message(title="あ" * (TITLE_LIMIT + 2)), None).problems
    assert str(problem) == "the title is 2 characters over the limit of 60"


def test_a_notice_without_text_is_a_problem(channel: PoliceBulletin) -> None:
    (problem,) = channel.render(message(body=" \n"), None).problems
    assert problem.field == "body"
