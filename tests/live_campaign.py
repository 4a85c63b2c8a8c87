"""A campaign by all five built-in kinds, the services that it reaches on this machine, and the command that runs it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from commands import Answer, Running, start
from kohoctl.ledger import Ledger
from servers import line, x, x_logins
from servers.mail import USER, MailServer

LINE_TOKEN = "5f3a9c01d2-token-of-the-line-account"
MAIL_PASSWORD = "81d2e07b44-password-of-the-mail-server"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FLYER = b"%PDF-1.7\n% a flyer\n%%EOF\n"
POST = "日本年金機構から、この件でお電話やメールをすることは一切ありません。ご心配の方は 0120-818211 へ。"
SECOND_POST = "明日は年金支払日です。犯罪にご注意ください。"
BROADCAST = "日本年金機構から、お電話やメールをすることは一切ありません。\n\n・お金を要求することも、一切ありません。"
FACILITIES = {
    "npa": ("警察庁", ["警察署", "運転免許センター"]),
    "fsa": ("金融庁", ["銀行", "信用金庫"]),
    "mic": ("総務省", ["郵便局"]),
}
STATIONS = {"station-01": "ニッポン放送", "station-02": "第2局"}
ACCOUNTS = ("mhlw", "kantei", "npa")

CAMPAIGN = """\
version: 1
timezone: Asia/Tokyo
facts: {hotline: 0120-818211}
recipients:
  ministries: {file: ministries.csv}
  stations: {file: stations.csv}
