"""The report as people read it, in each format and both languages."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser

import docx
import pytest
from syrupy.assertion import SnapshotAssertion

from documents.letters import docx_text
from kohoctl.report.calls import Chart, chart_of
from kohoctl.report.days import Days
from kohoctl.report.docx import as_docx
from kohoctl.report.json import as_json
from kohoctl.report.layout import laid_out
from kohoctl.report.markdown import as_markdown
from kohoctl.report.page import as_html
from kohoctl.report.spreadsheet import as_csv
from kohoctl.report.values import Action, CampaignReport, Report, Sent
from kohoctl.report.words import ENGLISH, JAPANESE, Language
from report.small_campaign import TOKYO, report_with_answers, write_campaign

NOW = datetime(2015, 8, 20, 12, tzinfo=TOKYO)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report_with_answers(write_campaign(tmp_path_factory.mktemp("campaign")))


def action(words: str, day: str = "2015-06-04", **more: object) -> Action:
    return replace(Action("m", words, "厚生労働省", "x", Days((date.fromisoformat(day),))), **more)  # type: ignore[arg-type]


def report_on(*actions: Action, title: str = "広報", sent: tuple[Sent, ...] = ()) -> Report:
    campaign = CampaignReport("nenkin", title, "厚生労働省", actions, sent, (), (), ())
    return Report("campaigns.yaml", NOW, False, (campaign,))


def markdown(report: Report, language: Language = JAPANESE) -> str:
    return as_markdown(laid_out(report, language))


# Golden outputs


def test_the_markdown_report_reads_as_the_secretariats_own(report: Report, snapshot: SnapshotAssertion) -> None:
    assert markdown(report) == snapshot


def test_the_english_report_keeps_the_campaigns_own_words(report: Report, snapshot: SnapshotAssertion) -> None:
    assert markdown(report, ENGLISH) == snapshot


def test_the_csv_is_a_row_for_each_action(report: Report, snapshot: SnapshotAssertion) -> None:
    assert as_csv(report).decode("utf-8-sig") == snapshot


def test_the_json_knows_recipients_by_their_ids_alone(report: Report) -> None:
    text = json.dumps(as_json(report), ensure_ascii=False)
    assert '"recipient": "npa"' in text
    assert "@" not in text


# The list


@pytest.mark.parametrize(
    ("done", "line"),
    [
        (action("厚生労働省ツイッターでのツイート"), "厚生労働省ツイッターでのツイート（6月4日）"),
        (action("注意喚起"), "注意喚起（6月4日、厚生労働省）"),
        (action("告知", actor="厚生労働省・首相官邸"), "告知（6月4日、厚生労働省・首相官邸）"),
        (
            action("厚生労働省や首相官邸のホームページでの告知", actor="厚生労働省・首相官邸"),
            "厚生労働省や首相官邸のホームページでの告知（6月4日）",
        ),
        (
            action("注意喚起", reposted_by=("首相官邸", "警察庁")),
            "注意喚起（6月4日、厚生労働省）→首相官邸、警察庁がリツイート",
        ),
        (
            action("注意喚起", reposted_by=("首相官邸", "警察庁", "金融庁", "総務省")),
            "注意喚起（6月4日、厚生労働省）→首相官邸ほか3府省等がリツイート",
        ),
        (
            action("注意喚起", kind="bluesky", reposted_by=("首相官邸",)),
            "注意喚起（6月4日、厚生労働省）→首相官邸がリポスト",
        ),
    ],
)
def test_a_line_names_the_actor_where_its_words_do_not(done: Action, line: str) -> None:
    assert JAPANESE.action(done, False) == line


@pytest.mark.parametrize(("day", "word"), [("2023-07-23", "リツイート"), ("2023-07-24", "リポスト")])
def test_a_retweet_is_a_repost_from_the_day_on_which_twitter_got_its_new_name(day: str, word: str) -> None:
    assert JAPANESE.action(action("注意喚起", day, reposted_by=("首相官邸",)), False).endswith(f"首相官邸が{word}")


def test_the_era_stands_once_in_the_heading_where_all_is_of_one_year() -> None:
    text = markdown(report_on(action("告知"), action("注意喚起", "2015-08-13")))
    assert "## これまでに実施したこと（平成27年）" in text
    assert "- 告知（6月4日、厚生労働省）" in text


def test_each_line_names_its_year_where_there_are_several() -> None:
    text = markdown(report_on(action("告知"), action("注意喚起", "2016-02-12")))
    assert "## これまでに実施したこと\n" in text
    assert "- 告知（平成27年6月4日、厚生労働省）\n- 注意喚起（平成28年2月12日、厚生労働省）" in text


def test_a_live_report_says_as_of_when_it_speaks_and_that_nothing_is_open() -> None:
    text = markdown(report_on())
    assert text == (
        "# 広報について\n\n平成27年8月20日現在\n\n## これまでに実施したこと\n\nまだ実施したものはありません。\n\n"
        "## 対応を要するもの\n\n対応を要するものはありません。\n"
    )


# Escaping


def test_nothing_of_the_campaign_becomes_markup_in_the_page() -> None:
    bad = '<script>alert("1")</script>'
    sent = Sent(bad, "x", "厚生労働省", bad, Days((date(2015, 6, 4),)), 1, 1, ('https://a.example/"><script>',))
    page = as_html(laid_out(report_on(action(bad), title=bad, sent=(sent,)), JAPANESE), "ja")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_an_address_that_a_browser_would_run_is_no_link() -> None:
    sent = Sent("x", "x", "厚生労働省", "告知", Days((date(2015, 6, 4),)), 1, 1, ("javascript:alert(1)",))
    page = as_html(laid_out(report_on(action("告知"), sent=(sent,)), JAPANESE), "ja")
    assert "href" not in page
    assert "javascript:alert(1)" in page


def test_nothing_of_the_campaign_becomes_markup_in_markdown() -> None:
    text = markdown(report_on(action("1. *太字* | <b> [a](b) &amp; Q&A")))
    assert r"- 1\. \*太字\* \| \<b\> \[a\](b) \&amp; Q&A（6月4日、厚生労働省）" in text


@pytest.mark.parametrize("words", ["=1+1", "+81", "-2", "@sum", "\t=1", "＝1"])
def test_no_cell_of_the_csv_is_a_formula(words: str) -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv(report_on(action(words))).decode("utf-8-sig")))
    assert not row["action"].startswith(("=", "+", "-", "@", "\t", "＝"))
    assert row["action"].endswith(words.strip())


# HTML and DOCX


class _Page(HTMLParser):
    """What a page would fetch or run, and what it says in place of pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.sources: list[str] = []
        self.alternatives: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.add(tag)
        if source := named.get("src"):
            self.sources.append(source)
        self.alternatives += [named["alt"] or ""] if tag == "img" else []


