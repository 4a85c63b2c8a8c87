"""Rules about moments: a message that comes too late, or when nobody acts, or together with another."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from kohoctl.campaign.calendars import add_business_days, is_business_day
from kohoctl.campaign.file import CampaignFile, WrittenMessage
from kohoctl.language import Sentence, enumerated
from kohoctl.problem import Problem
from kohoctl.rules.dates import WrittenDay, days_in, meant, weekday_of
from kohoctl.rules.example import example
from kohoctl.rules.rule import Finding, Rule, Subject, Text
from kohoctl.rules.sentences import sentences
from kohoctl.rules.things import plain

MOST_NAMED = 3
"""Days that one problem names."""
_COMING = re.compile(
    "(?:開催|実施|支給|支払い?|発送|送付|公表|発表|開始|終了|開所|開設|放送|受付を?開始|お?送り|お?届け)(?:を?(?:いた)?し|され|われ)ます"
    "|(?:行い|行われ|始まり|締め切り|迎え|受け付け|振り込み|振り込まれ|支払われ)ます|予定(?:です|して|となって|でございます)"
)
_GOES_ON = re.compile(" ?(?:から|より|以降|以来|以後|付|現在|時点|分|号|〜|～|~|-)")
"""Behind a day that only begins something, or dates it."""
_OVER = re.compile("た(?![めがだっ])|ている|ており|だった")
"""Between a day and what is coming: the day is of something else, which is over."""
_REACH = 40
"""Characters from a day to the word that says what is coming on it."""


def _over(subject: Subject) -> Iterator[Finding]:
    for text in subject.read:
        if days_in(text.value) and (near := subject.sent.around(text)) and _COMING.search(text.value):
            yield from _over_in(text, near[-1])


def _over_in(text: Text, out: date) -> Iterator[Finding]:
    seen = plain(text.value)
    ends = [sentence.end() for sentence in sentences(seen)]
    for written in days_in(text.value):
        if not _is_coming(seen, written, ends[bisect_right(ends, written.start)]):
            continue
        may_be = meant(written, (out, out)) if written.month else []
        if may_be and may_be[-1] < out:
            hint = "say what has been, or send it earlier"
            where = written.start, written.end
            yield text.problem(where, "{found} is over when this goes out, on {day}", hint=hint, day=out.isoformat())


def _is_coming(seen: str, written: WrittenDay, end: int) -> bool:
    """Whether the words behind the day say that something is coming on it."""
    behind = seen[written.end : min(end, written.end + _REACH)]
    found = _COMING.search(behind)
    before = seen[max(0, written.start - 3) : written.start]
    return bool(found and not before.endswith(("毎年", "例年")) and not _GOES_ON.match(behind)) and not (
        found and _OVER.search(behind[: found.start()])
    )


def _closed(subject: Subject) -> Iterator[Problem]:
    file = subject.file
    for campaign in file.campaigns.values():
        for message in campaign.messages.values():
            asked = [way.channel for way in message.ways if file.channels[way.channel].form == "requested"]
            if not asked:
                continue
            moments = (one.due.astimezone(file.timezone) for one in message.occurrences if one.due)
            closed = sorted({moment.date() for moment in moments if not is_business_day(moment.date())})
            if closed:
                values = {"channel": asked[0], "days": _named(closed)}
                text = "{channel} asks somebody to act, and offices are closed on {days}"
                hint = Sentence("the business day before is {day}", day=add_business_days(closed[0], -1))
                yield Problem(text, values, hint=hint, place=message.places.get("when") or message.places.get(""))


def _named(days: Sequence[date]) -> str:
    named = enumerated([Sentence("{day} ({weekday})", day=day, weekday=weekday_of(day)) for day in days[:MOST_NAMED]])
    more = len(days) - MOST_NAMED
    return Sentence("{days} and {more} more", days=named, more=more) if more > 0 else named


def _clashes(subject: Subject) -> Iterator[Problem]:
    file = subject.file
    first: dict[tuple[str, datetime], str] = {}
    for campaign in file.campaigns.values():
        for message in campaign.messages.values():
            for channel, due in _published(file, message):
                other = first.setdefault((channel, due), f"{campaign.id}/{message.id}")
                if other != f"{campaign.id}/{message.id}":
                    values = {"other": other, "channel": channel, "due": f"{due:%Y-%m-%d %H:%M}"}
                    text = "{channel} has {other} at the same moment, {due}: readers get both at once"
                    place = message.places.get("when") or message.places.get("")
                    yield Problem(text, values, hint="leave some time between them", place=place)
                    break


def _published(file: CampaignFile, message: WrittenMessage) -> Iterator[tuple[str, datetime]]:
    for way in message.ways:
        if file.channels[way.channel].form == "published" and way.channel not in file.recipients:
            for occurrence in message.occurrences:
                if occurrence.due:
                    yield way.channel, occurrence.due.astimezone(file.timezone)


_OPERATORS = """\
operators:
  kind: call-centre
  owner: 日本年金機構
  to: hotline@nenkin.example
  addressee: オペレーター各位
  sender: 日本年金機構 <koho@nenkin.example>
  office: 日本年金機構
  contact: {department: 広報室, telephone: 03-0000-0001, email: koho@nenkin.example}
