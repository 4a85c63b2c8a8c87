"""What ``deliver`` and ``find`` keep while the service fails, in each of the ways in which services do."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from kohoctl.http import HARMLESS
from kohoctl.model import Receipt
from kohoctl.redaction import described
from kohoctl.states import State
from kohoctl.testing.broken import Broken, LeftOut
from kohoctl.testing.contract import Contract
from kohoctl.testing.mail_service import Manner
from kohoctl.testing.rule import Rule, rule
from kohoctl.testing.service import Answer, CutOff, Huge, Request, Reset, Silence
from kohoctl.testing.steps import steps_of
from kohoctl.testing.trial import Ending, Trial
from kohoctl.testing.ways_out import IMPATIENCE, PATIENCE

ASKED = timedelta(seconds=30)
"""What the service asks to wait with Retry-After."""
ROUGHLY = timedelta(seconds=10)
"""How far from it a kind may be, which may have counted in a moment of its own."""

DELIVERED, REFUSED, UNREACHED, UNKNOWN = State.DELIVERED, State.REFUSED, State.UNREACHED, State.UNKNOWN


@dataclass(frozen=True)
class Fault:
    """One way in which a service fails at the request that sends, and the endings that it may have.

    ``mail`` is how a mail server does the same; None where it has no such way.
    """

    name: str
    happens: str
    answer: Answer
    may_end: Collection[State]
    mend: str
    mail: Manner | None = None

    @property
    def leaves_doubt(self) -> bool:
        """Whether the service may have taken what it was sent: nothing says that it did not."""
        return not {REFUSED, UNREACHED} & {*self.may_end}

    @property
    def patience(self) -> float:
        """How long to wait for an answer to it, in seconds."""
        return IMPATIENCE if isinstance(self.answer, Silence) else PATIENCE


_ENDING = "call raise_for_ending(answer) right after the request, and let what it raises through"
_NOBODY_KNOWS = "catch nothing around the request: whatever is neither Refused nor Unreached is unknown"
_ERROR = {"error": "refused for a test"}

FAULTS = (
    Fault("http-400", "the service answers 400", Answer(400, _ERROR), {REFUSED}, _ENDING, "refuses"),
    Fault("http-401", "the service answers 401", Answer(401, _ERROR), {REFUSED, UNREACHED}, _ENDING),
    Fault("http-403", "the service answers 403", Answer(403, _ERROR), {REFUSED}, _ENDING),
    Fault("http-409", "the service answers 409", Answer(409, _ERROR), {REFUSED, DELIVERED, UNKNOWN}, _ENDING),
    Fault("http-429", "the service answers 429", Answer(429, _ERROR), {UNREACHED}, _ENDING, "puts off"),
    Fault(
        "http-429-retry-after",
        f"the service answers 429 and asks to wait {ASKED.seconds} seconds",
        Answer(429, _ERROR, {"Retry-After": str(ASKED.seconds)}),
        {UNREACHED},
        "raise Unreached(…, retry_after=retry_after(answer)), as raise_for_ending(answer) does",
    ),
    Fault("http-500", "the service answers 500", Answer(500, _ERROR), {UNKNOWN}, _ENDING),
    Fault("http-503", "the service answers 503", Answer(503, _ERROR), {UNKNOWN}, _ENDING),
    Fault("reset", "the connection is reset after the request", Reset(), {UNKNOWN}, _NOBODY_KNOWS, "resets"),
    Fault("timeout", "no answer comes", Silence(), {UNKNOWN}, _NOBODY_KNOWS, "says nothing"),
    Fault("cut-off", "the answer is cut off", CutOff(), {UNKNOWN}, _NOBODY_KNOWS),
    Fault(
        "not-json",
        "the service answers 200 with a page instead of JSON",
        Answer(200, "<!doctype html><title>Maintenance</title>"),
        {DELIVERED, UNKNOWN},
        _NOBODY_KNOWS,
    ),
    Fault("huge", "the answer has no end", Huge(), {UNKNOWN}, "send through transport.http, which reads 8 MiB at most"),
)


def _keeps(fault: Fault, contract: type[Contract]) -> None:
    """Try the fault at each step of a delivery: before the one that sends, nothing is delivered unless the kind goes on
    and sends; at it, the ending is one of the fault's, and it is made once; after it, nothing is refused."""
    steps = steps_of(contract)
    if not steps.requests:
        _keeps_by_mail(fault, contract)
        return
    for step in range(len(steps.requests)):
        with Trial(contract, fault.patience) as trial:
            trial.service.answer = _failing_at(step, fault.answer, trial, alone=step < steps.sending)
            ending = trial.deliver(trial.sendable())
            since = trial.service.requests[step:]
        if step < steps.sending:
            may_end = frozenset(State) - (frozenset() if steps.sent_in(since[1:]) else {DELIVERED})
            _judge(fault, ending, may_end, f" at request {step + 1}, before the one that sends")
        elif step > steps.sending:
            _judge(fault, ending, {DELIVERED, UNKNOWN}, f" at request {step + 1}, after the one that sends")
        else:
            _judge_times(fault, steps.sent_in(since))
            _judge(fault, ending, fault.may_end)
            _judge_wait(fault, ending)


