"""Whether two deliveries sent the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kohoctl.testing.contract import Contract
from kohoctl.testing.service import Request
from kohoctl.testing.trial import KEY, Trial

_OF_THE_WAY = frozenset({"host", "content-length", "connection", "accept", "accept-encoding", "user-agent", "date"})
_BOUNDARY = re.compile(rb'boundary="?([^";\s]+)')


@dataclass(frozen=True)
class Sent:
    """A request without what tells nothing of the delivery: the service's port, a boundary between parts."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def without(self, headers: frozenset[str]) -> Sent:
        """The same without the ``headers`` of these names."""
        kept = tuple((name, value) for name, value in self.headers if name not in headers)
        return Sent(self.method, self.path, kept, self.body)


def sent_by(trial: Trial) -> list[Sent]:
    """What has gone out in the trial."""
    return [_plain(request, trial.service.url) for request in trial.sent()]


def sent_with(contract: type[Contract], key: str = KEY) -> list[Sent]:
    """What the delivery of the sample message under ``key`` sends to a service that takes it."""
    with Trial(contract) as trial:
        trial.taken(trial.sendable(), key)
        return sent_by(trial)


def _plain(request: Request, service: str) -> Sent:
    address = service.encode()
    body = request.body.replace(address, b"{service}").replace(address.partition(b"//")[2], b"{host}")
    content_type = request.headers.get("Content-Type", "").encode()
    found = _BOUNDARY.search(content_type)
    if found:
        body = body.replace(found[1], b"boundary")
        content_type = content_type.replace(found[1], b"boundary")
    headers = {name.lower(): value.replace(service, "{service}") for name, value in request.headers.items()}
    if content_type:
        headers["content-type"] = content_type.decode()
    kept = tuple(sorted((name, value) for name, value in headers.items() if name not in _OF_THE_WAY))
    return Sent(request.method, request.path, kept, body)


def unsteady(one: Sequence[Sent], again: Sequence[Sent]) -> frozenset[str]:
    """The headers that differ between two deliveries of the same: a moment's signature, say."""
    return frozenset(
        name
        for first, second in zip(one, again, strict=False)
        for name, value in {*first.headers} ^ {*second.headers}
        if name
    )


def alike(one: Sequence[Sent], other: Sequence[Sent], apart_from: frozenset[str]) -> bool:
    """Whether both sent the same, ``apart_from`` these headers."""
    return [sent.without(apart_from) for sent in one] == [sent.without(apart_from) for sent in other]
