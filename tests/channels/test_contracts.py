"""Every built-in kind keeps the rules that every channel keeps."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, ClassVar

from kohoctl.channels.call_centre import CallCentre
from kohoctl.channels.counter_guide import CounterGuide
from kohoctl.channels.flyer import Flyer
from kohoctl.channels.flyer_request import FlyerRequest
from kohoctl.channels.letter import Letter
from kohoctl.channels.line import LineChannel
from kohoctl.channels.meeting import Meeting
from kohoctl.channels.newspaper import Newspaper
from kohoctl.channels.partner_notice import PartnerNotice
from kohoctl.channels.press_conference import PressConference
from kohoctl.channels.press_release import PressRelease
from kohoctl.channels.radio_spot import RadioSpot
from kohoctl.channels.request_letter import RequestLetter
from kohoctl.channels.website import Website
from kohoctl.channels.x import X
from kohoctl.plugins.sources import BUILT_IN
from kohoctl.testing import Answer, Contract, Request

PICTURE = {"file": "picture.png", "alt": "電話を切る人の絵"}
CONTACT = {"department": "年金局事業企画課広報係", "telephone": "03-5253-1111", "email": "koho@mhlw.example"}
OFFICE = {"sender": "広報室 <koho@mhlw.example>", "office": "厚生労働省年金局", "contact": CONTACT}
QUESTIONS = [{"question": "年金は減りますか。", "answer": "減ることは、ありません。"}]


class TestLine(Contract):
    """A broadcast, which LINE proves by the request's id."""

    kind = LineChannel
    message: ClassVar = {"image_urls": [{"url": "https://www.mhlw.example/chirashi.png"}]}

    def answer(self, request: Request) -> Answer:
        return Answer(200, {}, {"X-Line-Request-Id": "request-1"})


class TestLinePush(TestLine):
    """The same to one user."""

    settings: ClassVar = {"send": "push"}
    recipient: ClassVar = {"id": "office", "line_id": "U" + 2 * "0123456789abcdef"}


class TestX(Contract):
    """A post with a picture, by an account that X is asked about first."""

    kind = X
    settings: ClassVar = {"account": "MHLWitter", "api_url": "{service}"}
    secrets: ClassVar = {
        "credentials": json.dumps(
            {
                "consumer_key": "consumer-key-canary",
                "consumer_secret": "consumer-secret-canary",
                "access_token": "access-token-canary",
                "access_token_secret": "access-token-secret-canary",
            }
        )
    }
    message: ClassVar = {"images": [PICTURE]}
    exempt: ClassVar = {"key-sent": "X takes no key; find looks the post up in the timeline"}

    def answer(self, request: Request) -> Answer:
        if request.path == "/2/users/me":
            return Answer(200, {"data": {"id": "7", "username": "MHLWitter"}})
        timeline: list[dict[str, str]] = self.kept.setdefault("timeline", [])
        if request.method == "GET":
            return Answer(200, {"data": timeline, "meta": {"result_count": len(timeline)}})
        if request.path == "/2/tweets":
            timeline.append({"id": "42", "text": request.json()["text"], "created_at": "2015-06-04T00:30:00Z"})
        return Answer(200, {"data": {"id": "42", "text": "…"}})


class TestWordPress(Contract):
    """A page with a picture and a file on a WordPress that keeps posts and no media."""

    kind = Website
    settings: ClassVar = {"wordpress": {"user": "koho"}}
    message: ClassVar = {"images": [PICTURE], "attachments": ["chirashi.pdf"]}

    def answer(self, request: Request) -> Answer:
        what = request.path.partition("?")[0].removeprefix("/wp-json/wp/v2/").split("/")
        if request.method == "GET":
            return Answer(200, [] if what == ["media"] else self._found(request.query))
        if what == ["media"]:
            return Answer(201, {"id": 5, "slug": "picture", "source_url": f"{self.service.url}/picture.png"})
        id = int(what[1]) if len(what) > 1 else len(self.kept) + 1
        if request.method == "DELETE":
            return Answer(200, self.kept.pop(str(id)))
        sent = request.json()
        post = self.kept.setdefault(str(id), {"id": id, "slug": "", "link": f"{self.service.url}/?p={id}"})
        post.update({name: sent[name] for name in ("slug", "status") if name in sent})
        if "content" in sent:
            post["content"] = {"raw": sent["content"]}
        return Answer(200, post)

    def _found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        slugs, words = query.get("slug", "\0").split(","), query.get("search", "\0")
        return [post for post in self.kept.values() if post["slug"] in slugs or words in post["content"]["raw"]]


class TestFolder(Contract):
    """The same page in a folder of static files."""

    kind = Website
    settings: ClassVar = {"folder": {"path": "public", "url": "https://www.mhlw.example", "title": "厚生労働省"}}
    message: ClassVar = {"images": [PICTURE]}