mail: {host: 127.0.0.1, port: MAIL_PORT, username: MAIL_USER, password: {file: secrets/mail-password}}
channels:
  site: {kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
  mhlw-x: {kind: x, owner: 厚生労働省, account: mhlw, credentials: {file: secrets/mhlw-x.json}, api_url: "X_URL"}
  kantei-x: {kind: x, owner: 首相官邸, account: kantei, credentials: {env: KANTEI_X}, api_url: "X_URL"}
  npa-x: {kind: x, owner: 警察庁, account: npa, credentials: {env: NPA_X}, api_url: "X_URL"}
  kantei-line: {kind: line, owner: 首相官邸, token: {env: KANTEI_LINE_TOKEN}, api_url: "LINE_URL"}
  radio:
    kind: radio-spot
    owner: 政府広報
    recipients: stations
    advertiser: 政府広報
    sender: 政府広報 <koho@gov.example>
  flyer-requests:
    kind: flyer-request
    owner: 厚生労働省年金局
    recipients: ministries
    sender: 厚生労働省年金局 <nenkin-koho@mhlw.example>
    office: |
      厚生労働省年金局
      事業企画課長
    contact: {department: 広報担当, telephone: 03-0000-0000, email: nenkin-koho@mhlw.example}
campaigns:
  nenkin:
    title: 情報流出事案に関する広報
    owner: 厚生労働省年金局
    messages:
      notice:
        title: 個人情報の流出について
        when: DUE
        channels: {site: {slug: joho-ryushutsu}}
        body: ご心配の方は、**{{ hotline }}** へご相談ください。
      warning:
        title: 犯罪にご注意ください
        when: DUE
        channels: [mhlw-x]
        images: [{file: flyer.png, alt: 注意を呼びかけるチラシ}]
        body: POST
      payday:
        title: 年金支払日
        when: DUE
        channels: [mhlw-x]
        body: SECOND
      reposts:
        when: {after: warning}
        repost: warning
        channels: [kantei-x, npa-x]
      broadcast:
        title: 犯罪にご注意ください
        when: DUE
        channels: [kantei-line]
        body: BROADCAST
      spot:
        title: 犯罪への注意喚起
        when: DUE
        channels: {radio: {air_dates: [2015-06-13]}}
        body: 犯罪に、ご注意ください。ご心配の方は、{{ hotline }} へ。政府広報です。
      request:
        title: チラシの設置について（依頼）
        when: DUE
        attachments: [flyer.pdf]
        channels: {flyer-requests: {number: 年広発0605第1号}}
        body: 関係施設において、添付のチラシを設置してくださいますようお願いいたします。
"""


@dataclass
class Gate:
    """Lets requests through, or holds each where it stands until it is opened again."""

    opened: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.opened.set()

    def close(self) -> None:
        self.opened.clear()

    def open(self) -> None:
        self.opened.set()

    def wait(self) -> None:
        self.reached.set()
        assert self.opened.wait(30)


class GatedX(x.XServer):
    """X with a gate: what is held there has been published, and only the answer is still to come."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.gate = Gate()

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def answer(self, request: x_logins.Request) -> x_logins.Answer:
        answer = super().answer(request)
        if request.name in ("POST /2/tweets", "POST /2/users/{id}/retweets"):
            self.gate.wait()
        return answer


@dataclass
class GatedLine(line.LineServer):
    """LINE with a gate: what is held there has been accepted, and only the answer is still to come."""

    gate: Gate = field(default_factory=Gate)

    def answer(self, request: line.Request) -> tuple[str, int, dict[str, str], Any]:
        answer = super().answer(request)
        self.gate.wait()
        return answer


@dataclass
class Secretariat:
    """A campaign file with everything beside it, and the services: what the person at the command line has."""

    folder: Path
    x: GatedX
    line: GatedLine
    mail: MailServer
    due: datetime
    environment: dict[str, str]
    secrets: dict[str, str]
    """Every secret by a name of its own, each of its parts too."""
    started: list[Running] = field(default_factory=list)

    @property
    def printed(self) -> Path:
        """The folder with all that the commands have printed."""
        return self.folder / "printed"

    @property
    def file(self) -> Path:
        return self.folder / "campaigns.yaml"

    @property
    def ledger(self) -> Path:
        return self.folder / "campaigns.ledger.sqlite"

    def start(self, *arguments: object, through: Iterable[str] = ()) -> Running:
        """Begin ``kohoctl`` with these arguments, ``through`` another program where one is given."""
        running = start(arguments, self.printed / str(len(self.started)), self.environment, through)
        self.started.append(running)
        return running

    def kohoctl(self, *arguments: object, through: Iterable[str] = ()) -> Answer:
        return self.start(*arguments, through=through).end()

    def start_live(self) -> Running:
        return self.start("run", self.file, "--live", "--format", "json")

    def run_live(self) -> Answer:
        return self.start_live().end()

    def status(self) -> dict[str, dict[str, Any]]:
        return self.kohoctl("status", self.file, "--verify", "--format", "json").deliveries

    def states(self) -> dict[str, str]:
        return {key: delivery["state"] for key, delivery in self.status().items()}

    def history(self, key: str) -> list[str]:
        with Ledger.read(self.ledger, "live") as ledger:
            return [event["state"] for event in ledger.history(key)]

    def key(self, message: str, channel: str, recipient: str | None = None) -> str:
        return "/".join(filter(None, ("nenkin", message, channel, recipient, f"{self.due:%Y-%m-%d}")))

    @property
    def all_keys(self) -> set[str]:
        """Every delivery of the file."""
        return {
            self.key("notice", "site"),
            self.key("warning", "mhlw-x"),
            self.key("payday", "mhlw-x"),
            "nenkin/reposts/kantei-x/after-warning",
            "nenkin/reposts/npa-x/after-warning",
            self.key("broadcast", "kantei-line"),
            *(self.key("spot", "radio", station) for station in STATIONS),
            *(self.key("request", "flyer-requests", ministry) for ministry in FACILITIES),
        }

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")

    def everything_arrived_once(self) -> bool:
        """Whether each service has what the file says, nothing of it twice and nothing else."""
        posts = sorted((post.account, post.text) for post in self.x.posts)
        wanted = sorted([("mhlw", POST), ("mhlw", SECOND_POST), ("kantei", "RT"), ("npa", "RT")])
        addresses = sorted(envelope.rcpt_tos[0] for envelope in self.mail.taken)
        pages = [path.parent.name for path in self.folder.glob("public/*/index.html")]
        return (posts, len(self.line.accepted), addresses, pages) == (
            wanted,
            1,
            sorted(map(address_of, [*FACILITIES, *STATIONS])),
            ["joho-ryushutsu"],
        )

    def stop(self) -> None:
        """End what a failed test has left running."""
        for server in (self.x, self.line):
            server.gate.open()
        for running in self.started:
            running.kill()


def address_of(recipient: str) -> str:
    return f"uketsuke@{recipient}.example"


@contextmanager
def secretariat(folder: Path) -> Iterator[Secretariat]:
    """Everything in ``folder``, its services running."""
    with GatedX() as x_server, GatedLine(token=LINE_TOKEN) as line_server, MailServer(folder, MAIL_PASSWORD) as mail:
        accounts = {name: x_server.logins.oauth1(name) for name in ACCOUNTS}
        due = datetime.now(ZoneInfo("Asia/Tokyo")).replace(second=0, microsecond=0) - timedelta(minutes=5)
        environment = {
            "SSL_CERT_FILE": str(mail.authority),
            "KANTEI_LINE_TOKEN": LINE_TOKEN,
            "KANTEI_X": json.dumps(accounts["kantei"]),
            "NPA_X": json.dumps(accounts["npa"]),
        }
        parts = {f"{name} {part}": text for name, keys in accounts.items() for part, text in keys.items()}
        secrets = {"LINE": LINE_TOKEN, "mail": MAIL_PASSWORD, **parts}
        office = Secretariat(folder, x_server, line_server, mail, due, environment, secrets)
        _write_files(office, accounts["mhlw"])
        try:
            yield office
        finally:
            office.stop()


def _write_files(office: Secretariat, mhlw: dict[str, str]) -> None:
    folder = office.folder
    (folder / "secrets").mkdir()
    (folder / "secrets" / "mail-password").write_text(MAIL_PASSWORD + "\n")
    (folder / "secrets" / "mhlw-x.json").write_text(json.dumps(mhlw))
    (folder / "flyer.png").write_bytes(PICTURE)
    (folder / "flyer.pdf").write_bytes(FLYER)
    rows = [f"{id},{name},{address_of(id)},{'|'.join(places)}" for id, (name, places) in FACILITIES.items()]
    (folder / "ministries.csv").write_text("\n".join(["id,name,email,facilities", *rows]), encoding="utf-8")
    rows = [f"{id},{name},{address_of(id)}" for id, name in STATIONS.items()]
    (folder / "stations.csv").write_text("\n".join(["id,name,email", *rows]), encoding="utf-8")
    text = CAMPAIGN
    for word, value in {
        "MAIL_PORT": str(office.mail.port),
        "MAIL_USER": USER,
        "X_URL": office.x.url,
        "LINE_URL": office.line.url,
        "DUE": f"{office.due:%Y-%m-%dT%H:%M}",
        "body: POST": f"body: {POST}",
        "SECOND": SECOND_POST,
        "body: BROADCAST": f"body: {json.dumps(BROADCAST, ensure_ascii=False)}",
    }.items():
        text = text.replace(word, value)
    office.file.write_text(text, encoding="utf-8")
