"""All the ways in which a service, or what stands before it, fails."""

from __future__ import annotations

from kohoctl.http import ANSWER_LIMIT
from servers.faults import http
from torture.faulty import Connection, Fail, Fault, FaultyProxy, reset

HEADERS = b"".join(b"X-Filler-%d: x\r\n" % number for number in range(100_000))


def _resets(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    reset(client)


def _hangs_up(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    return


def _goes_away(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    """Hang up, and refuse whoever comes next."""
    proxy.refuse()


def _stalls(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    proxy.stopped.wait(30)


def _trickles(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    whole = answer or http("200 OK", body=b"{}")
    for byte in whole + b"\n" * 10_000:
        if proxy.stopped.wait(0.03):
            return
        client.sendall(bytes([byte]))


def _is_endless(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(ANSWER_LIMIT // 2**16 + 64):
        client.sendall(bytes(2**16))


def _answers_and_hangs_up(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    """Whoever keeps the connection for the next request is told of nothing."""
    client.sendall(answer)


def _is_cut_off(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
    whole = answer or http("200 OK", body=b'{"id": "1"}')
    client.sendall(whole[: len(whole) * 2 // 3])


def _says(*parts: bytes) -> Fault:
    def fail(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
        for part in parts:
            client.sendall(part)

    return Fault(f"says {parts[0][:40]!r}", False, fail)


def _both(name: str, fail: Fail) -> list[Fault]:
    """A fault before the service is asked, and the same after it has answered."""
    return [Fault(f"{name} {when}", reaches, fail) for when, reaches in (("before", False), ("after", True))]


def _with_another_length(by: int) -> Fault:
    def fail(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-length", b"transfer-"))]
        said = b"Content-Length: %d" % max(0, len(body) + by)
        client.sendall(b"\r\n".join([*lines, said, b"", body]))

    return Fault(f"a length that is wrong by {by}", True, fail)


def _instead(answered: bytes, name: str) -> Fault:
    """The service was asked, and something before it answers in its place."""

    def fail(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
        client.sendall(answered)

    return Fault(name, True, fail)


def status(code: int, body: bytes = b"", *headers: str) -> Fault:
    """That status, without a word to the service."""
    answered = http(f"{code} {code}", "Content-Type: application/json", *headers, body=body)

    def fail(proxy: FaultyProxy, client: Connection, answer: bytes) -> None:
        client.sendall(answered)

    return Fault(f"status {code}", False, fail)


CONNECTION = [
    *_both("resets", _resets),
    *_both("hangs up", _hangs_up),
    *_both("goes away", _goes_away),
    *_both("stalls", _stalls),
    *_both("trickles", _trickles),
    *_both("is cut off", _is_cut_off),
    Fault("answers and hangs up", True, _answers_and_hangs_up),
]
"""What befalls a connection of any protocol."""

NONSENSE = (
    b"",
    b"{}",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b"<html>",
    b"[" * 100_000,
    b'{"id": null}',
    b'{"data": 1}',
    b"\xff\xfe",
)
REDIRECTS = (301, 302, 303, 307, 308)
LOST = (408, 500, 502, 503, 504, 520, 599)
"""What a gateway answers that lost a service's answer. Any other status would be the service's own word."""


def http_faults(elsewhere: str) -> list[Fault]:
    """Those of HTTP, beside the statuses. ``elsewhere`` is another host, to which it may be led."""
    return [
        *CONNECTION,
        *_both("is endless", _is_endless),
        _with_another_length(100),
        _with_another_length(-2),
        _with_another_length(-10_000),
        _says(b"HTTP/1.1 200 OK\r\n", HEADERS, b"\r\n"),
        _says(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 2**20, b"\r\n\r\n"),
        _says(b"SSH-2.0-OpenSSH_9.2\r\n"),
        _says(b"HTTP/1.1 999999 \r\n\r\n"),
        _says(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"),
        _says(b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n{"a":1}'),
        _says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}"),
        _says(http("200 OK", "Content-Encoding: gzip", body=b"no gzip")),
        *(status(200, body) for body in NONSENSE),
        *(status(code, b"", f"Location: {elsewhere}/x") for code in REDIRECTS),
        *(_instead(http(f"{code} {code}", f"Location: {elsewhere}/x"), f"{code} in its place") for code in (302, 303)),
        *(_instead(http(f"{code} {code}", body=b"<html>"), f"{code} in its place") for code in LOST),
        status(429, b"{}", "Retry-After: 0"),
        status(429, b"{}", "Retry-After: 99999999999999"),
        status(503, b"{}", "Retry-After: Wed, 99 Foo 9999 00:00:00 GMT"),
    ]


def smtp_faults() -> list[Fault]:
    """Those of a mail server."""
    codes = (211, 250, 251, 354, 421, 450, 451, 452, 500, 503, 535, 550, 552, 554)
    return [
        *CONNECTION,
        *(_says(b"%d 5.0.0 no\r\n" % code) for code in codes if code >= 400),
        *(_instead(b"%d odd\r\n" % code, f"{code} in its place") for code in (199, 600, 999)),
        _says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        _says(b"x" * 2**20),
        _says(b"250-" + b"x" * 2**20 + b"\r\n"),
        _says(b"\xff\xfe\x00\r\n"),
        _says(b"550-no\r\n" * 100_000),
    ]
