"""Both kinds of subscribers, against a provider on this machine that repeats whom it is to send to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
import requests
import subscribers
from pydantic import Field
from subscribers import SmsSettings, SubscriberMail, SubscriberSettings, SubscriberSms, mail_address, mobile_number

from kohoctl import Receipt, Recipient, Refused, Secret, Transport, Unreached
from kohoctl.testing import Answer, Contract, Request, Reset, Service, message

KEY = "town/evacuation/sms/s1.a/2015-06-04"
TYPED, NUMBER = "090-0735-4001", "+819007354001"
ADDRESS = "taro..tsushin@inbox.example"
SIGNING_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 -- of the reference vector below
LEAVES = "090-0735-4050", "taro50@inbox.example"


class Provider:
    """It sends once for each key, and repeats in every answer whom to, in whatever form comes to its mind.

    The connection to it is lost after the first message that it takes; one number is not in service any more.
    """

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}
        """Whom each key's message was sent to."""
        self.asked: list[str] = []

    def answer(self, request: Request) -> Answer:
        key, to = request.headers["Idempotency-Key"], request.json()["to"]
        self.asked.append(key)
        if to in (mobile_number(LEAVES[0]), LEAVES[1]):
            return Answer(422, {"error": f"{national(to)} is not in service", "to": to})
        if key in self.sent:
            return Answer(409, {"id": number_of(key), "to": national(to)})
        self.sent[key] = to
        return Reset() if len(self.sent) == 1 else Answer(202, {"id": number_of(key), "to": to})


def number_of(key: str) -> str:
    return f"m-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def national(to: str) -> str:
    """A number as people write it; an address stays what it is."""
    return to if "@" in to else f"0{to[3:5]}-{to[5:9]}-{to[9:]}"


class SignedSettings(SmsSettings):
    """As they are where requests are signed."""

    signing_secret: Secret = Field(description="What requests are signed with.")


class SignedSms(SubscriberSms):
    """An SMS by a request that is signed."""

    kind = "signed-sms"
    settings_model = SignedSettings


class TakingContract(Contract):
    """The rules that every channel keeps, before a provider that repeats whom it sends to."""

    def answer(self, request: Request) -> Answer:
        return Answer(202, {"id": "m-1", "to": request.json()["to"]})


class TestSmsContract(TakingContract):
    """An SMS."""

    kind = SubscriberSms
    recipient: ClassVar = {"id": "s1", "phone": TYPED}


class TestMailContract(TakingContract):
    """A mail."""

    kind = SubscriberMail
    recipient: ClassVar = {"id": "s1", "email": ADDRESS}


class TestSignedContract(TakingContract):
    """An SMS by a request that is signed."""

    kind = SignedSms
    recipient: ClassVar = {"id": "s1", "phone": TYPED}
    secrets: ClassVar = {"signing_secret": SIGNING_SECRET}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBSCRIBERS_TOKEN", "subscribers-token")
    monkeypatch.setenv("SUBSCRIBERS_SIGNING", SIGNING_SECRET)


@pytest.fixture
def sms(kohoctl_service: Service) -> SubscriberSms:
    return sms_with(kohoctl_service)


@pytest.fixture
def mail(kohoctl_service: Service) -> SubscriberMail:
    settings = SubscriberSettings(url=f"{kohoctl_service.url}/hook", token=Secret(env="SUBSCRIBERS_TOKEN"))
    return SubscriberMail("mail", "町", settings)


def sms_with(service: Service, parts: int = 10, signing_secret: Secret | None = None) -> SubscriberSms:
    settings = SmsSettings(
        url=f"{service.url}/hook", token=Secret(env="SUBSCRIBERS_TOKEN"), parts=parts, signing_secret=signing_secret
    )
    return SubscriberSms("sms", "町", settings)


def asked(answer: Answer, _: Request) -> Answer:
    return answer


def subscriber(phone: str = TYPED, email: str = ADDRESS) -> Recipient:
    return Recipient("s1", {"id": "s1", "phone": phone, "email": email})


def sent_sms(channel: SubscriberSms, transport: Transport) -> Receipt:
    return channel.deliver(channel.render(message(body="避難してください。"), subscriber()), KEY, transport)


