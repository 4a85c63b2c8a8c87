"""Rehearsals from the command line, most of them of the project's own campaign."""

from __future__ import annotations

import email
import io
import json
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from email.policy import SMTP
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from docx import Document
from pypdf import PdfReader

from commands import Answer, Running, start, until
from report.agreement import disagreements

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
BY_KIND: Mapping[str, set[str]] = {
    "website": {"page.html"},
    "x": {"post.json", "post.txt"},
    "line": {"line.json", "line.txt"},
    "police-bulletin": {"content.json"},
    "flyer-request": {"依頼文書.pdf", "チラシ.pdf", "mail.eml"},
    "radio-spot": {"ラジオCM原稿.pdf", "ラジオCM原稿.docx", "mail.eml"},
    "press-release": {"報道発表資料.pdf", "mail.eml"},
    "press-conference": {"記者会見のお知らせ.pdf", "mail.eml"},
    "call-centre": {"電話応対の手引き.pdf", "電話応対の手引き.docx", "mail.eml"},
    "counter-guide": {"窓口対応の手引き.pdf", "mail.eml"},
    "request-letter": {"依頼文書.pdf", "mail.eml"},
    "partner-notice": {"連名のお知らせ.pdf", "mail.eml"},
    "meeting": {"開催通知.pdf", "開催要綱.pdf", "mail.eml"},
    "flyer": {"事務連絡.pdf", "チラシ.pdf", "mail.eml"},
    "newspaper": {"新聞広告出稿依頼書.pdf", "新聞広告出稿依頼書.docx", "広告原稿.pdf", "mail.eml"},
    "letter": {"手紙.pdf"},
}


ACTIONS = """\
dates,actor,channel_kind
2015-06-01,日本年金機構,press-release
2015-06-01,厚生労働大臣,press-conference
2015-06-01,日本年金機構,call-centre
2015-06-02,日本年金機構,counter-guide
2015-06-03,厚生労働省・首相官邸,website
2015-06-03 onwards,日本年金機構,letter
2015-06-04,警察庁,partner-notice
2015-06-04,消費者庁,website
2015-06-04,金融庁,request-letter
2015-06-04,厚生労働省,x
2015-06-05,首相官邸,line
2015-06-05,各省庁,flyer-request
2015-06-05,厚生労働省,website
2015-06-05,日本年金機構,press-release
2015-06-08 (some papers 2015-06-09),政府広報,newspaper
2015-06-11..2015-06-17,政府広報,newspaper
2015-06-12,厚生労働省,flyer
2015-06-12,日本年金機構,press-release
"2015-06-13,2015-06-14,2015-06-20,2015-06-21,2015-06-27,2015-06-28",政府広報,radio
2015-06-15,厚生労働省,website
2015-06-16..2015-06-19,政府広報,newspaper
2015-06-20,政府広報,newspaper
2015-06-24,厚生労働省年金局,meeting
2015-08-13,厚生労働省,x
2015-08-14,政府広報,newspaper
"""
"""What was done in 2015, by the list 「これまでに実施したこと」 of that summer: twenty-five actions."""


