"""Mail: what a delivery's mail looks like, and what becomes of it at a real SMTP server."""

from __future__ import annotations

import email
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from kohoctl import MailChannel, MailSettings, Message, Recipient, Refused, Rendition, Secret, Unreached, mail_rendition
from kohoctl.mail import compose, is_mail_address
from kohoctl.mailer import Mailer
from kohoctl.model import Json
from kohoctl.outgoing import Outgoing
from kohoctl.redaction import Redactor
from kohoctl.settings import MailServer
from kohoctl.transport import Transport, open_transport
from servers.faults import Fault, FaultyServer, closed_port, raises_unknown
from servers.mail import Controller

KEY = "nenkin-2015/fraud-warning/flyer-requests/npa/2015-06-05"
AT = datetime(2015, 6, 5, 10, tzinfo=UTC)
SENDER = "厚生労働省年金局 <koho@mhlw.example>"
TO = "警察庁 <koho@npa.example>"
SUBJECT = "「年金情報流出」を口実にした犯罪の防止に関するチラシの設置について（依頼）"
TEXT = "標記につきまして、貴庁の関係施設への設置をお願いいたします。\n.\n..\n以上\n"


@dataclass(frozen=True)
class Paper:
    """A document to attach."""

    name: str
    content: bytes
    media_type: str = "application/pdf"

    def identity(self) -> Mapping[str, Json]:
        return {"name": self.name}

    def read(self) -> bytes:
        return self.content


def rendition(to: str = TO, subject: str = SUBJECT, *files: Paper, reply_to: str | None = None) -> Rendition:
    return mail_rendition(MailSettings(sender=SENDER, reply_to=reply_to), to, subject, TEXT, files)


def mail(*files: Paper, to: str = TO) -> EmailMessage:
    return compose(rendition(to, SUBJECT, *files), KEY, AT)


def read(content: bytes | str | None) -> EmailMessage:
    assert isinstance(content, bytes)
    found = email.message_from_bytes(content, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


# What it looks like


def test_the_same_delivery_at_the_same_moment_is_the_same_bytes() -> None:
    paper = Paper("依頼文書.pdf", b"%PDF-")
    assert mail(paper).as_bytes() == mail(paper).as_bytes()


def test_the_message_id_is_the_deliverys_own_whenever_it_is_sent() -> None:
    now, later = (compose(rendition(), KEY, AT + timedelta(days=days)) for days in (0, 1))
    other = compose(rendition(), KEY.replace("npa", "fsa"), AT)
    assert now["Message-ID"] == later["Message-ID"] != other["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{40}@mhlw\.example>", now["Message-ID"])


def test_japanese_subject_text_and_file_name_arrive_as_they_were() -> None:
    found = read(mail(Paper("依頼文書（警察庁）.pdf", b"%PDF-")).as_bytes())
    assert found["Subject"] == SUBJECT
    assert found["From"] == SENDER
    text, paper = found.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == TEXT
    assert paper.get_filename() == "依頼文書（警察庁）.pdf"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.pdf", "application/pdf"), ("a.csv", "text/csv"), ("a.txt", "text/plain"), ("a.png", "image/png")],
)
def test_an_attachment_arrives_byte_for_byte(name: str, media_type: str) -> None:
    content = bytes(range(256)) * 300 + b"\r\n.\r\n\n.\n"
    _, paper = read(mail(Paper(name, content, media_type)).as_bytes()).iter_parts()
    assert paper.get_content_type() == media_type
    assert paper.get_payload(decode=True) == content


def test_every_line_is_ascii_and_short_enough_for_any_server() -> None:
    content = mail(Paper("依頼文書.pdf", b"%PDF-" * 1000)).as_bytes()
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_subject_of_several_lines_becomes_one_and_adds_no_header() -> None:
    content = compose(rendition(subject="依頼\r\nBcc: other@evil.example\n"), KEY, AT).as_bytes()
    found = read(content)
    assert found["Subject"] == "依頼 Bcc: other@evil.example"
    assert found["Bcc"] is None


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: other@evil.example.pdf", 'a"; filename="b.exe', "a\x00b.pdf", "../../etc/passwd"]
)
def test_a_file_name_adds_no_header(name: str) -> None:
    content = mail(Paper(name, b"%PDF-")).as_bytes()
    assert b"\nBcc:" not in content
    _, paper = read(content).iter_parts()
    assert paper.get_payload(decode=True) == b"%PDF-"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "koho",
        "koho@",
        "@npa.example",
        "koho@npa.example\nBcc: other@evil.example",
        "koho@npa.example\r\n",
        "広報@npa.example",
        "koho@警察庁.example",
        "koho@npa.example, fsa",
    ],
)
def test_an_address_that_is_none_is_a_problem(address: str) -> None:
    assert not is_mail_address(address)
    assert [str(problem) for problem in rendition(to=address).problems] == [
        "the recipient's mail address is not a mail address"
    ]


