"""The bridge to Apprise, against services on this machine: its own JSON, XML and form, two chats and a mail server."""

from __future__ import annotations

import email
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, ClassVar

import apprise_bridge
import pytest
from aiosmtpd.controller import Controller
from apprise_bridge import AppriseBridge, AppriseSettings

from kohoctl import Receipt, Recipient, Refused, Secret, Transport, Unreached
from kohoctl.testing import Answer, Contract, Request, Service, message, picture

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise imports it

KEY = "nenkin-2015/fraud-prevention/rooms/paper/2015-06-04"
TOKEN = "5f3a9c01d2token"  # noqa: S105 -- made up
NO_REASON = "Apprise tells that a service did not take it, and not why"


class TestContract(Contract):
    """The rules that every channel keeps, as far as Apprise lets a channel keep them."""

    kind = AppriseBridge
    secrets: ClassVar = {"targets.room": f"json://office:{TOKEN}@{{host}}/hook"}
    message: ClassVar = {"images": [{"file": "picture.png", "alt": "電話を切る人の絵"}], "attachments": ["flyer.pdf"]}
    exempt: ClassVar = {
        "key-sent": "Apprise gives a service title, text, type and files, and has no place for a key",
        "http-400": f"{NO_REASON}: it is unknown, and no refusal",
        "http-401": f"{NO_REASON}: it is unknown, and no refusal",
        "http-403": f"{NO_REASON}: it is unknown, and no refusal",
        "http-429": f"{NO_REASON}: it is unknown, and is not tried again",
        "http-429-retry-after": f"{NO_REASON}: it is unknown, and is not tried again",
        "connection-refused": f"{NO_REASON}: it is unknown, though nothing can have arrived",
    }


Deliver = Callable[..., Receipt]


@pytest.fixture
def deliver(monkeypatch: pytest.MonkeyPatch, kohoctl_transport: Transport) -> Deliver:
    """Delivers a message to the Apprise URL that is given."""

    def to(url: str, settings: dict[str, Any] | None = None, **said: Any) -> Receipt:
        monkeypatch.setenv("ROOM_URL", url)
        targets = {"room": Secret(env="ROOM_URL")}
        channel = AppriseBridge("rooms", "警察庁", AppriseSettings(targets=targets, **settings or {}))
        rendition = channel.render(message(**said), None)
        assert rendition.problems == ()
        return channel.deliver(rendition, KEY, kohoctl_transport)

    return to


@pytest.fixture
def host(kohoctl_service: Service) -> str:
    return kohoctl_service.url.removeprefix("http://")


def several(*names: str) -> AppriseBridge:
    return AppriseBridge("rooms", "警察庁", AppriseSettings(targets={name: Secret(env="ROOM_URL") for name in names}))


def problems_of(channel: AppriseBridge, recipient: str | None) -> list[str]:
    to = None if recipient is None else Recipient(recipient, {"id": recipient})
    return [problem.with_hint for problem in channel.render(message(), to).problems]


def test_json_takes_title_text_and_type(deliver: Deliver, kohoctl_service: Service, host: str) -> None:
    receipt = deliver(f"json://{host}/hook", {"type": "warning"}, title="注意", body="ご相談ください。")
    assert receipt == Receipt.published(target="room", service="JSON")
    (request,) = kohoctl_service.requests
    assert (request.method, request.path) == ("POST", "/hook")
    said = request.json()
    assert (said["title"], said["message"], said["type"]) == ("注意", "ご相談ください。", "warning")


def test_xml_takes_the_text_as_it_is(deliver: Deliver, kohoctl_service: Service, host: str) -> None:
    assert deliver(f"xml://{host}/hook", body="1 < 2 & 3").answer["service"] == "XML"
    assert b"1 &lt; 2 &amp; 3" in kohoctl_service.requests[0].body


def test_a_form_takes_text_and_files(deliver: Deliver, kohoctl_service: Service, host: str, tmp_path: Path) -> None:
    files = [picture(tmp_path, "図.png"), picture(tmp_path, "flyer.pdf")]
    deliver(f"form://{host}/hook", body="ご相談ください。", images=files[:1], attachments=files[1:])
    (request,) = kohoctl_service.requests
    assert "ご相談ください。".encode() in request.body
    assert all(file.read() in request.body for file in files)
    assert b"flyer.pdf" in request.body


