"""The financial agency's kind: what an association is mailed, and by a real run over a mail server on this machine."""

from __future__ import annotations

import email
import io
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, ClassVar

import fsa_notice
import pytest
from aiosmtpd.controller import Controller
from fsa_notice import FsaNotice, FsaNoticeSettings, FsaNoticeVersion
from pypdf import PdfReader

from kohoctl import Message, Recipient
from kohoctl.testing import Contract, message

TYPED = {
    "sender": "金融庁監督局 <kantoku@fsa.example>",
    "office": "金融庁\n監督局長",
    "department": "監督局銀行第一課",
    "telephone": "03-0000-0000",
    "email": "ginkou@fsa.example",
}
ASSOCIATION = {
    "id": "zenginkyo",
    "name": "一般社団法人全国銀行協会",
    "email": "koho@zenginkyo.example",
    "members": "銀行|信託銀行",
}


class TestContract(Contract):
    """The rules that every channel keeps."""

    kind = FsaNotice
    settings: ClassVar = TYPED
    message: ClassVar = {"number": "金監督第1号", "reply_by": "2015-06-19"}
    recipient: ClassVar = ASSOCIATION


@pytest.fixture
def channel() -> FsaNotice:
    return FsaNotice("fsa", "金融庁", FsaNoticeSettings(**TYPED))


def notice(reply_by: date = date(2015, 6, 19)) -> Message:
    own = FsaNoticeVersion(number="金監督第1号", reply_by=reply_by)
    return message(body="会員への周知をお願いします。", own=own)


def association(**changes: str) -> Recipient:
    fields = ASSOCIATION | changes
    return Recipient(fields["id"], fields)


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_letter_names_the_association_its_members_and_the_day_to_report_by(channel: FsaNotice) -> None:
    rendition = channel.render(notice(), association())
    assert rendition.problems == ()
    (letter,) = rendition.files
    assert letter.name == "要請文.pdf"
    said = text_of(letter.read())
    for part in ("金監督第1号", "一般社団法人全国銀行協会御中", "・銀行・信託銀行", "回答期限平成27年6月19日（金）"):
        assert part in said


def test_the_mail_itself_says_what_is_asked_and_holds_the_notice(channel: FsaNotice) -> None:
    text = channel.render(notice(), association()).content["text"]
    assert "貴協会の会員（銀行、信託銀行）への周知" in text
    assert "2015年6月19日までに" in text
    assert "会員への周知をお願いします。" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"members": " | "}, "the association has no members"),
        ({"name": ""}, "the association has no name"),
        ({"email": "zenginkyo"}, "the recipient's mail address is not a mail address"),
    ],
)
def test_what_an_association_lacks_is_a_problem(channel: FsaNotice, changes: dict[str, str], said: str) -> None:
    (problem,) = channel.render(notice(), association(**changes)).problems
    assert (str(problem), problem.field) == (said, "recipients")


def test_a_channel_without_associations_is_a_problem(channel: FsaNotice) -> None:
    assert "this channel has none" in str(channel.render(notice(), None).problems[0])


def test_a_day_to_report_by_that_is_over_when_the_notice_comes_is_a_problem(channel: FsaNotice) -> None:
    (problem,) = channel.render(notice(reply_by=date(2015, 6, 4)), association()).problems
    assert str(problem) == "the associations are to report by 2015-06-04, and the notice goes out on 2015-06-04"


class Desk:
    """A mail server that keeps what it takes, by address."""

    def __init__(self) -> None:
        self.taken: dict[str, EmailMessage] = {}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        (address,) = envelope.rcpt_tos
        mail = email.message_from_bytes(envelope.content, policy=SMTP)
        assert address not in self.taken
        assert isinstance(mail, EmailMessage)
        self.taken[address] = mail
        return "250 Ok"


@pytest.fixture
def desk() -> Iterator[tuple[Desk, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    desk = Desk()
    server = Controller(desk, hostname="127.0.0.1", port=port)
    server.start()
    yield desk, port
    server.stop()


def test_a_live_run_mails_each_association_its_own_letter_once(desk: tuple[Desk, int], tmp_path: Path) -> None:
    names = {"zenginkyo": "全国銀行協会", "chigin": "全国地方銀行協会", "shintaku": "信託協会"}
    shutil.copy(fsa_notice.__file__, tmp_path)
    rows = [f"{id},{name},{id}@associations.example,銀行" for id, name in names.items()]
    (tmp_path / "associations.csv").write_text("\n".join(["id,name,email,members", *rows]), encoding="utf-8")
    now = datetime.now(UTC)
    (tmp_path / "campaigns.yaml").write_text(
        f"""\
version: 1
plugins: [fsa_notice.py]
recipients: {{associations: {{file: associations.csv}}}}
mail: {{host: 127.0.0.1, port: {desk[1]}, security: none}}
channels:
  fsa:
    kind: fsa-notice
    owner: 金融庁
    recipients: associations
    sender: kantoku@fsa.example
    office: 金融庁
    department: 監督局
    telephone: 03-0000-0000
    email: ginkou@fsa.example
campaigns:
  nenkin:
    title: 年金情報の流出
    owner: 金融庁
    messages:
      notice:
        title: 口座の不正利用の防止について（要請）
        when: {now - timedelta(minutes=1):%Y-%m-%dT%H:%M+00:00}
        body: 会員への周知をお願いします。
        channels: {{fsa: {{number: 金監督第1号, reply_by: {now + timedelta(days=14):%Y-%m-%d}}}}}
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "kohoctl", "run", "campaigns.yaml", "--live"]
    for _ in range(2):
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)  # noqa: S603 -- our own
        assert run.returncode == 0, run.stdout + run.stderr
    assert set(desk[0].taken) == {f"{id}@associations.example" for id in names}
    for id, name in names.items():
        (letter,) = desk[0].taken[f"{id}@associations.example"].iter_attachments()
        assert letter.get_filename() == "要請文.pdf"
        assert f"{name}御中" in text_of(letter.get_content())
