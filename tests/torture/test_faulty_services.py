"""Services that fail in every way: nothing is accepted twice, nothing is lost, and no ending is a lie."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from kohoctl.http import HttpSession
from kohoctl.states import State
from servers.faults import FaultyServer, answers, http
from torture.faults import http_faults, smtp_faults, status
from torture.faulty import Fault
from torture.strength import IS_FULL, Tally, quick_or_full
from torture.world import ENVIRONMENT, TOKEN, Stand, World, world

SERVICES = ("line", "x", "bluesky", "mastodon", "bulletin", "agency", "mail")
PUBLISHING = {
    "line": ("POST /v2/bot/message/broadcast",),
    "x": ("GET /2/users/me", "POST /2/media/upload", "POST /2/media/metadata", "POST /2/tweets"),
    "bluesky": tuple(
        f"POST /xrpc/com.atproto.{one}" for one in ("server.createSession", "repo.uploadBlob", "repo.putRecord")
    ),
    "mastodon": ("POST /api/v2/media", "POST /api/v1/statuses"),
    "bulletin": ("POST /notices",),
    "agency": ("POST /login", "GET /notices/new", "POST /notices"),
    "mail": ("connect", "EHLO", "MAIL", "RCPT", "DATA", "content", "QUIT"),
}
"""What each service is asked for one delivery, in order."""
LOOKING = {
    "x": "GET /2/users/{id}/tweets",
    "bluesky": "GET /xrpc/com.atproto.repo.getRecord",
    "agency": "GET /notices",
}
"""What is asked where a delivery is in doubt."""
RENEWAL = ("x", "POST /2/oauth2/token")
ASKED = [
    *((service, name) for service, names in PUBLISHING.items() for name in names),
    *LOOKING.items(),
    RENEWAL,
]
QUICK = [("line", PUBLISHING["line"][0]), ("x", "POST /2/tweets"), ("mail", "content")]
IN_DOUBT = 40
"""Deliveries whose answers are all lost."""
MINUTES = timedelta(minutes=7)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"CONNECT_TIMEOUT": 1.0, "READ_TIMEOUT": 0.2, "ANSWER_TIMEOUT": 0.3}.items():
        monkeypatch.setattr(f"kohoctl.http.{name}", seconds)
    monkeypatch.setattr("kohoctl.mailer.QUIT_TIMEOUT", 0.1)
    for name, value in (ENVIRONMENT | {"no_proxy": "127.0.0.1"}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def elsewhere() -> Iterator[FaultyServer]:
    """Another host, to which services lead: nothing must reach it."""
    with another_host() as server:
        yield server
        nothing_reached(server)


def another_host() -> FaultyServer:
    return FaultyServer(answers(http("200 OK", body=b"{}")))


def nothing_reached(server: FaultyServer) -> None:
    assert server.connections == 0, server.requests


@pytest.mark.parametrize(("service", "name"), ASKED if IS_FULL else QUICK)
def test_every_fault_at_every_request(
    service: str, name: str, elsewhere: FaultyServer, memory: Path, tally: Tally, chance: random.Random
) -> None:
    faults = smtp_faults() if service == "mail" else http_faults(elsewhere.url)
    meet_all(service, name, chance.sample(faults, quick_or_full(12, len(faults))), memory, tally)


@pytest.mark.parametrize(("service", "name"), [one for one in ASKED if one[0] != "mail"] if IS_FULL else QUICK[:2])
def test_every_status_at_every_request(
    service: str, name: str, memory: Path, tally: Tally, chance: random.Random
) -> None:
    codes = chance.sample(range(100, 600), quick_or_full(25, 500))
    meet_all(service, name, [status(code, chance.choice((b"", b"{}", b"<html>"))) for code in codes], memory, tally)


def meet_all(
    service: str,
    name: str,
    faults: Sequence[Fault],
    folder: Path,
    tally: Tally,
    stands: Mapping[str, Stand] | None = None,
) -> None:
    """Each of ``faults`` befalls one request called ``name``; then all is well again."""
    is_look = name in LOOKING.values()  # which each delivery in doubt asks for in each run
    with world(folder, (service,), IN_DOUBT if is_look else len(faults) + 1, stands=stands) as office:
        proxy = office.proxies[service]
        proxy.waiting[name].extend(faults)
        if is_look:
            lost = next(fault for fault in http_faults("") if fault.name == "resets after")
            proxy.fault_for = lambda asked: lost if asked == PUBLISHING[service][-1] else None
        for _ in range(len(faults)):
            if not proxy.waiting[name]:
                break
            if (service, name) == RENEWAL:
                office.renew_login(expired=True)
            run(office)
        assert not proxy.waiting[name], f"nobody asked {name} often enough"
        settle(office)
        tally(f"faults of {service} met", proxy.met.total())


def run(office: World) -> None:
    """One run, and what must hold after it; the next is minutes later."""
    office.run()
    assert office.wrong() == []
    for proxy in office.proxies.values():
        proxy.listen()
    office.now += MINUTES


def settle(office: World) -> None:
    """Everything works again, and after a while each delivery has an ending, or a doubt that is shown."""
    office.heal()
    states: dict[str, State] = {}
    for _ in range(10):
        run(office)
        office.now += timedelta(hours=4)  # a service may ask to wait for up to a day
        states = {key: entry.state for key, entry in office.entries().items()}
        if len(states) == office.messages * len(office.proxies) and State.UNREACHED not in states.values():
            return
    pytest.fail(f"not all has an ending: {states}")


@pytest.mark.parametrize("number", range(quick_or_full(1, 12)))
def test_hours_in_which_anything_fails(
    number: int, elsewhere: FaultyServer, memory: Path, tally: Tally, chance: random.Random
) -> None:
    services = SERVICES if IS_FULL else tuple(chance.sample(SERVICES, 4))
    with world(memory, services, quick_or_full(3, 8)) as office:
        for name, proxy in office.proxies.items():
            faults = smtp_faults() if name == "mail" else http_faults(elsewhere.url)
            proxy.fault_for = at_random(chance, faults, chance.choice((0.1, 0.3, 0.6)))
        began = office.now
        for _ in range(quick_or_full(4, 40)):
            for proxy in office.proxies.values():
                if chance.random() < 0.2:
                    proxy.refuse()
            if chance.random() < 0.2:
                office.renew_login(expired=chance.random() < 0.5)
            office.now += timedelta(minutes=chance.choice((0, 1, 5, 45, 200)))
            run(office)
        tally("hours in which anything failed", int((office.now - began).total_seconds() // 3600))
        settle(office)
        for name, proxy in office.proxies.items():
            tally(f"faults of {name} met", proxy.met.total())


def at_random(chance: random.Random, faults: Sequence[Fault], share: float) -> Callable[[str], Fault | None]:
    return lambda _: chance.choice(faults) if chance.random() < share else None


def test_credentials_that_follow_a_redirect_would_be_noticed(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send = HttpSession.send

    def follows(session: HttpSession, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        answer = send(session, request, **how)
        if location := answer.headers.get("Location"):
            request.url = location
            return send(session, request, **how)
        return answer

    monkeypatch.setattr(HttpSession, "send", follows)
    with another_host() as server, world(memory, ("line",), 1) as office:
        office.proxies["line"].waiting[PUBLISHING["line"][0]].append(status(307, b"", f"Location: {server.url}/"))
        office.run()
        assert TOKEN.encode() in server.requests[0]
        with pytest.raises(AssertionError):
            nothing_reached(server)


def test_a_lie_and_a_second_post_would_be_noticed(memory: Path) -> None:
    with world(memory, ("bulletin",), 2) as office:
        office.run()
        first, second = office.keys("bulletin")
        office.counts["bulletin"] = lambda: {first: 2}
        assert office.wrong() == [
            f"{first} was accepted 2 times",
            f"{second} is delivered, and was not accepted: None",
        ]
