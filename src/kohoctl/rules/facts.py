"""Rules about facts: what is written once cannot differ, so whatever can be wrong by a digit is to be a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain

from kohoctl.campaign.facts import references
from kohoctl.language import Sentence
from kohoctl.rules.example import example
from kohoctl.rules.links import host_of, is_within, own_hosts
from kohoctl.rules.rule import Finding, Rule, Subject, Text
from kohoctl.rules.things import Thing, is_near, things_in

SHORTEST_TYPED = 5
"""Characters of a fact that is looked for in texts as it is: a shorter one stands in other words by chance."""


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}.*)?")


class _Facts:
    """A file's facts by what they say."""

    def __init__(self, subject: Subject) -> None:
        self.values = {text.value: text.field for text in subject.facts if len(text.value) >= SHORTEST_TYPED}
        self.named = {text.field: text.value for text in subject.facts}
        self.things: dict[tuple[str, str], tuple[str, str]] = {}
        """By kind and meaning: the fact's name, and how the thing is written there."""
        for text in subject.facts:
            for thing in things_in(text.value):
                written = text.value[thing.start : thing.end]
                self.things.setdefault((thing.kind, thing.same), (text.field, written))

    def near(self, thing: Thing) -> str | None:
        """The name of a fact that ``thing`` looks like, by a slip of a character."""
        alike = ((same, name) for (kind, same), (name, _) in self.things.items() if kind == thing.kind)
        return next((name for same, name in alike if is_near(same, thing.same)), None)


_ONE_BY_ONE = ("telephone number", "address")
"""The kinds of which a thing that looks like another is most likely a slip, and `fact-differs` finds it."""


def _differing(subject: Subject) -> Iterator[Finding]:
    facts = _Facts(subject)
    of_settings = ((text, thing) for text in subject.settings for thing in things_in(text.value))
    for text, thing in chain(subject.things, of_settings):
        if thing.kind not in _ONE_BY_ONE or _is_a_moment(text):
            continue
        known = facts.things.get((thing.kind, thing.same))
        written = text.value[thing.start : thing.end]
        if known is not None and known[1] != written and thing.kind == "telephone number":
            name, meant = known
            whole = facts.named[name] == meant and text.field != "attachments"
            yield text.problem(
                (thing.start, thing.end),
                "{found} is the fact {fact} in another spelling: {meant}",
                hint=Sentence("write {{{{ {name} }}}}", name=name),
                new=f"{{{{ {name} }}}}" if whole and text.message else None,
                fact=name,
                meant=meant,
            )
        elif known is None and (near := facts.near(thing)):
            yield text.problem(
                (thing.start, thing.end),
                "{found} is nearly the fact {fact}: {meant}",
                hint=Sentence("write {{{{ {name} }}}}, or make it a fact of its own", name=near),
                fact=near,
                meant=facts.named[near],
            )


def _typed(subject: Subject) -> Iterator[Finding]:
    facts = _Facts(subject)
    for text in subject.said:
        for value, name in facts.values.items():
            for match in re.finditer(re.escape(value), text.value) if value in text.value else ():
                fact = f"{{{{ {name} }}}}"
                hint = Sentence("write {{{{ {name} }}}}", name=name)
                yield text.problem(match, "{found} is the fact {fact}, typed", hint=hint, new=fact, fact=name)


def _no_fact(kind: str, subject: Subject) -> Iterator[Finding]:
    """The things of a ``kind`` that are no facts. An address elsewhere is `foreign-link`'s to find."""
    facts = _Facts(subject)
    owned = own_hosts(subject) if kind == "address" else frozenset()
    what = Sentence(kind)
    for text, thing in subject.things:
        if thing.kind != kind or (thing.kind, thing.same) in facts.things or _is_a_moment(text):
            continue
        if kind == "address" and not is_within(host_of(thing.same), owned):
            continue
        if kind not in _ONE_BY_ONE or not facts.near(thing):
            hint = "write it once under facts:, and {{ its_name }} here"
            yield text.problem((thing.start, thing.end), "the {kind} {found} is no fact", hint=hint, kind=what)


def _is_a_moment(text: Text) -> bool:
    """Whether it is a moment as a campaign file writes it, and no words for readers."""
    return _MOMENT.fullmatch(text.value) is not None


