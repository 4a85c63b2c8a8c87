"""Where the torture's deliveries go: a campaign of a few deliveries by one kind, and what its service took of them."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from commands import until
from kohoctl.channels.line import retry_key
from kohoctl.mail import message_id
from live_campaign import LINE_TOKEN, MAIL_PASSWORD
from people import CHANNEL, KEY, LIST, MESSAGE, VARIABLE, LetterOffice, write_list
from servers.board import BoardServer
from servers.line import LineServer
from servers.mail import USER, MailServer
from servers.x import XServer
from support import write
from torture.offices import Desk
from torture.written import DAY, MAIL_KINDS, WARNING

COUNT = 3
HERE = Path(__file__).parent
Fault = Callable[[Any], None]
"""Has a service fail when it is sent to next."""


class Place(ABC):
    """A kind, and the service that it sends to."""

    faults: ClassVar[Mapping[str, Fault]] = {}
    """What can be wrong with the service when it is sent to next, by name."""
    wanted: tuple[str, ...]
    """The key of every delivery."""

    def __init__(self, server: Any = None) -> None:
        self.server = server
        self._of_others = _answering()

    @abstractmethod
    def desk(self, folder: Path) -> Desk:
        """The campaign, written to ``folder``."""

    @abstractmethod
    def taken(self, desk: Desk) -> Counter[str]:
        """How often the service took each delivery."""

    def forget(self) -> None:  # noqa: B027 -- a folder has no service
        """Let the service begin anew."""

    def fail(self, fault: str | None) -> None:
        """Have the service fail when it is sent to next."""
        if fault:
            self.faults[fault](self.server)

    def mend(self) -> None:  # noqa: B027 -- a folder never fails here
        """Have it fail no more."""

    def wait(self) -> None:
        """Until the service has done whatever processes that are gone have asked it for."""
        if self.server is not None:
            knock(urlsplit(self.server.url).port)
        until(lambda: _answering() <= self._of_others)


def knock(port: int | None, said: bytes = b"OPTIONS / HTTP/1.0\r\n\r\n") -> None:
    """Ask a service on this machine for something that it does not mind, and hear it out: by then it has taken every
    connection that was there before, and what had been said on it."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(said)
        while connection.recv(2**12):
            pass


def _answering() -> set[threading.Thread]:
    """The threads of this process in which a server is about a request; those of an earlier test may go on."""
    return {one for one in threading.enumerate() if "process_request_thread" in one.name}


def _meets(fault: str) -> Fault:
    return lambda board: board.faults.append(fault)


def _misbehaves(how: Any) -> Fault:
    return lambda x: x.misbehave("POST /2/tweets", how)


def _refuses(answer: str) -> Fault:
    def refuse(mail: MailServer) -> None:
        mail.refuses = {"uketsuke@r0.example": answer}

    return refuse


class BoardPlace(Place):
    wanted = tuple(f"nenkin/warning/board/r{n}/{DAY}" for n in range(COUNT))
    faults: ClassVar = {
        name: _meets(name)
        for name in ("refused", "busy", "broken", "lost", "reset-before", "reset-after", "no-json", "stall")
    }

    def __init__(self, server: BoardServer, kind: str) -> None:
        super().__init__(server)
        self.kind = kind

    def desk(self, folder: Path) -> Desk:
        shutil.copy(HERE.parent / "kinds.py", folder)
        rows = "".join(f"    - {{id: r{n}, desk: d{n}}}\n" for n in range(COUNT))
        channel = f"board: {{kind: {self.kind}, owner: 甲, recipients: desks, url: '{self.server.url}'}}\n"
        more = f"plugins: [kinds.py]\nrecipients:\n  desks:\n{rows}"
        return Desk(write(folder, WARNING.format(channels="[board]"), channel, more))

    def taken(self, desk: Desk) -> Counter[str]:
        return Counter(self.server.keys())

    def forget(self) -> None:
        self.server.accepted.clear()
        self.server.forget_keys()
        self.mend()

    def mend(self) -> None:
        self.server.faults.clear()
        self.server.released.set()  # those that were left without an answer
        self.server.released = threading.Event()


