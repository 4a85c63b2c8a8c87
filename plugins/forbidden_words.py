"""An office's list of words that its public texts must not use, each with its reason and what to say instead.

An example of a rule as a ministry writes it: no channel sends a text that breaks it. The list has phrases that *ask*
and that *promise*, and no bare nouns, since a warning has to name what criminals want. What somebody else is said to
say, as in 「口座番号を教えてください」という電話, is not the office's own word, and is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kohoctl import Message, Problem, Rendition, hookimpl


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to avoid, as a pattern, why, and what to say instead."""

    pattern: str
    reason: str
    instead: str

    def found_in(self, text: str) -> Iterator[str]:
        """The words themselves, but for those that は, と or など follows: 絶対に安全ではない, 絶対に安全などと言う."""
        return (match[0] for match in re.finditer(f"(?:{self.pattern})(?!、?(?:と|など|では))", text))


_NUMBERS = "(?:口座番号|暗証番号|カード番号|パスワード|マイナンバー|個人番号|基礎年金番号)"
_CARDS = "(?:キャッシュカード|クレジットカード|通帳|印鑑|現金)"
_AS_OBJECT = "(?:(?:(?!写し|コピー)[^。を]){0,12}を、?|の)"
"""Room for more of a list, as in 口座番号や氏名を. A copy of a passbook may be asked for by post."""
_WAY = "(?:(?:この|次|下記|折り返し|返信|電話|メール|フォーム|画面|欄|窓口|担当者|職員)[のにへで]?、?){0,4}"
"""Such words and no others, so that no other verb's object is taken for this one's."""
_TELL = "[おご]?(?:知らせ|教え|伝え|入力|記入|返信|送信|連絡|登録)"
_HAND_OVER = "[おご]?(?:渡し|預け|送り?|送付|郵送)"
_PAY = "[おご]?(?:振り?込み?|支払い?|送金|入金)"
_AT_ONCE = "(?:至急|今すぐ|直ちに|ただちに|すぐに|本日中に|今日中に)"
_LEAD = "(?:を|[しっ]?て|んで)?"
_PLEASE = f"{_LEAD}(?:(?:くだ|下)さい|(?:いただ|頂)[きけ]ます|願います|お願い(?:し|いたし|致し|申し上げ)ます)"

PHRASES = (
    Phrase(
        _NUMBERS + _AS_OBJECT + _WAY + _TELL + _PLEASE,
        "it asks for numbers as criminals do, and readers learn to give them away",
        "「ご不明な点は、専用電話窓口へお問い合わせください」",
    ),
    Phrase(
        _CARDS + _AS_OBJECT + _WAY + _HAND_OVER + _PLEASE,
        "no office collects cards, passbooks or cash, and whoever does is a criminal",
        "「職員がキャッシュカードをお預かりすることは、ありません」",
    ),
    Phrase(
        f"ATM[のをで](?:[^。、を]{{1,8}}[のを])?(?:{_PAY}|[おご]?(?:操作|手続き?)){_PLEASE}",
        "no office pays anything back at a cash machine, and every refund fraud says so",
        "「ATMの操作をお願いすることは、ありません」",
    ),
    Phrase(
        f"{_AT_ONCE}、?[^。、]{{0,10}}?{_PAY}{_PLEASE}",
        "haste is the mark of a fraud, and who owes an office anything has time to ask",
        "the day by which to pay, and whom to ask: 「期限は6月30日です」",
    ),
    Phrase(
        "(?:絶対に?|100%|完全に)、?(?:安全|安心|大丈夫|漏れません|流出しません)",
        "no system is beyond doubt, and the next incident makes this untrue",
        "what was confirmed, and when: 「6月3日現在、改ざんは確認されていません」",
    ),
    Phrase(
        "(?:二度と|今後一切|今後は?絶対に?)、?[^。、]{0,15}(?:流出|漏えい|漏洩|発生|起[こき])[^。、]{0,8}ません",
        "it promises what attackers decide",
        "what was done against it: 「再発防止のため、次の対策を講じました」",
    ),
    Phrase(
        "(?:必ず|全額|全て|すべて)[^。、]{0,8}(?:戻り|戻ってき|(?:補償|賠償|返金)(?:し|いたし|致し|され))ます",
        "it promises money that only a law or the decision on each case can grant",
        "where to ask: 「被害に遭われた方は、次の窓口へご相談ください」",
    ),
)

_PART_END = re.compile(r"</(?:p|li|h[1-6]|t[dh]|d[dt])>|\n(?=\s*(?:\n|[-#・]))")
_MARKUP = re.compile(r"<[^<>]*>|[\s*]+")
_REPORTED = re.compile(r"(?:「[^「」]*|『[^『』]*)(?:[」』][、や]?(?=[「『]|と|など|等|\.\.|は、?詐欺)|$)")
"""What somebody is said to say. An excerpt may break off in the midst of it."""


@hookimpl
def kohoctl_check(message: Message, rendition: Rendition) -> Iterable[Problem]:
    parts = {"content": rendition.content, **{file.name: file.identity() for file in rendition.files}}
    written = {"title": _plain(message.title), "body": _plain(message.body)}
    found: dict[tuple[str, str], Problem] = {}
    for where, text in _texts(parts):
        plain = _plain(text)
        for phrase in PHRASES:
            for words in phrase.found_in(plain):
                field = next((name for name, said in written.items() if words in said), where)
                found.setdefault((words, field), _problem(words, field, phrase))
    return found.values()


def _problem(words: str, field: str, phrase: Phrase) -> Problem:
    values = {"field": field, "words": words, "reason": phrase.reason}
    return Problem("the {field} says 「{words}」: {reason}", values, field=field, hint=f"say instead: {phrase.instead}")


def _texts(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text in ``value`` behind the names and numbers that lead to it, with dots: ``content.items.1``."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, f"{where}.{name}".lstrip("."))
    elif isinstance(value, Sequence):
        for number, item in enumerate(value, 1):
            yield from _texts(item, f"{where}.{number}")


def _plain(text: str) -> str:
    """``text`` without markup, line breaks, differences of width, and what it tells of others' words."""
    sentences = _PART_END.sub("。", unicodedata.normalize("NFKC", text))
    return _REPORTED.sub("", _MARKUP.sub("", sentences))
