"""The ways to deliver the same request to each of many recipients: by kohoctl, requests, Apprise, and bare sockets."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import requests
from apprise import Apprise

from bench.board import Board
from bench.bulk import Bulk
from bench.files import HEADING, TEXT, user_id, write_mailing
from kohoctl.attempt import Ended
from kohoctl.campaign.load import load, read
from kohoctl.channels.line import LineChannel
from kohoctl.delivery import deliver
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger
from kohoctl.live import Live
from kohoctl.logs import configure_logs
from kohoctl.redaction import Redactor
from kohoctl.run import Run
from kohoctl.states import State
from kohoctl.transport import open_transport

KINDS = {"line": LineChannel, "board": Board, "bulk": Bulk}

Work = Callable[[], None]


def by_kohoctl(kind: str, url: str, count: int, concurrency: int, folder: Path) -> Work:
    """A live run: planned, rendered, sent, logged, and each intent and outcome on the disk."""
    path = write_mailing(folder, kind, url, count, concurrency)
    file = load(read(path), Extensions(KINDS))
    redactor = Redactor()
    ended: list[Ended] = []

    def work() -> None:
        with (
            path.with_suffix(".log").open("w") as log,
            Ledger.open(path.with_suffix(".ledger.sqlite"), "live") as ledger,
        ):
            configure_logs("json", redactor, log)
            sender = Live(open_transport(file.folder, file.mail, redactor))
            deliver(Run(file, ledger, sender, lambda: datetime.now(UTC), ended.append, redactor=redactor))
        assert [one.outcome.state for one in ended] == [State.DELIVERED] * count

    return work


def by_requests(url: str, count: int, concurrency: int, folder: Path) -> Work:
    """Threads, each with a session of its own; nothing is planned, written down or made sure of."""
    own = threading.local()
    address = f"{url}/v2/bot/message/push"

    def send(number: int) -> None:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        headers = {"Authorization": "Bearer t0ken-of-the-bench", "X-Line-Retry-Key": f"{number:032x}"}
        content = {
            "to": user_id(number),
            "messages": [{"type": "text", "text": TEXT.rstrip()}],
            "notificationDisabled": False,
        }
        own.session.post(address, json=content, headers=headers, timeout=30).raise_for_status()

    def work() -> None:
        with ThreadPoolExecutor(concurrency) as pool:
            list(pool.map(send, range(count)))

    return work


def by_apprise(url: str, count: int, concurrency: int, folder: Path) -> Work:
    """One notification to as many addresses, with as many threads as Apprise itself takes."""
    notifier = Apprise()
    for number in range(count):
        notifier.add(f"{url.replace('http', 'json', 1)}/{user_id(number)}")

    def work() -> None:
        assert notifier.notify(title=HEADING, body=TEXT)

    return work


def by_sockets(url: str, count: int, concurrency: int, folder: Path) -> Work:
    """As many connections that write prepared bytes and wait for an answer: what the server and the machine can do."""
    host, port = url.removeprefix("http://").split(":")
    head = f"POST /v2/bot/message/push HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"

    def request(number: int) -> bytes:
        body = json.dumps({"to": user_id(number), "messages": [{"type": "text", "text": TEXT.rstrip()}]}).encode()
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    prepared = iter([request(number) for number in range(count)])

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for content in prepared:
            writer.write(content)
            lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
            length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
            await reader.readexactly(length)
        writer.close()

    async def all_connections() -> None:
        await asyncio.gather(*(connection() for _ in range(concurrency)))

    return lambda: asyncio.run(all_connections())


WAYS: Mapping[str, Callable[[str, int, int, Path], Work]] = {
    "line": partial(by_kohoctl, "line"),
    "board": partial(by_kohoctl, "board"),
    "bulk": partial(by_kohoctl, "bulk"),
    "requests": by_requests,
    "apprise": by_apprise,
    "sockets": by_sockets,
}
