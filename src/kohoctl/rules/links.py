"""Rules about links: where they lead, and what readers are asked for there. Fraud begins with both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from kohoctl.rules.example import example
from kohoctl.rules.rule import Finding, Rule, Subject, Text
from kohoctl.rules.sentences import sentences
from kohoctl.rules.things import things_in


def host_of(address: str) -> str:
    """The host that a web or mail address leads to, without ``www.``; nothing where it has none."""
    try:
        host = urlsplit(address).hostname if "://" in address else address.rpartition("@")[2]
    except ValueError:
        return ""
    return (host or "").lower().removeprefix("www.")


def own_hosts(subject: Subject) -> frozenset[str]:
    """The hosts of the file's owners: those of the channels' addresses, and of their senders and contacts."""
    return frozenset(
        host_of(thing.same) for text in subject.settings for thing in things_in(text.value) if thing.kind == "address"
    )


def is_within(host: str, owned: frozenset[str]) -> bool:
    """Whether ``host`` is one of ``owned``, or below one."""
    parts = host.split(".")
    return any(".".join(parts[at:]) in owned for at in range(len(parts)))


def _foreign(subject: Subject) -> Iterator[Finding]:
    owned = own_hosts(subject)
    known = {thing.same for text in subject.facts for thing in things_in(text.value)}
    for text, thing in subject.things:
        host = host_of(thing.same) if thing.kind == "address" and thing.same not in known else ""
        if host and not is_within(host, owned):
            hint = "see that it is right, and write it under facts:; or take it out"
            where = thing.start, thing.end
            yield text.problem(where, "{found} leads to {host}, which is none of ours", hint=hint, host=host)


_NUMBER = (
    "基礎年金番号|年金番号|口座番号|暗証番号|パスワード|(?:マイナンバー|個人番号)(?!カード|制度)|カード番号"
    "|セキュリティコード|認証番号|認証コード"
)
_NAME = "氏名|お名前|御名前"
_PERSON = f"(?:{_NAME})[^。\\n]{{0,20}}?(?:生年月日|住所)|生年月日[^。\\n]{{0,20}}?(?:{_NAME}|住所)"
_DATA = re.compile(f"{_NUMBER}|{_PERSON}")
_MAY_ASK = re.compile("番号|パスワード|マイナンバー|コード|生年月日|住所")
_PLEASE = "ください|下さい|願います|お願い"
_ASKED = re.compile(
    "(?:入力|記入|記載|送信|返信|登録|回答|送付|連絡|送っ|教え|知らせ|お送り|お書き)"
    f"(?:を|の上、?|して|し|て|いただ[きく]|くださいますよう|ますよう|、){{0,3}}(?:[^。\\n]{{0,20}}?)(?:{_PLEASE})"
)
_WAY = re.compile(
    "https?://|@|リンク|ＵＲＬ|URL|アドレス|メール|フォーム|サイト|ウェブ|ホームページ|こちらから|返信|LINE|SMS|ＳＭＳ"
)
_NOT = re.compile(
    "(?:しない|せず|教えない|答えない|送らない|入れない)(?:で|よう|に|こと|、|くだ)"
    "|(?:こと|もの|必要)(?:は|も|が)?、?(?:一切|決して|絶対に)?、?(?:あり|ござい)ません"
    "|(?:こと|必要)(?:は|も)?(?:一切|決して)?ない|(?:し|いたし|求め|聞き|尋ね|ませ)ません|なりません|不要|注意"
    "|しまった|だまされ|(?:し|され)た(?:方|場合|とき)"
)


def _asking(subject: Subject) -> Iterator[Finding]:
    for text in (*subject.read, *subject.attached):
        if _MAY_ASK.search(text.value):
            yield from _asking_in(text)


def _asking_in(text: Text) -> Iterator[Finding]:
    for sentence in sentences(text.value):
        data = _DATA.search(sentence[0])
        asked = _ASKED.search(sentence[0], data.end()) if data else None
        if data is None or asked is None or _NOT.search(sentence[0], data.end()):
            continue
        if _WAY.search(sentence[0] + _address_below(text.value, sentence.end())):
            where = sentence.start() + data.start(), sentence.start() + data.end()
            hint = "ask for it by telephone, at a counter or by post; warn that nobody asks for it otherwise"
            yield text.problem(where, "readers are asked to send {found}", hint=hint)


def _address_below(text: str, end: int) -> str:
    """The line below a sentence that ends at ``end``, where it says no more than an address."""
    line = text[end : end + 400].lstrip("\n").partition("\n")[0]
    return line if not re.search("[\u3041-\u3096]", line) else ""


RULES = (
    Rule(
        "foreign-link",
        "warning",
        ("a link to a site that is none of ours", "送り手のものではないリンク先"),
        (
            "A reader takes an address in an official message for official. One that is mistyped, or copied from"
            " elsewhere, may lead to somebody else's page. The hosts of the file's channels, senders and contacts are"
            " ours, and so is what lies below them; any other address is to be a fact, which somebody has looked at.",
            "公的なお知らせに載ったアドレスを、読者は公的なものと受け取ります。入力の誤りや転記により、第三者のページに"
            "導くおそれがあります。媒体、差出人及び連絡先のドメインとその配下は、送り手のものとみなします。"
            "それ以外のアドレスは、確認の上、facts に書いてください。",
        ),
        example(body="{{ hotline }} 又は https://www.mhlw-nenkin.example/ を御覧ください。"),
        example(
            body="{{ hotline }} 又は {{ page }} を御覧ください。",
            facts='{hotline: 0120-818211, page: "https://www.nenkin.example/"}',
        ),
        _foreign,
    ),
    Rule(
        "asks-for-data",
        "error",
        ("personal data asked for by link, mail or reply", "リンク、メール又は返信による個人情報の求め"),
        (
            "It is what fraudsters write. Who has learnt from us that it may be genuine is caught by the next one."
            " Found are numbers and codes, and a name together with a birthday or a home, where the same sentence asks"
            " to enter or send them by a link, a mail or a reply; a warning that nobody asks for them is not.",
            "詐欺の手口と同じ文面です。公的機関が同様の求めをすると、次に届く偽の連絡を見分けられなくなります。"
            "番号、暗証番号等又は氏名と生年月日若しくは住所を、リンク、メール又は返信により入力し、又は送るよう求める文を"
            "見付けます。「お尋ねすることはありません」などの注意喚起は対象としません。",
        ),
        example(body="基礎年金番号を、返信によりお知らせください。{{ hotline }}"),
        example(body="基礎年金番号は、お電話でお確かめください。{{ hotline }}"),
        _asking,
    ),
)
