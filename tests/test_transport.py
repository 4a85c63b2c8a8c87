"""The HTTP session: what it lets out, what it lets in, and which failures certainly sent nothing."""

from __future__ import annotations

import gzip
import json
import re
import socket
import ssl
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import MappingProxyType

import pytest
import requests
import trustme
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from kohoctl import Refused, Secret, Unreached
from kohoctl.attempt import clean_reason
from kohoctl.errors import WAIT_LIMIT, MissingSecret
from kohoctl.http import ANSWER_LIMIT, READ_TIMEOUT, HttpSession
from kohoctl.http_answers import answer_text, raise_for_ending, retry_after
from kohoctl.outgoing import Outgoing
from kohoctl.redaction import REASON_LIMIT, Redactor
from kohoctl.transport import Transport, open_transport
from servers.faults import (
    Fault,
    FaultyServer,
    answers,
    closed_port,
    hangs_up,
    http,
    never_reads,
    raises_unknown,
    resets_after_reading,
    resets_in_handshake,
    stalls,
    trickles,
)

OK = http("200 OK", body=b'{"id": 1}')


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpSession]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with HttpSession() as session:
        yield session


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kohoctl.http.CONNECT_TIMEOUT", 0.3)
    monkeypatch.setattr("kohoctl.http.READ_TIMEOUT", 0.3)
    monkeypatch.setattr("kohoctl.http.ANSWER_TIMEOUT", 0.3)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bundle = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    return bundle


def tls_server(fault: Fault, authority: trustme.CA, *names: str) -> FaultyServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("127.0.0.1",))).configure_cert(context)
    return FaultyServer(fault, context)


# Certainly not sent


def test_a_closed_port_is_unreached(session: HttpSession) -> None:
    with pytest.raises(Unreached, match=r"^no connection to 127\.0\.0\.1: .*refused$"):
        session.post(f"http://127.0.0.1:{closed_port()}/", json={})


def test_a_name_that_does_not_resolve_is_unreached(session: HttpSession) -> None:
    with pytest.raises(Unreached, match=r"^no connection to nobody\.invalid: "):
        session.post("http://nobody.invalid/", json={})


def test_a_certificate_of_an_unknown_authority_is_unreached(session: HttpSession, authority: trustme.CA) -> None:
    with tls_server(answers(OK), authority) as server:
        with pytest.raises(Unreached, match="certificate verify failed"):
            session.post(server.url, json={})
        assert server.requests == []


def test_a_certificate_of_another_name_is_unreached(session: HttpSession, authority: trustme.CA, trusted: Path) -> None:
    with tls_server(answers(OK), authority, "www.mhlw.example") as server:
        with pytest.raises(Unreached, match="certificate is not valid for"):
            session.post(server.url, json={})
        assert server.requests == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", [resets_in_handshake, never_reads, answers(OK)], ids=["reset", "silence", "no-tls"])
def test_a_tls_handshake_that_fails_is_unreached(fault: Fault, session: HttpSession) -> None:
    with FaultyServer(fault) as server:
        with pytest.raises(Unreached):
            session.post(f"https://127.0.0.1:{server.port}/", json={})
        assert server.connections == 1


