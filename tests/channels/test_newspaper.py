from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from pypdf import PdfReader

from channels.requests_by_mail import CONTACT, message
from documents.letters import docx_text, pdf_text, unbroken
from kohoctl import Document, Recipient, Rendition
from kohoctl.channels._space import PAGE_HEIGHT_MM, PAGE_WIDTH_MM, Space, below_articles, characters_over
from kohoctl.channels.newspaper import Newspaper, NewspaperSettings, NewspaperVersion

TITLE = "「年金情報流出」を口実にした犯罪にご注意ください！"
BODY = (
    "日本年金機構を名乗って口座番号を聞き出そうとする者や、「流出した個人情報を削除してあげる」と持ちかけてくる者が"
    "現れています。\nご心配の方は、専用電話窓口へご相談ください。"
)
POINTS = (
    "日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。",
    "日本年金機構が、この件でお客様にATMの操作をお願いすることは、一切ありません。",
)
HOTLINE = {"hotline": "0120-818211", "hours": "8:30〜21:00（平日及び土日）", "issuer": "厚生労働省"}
FULL: dict[str, Any] = {"columns": 5, "days": ["2015-06-08"], "points": POINTS, **HOTLINE}
CORNER: dict[str, Any] = {"space": "突き出し", "from": "2015-06-11", "to": "2015-06-17", **HOTLINE}
PAPER = {"name": "第一新聞社", "email": "ad@paper.example"}
TALK = (
    "日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。（平日及び土日）ATM0120-818211、"
)


def rendered(
    own: dict[str, Any], recipient: dict[str, str] | None = None, body: str = BODY, **settings: Any
) -> Rendition:
    told = {"sender": "koho@gov.example", "office": "政府広報室", "contact": CONTACT, "advertiser": "政府広報"}
    channel = Newspaper("papers", "政府広報", NewspaperSettings(**(told | settings)))
    return channel.render(
        message(NewspaperVersion(**own), body, title=TITLE), Recipient("p", PAPER | (recipient or {}))
    )


def space_of(rendition: Rendition) -> bytes:
    return next(file for file in rendition.files if file.name == "広告原稿.pdf").read()


def size_of(pdf: bytes) -> tuple[float, float]:
    """Width and height of the one page, in millimetres."""
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return tuple(round(float(side) * 25.4 / 72, 1) for side in (page.mediabox.width, page.mediabox.height))  # type: ignore[return-value]  # it has two sides


def texts(rendition: Rendition) -> list[str]:
    return [str(problem) for problem in rendition.problems]


@pytest.mark.parametrize(
    ("columns", "width", "name", "across", "down"),
    [
        (15, "full", "全15段", 378, 511),
        (5, "full", "全5段", 378, 170.3),
        (5, "1/2", "5段1/2", 189, 170.3),
        (3, "1/8", "3段8割", 47.2, 102.2),
        (3, "8/10", "3段8/10", 302.4, 102.2),
    ],
)
def test_a_space_below_the_articles_is_counted_in_fifteenths_of_a_page(
    columns: int, width: str, name: str, across: float, down: float
) -> None:
    assert below_articles(columns, width, PAGE_WIDTH_MM, PAGE_HEIGHT_MM) == Space(name, across, down)


@pytest.mark.parametrize(("width", "size"), [("full", (378, 170.3)), ("1/2", (189, 170.3))])
def test_the_words_are_set_in_the_space_in_its_true_size(width: str, size: tuple[float, float]) -> None:
    rendition = rendered({**FULL, "width": width})
    assert rendition.problems == ()
    made = space_of(rendition)
    assert size_of(made) == size
    said = unbroken(pdf_text(made))
    for words in (TITLE, BODY, *POINTS, *HOTLINE.values()):
        assert unbroken(words) in said


def test_a_paper_is_told_what_to_print_where_and_when_in_both_formats() -> None:
    rendition = rendered({**FULL, "reply_by": "2015-06-06", "note": "社会面、1色"})
    assert [file.name for file in rendition.files] == [
        "新聞広告出稿依頼書.pdf",
        "新聞広告出稿依頼書.docx",
        "広告原稿.pdf",
    ]
    for said in (pdf_text(rendition.files[0].read()), docx_text(rendition.files[1].read())):
        brief = unbroken(said)
        for part in (
            "第一新聞社御中",
            "広告主名政府広報",
            "掲載紙第一新聞社",
            "掲載の位置記事下",
            "スペース全5段",
            "原稿の寸法天地170.3mm×左右378mm",
            "掲載日平成27年6月8日（月）",
            "掲載の条件社会面、1色",
            "回答期限平成27年6月6日（土）",
            "0120-818211",
        ):
            assert part in brief


