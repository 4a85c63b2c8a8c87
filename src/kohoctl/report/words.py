"""The report's own words, in Japanese and in English. What the campaign says stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kohoctl.report.days import MONTHS, Days, in_english, in_japanese, year_in_english, year_in_japanese
from kohoctl.report.values import Action
from kohoctl.states import State, Step

Code = Literal["ja", "en"]

NAMED_REPOSTERS = 3
"""Owners of reposts that are all named; of more than these, the first, and how many others there are."""
TWITTER_RENAMED = date(2023, 7, 24)
"""From this day Twitter is called X, and a retweet a repost: what was done before bears the word of its time."""


@dataclass(frozen=True, slots=True)
class Language:
    """All that the report says by itself in one language."""

    code: Code
    dates: Callable[[Days, bool], str]
    year: Callable[[date], str]
    title: Callable[[str], str]
    standing: Callable[[datetime, bool], str]
    """As of when the report speaks, and whether of a rehearsal."""
    action: Callable[[Action, bool], str]
    """One line of the list; whether it names the year."""
    in_year: Callable[[str, str], str]
    """A heading, and the one year that all below it is of."""
    done: str
    nothing_done: str
    by_channel: str
    channel_columns: Sequence[str]
    repost: Callable[[str], str]
    by_recipient: str
    recipient_columns: Sequence[str]
    unanswered: str
    overdue: str
    calls: str
    calls_day: str
    calls_total: str
    calls_done: str
    calls_note: str
    calls_alt: Callable[[date, date, int], str]
    unfinished: str
    unfinished_columns: Sequence[str]
    no_time: str
    nothing_unfinished: str
    nothing_unfinished_known: str
    """The same where private lists were not read."""
    unnamed: Callable[[int], str]
    unread: Callable[[Sequence[str]], str]
    """That the private lists of these channels were not read."""
    states: Mapping[State, str]
    steps: Mapping[Step, str]
    short_day: Callable[[date], str]
    count: Callable[[int, int], str]
    numbered: Callable[[str, int], str]
    """A state, and how many are in it."""


def names_actor(action: Action) -> bool:
    """Whether the action's words say who did it."""
    return all(part in action.words for part in action.actor.split("・"))


def _is_retweet(action: Action) -> bool:
    return action.kind == "x" and action.days.days[0] < TWITTER_RENAMED


def _japanese_date(day: date) -> str:
    return f"{year_in_japanese(day)}{day.month}月{day.day}日"


def _english_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _japanese_title(campaign: str) -> str:
    return campaign if campaign.endswith("について") else f"{campaign}について"


def _japanese_standing(at: datetime, is_rehearsal: bool) -> str:
    if is_rehearsal:
        return f"予行（{_japanese_date(at.date())}まで）の結果であり、実際には何も送っていません。"
    return f"{_japanese_date(at.date())}現在"


def _english_standing(at: datetime, is_rehearsal: bool) -> str:
    if is_rehearsal:
        return f"A rehearsal, up to {_english_date(at.date())}: nothing was really sent."
    return f"As of {_english_date(at.date())}"


def _japanese_action(action: Action, with_year: bool) -> str:
    dates = in_japanese(action.days, with_year, "一部紙" if action.kind == "newspaper" else "一部")
    text = f"{action.words}（{dates if names_actor(action) else f'{dates}、{action.actor}'}）"
    if not action.reposted_by:
        return text
    first, *others = action.reposted_by
    many = len(action.reposted_by) > NAMED_REPOSTERS
    who = f"{first}ほか{len(others)}府省等" if many else "、".join(action.reposted_by)
    return f"{text}→{who}が{'リツイート' if _is_retweet(action) else 'リポスト'}"


def _english_action(action: Action, with_year: bool) -> str:
    dates = in_english(action.days, with_year)
    text = f"{action.words} ({dates if names_actor(action) else f'{dates}, {action.actor}'})"
    if not action.reposted_by:
        return text
    first, *others = action.reposted_by
    many = len(action.reposted_by) > NAMED_REPOSTERS
    who = f"{first} and {len(others)} others" if many else ", ".join(action.reposted_by)
    return f"{text} → {'retweeted' if _is_retweet(action) else 'reposted'} by {who}"


