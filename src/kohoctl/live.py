"""Sending to the world: only a live run makes one of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from kohoctl.channel import Channel, at_work
from kohoctl.errors import KohoctlError, MissingSecret, NotDelivered
from kohoctl.foreign import foreign
from kohoctl.language import Sentence
from kohoctl.mail import MailChannel
from kohoctl.model import Receipt, Rendition
from kohoctl.outgoing import MayLeave
from kohoctl.redaction import explained, failure
from kohoctl.settings import Secret, parse_rate
from kohoctl.transport import Transport


class HalfDone(Exception):
    """A delivery of several steps stopped between two of them: whether it counts as made, nobody knows."""


@dataclass(frozen=True)
class Live:
    """Delivers through each channel's own code; its methods are those of `kohoctl.attempt.Sender`."""

    transport: Transport

    def pace(self, channel: Channel) -> str | None:
        self._make_sure_of_secrets(channel)
        try:
            with foreign(f"the kind {channel.kind}"):
                pace = channel.pace()
                parse_rate(pace or "1/second")
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only its own deliveries
            raise KohoctlError(
                Sentence("the kind {kind} does not say its pace: {error}", kind=channel.kind, error=failure(error))
            ) from None
        return pace

    def _make_sure_of_secrets(self, channel: Channel) -> None:
        wanted = [*secrets_in(channel.settings)]
        if isinstance(channel, MailChannel):
            server = self.transport.mail.server
            if server is None:
                raise KohoctlError(Sentence("the campaign file names no mail server: add mail: {host: …}"))
            wanted += secrets_in(server)
        for secret in wanted:
            self.transport.secret(secret)

    def send(self, channel: Channel, rendition: Rendition, key: str, may_leave: MayLeave) -> Receipt:
        with self._attempt(channel, may_leave) as transport:
            return channel.deliver(rendition, key, transport)

    def send_together(
        self, channel: Channel, items: Sequence[tuple[Rendition, str]], may_leave: MayLeave
    ) -> Sequence[Receipt]:
        with self._attempt(channel, may_leave) as transport:
            return channel.deliver_batch(items, transport)

    @contextmanager
    def _attempt(self, channel: Channel, may_leave: MayLeave) -> Iterator[Transport]:
        """One attempt's transport. Raises `HalfDone` for what says that nothing was sent after something had been."""
        transport = self.transport.for_attempt(may_leave)
        try:
            with at_work(channel):
                yield transport
        except (NotDelivered, MissingSecret) as error:
            if transport.outgoing.left:
                raise HalfDone(f"a part of it had been sent when the rest was not: {explained(error)}") from error
            raise

    def find(self, channel: Channel, rendition: Rendition, key: str, since: datetime) -> Receipt | None:
        with at_work(channel):
            return channel.find(rendition, key, since, self.transport.for_attempt())


def secrets_in(value: object) -> Iterator[Secret]:
    """The secrets that settings refer to, however deep."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from secrets_in(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from secrets_in(item)