"""
_GUIDE = """\
{operators: {hotline: "{{ hotline }}", hours: 平日, opening: お電話ありがとうございます。, never_ask: [口座番号],
  escalation: [責任者に引き継ぐ。], questions: [{question: 年金は減りますか。, answer: 減りません。}]}}\
"""
_ANOTHER = """\
reminder:
  title: お知らせ（再）
  when: 2015-06-04T10:00+09:00
  channels: {site: {slug: reminder}}
  body: お電話ください。
"""

RULES = (
    Rule(
        "after-event",
        "warning",
        ("a message that goes out after the day of which it speaks as coming", "過ぎた日を予定として述べる送信"),
        (
            "A message was moved, or is repeated, and its text still promises what is over. A day without a year is"
            " taken for that of the year in which the message goes out.",
            "送信日の変更や再送により、既に終わったことを予定として伝えることになります。年の記載がない日付は、"
            "送信日に最も近い年の日付として確かめます。",
        ),
        example(body="説明会は、{{ day }}に開催します。{{ hotline }}", facts="{hotline: 0120-818211, day: 6月3日}"),
        example(body="説明会は、{{ day }}に開催しました。{{ hotline }}", facts="{hotline: 0120-818211, day: 6月3日}"),
        _over,
    ),
    Rule(
        "closed-day",
        "warning",
        ("a request that reaches people when offices are closed", "閉庁日に届く依頼"),
        (
            "A press release, a request or a radio brief needs somebody who carries it out. On Saturdays, Sundays,"
            " holidays and from 29 December to 3 January nobody is there.",
            "報道発表、依頼文書、ラジオCM原稿等は、受け取った人が動いて初めて届きます。土曜日、日曜日、祝日及び"
            "年末年始（12月29日から1月3日まで）は、行政機関の休日です。",
        ),
        example(
            body="この手引きに沿ってお答えください。",
            when="2015-06-06T10:00",
            channels=_OPERATORS,
            ways=_GUIDE,
            mail=True,
        ),
        example(
            body="この手引きに沿ってお答えください。",
            when="2015-06-05T10:00",
            channels=_OPERATORS,
            ways=_GUIDE,
            mail=True,
        ),
        _closed,
    ),
    Rule(
        "clash",
        "warning",
        ("two messages at the same moment by one channel", "同じ媒体での同時刻の送信"),
        (
            "Readers get both at once, in no order, and overlook one of them. A channel with recipients is not meant:"
            " the two may be for different people.",
            "読者には二つの内容が同時に届き、一方が見落とされます。宛先のある媒体は、相手が異なり得るため対象としません。",
        ),
        example(body="お電話ください。{{ hotline }}", more=_ANOTHER),
        example(body="お電話ください。{{ hotline }}", more=_ANOTHER.replace("T10:", "T15:")),
        _clashes,
    ),
)