class LinePlace(Place):
    wanted = tuple(f"nenkin/warning/line/r{n}/{DAY}" for n in range(COUNT))
    faults: ClassVar = {
        "no answer": lambda line: line.misbehave("drop", accepts=True),
        "hung up": lambda line: line.misbehave("drop", accepts=False),
        "500, and accepted": lambda line: line.misbehave("500", accepts=True),
        "no proof": lambda line: line.misbehave("no-id", accepts=True),
        "403": lambda line: line.misbehave("403", accepts=False),
        "too many at once": lambda line: line.too_many("concurrency"),
    }

    def desk(self, folder: Path) -> Desk:
        rows = "".join(f"    - {{id: r{n}, line_id: U{n:032x}}}\n" for n in range(COUNT))
        channel = f"""\
line:
  {{kind: line, owner: 甲, recipients: users, send: push, concurrency: 1, token: {{env: LINE}},
   api_url: "{self.server.url}"}}
"""
        path = write(folder, WARNING.format(channels="[line]"), channel, f"recipients:\n  users:\n{rows}")
        return Desk(path, environment={"LINE": LINE_TOKEN})

    def taken(self, desk: Desk) -> Counter[str]:
        keys = {retry_key(key): key for key in self.wanted}
        return Counter(keys[one.retry_key] for one in self.server.accepted)

    def forget(self) -> None:
        self.server.accepted.clear()
        self.server._keys.clear()
        self.mend()

    def mend(self) -> None:
        self.server._next.clear()


class XPlace(Place):
    wanted = (f"nenkin/first/x/{DAY}", f"nenkin/second/x/{DAY}", "nenkin/again/other/after-first")
    faults: ClassVar = {
        name: _misbehaves(how)
        for name, how in {
            "hung up": "lost", "no answer": "dropped", "half an answer": "cut off", "a page": "not json",
            "only errors": "errors", "429": 429, "500": 500,
        }.items()
    }  # fmt: skip
    texts: ClassVar = {"first": "一つ目のお知らせ", "second": "二つ目のお知らせ"}

    def desk(self, folder: Path) -> Desk:
        accounts = {name: json.dumps(self.server.logins.oauth1(name)) for name in ("mhlw", "npa")}
        messages = "".join(
            f"{id}: {{title: お知らせ, when: 2015-06-04T10:00, channels: [x], body: {text}}}\n"
            for id, text in self.texts.items()
        )
        here = f"kind: x, owner: 甲, api_url: '{self.server.url}'"
        channels = "".join(
            f"{id}: {{{here}, account: {name}, credentials: {{env: {name}}}}}\n"
            for id, name in (("x", "mhlw"), ("other", "npa"))
        )
        path = write(folder, messages + "again: {when: {after: first}, repost: first, channels: [other]}\n", channels)
        return Desk(path, environment=accounts)

    def taken(self, desk: Desk) -> Counter[str]:
        keys = dict(zip([*self.texts.values(), "RT"], self.wanted, strict=True))
        return Counter(keys[post.text] for post in self.server.posts)

    def forget(self) -> None:
        self.server.posts.clear()
        self.mend()

    def mend(self) -> None:
        self.server._misbehaviours.clear()


class FolderPlace(Place):
    """A site of static files. A page that is there twice would be one under two names, or two lines in the feed."""

    wanted = (f"nenkin/first/site/{DAY}", f"nenkin/second/site/{DAY}")

    def desk(self, folder: Path) -> Desk:
        messages = "".join(
            f"{id}: {{title: お知らせ, when: 2015-06-04T10:00, channels: {{site: {{slug: {id}}}}}, body: {id}の文}}\n"
            for id in ("first", "second")
        )
        place = "{path: public/www, url: 'https://www.mhlw.example', title: 厚生労働省}"
        return Desk(write(folder, messages, f"site: {{kind: website, owner: 甲, folder: {place}}}\n"))

    def taken(self, desk: Desk) -> Counter[str]:
        site = desk.path.parent / "public" / "www"
        feed = (site / "feed.xml").read_text("utf-8") if (site / "feed.xml").exists() else ""
        there = Counter[str]()
        for key in self.wanted:
            id = key.split("/")[1]
            if (site / id / "index.html").exists() and "の文" in (site / id / "index.html").read_text("utf-8"):
                there[key] = max(1, feed.count(f"<id>https://www.mhlw.example/{id}/</id>"))
        return there