def _failing_at(step: int, fault: Answer, trial: Trial, *, alone: bool = False) -> Callable[[Request], Answer]:
    """The contract's answers, but for the fault at the request ``step`` ``alone``, or from there on."""

    def answer(request: Request) -> Answer:
        number = len(trial.service.requests) - 1
        fails = number == step if alone else number >= step
        return fault if fails else trial.contract.answer(request)

    return answer


def _keeps_by_mail(fault: Fault, contract: type[Contract]) -> None:
    if fault.mail is None:
        raise LeftOut("the kind sends by mail, which has no such answer")
    with Trial(contract, fault.patience) as trial:
        trial.mail.manner = fault.mail
        ending = trial.deliver(trial.sendable())
        _judge_times(fault, trial.mail.handed)
    _judge(fault, ending, fault.may_end)


def _judge_times(fault: Fault, times: int) -> None:
    """After a no, a kind may ask again, with a new login, say; in doubt it may not."""
    if fault.leaves_doubt and times > 1:
        raise Broken(
            f"where {fault.happens}, the request that sends is made once: it may have been taken",
            f"it was made {times} times",
            "send once and let what comes of it through: kohoctl tries again where that is safe",
        )


def _judge(fault: Fault, ending: Ending, may_end: Collection[State], where: str = "") -> None:
    wanted = ", ".join(sorted(may_end))
    expected = f"where {fault.happens}{where}, the delivery is {wanted}"
    if ending.state not in may_end:
        raise Broken(expected, f"{ending}, which means {ending.state}", fault.mend)
    if ending.outcome.state not in may_end:
        raise Broken(
            expected,
            f"{ending}; but something had been sent before, so kohoctl has it as {ending.outcome.state}",
            "put what reaches nobody yet, such as a login or an upload, into: with transport.preparation(): …",
        )


def _judge_wait(fault: Fault, ending: Ending) -> None:
    if "Retry-After" in fault.answer.headers and (ending.asked is None or abs(ending.asked - ASKED) > ROUGHLY):
        seen = "no wait" if ending.asked is None else f"a wait of {ending.asked.total_seconds():g} seconds"
        raise Broken(f"where {fault.happens}, that is how long it waits", f"{ending} with {seen}", fault.mend)


@rule("connection-refused")
def connection_refused(contract: type[Contract]) -> None:
    """Where no connection can be made, the delivery is *unreached*."""
    steps_of(contract)
    with Trial(contract) as trial:
        rendition = trial.sendable()
        trial.service.hang_up()
        trial.mail.hang_up()
        ending = trial.deliver(rendition)
    if ending.outcome.state is not UNREACHED:
        raise Broken(
            "where no connection can be made, the delivery is unreached: it is tried again later",
            f"{ending}, which means {ending.outcome.state}",
            "let through what transport.http raises; with a library of your own, raise Unreached where it could not"
            " connect",
        )