def test_the_page_needs_nothing_beside_it(report: Report) -> None:
    page = _Page(as_html(laid_out(report, JAPANESE), "ja"))
    assert not page.tags & {"script", "link", "iframe", "object"}
    (source,) = page.sources
    head, _, content = source.partition(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(content).startswith(b"<svg")


def test_the_chart_is_told_in_words_and_its_numbers_stand_in_a_table(report: Report) -> None:
    html = as_html(laid_out(report, JAPANESE), "ja")
    (alternative,) = _Page(html).alternatives
    assert "平成27年6月1日から平成27年6月4日まで" in alternative
    assert "合計4,800件" in alternative
    table = re.sub(r"<[^>]+>", " ", html)
    assert re.search(r"6月1日 +1,200 +300 +1,500 +\[1\]プレスリリース、記者会見", table)
    assert re.search(r"6月4日 +900 +0 +900 +\[4\]厚生労働省ツイッターでのツイート", table)


def test_the_docx_says_what_the_page_says(report: Report) -> None:
    text = docx_text(as_docx(laid_out(report, JAPANESE)))
    assert "これまでに実施したこと（平成27年）" in text
    assert "・政府広報（新聞記事下）で周知（6月8日（一部は9日））" in text
    assert "警察署（実施済40/47）" in text
    assert "回答期限\t" in text or "\t回答期限" in text


def test_the_docx_has_the_chart_with_its_alternative_text(report: Report) -> None:
    document = docx.Document(io.BytesIO(as_docx(laid_out(report, JAPANESE))))
    (shape,) = document.inline_shapes
    assert "棒グラフ" in shape._inline.docPr.get("descr")


def test_the_docx_and_the_page_are_the_same_bytes_each_time(report: Report) -> None:
    assert as_docx(laid_out(report, JAPANESE)) == as_docx(laid_out(report, JAPANESE))
    assert as_html(laid_out(report, JAPANESE), "ja") == as_html(laid_out(report, JAPANESE), "ja")


def test_a_control_character_in_an_action_does_not_keep_the_docx_from_being_made() -> None:
    assert "・告知（6月4日、厚生労働省）" in docx_text(as_docx(laid_out(report_on(action("告\x07知")), JAPANESE)))


# The chart


def chart(report: Report) -> Chart:
    return chart_of(report.campaigns[0], JAPANESE)


def test_the_chart_runs_over_every_day_and_tells_no_report_from_no_call(report: Report) -> None:
    drawn = chart(report)
    assert len(drawn.days) == 4
    assert [(topic.name, topic.counts) for topic in drawn.topics] == [
        ("流出の有無", (1200, 2400, None, 900)),
        ("支払い", (300, None, None, 0)),
    ]
    assert drawn.total == (1500, 2400, None, 900)


def test_the_chart_marks_the_days_of_action_with_the_numbers_of_the_list(report: Report) -> None:
    numbers = {day.day: [number for number, _ in done] for day, done in chart(report).done.items()}
    assert numbers == {1: [1], 3: [2, 3], 4: [4]}


@pytest.mark.parametrize(("suffix", "begin"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_the_chart_is_drawn_the_same_each_time(report: Report, suffix: str, begin: bytes) -> None:
    drawn = chart(report).drawn(suffix)  # type: ignore[arg-type]
    assert drawn.startswith(begin)
    assert drawn == chart(report).drawn(suffix)  # type: ignore[arg-type]


def test_a_character_that_the_fonts_lack_does_not_keep_the_chart_from_being_drawn(report: Report) -> None:
    drawn = chart(report)
    odd = replace(drawn, topics=(replace(drawn.topics[0], name="𰻞の字"),))
    plain = replace(drawn, topics=(replace(drawn.topics[0], name="〓の字"),))
    assert odd.drawn("svg") == plain.drawn("svg")