JAPANESE = Language(
    code="ja",
    dates=in_japanese,
    year=year_in_japanese,
    title=_japanese_title,
    standing=_japanese_standing,
    action=_japanese_action,
    in_year=lambda heading, year: f"{heading}（{year}）",
    done="これまでに実施したこと",
    nothing_done="まだ実施したものはありません。",
    by_channel="媒体ごとの実施状況",
    channel_columns=("媒体", "種類", "実施主体", "内容", "日付", "件数", "掲載先"),
    repost=lambda title: f"{title}（再投稿）",
    by_recipient="依頼先ごとの対応状況",
    recipient_columns=("依頼先", "依頼の内容", "依頼日", "状況", "施設等", "回答期限", "確認資料"),
    unanswered="未回答",
    overdue="（期限超過）",
    calls="専用電話窓口への入電の状況",
    calls_day="日付",
    calls_total="合計",
    calls_done="その日に実施したこと",
    calls_note="棒は1日の入電件数です。縦軸の目盛りは、図ごとに異なります。破線は広報を実施した日で、番号は下の表のものです。"
    "棒のない日は、0件であるか、報告がありません。",
    calls_alt=lambda first, last, count: (
        f"{_japanese_date(first)}から{_japanese_date(last)}までの1日ごとの入電件数を、用件ごとに示した棒グラフ。"
        f"合計{count:,}件。広報を実施した日に破線が引かれています。同じ数値を下の表に示します。"
    ),
    unfinished="対応を要するもの",
    unfinished_columns=("状況", "予定日時", "内容", "配信のキー", "理由"),
    no_time="他の配信の後",
    nothing_unfinished="対応を要するものはありません。",
    nothing_unfinished_known="台帳に記録のあるものに、対応を要するものはありません。",
    unnamed=lambda count: f"このほか、実施済みであるものの、ファイルから除かれた配信が台帳に{count:,}件あります。",
    unread=lambda channels: (
        f"{'、'.join(channels)}については、名簿を読み取らず、台帳に記録のある件数のみを示しています。"
        "まだ送付を試みていない方又は記載の不備により保留となっている方の有無は、kohoctl plan で確認できます。"
    ),
    states={
        State.UNKNOWN: "送られたか不明",
        State.MISSED: "時期を過ぎた",
        State.REFUSED: "断られた",
        State.UNREACHED: "送られていない",
        State.SENDING: "送信中",
        State.BLOCKED: "保留",
    },
    steps={Step.ACCEPTED: "了承", Step.PLACED: "実施済", Step.EVIDENCED: "確認資料あり", Step.DECLINED: "辞退"},
    short_day=lambda day: f"{day.month}月{day.day}日",
    count=lambda delivered, planned: f"{delivered:,}件" if delivered == planned else f"{planned:,}件中{delivered:,}件",
    numbered=lambda state, count: f"{state}（{count:,}件）",
)

ENGLISH = Language(
    code="en",
    dates=in_english,
    year=year_in_english,
    title=lambda campaign: campaign,
    standing=_english_standing,
    action=_english_action,
    in_year=lambda heading, year: f"{heading} in {year}",
    done="What has been done",
    nothing_done="Nothing has been done yet.",
    by_channel="By channel",
    channel_columns=("channel", "kind", "by", "what", "days", "deliveries", "where"),
    repost=lambda title: f"{title} (repost)",
    by_recipient="By recipient of requests",
    recipient_columns=("recipient", "request", "day", "state", "places", "answer by", "evidence"),
    unanswered="no answer yet",
    overdue=" (overdue)",
    calls="Calls to the call centre",
    calls_day="day",
    calls_total="all",
    calls_done="done on that day",
    calls_note="Bars are the calls of a day; each chart has a scale of its own. Dashed lines are days of action, with"
    " the numbers of the table below. A day without a bar had no calls, or no report of them.",
    calls_alt=lambda first, last, count: (
        f"Bar charts of the calls of each day from {_english_date(first)} to {_english_date(last)}, by topic: "
        f"{count:,} in all. Dashed lines stand at the days of action. The table below has the same numbers."
    ),
    unfinished="What is open",
    unfinished_columns=("state", "due", "what", "key of the delivery", "reason"),
    no_time="after another",
    nothing_unfinished="Nothing is open.",
    nothing_unfinished_known="Nothing is open of what the ledger knows.",
    unnamed=lambda count: f"Deliveries made that the file does not name any more: {count:,}, not counted above.",
    unread=lambda channels: (
        f"Of {', '.join(channels)}, only what the ledger knows is counted: its list was not read. Whether there are"
        " people with whom nothing was tried yet, or whose rows are held back, kohoctl plan shows."
    ),
    states={
        State.UNKNOWN: "unknown whether sent",
        State.MISSED: "missed",
        State.REFUSED: "refused",
        State.UNREACHED: "not sent",
        State.SENDING: "being sent",
        State.BLOCKED: "held back",
    },
    steps={Step.ACCEPTED: "accepted", Step.PLACED: "done", Step.EVIDENCED: "shown", Step.DECLINED: "declined"},
    short_day=lambda day: f"{day.day} {MONTHS[day.month - 1][:3]}",
    count=lambda delivered, planned: f"{delivered:,}" if delivered == planned else f"{delivered:,} of {planned:,}",
    numbered=lambda state, count: f"{state} ({count:,})",
)

LANGUAGES: Mapping[str, Language] = {"ja": JAPANESE, "en": ENGLISH}
