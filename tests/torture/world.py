"""An office that sends by many kinds, and the services that it speaks to, each behind a proxy that can fail.

The services count what they accepted by the delivery's key, so that a run's word can be compared with the truth. The
clock is the test's.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bluesky import Bluesky, record_key
from consumer_agency import ConsumerAgency
from mastodon import Mastodon
from police_bulletin import PoliceBulletin
from test_bluesky import server as bluesky_server
from test_consumer_agency import ACCOUNT, Site

from kohoctl import MailChannel, Message, Recipient, Rendition
from kohoctl.attempt import Ended, Patience
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.channels.line import LineChannel, retry_key
from kohoctl.channels.website import Website
from kohoctl.channels.x import X
from kohoctl.delivery import deliver
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger
from kohoctl.live import Live
from kohoctl.mail import mail_rendition, message_id
from kohoctl.redaction import Redactor
from kohoctl.run import Run
from kohoctl.states import Entry, State
from kohoctl.testing import Answer, Request, Service
from kohoctl.transport import open_transport
from live_campaign import PICTURE
from servers.line import LineServer
from servers.mail import MailServer
from servers.x import XServer
from torture.faulty import FaultyProxy, Http, Smtp

SENDER = "koho@mhlw.example"
PATIENCE = Patience(tries=3, first=0.01, longest=0.02, limit=0.5)
LONGEST_ATTEMPT = 20.0
"""Seconds that an attempt may last here, where each time-out is a part of a second and the machine has other work."""
RECEIVER = "uketsuke@npa.example"
BEGIN = datetime(2015, 6, 4, 1, 0, tzinfo=UTC)


class Brief(MailChannel):
    """A mail without documents."""

    kind = "brief"

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        return mail_rendition(self.settings, RECEIVER, message.title, message.body)


KINDS = {
    kind.kind: kind for kind in (LineChannel, X, Bluesky, Mastodon, PoliceBulletin, ConsumerAgency, Website, Brief)
}
TOKEN = "torture-5f3a9c01d2-token"
ENVIRONMENT = {"TORTURE_TOKEN": TOKEN, "TORTURE_LOGIN": json.dumps(ACCOUNT)}


class Keeper:
    """A service that keeps each key once, for ``life``, as Mastodon and the police agency's bulletin do."""

    def __init__(self, now: Callable[[], datetime], life: timedelta) -> None:
        self.accepted: Counter[str] = Counter()
        self._kept: dict[str, tuple[datetime, int]] = {}
        self._now, self._life, self._lock = now, life, threading.Lock()

    def answer(self, request: Request) -> Answer:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"error": "who is it?"})
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return Answer(200, {"id": "7", "url": "https://files.social.example/7.png"})
        with self._lock:
            at, number = self._kept.get(key, (BEGIN - 2 * self._life, 0))
            if self._now() - at > self._life:
                self.accepted[key] += 1
                at, number = self._kept[key] = (self._now(), self.accepted.total())
        return Answer(200, {"id": str(number), "url": f"https://social.example/{number}"})


