"""One trial of a kind: a channel of it, a service on this machine, and what came of a delivery."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ValidationError

from kohoctl.attempt import attempt
from kohoctl.channel import Channel
from kohoctl.errors import KohoctlError, MissingSecret, Unreached
from kohoctl.live import HalfDone, Live
from kohoctl.mail import MailChannel
from kohoctl.model import Asset, Message, Receipt, Recipient, Rendition
from kohoctl.outgoing import MayLeave, always
from kohoctl.problem import Problem
from kohoctl.redaction import Redactor, described
from kohoctl.settings import MailServer, Settings, Surroundings, Version
from kohoctl.states import Delivery, Outcome, Planned, State
from kohoctl.testing import sample
from kohoctl.testing.broken import Broken, LeftOut
from kohoctl.testing.contract import Contract
from kohoctl.testing.in_time import in_time
from kohoctl.testing.mail_service import MailService
from kohoctl.testing.service import Request, Service
from kohoctl.testing.ways_out import PATIENCE, TrialSession, trial_transport

KEY = "sample/warning/sample/2015-06-04"
NOTHING_DELIVERED = "not tried: nothing was delivered, and the rule delivers says why"
OTHER_KEY = "sample/warning/sample/2015-06-05"


@dataclass(frozen=True)
class Ending:
    """How a delivery ended: by what the kind's own code did, and by what kohoctl makes of it.

    ``given`` is the kind's receipt before secrets are taken out of it.
    """

    given: object
    raised: BaseException | None
    outcome: Outcome
    asked: timedelta | None

    @property
    def state(self) -> State:
        """What the kind's own code says."""
        if self.raised is None:
            return self.outcome.state
        if isinstance(self.raised, Unreached | MissingSecret):
            return State.UNREACHED
        return State.REFUSED if isinstance(self.raised, KohoctlError) else State.UNKNOWN

    def __str__(self) -> str:
        if self.raised is None:
            return f"deliver returned {self.given!r}"
        return f"deliver raised {described(self.raised)}"


@dataclass
class _Witness:
    """Sends as a live run does, and keeps what the kind's own code did."""

    live: Live
    given: object = None
    raised: BaseException | None = None

    def pace(self, channel: Channel) -> str | None:
        return self.live.pace(channel)

    def send(self, channel: Channel, rendition: Rendition, key: str, may_leave: MayLeave) -> Receipt:
        try:
            receipt = self.live.send(channel, rendition, key, may_leave)
        except BaseException as error:
            self.raised = error.__cause__ if isinstance(error, HalfDone) else error
            raise
        self.given = receipt
        return receipt

    def send_together(
        self, channel: Channel, items: Sequence[tuple[Rendition, str]], may_leave: MayLeave
    ) -> Sequence[Receipt]:
        return self.live.send_together(channel, items, may_leave)

    def find(self, channel: Channel, rendition: Rendition, key: str, since: Any) -> Receipt | None:
        return self.live.find(channel, rendition, key, since)


