"""The preview's page, as it is written: what stands on it, and what never does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

import preview.small as small
from kinds import Board
from kohoctl import FileView, Rendition, TextView, View
from kohoctl.errors import BadFile
from kohoctl.ledger import Ledger
from kohoctl.preview.page import TOGETHER
from kohoctl.preview.words import WORDS
from kohoctl.states import Outcome, State
from preview.small import MESSAGES, previewed, sheet, small_file, written
from support import Office

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text in those of one id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_each_message_stands_there_once_for_each_of_its_channels(tmp_path: Path) -> None:
    page = written(small_file(tmp_path))
    assert len(Elements(page).named("article")) == 6
    for channel in ("site", "board", "x", "kantei-x", "line", "requests"):
        assert sheet(page, channel)


def test_a_post_is_shown_with_its_weight_beside_the_limit_its_picture_and_that_pictures_words(tmp_path: Path) -> None:
    page = sheet(written(small_file(tmp_path)), "x")
    assert "お電話をすることはありません。" in page
    assert "61／280" in page
    assert 'alt="電話を切る人の絵"' in page
    (picture,) = re.findall(r'<img src="(files/[^"]+\.png)"', page)
    assert (tmp_path / "preview" / picture).read_bytes() == small.PIXEL


def test_a_repost_leads_to_the_post_that_it_passes_on(tmp_path: Path) -> None:
    page = written(small_file(tmp_path))
    (anchor,) = re.findall(r'<p class="passed-on">.*?<a href="(#s\d+)">', sheet(page, "kantei-x"))
    assert f'id="{anchor[1:]}"' in sheet(page, "x")


def test_a_chat_message_has_the_length_that_the_service_counts(tmp_path: Path) -> None:
    assert "14／5,000" in sheet(written(small_file(tmp_path)), "line")


def test_a_web_page_stands_in_a_frame_in_which_nothing_runs(tmp_path: Path) -> None:
    (frame,) = Elements(written(small_file(tmp_path))).named("iframe")
    assert frame["sandbox"] is None  # there, and empty: nothing is allowed
    assert "<strong>0120-818211</strong>" in (frame["srcdoc"] or "")


def test_a_request_shows_its_letter_and_what_each_ministry_is_asked_for(
    tmp_path: Path,
) -> None:
    page = sheet(written(small_file(tmp_path)), "requests")
    (picture,) = re.findall(r'<img src="(files/[^"]+-p1\.png)"', page)
    assert (tmp_path / "preview" / picture).read_bytes().startswith(b"\x89PNG")
    assert re.search(r"警察庁</span></th><td>.*警察署、運転免許センター", page)
    assert re.search(r"金融庁</span></th><td>.*銀行", page)
    assert "7月31日（金）" in page


def test_a_kind_without_views_of_its_own_shows_its_artifacts(tmp_path: Path) -> None:
    assert "&#34;body&#34;: &#34;ご心配の方は **0120-818211** へ。&#34;" in sheet(
        written(small_file(tmp_path)), "board"
    )


def test_each_delivery_stands_there_with_its_key_time_state_and_digest(tmp_path: Path) -> None:
    path = small_file(tmp_path)
    page = sheet(written(path), "x")
    (planned,) = next(one.planned for one in previewed(path).sheets if one.channel.name == "x")
    assert "nenkin/post/x/2015-06-04" in page
    assert '<time datetime="2015-06-04T10:00:00+09:00">' in page
    assert 'class="state waiting"' in page
    assert planned.rendition.digest[:12] in page


def test_what_the_live_ledger_knows_is_the_state_that_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_file(tmp_path, "notice: {title: お知らせ, when: 2015-06-04T10:00, channels: [site], body: 文}\n")
    office = Office(path)
    monkeypatch.setattr("support.KINDS", small.ALL)
    office.run()
    assert 'class="state delivered"' in sheet(written(path), "site")


def test_what_is_wrong_comes_first_and_leads_to_its_message(tmp_path: Path) -> None:
    page = written(small_file(tmp_path, MESSAGES.replace("不審な電話は切ってください。", "あ" * 5001)))
    (problem,) = re.findall(r'<ul class="troubles">.*?</ul>', page, re.DOTALL)
    assert "1 over the limit of 5000" in problem
    (anchor,) = re.findall(r'<a href="#(s\d+)">', problem)
    assert f'id="{anchor}"' in sheet(page, "line")
    assert page.index(problem) < page.index('id="calendar"')


def test_the_calendar_has_holidays_the_files_own_days_and_a_link_to_each_message(tmp_path: Path) -> None:
    page = written(small_file(tmp_path))
    calendar = page[page.index('id="calendar"') : page.index('id="messages"')]
    assert list(re.findall(r">(2015年\d+月)<", calendar)) == ["2015年6月", "2015年7月"]
    assert "海の日" in calendar
    assert "Marine Day" in calendar
    (payday,) = [day for day in calendar.split('<li class="day') if "pension-payday" in day]
    assert 'datetime="2015-06-15"' in payday
    links = set(re.findall(r'href="#(s\d+)"', calendar))
    assert links == {attributes["id"] for attributes in Elements(page).named("article")}


def test_all_words_of_the_page_are_there_in_both_languages() -> None:
    for name, both in WORDS.items():
        assert all(both), name
        assert both.ja != both.en or name == "skip", name


def test_a_script_in_any_field_is_text(tmp_path: Path) -> None:
    hostile = MESSAGES.replace("個人情報の流出について", f"'{SCRIPT}'").replace("電話を切る人の絵", f"'{SCRIPT}'")
    hostile = hostile.replace("不審な電話は切ってください。", f"'{SCRIPT} javascript:alert(1)'").replace(
        "年管企発0605第1号", f"'{SCRIPT}'"
    )
    channels = small.CHANNELS.replace("owner: 首相官邸", f"owner: '{SCRIPT}'")
    more = small.MORE.replace("name: 警察庁", f"name: '{SCRIPT}'")
    page = written(small_file(tmp_path, hostile, channels, more))
    elements = Elements(page)
    assert page.count("&lt;script&gt;alert(1)") > 5
    assert len(elements.named("script")) == 2
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on")], tag
        address = attributes.get("href") or attributes.get("src") or ""
        assert re.match(r"(#|files/|index\.html|messages-)", address) or not address, address


def test_the_page_fetches_nothing_and_runs_no_script_but_its_own(tmp_path: Path) -> None:
    page = written(small_file(tmp_path))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_a_page_or_a_drawing_that_a_kind_leaves_cannot_run_a_script_where_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def views(self: Board, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        return [
            FileView("page.html", b"<script>"),
            FileView("drawing.svg", b"<svg/>"),
            FileView("../../x.pdf.exe", b"\0"),
        ]

    monkeypatch.setattr(Board, "views", views)
    written(small_file(tmp_path))
    assert {path.suffix for path in (tmp_path / "preview" / "files").iterdir()} <= {".txt", ".png", ".pdf", ".pages"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["campaigns.yaml", "picture.png", "preview"]


def test_a_kind_that_fails_costs_only_its_own_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def views(self: Board, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        yield TextView("これは見える")
        raise SystemExit("no views today")

    monkeypatch.setattr(Board, "views", views)
    page = written(small_file(tmp_path))
    assert "これは見える" in sheet(page, "board")
    assert "no views today" in sheet(page, "board")
    assert "お電話をすることはありません。" in sheet(page, "x")


@pytest.mark.parametrize("nonsense", [None, "text", 7, [TextView(None)], [object()], [FileView("a.pdf", "text")]])  # type: ignore[arg-type]
def test_what_is_no_view_is_said_and_the_words_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nonsense: object
) -> None:
    monkeypatch.setattr(Board, "views", lambda self, rendition, artifacts: nonsense)
    page = sheet(written(small_file(tmp_path)), "board")
    assert 'class="failure"' in page
    assert "ご心配の方は **0120-818211** へ。" in page


def test_where_there_is_too_much_documents_are_left_out_and_words_are_shown(tmp_path: Path) -> None:
    page = sheet(written(small_file(tmp_path), made=0), "requests")
    assert WORDS["left_out"].ja in page
    assert "チラシを設置してくださいますよう" not in page  # that stands in the document alone
    assert "<img" not in page


def test_pictures_of_pages_are_used_again_and_files_that_nothing_needs_are_removed(tmp_path: Path) -> None:
    path, folder = small_file(tmp_path), tmp_path / "preview" / "files"
    written(path)
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    (folder / "old.png").write_bytes(b"")
    written(path)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_more_pages_are_drawn_where_more_are_asked_for(tmp_path: Path) -> None:
    request = "チラシを設置してくださいますようお願いいたします。"
    path = small_file(tmp_path, MESSAGES.replace(f"body: {request}", f'body: "{(request + chr(92) + "n") * 80}"'))

    def count(pages: int | None) -> int:
        return len(re.findall(r"-p\d+\.png", written(path, pages)))

    assert (count(1), count(2), count(0)) == (1, 2, 0)
    assert count(None) >= 3


def test_of_many_messages_the_calendar_stands_by_itself_and_leads_to_the_others(tmp_path: Path) -> None:
    one = "m{0}: {{title: 題{0}, when: 2015-06-04T10:00, channels: [line], body: 文}}\n"
    path = small_file(tmp_path, "".join(one.format(number) for number in range(TOGETHER + 1)))
    page = written(path)
    assert Elements(page).named("article") == []
    assert page.count('href="messages-001.html#s') == TOGETHER
    second = (tmp_path / "preview" / "messages-002.html").read_text(encoding="utf-8")
    assert len(Elements(second).named("article")) == 1
    small_file(tmp_path)
    written(path)
    assert not list((tmp_path / "preview").glob("messages-*"))


def test_a_secret_is_taken_out_of_all_that_the_file_says(tmp_path: Path) -> None:
    page = written(small_file(tmp_path), scrub=lambda text: text.replace("0120-818211", "[redacted]"))
    assert "0120-818211" not in page
    assert page.count("[redacted]") >= 2


def test_of_a_text_of_five_megabytes_the_beginning_is_shown(tmp_path: Path) -> None:
    path = small_file(tmp_path, MESSAGES.replace("不審な電話は切ってください。", "あ" * 1_700_000))
    page = written(path)
    assert "（以下1,680,000字を省略しています）" in page
    assert len(page) < 200_000


def test_a_picture_that_is_broken_is_named_and_takes_nothing_else_with_it(tmp_path: Path) -> None:
    path = small_file(tmp_path)
    (tmp_path / "picture.png").write_bytes(small.PIXEL[:20])
    assert "犯罪にご注意ください" in written(path)
    (tmp_path / "picture.png").write_bytes(b"no picture at all")
    page = written(path)
    assert WORDS["broken"].ja in sheet(page, "x")
    assert "個人情報の流出について" in page


def test_of_a_long_list_a_few_recipients_stand_there_and_the_number_of_all(tmp_path: Path) -> None:
    rows = "".join(
        f"    - {{id: f{number}, name: 第{number}庁, email: a@a.example, facilities: 署}}\n" for number in range(2000)
    )
    page = sheet(written(small_file(tmp_path, more=small.MORE + rows)), "requests")
    assert "2,002件の配信" in page
    assert "2,002件のうち5件" in page
    assert len(re.findall(r"第\d+庁", page)) == 3


def test_of_a_private_list_the_ledgers_counts_are_told_and_no_made_up_persons_state(tmp_path: Path) -> None:
    from people import LetterOffice, mailing

    office = LetterOffice(mailing(tmp_path, 3))
    office.run()
    page = sheet(written(office.path, now=office.now), "letters")
    assert "台帳にある件数：" in page
    assert "送信済み3件" in page
    assert 'data-states="delivered"' in page


@pytest.mark.slow
def test_whatever_line_is_missing_there_is_a_page_or_the_reason_why_not(tmp_path: Path) -> None:
    path = small_file(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = 0
    for left_out in range(len(lines)):
        path.write_text("\n".join([*lines[:left_out], *lines[left_out + 1 :]]), encoding="utf-8")
        try:
            page = written(path, pages=0, made=0)
        except BadFile:
            continue
        shown += 1
        assert 'id="problems"' in page
    assert shown > len(lines) / 2


def test_what_follows_from_a_problem_of_the_file_is_not_told_a_second_time(tmp_path: Path) -> None:
    path = small_file(tmp_path, MESSAGES.replace("slug: notice", "slog: notice"))
    page = written(path)
    assert page.count('data-en="there is no key slog here: did you mean slug?"') == 1
    assert page.count("slog") == 3, "in both languages, and once to be seen"
    assert "Extra inputs" not in page


def test_a_problem_and_what_would_be_right_are_told_in_both_languages(tmp_path: Path) -> None:
    page = written(small_file(tmp_path, MESSAGES.replace("不審な電話は切ってください。", "あ" * 5001)))
    for en, ja in (
        (
            "text 1 has 5001 UTF-16 units, 1 over the limit of 5000",
            "1番目の文章は UTF-16 で5001単位あり、上限の5000単位を1単位超えています。",
        ),
        (
            "put the rest into another of texts:, or behind a link",
            "残りを texts: の別の文章とするか、リンク先に載せてください。",
        ),
    ):
        assert f'<span data-ja="{ja}" data-en="{en}">{ja}</span></p>' in page


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("HTTP 403: go away", '<p><span lang="en">HTTP 403: go away</span></p>'),
        (
            "its time has passed",
            '<p><span data-ja="時期を過ぎました。" data-en="its time has passed">時期を過ぎました。</span></p>',
        ),
    ],
)
def test_what_the_ledger_has_noted_is_told_in_japanese_where_there_is_any(
    reason: str, shown: str, tmp_path: Path
) -> None:
    path = small_file(tmp_path)
    ended = Outcome("nenkin/notice/site/2015-06-03", "site", State.UNKNOWN, "0" * 64, reason=reason)
    with Ledger.open(path.with_suffix(".ledger.sqlite"), "live") as book:
        book.settle([ended], small.NOW)
    assert shown in written(path)