@dataclass
class World:
    """The office, its clock, and what stands around it."""

    path: Path
    messages: int
    proxies: dict[str, FaultyProxy] = field(default_factory=dict)
    counts: dict[str, Callable[[], Mapping[str, int]]] = field(default_factory=dict)
    """What each service accepted, by the delivery's key."""
    now: datetime = BEGIN
    redactor: Redactor = field(default_factory=Redactor)
    renew_login: Callable[..., None] = lambda **_: None
    """Gives the account on X new tokens, ``expired`` ones where that is asked for."""
    longest: float = 0.0

    @property
    def ledger(self) -> Path:
        return self.path.with_suffix(".ledger.sqlite")

    def file(self) -> CampaignFile:
        return load(read(self.path), Extensions(KINDS))

    def keys(self, channel: str) -> list[str]:
        return [f"nenkin/m{number}/{channel}/2015-06-04" for number in range(self.messages)]

    def run(self, patience: Patience = PATIENCE) -> list[Ended]:
        """A live run; what ended, in order."""
        ended: list[Ended] = []
        file = self.file()
        opened = open_transport(file.folder, file.mail, self.redactor)
        transport = replace(opened, mail=replace(opened.mail, patience=0.3), now=lambda: self.now)
        with Ledger.open(self.ledger, "live") as ledger:
            run = Run(
                file, ledger, Live(transport), lambda: self.now, ended.append, redactor=self.redactor, patience=patience
            )
            deliver(run)
        self.longest = max([self.longest, *(one.seconds for one in ended)])
        return ended

    def heal(self) -> None:
        """Everything works from now on."""
        for proxy in self.proxies.values():
            proxy.waiting.clear()
            proxy.fault_for = lambda _: None
            proxy.listen()
        self.renew_login()

    def entries(self) -> dict[str, Entry]:
        with Ledger.read(self.ledger, "live") as ledger:
            return {entry.key: entry for entry in ledger.under("nenkin/")}

    def accepted(self) -> dict[str, int]:
        """How often each delivery was accepted."""
        return {key: count for counted in self.counts.values() for key, count in counted().items()}

    def wrong(self) -> list[str]:
        """What must not be, a sentence each."""
        entries, accepted = self.entries(), self.accepted()
        with Ledger.read(self.ledger, "live") as ledger:
            ledger.verify()
            begun = {event["key"]: event["state"] for event in ledger.history()}
        return [
            *(f"{key} was accepted {count} times" for key, count in accepted.items() if count > 1),
            *(
                f"{key} was accepted, and nobody knows"
                for key, count in accepted.items()
                if count and key not in entries
            ),
            *(f"{key} is left sending" for key, state in begun.items() if state == "sending"),
            *(wrong for entry in entries.values() if (wrong := _lie(entry, accepted.get(entry.key, 0)))),
            *([f"an attempt lasted {self.longest:.0f} seconds"] if self.longest > LONGEST_ATTEMPT else []),
        ]


def _lie(entry: Entry, accepted: int) -> str | None:
    """What is not true of an ending."""
    right = (
        (State.DELIVERED, State.UNKNOWN) if accepted else (State.REFUSED, State.UNREACHED, State.UNKNOWN, State.MISSED)
    )
    if entry.state in right:
        return None
    return f"{entry.key} is {entry.state}, and was {'' if accepted else 'not '}accepted: {entry.reason}"


Counted = Callable[[], Mapping[str, int]]
"""How often a service accepted each delivery, by its key."""


@dataclass(frozen=True)
class Stand:
    """A kind of channel with its service: the channel's ``settings``, ``URL`` in the place of the address; what begins
    the service and gives its port; what each message says for it, with its ``{number}``; whether it has a picture."""

    settings: str
    begin: Callable[[World, ExitStack], tuple[int, Counted]]
    own: str = ""
    pictured: bool = False


@contextmanager
def world(
    folder: Path,
    channels: tuple[str, ...],
    messages: int,
    tls: ssl.SSLContext | None = None,
    stands: Mapping[str, Stand] | None = None,
) -> Iterator[World]:
    """A world with those channels, by each of which so many messages are due; with ``tls``, all is spoken over it."""
    known = STANDS if stands is None else stands
    made = World(folder / "campaigns.yaml", messages)
    for number in range(messages):  # each its own, or a service would know the second one already
        (folder / f"picture-{number}.png").write_bytes(PICTURE + str(number).encode())
    with ExitStack() as stack:
        for name in channels:
            behind, counted = known[name].begin(made, stack)
            talk = Smtp() if name == "mail" else Http()
            made.proxies[name] = stack.enter_context(FaultyProxy(behind, talk, tls))
            made.counts[name] = counted
        made.path.write_text(_campaign(made, known), encoding="utf-8")
        yield made


def _campaign(world: World, stands: Mapping[str, Stand]) -> str:
    settings = {name: stands[name].settings.replace("URL", proxy.url) for name, proxy in world.proxies.items()}
    mail = ""
    if "mail" in settings:
        security = "tls" if world.proxies["mail"].tls else "none"
        mail = f"mail: {{host: 127.0.0.1, port: {world.proxies['mail'].port}, security: {security}}}\n"
    picture = "images: [{{file: picture-{}.png, alt: 絵}}], " if all(stands[name].pictured for name in settings) else ""
    channels = [f"  {name}: {{owner: 厚生労働省, rate: 100000/second, {text}}}\n" for name, text in settings.items()]
    messages = [
        f"      m{number}: {{title: お知らせ{number}, body: 電話がきたら切る。その{number}, when: 2015-06-04T10:00,"
        f" grace: 60 days, {picture.format(number)}channels: {{{_ways(settings, stands, number)}}}}}\n"
        for number in range(world.messages)
    ]
    top = "campaigns:\n  nenkin:\n    title: 広報\n    owner: 厚生労働省\n    messages:\n"
    return "".join([f"version: 1\n{mail}channels:\n", *channels, top, *messages])


