"""That secrets stay where they are, and that several threads may share a channel."""

from __future__ import annotations

import io
import logging
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import partial

from kohoctl.model import Rendition, canonical_json
from kohoctl.redaction import described, spellings
from kohoctl.states import State
from kohoctl.testing.broken import Broken, LeftOut
from kohoctl.testing.comparing import sent_by, sent_with, unsteady
from kohoctl.testing.contract import Contract
from kohoctl.testing.rule import rule
from kohoctl.testing.service import Answer, Request
from kohoctl.testing.trial import KEY, Trial

DELIVERIES = 16
"""That several threads make at once."""
ANSWER_TIME = 0.005
"""Seconds that the service takes meanwhile, so that the threads meet."""
SWITCH = 1e-5
"""Seconds after which Python lets another thread go on: often enough that shared state is seen."""


@rule("secrets-kept")
def secrets_kept(contract: type[Contract]) -> None:
    """No secret, however it is spelt, gets into a repr, a rendition, a problem, a receipt, a reason, the log or what is
    printed, not even where the service repeats what it was sent."""
    for status in (None, 400, 500):
        with Trial(contract) as trial, _overheard() as heard:
            rendition = trial.sendable()
            if status is not None:
                trial.service.answer = partial(_repeated, status)
            ending = trial.deliver(rendition)
            channel = trial.channel()
            places = {
                "repr(channel)": repr(channel),
                "the rendition": canonical_json([rendition.content, rendition.destination]) + repr(rendition),
                "a file that goes out": _files(rendition),
                "the receipt": repr(ending.given),
                "the reason": f"{ending.outcome.reason} {ending.outcome.receipt}",
                "what was printed or logged": heard.getvalue(),
            }
            canaries = trial.place.canaries()
            if not canaries:
                raise LeftOut("the kind has no secrets")
        for place, text in places.items():
            if any(spelt in text for canary in canaries for spelt in spellings(canary)):
                raise Broken(
                    "a secret goes to the service and nowhere else",
                    f"{place} held it" + (f" when the service answered {status} and repeated it" if status else ""),
                    "read it with transport.secret(self.settings.…) in deliver, and put it into the request alone",
                )


def _repeated(status: int, request: Request) -> Answer:
    said = {"headers": dict(request.headers), "body": request.body.decode("utf-8", "replace"), "path": request.path}
    return Answer(status, {"error": said})


def _files(rendition: Rendition) -> str:
    return canonical_json([file.identity() for file in rendition.files])


@contextmanager
def _overheard() -> Iterator[io.StringIO]:
    """What is printed and logged meanwhile."""
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        with redirect_stdout(heard), redirect_stderr(heard):
            yield heard
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


@rule("threads")
def threads(contract: type[Contract]) -> None:
    """Several threads may share a channel: each delivery sends its own, and what each sends is what it sends alone."""
    shaky = unsteady(sent_with(contract), sent_with(contract))
    alone: Counter[Traits] = Counter()
    for number in range(DELIVERIES):
        with Trial(contract) as trial:
            trial.taken(_numbered(trial, number), f"{KEY}/{number}")
            alone.update(_traits(trial, shaky))
    with Trial(contract) as trial:
        failed = _at_once(trial)
        together = _traits(trial, shaky)
    mend = "keep nothing in self or in a module while delivering: pass it on as arguments"
    if failed:
        raise Broken("deliveries at once end as they do alone", failed[0], mend)
    if together != alone:
        mixed, missing = sum((together - alone).values()), sum((alone - together).values())
        raise Broken(
            "deliveries at once send what they send alone",
            f"{mixed} requests mixed two deliveries, and {missing} did not come",
            mend,
        )


Traits = tuple[str, tuple[tuple[str, str], ...], frozenset[bytes]]
"""What tells whose a request is: method, headers, and the numbers of the deliveries whose text it holds."""


def _traits(trial: Trial, shaky: frozenset[str]) -> Counter[Traits]:
    """The requests and mails of a trial; files are left out, since one file may belong to several deliveries."""
    return Counter(
        (sent.method, sent.without(shaky).headers, frozenset(_NUMBER.findall(sent.path.encode() + sent.body)))
        for sent in sent_by(trial)
        if sent.method != "WRITE"
    )


_NUMBER = re.compile(rb"delivery\d+of")


def _numbered(trial: Trial, number: int) -> Rendition:
    """The rendition of the sample message, as if it were one of many."""
    message, mark = trial.message(), f"delivery{number}of"
    texts = {"id": f"{message.id}-{number}", "title": f"{message.title} {mark}", "body": f"{message.body} {mark}"}
    return trial.render(replace(message, **texts))  # type: ignore[arg-type]  # all of them are texts


def _at_once(trial: Trial) -> list[str]:
    """Deliver from several threads on one channel, and say what failed."""
    channel, failed = trial.channel(), []
    renditions = [_numbered(trial, number) for number in range(DELIVERIES)]
    one_at_a_time = threading.Lock()

    def slow(request: Request) -> Answer:
        time.sleep(ANSWER_TIME)
        with one_at_a_time:  # an author's answer need not know of threads
            return trial.contract.answer(request)

    def work(number: int) -> None:
        try:
            ending = trial.deliver(renditions[number], f"{KEY}/{number}", channel)
        except Exception as error:  # noqa: BLE001 -- in a thread, where nobody would see it
            failed.append(described(error))
            return
        if ending.outcome.state is not State.DELIVERED:
            failed.append(f"{ending}: {ending.outcome.reason}")

    trial.service.answer = slow
    workers = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(DELIVERIES)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(before)
    return failed


RULES = (secrets_kept, threads)