def _unused(subject: Subject) -> Iterator[Finding]:
    used = {
        reference.name
        for text in (*subject.said, *subject.settings)
        for reference in references(text.value)
        if reference.of == "fact"
    }
    attached = "\n".join(text.value for text in subject.attached)
    for fact in subject.facts:
        if fact.field not in used and fact.field not in attached:
            whole = 0, len(fact.value)
            yield fact.problem(whole, "nothing uses the fact {fact}", hint="take it out", fact=fact.field)


_WHY_NO_FACT = (
    "What stands in one place cannot differ between channels. A number, an address, a time, an amount or a day that is"
    " typed in several texts is corrected in some of them and forgotten in others.",
    "一か所に書いたものは、媒体によって食い違うことがありません。番号、アドレス、時刻、数量及び日付を文章ごとに入力すると、"
    "訂正の際に漏れが生じます。",
)

RULES = (
    Rule(
        "fact-differs",
        "error",
        ("a number or an address that looks like a fact and differs", "facts の値に似て異なる番号又はアドレス"),
        (
            "A wrong telephone number in a warning against fraud helps the fraudsters. A digit changed, left out"
            " or exchanged with its neighbour is found, and so is the same number in full-width digits.",
            "詐欺への注意喚起に誤った電話番号を載せると、かえって詐欺に手を貸すことになります。"
            "数字の誤り、脱落及び入替えのほか、全角数字やハイフンの違いも見付けます。",
        ),
        example(body="ご不明の点は 0120-818221 へお電話ください。{{ hotline }}"),
        example(body="ご不明の点は {{ hotline }} へお電話ください。"),
        _differing,
    ),
    Rule(
        "typed-fact",
        "warning",
        ("a fact that was typed", "facts の値の直接の入力"),
        (
            "Where the fact is changed, this text stays as it is.",
            "facts の値を変更しても、この文章は変わりません。",
        ),
        example(body="ご不明の点は 0120-818211 へお電話ください。{{ hotline }}"),
        example(body="ご不明の点は {{ hotline }} へお電話ください。"),
        _typed,
    ),
    Rule(
        "telephone-not-a-fact",
        "warning",
        ("a telephone number that is no fact", "facts にない電話番号"),
        _WHY_NO_FACT,
        example(body="{{ hotline }} のほか、03-5253-1111 でも受け付けます。"),
        example(
            body="{{ hotline }} のほか、{{ switchboard }} でも受け付けます。",
            facts="{hotline: 0120-818211, switchboard: 03-5253-1111}",
        ),
        partial(_no_fact, "telephone number"),
    ),
    Rule(
        "address-not-a-fact",
        "warning",
        ("a web or mail address that is no fact", "facts にないURL又はメールアドレス"),
        _WHY_NO_FACT,
        example(body="{{ hotline }} 又は https://www.mhlw.example/nenkin を御覧ください。"),
        example(
            body="{{ hotline }} 又は {{ page }} を御覧ください。",
            facts='{hotline: 0120-818211, page: "https://www.mhlw.example/nenkin"}',
        ),
        partial(_no_fact, "address"),
    ),
    Rule(
        "time-not-a-fact",
        "hint",
        ("a time of day that is no fact", "facts にない時刻"),
        _WHY_NO_FACT,
        example(body="{{ hotline }} は、8:30から受け付けます。"),
        example(body="{{ hotline }} は、{{ opens }}から受け付けます。", facts="{hotline: 0120-818211, opens: 8:30}"),
        partial(_no_fact, "time"),
    ),
    Rule(
        "amount-not-a-fact",
        "hint",
        ("an amount that is no fact", "facts にない数量"),
        _WHY_NO_FACT,
        example(body="約125万件が流出しました。{{ hotline }}"),
        example(body="約{{ leaked }}が流出しました。{{ hotline }}", facts="{hotline: 0120-818211, leaked: 125万件}"),
        partial(_no_fact, "amount"),
    ),
    Rule(
        "day-not-a-fact",
        "hint",
        ("a date that is no fact", "facts にない日付"),
        _WHY_NO_FACT,
        example(body="7月1日に公表します。{{ hotline }}"),
        example(body="{{ announced }}に公表します。{{ hotline }}", facts="{hotline: 0120-818211, announced: 7月1日}"),
        partial(_no_fact, "day"),
    ),
    Rule(
        "unused-fact",
        "warning",
        ("a fact that nothing uses", "使われていない facts"),
        (
            "Somebody may change it and believe that the texts have changed.",
            "値を変更した人が、文章も変わったと思い込むおそれがあります。",
        ),
        example(body="{{ hotline }}", facts="{hotline: 0120-818211, fax: 03-0000-0000}"),
        example(body="{{ hotline }}"),
        _unused,
    ),
)
