"""The plan as Markdown for a comment on GitHub or GitLab: what a person has to look at first, each text once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from kohoctl.campaign.file import CampaignFile
from kohoctl.changes import Kind, compare, differences, texts
from kohoctl.cli.against import Against
from kohoctl.cli.common import redactor
from kohoctl.cli.next_steps import next_step
from kohoctl.cli.plan_cut import Entry, Section, cut
from kohoctl.cli.plan_groups import (
    NOT_SAID,
    Group,
    Member,
    alike,
    changed,
    in_states,
    member,
    of_one_mind,
    planned_members,
)
from kohoctl.cli.plan_markdown_words import WORDS, Lang, Words, clock
from kohoctl.cli.planning import Plan
from kohoctl.cli.words import ORDER
from kohoctl.escaping import fenced, in_code, in_html, in_markdown, unlinked
from kohoctl.language import in_a_row, said, said_with_hint
from kohoctl.states import State

_NEEDS = (State.UNKNOWN, State.REFUSED, State.MISSED, State.BLOCKED)
_SOON = (State.DUE, State.SENDING, State.UNREACHED)


def as_markdown(plan: Plan, loaded: CampaignFile, other: Against | None, lang: Lang, most: int, command: str) -> str:
    """The plan, in ``most`` characters; ``command`` shows what is left out. The texts are those of ``loaded``, which
    has made-up people in the place of a private list's."""
    words = WORDS[lang]
    if not plan.has_ledger:  # who would call it missed, then
        words = replace(words, states={**words.states, State.MISSED: words.past})
    if other and other.changes is not None:
        sections = _compared_sections(plan, other, words)
    else:
        sections = _plain_sections(plan, loaded, words)
    head = "\n".join(_head(plan, other, words))

    def left_out(entries: int, texts: int) -> str:
        return f"\n{words.left_out.format(entries=entries, texts=texts, command=in_code(command))}"

    return cut(head, [section for section in sections if section.entries], most, left_out)


def _head(plan: Plan, other: Against | None, words: Words) -> Iterator[str]:
    """What there is to know before anything else: the numbers, and why something is not told."""
    yield f"## {_text(str(plan.file.path))}\n"
    if other and other.changes is not None:
        kinds = Counter(change.kind for change in other.changes.values())
        counts = [
            _count(words.kinds[kind], kinds[kind], words) for kind in Kind if kinds[kind] and kind is not Kind.SAME
        ]
        told = words.between.join(counts) or words.unchanged
        yield f"**{words.since.format(name=_text(other.name), counts=told)}**\n"
    elif other:
        yield f"**{words.not_compared.format(name=_text(other.name), why=_text(other.why_not(words.lang) or ''))}**\n"
    states = Counter(one.state for one in plan.planned)
    counts = [_count(words.states[state], states[state], words) for state in ORDER if states[state]]
    total = words.between.join([_deliveries(len(plan.planned), words), *counts])
    yield words.at.format(at=f"{plan.now:%Y-%m-%d %H:%M %Z}", counts=total) + "\n"
    for channel, why in [*plan.file.closed.items(), *plan.held.items()]:
        yield f"- {words.held.format(channel=in_code(channel), why=_text(said(why, words.lang)))}"


def _compared_sections(plan: Plan, other: Against, words: Words) -> Iterator[Section]:
    """What differs from the older version, with its texts, and then what goes out as it was to."""
    changes = other.changes or {}
    those = planned_members(plan, changes)
    yield _needs(plan, those, words)
    for kind, heading in ((Kind.NEW, words.new), (Kind.CHANGED, words.changed)):
        yield _section(heading, [_differing(group, words) for group in alike(changed(those, kind), plan.file)])
    gone = [member(change) for change in other.gone]
    yield _section(words.gone, [_differing(group, words) for group in alike(gone, other.old or plan.file)])
    yield from _coming(changed(those, Kind.SAME), plan, words, with_texts=False)


def _plain_sections(plan: Plan, loaded: CampaignFile, words: Words) -> Iterator[Section]:
    """What the ledger knows to have changed, and what goes out, with its texts."""
    those = planned_members(plan, compare(None, loaded))
    yield _needs(plan, those, words)
    differing = [one for one in those if one.planned and one.planned.changed]
    yield _section(words.changed_since_sent, [_telling(group, words) for group in alike(differing, plan.file)])
    dropped = [Entry(f"- {words.states[entry.state]} · {in_code(entry.key)}") for entry in plan.dropped]
    yield Section(words.dropped, tuple(dropped))
    yield from _coming(those, plan, words, with_texts=True)


