"""What the chat room is told, against a webhook on this machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chat_room import VARIABLE, kohoctl_delivered, words

from kohoctl import Delivery, Receipt, Refused, Transport
from kohoctl.testing import Answer, Service

POST = Delivery(
    key="nenkin-2015/fraud-warning/mhlw-x/2015-06-04",
    campaign="nenkin-2015",
    message="fraud-warning",
    channel="mhlw-x",
    kind="x",
    recipient=None,
    due=None,
    deadline=None,
)
PUBLISHED = Receipt.published("42", "https://x.com/mhlw_example/status/42")


@pytest.fixture
def room(kohoctl_service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The chat room's webhook, whose address is set."""
    kohoctl_service.answer = lambda _: Answer(200, "ok")
    monkeypatch.setenv(VARIABLE, f"{kohoctl_service.url}/hooks/T0/secret-of-the-room")
    return kohoctl_service


def test_the_room_reads_what_was_delivered_by_which_channel_and_where_it_can_be_seen(
    room: Service, kohoctl_transport: Transport
) -> None:
    kohoctl_delivered(POST, PUBLISHED, kohoctl_transport)
    (request,) = room.requests
    assert (request.method, request.path) == ("POST", "/hooks/T0/secret-of-the-room")
    assert request.json() == {
        "text": "【広報】掲載しました\n"
        "メッセージ：nenkin-2015/fraud-warning\n"
        "経路：mhlw-x（x）\n"
        "https://x.com/mhlw_example/status/42"
    }


def test_a_request_is_told_of_without_a_word_about_its_recipient() -> None:
    letter = replace(POST, key="nenkin-2015/letter/letters/1234-567890/2015-06-05", recipient="1234-567890")
    told = words(letter, Receipt.requested("<5f@mhlw.example>", answer="250 queued for taro@example.jp"))
    assert told.startswith("【広報】依頼を送りました（宛先1件）\n")
    assert "1234-567890" not in told
    assert "taro" not in told


def test_nothing_is_sent_where_no_address_is_set(
    room: Service, kohoctl_transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, " ")
    kohoctl_delivered(POST, PUBLISHED, kohoctl_transport)
    monkeypatch.delenv(VARIABLE)
    kohoctl_delivered(POST, PUBLISHED, kohoctl_transport)
    assert room.requests == []


@pytest.mark.parametrize("url", [None, "https://x.com/<!channel>", "javascript:alert(1)", "https://x.com/ @here"])
def test_an_address_that_the_room_would_read_as_a_command_is_left_out(url: str | None) -> None:
    assert words(POST, Receipt.published("42", url)).endswith("経路：mhlw-x（x）")


def test_a_room_that_is_gone_is_named_and_its_address_is_not(room: Service, kohoctl_transport: Transport) -> None:
    room.answer = lambda _: Answer(404, "no_team")
    with pytest.raises(Refused, match="HTTP 404: no_team") as refused:
        kohoctl_delivered(POST, PUBLISHED, kohoctl_transport)
    assert "secret-of-the-room" not in str(refused.value)


def test_the_address_is_kept_out_of_the_log(room: Service, kohoctl_transport: Transport) -> None:
    kohoctl_delivered(POST, PUBLISHED, kohoctl_transport)
    said = f"Max retries exceeded with url: {room.url}/hooks/T0/secret-of-the-room"
    assert "secret-of-the-room" not in kohoctl_transport.redactor.scrub(said)