def test_an_sms_is_handed_over_with_its_key_and_token_and_without_its_title(
    sms: SubscriberSms, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    kohoctl_service.answer = lambda _: Answer(202, {"id": "m-1", "to": NUMBER})
    assert sent_sms(sms, kohoctl_transport) == Receipt.published("m-1")
    (request,) = kohoctl_service.requests
    assert (request.method, request.path) == ("POST", "/hook")
    assert request.json() == {"to": NUMBER, "text": "避難してください。"}
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Idempotency-Key"] == KEY
    assert request.headers["Authorization"] == "Bearer subscribers-token"
    assert "webhook-signature" not in request.headers


def test_a_mail_has_a_subject_of_one_line(
    mail: SubscriberMail, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    kohoctl_service.answer = lambda _: Answer(200, {"id": 7})
    rendition = mail.render(message(title="避難指示\n（町）\n", body="避難してください。\n"), subscriber())
    assert mail.deliver(rendition, KEY, kohoctl_transport) == Receipt.published("7")
    sent = {"to": ADDRESS, "subject": "避難指示 （町）", "text": "避難してください。"}
    assert kohoctl_service.requests[0].json() == sent


def test_a_signed_request_is_what_standard_webhooks_asks_for(
    kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    channel = sms_with(kohoctl_service, signing_secret=Secret(env="SUBSCRIBERS_SIGNING"))
    sent_sms(channel, kohoctl_transport)
    (request,) = kohoctl_service.requests
    id, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert "." not in id
    assert int(timestamp) == int(kohoctl_transport.now().timestamp())
    signing_key = base64.b64decode(SIGNING_SECRET.partition("_")[2])
    content = b".".join([id.encode(), timestamp.encode(), request.body])
    version, _, given = request.headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert base64.b64decode(given) == hmac.new(signing_key, content, hashlib.sha256).digest()


def test_the_signature_is_that_of_the_reference_vector() -> None:
    given = subscribers.signature(SIGNING_SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["whsec_c2hvcnQ=", "whsec_no base64", "署名の鍵"])
def test_a_secret_that_cannot_sign_holds_the_channel_and_sends_nothing(
    kohoctl_service: Service, kohoctl_transport: Transport, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("SUBSCRIBERS_SIGNING", secret)
    with pytest.raises(Unreached, match=r"^the signing secret is not whsec_") as raised:
        sent_sms(sms_with(kohoctl_service, signing_secret=Secret(env="SUBSCRIBERS_SIGNING")), kohoctl_transport)
    assert raised.value.hold_channel
    assert kohoctl_service.requests == []


def test_a_token_that_is_not_accepted_refuses_no_subscriber_but_holds_the_channel(
    sms: SubscriberSms, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    kohoctl_service.answer = lambda _: Answer(401, {"error": "unauthorized"})
    with pytest.raises(Unreached, match="does not accept the token") as raised:
        sent_sms(sms, kohoctl_transport)
    assert raised.value.hold_channel
    assert raised.value.retry_after == timedelta(minutes=5)


def test_a_key_that_the_provider_had_before_is_delivered_with_the_first_id(
    sms: SubscriberSms, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    kohoctl_service.answer = lambda _: Answer(409, {"id": "m-1", "error": "this key was taken before"})
    assert sent_sms(sms, kohoctl_transport) == Receipt.published("m-1")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (409, {"error": "a request with this key is under way"}),
        (200, ["m-1"]),
        (200, {"id": None}),
        (200, {"id": "m 1"}),
        (200, {"id": NUMBER}),
        (200, {"id": f"sms-{TYPED}"}),
        (200, {"id": 819007354001}),
    ],
)
def test_an_answer_without_an_id_of_the_providers_own_proves_nothing(
    sms: SubscriberSms, kohoctl_service: Service, kohoctl_transport: Transport, status: int, said: dict[str, str]
) -> None:
    kohoctl_service.answer = lambda _: Answer(status, said)
    with pytest.raises(ValueError, match=f"^HTTP {status}, without an id of the provider's own"):
        sent_sms(sms, kohoctl_transport)


@pytest.mark.parametrize(
    "said",
    [
        f"{TYPED} is not in service",
        f"to: {NUMBER}",
        "09007354001は使われていません",
        "０９０－０７３５－４００１は使われていません",
        "(090) 0735 4001",
        f"<{ADDRESS}>: no such mailbox",
        "mailto:taro..tsushin%40inbox.example",
    ],
)
def test_what_the_provider_repeats_of_a_subscriber_is_not_in_the_reason(
    sms: SubscriberSms, kohoctl_service: Service, kohoctl_transport: Transport, said: str
) -> None:
    reasons = []
    for status, ending in ((422, Refused), (429, Unreached), (500, requests.HTTPError)):
        answer = Answer(status, {"error": said, "code": "E12"})
        kohoctl_service.answer = partial(asked, answer)
        with pytest.raises(ending, match=f"^HTTP {status}: .*E12") as raised:
            sent_sms(sms, kohoctl_transport)
        reasons.append(str(raised.value))
    assert not any(part in reason for part in ("0735", "０７３５", "tsushin", "inbox") for reason in reasons)


@pytest.mark.parametrize(
    "typed",
    [
        "090-0735-4001",
        "09007354001",
        " 090 0735 4001 ",
        "０９０－０７３５－４００１",
        "090−0735ー4001",
        "(090)0735-4001",
        "+81 90-0735-4001",
        "+81 (0)90-0735-4001",
        "＋８１９００７３５４００１",
    ],
)
def test_a_mobile_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert mobile_number(typed) == NUMBER


@pytest.mark.parametrize("typed", ["060-0735-4001", "070-0735-4001", "080-0735-4001"])
def test_every_range_of_mobile_numbers_is_taken(typed: str) -> None:
    assert mobile_number(typed) == f"+81{typed[1:].replace('-', '')}"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "03-0735-4001",
        "050-0735-4001",
        "020-0735-4001",
        "0120-818211",
        "9007354001",
        "090-0735-400",
        "090-0735-40011",
        "+1 90-0735-4001",
        "090-0735-4001 内線2",
        "٠٩٠٠٧٣٥٤٠٠١",
    ],
)
def test_what_is_no_mobile_number_is_a_problem_that_does_not_show_it(sms: SubscriberSms, typed: str) -> None:
    (problem,) = sms.render(message(), subscriber(phone=typed)).problems
    assert str(problem) == "the column phone of the subscriber s1 holds nothing that can be sent to"
    assert problem.field == "recipients"
    assert "0735" not in repr(problem)


@pytest.mark.parametrize("typed", [ADDRESS, f" {ADDRESS}\n", "ｔａｒｏ..ｔｓｕｓｈｉｎ＠ｉｎｂｏｘ．ｅｘａｍｐｌｅ"])
def test_a_mail_address_is_the_same_however_it_is_typed(typed: str) -> None:
    assert mail_address(typed) == ADDRESS


@pytest.mark.parametrize(
    "typed",
    ["", "taro", "taro@inbox", "@inbox.example", "a@inbox.example,b@inbox.example", "taro t@inbox.example"],
)
def test_what_is_no_mail_address_is_a_problem_that_does_not_show_it(mail: SubscriberMail, typed: str) -> None:
    (problem,) = mail.render(message(), subscriber(email=typed)).problems
    assert str(problem) == "the column email of the subscriber s1 holds nothing that can be sent to"
    assert "inbox" not in repr(problem)


def test_a_channel_without_subscribers_is_a_problem(sms: SubscriberSms, mail: SubscriberMail) -> None:
    for channel, column in ((sms, "phone"), (mail, "email")):
        (problem,) = channel.render(message(), None).problems
        assert str(problem) == "it goes to subscribers, and this channel has none"
        assert problem.hint == f"recipients: a list with the columns id, {column}"


@pytest.mark.parametrize(("parts", "limit"), [(1, 70), (2, 132), (10, 660)])
def test_an_sms_has_as_many_utf_16_units_as_its_parts(kohoctl_service: Service, parts: int, limit: int) -> None:
    channel = sms_with(kohoctl_service, parts)
    assert channel.render(message(body="あ" * (limit - 2) + "😀\n"), subscriber()).problems == ()
    (problem,) = channel.render(message(body="あ" * (limit - 1) + "😀"), subscriber()).problems
    assert str(problem) == f"the body is over the limit of {limit} UTF-16 units by 1"


def test_a_rehearsal_shows_the_text_and_masks_whom_it_goes_to(sms: SubscriberSms, mail: SubscriberMail) -> None:
    at, said = datetime(2015, 6, 4, tzinfo=UTC), message(title="避難指示", body="避難してください。")
    shown = sms.artifacts(sms.render(said, subscriber()), KEY, at)
    assert shown == {"message.txt": "宛先：+81********01\n\n避難してください。\n".encode()}
    shown = mail.artifacts(mail.render(said, subscriber()), KEY, at)
    assert shown == {"message.txt": "宛先：********@********\n件名：避難指示\n\n避難してください。\n".encode()}


CAMPAIGN = """\
version: 1
plugins: [subscribers.py]
recipients: {{list: {{file: list.csv}}}}
channels:
  town: {{kind: {kind}, owner: 町, recipients: list, url: "{url}/hook", token: {{env: SUBSCRIBERS_TOKEN}}}}
campaigns:
  typhoon:
    title: 台風
    owner: 町
    messages:
      evacuation:
        title: 避難指示
        when: {when:%Y-%m-%dT%H:%M+00:00}
        channels: [town]
        body: 避難してください。
"""


def kohoctl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kohoctl", "run", "campaigns.yaml", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, timeout=60)  # noqa: S603 -- our own


def list_of_fifty(folder: Path, kind: str, service: Service) -> list[str]:
    """Make a campaign for fifty subscribers, and return what each is to be sent to."""
    shutil.copy(subscribers.__file__, folder)
    numbers = range(1, 51)
    rows = [f"s{number},090-0735-40{number:02},taro{number}@inbox.example" for number in numbers]
    (folder / "list.csv").write_text("\n".join(["id,phone,email", *rows]), encoding="utf-8")
    campaign = CAMPAIGN.format(kind=kind, url=service.url, when=datetime.now(UTC) - timedelta(minutes=1))
    (folder / "campaigns.yaml").write_text(campaign, encoding="utf-8")
    form = "+8190073540{:02}" if kind == "subscriber-sms" else "taro{}@inbox.example"
    return [form.format(number) for number in numbers]


@pytest.mark.parametrize("kind", ["subscriber-sms", "subscriber-mail"])
@pytest.mark.slow
def test_fifty_subscribers_are_each_sent_to_once_and_nobody_is_named_anywhere(
    kohoctl_service: Service, tmp_path: Path, kind: str
) -> None:
    provider = Provider()
    kohoctl_service.answer = provider.answer
    *wanted, _ = list_of_fifty(tmp_path, kind, kohoctl_service)

    rehearsal = kohoctl(tmp_path)
    assert rehearsal.returncode == 0, rehearsal.stdout + rehearsal.stderr
    assert provider.asked == []
    first = kohoctl(tmp_path, "--live", "--format", "json")
    endings = {one["recipient"]: one["state"] for one in json.loads(first.stdout)["deliveries"]}
    assert endings == {f"s{number}": "delivered" for number in range(1, 50)} | {"s50": "refused"}
    second = kohoctl(tmp_path, "--live")
    assert len(provider.asked) == 51, "each once, and once more the one whose answer was lost"
    assert sorted(provider.sent.values()) == sorted(wanted)

    said = [(run.stdout + run.stderr).encode() for run in (rehearsal, first, second)]
    written = [file for file in tmp_path.rglob("*") if file.is_file() and file.name != "list.csv"]
    assert sum(file.name == "message.txt" for file in written) == 50
    assert any(file.read_bytes().startswith(b"SQLite format 3") for file in written)
    for content in (*said, *(file.read_bytes() for file in written)):
        assert b"inbox.example" not in content
        for number in range(4001, 4051):
            assert f"900735{number}".encode() not in content
            assert f"0735-{number}".encode() not in content


def test_where_the_token_is_not_accepted_nobody_is_refused_and_most_are_not_even_tried(
    kohoctl_service: Service, tmp_path: Path
) -> None:
    kohoctl_service.answer = lambda _: Answer(401, {"error": "unauthorized"})
    list_of_fifty(tmp_path, "subscriber-sms", kohoctl_service)
    run = kohoctl(tmp_path, "--live", "--format", "json")
    states = {one["state"] for one in json.loads(run.stdout)["deliveries"]}
    assert (run.returncode, states) == (1, {"unreached"})
    assert len(kohoctl_service.requests) <= 2 * SubscriberSms.concurrency
