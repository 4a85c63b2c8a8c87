"""The office's rule about words, on texts as offices and criminals write them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import forbidden_words
import pytest
from forbidden_words import kohoctl_check

from kohoctl import Problem, Rendition
from kohoctl.testing import message, picture


def problems(body: str, **content: Any) -> list[Problem]:
    """What the rule says of a message with this text, where its channel sends it as it is, or this content."""
    return list(kohoctl_check(message(body=body), Rendition(content or {"text": body})))


@pytest.mark.parametrize(
    "text",
    [
        "お客様の口座番号をお知らせください。",
        "口座番号や氏名を、次のフォームにご入力ください。",
        "暗証番号のご連絡をお願いいたします。",
        "キャッシュカードを職員にお渡しください。",
        "通帳を担当者へお預けいただきます。",
        "ATMで還付金のお手続きをお願いします。",
        "ＡＴＭを操作してください。",
        "至急、下記の口座へお振り込みください。",
        "本日中に送金してください。",
    ],
)
def test_a_text_that_asks_for_what_criminals_want_is_a_problem(text: str) -> None:
    (problem,) = problems(text)
    assert problem.field == "body"
    assert problem.hint is not None
    assert problem.hint.startswith("say instead: ")


@pytest.mark.parametrize(
    "text",
    [
        "年金の記録は、絶対に安全です。",
        "新しいシステムは１００％安心です。",
        "今後一切、個人情報が流出することはありません。",
        "被害に遭われた場合は、全額補償いたします。",
    ],
)
def test_a_promise_that_nobody_can_keep_is_a_problem(text: str) -> None:
    assert len(problems(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "職員が口座番号をお聞きすることは、ありません。",
        "暗証番号を教えないでください。",
        "「口座番号を教えてください」という電話にご注意ください。",
        "「ATMで手続をお願いします」「至急お振込みください」などと言われたら、詐欺です。",
        "口座番号をお知らせくださいと言われても、決して教えないでください。",
        "暗証番号を聞かれたら、すぐに警察へご連絡ください。",
        "ATMの操作をお願いすることは、一切ありません。",
        "預金通帳の写しをお送りください。",
        "絶対に安全とは言えません。",
        "絶対に安全ではありません。",
        "日本年金機構から、この件でお電話をすることは一切ありません。",
        "年金は、ご本人に確実に支払います。",
    ],
)
def test_a_text_that_warns_of_it_is_left_alone(text: str) -> None:
    assert problems(text) == []


def test_the_words_are_named_with_the_reason() -> None:
    (problem,) = problems("記録は絶対に安全です。")
    assert str(problem) == (
        "the body says 「絶対に安全」: no system is beyond doubt, and the next incident makes this untrue"
    )


def test_markup_and_line_breaks_within_the_words_hide_nothing() -> None:
    (problem,) = problems("", page="<p>お客様の<strong>口座番号</strong>を\nお知らせ\nください。</p>")
    assert "「口座番号をお知らせください」" in str(problem)


def test_what_stands_in_two_points_of_a_list_is_not_read_as_one_sentence() -> None:
    assert problems("- パスワードの再設定\n- 申請書をご記入ください") == []
    assert problems("", page="<li>パスワードの再設定</li>\n<li>申請書をご記入ください</li>") == []


def test_every_text_that_a_channel_sends_is_looked_at_and_named_by_its_place() -> None:
    (problem,) = problems("ご注意ください。", parts=["表", {"button": "口座番号を入力してください"}])
    assert str(problem).startswith("the content.parts.2.button says 「口座番号を入力してください」")


def test_the_description_of_a_picture_is_looked_at_too(tmp_path: Path) -> None:
    image = picture(tmp_path, "poster.png", "絶対に大丈夫、と書かれたポスター")
    safe = picture(tmp_path, "safe.png", "絶対に安全です")
    (problem,) = kohoctl_check(message(), Rendition({}, files=(image, safe)))
    assert problem.field == "safe.png.alt"


def test_words_that_stand_in_the_title_and_in_several_texts_are_one_problem_of_the_title() -> None:
    rendition = Rendition({"heading": "絶対に安全な年金", "name": "絶対に安全な年金"})
    (problem,) = kohoctl_check(message(title="絶対に安全な年金"), rendition)
    assert problem.field == "title"


def test_check_names_the_line_of_the_campaign_file(tmp_path: Path) -> None:
    shutil.copy(forbidden_words.__file__, tmp_path)
    (tmp_path / "campaigns.yaml").write_text(
        """\
version: 1
plugins: [forbidden_words.py]
channels:
  site: {kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
campaigns:
  nenkin:
    title: 年金情報の流出
    owner: 厚生労働省
    messages:
      notice:
        title: お知らせ
        when: 2015-06-03T10:00
        channels: [site]
        body: お客様の口座番号をお知らせください。
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "kohoctl", "check", "campaigns.yaml"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)  # noqa: S603 -- our own
    assert checked.returncode == 1
    assert "campaigns.yaml:14:" in checked.stdout
    assert "「口座番号をお知らせください」" in checked.stdout