class LetterPlace(Place):
    """Letters in print runs of two, whose keys come of the list's own."""

    def desk(self, folder: Path) -> Desk:
        write_list(folder, range(COUNT))
        path = write(folder, MESSAGE, CHANNEL.replace("PRINT_RUN", "2"), LIST)
        desk = Desk(path, environment={VARIABLE: KEY})
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, KEY)
            people = LetterOffice(path).file.recipients["letters"]
            self.wanted = tuple(f"nenkin/apology/letters/{person.id}/{DAY}" for person in people)
        return desk

    def taken(self, desk: Desk) -> Counter[str]:
        return Counter(LetterOffice(desk.path).printed)


class MailPlace(Place):
    """A kind whose delivery is a mail."""

    wanted = tuple(f"nenkin/warning/post/r{n}/{DAY}" for n in range(2))
    faults: ClassVar = {
        name: _refuses(answer)
        for name, answer in {"550": "550 5.1.1 no such user", "451": "451 4.3.0 try later"}.items()
    }

    def __init__(self, server: MailServer, kind: str) -> None:
        super().__init__(server)
        self.kind = kind

    def desk(self, folder: Path) -> Desk:
        (folder / "chirashi.pdf").write_bytes(b"%PDF-1.7\n% a flyer\n%%EOF\n")
        settings, own, attached = MAIL_KINDS[self.kind]
        rows = "".join(
            f"    - {{id: r{n}, name: 第{n}課, email: uketsuke@r{n}.example, facilities: 警察署}}\n" for n in range(2)
        )
        told = {"kind": self.kind, "owner": "甲", "recipients": "readers", **settings}
        message = {
            "title": "お知らせ", "when": "2015-06-04T10:00", "channels": {"post": own}, "body": "文です。",
            **({"attachments": ["chirashi.pdf"]} if attached else {}),
        }  # fmt: skip
        more = (
            f"mail: {{host: 127.0.0.1, port: {self.server.port}, username: {USER}, password: {{env: MAIL}}}}\n"
            f"recipients:\n  readers:\n{rows}"
        )
        path = write(folder, f"warning: {json.dumps(message)}\n", f"post: {json.dumps(told)}\n", more)
        return Desk(path, environment={"MAIL": MAIL_PASSWORD, "SSL_CERT_FILE": str(self.server.authority)})

    def taken(self, desk: Desk) -> Counter[str]:
        ids = {message_id(key, "koho@gov.example"): key for key in self.wanted}
        found = Counter[str]()
        for envelope in self.server.taken:
            (line,) = [one for one in envelope.content.splitlines() if one.lower().startswith(b"message-id:")]
            found[ids[line.split(b":", 1)[1].strip().decode()]] += 1
        return found

    def forget(self) -> None:
        self.server.taken.clear()
        self.mend()

    def mend(self) -> None:
        self.server.refuses = {}

    def wait(self) -> None:
        knock(self.server.port, b"QUIT\r\n")


BOARDS = ("board", "guarded-board", "searchable-board")
KINDS = (*BOARDS, "line", "x", "website", "letter", *MAIL_KINDS)


@contextmanager
def place(kind: str, folder: Path) -> Iterator[Place]:
    """The place that ``kind`` sends to, its service running."""
    if kind == "website":
        yield FolderPlace()
    elif kind == "letter":
        yield LetterPlace()
    elif kind in MAIL_KINDS:
        with MailServer(folder, MAIL_PASSWORD) as mail:
            yield MailPlace(mail, kind)
    elif kind == "line":
        with LineServer(token=LINE_TOKEN) as line:
            yield LinePlace(line)
    elif kind == "x":
        with XServer() as x:
            yield XPlace(x)
    else:
        with BoardServer() as board:
            yield BoardPlace(board, kind)