class Trial:
    """``with Trial(contract) as trial``: a kind with all that it needs, fresh, and gone afterwards.

    ``patience`` is how long it waits for its service, in seconds.
    """

    _port: ClassVar[int] = 0
    """Where the service of the trial before was: an address in a rendition is then the same each time."""

    def __init__(self, contract: type[Contract], patience: float = PATIENCE) -> None:
        self.contract = contract()
        self.patience = patience
        self.kind = contract.kind
        self.mails = issubclass(self.kind, MailChannel)

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="kohoctl-contract-")
        self.folder = Path(self._folder.name)
        self.service = self.contract.service = Service(self.contract.answer, Trial._port).__enter__()
        Trial._port = self.service.port
        self.contract.kept = {}
        self.mail = MailService()
        server = None
        if self.mails:
            self.mail.__enter__()
            server = MailServer(host="127.0.0.1", port=self.mail.port, security="none")
        self.place = sample.Place(self.service.url, self.folder, self.contract.secrets)
        self.redactor = Redactor()
        self.transport = trial_transport(self.folder, server, self.redactor, self.patience)
        self.typed = self.place.filled(sample.completed(self.kind.settings_model, self._said(), self.place, Settings))
        self._files_before = set(self._files())
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.http.close()
        self.service.hang_up()
        self.mail.hang_up()
        self._folder.cleanup()

    def _said(self) -> Mapping[str, Any]:
        return dict(self.place.filled(self.contract.settings))

    # What is sent

    def channel(self, **changed: Any) -> Channel:
        """A channel with the contract's settings, but for those that are ``changed``."""
        around = Surroundings(self.folder, {})
        settings = validated(self.kind.settings_model, {**self.typed, **changed}, around)
        return self.kind(name=self.kind.kind, owner=sample.OWNER, settings=settings)

    def message(self, **changed: Any) -> Message:
        """The contract's message, but for what is ``changed``: fields of the message, or of its version."""
        said = {**self.contract.message, **changed}
        usual = {name: said.pop(name) for name in ("title", "body", "due") if name in said}
        images = [self.picture(one["file"], one.get("alt")) for one in said.pop("images", ())]
        attachments = [self.picture(name, None) for name in said.pop("attachments", ())]
        typed = self.place.filled(sample.completed(self.kind.version_model, said, self.place, Version))
        own = validated(self.kind.version_model, typed, None)
        self._files_before.update(self._files())
        return sample.message(**usual, images=images, attachments=attachments, own=own)

    def picture(self, name: str, alt: str | None) -> Asset:
        """A made-up file beside the campaign file."""
        made = sample.picture(self.folder, name, alt)
        self._files_before.add(self.folder / name)
        return made

    @property
    def can_find(self) -> bool:
        """Whether the kind can look up what became of a delivery."""
        return self.channel().can_find

    def recipient(self) -> Recipient | None:
        """Whom it goes to."""
        fields = self.contract.recipient_fields()
        return None if fields is None else Recipient(fields["id"], dict(fields))

    def render(
        self, message: Message | None = None, recipient: Recipient | None = None, channel: Channel | None = None
    ) -> Rendition:
        """What the kind makes of it. Raises `Broken` where that is no rendition."""
        arguments = message or self.message(), recipient or self.recipient()
        try:
            rendition = in_time(lambda: _told((channel or self.channel()).render(*arguments)), "render")
        except Broken:
            raise
        except Exception as error:
            raise Broken(
                "render returns a Rendition, and what a person has to mend is in its problems",
                f"render raised {described(error)}",
                "return Rendition(…, problems=(Problem(…),)) instead of raising",
            ) from error
        if not isinstance(rendition, Rendition):
            raise Broken("render returns a Rendition", f"it returned {rendition!r}", "return Rendition(content, …)")
        try:
            _ = rendition.digest
        except Exception as error:
            raise Broken(
                "content and destination hold text, numbers, lists and mappings",
                f"they cannot be written down: {described(error)}",
                "put plain values into Rendition(content=…, destination=…)",
            ) from error
        return rendition

    def sendable(self) -> Rendition:
        """The rendition of a message that can go out. Raises `LeftOut` where it has problems."""
        rendition = self.render()
        if rendition.problems:
            raise LeftOut(NOTHING_DELIVERED)
        return rendition

    # What comes of it

    def deliver(self, rendition: Rendition, key: str = KEY, channel: Channel | None = None) -> Ending:
        """Deliver as a live run does."""
        sending = channel or self.channel()
        delivery = Delivery(key, "sample", "warning", sending.name, self.kind.kind, None, sample.DUE, None)
        planned = Planned(delivery, State.DUE, rendition, recipient=self.recipient(), ready=True)
        witness = _Witness(Live(self.transport))
        ended = in_time(lambda: attempt(witness, sending, planned, {}, 1, self.redactor, always), "deliver")
        if self.service.failure is not None:
            raise Broken(
                "the Contract's answer says what the service answers to each request",
                f"it raised {described(self.service.failure)}",
                "mend the Contract's answer, or answer 404 to a request that it does not know",
            ) from self.service.failure
        return Ending(witness.given, witness.raised, ended.outcome, ended.asked)

    def taken(self, rendition: Rendition, key: str = KEY) -> Ending:
        """How a delivery ended that the service takes. Raises `LeftOut` where that is no receipt."""
        ending = self.deliver(rendition, key)
        if ending.outcome.state is not State.DELIVERED:
            raise LeftOut(NOTHING_DELIVERED)
        return ending

    def find(self, rendition: Rendition, key: str = KEY) -> Receipt | None:
        """Look it up as a live run does. Raises what the kind raises."""
        live = Live(self.transport)
        return in_time(lambda: live.find(self.channel(), rendition, key, sample.DUE), "find")

    @property
    def left(self) -> list[bool]:
        """For each request through kohoctl's own session, whether its attempt counted as sent after it."""
        session = self.transport.http
        return session.left if isinstance(session, TrialSession) else []

    def sent(self) -> list[Request]:
        """All that has gone out: requests, mails and written files, each in the form of a request."""
        mails = [Request("MAIL", "", dict(mail.items()), _parts(mail)) for mail in self.mail.taken]
        return [*self.service.requests, *mails, *self._written()]

    def _written(self) -> list[Request]:
        new = sorted(set(self._files()) - self._files_before)
        return [Request("WRITE", str(file.relative_to(self.folder)), {}, file.read_bytes()) for file in new]

    def _files(self) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file()]


def _parts(mail: EmailMessage) -> bytes:
    """What a mail's reader has of it."""
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return b"\n".join(f"{part.get_filename()}".encode() + bytes(part.get_payload(decode=True)) for part in parts)


def _told(rendition: object) -> object:
    """A rendition with its problems as a tuple, as kohoctl takes them from whatever gives one after another."""
    return replace(rendition, problems=tuple(rendition.problems)) if isinstance(rendition, Rendition) else rendition


def validated(model: type[BaseModel], typed: Mapping[str, Any], around: Surroundings | None) -> Any:
    """``typed`` as the model reads it. Raises `Broken` where it does not."""
    try:
        return model.model_validate(typed, context=around)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Broken(
            f"{model.__name__} takes what the kind is tried with",
            wrong,
            "give the field an example, Field(examples=[…]), or say settings = {…} or message = {…} in the Contract",
        ) from error


def shown(problems: tuple[Problem, ...]) -> str:
    """Problems in a few words."""
    return "; ".join(map(str, problems)) or "no problem"
