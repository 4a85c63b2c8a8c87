"""Apprise: a message to any of the services that this library knows, among them Slack, Telegram, Matrix and SMS.

Each target is an Apprise URL, which holds tokens and so is a secret. One target is one delivery, with a key, an ending
and a receipt of its own: a channel with several has recipients whose ids are the targets' names, and one that fails
hides no other. ``pip install 'kohoctl[apprise]'`` brings the library, and its own pages say how a URL is written.

What Apprise cannot tell stays *unknown*: it says that a service took a message, but not why it did not, nor whether it
arrived. A person looks, and says so with ``kohoctl reconcile``. Its connections are its own. It is told to verify TLS,
to follow no redirect and to try once; with a few services it asks again by itself after an answer 429 or 401, by which
nothing was taken. It mostly waits 4 seconds for an answer, and longer where a URL says so: ``?rto=30``. It keeps a
service's pace within one delivery alone, so set ``rate`` where there is such a limit.
"""

from __future__ import annotations

import copy
import logging
import re
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from kohoctl import (
    Channel,
    File,
    Limit,
    Message,
    Problem,
    Receipt,
    Recipient,
    Refused,
    Rendition,
    Secret,
    Settings,
    Transport,
    Unreached,
    hookimpl,
    text_problems,
)

INSTALLING = timedelta(minutes=5)
"""Until the next try where the library is not there: a person has to install it, so no run waits for that."""
LOOPBACK = {"127.0.0.1", "::1", "[::1]", "localhost"}
ENCRYPTED_ANYWAY = {"pushme", "sfr"}
"""Schemes without an s whose services are asked over HTTPS alone (notify_url in pushme.py and sfr.py)."""
UNCOUNTED = ("targets", "topics", "rooms", "channels", "users")
"""Where services keep their addressees that do not count them: irc, notifyre, pushplus, sogs, xmatters and others."""
COPIES = ("cc", "bcc")

_NEXT_URL = re.compile(r"[\s,][a-z][a-z0-9]+://", re.IGNORECASE)


class AppriseSettings(Settings):
    """What a channel of this kind may set."""

    targets: dict[str, Secret] = Field(
        min_length=1, description="Apprise's URLs by name, each a secret: room: {env: ROOM_URL}; one addressee in each."
    )
    format: Literal["text", "markdown", "html"] = Field(
        "text", description="What messages are written in; Apprise makes of it what the service shows."
    )
    type: Literal["info", "success", "warning", "failure"] = Field(
        "info", description="What some services show as a colour or a sign beside the message."
    )

    @field_validator("targets", mode="before")
    @classmethod
    def _is_no_url(cls, typed: object) -> object:
        """A URL in place of the mapping is a secret all the same: refused as one, so that its line is not shown."""
        return {"": typed} if isinstance(typed, str) else typed