def _ways(channels: Iterable[str], stands: Mapping[str, Stand], number: int) -> str:
    own = {name: stands[name].own.format(number=number) for name in channels}
    return ", ".join(f"{name}: {{{said}}}" if said else f"{name}: " for name, said in own.items())


def _line(world: World, stack: ExitStack) -> tuple[int, Counted]:
    server = stack.enter_context(LineServer(token=TOKEN, now=lambda: world.now.timestamp()))
    names = {retry_key(key): key for key in world.keys("line")}
    return int(server.url.rpartition(":")[2]), lambda: Counter(names[str(one.retry_key)] for one in [*server.accepted])


def _x(world: World, stack: ExitStack) -> tuple[int, Counted]:
    server = stack.enter_context(XServer(now=lambda: world.now))

    def renew_login(expired: bool = False) -> None:
        tokens = server.logins.oauth2("mhlw") | ({"expires_at": "1"} if expired else {})
        (world.path.parent / "x.json").write_text(json.dumps(tokens), encoding="utf-8")

    world.renew_login = renew_login
    renew_login()
    names = {f"電話がきたら切る。その{number}": key for number, key in enumerate(world.keys("x"))}
    return int(server.url.rpartition(":")[2]), lambda: Counter(names[post.text] for post in [*server.posts])


def _bluesky(world: World, stack: ExitStack) -> tuple[int, Counted]:
    records: dict[str, Any] = {}
    service = stack.enter_context(Service(bluesky_server(records)))

    def counted() -> Mapping[str, int]:
        channel = world.file().channels["bluesky"]
        sample = Rendition({"record": {"createdAt": "2015-06-04T10:00:00+09:00"}}, {})
        assert channel is not None
        names = {record_key(sample, key): key for key in world.keys("bluesky")}
        return Counter(names[place] for place in [*records])

    return service.port, counted


def _keeper(life: timedelta) -> Callable[[World, ExitStack], tuple[int, Counted]]:
    def begin(world: World, stack: ExitStack) -> tuple[int, Counted]:
        keeper = Keeper(lambda: world.now, life)
        return stack.enter_context(Service(keeper.answer)).port, lambda: dict(keeper.accepted)

    return begin


def _agency(world: World, stack: ExitStack) -> tuple[int, Counted]:
    site = Site()
    service = stack.enter_context(Service(site.answer))
    return service.port, lambda: Counter(form["reference"] for form in [*site.notices.values()])


def _mail(world: World, stack: ExitStack) -> tuple[int, Counted]:
    server = stack.enter_context(MailServer(world.path.parent, "", secure=False))
    names = {message_id(key, SENDER): key for key in world.keys("mail")}
    return server.port, lambda: Counter(names[str(mail["Message-ID"])] for mail in server.read())


STANDS = {
    "line": Stand('kind: line, token: {env: TORTURE_TOKEN}, api_url: "URL"', _line),
    "x": Stand('kind: x, account: mhlw, credentials: {file: x.json}, api_url: "URL"', _x, pictured=True),
    "bluesky": Stand(
        'kind: bluesky, handle: npa.bsky.example, password: {env: TORTURE_TOKEN}, url: "URL"', _bluesky, pictured=True
    ),
    "mastodon": Stand(
        'kind: mastodon, token: {env: TORTURE_TOKEN}, url: "URL"', _keeper(timedelta(hours=1)), pictured=True
    ),
    "bulletin": Stand('kind: police-bulletin, token: {env: TORTURE_TOKEN}, url: "URL"', _keeper(timedelta(days=1))),
    "agency": Stand('kind: consumer-agency, login: {env: TORTURE_LOGIN}, url: "URL"', _agency),
    "mail": Stand(f"kind: brief, sender: {SENDER}", _mail),
}
