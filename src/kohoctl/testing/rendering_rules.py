"""What settings and ``render`` keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kohoctl.model import Message, Rendition
from kohoctl.problem import Problem
from kohoctl.redaction import described
from kohoctl.settings import Secret, Settings, Version
from kohoctl.testing import sample
from kohoctl.testing.broken import Broken, LeftOut
from kohoctl.testing.contract import Contract
from kohoctl.testing.elsewhere import digest_elsewhere
from kohoctl.testing.in_time import in_time
from kohoctl.testing.rule import rule
from kohoctl.testing.trial import Trial, shown
from kohoctl.testing.watching import watching

SECRET_NAME = re.compile(r"(?i)(^|_)(token|password|passphrase|secret|api_?key|private_?key|credentials?)$")
LONG = 2**20
"""Characters of a text that no service takes, where a kind states no limit."""
CONTROL = "\x07"
TEXTS = ("title", "body")


@rule("settings-described")
def settings_described(contract: type[Contract]) -> None:
    """Every setting, and every field of a message that is the kind's own, has a description; what is secret is a
    `kohoctl.Secret`."""
    kind = contract.kind
    for model, beside in ((kind.settings_model, Settings), (kind.version_model, Version)):
        for name, field in _fields(model):
            if name in beside.model_fields:
                continue
            if not (field.description or "").strip():
                raise Broken(
                    "every field is described: people read it in kohoctl plugins list",
                    f"{model.__name__}.{name} has no description",
                    f'{name}: … = Field(description="What it is, in one sentence.")',
                )
            if SECRET_NAME.search(name) and field.annotation in (str, str | None):
                raise Broken(
                    "a secret never stands in the campaign file",
                    f"{model.__name__}.{name} is text",
                    f"{name}: Secret, and transport.secret(self.settings.{name}) where it is sent",
                )


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The fields of a model and of those within it."""
    for name, field in model.model_fields.items():
        yield name, field
        inner = sample.model_in(field.annotation)
        if inner is not None and inner is not Secret:
            yield from _fields(inner)


@rule("render-alone")
def render_alone(contract: type[Contract]) -> None:
    """``render`` opens no socket and no file, and asks neither clock nor chance nor environment."""
    with Trial(contract) as trial:
        channel, message, recipient = trial.channel(), trial.message(), trial.recipient()

        def watched() -> list[str]:
            with watching() as done:
                try:
                    channel.render(message, recipient)
                except Exception as error:
                    if not done:
                        raise Broken(
                            "render returns a Rendition",
                            f"render raised {described(error)}",
                            "return Rendition(…, problems=(Problem(…),)) instead of raising",
                        ) from error
                return done

        done = in_time(watched, "render")
    if done:
        raise Broken(
            "render reads nothing but the message, the recipient and the settings",
            f"render asked for {'; '.join(dict.fromkeys(done))}",
            "take times from message.due, files from message.images; send and ask in deliver",
        )


@rule("render-same-twice")
def render_same_twice(contract: type[Contract]) -> None:
    """``render`` gives the same for the same message, each time and on each channel object with the same settings."""
    with Trial(contract) as trial:
        channel = trial.channel()
        first, again = trial.render(channel=channel), trial.render(channel=channel)
        elsewhere = trial.render()
        for other, where in ((again, "the second time"), (elsewhere, "on another object of the same channel")):
            if (first.digest, shown(first.problems)) != (other.digest, shown(other.problems)):
                raise Broken(
                    "the same message gives the same rendition",
                    f"{where}, {_difference(first, other)}",
                    "make the content of the message, the recipient and the settings alone; keep nothing in self",
                )


@rule("render-same-elsewhere")
def render_same_elsewhere(contract: type[Contract]) -> None:
    """``render`` gives the same in another process, where Python's hashes are others and modules are imported anew."""
    with Trial(contract) as trial:
        here = trial.render()
        if trial.render().digest != here.digest:
            raise LeftOut("not tried: it is never the same, and the rule render-same-twice says how")
        there = digest_elsewhere(trial.channel(), trial.message(), trial.recipient())
    if here.digest != there:
        raise Broken(
            "the same message gives the same rendition, whichever process renders it",
            "another process came to another digest",
            "leave out of the content what an import or Python itself makes up: a moment, hash(), id(), a set's order",
        )


def _difference(first: Rendition, other: Rendition) -> str:
    for name in ("content", "destination"):
        before, after = getattr(first, name), getattr(other, name)
        changed = [part for part in {*before, *after} if before.get(part) != after.get(part)]
        if changed:
            return f"{name} differed in {', '.join(sorted(map(str, changed)))}"
    return "files or problems differed"


