"""The page's own words, each in Japanese and in English. What the campaign says stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

from kohoctl.fulfilment import PlaceState
from kohoctl.states import State
from kohoctl.views import Measure

Code = Literal["ja", "en"]


class Both(NamedTuple):
    """The same in both languages."""

    ja: str
    en: str


WORDS: Mapping[str, Both] = {
    "title": Both("配信内容の確認", "Preview of what goes out"),
    "skip": Both("本文へ移動", "Skip to the contents"),
    "language": Both("表示言語", "Language"),
    "sections": Both("この文書の構成", "Sections"),
    "standing": Both("現在の状況です。何も送信していません。", "How things stand now. Nothing was sent."),
    "problems": Both("直すところ", "What is wrong"),
    "no_problems": Both("直すところは、見つかりませんでした。", "Nothing wrong was found."),
    "nothing_usable": Both(
        "ファイルに問題があり、配信の内容を表示できません。次の問題を直してから、もう一度作成してください。",
        "The file cannot be used, so that nothing more is shown. Mend these problems, and make the page again.",
    ),
    "partly_usable": Both(
        "ファイルに問題があるため、問題のない部分だけを表示しています。直すまでは、何も送信されません。",
        "The file has problems, and only what can be used of it is shown. Nothing is sent until they are mended.",
    ),
    "of_file": Both("ファイルの問題", "Problems of the file"),
    "of_deliveries": Both("配信の問題", "Problems of deliveries"),
    "hint": Both("直し方：", "What would be right: "),
    "more_problems": Both("ほかの問題は、kohoctl check で確認できます。", "kohoctl check names the others."),
    "dropped": Both("台帳にあり、ファイルにはなくなったもの", "In the ledger, and not in the file any more"),
    "changes": Both("変更点", "Changes"),
    "no_changes": Both("送る内容に、変更はありません。", "Nothing that goes out has changed."),
    "change": Both("変更", "Change"),
    "change.new": Both("追加", "new"),
    "change.changed": Both("変更", "changed"),
    "change.gone": Both("削除", "gone"),
    "old_text": Both("前の版の内容", "What it said"),
    "calendar": Both("日程", "Calendar"),
    "no_calendar": Both("日時の決まった配信はありません。", "Nothing goes out at a time of its own."),
    "without_time": Both("ほかの配信の後に送るもの", "After other messages"),
    "messages": Both("配信の内容", "Messages"),
    "no_messages": Both("配信の内容はありません。", "There are no messages."),
    "filter": Both("絞り込み", "Filter"),
    "channel": Both("媒体", "Channel"),
    "owner": Both("担当", "Owner"),
    "state": Both("状態", "State"),
    "from": Both("この日から", "From"),
    "to": Both("この日まで", "To"),
    "all": Both("すべて", "All"),
    "reset": Both("絞り込みを解除", "Clear"),
    "kind": Both("種類", "Kind"),
    "due": Both("日時", "Due"),
    "key": Both("配信の名前", "Key"),
    "digest": Both("内容の照合値", "Digest"),
    "recipient": Both("宛先", "Recipient"),
    "recipients": Both("宛先", "Recipients"),
    "facilities": Both("施設", "Facilities"),
    "answer": Both("回答", "Answer"),
    "answers": Both("回答：", "Answers: "),
    "standing.overdue": Both("期限超過", "overdue"),
    "standing.open": Both("回答待ち", "open"),
    "standing.declined": Both("辞退", "declined"),
    "standing.done": Both("実施済", "done"),
    "standing.replaced": Both("差し替え済", "replaced"),
    "step.accepted": Both("了承", "accepted"),
    "step.placed": Both("実施済", "done"),
    "step.evidenced": Both("確認資料あり", "shown"),
    "step.declined": Both("辞退", "declined"),
    "reply_by": Both("回答期限", "Reply by"),
    "shown_days": Both("実施日", "Days"),
    "made_up": Both(
        "個人の名簿のため、架空の宛先で表示しています。", "A private list: the people shown here are made up."
    ),
    "known": Both("台帳にある件数：", "In the ledger: "),
    "changed": Both("送信後に内容が変わっています", "changed since it went out"),
    "nothing_goes": Both("この媒体では、何も送られません。", "Nothing goes out by this channel."),
    "left_out": Both(
        "配信が多いため、文書の見本は作っていません（--pages all で作成します）。",
        "There are many messages, so that its documents were not made (--pages all makes them).",
    ),
    "failed": Both("見本を作れませんでした：", "It could not be shown: "),
    "has_more": Both("続きは、ファイルを御覧ください。", "The rest is in the file."),
    "no_pages": Both("ページの画像は作っていません。", "Its pages were not drawn."),
    "not_drawn": Both("ページを画像にできませんでした：", "Its pages could not be drawn: "),
    "broken": Both("画像として読めないファイルです。", "This file is no picture that can be read."),
    "no_alt": Both("（説明なし）", "(no description)"),
    "alt": Both("画像の説明：", "Description: "),
    "repost": Both("リポスト", "reposts"),
    "reading_time": Both("読み上げの時間：", "Reading time: "),
    "reading": Both("読み：", "Reading: "),
    "not_spoken": Both(
        "音声は作っていません（追加機能 radio があれば、--sound で作成します）。",
        "It was not spoken (with the extra radio, --sound has it spoken).",
    ),
    "mail": Both("メール", "Mail"),
    "sender": Both("差出人", "From"),
    "mail_to": Both("宛先", "To"),
    "attachments": Both("添付", "Attached"),
    "chat_picture": Both("画像の所在：", "Picture at "),
    "address": Both("掲載先：", "At "),
    "on_page": Both("紙面に占める大きさ", "Its part of the page"),
    "back": Both("日程と一覧へ戻る", "Back to the calendar"),
    "part": Both("配信の内容を、次のページに分けています。", "The messages stand on these pages."),
    "scroll": Both("表", "Table"),
    "found": Both("{n}件を表示しています", "{n} shown"),
    "state.waiting": Both("待機", "waiting"),
    "state.due": Both("送信時刻", "due"),
    "state.blocked": Both("保留", "held back"),
    "state.missed": Both("時期を過ぎた", "missed"),
    "state.sending": Both("送信中", "being sent"),
    "state.delivered": Both("送信済み", "delivered"),
    "state.refused": Both("断られた", "refused"),
    "state.unreached": Both("送られていない", "not sent"),
    "state.unknown": Both("送られたか不明", "unknown whether sent"),
    "unit.characters": Both("字", "characters"),
    "unit.weight": Both("Xの数え方", "by X's weights"),
    "unit.utf16": Both("UTF-16単位", "UTF-16 units"),
    "unit.morae": Both("拍", "morae"),
    "unit.seconds": Both("秒", "seconds"),
    "too_long": Both("超過", "too long"),
}
"""Words that need no number or date in them, by the names under which the page asks for them."""
WEEKDAYS = Both("月火水木金土日", "Mon Tue Wed Thu Fri Sat Sun")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def state_word(state: State) -> Both:
    return WORDS[f"state.{state}"]


def weekday(day: date) -> Both:
    return Both(WEEKDAYS.ja[day.weekday()], WEEKDAYS.en.split()[day.weekday()])


def day(one: date) -> Both:
    ja, en = weekday(one)
    return Both(f"{one.month}月{one.day}日（{ja}）", f"{en} {one.day} {MONTHS[one.month - 1]}")


def moment(at: datetime) -> Both:
    """A moment to the minute."""
    ja = f"{at.year}年{day(at).ja}{at.hour}時{at.minute:02}分"
    return Both(ja, f"{day(at).en} {at.year}, {at:%H:%M}")


def month(first: date) -> Both:
    return Both(f"{first.year}年{first.month}月", f"{MONTHS[first.month - 1]} {first.year}")


def deliveries(count: int) -> Both:
    return Both(f"{count:,}件の配信", f"{count:,} {'delivery' if count == 1 else 'deliveries'}")


def more(count: int) -> Both:
    return Both(f"ほか{count:,}件", f"and {count:,} more")


def more_characters(count: int) -> Both:
    """What is left of a text that was cut."""
    return Both(f"（以下{count:,}字を省略しています）", f"({count:,} more characters)")


def sample(shown: int, count: int) -> Both:
    """How many of how many recipients are shown."""
    if shown >= count:
        return Both(f"全{count:,}件", f"{count:,} in all")
    return Both(f"{count:,}件のうち{shown:,}件", f"{shown:,} of {count:,}")


def people(count: int) -> Both:
    """How many people a private list has."""
    return Both(f"{count:,}人", f"{count:,} {'person' if count == 1 else 'people'}")


def answer(place: PlaceState) -> Both:
    """How far a place has come, ``実施済40/47``; nothing while nobody has said so."""
    if place.step is None:
        return Both("", "")
    step, count = WORDS[f"step.{place.step}"], ""
    if place.count is not None:
        count = f"{place.count:,}" if place.total is None else f"{place.count:,}/{place.total:,}"
    return Both(step.ja + count, f"{step.en} {count}".strip())


def states(counts: Mapping[State, int]) -> Both:
    """How many there are in each state."""
    return _numbered([(state_word(state), count) for state, count in counts.items()])


def standings(counts: Mapping[str, int]) -> Both:
    """How many requests stand where."""
    return _numbered([(WORDS[f"standing.{standing}"], count) for standing, count in counts.items()])


def _numbered(named: Sequence[tuple[Both, int]]) -> Both:
    ja = "、".join(f"{word.ja}{count:,}件" for word, count in named)
    return Both(ja, ", ".join(f"{count:,} {word.en}" for word, count in named))


def compared_with(name: str) -> Both:
    return Both(f"{name} と比べた変更点です。", f"Compared with {name}.")


def moved(old: datetime | None, new: datetime | None) -> Both:
    """A time that changed."""
    after = WORDS["without_time"]
    before, now = (moment(at) if at else after for at in (old, new))
    return Both(f"日時：{before.ja} → {now.ja}", f"Due: {before.en} → {now.en}")


def concerned(count: int) -> Both:
    """How many deliveries a problem is about."""
    return Both(f"（{count:,}件の配信）", f"({count:,} {'delivery' if count == 1 else 'deliveries'})")


def line(number: int) -> Both:
    return Both(f"{number}行目", f"line {number}")


def page_of(name: str, number: int) -> Both:
    """What a picture of a page shows, for those who cannot see it."""
    return Both(f"{name}の{number}ページ目", f"Page {number} of {name}")


def space_in_page(width: float, height: float) -> Both:
    ja = f"天地{height:g}mm×左右{width:g}mmの広告が紙面に占める大きさ"
    return Both(ja, f"A space {width:g} mm wide and {height:g} mm high, on its page")


def millimetres(width: float, height: float) -> Both:
    return Both(f"天地{height:g}mm×左右{width:g}mm", f"{width:g} × {height:g} mm")


def frame_title(title: str) -> Both:
    return Both(f"「{title}」のページ", f"The page “{title}”")


def measured(measure: Measure) -> Both:
    """A length and its limit."""
    unit = WORDS.get(f"unit.{measure.unit}", Both(measure.unit, measure.unit))
    said, most = _number(measure.number), _number(measure.most)
    ja, en = f"{said}／{most}（{unit.ja}）", f"{said} of {most} {unit.en}"
    return Both(f"{ja}　{WORDS['too_long'].ja}", f"{en}, {WORDS['too_long'].en}") if measure.is_over else Both(ja, en)


def size(count: int) -> Both:
    text = f"{count / 10**6:.1f} MB" if count >= 10**6 else f"{max(1, round(count / 1000)):,} kB"
    return Both(text, text)


def part(first: str, last: str, number: int) -> Both:
    """One of the pages that the messages are divided into."""
    return Both(f"{number}：{first}〜{last}", f"{number}: {first} – {last}")


def _number(one: float) -> str:
    return f"{one:,.0f}" if one == int(one) else f"{one:,.1f}"