@rule("counts-as-sent")
def counts_as_sent(contract: type[Contract]) -> None:
    """The request that sends is not made in ``transport.preparation()``: kohoctl then knows that something was sent."""
    steps = steps_of(contract)
    if not steps.requests:
        raise LeftOut("the kind sends by mail")
    if steps.left is None:
        raise LeftOut("the kind has connections of its own, which kohoctl does not watch")
    if steps.requests[steps.sending].method in HARMLESS:
        raise LeftOut(f"the kind sends by {steps.requests[steps.sending].method}, which kohoctl takes for a question")
    if not steps.left[steps.sending]:
        raise Broken(
            "the request that sends counts as sent: whatever fails after it is in doubt",
            f"the whole delivery was preparation, its request {steps.sending + 1} included",
            'take it out of transport.preparation(); or say exempt = {"counts-as-sent": "why a no would count"}',
        )


@rule("find-in-doubt")
def find_in_doubt(contract: type[Contract]) -> None:
    """Where the service fails, ``find`` raises: None would have the delivery sent again. Nor is it None without a look
    at where the delivery went."""
    with Trial(contract) as trial:
        if not trial.can_find:
            raise LeftOut("the kind has no find")
        rendition = trial.sendable()
        trial.taken(rendition)
        before = len(trial.service.requests)
        found = _find(trial, rendition)
        steps = len(trial.service.requests) - before
    if not steps:
        if found is None:
            raise Broken(
                "find looks where the delivery went before it says that it is not there",
                "after a delivery that was taken, find asked nobody and returned None, so it would be sent again",
                "look it up at the service, or leave find out",
            )
        raise LeftOut("find asks nobody over HTTP")
    for fault in FAULTS:
        if fault.name in ("http-409", "http-400"):
            continue  # what these mean, the service's own rules tell
        for step in range(steps):
            with Trial(contract, fault.patience) as trial:
                rendition = trial.sendable()
                trial.taken(rendition)
                trial.service.answer = _failing_at(before + step, fault.answer, trial)
                if _find(trial, rendition) is None:
                    raise Broken(
                        f"where {fault.happens} at its request {step + 1}, find raises: nobody knows",
                        "find returned None, so the delivery would be sent again",
                        "return None only for an answer that says that it is not there; raise for anything else",
                    )


@rule("find-finds")
def find_finds(contract: type[Contract]) -> None:
    """After a delivery that the service took, ``find`` gives the receipt of that delivery."""
    with Trial(contract) as trial:
        if not trial.can_find:
            raise LeftOut("the kind has no find")
        rendition = trial.sendable()
        delivered = trial.taken(rendition).outcome.receipt
        found = _find(trial, rendition)
    expected = "after a delivery that the service took, find returns its receipt"
    if not isinstance(found, Receipt):
        raise Broken(
            expected,
            f"find {'returned None' if found is None else f'raised {found}'}",
            "look it up by what was sent; say in the Contract's answer what the service answers to that",
        )
    if delivered is not None and found.id != delivered.id:
        seen = f"it was delivered as {delivered.id}, and find found {found.id}"
        raise Broken(expected, seen, "return the same id from find as from deliver")


def _find(trial: Trial, rendition: object) -> object:
    """What ``find`` gives, or what it raises."""
    try:
        return trial.find(rendition)  # type: ignore[arg-type]  # a rendition of the trial's own
    except Broken:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it raises says that it cannot tell
        return described(error)


def _rule_of(fault: Fault) -> Rule:
    endings = " or ".join(f"*{state}*" for state in sorted(fault.may_end))
    once = ", and nothing is sent twice" if fault.leaves_doubt else ""
    return Rule(fault.name, f"Where {fault.happens}, the delivery is {endings}{once}.", partial(_keeps, fault))


RULES = (*map(_rule_of, FAULTS), connection_refused, counts_as_sent, find_finds, find_in_doubt)