def campaign_in(folder: Path) -> Path:
    """The project's own campaign, copied."""
    for name in ("campaigns", "plugins"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return Path(shutil.copy(PROJECT / "campaigns.yaml", folder))


def start_rehearsal(file: Path, *arguments: object, through: tuple[str, ...] = ()) -> Running:
    printed = file.parent / "printed" / "rehearsal"
    return start(("run", file, "--format", "json", *arguments), printed, {}, through)


def rehearse(file: Path, *arguments: object) -> Answer:
    return start_rehearsal(file, *arguments).end()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return campaign_in(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def rehearsed(file: Path) -> Answer:
    """What the first rehearsal said. Where there is strace, ``network`` beside the file holds what it did."""
    return start_rehearsal(file, through=tracer(file.parent)).end()


def tracer(folder: Path) -> tuple[str, ...]:
    trace = ("strace", "-f", "--seccomp-bpf", "-e", "trace=network,execve", "-o", str(folder / "network"))
    works = shutil.which("strace") and subprocess.run([*trace, "true"], capture_output=True, check=False)
    return trace if works and works.returncode == 0 else ()


# The project's own campaign


def test_the_whole_calendar_is_played_in_order_of_time(file: Path, rehearsed: Answer) -> None:
    assert rehearsed.code == 0
    deliveries = list(rehearsed.deliveries.values())
    assert {delivery["state"] for delivery in deliveries} == {"delivered"}
    plan = start(("plan", file, "--format", "json"), file.parent / "printed" / "plan", {}).end()
    assert rehearsed.deliveries.keys() == plan.deliveries.keys()
    days = [delivery["due"] for delivery in deliveries]
    assert days == sorted(days)


def test_it_says_nothing_but_its_log(rehearsed: Answer) -> None:
    events = [json.loads(line) for line in rehearsed.err.splitlines()]
    assert [event["key"] for event in events] == list(rehearsed.deliveries)


def test_a_second_rehearsal_has_nothing_left_to_do(file: Path, rehearsed: Answer) -> None:
    again = rehearse(file)
    assert (again.code, again.deliveries, again.err) == (0, {}, "")


def test_each_delivery_leaves_the_documents_of_its_kind(file: Path, rehearsed: Answer) -> None:
    assert {delivery["kind"] for delivery in rehearsed.deliveries.values()} == BY_KIND.keys()
    for key, delivery in rehearsed.deliveries.items():
        names = {path.name for path in (file.parent / "outbox" / key).iterdir()}
        assert names >= BY_KIND[delivery["kind"]], key


def test_the_report_of_it_agrees_with_the_governments_own_list(file: Path, rehearsed: Answer) -> None:
    report = start(("report", file, "--rehearsal", "--format", "csv"), file.parent / "printed" / "report", {}).end()
    assert report.code == 0
    assert disagreements(report.out.removeprefix("\ufeff"), ACTIONS) == []


def test_every_document_can_be_opened(file: Path, rehearsed: Answer) -> None:
    opened = {Path(name).suffix for name, content in artifacts(file).items() if opens(name, content)}
    assert opened == {".pdf", ".docx", ".json", ".html", ".eml"}


def opens(name: str, content: bytes) -> bool:
    """Whether a document is what its name says; false for what is no document."""
    match Path(name).suffix:
        case ".pdf":
            return content.startswith(b"%PDF-") and bool(PdfReader(io.BytesIO(content)).pages)
        case ".docx":
            return bool(Document(io.BytesIO(content)).paragraphs)
        case ".json":
            return bool(json.loads(content))
        case ".html":
            return content.startswith(b"<!doctype html>")
        case ".eml":
            mail = email.message_from_bytes(content, policy=SMTP)
            return not mail.defects and bool(mail["Subject"]) and str(mail["To"]).endswith(".example")
    return False


class Page(HTMLParser):
    """What a page holds: its keys and their times in order, its links, and the types of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.times: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str | None] = []
        self._inside: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "script":
            self.scripts.append(found.get("type"))
        if tag == "time" and "T" in (found.get("datetime") or ""):
            self.times.append(found["datetime"] or "")
        self.links += [value for name in ("href", "src") if (value := found.get(name))]
        self._inside.append((tag, found.get("class")))

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == ("p", "key"):
            self.keys.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop()[0] != tag:
            pass


def test_the_first_page_lists_all_in_order_of_time_with_links_that_work(file: Path, rehearsed: Answer) -> None:
    outbox = file.parent / "outbox"
    page = Page((outbox / "index.html").read_text(encoding="utf-8"))
    assert sorted(page.keys) == sorted(rehearsed.deliveries)
    assert [rehearsed.deliveries[key]["due"] for key in page.keys] == page.times == sorted(page.times)
    documents = {path.relative_to(outbox).as_posix() for key in page.keys for path in (outbox / key).iterdir()}
    assert {unquote(link) for link in page.links} == documents


def test_nothing_is_connected_or_sent_and_no_other_program_started(file: Path, rehearsed: Answer) -> None:
    trace = file.parent / "network"
    if not trace.exists():
        pytest.skip("there is no strace that may be used here")
    calls = re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.MULTILINE)
    itself, *others = calls
    assert itself == "execve"
    assert set(others) <= {"socket", "bind"}  # with which urllib3 looks whether this machine has IPv6


def test_an_interrupted_rehearsal_goes_on_and_comes_to_the_same_bytes(
    file: Path, rehearsed: Answer, tmp_path: Path
) -> None:
    copy = campaign_in(tmp_path)
    running = start_rehearsal(copy)
    until(lambda: running.said('"delivered"', times=20))
    running.process.send_signal(signal.SIGINT)
    stopped = running.end()
    assert stopped.code == 130
    rest = rehearse(copy)
    assert rest.code == 0
    done = {key for key, delivery in stopped.deliveries.items() if delivery["state"] == "delivered"}
    assert 20 <= len(done) < len(rehearsed.deliveries)
    assert rest.deliveries.keys() == rehearsed.deliveries.keys() - done
    assert artifacts(copy) == artifacts(file)


def artifacts(file: Path) -> dict[str, bytes]:
    """Every file of the outbox but the ledger's own."""
    outbox = file.parent / "outbox"
    return {
        str(path.relative_to(outbox)): path.read_bytes()
        for path in outbox.rglob("*")
        if path.is_file() and not path.relative_to(outbox).parts[0].startswith("rehearsal.ledger")
    }


def test_it_goes_no_further_than_it_is_told_and_later_goes_on_from_there(tmp_path: Path) -> None:
    copy = campaign_in(tmp_path)
    first = rehearse(copy, "--until", "2015-06-03T23:59")
    assert first.code == 0
    assert {key.split("/")[1] for key in first.deliveries} == {
        "leak-release",
        "minister-conference",
        "hotline-opening",
        "counters-ready",
        "letters",
        "notice",
    }
    second = rehearse(copy, "--until", "2015-06-04T10:00")
    assert second.code == 0
    assert {key.split("/")[1] for key in second.deliveries} == {
        "fraud-prevention",
        "solicitation-warning",
        "fsa-request",
        "fraud-warning",
        "fraud-warning-reposts",
    }


EVIL = "</title><script>alert(1)</script><img src=x onerror=alert(1)>"


def test_nothing_that_the_file_says_becomes_markup(tmp_path: Path) -> None:
    copy = campaign_in(tmp_path)
    text = copy.read_text(encoding="utf-8")
    for name, words in {"title": "日本年金機構の個人情報流出について", "owner": "首相官邸"}.items():
        assert f"{name}: {words}" in text
        text = text.replace(f"{name}: {words}", f"{name}: '{words}{EVIL}'")
    copy.write_text(text, encoding="utf-8")
    assert rehearse(copy, "--until", "2015-06-03T23:59").code == 0
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "outbox").rglob("*.html")]
    assert len(pages) == 3
    for page in pages:
        assert "onerror=alert(1)&gt;" in page
        assert set(Page(page).scripts) <= {"application/ld+json"}
        assert "x" not in Page(page).links


