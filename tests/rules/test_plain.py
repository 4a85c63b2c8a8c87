"""Rules about plain words: where they begin to speak, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.rules.joyo import JOYO
from rules.looking import finds

HOTLINE = "{hotline: 0120-818211, hours: 8:30〜21:00（平日及び土日）, office: 日本年金機構経営企画部広報室}"


def test_the_joyo_table_has_its_2136_kanji_and_the_four_shapes_that_devices_have() -> None:
    assert len(JOYO) == 2136 + 4
    assert set("𠮟塡剝頰叱填剥頬亜腕鬱岡阪埼") <= JOYO
    assert not set("捺詫匁錘銑勺脹髙") & JOYO


# Sentences


def test_a_sentence_of_61_characters_is_long_and_one_of_60_is_not(tmp_path: Path) -> None:
    sentence = "あ" * 59
    assert finds(tmp_path, "long-sentence", f"{sentence}。") == []
    (said,) = finds(tmp_path, "long-sentence", f"{sentence}い。")
    assert said.startswith("this sentence has 61 characters: ")


def test_a_sentence_is_measured_with_its_facts(tmp_path: Path) -> None:
    sentence = f"{{{{ office }}}}{'あ' * 45}。"
    assert finds(tmp_path, "long-sentence", sentence, facts=HOTLINE) == []
    assert len(finds(tmp_path, "long-sentence", sentence.replace("あ", "ああ", 4), facts=HOTLINE)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "専用電話窓口（{{ hotline }}、受付時間 {{ hours }}、通話料はかかりません）を設置し、お問い合わせを承ります。",
        "日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。\n" * 3,
        "- 日本年金機構が、この件でお客様にお金やキャッシュカードを要求することは、\n- 一切ありません。",
        "詳しくは、https://www.mhlw.example/stf/seisakunitsuite/bunya/nenkin/nenkin/topics/0604.html を御覧ください。",
        "https://www.mhlw.example/stf/seisakunitsuite/bunya/nenkin/nenkin/topics/2015/06/0604.html",
    ],
)
def test_short_sentences_asides_and_addresses_are_not_long(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "long-sentence", body, facts=HOTLINE) == []


# Negations


@pytest.mark.parametrize(
    "body",
    [
        "御利用になれないわけではありません。",
        "遅れないとは限りません。",
        "お支払いできなくはありません。",
        "お待ちいただかざるを得ません。",
        "御連絡しないことは、ありません。",
        "延期しないわけにはいきません。",
    ],
)
def test_what_is_denied_twice_is_found(tmp_path: Path, body: str) -> None:
    assert len(finds(tmp_path, "double-negative", body)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "皆さまの年金そのものがなくなったり、減ったりすることは、ありません。",
        "横取りにより、皆さまに年金が支払われなくなることは、ありません。",
        "年金の支払いが滞ることは、ありません。",
        "年金そのものがなくなったり、減ってしまうことはないのですか。",
        "手続をしなければなりません。",
        "届出がないと、受け取ることができません。",
        "少なくはありません。危ないことはありません。",
        "心配ないのではないかと思われます。",
        "問題ないです。ありません。",
    ],
)
def test_what_is_denied_once_is_not(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "double-negative", body) == []


# Kanji


def test_a_text_of_which_more_than_half_is_kanji_is_found_from_100_characters_on(tmp_path: Path) -> None:
    assert len(finds(tmp_path, "many-kanji", "年金" * 26 + "は" * 48)) == 1
    assert finds(tmp_path, "many-kanji", "年金" * 25 + "は" * 50) == []
    assert finds(tmp_path, "many-kanji", "年金" * 40) == []


@pytest.mark.parametrize(
    "body", ["捺印（なついん）", "捺印(なついん)", "謄本を捺印（なついん）し、捺印します。", "お詫（わ）び"]
)
def test_a_kanji_whose_reading_stands_behind_it_is_read(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "missing-furigana", body) == []


def test_a_kanji_outside_of_the_table_is_found_once_in_a_text(tmp_path: Path) -> None:
    assert finds(tmp_path, "missing-furigana", "捺印し、捺印します。") == ["捺 is no 常用漢字 and has no reading"]
    assert finds(tmp_path, "missing-furigana", "御挨拶、改竄の防止") == ["竄 is no 常用漢字 and has no reading"]
    assert finds(tmp_path, "missing-furigana", "岡山県、埼玉県、大阪府、岐阜県、沖縄県、𠮟責、剥離") == []


# Katakana


@pytest.mark.parametrize(
    "body",
    [
        "日本年金機構が、この件でお客様にお金やキャッシュカードを要求することは、一切ありません。",
        "専用電話窓口（コールセンター）、ホームページ、チラシ、スポット広告",
        "スーパーマーケット、コンビニエンスストア、チェーンストア、ハローワーク、スポーツ施設",
        "なるほど!!ニッポン情報局",
        "オンラインサービス、ウェブページ、メールアドレス",
        "コンプライアンス（法令遵守）を徹底し、コンプライアンスに努めます。",
        "法令遵守（コンプライアンス）を徹底します。",
    ],
)
def test_words_that_everybody_knows_and_those_explained_are_not_found(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "katakana-word", body) == []


@pytest.mark.parametrize(
    "word", ["コンプライアンス", "ステークホルダー", "エビデンス", "インシデント", "セキュリティインシデント"]
)
def test_a_word_that_not_everybody_knows_is_found_once(tmp_path: Path, word: str) -> None:
    assert finds(tmp_path, "katakana-word", f"{word}に備え、{word}を防ぎます。") == [
        f"{word} is not explained where it first stands"
    ]
