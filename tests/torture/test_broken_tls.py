"""TLS that fails: nothing is said to whoever does not prove who it is."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from kohoctl.states import State
from torture.strength import IS_FULL, Tally
from torture.test_faulty_services import SERVICES, run, settle
from torture.world import ENVIRONMENT, world


def context(authority: trustme.CA, name: str = "127.0.0.1", until: datetime | None = None) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=until).configure_cert(made)
    return made


@pytest.mark.parametrize("service", SERVICES if IS_FULL else ("line", "mail"))
def test_whoever_does_not_prove_who_it_is_is_told_nothing(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    for name in ("CONNECT_TIMEOUT", "READ_TIMEOUT", "ANSWER_TIMEOUT"):
        monkeypatch.setattr(f"kohoctl.http.{name}", 0.4)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    trusted = dict.fromkeys(("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), str(tmp_path / "authority.pem"))
    for name, value in (ENVIRONMENT | trusted | {"no_proxy": "127.0.0.1"}).items():
        monkeypatch.setenv(name, value)
    good = context(authority)
    wrong = {
        "an unknown authority": context(trustme.CA()),
        "another name": context(authority, "www.mhlw.example"),
        "a certificate that is over": context(authority, until=datetime.now(UTC) - timedelta(days=1)),
        "no TLS at all": None,
    }
    with world(tmp_path, (service,), 2, good) as office:
        proxy = office.proxies[service]
        for name, bad in wrong.items():
            proxy.tls = bad
            run(office)
            assert {entry.state for entry in office.entries().values()} == {State.UNREACHED}, name
            assert not any(asked for asked in proxy.seen if asked != "connect"), name
            office.now += timedelta(hours=1)
        proxy.tls = good
        settle(office)
        assert {entry.state for entry in office.entries().values()} == {State.DELIVERED}
        tally("TLS that failed", len(wrong))