def test_a_room_in_mattermost_reads_title_and_text_and_sees_no_logo_of_apprise(
    deliver: Deliver, kohoctl_service: Service, host: str
) -> None:
    deliver(f"mmost://{host}/{TOKEN}", title="注意", body="ご相談ください。")
    (request,) = kohoctl_service.requests
    assert request.path == f"/hooks/{TOKEN}"
    assert request.json() == {"text": "注意\r\nご相談ください。", "username": "kohoctl"}


def test_markdown_stays_markdown_for_a_service_that_shows_it(
    deliver: Deliver, kohoctl_service: Service, host: str
) -> None:
    deliver(f"gotify://{host}/{TOKEN}?format=markdown", {"format": "markdown"}, body="**ご相談**ください。")
    (request,) = kohoctl_service.requests
    assert request.path == "/message"
    assert request.json()["message"] == "**ご相談**ください。"


class Post:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        mail = email.message_from_bytes(envelope.content, policy=SMTP)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    yield post, port
    controller.stop()


def test_a_mail_has_the_title_as_its_subject_and_the_files(
    deliver: Deliver, post: tuple[Post, int], tmp_path: Path
) -> None:
    flyer = picture(tmp_path, "チラシ.pdf")
    url = f"mailto://127.0.0.1:{post[1]}/?from=koho@npa.example&to=desk@paper.example&format=text"
    deliver(url, title="注意", body="ご相談ください。", attachments=[flyer])
    (mail,) = post[0].taken
    (attached,) = mail.iter_attachments()
    body = mail.get_body()
    assert (mail["Subject"], mail["To"]) == ("注意", "desk@paper.example")
    assert body is not None
    assert body.get_content().strip() == "ご相談ください。"
    assert (attached.get_filename(), attached.get_content()) == ("チラシ.pdf", flyer.read())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"no-service://{TOKEN}", "cannot use the URL of room"),
        (TOKEN, "cannot use the URL of room"),
        (f"json://{{host}}/{TOKEN}, json://{{host}}/2", "the secret of room holds several URLs"),
        (f"json://{{host}}/{TOKEN}?format=htlm", "would leave out a part of the URL of room"),
        (f"mmost://{{host}}/{TOKEN}?channels=press,staff", "for Mattermost, names 2 addressees"),
        (f"mailto://{{host}}/?from={TOKEN}@npa.example&to=a@b.example&cc=c@d.example", "names 2 addressees"),
        (f"mailgun://koho@npa.example/{TOKEN}/a@b.example/c@d.example?batch=yes", "names 2 addressees"),
        (f"irc://npa@{{host}}/#press/#staff?pass={TOKEN}", "names 2 addressees"),
        (f"jsons://{{host}}/{TOKEN}?verify=no", "TLS is always verified"),
        (f"json://npa.example/{TOKEN}", "would send without encryption"),
        (f"mmost://npa.example/{TOKEN}", "would send without encryption"),
        (f"mailto://127.0.0.1/?from={TOKEN}@npa.example&to=a@b.example&smtp=npa.example", "without encryption"),
        (f"mailtos://koho:{TOKEN}@npa.example/?to=a@b.example&mode=insecure", "would send without encryption"),
    ],
)
def test_a_url_that_cannot_be_trusted_with_one_message_for_one_addressee_is_refused_before_anything_is_sent(
    deliver: Deliver, kohoctl_service: Service, host: str, url: str, said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        deliver(url.replace("{host}", host))
    assert TOKEN not in str(refused.value)
    assert kohoctl_service.requests == []


@pytest.mark.parametrize(
    ("url", "body", "said"),
    [
        ("mmost://{host}/{token}", "あ" * 4000, "takes 4000 characters of body, and the message has 15 more"),
        ("kodi://{host}", "1\n2\n3", "takes 2 lines, and the body has 3"),
        ("ntfy://{host}/{token}", "あ" * 7801, "takes 7787 characters of body, and the message has 14 more"),
    ],
)
def test_a_text_that_the_service_would_cut_is_refused_with_how_much_is_too_much(
    deliver: Deliver, kohoctl_service: Service, host: str, url: str, body: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        deliver(url.replace("{host}", host).replace("{token}", TOKEN), body=body)
    assert kohoctl_service.requests == []


def test_files_for_a_service_that_takes_none_are_refused(
    deliver: Deliver, kohoctl_service: Service, host: str, tmp_path: Path
) -> None:
    with pytest.raises(
        Refused, match=r"^the URL of room, for Gotify, takes no files: leave images and attachments out$"
    ):
        deliver(f"gotify://{host}/{TOKEN}", images=[picture(tmp_path)])
    assert kohoctl_service.requests == []


def test_no_file_is_left_on_the_disk(
    deliver: Deliver, kohoctl_service: Service, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    modes: list[int] = []

    def answer(request: Request) -> Answer:
        modes.extend(file.stat().st_mode & 0o777 for file in (tmp_path / "temporary").glob("*/*"))
        return Answer(500 if len(kohoctl_service.requests) > 1 else 200, "")

    kohoctl_service.answer = answer
    deliver(f"form://{host}/", images=[picture(tmp_path)])
    with pytest.raises(RuntimeError):
        deliver(f"form://{host}/", images=[picture(tmp_path)])
    assert modes == [0o600, 0o600]
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("status", [302, 400, 429, 500])
def test_what_a_service_does_not_take_is_unknown_and_tried_once_whatever_the_url_says(
    deliver: Deliver, kohoctl_service: Service, host: str, status: int
) -> None:
    kohoctl_service.answer = lambda _: Answer(status, "", {"Location": f"http://{host}/elsewhere"})
    with pytest.raises(
        RuntimeError, match=r"^JSON did not take it, or its answer was lost: Apprise does not tell which$"
    ):
        deliver(f"json://{host}/{TOKEN}?retry=3&wait=0&optional=yes&redirect=yes&overflow=split", body="あ" * 32_000)
    assert [request.path for request in kohoctl_service.requests] == [f"/{TOKEN}"]


def test_an_error_in_a_service_s_code_is_unknown_and_its_words_are_not_passed_on(
    deliver: Deliver, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> bool:
        raise ValueError(f"no such hook: {TOKEN}")

    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.send", failing)
    with pytest.raises(RuntimeError, match=r"^JSON failed with ValueError, and may have taken it$") as unknown:
        deliver(f"json://{host}/{TOKEN}")
    assert unknown.value.__cause__ is None


class Listener(logging.Handler):
    """Keeps what reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Where every logger's words come together."""
    root, listener = logging.getLogger(), Listener()
    root.addHandler(listener)
    yield listener
    root.removeHandler(listener)


@pytest.mark.parametrize("url", [f"json://{{host}}/{TOKEN}", f"no-service://{TOKEN}", f"twilio://AC0:{TOKEN}@1/2"])
def test_apprise_logs_nothing_where_anybody_reads_it(
    deliver: Deliver, kohoctl_service: Service, host: str, url: str, listener: Listener
) -> None:
    kohoctl_service.answer = lambda _: Answer(500, "")
    with pytest.raises((Refused, RuntimeError)):
        deliver(url.replace("{host}", host))
    assert listener.heard == []


def test_apprise_that_is_not_installed_holds_the_channel_until_it_is(
    deliver: Deliver, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Unreached, match=r"pip install 'kohoctl\[apprise\]'") as unreached:
        deliver(f"json://{host}/hook")
    assert unreached.value.hold_channel
    assert unreached.value.retry_after == apprise_bridge.INSTALLING


def test_a_recipient_s_message_goes_to_the_target_of_its_name() -> None:
    channel = several("paper", "staff")
    assert problems_of(channel, "staff") == []
    rendition = channel.render(message(), Recipient("staff", {"id": "staff"}))
    assert rendition.destination == {"target": "staff"}


def test_several_targets_without_recipients_are_a_problem_that_says_what_to_write() -> None:
    assert problems_of(several("paper", "staff"), None) == [
        "the channel has 2 targets, and no recipients that say which a message goes to (add a list,"
        " recipients: {targets: [{id: paper}, {id: staff}]}, and to the channel recipients: targets)"
    ]


def test_a_recipient_without_a_target_is_a_problem_that_names_those_there_are() -> None:
    assert problems_of(several("paper", "staff"), "desk") == [
        "there is no target for the recipient desk"
        " (add it to the channel's targets, desk: {env: NAME}; there are paper, staff)"
    ]


CAMPAIGN = """\
version: 1
plugins: [apprise_bridge.py]
recipients: {{rooms: [{{id: paper}}, {{id: press}}, {{id: staff}}]}}
channels:
  rooms:
    kind: apprise
    owner: 警察庁
    recipients: rooms
    targets: {targets}
campaigns:
  nenkin:
    title: 年金情報の流出
    owner: 厚生労働省
    messages:
      warning: {{title: 注意, when: "{due:%Y-%m-%dT%H:%M+00:00}", channels: [rooms], body: ご相談ください。}}
"""


@pytest.fixture
def kohoctl(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """The command, over a campaign with three recipients and the given targets."""
    shutil.copy(apprise_bridge.__file__, tmp_path)
    due = datetime.now(UTC) - timedelta(minutes=1)

    def run(targets: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        (tmp_path / "campaigns.yaml").write_text(CAMPAIGN.format(targets=targets, due=due), encoding="utf-8")
        command = [sys.executable, "-m", "kohoctl", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, env={**os.environ, **environment}, timeout=60)  # noqa: S603 -- our own

    return run


@pytest.mark.slow
def test_one_of_three_targets_fails_and_a_second_run_sends_to_none_again(
    kohoctl: Callable[..., subprocess.CompletedProcess[bytes]], kohoctl_service: Service, host: str, tmp_path: Path
) -> None:
    kohoctl_service.answer = lambda request: Answer(500 if "press" in request.path else 200, request.body)
    (tmp_path / "staff-url").write_text(f"mmost://{host}/{TOKEN}\n", encoding="utf-8")
    targets = "{paper: {env: PAPER_URL}, press: {env: PRESS_URL}, staff: {file: staff-url}}"
    urls = {"PAPER_URL": f"json://office:{TOKEN}@{host}/paper", "PRESS_URL": f"xml://{host}/press/{TOKEN}"}
    runs = [kohoctl(targets, "run", "campaigns.yaml", "--live", "--format", "json", **urls) for _ in range(2)]
    assert sorted(request.path for request in kohoctl_service.requests) == [
        f"/hooks/{TOKEN}",
        "/paper",
        f"/press/{TOKEN}",
    ]
    report = kohoctl(targets, "status", "campaigns.yaml", "--format", "json")
    found = {one["recipient"]: one for one in json.loads(report.stdout)["deliveries"]}
    assert {name: one["state"] for name, one in found.items()} == {
        "paper": "delivered",
        "press": "unknown",
        "staff": "delivered",
    }
    assert found["paper"]["receipt"]["answer"] == {"target": "paper", "service": "JSON"}
    written = [file.read_bytes() for file in tmp_path.iterdir() if file.is_file() and file.name != "staff-url"]
    printed = [part for run in (*runs, report) for part in (run.stdout, run.stderr)]
    assert all(TOKEN.encode() not in text for text in (*written, *printed))


def test_a_url_that_is_typed_where_the_targets_belong_is_hidden(
    kohoctl: Callable[..., subprocess.CompletedProcess[bytes]],
) -> None:
    for typed in (f"json://npa.example/{TOKEN}", f"{{paper: json://npa.example/{TOKEN}}}"):
        check = kohoctl(typed, "check", "campaigns.yaml")
        assert check.returncode == 1
        assert b"a secret does not stand in the file: write {env: NAME} or {file: PATH}" in check.stdout + check.stderr
        assert TOKEN.encode() not in check.stdout + check.stderr