class TestFlyerRequest(Contract):
    """A letter by mail to a ministry."""

    kind = FlyerRequest
    settings: ClassVar = OFFICE
    message: ClassVar = {"attachments": ["chirashi.pdf"], "number": "年管企発0605第1号"}
    recipient: ClassVar = {"id": "npa", "name": "警察庁", "facilities": "警察署", "email": "koho@npa.example"}


class TestRequestLetter(Contract):
    """A letter by mail to an association."""

    kind = RequestLetter
    settings: ClassVar = OFFICE
    message: ClassVar = {"number": "金監督第1号", "items": ["周知をお願いする事項"], "reply_by": "2015-06-12"}


class TestPressRelease(Contract):
    """A release that may be published in the evening."""

    kind = PressRelease
    settings: ClassVar = OFFICE
    message: ClassVar = {"embargo": "2015-06-05T17:00", "subtitle": "～副題～", "attachments": ["chirashi.pdf"]}


class TestPressConference(Contract):
    """A notice to the press."""

    kind = PressConference
    settings: ClassVar = OFFICE
    message: ClassVar = {
        "at": "2015-06-05T17:30",
        "place": "記者会見室",
        "registration": "電子メールで御連絡ください。",
    }


class TestExpectedQuestions(TestPressConference):
    """The same, with the expected questions, to the press office."""

    message: ClassVar = {**TestPressConference.message, "questions": QUESTIONS}
    recipient: ClassVar = {"id": "office", "name": "広報室", "email": "koho@mhlw.example", "questions": "yes"}


class TestCallCentre(Contract):
    """A brief by mail to a call centre."""

    kind = CallCentre
    settings: ClassVar = OFFICE
    message: ClassVar = {"questions": QUESTIONS, "never_ask": ["口座番号"], "escalation": ["責任者に引き継ぐ。"]}


class TestCounterGuide(Contract):
    """A guide by mail to an office."""

    kind = CounterGuide
    settings: ClassVar = OFFICE
    message: ClassVar = {"questions": QUESTIONS, "hotline": "0120-818211", "hours": "8:30〜21:00"}


class TestPartnerNotice(Contract):
    """A notice in the names of a ministry and the police."""

    kind = PartnerNotice
    settings: ClassVar = {**OFFICE, "partners": [{"office": "警察庁", "contact": CONTACT}]}


class TestMeeting(Contract):
    """A notice to a member, with the council's charter."""

    kind = Meeting
    settings: ClassVar = {**OFFICE, "council": "広報対応連絡会議"}
    message: ClassVar = {"place": "省議室", "charter": [{"heading": "趣旨", "text": "連絡会議を開催する。"}]}


class TestLetter(Contract):
    """A letter to one person, in a print run of its own."""

    kind = Letter
    settings: ClassVar = {"office": "日本年金機構\n理事長", "contact": CONTACT, "template": "personal-letter"}
    recipient: ClassVar = {"id": "mihon", "name": "見本　一号", "postcode": "000-0000", "address": "見本県見本市1-1"}


class TestRadioSpot(Contract):
    """A script by mail to a station."""

    kind = RadioSpot
    settings: ClassVar = {"sender": "広報室 <koho@mhlw.example>", "advertiser": "厚生労働省", "contact": CONTACT}


class TestFlyer(Contract):
    """A flyer by mail to a bureau that passes it on."""

    kind = Flyer
    settings: ClassVar = {"sender": "広報室 <koho@mhlw.example>", "office": "厚生労働省年金局", "contact": CONTACT}
    message: ClassVar = {"attachments": ["chirashi.pdf"], "reply_by": "2015-06-19"}
    recipient: ClassVar = {
        "id": "kanto",
        "name": "関東信越厚生局",
        "facilities": "千葉市",
        "email": "koho@kanto.example",
    }


class TestNewspaper(Contract):
    """An advertisement by mail to a paper."""

    kind = Newspaper
    settings: ClassVar = {
        "sender": "広報室 <koho@gov.example>",
        "office": "政府広報室",
        "advertiser": "政府広報",
        "contact": CONTACT,
    }
    message: ClassVar = {"columns": 5, "days": ["2015-06-08"], "hotline": "0120-818211"}
    recipient: ClassVar = {"id": "paper", "name": "第一新聞社", "email": "ad@paper.example"}


def test_every_built_in_kind_has_a_contract_here() -> None:
    contracts = [each for each in globals().values() if isinstance(each, type) and issubclass(each, Contract)]
    assert {contract.kind.kind for contract in contracts if contract is not Contract} == set(BUILT_IN)


def test_rendering_does_not_load_the_http_library() -> None:
    modules = ", ".join(f"kohoctl.channels.{module}" for module in BUILT_IN.values())
    code = f"import sys, {modules}; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
