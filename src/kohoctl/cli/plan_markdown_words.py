"""What the plan's Markdown says by itself, in English and in Japanese. What the campaign says stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kohoctl.changes import Kind
from kohoctl.states import State

Lang = Literal["en", "ja"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; ``{names}`` stand for what is filled in."""

    lang: Lang
    states: Mapping[State, str]
    kinds: Mapping[Kind, str]
    deliveries: str
    delivery: str
    count: str
    between: str
    unchanged: str
    since: str
    at: str
    needs: str
    new: str
    changed: str
    changed_since_sent: str
    gone: str
    dropped: str
    due: str
    waiting: str
    after: str
    repeated: str
    recipients: str
    private: str
    first_of: str
    past: str
    no_ledger: str
    not_compared: str
    held: str
    left_out: str


WORDS: Mapping[Lang, Words] = {
    "en": Words(
        lang="en",
        states={state: str(state) for state in State},
        kinds={kind: str(kind) for kind in Kind},
        deliveries="{number:,} deliveries",
        delivery="{number} delivery",
        count="{number:,} {word}",
        between=", ",
        unchanged="nothing has changed",
        since="Since {name}: {counts}.",
        at="Planned for {at}: {counts}.",
        needs="Needs a person",
        new="New",
        changed="Changed",
        changed_since_sent="Changed since it went out",
        gone="Gone",
        dropped="No longer in the file",
        due="Due",
        waiting="Waiting",
        after="after {message}",
        repeated="{first}, {number} times until {last}",
        recipients="{number:,} {list}",
        private="the people of {list}",
        first_of="The text is that of the first; for the others, their own names stand in it.",
        past="past",
        no_ledger="The time of {number} has passed. There is no ledger here that would know whether they went out.",
        not_compared="Not compared with {name}: {why}",
        held="Nothing goes out by {channel}: {why}",
        left_out="This is too long for a comment: {entries} of its entries and the texts of {texts} more are left out."
        " All of it is shown by {command}",
    ),
    "ja": Words(
        lang="ja",
        states={
            State.WAITING: "待機",
            State.DUE: "送信時刻",
            State.BLOCKED: "保留",
            State.MISSED: "時期を過ぎた",
            State.SENDING: "送信中",
            State.DELIVERED: "送信済み",
            State.REFUSED: "断られた",
            State.UNREACHED: "送られていない",
            State.UNKNOWN: "送られたか不明",
        },
        kinds={Kind.NEW: "追加", Kind.CHANGED: "変更", Kind.GONE: "削除", Kind.SAME: "変更なし"},
        deliveries="配信{number:,}件",
        delivery="配信{number}件",
        count="{word}{number:,}件",
        between="、",
        unchanged="変更はありません",
        since="{name} との比較：{counts}。",
        at="{at} 現在の計画：{counts}。",
        needs="人の判断が必要なもの",
        new="追加",
        changed="変更",
        changed_since_sent="送信後に内容が変わったもの",
        gone="削除",
        dropped="台帳にあり、ファイルにはなくなったもの",
        due="送信時刻になったもの",
        waiting="これから送るもの",
        after="{message} の後",
        repeated="{first} から {last} まで{number}回",
        recipients="{list} {number:,}件",
        private="{list} の宛先",
        first_of="一つ目の宛先の文章です。ほかの宛先の文章には、それぞれの名称等が入ります。",
        past="時刻を過ぎた",
        no_ledger="{number}の時期を過ぎています。送信したかどうかを記録した台帳は、ここにはありません。",
        not_compared="{name} とは比較していません：{why}",
        held="{channel} からは、何も送られません：{why}",
        left_out="長さの上限を超えるため、{entries}項目と、ほかの{texts}項目の文章を省略しました。"
        "全体は、次のコマンドで確認できます：{command}",
    ),
}


def clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
