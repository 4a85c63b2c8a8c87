"""The consumer agency's kind, against a site on this machine that behaves as the agency's does."""

from __future__ import annotations

import html
import json
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest
from consumer_agency import ConsumerAgency, ConsumerAgencySettings, ConsumerAgencyVersion

from kohoctl import Receipt, Refused, Rendition, Secret, Transport
from kohoctl.testing import Answer, Contract, Request, Service, message

KEY = "nenkin-2015/solicitation-warning/caa/2015-06-04"
ACCOUNT = {"user": "caa-koho", "password": "password-of-the-office"}
COOKIE = "session-of-the-office"
SINCE = datetime(2015, 6, 4, tzinfo=UTC)


class Site:
    """The agency's site: it takes a notice from who is logged in, with a token that it gave out, once."""

    def __init__(self) -> None:
        self.notices: dict[str, dict[str, str]] = {}
        """What was put in, by the number of its page."""
        self.tokens: set[str] = set()

    def answer(self, request: Request) -> Answer:
        path = request.path.partition("?")[0]
        if path == "/login":
            return self._logged_in(request.form)
        if request.headers.get("Cookie") != f"session={COOKIE}":
            return Answer(303, headers={"Location": "/login"})
        if path == "/notices/new":
            self.tokens.add(token := f"token-{len(self.notices)}")
            return Answer(200, f'<form method=post><input type="hidden" name="token" value="{token}"></form>')
        return self._taken(request.form) if request.method == "POST" else self._listed(request.query["reference"])

    def _logged_in(self, form: dict[str, str]) -> Answer:
        if form != ACCOUNT:
            return Answer(200, '<p class="error">利用者名またはパスワードが違います。</p>')
        return Answer(303, headers={"Location": "/notices", "Set-Cookie": f"session={COOKIE}; Path=/; HttpOnly"})

    def _taken(self, form: dict[str, str]) -> Answer:
        if form.pop("token", None) not in self.tokens:
            return Answer(200, '<p class="error">画面の有効期限が切れました。</p>')
        if "http:" in form["body"]:
            said = '<p class="note error">本文に<b>使えない</b>リンクがあります。</p>'
            return Answer(200, f"<h1>入力内容の確認</h1>{said}<p>戻る</p>")
        number = str(len(self.notices) + 1)
        self.notices[number] = form
        return Answer(303, headers={"Location": f"/notices/{number}"})

    def _listed(self, reference: str) -> Answer:
        found = [
            f'<li><a href="/notices/{number}" data-reference="{html.escape(form["reference"])}">…</a></li>'
            for number, form in self.notices.items()
            if form["reference"] == reference
        ]
        return Answer(200, f'<ol id="notices">{"".join(found)}</ol>')


class TestContract(Contract):
    """The rules that every channel keeps."""

    kind = ConsumerAgency
    secrets: ClassVar = {"login": json.dumps(ACCOUNT)}
    exempt: ClassVar = {
        "counts-as-sent": "the site says no with status 200, which would count as sent; nothing follows the request"
    }

    def answer(self, request: Request) -> Answer:
        site: Site = self.kept.setdefault("site", Site())
        return site.answer(request)


@pytest.fixture
def site(kohoctl_service: Service) -> Site:
    site = Site()
    kohoctl_service.answer = site.answer
    return site


@pytest.fixture
def channel(kohoctl_service: Service, monkeypatch: pytest.MonkeyPatch) -> ConsumerAgency:
    monkeypatch.setenv("CAA_LOGIN", json.dumps(ACCOUNT))
    settings = ConsumerAgencySettings(url=kohoctl_service.url, login=Secret(env="CAA_LOGIN"))
    return ConsumerAgency("caa", "消費者庁", settings)


def rendition(channel: ConsumerAgency, body: str = "ご相談ください。", **own: object) -> Rendition:
    made = channel.render(message(title="勧誘にご注意ください", body=body, own=ConsumerAgencyVersion(**own)), None)
    assert made.problems == ()
    return made


def test_a_notice_is_put_in_with_its_date_category_and_key(
    channel: ConsumerAgency, site: Site, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    receipt = channel.deliver(rendition(channel, publish_on=date(2015, 6, 5)), KEY, kohoctl_transport)
    assert receipt == Receipt.published("1", f"{kohoctl_service.url}/notices/1")
    assert site.notices["1"] == {
        "title": "勧誘にご注意ください",
        "body": "ご相談ください。",
        "category": "注意喚起",
        "publish_on": "2015-06-05",
        "reference": KEY,
    }


def test_the_date_on_the_page_is_the_day_of_the_delivery_where_none_is_named(channel: ConsumerAgency) -> None:
    assert rendition(channel).content["publish_on"] == "2015-06-04"


def test_what_the_form_finds_wrong_is_a_refusal_in_its_words_and_nothing_was_sent(
    channel: ConsumerAgency, site: Site, kohoctl_transport: Transport
) -> None:
    wrong = rendition(channel, "http://caa.example をご覧ください。")
    with pytest.raises(Refused, match=r"^the site did not take it: 本文に使えないリンクがあります。$"):
        channel.deliver(wrong, KEY, kohoctl_transport)
    assert not kohoctl_transport.outgoing.left
    assert site.notices == {}


def test_a_login_that_the_site_does_not_know_is_a_refusal(
    channel: ConsumerAgency, site: Site, kohoctl_transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAA_LOGIN", json.dumps(ACCOUNT | {"password": "an-old-one"}))
    with pytest.raises(Refused, match="利用者名またはパスワードが違います"):
        channel.deliver(rendition(channel), KEY, kohoctl_transport)


@pytest.mark.parametrize("elsewhere", ["/login", "https://caa.example.net/notices/1", "/notices/", ""])
def test_an_answer_that_leads_to_no_notice_proves_nothing(
    channel: ConsumerAgency, site: Site, kohoctl_service: Service, kohoctl_transport: Transport, elsewhere: str
) -> None:
    def answer(request: Request) -> Answer:
        posted = (request.method, request.path) == ("POST", "/notices")
        return Answer(303, headers={"Location": elsewhere}) if posted else site.answer(request)

    kohoctl_service.answer = answer
    with pytest.raises(ValueError, match="which is no notice"):
        channel.deliver(rendition(channel), KEY, kohoctl_transport)


def test_a_notice_in_doubt_is_found_by_its_key(
    channel: ConsumerAgency, site: Site, kohoctl_transport: Transport
) -> None:
    notice = rendition(channel)
    assert channel.find(notice, KEY, SINCE, kohoctl_transport) is None
    receipt = channel.deliver(notice, KEY, kohoctl_transport)
    assert channel.find(notice, KEY, SINCE, kohoctl_transport) == receipt


def test_the_session_is_kept_out_of_every_record(
    channel: ConsumerAgency, site: Site, kohoctl_transport: Transport
) -> None:
    channel.deliver(rendition(channel), KEY, kohoctl_transport)
    assert COOKIE not in kohoctl_transport.redactor.scrub(f"Cookie: session={COOKIE}")
