"""The kind ``website`` as a folder of static files."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from filelock import FileLock

from channels.website_messages import (
    BODY,
    DUE,
    KEY,
    PNG,
    QUESTIONS,
    TITLE,
    flyer,
    folder_channel,
    message,
    picture,
    transport,
)
from kohoctl import Message, Question, Receipt, Refused, Unreached
from kohoctl.channels import _static_site

ATOM = {"a": "http://www.w3.org/2005/Atom"}
CHANNEL = folder_channel()


def deliver(what: Message, folder: Path, now: datetime = DUE) -> Receipt:
    return CHANNEL.deliver(CHANNEL.render(what, None), KEY, transport(folder, now))


def find(what: Message, folder: Path) -> Receipt | None:
    return CHANNEL.find(CHANNEL.render(what, None), KEY, DUE, transport(folder))


def page(folder: Path, slug: str = "notice") -> str:
    return (folder / "site" / slug / "index.html").read_text(encoding="utf-8")


def json_ld(html: str, number: int = 0) -> Any:
    return json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[number])


def feed(folder: Path) -> Xml.Element:
    return Xml.parse(folder / "site" / "feed.xml").getroot()


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


class Outline(HTMLParser):
    """The tags of a page, to see that each one that opens is closed."""

    EMPTY = frozenset({"meta", "link", "br", "img", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_message_becomes_a_page(tmp_path: Path) -> None:
    receipt = deliver(message("notice"), tmp_path)
    assert receipt == Receipt.published("notice", "https://www.mhlw.example/news/notice/", slug="notice")
    html = page(tmp_path)
    outline = Outline(html)
    assert (outline.open, outline.seen.count("h1"), outline.seen.count("main")) == ([], 1, 1)
    assert '<html lang="ja">' in html
    assert f"<h1>{TITLE}</h1>" in html
    assert f"<title>{TITLE}｜厚生労働省ホームページ</title>" in html
    assert '<link rel="canonical" href="https://www.mhlw.example/news/notice/">' in html
    assert (
        '<link rel="alternate" type="application/atom+xml" title="厚生労働省ホームページ" href="../feed.xml">' in html
    )


def test_the_page_tells_machines_what_it_tells_people(tmp_path: Path) -> None:
    deliver(message("notice"), tmp_path)
    data = json_ld(page(tmp_path))
    assert data["@type"] == "SpecialAnnouncement"
    assert (data["name"], data["datePosted"], data["inLanguage"]) == (TITLE, "2015-06-03T10:00:00+09:00", "ja")
    assert data["publisher"] == {"@type": "GovernmentOrganization", "name": "厚生労働省"}
    assert "0120-818211\n受付時間" in data["text"]


def test_nothing_in_a_message_can_run_on_its_page(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><!-- <script>"
    own = message("notice", title=evil, body=evil, owner=evil, excerpt=evil)
    deliver(own, tmp_path)
    html = page(tmp_path)
    assert html.count("<script") == html.count("</script>") == 1
    assert json_ld(html)["name"] == evil
    assert "default-src 'none'" in html


def test_questions_stand_under_the_text_for_people_and_machines(tmp_path: Path) -> None:
    deliver(message("qa", questions=QUESTIONS), tmp_path)
    html = page(tmp_path, "qa")
    assert Outline(html).open == []
    first, second = (html.index(f"<h2>{one.question}</h2>") for one in QUESTIONS)
    assert html.index("0120-818211<br>") < first < second
    assert "<li>年金そのものがなくなったり、減ることは、<strong>ありません</strong>。</li>" in html
    data = json_ld(html, 1)
    assert (data["@context"], data["@type"], data["inLanguage"]) == ("https://schema.org", "FAQPage", "ja")
    assert [(one["@type"], one["name"]) for one in data["mainEntity"]] == [
        ("Question", question.question) for question in QUESTIONS
    ]
    assert data["mainEntity"][0]["acceptedAnswer"] == {
        "@type": "Answer",
        "text": "年金そのものがなくなったり、減ることは、ありません。\n記録の改ざんは、確認されていません。",
    }


def test_a_page_with_questions_is_in_the_feed_and_stays_as_it_is(tmp_path: Path) -> None:
    what = message("qa", questions=QUESTIONS)
    receipt = deliver(what, tmp_path)
    before = tree(tmp_path / "site")
    assert deliver(what, tmp_path, DUE + timedelta(days=1)) == find(what, tmp_path) == receipt
    assert tree(tmp_path / "site") == before
    assert [entry.findtext("a:title", "", ATOM) for entry in feed(tmp_path).findall("a:entry", ATOM)] == [TITLE]


def test_nothing_in_a_question_can_run_on_its_page(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    deliver(message("qa", questions=(Question(question=evil, answer=evil),)), tmp_path)
    html = page(tmp_path, "qa")
    assert html.count("<script") == html.count("</script>") == 2
    assert "<img" not in html
    assert json_ld(html, 1)["mainEntity"][0]["name"] == evil


def test_the_feed_is_a_valid_atom_feed(tmp_path: Path) -> None:
    deliver(message("notice"), tmp_path)
    deliver(message("warning", title="「年金」 & <詐欺> にご注意ください"), tmp_path, DUE + timedelta(days=1))
    root = feed(tmp_path)
    assert root.findtext("a:id", namespaces=ATOM) == "https://www.mhlw.example/news/"
    assert root.findtext("a:title", namespaces=ATOM) == "厚生労働省ホームページ"
    assert root.findtext("a:updated", namespaces=ATOM) == "2015-06-04T10:00:00+09:00"
    assert root.findtext("a:author/a:name", namespaces=ATOM) == "厚生労働省ホームページ"
    entries = root.findall("a:entry", ATOM)
    assert [entry.findtext("a:title", namespaces=ATOM) for entry in entries] == [
        "「年金」 & <詐欺> にご注意ください",
        TITLE,
    ]
    for entry in entries:
        url = entry.findtext("a:id", namespaces=ATOM)
        assert url is not None
        assert url.startswith("https://www.mhlw.example/news/")
        assert entry.find("a:link[@rel='alternate']", ATOM).get("href") == url  # type: ignore[union-attr]  # it is there
        assert datetime.fromisoformat(entry.findtext("a:updated", "", ATOM)).tzinfo is not None


def test_the_feed_keeps_to_the_newest_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_static_site, "FEED_LENGTH", 2)
    for number in range(3):
        deliver(message(f"page-{number}"), tmp_path, DUE + timedelta(hours=number))
    ids = [entry.findtext("a:id", "", ATOM) for entry in feed(tmp_path).findall("a:entry", ATOM)]
    assert [url[-7:] for url in ids] == ["page-2/", "page-1/"]


def test_the_same_delivery_again_changes_no_byte(tmp_path: Path) -> None:
    what = message("notice", images=(picture(tmp_path),), attachments=(flyer(tmp_path),))
    first = deliver(what, tmp_path)
    before = tree(tmp_path / "site")
    assert deliver(what, tmp_path, DUE + timedelta(days=3)) == first
    assert tree(tmp_path / "site") == before
    (tmp_path / "other").mkdir()
    deliver(what, tmp_path / "other")
    assert tree(tmp_path / "other" / "site") == before


def test_a_changed_text_keeps_its_first_day_and_shows_its_second(tmp_path: Path) -> None:
    deliver(message("notice"), tmp_path)
    deliver(message("notice", body=BODY + "\n追記です。"), tmp_path, DUE + timedelta(days=2))
    html = page(tmp_path)
    assert "2015年6月3日</time>" in html
    assert '更新日 <time datetime="2015-06-05T10:00:00+09:00">2015年6月5日</time>' in html
    assert [entry.findtext("a:updated", "", ATOM)[:10] for entry in feed(tmp_path).findall("a:entry", ATOM)] == [
        "2015-06-05"
    ]


def test_pictures_and_files_stand_beside_the_page(tmp_path: Path) -> None:
    deliver(message("notice", images=(picture(tmp_path),), attachments=(flyer(tmp_path),)), tmp_path)
    html = page(tmp_path)
    image = re.search(r'<img src="(poster-[0-9a-f]+\.png)" alt="注意を呼びかけるポスター">', html)
    assert image is not None
    assert (tmp_path / "site" / "notice" / image[1]).read_bytes() == PNG
    document = re.search(r'<a href="(file-[0-9a-f]+\.pdf)">チラシ\.pdf</a> \(PDF, 1 KB\)', html)
    assert document is not None
    assert (tmp_path / "site" / "notice" / document[1]).exists()


def test_the_pages_can_be_read_by_a_web_server(tmp_path: Path) -> None:
    deliver(message("notice"), tmp_path)
    umask = os.umask(0o022)
    os.umask(umask)
    for name in ("notice/index.html", "feed.xml"):
        assert (tmp_path / "site" / name).stat().st_mode & 0o777 == 0o644 & ~umask


@pytest.mark.parametrize("theirs", ["<html>前からあるページ</html>", "", '<meta name="kohoctl-page" content="x">'])
def test_somebody_elses_page_is_never_touched(tmp_path: Path, theirs: str) -> None:
    there = tmp_path / "site" / "notice" / "index.html"
    there.parent.mkdir(parents=True)
    there.write_text(theirs)
    for ask in (deliver, find):
        with pytest.raises(Refused, match="somebody else's page"):
            ask(message("notice"), tmp_path)
    assert there.read_text() == theirs
    assert not (tmp_path / "site" / "feed.xml").exists()


def test_another_messages_page_is_never_touched(tmp_path: Path) -> None:
    deliver(message("notice"), tmp_path)
    before = tree(tmp_path / "site")
    with pytest.raises(Refused, match="somebody else's page"):
        deliver(message("notice", id="another"), tmp_path)
    assert tree(tmp_path / "site") == before


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "notice").symlink_to(outside)
    with pytest.raises(Refused, match="somebody else's page"):
        deliver(message("notice"), tmp_path)
    assert not list(outside.iterdir())


def test_find_tells_a_page_that_is_out_from_one_that_is_not(tmp_path: Path) -> None:
    assert find(message("notice"), tmp_path) is None
    receipt = deliver(message("notice"), tmp_path)
    assert find(message("notice"), tmp_path) == receipt
    assert find(message("notice", body="別の本文"), tmp_path) is None


@pytest.mark.parametrize("feed_then", [None, b"<feed", b"<feed/>"])
def test_a_page_that_the_feed_does_not_know_is_finished_by_the_next_delivery(
    tmp_path: Path, feed_then: bytes | None
) -> None:
    receipt = deliver(message("notice"), tmp_path)
    path = tmp_path / "site" / "feed.xml"
    whole = path.read_bytes()
    path.unlink()
    if feed_then is not None:
        path.write_bytes(feed_then)
    assert find(message("notice"), tmp_path) is None
    assert deliver(message("notice"), tmp_path) == receipt
    assert path.read_bytes() == whole


def test_many_deliveries_at_once_lose_no_page(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: deliver(message(f"page-{number % 8}"), tmp_path), range(16)))
    assert len(feed(tmp_path).findall("a:entry", ATOM)) == 8


def test_a_folder_in_use_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_static_site, "LOCK_TIMEOUT", 0.1)
    (tmp_path / "site").mkdir()
    with FileLock(tmp_path / "site" / ".kohoctl.lock"), pytest.raises(Unreached, match="another program"):
        deliver(message("notice"), tmp_path)


def test_a_folder_that_is_a_file_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("")
    with pytest.raises(Unreached, match="cannot be written to"):
        deliver(message("notice"), tmp_path)


def test_a_page_spoilt_by_hand_is_left_out_of_the_feed(tmp_path: Path) -> None:
    deliver(message("notice"), tmp_path)
    spoilt = page(tmp_path).replace('"datePosted": "2015', '"datePosted": "MMXV')
    (tmp_path / "site" / "notice" / "index.html").write_text(spoilt)
    deliver(message("warning"), tmp_path)
    ids = [entry.findtext("a:id", "", ATOM) for entry in feed(tmp_path).findall("a:entry", ATOM)]
    assert ids == ["https://www.mhlw.example/news/warning/"]


def test_a_page_in_english_speaks_english(tmp_path: Path) -> None:
    channel = folder_channel(language="en")
    channel.deliver(channel.render(message("notice"), None), KEY, transport(tmp_path))
    html = page(tmp_path)
    assert '<html lang="en">' in html
    assert 'Published <time datetime="2015-06-03T10:00:00+09:00">2015-06-03</time>' in html
