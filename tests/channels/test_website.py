"""What the kind ``website`` makes of a message, before anything is sent."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.website_messages import (
    DUE,
    KEY,
    PDF,
    PNG,
    QUESTIONS,
    TITLE,
    asset,
    flyer,
    folder_channel,
    message,
    picture,
    wordpress_channel,
)
from kohoctl import Message, Question
from kohoctl.channels._markdown import shorten, to_html, to_text
from kohoctl.channels._web_page import stored_name
from kohoctl.channels.website import WebsiteSettings, WebsiteVersion, default_slug

WORDPRESS = wordpress_channel("https://www.mhlw.example")


def problems(what: Message) -> list[str]:
    return [str(problem) for problem in WORDPRESS.render(what, None).problems]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**「一切ありません」**です", "<p><strong>「一切ありません」</strong>です</p>"),
        ("専用電話窓口\n0120-818211", "<p>専用電話窓口<br>\n0120-818211</p>"),
        ("# 一\n\n### 二", "<h2>一</h2>\n<h4>二</h4>"),
        ("#### 一", "<h2>一</h2>"),
        ("1. 一\n2. 二", "<ol>\n<li>一</li>\n<li>二</li>\n</ol>"),
        ("<参考>", "<p>&lt;参考&gt;</p>"),
        ("<b>太字</b>", "<p>&lt;b&gt;太字&lt;/b&gt;</p>"),
        ("`https://a.example`", "<p><code>https://a.example</code></p>"),
    ],
)
def test_markdown_becomes_plain_clean_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@given(st.text(alphabet=st.sampled_from("aZ09あァ亜ー々、。〜「（＊！ｱ ,:-\n\u3000*_<&.)#")))
def test_plain_words_come_out_as_they_do_beside_others(text: str) -> None:
    beside = to_html(f"{text}\n\n<")
    assert beside.removesuffix("<p>&lt;</p>").strip() == to_html(text)
    assert to_text(beside).removesuffix("<").strip() == to_text(to_html(text))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("詳しくはhttps://www.mhlw.example/a_b_c/をご覧ください。", "https://www.mhlw.example/a_b_c/"),
        ("（https://www.mhlw.example/）", "https://www.mhlw.example/"),
        ("(https://www.mhlw.example/x).", "https://www.mhlw.example/x"),
        ("https://www.mhlw.example/x_(y)", "https://www.mhlw.example/x_(y)"),
        ("https://www.mhlw.example/?a=1&b=2", "https://www.mhlw.example/?a=1&amp;b=2"),
        ("<https://www.mhlw.example/>", "https://www.mhlw.example/"),
        ("[年金](https://www.mhlw.example/)", "https://www.mhlw.example/"),
    ],
)
def test_an_address_in_the_text_is_a_link(text: str, address: str) -> None:
    assert re.findall('href="([^"]*)"', to_html(text)) == [address]


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[押す](javascript:alert(1))",
        "[押す](data:text/html,alert)",
        "<javascript:alert(1)>",
        '[押す](https://a.example/"onmouseover="alert(1))',
        '[押す](https://a.example/ "x\\" onclick=\\"alert(1)")',
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
        "![x](javascript:alert(1))",
        "https://a.example/'onmouseover='alert(1)'<script>",
    ],
)
def test_nothing_in_the_text_can_run(evil: str) -> None:
    html = to_html(evil)
    allowed = re.sub(r'<a href="https?://[^"<>]*" rel="noopener">|</?(p|a|br)>', "", html)
    assert "<" not in allowed


def test_tags_in_the_text_are_named_as_a_problem() -> None:
    (problem, _) = WORDPRESS.render(message(body="**重要** <b>一切</b>ありません"), None).problems
    assert str(problem) == "the text holds HTML (<b>), which is not passed on to the page"
    assert problem.field == "body"


def test_a_picture_in_the_text_is_a_problem_with_its_remedy() -> None:
    (problem,) = WORDPRESS.render(message(body="![地図](https://a.example/map.png)"), None).problems
    assert problem.hint == "name the picture under images:, with its alt text"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"title": " "}, "the page has no title"),
        ({"title": "一\n二"}, "the title is longer than one line"),
        ({"body": "\n"}, "the page has no text"),
        ({"body": "年金\u202e詐欺"}, "the body holds the invisible character U+202E"),
        ({"title": "年金\x07"}, "the title holds the invisible character U+0007"),
        ({"excerpt": "\x1b[31m"}, "the excerpt holds the invisible character U+001B"),
        ({"body": "あ" * 400_000}, "the text has 1200000 bytes; a page takes 1048576"),
        ({"slug": "feed"}, "WordPress keeps the slug feed for itself"),
    ],
)
def test_what_is_no_page_yet_is_said(fields: dict[str, Any], text: str) -> None:
    assert problems(message(**fields)) == [text]


def test_a_picture_needs_words_a_known_type_and_a_bearable_size(tmp_path: Path) -> None:
    svg = asset(tmp_path, "a.svg", "image/svg+xml", b"<svg/>", "図")
    heavy = replace(picture(tmp_path, "b.png", " "), size=3 * 2**20)
    assert problems(message(images=(svg, heavy))) == [
        "a.svg is image/svg+xml, which a page does not take: jpg, png, gif, webp",
        "b.png has 3145728 bytes; the site takes 2097152",
        "b.png has no text for those who cannot see it",
    ]


def test_an_attachment_runs_nothing_and_keeps_to_the_sites_limit(tmp_path: Path) -> None:
    page = asset(tmp_path, "a.html", "text/html", b"<script>")
    heavy = replace(flyer(tmp_path), size=3 * 2**20)
    first, second = problems(message(attachments=(page, heavy)))
    assert first.startswith("a.html is text/html, which a page does not take")
    assert second == "チラシ.pdf has 3145728 bytes; the site takes 2097152"
    roomy = wordpress_channel("https://www.mhlw.example", upload_limit=8)
    assert not roomy.render(message(attachments=(heavy,)), None).problems


@pytest.mark.parametrize(
    "slug", ["Notice", "年金", "../etc", "a/b", "a--b", "-a", "2015", "a.html", "a\n", "", "a" * 201]
)
def test_a_slug_that_is_no_plain_word_is_not_taken(slug: str) -> None:
    with pytest.raises(ValidationError):
        WebsiteVersion(slug=slug)


@pytest.mark.parametrize(
    ("campaign", "id", "slug"),
    [
        ("nenkin-2015", "fraud-warning", "nenkin-2015-fraud-warning"),
        ("Nenkin_2015", "FAQ", "nenkin-2015-faq"),
        ("2015", "notice", "page-9b9b8dd0e71f6e6d"),
        ("年金", "notice", "page-3ffc34670e54299e"),
    ],
)
def test_a_message_has_the_same_slug_each_time(campaign: str, id: str, slug: str) -> None:
    assert re.fullmatch("[a-z0-9-]+", slug)
    assert default_slug(replace(message(), campaign=campaign, id=id)) == slug


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"wordpress": {"url": "https://a.example", "user": "a", "password": "literal"}},
        {"wordpress": {"url": "http://a.example", "user": "a", "password": {"env": "A"}}},
        {"folder": {"path": "../up", "url": "https://a.example", "title": "t"}},
        {"folder": {"path": "/srv", "url": "https://a.example", "title": "t"}},
        {"folder": {"path": "", "url": "https://a.example", "title": "t"}},
        {"folder": {"path": "site", "url": "https://a.example", "title": "\x07"}},
        {"folder": {"path": "site", "url": "https://a.example", "title": "t"}, "language": "日本語"},
    ],
)
def test_wrong_settings_are_not_taken(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WebsiteSettings.model_validate(wrong)


def test_every_setting_is_described() -> None:
    schema = WebsiteSettings.model_json_schema()
    models = [schema, schema["$defs"]["WordPress"], schema["$defs"]["Folder"]]
    assert all(field.get("description") for model in models for field in model["properties"].values())


def test_files_have_names_that_tell_their_bytes_apart(tmp_path: Path) -> None:
    first, second = picture(tmp_path), picture(tmp_path, alt="別の説明")
    assert re.fullmatch(r"poster-[0-9a-f]{20}\.png", stored_name(first))
    assert stored_name(first) != stored_name(second)
    assert re.fullmatch(r"file-[0-9a-f]{20}\.pdf", stored_name(flyer(tmp_path)))
    odd = asset(tmp_path, "..%2F..php", "image/png", PNG)
    assert re.fullmatch(r"2f-[0-9a-f]{20}\.png", stored_name(odd))


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        (" ", "はい。", "a question has no words"),
        ("問", "\n", "the question 「問」 has no answer"),
        ("問\u202e", "はい。", "the question 「問」 or its answer holds the invisible character U+202E"),
        ("問", "<b>はい</b>", "the text holds HTML (<b>), which is not passed on to the page"),
        ("問", "あ" * 400_000, "the text has 1200630 bytes; a page takes 1048576"),
    ],
)
def test_what_of_a_question_is_no_page_yet_is_said(question: str, answer: str, said: str) -> None:
    found = WORDPRESS.render(message(questions=(Question(question=question, answer=answer),)), None).problems
    assert str(found[0]) == said
    assert found[0].field == ("body" if "bytes" in said else "questions")


def test_the_digest_covers_the_questions_and_a_page_without_any_keeps_its_own() -> None:
    one, other = ((QUESTIONS[0],), (replace_answer(QUESTIONS[0], "いいえ。"),))
    digests = [WORDPRESS.render(message(questions=questions), None).digest for questions in ((), one, other)]
    assert len(set(digests)) == 3
    assert "questions" not in WORDPRESS.render(message(), None).content


def replace_answer(question: Question, answer: str) -> Question:
    return question.model_copy(update={"answer": answer})


def test_the_rehearsals_page_stands_alone(tmp_path: Path) -> None:
    what = message(images=(picture(tmp_path),), attachments=(flyer(tmp_path),))
    channel = folder_channel()
    pages = channel.artifacts(channel.render(what, None), KEY, DUE)
    page = pages["page.html"].decode()
    assert TITLE in page
    assert '<img src="data:image/png;base64,' in page
    assert 'href="%E3%83%81%E3%83%A9%E3%82%B7.pdf"' in page
    assert '公開日 <time datetime="2015-06-03T10:00:00+09:00">2015年6月3日</time>' in page
    assert (pages["チラシ.pdf"], pages["poster.png"]) == (PDF, PNG)
    assert set(pages) == {"page.html", "チラシ.pdf", "poster.png"}


def test_the_rehearsal_shows_what_wordpress_would_be_asked() -> None:
    rendition = WORDPRESS.render(message(title="髙齢者 & ご家族", slug="notice"), None)
    pages = WORDPRESS.artifacts(rendition, KEY, DUE)
    body = json.loads(pages["post.json"])
    assert (body["slug"], body["status"], body["title"]) == ("notice", "publish", "髙齢者 &amp; ご家族")
    assert rendition.content["html"] in body["content"]
    assert rendition.digest in body["content"]
    assert "page.html" in pages


def test_nothing_secret_or_unsteady_is_in_a_rendition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", "hidden")
    first, second = (WORDPRESS.render(message(), None) for _ in range(2))
    assert first.digest == second.digest
    assert "hidden" not in repr(first)
    assert "WORDPRESS_PASSWORD" not in repr(first)


def test_an_excerpt_is_the_texts_beginning_unless_one_is_given() -> None:
    assert WORDPRESS.render(message(excerpt="要旨です。"), None).content["excerpt"] == "要旨です。"
    made = WORDPRESS.render(message(body="あ" * 200), None).content["excerpt"]
    assert (len(made), made[-1]) == (120, "…")
    assert shorten(to_text(to_html("# 見出し\n\n| a | b |\n|---|---|\n| 1 &lt; 2 | *3* |"))) == "見出し a b 1 < 2 3"
