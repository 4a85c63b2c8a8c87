"""That the digest covers all that is sent: one thing after another is changed, and the deliveries are compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from kohoctl.channel import Channel
from kohoctl.model import Message, Recipient, Rendition
from kohoctl.settings import Settings, Version
from kohoctl.states import State
from kohoctl.testing import sample
from kohoctl.testing.broken import Broken
from kohoctl.testing.comparing import alike, sent_by, sent_with, unsteady
from kohoctl.testing.contract import Contract
from kohoctl.testing.rule import rule
from kohoctl.testing.trial import Trial

TEXTS = ("title", "body", "id", "campaign", "campaign_title", "owner")
"""The texts of a message."""


@dataclass(frozen=True)
class Variation:
    """The sample delivery with one thing changed."""

    thing: str
    channel: Channel
    message: Message
    recipient: Recipient | None

    def rendition(self, trial: Trial) -> Rendition:
        """What the kind makes of it."""
        return trial.render(self.message, self.recipient, self.channel)


@rule("digest-covers-all")
def digest_covers_all(contract: type[Contract]) -> None:
    """Whatever changes what is sent, or to whom, changes the rendition's digest."""
    usual, again = sent_with(contract), sent_with(contract)
    shaky = unsteady(usual, again)
    if not alike(usual, again, shaky):
        raise Broken(
            "the same delivery sends the same each time",
            "two deliveries of one rendition with one key differed in method, path or body",
            "put what changes, such as a moment, into the rendition: take it from message.due",
        )
    for thing in _under_the_same_digest(contract):
        with Trial(contract) as trial:
            variation = next(each for each in _variations(trial) if each.thing == thing)
            ending = trial.deliver(variation.rendition(trial), channel=variation.channel)
            if ending.outcome.state is State.DELIVERED and not alike(usual, sent_by(trial), shaky):
                raise Broken(
                    "the digest covers all that is sent, and to whom",
                    f"with another {thing}, something else was sent under the same digest",
                    "put it into the rendition's content, or into its destination where it says who gets it",
                )


def _under_the_same_digest(contract: type[Contract]) -> list[str]:
    """The things that can be changed without a problem and without another digest."""
    with Trial(contract) as trial:
        digest = trial.sendable().digest
        found = [(each.thing, each.rendition(trial)) for each in _variations(trial)]
    return [thing for thing, rendition in found if rendition.digest == digest and not rendition.problems]


def _variations(trial: Trial) -> Iterator[Variation]:
    usual = Variation("", trial.channel(), trial.message(), trial.recipient())
    for thing, message in _messages(usual.message, trial):
        yield replace(usual, thing=thing, message=message)
    channel = usual.channel
    yield replace(usual, thing="name of the channel", channel=replace(channel, name=f"{channel.name}2"))
    yield replace(usual, thing="owner of the channel", channel=replace(channel, owner=f"{channel.owner}2"))
    for name, field in trial.kind.settings_model.model_fields.items():
        if name in Settings.model_fields or sample.is_secret(field):
            continue
        value = trial.typed.get(name, field.get_default())
        for changed in sample.others(field, value, trial.place):
            with suppress(Broken):  # a setting that cannot be so
                yield replace(usual, thing=f"setting {name}", channel=trial.channel(**{name: changed}))
                break
    if usual.recipient is not None:
        for name, text in usual.recipient.fields.items():
            fields = {**usual.recipient.fields, name: f"{text}2"}
            yield replace(usual, thing=f"{name} of the recipient", recipient=Recipient(fields["id"], fields))


def _messages(message: Message, trial: Trial) -> Iterator[tuple[str, Message]]:
    for name in TEXTS:
        changed: dict[str, str] = {name: f"{getattr(message, name)}2"}
        yield name, replace(message, **changed)  # type: ignore[arg-type]  # each of TEXTS is a text
    yield "due", replace(message, due=sample.DUE + timedelta(days=1))
    if message.images:
        first, *others = message.images
        yield "description of an image", replace(message, images=(replace(first, alt="別の絵"), *others))
        another = trial.picture(f"other-{first.name}", first.alt)
        yield "image", replace(message, images=(another, *others))
    for name, field in trial.kind.version_model.model_fields.items():
        value = getattr(message.own, name)
        for changed in sample.others(field, value, trial.place) if name not in Version.model_fields else ():
            with suppress(Broken):  # a field that cannot be so
                yield f"{name} of the message", trial.message(**{name: changed})
                break


RULES = (digest_covers_all,)
