"""The police agency's bulletin, against a service on this machine."""

from __future__ import annotations

import pytest
from police_bulletin import BulletinSettings, PoliceBulletin

from kohoctl import Receipt, Secret, TextView, Transport
from kohoctl.testing import Answer, Contract, Request, Service, message

KEY = "nenkin-2015/fraud-prevention/police-bulletin/2015-06-04"


class TestContract(Contract):
    """The rules that every channel keeps."""

    kind = PoliceBulletin

    def answer(self, request: Request) -> Answer:
        return Answer(201, {"id": 7, "url": "https://bulletin.npa.example/7"})


@pytest.fixture
def channel(kohoctl_service: Service, monkeypatch: pytest.MonkeyPatch) -> PoliceBulletin:
    monkeypatch.setenv("BULLETIN_TOKEN", "bulletin-token")
    settings = BulletinSettings(url=kohoctl_service.url, token=Secret(env="BULLETIN_TOKEN"))
    return PoliceBulletin("police-bulletin", "警察庁", settings)


def test_a_notice_is_posted_with_its_key_and_token(
    channel: PoliceBulletin, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    kohoctl_service.answer = lambda _: Answer(201, {"id": 7, "url": "https://bulletin.npa.example/7"})
    notice = channel.render(message(title="特殊詐欺にご注意ください", body="ご相談ください。"), None)
    receipt = channel.deliver(notice, KEY, kohoctl_transport)
    assert receipt == Receipt.published("7", "https://bulletin.npa.example/7")
    (request,) = kohoctl_service.requests
    assert (request.method, request.path) == ("POST", "/notices")
    assert request.json() == {"title": "特殊詐欺にご注意ください", "text": "ご相談ください。"}
    assert request.headers["Idempotency-Key"] == KEY
    assert request.headers["Authorization"] == "Bearer bulletin-token"


def test_an_answer_that_names_no_notice_proves_nothing(
    channel: PoliceBulletin, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    kohoctl_service.answer = lambda _: Answer(200, {"id": None})
    with pytest.raises(ValueError, match="names no notice"):
        channel.deliver(channel.render(message(), None), KEY, kohoctl_transport)


def test_a_title_that_the_list_would_cut_is_a_problem(channel: PoliceBulletin) -> None:
    assert channel.render(message(title="あ" * 60), None).problems == ()
    (problem,) = channel.render(message(title="あ" * 62), None).problems
    assert str(problem) == "the title is over the limit of 60 characters by 2"


def test_a_notice_without_text_is_a_problem(channel: PoliceBulletin) -> None:
    (problem,) = channel.render(message(body=" \n"), None).problems
    assert problem.field == "body"


def test_the_preview_shows_a_notice_by_its_title_and_text(channel: PoliceBulletin) -> None:
    notice = channel.render(message(title="特殊詐欺にご注意ください", body="ご相談ください。"), None)
    assert list(channel.views(notice, {})) == [TextView("ご相談ください。", name="特殊詐欺にご注意ください")]
