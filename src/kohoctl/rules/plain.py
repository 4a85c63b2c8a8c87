"""Rules about plain words, which are all hints: a writer decides.

They follow 「公用文作成の考え方」 (文化審議会建議, 2022) and 「在留支援のためのやさしい日本語ガイドライン」
(出入国在留管理庁・文化庁, 2020).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kohoctl.language import Sentence
from kohoctl.rules.example import example
from kohoctl.rules.joyo import JOYO
from kohoctl.rules.katakana import INSTEAD, is_known
from kohoctl.rules.rule import Finding, Rule, Subject, Text
from kohoctl.rules.sentences import is_prose, sentences

LONGEST_SENTENCE = 60
"""Characters. 「公用文作成の考え方」(解説) Ⅲ-3 ア: from 50 to 60 on, a writer asks whether it can still be read."""
KANJI_FROM = 100
"""Characters from which on the share of kanji counts: in a line or two it is that of a name."""
MOST_KANJI = 0.5
"""The share of kanji from which on a text looks black. No source has a figure: the announcements of 2015 have about
40 %."""
_NAME = 6
"""Kanji before and behind one that are looked at for the name of a place."""
SHORTEST_KATAKANA = 4
"""Letters of a katakana word that is looked at: shorter ones are mostly old and known (パン, メモ)."""
NO_SENTENCES = frozenset({"reading", "number", "slug"})
"""Keys of a version under which no sentences for readers stand: the reading of a script, the number of a letter."""


def _prose(subject: Subject, longer_than: int = 0) -> Iterator[Text]:
    """The texts that are read as sentences, the facts in them; titles and attachments are left out."""
    for text in subject.read:
        if len(text.value) > longer_than and text.field not in NO_SENTENCES and text.field != "title":
            yield text


_MARKUP = re.compile(r"^\s*(?:[-*・○■●]\s*|#+\s*|\d+[.)]\s+)?|\*\*|\s+$")
_ASIDE = re.compile(r"（[^（）]*+）|\([^()]*+\)|https?://[!-~]+")
"""What a reader passes over: what stands in parentheses, and an address."""


def _long(subject: Subject) -> Iterator[Finding]:
    for text in _prose(subject, LONGEST_SENTENCE):
        for sentence in sentences(text.value):
            if sentence.end() - sentence.start() <= LONGEST_SENTENCE:
                continue
            without = _ASIDE.sub("", _ASIDE.sub("", sentence[0]))  # one may stand in another
            length = len(_MARKUP.sub("", without))
            if length > LONGEST_SENTENCE and is_prose(sentence[0]):
                said = "this sentence has {length} characters: {found}"
                hint = Sentence("make two of it, of {most} characters at the most", most=LONGEST_SENTENCE)
                yield text.problem(sentence, said, hint=hint, length=length)


_NO = "(?:ない|ありません|ございません|なかった)"
_NEGATED = re.compile(
    rf"(?<![少危切])ない(?:わけ|こと|もの)(?:で|に)?(?:は|も)、?(?:{_NO}|いかない|いきません)"
    rf"|(?<![少危切])なく(?:は|も)(?:{_NO})"
    r"|(?<![少危切])ない(?:とは|とも)(?:限らない|限りません|言えない|言えません|言い切れない|言い切れません)"
    r"|ない(?:では|でも)(?:いられない|いられません|ない(?!か))"
    r"|(?:ず|ない)には(?:いられない|いられません|済まない|済みません|おかない|おきません)|ざるを得(?:ない|ません)"
)


def _negatives(subject: Subject) -> Iterator[Finding]:
    for text in _prose(subject):
        if "な" in text.value or "ざる" in text.value or "ずには" in text.value:
            for match in _NEGATED.finditer(text.value):
                yield text.problem(match, "{found} denies twice", hint="say what is so")


_KANJI = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")


def _kanji(subject: Subject) -> Iterator[Finding]:
    for text in _prose(subject, KANJI_FROM - 1):
        length = len("".join(text.value.split()))
        share = len("".join(_KANJI.findall(text.value))) / max(1, length)
        if length >= KANJI_FROM and share > MOST_KANJI:
            first = text.value.partition("\n")[0]
            said = "{share:.0%} of this text is kanji: {found}"
            hint = "write words in hiragana where they are usual, and verbs in the place of nouns"
            yield text.problem((0, len(first)), said, hint=hint, share=share)


_KATAKANA = re.compile(rf"[ァ-ヺー]{{{SHORTEST_KATAKANA},}}+")
_OPEN = ("（", "(", "〈")


def _katakana(subject: Subject) -> Iterator[Finding]:
    for text in _prose(subject):
        seen: set[str] = set()
        for match in _KATAKANA.finditer(text.value):
            word = match[0]
            if is_known(word) or word in seen:
                continue
            seen.add(word)
            if not text.value.startswith(_OPEN, match.end()) and not text.value.endswith(_OPEN, 0, match.start()):
                yield text.problem(match, "{found} is not explained where it first stands", hint=_instead_of(word))


def _instead_of(word: str) -> Sentence:
    if word in INSTEAD:
        hint = "write {instead}, or explain it in parentheses: {word}（…）"
        return Sentence(hint, instead=INSTEAD[word], word=word)
    return Sentence("write a Japanese word, or explain it in parentheses: {word}（…）", word=word)


@cache
def _unusual() -> re.Pattern[str]:
    """The kanji outside of the 常用漢字表."""
    points = sorted(ord(kanji) for kanji in JOYO if ord(kanji) <= 0x9FFF)
    edges = zip([0x33FF, *points], [*points, 0xA000], strict=True)
    gaps = (f"{chr(before + 1)}-{chr(after - 1)}" for before, after in edges if after - before > 1)
    return re.compile(f"[{''.join(gaps)}]")


_READING = re.compile("[\u3400-\u9fff々\u3041-\u3096]{0,8}[（(][\u3041-\u3096\u30a1-\u30fcー・ 　]+[）)]")
"""The rest of the word, and its reading in parentheses."""


_KANJI_WORD = re.compile("[\u3400-\u9fff々ヶ]+")
_OF_A_PLACE = frozenset("市区町村郡駅島")
_PLACES = re.compile("札幌|函館|小樽|釧路|苫小牧|高槻|芦屋|淀川|諫早|堺|柏|蕨")
"""Towns that everybody in Japan can read. 固有名詞は常用漢字表の対象としない（表の前書き）: other places are known by
their last kanji; people cannot be told."""


def _is_of_a_place(text: str, at: int) -> bool:
    """Whether the kanji ``at`` belongs to the name of a place."""
    start = at
    while start > max(0, at - _NAME) and _KANJI_WORD.match(text, start - 1):
        start -= 1
    word = _KANJI_WORD.match(text, start, at + _NAME)
    rest = word[0][at - start :] if word else ""
    return not _OF_A_PLACE.isdisjoint(rest[1:]) or bool(word and _PLACES.search(word[0]))


def _furigana(subject: Subject) -> Iterator[Finding]:
    unusual = _unusual()
    for text in _prose(subject):
        seen: set[str] = set()
        for match in unusual.finditer(text.value):
            if match[0] in seen:
                continue
            if not _READING.match(text.value, match.end()) and not _is_of_a_place(text.value, match.start()):
                hint = "write its reading in parentheses behind the word, or the word in hiragana"
                yield text.problem(match, "{found} is no 常用漢字 and has no reading", hint=hint)
            seen.add(match[0])


_PLAINLY = (
    "「公用文作成の考え方」（令和4年文化審議会建議）",
    "「在留支援のためのやさしい日本語ガイドライン」（令和2年出入国在留管理庁・文化庁）",
)

RULES = (
    Rule(
        "long-sentence",
        "hint",
        (f"a sentence of more than {LONGEST_SENTENCE} characters", f"{LONGEST_SENTENCE}字を超える文"),
        (
            "By the guide to official writing of 2022, a writer asks from 50 to 60 characters on whether a sentence can"
            " still be read. What stands in parentheses and addresses are not counted; titles and attachments are left"
            " out.",
            f"{_PLAINLY[0]}は、50字から60字ほどになったら読みにくくなっていないか意識するとしています。"
            "括弧内及びアドレスは数えません。標題及び添付の文書は対象としません。",
        ),
        example(
            body="日本年金機構を名乗って口座番号を聞き出そうとする者や、流出した個人情報を削除してあげると持ちかけてくる者が、"
            "各地で現れています。{{ hotline }}"
        ),
        example(
            body="日本年金機構を名乗って口座番号を聞き出そうとする者が、現れています。"
            "流出した個人情報を削除してあげると持ちかけてくる者も、各地で現れています。{{ hotline }}"
        ),
        _long,
    ),
    Rule(
        "double-negative",
        "hint",
        ("a double negative", "二重否定"),
        (
            "Who reads in haste, or learns Japanese, takes it for the opposite.",
            f"急いで読む人や日本語を学んでいる人は、反対の意味に受け取るおそれがあります。{_PLAINLY[0]}は、"
            "二重否定はどうしても必要なとき以外には使わないとしています。",
        ),
        example(body="電話がつながらないことはありません。{{ hotline }}"),
        example(body="電話は、つながります。{{ hotline }}"),
        _negatives,
    ),
    Rule(
        "many-kanji",
        "hint",
        (f"a text of which more than {MOST_KANJI:.0%} is kanji", "漢字の割合が5割を超える文章"),
        (
            f"A page that is black with kanji is not begun. Texts from {KANJI_FROM} characters on are looked at; the"
            " share is ours, as no source gives one.",
            f"漢字の多い文章は、読む前に敬遠されます。{KANJI_FROM}字以上の文章を対象とします。{_PLAINLY[1]}も、"
            "漢字の量に注意するとしています（割合の定めはなく、5割は本ソフトウェアの目安です）。",
        ),
        example(
            body="今般、不正接続起因個人情報流出事案発生。対象者全員宛個別通知文書発送予定。当該事案関連不審電話急増中、十分注意"
            "必要。専用電話窓口設置済、平日及土日受付可、通話料無料。最寄年金事務所窓口相談対応可。関係省庁連携体制強化中。"
            "{{ hotline }}"
        ),
        example(
            body="このたび、不正な接続により、個人情報が流出しました。対象の方には、お一人ずつお知らせをお送りします。"
            "この件に関する不審な電話が増えていますので、十分に御注意ください。専用の電話窓口を設けました。"
            "お近くの年金事務所でも、御相談になれます。{{ hotline }}"
        ),
        _kanji,
    ),
    Rule(
        "katakana-word",
        "hint",
        ("a katakana word that is not explained", "説明のない片仮名の語"),
        (
            "Not everybody knows it. It is explained in parentheses where it first stands, or another word is used;"
            " words that everybody knows are left out.",
            f"誰もが知っている語ではありません。{_PLAINLY[0]}は、定着していない外来語は、漢語や和語に言い換え、"
            "又は説明を付けるとしています。広く知られた語は対象としません。",
        ),
        example(body="再発防止のため、コンプライアンスを徹底します。{{ hotline }}"),
        example(body="再発防止のため、コンプライアンス（法令遵守）を徹底します。{{ hotline }}"),
        _katakana,
    ),
    Rule(
        "missing-furigana",
        "hint",
        ("a kanji outside of the joyo table without its reading", "読みのない常用漢字表外の漢字"),
        (
            "Schools do not teach it. Its reading stands in parentheses behind the word, where it first stands; the"
            " table is that of 2010, with 2,136 kanji.",
            f"常用漢字表（平成22年内閣告示第2号）にない漢字です。{_PLAINLY[0]}は、仮名で書くか、初めに読み方を示すと"
            "しています。",
        ),
        example(body="申請書に捺印してください。{{ hotline }}"),
        example(body="申請書に捺印（なついん）してください。{{ hotline }}"),
        _furigana,
    ),
)
