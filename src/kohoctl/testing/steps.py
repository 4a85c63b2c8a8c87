"""The requests of a delivery, and which of them it is that sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kohoctl.redaction import spellings
from kohoctl.testing.broken import LeftOut
from kohoctl.testing.contract import Contract
from kohoctl.testing.service import Request
from kohoctl.testing.trial import KEY, Trial


@dataclass(frozen=True)
class Steps:
    """The ``requests`` of a delivery that its service took; none where it goes out by mail.

    ``left`` says after which of them the delivery counted as sent; None where they did not all go through kohoctl's
    session. ``texts`` are the lines of the message, and the key, as a request may spell them.
    """

    contract: Contract
    requests: Sequence[Request]
    left: Sequence[bool] | None
    texts: tuple[frozenset[bytes], frozenset[bytes]]

    @property
    def sending(self) -> int:
        """Which of them sends: the first that carries the message's text, else the key, else the last.

        Those that `Contract.sends` says cannot are left out, and so are those that kohoctl took for preparation.
        """
        counted = self.left.index(True) if self.left and any(self.left) else 0
        possible = range(counted, len(self.requests))
        candidates = [step for step in possible if self.contract.sends(self.requests[step])] or list(possible)
        most = max(self._carries(self.requests[step]) for step in candidates)
        return (
            next(step for step in candidates if self._carries(self.requests[step]) == most) if most else candidates[-1]
        )

    def sent_in(self, requests: Sequence[Request]) -> int:
        """How often the request that sends was made in ``requests``."""
        sends = self._traits(self.requests[self.sending])
        return sum(self._traits(request) == sends for request in requests)

    def _traits(self, request: Request) -> tuple[str, str, int]:
        return request.method, request.path.partition("?")[0], self._carries(request)

    def _carries(self, request: Request) -> int:
        """2 for a request with the message's text, 1 for one with the key, 0 for any other."""
        whole = "\n".join([request.path, *request.headers.values()]).encode() + b"\n" + request.body
        text, key = (any(spelt in whole for spelt in wanted) for wanted in self.texts)
        return 2 if text else 1 if key else 0


def steps_of(contract: type[Contract]) -> Steps:
    """The requests of a delivery of the sample message. Raises `LeftOut` where it neither asks nor mails anybody."""
    with Trial(contract) as trial:
        trial.taken(trial.sendable())
        requests = list(trial.service.requests)
        if not requests and not trial.mail.taken:
            raise LeftOut("the kind sends neither over HTTP nor by mail")
        message, left = trial.message(), list(trial.left)
        lines = [line for line in (message.title, *message.body.splitlines()) if line.strip()]
        texts = (frozenset(_spelt(*lines)), frozenset(_spelt(KEY)))
    return Steps(trial.contract, requests, left if len(left) == len(requests) else None, texts)


def _spelt(*texts: str) -> Iterator[bytes]:
    return (spelling.encode() for text in texts for spelling in spellings(text.strip()))