def _coming(those: Sequence[Member], plan: Plan, words: Words, *, with_texts: bool) -> Iterator[Section]:
    for heading, states in ((words.due, _SOON), (words.waiting, (State.WAITING,))):
        groups = alike(in_states(those, *states), plan.file)
        yield _section(heading, [_telling(group, words) if with_texts else _line(group, words) for group in groups])


def _section(heading: str, entries: Iterable[Entry]) -> Section:
    return Section(heading, tuple(entries))


def _needs(plan: Plan, those: Sequence[Member], words: Words) -> Section:
    """What a person has to decide, with the reasons. Where there is no ledger, what is past is only a number."""
    states = _NEEDS if plan.has_ledger else tuple(state for state in _NEEDS if state is not State.MISSED)
    entries = []
    for state in states:
        for group in of_one_mind(in_states(those, state), plan.file, lambda one: _why(one, words.lang)):
            first = group.first.planned
            step = next_step(first, plan.file, plan.now) if first and len(group.members) == 1 else None
            reasons = [_why(group.first, words.lang), *([said(step, words.lang)] if step else [])]
            below = "".join(f"\n  - {_text(reason)}" for reason in reasons if reason)
            entries.append(Entry(f"- {_title(group, words, _text)}{below}"))
    past = len(in_states(those, State.MISSED)) if not plan.has_ledger else 0
    if past:
        entries.append(Entry(f"- {words.no_ledger.format(number=_deliveries(past, words))}"))
    return _section(words.needs, entries)


def _why(one: Member, lang: Lang) -> str:
    """The reason for the state of a delivery, as the plan's text has it."""
    planned = one.planned
    if planned is None:
        return ""
    reasons = [said_with_hint(problem, lang) for problem in planned.problems]
    return in_a_row([*reasons, *([planned.entry.reason] if planned.entry and planned.entry.reason else [])], lang)


def _differing(group: Group, words: Words) -> Entry:
    """What is new, changed or gone, with the lines that differ."""
    change = group.first.change
    names: dict[tuple[str, ...], list[str]] = {}
    for one in differences(change, redactor.scrub):
        if change.kind is Kind.CHANGED or not one.name.startswith(NOT_SAID):
            names.setdefault(one.lines, []).append(one.name)
    lines = [line for told, where in names.items() for line in (f"@@ {', '.join(where)} @@", *told)]
    return _folded(group, words, fenced(lines, "diff")) if lines else _line(group, words)


def _telling(group: Group, words: Words) -> Entry:
    """What goes out, with its text. No line of it begins with anything that a comment could take for a command."""
    said = {
        name: text
        for name, text in texts(group.first.change.latest, redactor.scrub).items()
        if not name.startswith(NOT_SAID)
    }
    lines = [line for name, text in said.items() for line in (f"{name}:", *(f"  {line}" for line in text.splitlines()))]
    return _folded(group, words, fenced(lines))


def _folded(group: Group, words: Words, block: str) -> Entry:
    title = _title(group, words, _html, "<code>{}</code>")
    remark = f"{words.first_of}\n\n" if group.differs_by_recipient else ""
    return Entry(
        f"- {_title(group, words, _text)}", f"<details><summary>{title}</summary>\n\n{remark}{block}\n\n</details>"
    )


def _line(group: Group, words: Words) -> Entry:
    return Entry(f"- {_title(group, words, _text)}")


def _title(group: Group, words: Words, text: Callable[[str], str], code: str = "") -> str:
    """``due · 2015-06-04 10:00 · 犯罪にご注意ください · nenkin-2015/fraud-warning/… · 9 ministries``."""
    key = code.format(in_html(group.key)) if code else in_code(group.key)
    parts = [words.between.join(words.states[state] for state in group.states), _moment(group, words), group.title]
    whom = _whom(group, words)
    return " · ".join([*(text(part) for part in parts if part), key, *([text(whom)] if whom else [])])


def _moment(group: Group, words: Words) -> str:
    moments = group.moments
    if not moments:
        after = group.first.slot.occurrence.after
        return words.after.format(message=after.message) if after else ""
    first, last = clock(moments[0]), clock(moments[-1])
    return words.repeated.format(first=first, number=len(moments), last=last) if len(moments) > 1 else first


def _whom(group: Group, words: Words) -> str:
    listed = group.list
    if listed is None:
        return ""
    if group.is_private:
        return words.private.format(list=listed)
    return words.recipients.format(number=group.recipients, list=listed) if group.recipients > 1 else ""


def _count(word: str, number: int, words: Words) -> str:
    return words.count.format(number=number, word=word)


def _deliveries(number: int, words: Words) -> str:
    return (words.delivery if number == 1 else words.deliveries).format(number=number)


def _text(text: str) -> str:
    return unlinked(in_markdown(redactor.scrub(text)))  # before it is escaped: a secret would not be known again


def _html(text: str) -> str:
    return in_html(redactor.scrub(text))