class AppriseBridge(Channel):
    """Services that Apprise knows."""

    kind = "apprise"
    settings: AppriseSettings
    settings_model = AppriseSettings
    time_limit = timedelta(minutes=3)  # room for several requests: an answer takes 30 seconds, a pause between two 5.5
    limits: ClassVar = {
        "title": Limit(250, "characters", "Apprise's own, where it knows no other of a service"),
        "body": Limit(32_768, "characters", "Apprise's own, where it knows no other of a service"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        names = list(self.settings.targets)
        target = recipient.id if recipient is not None else names[0]
        content = {
            "title": message.title,
            "body": message.body,
            "format": self.settings.format,
            "type": self.settings.type,
        }
        problems = (
            *_target_problems(names, recipient),
            *text_problems(message.title, "title", self.limits["title"]),
            *text_problems(message.body, "body", self.limits["body"]),
        )
        return Rendition(content, {"target": target}, (*message.images, *message.attachments), problems)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        target = rendition.destination["target"]
        service = _service(_library(), transport.secret(self.settings.targets[target]), target)
        name = str(service.service_name)
        with _attachments(rendition.files) as files:
            notice = _notice(rendition.content, files)
            _check(service, notice, f"the URL of {target}, for {name},")
            try:
                taken = service.notify(**notice)
            except Exception as error:  # noqa: BLE001 -- a service's own code, whose words may hold a token
                raise RuntimeError(f"{name} failed with {type(error).__name__}, and may have taken it") from None
        if not taken:
            raise RuntimeError(f"{name} did not take it, or its answer was lost: Apprise does not tell which")
        return Receipt.published(target=target, service=name)  # no URL: Apprise masks only a part of what is secret


def _target_problems(names: list[str], recipient: Recipient | None) -> Iterable[Problem]:
    if recipient is None and len(names) > 1:
        rows = ", ".join(f"{{id: {name}}}" for name in names)
        says = "the channel has {count} targets, and no recipients that say which a message goes to"
        hint = f"add a list, recipients: {{targets: [{rows}]}}, and to the channel recipients: targets"
        yield Problem(says, {"count": len(names)}, "recipients", hint)
    elif recipient is not None and recipient.id not in names:
        hint = f"add it to the channel's targets, {recipient.id}: {{env: NAME}}; there are {', '.join(names)}"
        yield Problem("there is no target for the recipient {id}", {"id": recipient.id}, "recipients", hint)


def _library() -> Any:
    """Apprise, imported when it is needed since that takes a second. Its log goes nowhere: it may hold tokens."""
    try:
        apprise = import_module("apprise")
    except ImportError:
        says = "Apprise is not installed: pip install 'kohoctl[apprise]'"
        raise Unreached(says, retry_after=INSTALLING, hold_channel=True) from None
    apprise.logger.propagate = False
    apprise.logger.setLevel(logging.WARNING)
    return apprise


class _Warned(logging.Handler):
    """Whether Apprise has warned of anything in this thread; what it says is not kept."""

    def __init__(self) -> None:
        super().__init__()
        self.thread, self.is_so = threading.get_ident(), False

    def emit(self, record: logging.LogRecord) -> None:
        self.is_so |= record.levelno == logging.WARNING and threading.get_ident() == self.thread


def _service(apprise: Any, url: str, target: str) -> Any:
    """Apprise's service for ``url``: it keeps nothing on disk, follows no redirect and shows no logo of Apprise's."""
    if _NEXT_URL.search(url.strip()):
        raise Refused(f"the secret of {target} holds several URLs: give each a target of its own")
    asset = apprise.AppriseAsset(
        app_id="kohoctl",
        app_desc="kohoctl",
        image_url_mask="",
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        async_mode=False,
    )
    warned = _Warned()
    apprise.logger.addHandler(warned)
    try:
        service = apprise.Apprise.instantiate(url, asset=asset)
    finally:
        apprise.logger.removeHandler(warned)
    if service is None:
        raise Refused(f"Apprise cannot use the URL of {target}: look for a slip, or a package that its service needs")
    if warned.is_so:
        raise Refused(f"Apprise would leave out a part of the URL of {target}, such as an addressee: look for a slip")
    service.redirects = False
    return service


@contextmanager
def _attachments(files: Iterable[File]) -> Iterator[list[Any]]:
    """The files as Apprise takes them: on disk, since some services open them by path, and for this user alone."""
    with tempfile.TemporaryDirectory(prefix="kohoctl-") as folder:  # made 0700
        attached = []
        for number, file in enumerate(files):
            path = Path(folder, str(number))
            path.touch(0o600)
            path.write_bytes(file.read())
            attached.append(import_module("apprise.attachment.file").AttachFile(str(path), name=file.name))
        yield attached


def _notice(content: Mapping[str, Any], files: list[Any]) -> dict[str, Any]:
    """What a service is given. Overflow is upstream: in one piece, and not cut, whatever the URL says."""
    apprise = _library()
    return {
        "title": content["title"],
        "body": content["body"],
        "body_format": apprise.NotifyFormat(content["format"]),
        "notify_type": apprise.NotifyType(content["type"]),
        "overflow": apprise.OverflowMode.UPSTREAM,
        "attach": files or None,
    }


def _check(service: Any, notice: Mapping[str, Any], which: str) -> None:
    """Raises `Refused` for what would be sent in part, in parts or unprotected. Nothing has been sent yet."""
    try:
        reasons = [*_url_reasons(service), *_message_reasons(service, notice)]
    except Exception as error:  # noqa: BLE001 -- a service's own code: nothing has been sent, and nothing will be
        reasons = [f"cannot be made ready ({type(error).__name__})"]
    if reasons:
        raise Refused(f"{which} {'; it '.join(reasons)}")


def _url_reasons(service: Any) -> Iterator[str]:
    if (count := _addressees(service)) != 1:
        yield f"names {count} addressees: give each a target of its own, so that none can fail unseen"
    if not service.verify_certificate:
        yield "says verify=no: take that out, since TLS is always verified"
    if _is_plain(service):
        yield "would send without encryption: write its encrypted form, such as jsons:// for json://"


def _addressees(service: Any) -> int:
    """How many a URL names, also where one request would reach them all."""
    alone = copy.copy(service)
    vars(alone).update(retry=0, batch=False, batch_size=1)
    is_counting = type(service).__len__ is not _library().NotifyBase.__len__
    return (len(alone) if is_counting else max(1, _sizes(service, UNCOUNTED))) + _sizes(service, COPIES)


def _sizes(service: Any, names: Iterable[str]) -> int:
    return sum(len(getattr(service, name, None) or ()) for name in names)


def _is_plain(service: Any) -> bool:
    """Whether the message would go to another machine in the clear, as far as Apprise tells."""
    hosts = {service.host, getattr(service, "smtp_host", None)} - {None, ""}
    is_encrypted = service.secure or service.protocol is None or service.protocol in ENCRYPTED_ANYWAY
    return not hosts <= LOOPBACK and (not is_encrypted or getattr(service, "secure_mode", "") == "insecure")


def _message_reasons(service: Any, notice: Mapping[str, Any]) -> Iterator[str]:
    if notice["attach"] and not service.attachment_support:
        yield "takes no files: leave images and attachments out"
    lines, most_lines = notice["body"].count("\n") + 1, service.body_max_line_count
    if 0 < most_lines < lines:
        yield f"takes {most_lines} lines, and the body has {lines}"
    (sent,) = service._build_send_calls(**notice)  # the text that notify makes of both, which no public name gives
    beside = len(sent["title"]) if service.overflow_amalgamate_title else 0
    for part, most in (("title", service.title_maxlen), ("body", service.body_maxlen - beside)):
        if (over := len(sent[part]) - most) > 0:
            yield f"takes {most} characters of {part}, and the message has {over} more"


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [AppriseBridge]