def test_certificates_that_are_not_there_are_unreached(
    session: HttpSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with FaultyServer(answers(OK)) as server:
        with pytest.raises(Unreached, match="REQUESTS_CA_BUNDLE names certificates that are not there"):
            session.post(server.url, json={})
        assert server.connections == 0


def test_certificates_that_are_none_are_unreached(
    session: HttpSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    (tmp_path / "none.pem").write_text("no certificate", encoding="utf-8")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with tls_server(answers(OK), authority) as server:
        with pytest.raises((Unreached, Refused)):
            session.post(server.url, json={})
        assert server.requests == []


@pytest.mark.parametrize(
    "make",
    [
        lambda session: session.post("https://[::1/", json={}),
        lambda session: session.post("gopher://www.mhlw.example/", json={}),
        lambda session: session.post("www.mhlw.example", json={}),
        lambda session: session.post("http://127.0.0.1:9/", headers={"Authorization": "Bearer hush\nhush"}),
        lambda session: session.post("http://127.0.0.1:9/", headers={"Authorization": "Bearer ひみつ"}),
        lambda session: session.post("http://127.0.0.1:9/", json={"number": float("nan")}),
    ],
    ids=["broken-address", "other-scheme", "no-scheme", "line-break", "japanese-header", "not-json"],
)
def test_a_request_that_cannot_be_made_is_refused_without_showing_it(
    make: Callable[[HttpSession], object], session: HttpSession
) -> None:
    with pytest.raises(Refused) as caught:
        make(session)
    assert not any(word in str(caught.value) for word in ("hush", "ひみつ"))


# It may have been sent


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "fault",
    [
        resets_after_reading,
        hangs_up,
        stalls,
        answers(b"HTTP/1.1 2"),
        answers(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n"),
        answers(b"SSH-2.0-OpenSSH_9.2\r\n"),
        answers(http("200 OK", body=b'{"id"', length=9)),
        answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"),
        answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"),
        answers(http("200 OK", "Content-Encoding: gzip", body=b"no gzip")),
        answers(b"HTTP/1.1 200 OK\r\n", b"X-Filler: 1\r\n" * 100_000, b"\r\n"),
        answers(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a" * 2**20, b"\r\n\r\n"),
        answers(http("200 OK", body=b"x" * (ANSWER_LIMIT + 1))),
        trickles(b"", b"H"),
        trickles(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        trickles(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        trickles(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: 1\r\n"),
        trickles(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        trickles(b"HTTP/1.1 301 Moved\r\nLocation: /new\r\n\r\n", b"x"),
    ],
    ids=[
        "reset-after-reading",
        "hang-up",
        "stall",
        "cut-off-in-status",
        "cut-off-in-headers",
        "not-http",
        "cut-off-in-body",
        "cut-off-in-chunk",
        "cut-off-between-chunks",
        "broken-gzip",
        "100000-headers",
        "long-header",
        "huge",
        "trickling-status",
        "trickling-headers",
        "trickling-body",
        "trickling-trailers",
        "trickling-body-without-length",
        "trickling-redirect",
    ],
)
def test_whatever_goes_wrong_once_connected_is_unknown_and_never_repeated(fault: Fault, session: HttpSession) -> None:
    with FaultyServer(fault) as server:
        with raises_unknown():
            session.post(server.url, json={"text": "一度だけ"})
        assert server.connections == 1
        assert len(server.requests) <= 1


def test_a_compressed_answer_is_bounded_by_what_it_unpacks_to(session: HttpSession) -> None:
    packed = gzip.compress(b"0" * (ANSWER_LIMIT + 1))
    with FaultyServer(answers(http("200 OK", "Content-Encoding: gzip", body=packed))) as server, raises_unknown():
        session.get(server.url)


def test_a_long_upload_may_take_longer_than_a_connection(session: HttpSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kohoctl.http.CONNECT_TIMEOUT", 0.2)

    def reads_late(server: FaultyServer, connection: socket.socket) -> None:
        server.stopped.wait(0.6)
        answers(OK)(server, connection)

    with FaultyServer(reads_late) as server:
        assert session.post(server.url, data=b"x" * 2**23).status_code == 200


def test_a_channel_may_wait_for_less_than_usual(session: HttpSession) -> None:
    began = time.monotonic()
    with FaultyServer(stalls) as server, raises_unknown():
        session.post(server.url, json={}, timeout=0.2)
    assert time.monotonic() - began < READ_TIMEOUT / 2


@pytest.mark.usefixtures("impatient")
def test_a_channel_that_would_wait_for_ever_waits_as_long_as_usual(session: HttpSession) -> None:
    with FaultyServer(stalls) as server, raises_unknown():
        session.post(server.url, json={}, timeout=(5, None))


def test_a_request_arrives_whole_with_the_same_address_and_headers_again_and_again(session: HttpSession) -> None:
    with FaultyServer(answers(OK)) as server:
        for number in range(2):
            own = {"X-Number": str(number), "user-agent": "a bulletin", "Accept": None}
            session.post(f"{server.url}/掲示板?a=1", json={"number": number}, headers=own)
            session.post(f"{server.url}/掲示板?a=1", params={"b": "二"}, data=b"x" * 2**17)
    for number, (small, large) in enumerate(zip(server.requests[::2], server.requests[1::2], strict=True)):
        assert small.startswith(b"POST /%E6%8E%B2%E7%A4%BA%E6%9D%BF?a=1 HTTP/1.1\r\n")
        head, _, body = small.partition(b"\r\n\r\n")
        names = [line.split(b": ")[0].lower() for line in head.split(b"\r\n")[1:]]
        assert len(names) == len(set(names))
        assert b"accept" not in names
        assert b"user-agent: a bulletin" in head
        assert f"X-Number: {number}".encode() in head
        assert body == b'{"number": %d}' % number
        assert large.startswith(b"POST /%E6%8E%B2%E7%A4%BA%E6%9D%BF?a=1&b=%E4%BA%8C HTTP/1.1\r\n")
        assert large.endswith(b"\r\n\r\n" + b"x" * 2**17)


# What it lets in


def test_an_answer_arrives_whole(session: HttpSession) -> None:
    with FaultyServer(answers(OK)) as server:
        assert session.post(server.url, json={}).json() == {"id": 1}
        assert len(server.requests) == 1


def test_a_chunked_answer_arrives_whole(session: HttpSession) -> None:
    chunks = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n4\r\n: 1}\r\n0\r\n\r\n'
    with FaultyServer(answers(chunks)) as server:
        assert session.post(server.url, json={}).json() == {"id": 1}


def test_a_redirect_is_not_followed_and_no_credentials_reach_the_other_host(session: HttpSession) -> None:
    with (
        FaultyServer(answers(OK)) as other,
        FaultyServer(answers(http("302 Found", f"Location: {other.url}/"))) as server,
    ):
        answer = session.post(server.url, json={}, headers={"Authorization": "Bearer hush"}, allow_redirects=True)
        assert answer.status_code == 302
        assert other.connections == 0


def test_a_cookie_is_not_kept(session: HttpSession) -> None:
    with FaultyServer(answers(http("200 OK", "Set-Cookie: visitor=1; Path=/"))) as server:
        session.get(server.url)
        session.get(server.url)
        assert b"visitor" not in server.requests[1]


def test_netrc_is_not_read(session: HttpSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password hush\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with FaultyServer(answers(OK)) as server:
        session.get(server.url)
        assert b"authorization" not in server.requests[0].lower()


# TLS and proxies


def test_an_authority_that_the_environment_names_is_trusted(
    session: HttpSession, authority: trustme.CA, trusted: Path
) -> None:
    with tls_server(answers(OK), authority) as server:
        assert session.get(server.url).status_code == 200


@pytest.mark.parametrize(
    "get",
    [
        lambda session, url: session.get(url, verify=False),
        lambda session, url: session.send(session.prepare_request(requests.Request("GET", url)), verify=False),
    ],
    ids=["request", "prepared-request"],
)
def test_a_request_that_does_without_verified_tls_is_refused(
    get: Callable[[HttpSession, str], object], session: HttpSession, authority: trustme.CA
) -> None:
    with tls_server(answers(OK), authority) as server:
        with pytest.raises(Refused, match="TLS is always verified"):
            get(session, server.url)
        assert server.connections == 0


def test_a_session_told_to_do_without_verified_tls_verifies_it(session: HttpSession, authority: trustme.CA) -> None:
    session.verify = False
    with tls_server(answers(OK), authority) as server:
        with pytest.raises(Unreached, match="certificate verify failed"):
            session.get(server.url)
        assert server.requests == []


def test_a_proxy_that_the_environment_names_is_used(session: HttpSession, monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyServer(answers(OK)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        session.get("http://www.mhlw.example/page")
        assert proxy.requests[0].startswith(b"GET http://www.mhlw.example/page HTTP/1.1\r\n")


def test_no_proxy_is_honoured(session: HttpSession, monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyServer(answers(OK)) as proxy, FaultyServer(answers(OK)) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        session.get(server.url)
        assert (proxy.connections, server.connections) == (0, 1)


@pytest.mark.parametrize("answer", ["403 Forbidden", "407 Proxy Authentication Required"])
def test_a_proxy_that_gives_no_tunnel_is_unreached(
    answer: str, session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultyServer(answers(http(answer))) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(Unreached, match=r"^no connection to www\.mhlw\.example: Tunnel connection failed"):
            session.post("https://www.mhlw.example/", json={})
        assert proxy.connections == 1


def test_a_proxy_that_is_not_there_is_unreached(session: HttpSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(Unreached, match="refused"):
        session.post("http://www.mhlw.example/", json={})


def test_a_proxy_of_a_kind_that_cannot_be_used_is_refused(
    session: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
    with pytest.raises(Refused, match="proxy"):
        session.post("http://www.mhlw.example/", json={})


# What an answer means


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response._content = body
    return response


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_2xx_is_no_failure(status: int) -> None:
    raise_for_ending(answer(status))


@pytest.mark.parametrize("status", [301, 304, 400, 401, 403, 404, 409, 413, 422])
def test_a_3xx_or_4xx_is_refused(status: int) -> None:
    with pytest.raises(Refused, match=f"HTTP {status}"):
        raise_for_ending(answer(status))


@pytest.mark.parametrize("status", [101, 408, 500, 502, 503, 504, 599])
def test_any_other_status_is_unknown(status: int) -> None:
    with raises_unknown():
        raise_for_ending(answer(status))


@pytest.mark.parametrize(("status", "seconds"), [(429, 7), (503, 7)])
def test_a_request_to_come_back_later_is_unreached_and_holds_the_channel(status: int, seconds: int) -> None:
    with pytest.raises(Unreached) as caught:
        raise_for_ending(answer(status, headers={"Retry-After": str(seconds)}))
    assert caught.value.hold_channel
    assert caught.value.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "120"}, timedelta(seconds=120)),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "9" * 12}, WAIT_LIMIT),
        ({"Retry-After": "9" * 5000}, None),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, timedelta(0)),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 -0000"}, None),
        ({"Retry-After": "Wed, 21 Oct 9915 07:28:00 GMT"}, WAIT_LIMIT),
        ({"x-rate-limit-reset": "1433400000"}, timedelta(0)),
        ({"x-rate-limit-reset": "9" * 30}, WAIT_LIMIT),
        ({"x-rate-limit-reset": "never"}, None),
    ],
)
def test_how_long_a_service_asks_to_wait(headers: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(answer(429, headers=headers)) == wait


def test_a_date_to_come_back_at_is_a_wait_from_now() -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    wait = retry_after(answer(429, headers={"Retry-After": format_datetime(soon, usegmt=True)}))
    assert wait is not None
    assert timedelta(minutes=4) < wait <= timedelta(minutes=5)


def test_a_services_words_are_quoted_on_one_bounded_line_that_a_terminal_does_not_obey() -> None:
    assert answer_text(answer(400, "不正な\n\x1b[31m要求".encode())) == "不正な [31m要求"
    assert len(answer_text(answer(400, b"x" * ANSWER_LIMIT))) == REASON_LIMIT + 1


@pytest.mark.parametrize("said", ["token {}; " * 8, "{}" + " \n" * 6500 + "{}" * 3], ids=["long", "mostly blank"])
def test_nothing_is_left_of_a_long_secret_that_a_service_repeats(said: str) -> None:
    secret, redactor = "".join(f"<{number}>" for number in range(400)), Redactor()
    redactor.add(secret)
    answer = requests.Response()
    answer._content = said.replace("{}", secret).encode()
    assert re.search("<[0-9]", clean_reason(answer_text(answer), redactor, ())) is None


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [("text/html", "utf-8"), ("text/html; charset=Shift_JIS", "shift_jis"), ("text/html; charset=none-such", "utf-8")],
)
def test_a_services_words_are_read_in_their_encoding(kind: str, encoding: str) -> None:
    assert answer_text(answer(400, "不正な要求".encode(encoding), {"Content-Type": kind})) == "不正な要求"


# Secrets


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[Transport]:
    transport = open_transport(tmp_path, None, Redactor())
    yield transport
    transport.http.close()


def test_a_secret_comes_from_the_environment_and_is_kept_out_of_what_is_written(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "hush-hush")
    assert transport.secret(Secret(env="TOKEN")) == "hush-hush"
    assert transport.redactor.scrub("Bearer hush-hush") == "Bearer [redacted]"


@pytest.mark.parametrize("content", ["hush-hush", "hush-hush\n", "hush-hush\r\n", "\ufeffhush-hush\n"])
def test_a_secret_comes_from_a_file_without_its_last_line_break(
    content: str, transport: Transport, tmp_path: Path
) -> None:
    (tmp_path / "token").write_bytes(content.encode())
    assert transport.secret(Secret(file="token")) == "hush-hush"


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (Secret(env="NO_SUCH_TOKEN"), "the environment variable NO_SUCH_TOKEN is not set"),
        (Secret(file="none"), "the secret file none cannot be read: FileNotFoundError"),
        (Secret(file="empty"), "the secret file empty is not set"),
        (Secret(file="."), "the secret file . cannot be read: IsADirectoryError"),
        (Secret(file="latin"), "the secret file latin cannot be read: UnicodeDecodeError"),
    ],
)
def test_a_missing_secret_is_told_by_where_it_was_looked_for(
    where: Secret, sentence: str, transport: Transport, tmp_path: Path
) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    (tmp_path / "latin").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(MissingSecret) as caught:
        transport.secret(where)
    assert str(caught.value) == sentence


def test_each_field_of_a_json_secret_is_kept_out_of_what_is_written(transport: Transport, tmp_path: Path) -> None:
    fields = {"consumer_key": "first-part", "consumer_secret": "second-part"}
    (tmp_path / "account.json").write_text(json.dumps(fields), encoding="utf-8")
    assert transport.secret_fields(Secret(file="account.json")) == fields
    assert transport.redactor.scrub("first-part, second-part") == "[redacted], [redacted]"


@pytest.mark.parametrize("content", ["hush", "[]", '{"a": 1}', '{"a": {"b": "c"}}', "[" * 100_000])
def test_a_secret_that_is_no_object_of_texts_is_told_without_showing_it(
    content: str, transport: Transport, tmp_path: Path
) -> None:
    (tmp_path / "account.json").write_text(content, encoding="utf-8")
    with pytest.raises(MissingSecret, match=r"^the secret file account\.json is not a JSON object( of texts)?$"):
        transport.secret_fields(Secret(file="account.json"))


def test_renewed_fields_replace_the_old_ones_as_a_whole_for_the_owner_alone(
    transport: Transport, tmp_path: Path
) -> None:
    where = Secret(file="account.json")
    (tmp_path / "account.json").write_text('{"access_token": "old"}', encoding="utf-8")
    transport.store_secret_fields(where, {"access_token": "new-token"})
    assert transport.secret_fields(where) == {"access_token": "new-token"}
    assert stat.S_IMODE((tmp_path / "account.json").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["account.json"]
    assert transport.redactor.scrub("new-token") == "[redacted]"


def test_a_link_to_a_secret_file_stays_a_link(transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "account.json").write_text('{"access_token": "old"}', encoding="utf-8")
    (tmp_path / "account.json").symlink_to(tmp_path / "store" / "account.json")
    transport.store_secret_fields(Secret(file="account.json"), {"access_token": "new-token"})
    assert (tmp_path / "account.json").is_symlink()
    assert "new-token" in (tmp_path / "store" / "account.json").read_text(encoding="utf-8")


def test_fields_from_the_environment_cannot_be_renewed(transport: Transport) -> None:
    with pytest.raises(MissingSecret, match=r"TOKEN cannot be renewed: keep this account's tokens in a \{file: PATH\}"):
        transport.store_secret_fields(Secret(env="TOKEN"), {"access_token": "new-token"})


def test_fields_that_cannot_be_kept_leave_nothing_behind(transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "account.json").mkdir()
    with pytest.raises(MissingSecret, match=r"the secret file account\.json cannot be replaced: IsADirectoryError"):
        transport.store_secret_fields(Secret(file="account.json"), {"access_token": "new-token"})
    assert [file.name for file in tmp_path.iterdir()] == ["account.json"]


def test_an_adapter_that_one_attempt_mounts_is_nobody_elses(session: HttpSession) -> None:
    one, other = session.for_attempt(Outgoing()), session.for_attempt(Outgoing())
    usual = other.get_adapter("https://board.example")
    one.mount("https://board.example", HTTPAdapter(max_retries=3))
    assert other.get_adapter("https://board.example") is usual
    assert session.get_adapter("https://board.example") is usual


def test_no_attempt_has_a_shared_adapter_repeat_a_request(session: HttpSession) -> None:
    one, other = session.for_attempt(Outgoing()), session.for_attempt(Outgoing())
    with FaultyServer(hangs_up) as server:
        with pytest.raises(Refused, match="a request is never repeated"):
            one.get_adapter(server.url).max_retries = Retry(5, allowed_methods=None)  # type: ignore[attr-defined]
        one.get_adapter(server.url).max_retries.total = 5  # type: ignore[attr-defined]
        for attempt in (one, other):
            with raises_unknown():
                attempt.post(server.url)
        assert len(server.requests) == 2


def test_a_request_through_an_adapter_that_repeats_is_refused_before_it_leaves(session: HttpSession) -> None:
    attempt = session.for_attempt(Outgoing())
    with FaultyServer(hangs_up) as server:
        attempt.mount(server.url, HTTPAdapter(max_retries=Retry(5, allowed_methods=None)))
        with pytest.raises(Refused, match="a request is never repeated"):
            attempt.post(server.url)
        assert server.connections == 0
    assert not attempt.outgoing.left


def test_an_attempt_that_closes_its_session_leaves_the_others_their_connections(session: HttpSession) -> None:
    kept_open = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def twice(server: FaultyServer, connection: socket.socket) -> None:
        for _ in range(2):
            server.read_request(connection)
            connection.sendall(kept_open)

    with FaultyServer(twice) as server:
        for _ in range(2):
            with session.for_attempt(Outgoing()) as attempt:
                attempt.post(server.url)
        assert (server.connections, len(server.requests)) == (1, 2)
