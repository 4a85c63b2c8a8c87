"""What ``deliver`` keeps while the service takes what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from kohoctl.model import Receipt
from kohoctl.settings import parse_rate
from kohoctl.states import State
from kohoctl.testing import sample
from kohoctl.testing.broken import Broken, LeftOut
from kohoctl.testing.comparing import alike, sent_by, sent_with, unsteady
from kohoctl.testing.contract import Contract
from kohoctl.testing.in_time import in_time
from kohoctl.testing.rule import rule
from kohoctl.testing.trial import KEY, OTHER_KEY, Trial
from kohoctl.views import usable_view

VIEWS_HINT = "leave views out, or return [TextView(rendition.content[…])]"


@rule("delivers")
def delivers(contract: type[Contract]) -> None:
    """``deliver`` sends, and returns a receipt of the kind's ``form``, where the service takes what it gets."""
    with Trial(contract) as trial:
        rendition = trial.render()
        if rendition.problems:
            raise Broken(
                "the message that the kind is tried with can go out",
                "; ".join(problem.with_hint for problem in rendition.problems),
                "say in the Contract what the kind needs: settings = {…}, message = {…} or recipient = {…}",
            )
        ending = trial.deliver(rendition)
        if ending.outcome.state is not State.DELIVERED:
            raise Broken(
                "deliver returns a Receipt where the service takes what it gets",
                f"{ending}; kohoctl has it as {ending.outcome.state}: {ending.outcome.reason}",
                "say in the Contract's answer what the service answers; return Receipt.published(id, url)",
            )
        if not trial.sent():
            raise Broken(
                "something was sent to the service on this machine",
                f"nothing was, and {ending}",
                'point the kind at it: settings = {"url": "{service}"}; and send in deliver',
            )
        given = ending.given
        if isinstance(given, Receipt) and given.form != contract.kind.form:
            raise Broken(
                f"a receipt of the kind's form, {contract.kind.form}",
                f"deliver returned Receipt.{given.form}(…)",
                f"return Receipt.{contract.kind.form}(…), or say form = {given.form!r} on the kind",
            )


@rule("rehearses")
def rehearses(contract: type[Contract]) -> None:
    """``artifacts`` gives what would leave, as files: at least one, each with a plain name and bytes."""
    with Trial(contract) as trial:
        channel, rendition = trial.channel(), trial.sendable()
        pages: Mapping[str, object] = in_time(lambda: dict(channel.artifacts(rendition, KEY, sample.DUE)), "artifacts")
    wrong = [name for name, page in pages.items() if not isinstance(page, bytes) or "/" in name or not name]
    if wrong or not pages:
        raise Broken(
            "artifacts gives bytes by plain names: {'page.html': b'…'}",
            f"it gave {wrong[0]!r} as it is not" if wrong else "it gave nothing",
            "leave artifacts out, or return what a reader of the rehearsal is to see",
        )


@rule("previews")
def previews(contract: type[Contract]) -> None:
    """``views`` gives values that the preview can draw, such as `kohoctl.TextView`: at least one."""
    with Trial(contract) as trial:
        channel, rendition = trial.channel(), trial.sendable()
        artifacts: Mapping[str, bytes] = in_time(lambda: channel.artifacts(rendition, KEY, sample.DUE), "artifacts")
        found: list[object] = in_time(lambda: list(channel.views(rendition, artifacts)), "views")
        try:
            views = [usable_view(one, "views") for one in found]
        except TypeError as error:
            raise Broken("views gives values such as TextView", str(error), VIEWS_HINT) from None
        if not views:
            raise Broken("views gives at least one value", "it gave nothing", VIEWS_HINT)


@rule("pace-understood")
def pace_understood(contract: type[Contract]) -> None:
    """``pace`` gives what a channel's ``rate`` may be, such as ``60/hour``, or None."""
    with Trial(contract) as trial:
        channel = trial.channel()
        pace: object = in_time(channel.pace, "pace")
        try:
            if pace is not None:
                parse_rate(pace)  # type: ignore[arg-type]  # what is no text, it does not take
        except Exception as error:
            raise Broken(
                "pace gives a number, a slash and a span, or None for no limit",
                f"it gave {pace!r}",
                'return "60/hour" or "100/15 minutes", or leave pace out and say rate = "60/hour" on the kind',
            ) from error


@rule("key-sent")
def key_sent(contract: type[Contract]) -> None:
    """``deliver`` sends the key along, or the kind can ``find`` what became of a delivery."""
    with Trial(contract) as trial:
        if trial.can_find:
            return
    if _tells_keys_apart(contract):
        return
    raise Broken(
        "two deliveries with two keys send two different things",
        "they sent the same, and the kind has no find",
        'headers={"Idempotency-Key": key}; or write find; or say exempt = {"key-sent": "why the service takes none"}',
    )


def _tells_keys_apart(contract: type[Contract]) -> bool:
    first, again, other = (sent_with(contract, key) for key in (KEY, KEY, OTHER_KEY))
    return not alike(first, other, unsteady(first, again))


@rule("same-key-once")
def same_key_once(contract: type[Contract]) -> None:
    """Where ``resend_safe_for`` says that the service tells a second delivery of one key from a first, it is sent what
    it needs for that: the same for the same key, another for another key."""
    if contract.kind.resend_safe_for <= timedelta(0):
        raise LeftOut("the kind has no resend_safe_for")
    with Trial(contract) as trial:
        rendition = trial.sendable()
        trial.taken(rendition)
        once = sent_by(trial)
        trial.taken(rendition)
        twice = sent_by(trial)[len(once) :]
    if not twice:
        return
    mend = "make what you send of the rendition and the key alone, or leave resend_safe_for out"
    if not alike(once, twice, unsteady(once, twice)):
        raise Broken("the same key twice sends the same twice", "the second time, something else was sent", mend)
    if not _tells_keys_apart(contract):
        raise Broken("another key sends something else", "it sent the same, so that no service can tell", mend)


RULES = (delivers, rehearses, previews, pace_understood, key_sent, same_key_once)