@rule("render-leaves-what-it-is-given")
def render_leaves_what_it_is_given(contract: type[Contract]) -> None:
    """``render`` changes neither recipient nor message, and no rendition that it has made before."""
    with Trial(contract) as trial:
        channel, message, recipient = trial.channel(), trial.message(), trial.recipient()
        before = deepcopy((message, recipient, channel.settings))
        first = trial.render(message, recipient, channel)
        trial.render(replace(message, title=f"{message.title}2", body=f"{message.body}2"), recipient, channel)
        changed = [
            name
            for name, was, now in zip(
                ("the message", "the recipient", "the settings"),
                before,
                (message, recipient, channel.settings),
                strict=True,
            )
            if was != now
        ]
        if not first.is_unchanged:
            changed.append("the rendition that it had made before")
    if changed:
        raise Broken(
            "render leaves alone what it is given, since others are given it too",
            f"render changed {', '.join(changed)}",
            "make a new mapping or list for each rendition: {**recipient.fields, …}",
        )


def _reaching(trial: Trial) -> list[str]:
    """The texts of a message that a rendition is made of."""
    usual = trial.render()
    message = trial.message()
    return [
        name
        for name in TEXTS
        if trial.render(_with_text(message, name, f"{getattr(message, name)}2")).digest != usual.digest
    ]


def _with_text(message: Message, name: str, text: str) -> Message:
    return replace(message, title=text) if name == "title" else replace(message, body=text)


def _is_a_problem(contract: type[Contract], says: str, spoilt: Callable[[str, Trial], str | None], mend: str) -> None:
    """Fails where a message has no problem though one of its texts is ``spoilt``; None leaves a text as it is."""
    with Trial(contract) as trial:
        reaching = _reaching(trial)
        if not reaching:
            raise LeftOut("neither title nor body of a message goes into its renditions")
        for name in reaching:
            text = spoilt(name, trial)
            if text is not None and not trial.render(_with_text(trial.message(), name, text)).problems:
                raise Broken(f"a {name} that {says} is a problem", "the rendition had no problems", mend.format(name))


@rule("too-long")
def too_long(contract: type[Contract]) -> None:
    """A text that is longer than the service takes is a problem."""

    def long(name: str, trial: Trial) -> str:
        limit = trial.kind.limits.get(name)
        return "あ" * (LONG if limit is None else limit.most + 1)

    mend = 'limits = {{"{0}": Limit(…)}}, and in render: text_problems(message.{0}, "{0}", self.limits["{0}"])'
    _is_a_problem(contract, "is too long", long, mend)


@rule("empty")
def empty(contract: type[Contract]) -> None:
    """A text with nothing in it is a problem: the body, or the title of a kind that sends no body."""

    def blank(name: str, trial: Trial) -> str | None:
        return " \n" if name == _reaching(trial)[-1] else None

    _is_a_problem(contract, "is blank", blank, 'problems=text_problems(message.{0}, "{0}")')


@rule("control-characters")
def control_characters(contract: type[Contract]) -> None:
    """A text with control characters in it is a problem."""

    def spoilt(name: str, trial: Trial) -> str:
        return f"{getattr(trial.message(), name)}{CONTROL}"

    _is_a_problem(contract, "holds control characters", spoilt, 'problems=text_problems(message.{0}, "{0}")')


@rule("problems-told")
def problems_told(contract: type[Contract]) -> None:
    """Each problem is a `Problem` whose sentence, field and hint are text."""
    with Trial(contract) as trial:
        usual = trial.message()
        wrong = [_with_text(usual, name, text) for name in TEXTS for text in ("あ" * LONG, " \n", CONTROL)]
        for problem in (problem for message in (usual, *wrong) for problem in trial.render(message).problems):
            if (why := _untold(problem)) is not None:
                raise Broken(
                    "kohoctl tells a problem by its sentence, and finds its place in the file by its field",
                    why,
                    'Problem("the text has {count} characters", {"count": 300}, field="body", hint="take some away")',
                )


def _untold(problem: object) -> str | None:
    """Why a problem cannot be told; None where it can."""
    if not isinstance(problem, Problem):
        return f"a problem was {problem!r}"
    parts = {"text": problem.text, "field": problem.field or "", "hint": problem.hint or ""}
    for name, part in parts.items():
        if not isinstance(part, str):
            return f"the {name} of a problem was {part!r}"
    try:
        str(problem)
    except Exception as error:  # noqa: BLE001 -- whatever a name without a value, or a value's own code, raises
        return f"{problem.text!r} cannot be filled with {dict(problem.values)!r}: {described(error)}"
    return None


RULES = (
    settings_described,
    render_alone,
    render_same_twice,
    render_same_elsewhere,
    render_leaves_what_it_is_given,
    too_long,
    empty,
    control_characters,
    problems_told,
)