@pytest.mark.parametrize("address", ["koho@npa.example", TO, "a@npa.example, b@fsa.example", '"A, B" <a@npa.example>'])
def test_one_address_or_several_are_none(address: str) -> None:
    assert rendition(to=address).problems == ()


def test_the_address_for_answers_is_checked_and_used() -> None:
    assert [str(problem) for problem in rendition(reply_to="nobody").problems] == [
        "the address for answers is not a mail address"
    ]
    assert compose(rendition(reply_to="tanto@mhlw.example"), KEY, AT)["Reply-To"] == "tanto@mhlw.example"


# What becomes of it at a server


@dataclass
class Inbox:
    """What a server took; ``refuses`` maps an address to the server's answer for it."""

    taken: list[Envelope] = field(default_factory=list)
    refuses: Mapping[str, str] = field(default_factory=dict)
    after_data: str = "250 2.0.0 Ok: queued as 4F1C"

    async def handle_RCPT(self, server: object, session: object, envelope: Envelope, address: str, _: object) -> str:  # noqa: N802 -- aiosmtpd's name
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802 -- as above
        if self.after_data.startswith("250"):
            self.taken.append(envelope)
        return self.after_data


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def start() -> Iterator[Callable[..., int]]:
    started = []

    def begin(inbox: Inbox, **options: Any) -> int:
        controller = Controller(inbox, **options)
        controller.start()
        started.append(controller)
        return int(controller.port)

    yield begin
    for controller in started:
        controller.stop()


def right_password(server: object, session: object, envelope: object, mechanism: object, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"koho", b"hush")
    return AuthResult(success=right, handled=False)


def mailer(port: int, **server: object) -> Mailer:
    settings = {"host": "127.0.0.1", "port": port, "security": "none", **server}
    return Mailer(MailServer.model_validate(settings), lambda: "hush", patience=0.5)


LOGIN = {"username": "koho", "password": {"env": "MAIL_PASSWORD"}}


def test_a_mail_is_handed_over_byte_for_byte(start: Callable[..., int]) -> None:
    inbox = Inbox()
    sent = mail(Paper("依頼文書.pdf", b"%PDF-\r\n.\r\n" * 20_000))
    assert mailer(start(inbox)).send(sent) == "2.0.0 Ok: queued as 4F1C"
    (taken,) = inbox.taken
    assert taken.content == sent.as_bytes()
    assert (taken.mail_from, taken.rcpt_tos) == ("koho@mhlw.example", ["koho@npa.example"])


def test_lines_that_begin_with_a_dot_arrive_as_they_were(start: Callable[..., int]) -> None:
    inbox = Inbox()
    sent = EmailMessage()
    sent["From"], sent["To"] = SENDER, TO
    sent.set_content(".\n..\n.start\n")
    mailer(start(inbox)).send(sent)
    assert read(inbox.taken[0].content).get_content() == ".\r\n..\r\n.start\r\n"


def test_one_mail_goes_to_several_addresses(start: Callable[..., int]) -> None:
    inbox = Inbox()
    mailer(start(inbox)).send(mail(to="a@npa.example, 金融庁 <b@fsa.example>"))
    assert inbox.taken[0].rcpt_tos == ["a@npa.example", "b@fsa.example"]