def test_a_corner_space_has_the_size_that_each_paper_names_or_else_the_channels() -> None:
    own = rendered(CORNER, {"width_mm": "84", "height_mm": "83"}, width_mm=35, height_mm=83)
    assert own.problems == ()
    assert size_of(space_of(own)) == (84, 83)
    short = "ご心配の方は、専用電話窓口へご相談ください。"
    usual = rendered({**CORNER, "headline": "年金情報の流出"}, body=short, width_mm=56, height_mm=83)
    assert usual.problems == ()
    assert size_of(space_of(usual)) == (56, 83)
    assert texts(rendered(CORNER)) == texts(rendered(CORNER, {"width_mm": "8cm"})) == [
        "the size of this paper's 突き出し is not known"
    ]  # fmt: skip


def test_a_task_has_the_papers_and_the_days_of_a_span() -> None:
    agency = rendered(CORNER, {"papers": "第一新聞|第二新聞", "width_mm": "84", "height_mm": "83"})
    assert agency.task is not None
    assert agency.task.places == ("第一新聞", "第二新聞")
    assert agency.task.days == tuple(date(2015, 6, day) for day in range(11, 18))
    assert "掲載紙第一新聞、第二新聞" in unbroken(pdf_text(agency.files[0].read()))


def test_a_paper_that_prints_on_another_day_has_its_own() -> None:
    later = rendered({**FULL, "other_days": {"p": "2015-06-09"}})
    assert later.task is not None
    assert later.task.days == (date(2015, 6, 9),)
    assert "平成27年6月9日（火）" in unbroken(pdf_text(later.files[0].read()))
    as_the_others = rendered({**FULL, "other_days": {"another": "2015-06-09"}})
    assert as_the_others.task is not None
    assert as_the_others.task.days == (date(2015, 6, 8),)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"columns": None}, "a 記事下 is so many 段, and this one says none"),
        ({"hotline": None}, "there is no telephone number"),
        ({"days": []}, "there is no day on which it is printed"),
        ({"days": ["2015-06-04"]}, "it is printed on 2015-06-04, and the brief goes out on 2015-06-05 only"),
        ({"columns": 1, "width": "1/8"}, "the words are about 299 characters too long for 1段1/8 (47.2 × 34.1 mm)"),
        ({"hours": "𠮷日"}, "the document's fonts lack 「𠮷」(U+20BB7)"),
    ],
)
def test_what_is_missing_or_has_no_room_is_a_problem(own: dict[str, Any], said: str) -> None:
    assert said in texts(rendered({**FULL, **own}))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"width": "half"}, "a width is full, or a part of the page's: 1/2"),
        ({"width": "3/2"}, "a width is full"),
        ({"width": "1/0"}, "a width is full"),
        ({"columns": 16}, "less than or equal to 15"),
        ({"from": "2015-06-11"}, "give from and to together"),
        ({"from": "2015-06-11", "to": "2015-06-10"}, "from is before to"),
        ({"from": "2015-06-11", "to": "9999-06-10"}, "by 366 days at the most"),
        ({"from": "2015-06-11", "to": "2015-06-12", "days": ["2015-06-11"]}, "give either days, or from and to"),
    ],
)
def test_what_cannot_be_a_space_or_a_span_is_no_version(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        NewspaperVersion(**wrong)


@pytest.mark.parametrize("points", [(), POINTS])
@pytest.mark.parametrize(
    "space",
    [
        Space("全5段", 378, 170.3),
        Space("全2段", 378, 68.1),
        Space("5段1/2", 189, 170.3),
        Space("突き出し", 84, 83),
        Space("突き出し", 42, 126),
    ],
)
def test_as_many_words_as_are_taken_fit_into_the_space(space: Space, points: tuple[str, ...]) -> None:
    def words(length: int) -> dict[str, Any]:
        return {"headline": "犯罪にご注意", "text": (TALK * 100)[:length], "points": [*points], **HOTLINE}

    assert characters_over(space, words(0)) == 0
    longest = max(length for length in range(0, 4000, 10) if not characters_over(space, words(length)))
    assert 0 < longest < 3990
    size = {"width_mm": space.width_mm, "height_mm": space.height_mm}
    assert size_of(Document("広告原稿.pdf", "newspaper-space", words(longest) | size).read()) == (
        space.width_mm,
        space.height_mm,
    )


def test_the_digest_tells_the_size_the_day_and_the_words_apart() -> None:
    digests = {
        rendered(FULL).digest,
        rendered({**FULL, "width": "1/2"}).digest,
        rendered({**FULL, "hotline": "0120-000000"}).digest,
        rendered({**FULL, "other_days": {"p": "2015-06-09"}}).digest,
        rendered(FULL, body="別の文").digest,
    }
    assert len(digests) == 5