# A plugin that does what a rehearsal does not

PLUGIN = """
import multiprocessing, os, socket, subprocess, sys
from kohoctl import Channel, Receipt, Rendition, hookimpl

AT_IMPORT = {at_import}

class Careless(Channel):
    kind = "careless"

    def render(self, message, recipient):
        return Rendition({{"text": message.body}})

    def deliver(self, rendition, key, transport):
        return Receipt.published()

    def artifacts(self, rendition, key, at):
        {in_artifacts}
        return {{"sent.txt": b"it went through"}}

@hookimpl
def kohoctl_channels():
    return [Careless]
"""
CAMPAIGN = """
version: 1
plugins: [careless.py]
channels: {careless-one: {kind: careless, owner: 甲}, site: {kind: website, owner: 乙, folder: FOLDER}}
campaigns:
  nenkin:
    title: 広報
    owner: 甲
    messages:
      warning: {title: 注意, when: 2015-06-04T10:00, channels: [careless-one, site], body: 文}
"""


def with_plugin(folder: Path, in_artifacts: str, at_import: str = "None") -> Path:
    text = PLUGIN.format(in_artifacts=in_artifacts, at_import=at_import)
    (folder / "careless.py").write_text(text, encoding="utf-8")
    site = '{path: public, url: "https://www.mhlw.example", title: 甲}'
    (folder / "campaigns.yaml").write_text(CAMPAIGN.replace("FOLDER", site), encoding="utf-8")
    return folder / "campaigns.yaml"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that says whether any datagram has come."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.5)
        yield listener


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("socket.create_connection(('127.0.0.1', 9), 1)", "socket"),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "socket"),
        ("socket.getaddrinfo('www.mhlw.example', 443)", "socket.getaddrinfo"),
        ("subprocess.run(['true'])", "subprocess.Popen"),
        ("os.system('true')", "os.system"),
        ("os.posix_spawn('/bin/true', ['true'], {})", "os.posix_spawn"),
        ("os.execv('/bin/true', ['true'])", "os.exec"),
    ],
)
def test_a_kind_that_reaches_out_is_refused_and_named(tmp_path: Path, code: str, event: str) -> None:
    answer = rehearse(with_plugin(tmp_path, code))
    assert answer.code == 1
    careless, site = (answer.deliveries[f"nenkin/warning/{name}/2015-06-04"] for name in ("careless-one", "site"))
    assert (careless["state"], site["state"]) == ("refused", "delivered")
    assert "nobody is reached here, and this code tried to" in careless["reason"]
    assert event in careless["reason"]
    assert not (tmp_path / "outbox" / careless["key"] / "sent.txt").exists()


def test_a_socket_from_before_the_rehearsal_reaches_nobody_either(tmp_path: Path, listener: socket.socket) -> None:
    address = listener.getsockname()
    file = with_plugin(
        tmp_path,
        f"AT_IMPORT.sendto(b'a datagram', {address!r})",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    )
    rehearse(file)
    assert datagrams(listener) == []


def test_a_plugin_reaches_nobody_while_it_is_loaded(tmp_path: Path, listener: socket.socket) -> None:
    address = listener.getsockname()
    file = with_plugin(
        tmp_path, "pass", f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'a datagram', {address!r})"
    )
    rehearse(file)
    assert datagrams(listener) == []


def datagrams(listener: socket.socket) -> list[Any]:
    try:
        return [listener.recv(100)]
    except TimeoutError:
        return []


def test_more_deliveries_than_a_service_takes_in_an_hour_are_rehearsed_at_once(tmp_path: Path) -> None:
    messages = "".join(
        f"      m{n}: {{title: 注意, when: 2015-06-04T10:00, channels: [line], body: '{n}'}}\n" for n in range(61)
    )
    head = "version: 1\nchannels: {line: {kind: line, owner: 甲, token: {env: TOKEN}}}\n"
    campaign = "campaigns:\n  nenkin:\n    title: 広報\n    owner: 甲\n    messages:\n"
    (tmp_path / "campaigns.yaml").write_text(head + campaign + messages, encoding="utf-8")
    running = start_rehearsal(tmp_path / "campaigns.yaml")
    try:
        assert running.end(30).code == 0
    finally:
        running.kill()