def test_starttls_and_a_login(start: Callable[..., int], tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    port = start(inbox, tls_context=tls, require_starttls=True, authenticator=right_password, auth_required=True)
    mailer(port, security="starttls", **LOGIN).send(mail())
    assert len(inbox.taken) == 1


def test_tls_from_the_start(start: Callable[..., int], tls: ssl.SSLContext) -> None:
    inbox = Inbox()
    mailer(start(inbox, ssl_context=tls), security="tls").send(mail())
    assert len(inbox.taken) == 1


def test_a_wrong_password_is_refused_and_not_shown(start: Callable[..., int], tls: ssl.SSLContext) -> None:
    port = start(Inbox(), tls_context=tls, authenticator=right_password, auth_required=True)
    server = MailServer.model_validate({"host": "127.0.0.1", "port": port, **LOGIN})
    with pytest.raises(Refused, match=r"did not accept user name and password \(535\)") as caught:
        Mailer(server, lambda: "guess").send(mail())
    assert "guess" not in str(caught.value)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_an_unknown_authority_is_unreached(
    security: str, start: Callable[..., int], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    inbox = Inbox()
    port = start(inbox, **{"tls_context" if security == "starttls" else "ssl_context": tls})
    with pytest.raises(Unreached, match="certificate verify failed"):
        mailer(port, security=security).send(mail())
    assert inbox.taken == []


def test_a_server_without_starttls_gets_nothing_in_the_clear(start: Callable[..., int]) -> None:
    inbox = Inbox()
    with pytest.raises(Unreached, match="STARTTLS extension not supported"):
        mailer(start(inbox), security="starttls").send(mail())
    assert inbox.taken == []


def test_a_closed_port_is_unreached() -> None:
    with pytest.raises(Unreached, match=r"^no connection to the mail server 127\.0\.0\.1: .*refused"):
        mailer(closed_port()).send(mail())


def test_without_a_mail_server_it_is_refused() -> None:
    with pytest.raises(Refused, match="names no mail server"):
        Mailer(None, lambda: None).send(mail())


def test_what_may_not_leave_any_more_is_not_handed_over(start: Callable[..., int]) -> None:
    inbox = Inbox()
    late = replace(mailer(start(inbox)), outgoing=Outgoing(lambda: False))
    with pytest.raises(Unreached, match="not sent again"):
        late.send(mail())
    assert inbox.taken == []


def test_a_refused_recipient_is_refused_without_showing_the_address(start: Callable[..., int]) -> None:
    inbox = Inbox(refuses={"koho@npa.example": "550 5.1.1 <koho@npa.example>: unknown"})
    with pytest.raises(Refused) as caught:
        mailer(start(inbox)).send(mail())
    assert caught.value.reason == "the mail server refused it: 550 5.1.1 <[address]>: unknown"


def test_one_refused_recipient_of_several_means_that_nobody_gets_it(start: Callable[..., int]) -> None:
    inbox = Inbox(refuses={"b@fsa.example": "550 unknown"})
    port = start(inbox)
    with pytest.raises(Refused):
        mailer(port).send(mail(to="a@npa.example, b@fsa.example"))
    assert inbox.taken == []


def test_a_server_that_puts_it_off_is_unreached(start: Callable[..., int]) -> None:
    greylisted = Inbox(refuses={"koho@npa.example": "450 4.2.0 greylisted"})
    with pytest.raises(Unreached, match="put it off: 450"):
        mailer(start(greylisted)).send(mail())
    with pytest.raises(Unreached, match="put it off: 451"):
        mailer(start(Inbox(after_data="451 4.3.0 try later"))).send(mail())


def test_content_that_a_server_does_not_take_is_refused(start: Callable[..., int]) -> None:
    with pytest.raises(Refused, match="refused it: 554"):
        mailer(start(Inbox(after_data="554 5.7.1 spam"))).send(mail())


# A server that fails half-way


def speaks(**replies: bytes | None) -> Fault:
    """An SMTP server with these replies to its commands; at None it hangs up, at an empty one it says nothing."""
    usual = {"greeting": b"220 ready", "data": b"354 go on", "content": b"250 taken", "quit": b"221 bye"}

    def fault(server: FaultyServer, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        command = "greeting"
        while (reply := {**usual, **replies}.get(command, b"250 Ok")) is not None:
            if not reply:
                server.stopped.wait()
            connection.sendall(reply + b"\r\n")
            if command == "data" and reply.startswith(b"354"):
                server.requests.append(b"".join(iter(lines.readline, b".\r\n")))
                command = "content"
                continue
            command = lines.readline().split(b" ")[0].strip().lower().decode()

    return fault


@pytest.fixture
def hasty_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kohoctl.mailer.QUIT_TIMEOUT", 0.3)


@pytest.mark.parametrize("command", ["greeting", "ehlo", "mail", "rcpt", "data"])
@pytest.mark.parametrize("reply", [None, b"", b"421 4.3.2 shutting down", b"what?"])
def test_whatever_fails_before_the_content_leaves_is_unreached(command: str, reply: bytes | None) -> None:
    replies = {command: reply} | ({"helo": reply} if command == "ehlo" else {})
    with FaultyServer(speaks(**replies)) as server:
        with pytest.raises(Unreached):
            mailer(server.port).send(mail())
        assert server.requests == []


@pytest.mark.parametrize("reply", [None, b"", b"what?", b"354 go on"])
def test_without_an_answer_to_the_content_it_is_unknown(reply: bytes | None) -> None:
    with FaultyServer(speaks(content=reply)) as server:
        with raises_unknown():
            mailer(server.port).send(mail())
        assert (server.connections, len(server.requests)) == (1, 1)


@pytest.mark.usefixtures("hasty_at_the_end")
@pytest.mark.parametrize("reply", [None, b"", b"421 4.3.2 shutting down", b"what?"])
def test_a_mail_that_was_taken_stays_so_however_the_connection_ends(reply: bytes | None) -> None:
    with FaultyServer(speaks(quit=reply)) as server:
        assert mailer(server.port).send(mail()) == "taken"


@pytest.mark.usefixtures("hasty_at_the_end")
def test_a_refusal_stays_one_however_the_connection_ends() -> None:
    with FaultyServer(speaks(rcpt=b"550 unknown", quit=None)) as server, pytest.raises(Refused):
        mailer(server.port).send(mail())


# The channel


class Letters(MailChannel):
    """A kind of channel as a ministry would write it."""

    kind = "letters"

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        return mail_rendition(self.settings, TO, message.title, message.body)


def test_a_mail_channels_receipt_is_a_request_with_the_message_id(
    start: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    server = MailServer.model_validate({"host": "127.0.0.1", "port": start(inbox), "security": "none"})
    transport: Transport = open_transport(tmp_path, server, Redactor())
    letters = Letters("flyer-requests", "厚生労働省", MailSettings(sender=SENDER))
    receipt = letters.deliver(rendition(), KEY, transport)
    assert (receipt.form, receipt.answer) == ("requested", {"answer": "2.0.0 Ok: queued as 4F1C"})
    assert receipt.id == read(inbox.taken[0].content)["Message-ID"]


def test_the_password_is_looked_up_when_it_is_needed(
    start: Callable[..., int], tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    port = start(inbox, tls_context=tls, authenticator=right_password, auth_required=True)
    server = MailServer(host="127.0.0.1", port=port, username="koho", password=Secret(env="MAIL_PASSWORD"))
    transport = open_transport(tmp_path, server, Redactor())
    monkeypatch.setenv("MAIL_PASSWORD", "hush")
    transport.mail.send(mail())
    assert len(inbox.taken) == 1
    assert transport.redactor.scrub("AUTH hush") == "AUTH [redacted]"


def test_the_artifacts_are_the_mail_and_its_documents() -> None:
    letters = Letters("flyer-requests", "厚生労働省", MailSettings(sender=SENDER))
    pages = letters.artifacts(rendition(TO, SUBJECT, Paper("依頼文書.pdf", b"%PDF-")), KEY, AT)
    assert set(pages) == {"mail.eml", "依頼文書.pdf"}
    assert read(pages["mail.eml"])["Subject"] == SUBJECT


def test_a_document_is_made_once_and_only_where_it_is_looked_at() -> None:
    made = []

    class Slow(Paper):
        def read(self) -> bytes:
            made.append(self.name)
            return super().read()

    letters = Letters("flyer-requests", "厚生労働省", MailSettings(sender=SENDER))
    pages = letters.artifacts(rendition(TO, SUBJECT, Slow("a.pdf", b"%PDF-"), Slow("b.pdf", b"%PDF-")), KEY, AT)
    assert set(pages) == {"mail.eml", "a.pdf", "b.pdf"}
    assert pages["a.pdf"] == pages["a.pdf"] == b"%PDF-"
    assert "c.pdf" not in pages
    assert made == ["a.pdf"]
