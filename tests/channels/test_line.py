"""The channel kind ``line``: what it renders, and what it makes of LINE's answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kohoctl import Asset, Message, Receipt, Recipient, Refused, Rendition, Secret, Unreached
from kohoctl.channels.line import (
    MESSAGE_LIMIT,
    QUOTA_PAUSE,
    RATES,
    LineChannel,
    LineImage,
    LineSettings,
    LineVersion,
    kohoctl_channels,
    retry_key,
)
from kohoctl.model import canonical_json
from kohoctl.redaction import Redactor
from kohoctl.transport import Transport, open_transport
from servers.faults import raises_unknown
from servers.line import TOKEN, LineServer

KEY = "nenkin-2015/fraud-warning/kantei-line/2015-06-05"
BODY = "日本年金機構から、この件でお電話やメールをすることは一切ありません。ご心配の方は 0120-818211 へ。\n"
PICTURE = "https://www.kantei.example/chirashi.png"
NOON = datetime(2015, 6, 5, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[LineServer]:
    with LineServer() as server:
        yield server


@pytest.fixture
def transport(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transport]:
    monkeypatch.setenv("KANTEI_LINE_TOKEN", TOKEN)
    transport = open_transport(tmp_path, None, Redactor())
    yield transport
    transport.http.close()


def channel(**settings: Any) -> LineChannel:
    given = LineSettings(token=Secret(env="KANTEI_LINE_TOKEN"), **settings)
    return LineChannel("kantei-line", "首相官邸", given)


def message(body: str = BODY, images: tuple[Asset, ...] = (), **own: Any) -> Message:
    return Message(
        campaign="nenkin-2015",
        campaign_title="日本年金機構における不正アクセスによる情報流出事案に関する広報",
        owner="厚生労働省年金局",
        id="fraud-warning",
        title="「年金情報流出」を口実にした犯罪にご注意ください",
        body=body,
        due=NOON,
        images=images,
        own=LineVersion(**own),
    )


def user(number: int) -> str:
    return f"U{number:032x}"


def person(**fields: str) -> Recipient:
    return Recipient("tokyo", fields)


def texts(rendition: Rendition) -> list[str]:
    return [str(problem) for problem in rendition.problems]


def broadcast(server: LineServer, transport: Transport, **own: Any) -> Receipt:
    line = channel(api_url=server.url)
    return line.deliver(line.render(message(**own), None), KEY, transport)


# What it renders


def test_the_body_is_the_message_without_its_last_line_break() -> None:
    content = channel().render(message(), None).content
    assert content == {"messages": [{"type": "text", "text": BODY.rstrip()}], "notificationDisabled": False}


def test_further_texts_and_pictures_follow_in_order() -> None:
    rendition = channel().render(message(texts=("二つ目",), image_urls=(LineImage(url=PICTURE),)), None)
    image = {"type": "image", "originalContentUrl": PICTURE, "previewImageUrl": PICTURE}
    assert rendition.content["messages"][1:] == [{"type": "text", "text": "二つ目"}, image]
    assert rendition.problems == ()


def test_a_picture_may_have_a_preview_of_its_own() -> None:
    own = LineImage(url=PICTURE, preview="https://www.kantei.example/small.png")
    sent = channel().render(message(image_urls=(own,)), None).content["messages"][1]
    assert sent["previewImageUrl"] == "https://www.kantei.example/small.png"


def test_a_text_of_5000_units_fits_and_one_of_5001_does_not() -> None:
    assert channel().render(message("あ" * 5000), None).problems == ()
    assert texts(channel().render(message("あ" * 5001), None)) == [
        "text 1 has 5001 UTF-16 units, 1 over the limit of 5000"
    ]


def test_a_letter_outside_the_basic_plane_has_two_units() -> None:
    assert texts(channel().render(message("𠮷" * 2501), None)) == [
        "text 1 has 5002 UTF-16 units, 2 over the limit of 5000"
    ]


def test_five_messages_fit_and_six_do_not() -> None:
    assert channel().render(message(texts=("一",) * 4), None).problems == ()
    assert texts(channel().render(message(texts=("一",) * 4, image_urls=(LineImage(url=PICTURE),)), None)) == [
        "texts and pictures together are 6 messages, 1 over the limit of 5"
    ]


def test_the_longest_request_stays_under_two_megabytes() -> None:
    line = channel(send="multicast")
    rendition = line.render(
        message("あ" * 5000, texts=("あ" * 5000,) * (MESSAGE_LIMIT - 1)),
        person(line_ids=" ".join(user(number) for number in range(500))),
    )
    assert rendition.problems == ()
    assert len(json.dumps([rendition.content, rendition.destination])) < 2 * 2**20


@pytest.mark.parametrize("body", ["", " \n", "　"])
def test_an_empty_text_is_a_problem(body: str) -> None:
    assert texts(channel().render(message(body), None)) == ["there is no body"]


@pytest.mark.parametrize(
    "url",
    [
        "http://www.kantei.example/a.png",
        "/a.png",
        "https://",
        "https://[/",
        "https://www.kantei.example/チラシ.png",
        "https://www.kantei.example/a b.png",
        "https://www.kantei.example/a\n.png",
        "https://www.kantei.example/" + "a" * 2000,
    ],
)
def test_a_picture_that_line_cannot_fetch_is_a_problem(url: str) -> None:
    (problem,) = channel().render(message(image_urls=(LineImage(url=url),)), None).problems
    assert str(problem).startswith("LINE cannot fetch picture 1:")
    assert problem.field == "image_urls"


def test_picture_files_are_a_problem_unless_their_addresses_are_given() -> None:
    file = Asset(Path("chirashi.png"), "chirashi.png", "image/png", 1, "00")
    rendition = channel().render(message(images=(file,)), None)
    assert texts(rendition) == ["LINE takes pictures by their address, not as files"]
    assert rendition.problems[0].hint == "image_urls: [{url: https://www.mhlw.example/chirashi.png}]"
    assert channel().render(message(images=(file,), image_urls=(LineImage(url=PICTURE),)), None).problems == ()


def test_the_same_message_has_the_same_digest_and_another_receiver_another() -> None:
    line = channel(send="push")
    first, again, other = (line.render(message(), person(line_id=user(number))) for number in (1, 1, 2))
    assert first.digest == again.digest != other.digest


# Whom it goes to


def test_a_broadcast_takes_no_recipients_since_each_would_be_a_broadcast() -> None:
    assert texts(channel().render(message(), person(line_id=user(1)))) == [
        "a broadcast goes to every friend of the account, so this channel can have no recipients"
    ]


@pytest.mark.parametrize(("send", "column"), [("push", "line_id"), ("multicast", "line_ids")])
def test_push_and_multicast_need_recipients(send: str, column: str) -> None:
    assert texts(channel(send=send).render(message(), None)) == [f"{send} needs recipients, with a column {column}"]


@pytest.mark.parametrize("prefix", ["U", "C", "R"])
def test_a_push_goes_to_a_user_a_group_or_a_room(prefix: str) -> None:
    rendition = channel(send="push").render(message(), person(line_id=prefix + "0" * 32))
    assert rendition.destination["to"] == prefix + "0" * 32
    assert rendition.problems == ()


def test_a_multicast_goes_once_to_each_id_of_the_recipient() -> None:
    ids = f"{user(1)} {user(2)}|{user(1)}\n{user(3)}"
    rendition = channel(send="multicast").render(message(), person(line_ids=ids))
    assert rendition.destination["to"] == [user(1), user(2), user(3)]
    assert rendition.problems == ()


def test_a_multicast_to_501_is_one_too_many() -> None:
    ids = "|".join(user(number) for number in range(501))
    assert texts(channel(send="multicast").render(message(), person(line_ids=ids))) == [
        "the recipient tokyo has 501 user ids, 1 over 500"
    ]


def test_a_problem_never_shows_a_user_id() -> None:
    push = channel(send="push").render(message(), person(line_id="taro-no-line"))
    multicast = channel(send="multicast").render(message(), person(line_ids=f"{user(1)} taro-no-line"))
    assert texts(push) == ["the recipient tokyo has no user id in the column line_id"]
    assert texts(multicast) == ["1 of the recipient tokyo's 2 ids are no user ids, the first of them number 2"]


def test_a_multicast_without_ids_is_a_problem() -> None:
    assert texts(channel(send="multicast").render(message(), person())) == [
        "the recipient tokyo has no user ids in the column line_ids"
    ]


@pytest.mark.parametrize("send", RATES)
def test_each_way_of_sending_has_its_own_pace(send: str) -> None:
    assert channel(send=send).pace() == RATES[send]
    assert channel(send=send, rate="1/hour").pace() == "1/hour"


def test_the_artifacts_are_the_request_and_a_text_for_readers() -> None:
    line = channel(send="push", notification_disabled=True)
    rendition = line.render(message(image_urls=(LineImage(url=PICTURE),)), person(line_id=user(1)))
    artifacts = line.artifacts(rendition, KEY, NOON)
    assert json.loads(artifacts["line.json"]) == {"to": user(1), **rendition.content}
    assert artifacts["line.txt"].decode() == (
        "LINE 宛先: 1 件　通知: なし\n\n"
        f"―― 1／2 ――\n{BODY.rstrip()}\n\n"
        f"―― 2／2 ――\n［画像］{PICTURE}\n"
    )  # fmt: skip


def test_the_text_for_readers_of_a_broadcast_says_that_it_goes_to_everyone() -> None:
    line = channel()
    assert line.artifacts(line.render(message(), None), KEY, NOON)["line.txt"].decode().startswith(
        "LINE 宛先: 友だち全員　通知: あり\n"
    )  # fmt: skip


def test_the_module_registers_the_kind() -> None:
    assert [kind.kind for kind in kohoctl_channels()] == ["line"]


# What LINE takes


def test_a_broadcast_is_accepted_and_its_request_id_kept(server: LineServer, transport: Transport) -> None:
    receipt = broadcast(server, transport, texts=("二つ目",), image_urls=(LineImage(url=PICTURE),))
    (accepted,) = server.accepted
    assert accepted.path == "/v2/bot/message/broadcast"
    assert receipt == Receipt.published(id=accepted.id, retry_key=retry_key(KEY))


def test_a_push_goes_to_the_recipient_alone(server: LineServer, transport: Transport) -> None:
    line = channel(api_url=server.url, send="push")
    receipt = line.deliver(line.render(message(), person(line_id=user(7))), KEY, transport)
    assert [(accepted.path, accepted.body["to"]) for accepted in server.accepted] == [
        ("/v2/bot/message/push", user(7))
    ]  # fmt: skip
    assert user(7) not in canonical_json(receipt.as_json())


def test_a_multicast_goes_to_five_hundred(server: LineServer, transport: Transport) -> None:
    line = channel(api_url=server.url, send="multicast", notification_disabled=True)
    ids = [user(number) for number in range(500)]
    line.deliver(line.render(message(), person(line_ids=" ".join(ids))), KEY, transport)
    assert server.accepted[0].body["to"] == ids
    assert server.accepted[0].body["notificationDisabled"] is True


def test_the_retry_key_is_a_uuid_made_from_the_delivery_key_for_ever() -> None:
    assert retry_key(KEY) == "61355081-922f-5c1d-a1ae-531aa4e0d2e9"
    assert UUID(retry_key(KEY)) != UUID(retry_key(KEY + "T10:00"))


# What happens when it goes wrong


@pytest.mark.parametrize("fault", ["drop", "cut-off", "huge", "500", "503", "no-id"])
def test_after_an_unknown_outcome_the_same_key_finds_what_was_accepted(
    fault: Any, server: LineServer, transport: Transport
) -> None:
    server.misbehave(fault, accepts=True)
    with raises_unknown():
        broadcast(server, transport)
    receipt = broadcast(server, transport)
    assert [accepted.id for accepted in server.accepted] == [receipt.id]
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", ["drop", "cut-off", "huge", "500", "503", "not-json"])
def test_where_nothing_was_accepted_the_same_key_sends_it_now(
    fault: Any, server: LineServer, transport: Transport
) -> None:
    server.misbehave(fault, accepts=False)
    with raises_unknown():
        broadcast(server, transport)
    assert broadcast(server, transport).id == server.accepted[0].id


def test_a_stalled_answer_is_unknown(server: LineServer, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kohoctl.http.READ_TIMEOUT", 0.5)
    server.misbehave("stall", accepts=True)
    with raises_unknown():
        broadcast(server, transport)
    assert broadcast(server, transport).id == server.accepted[0].id


def test_an_accepted_message_is_delivered_whatever_words_come_with_it(server: LineServer, transport: Transport) -> None:
    server.misbehave("not-json", accepts=True)
    assert broadcast(server, transport).id == server.accepted[0].id


def test_a_second_delivery_of_one_key_sends_nothing_and_gives_the_first_receipt(
    server: LineServer, transport: Transport
) -> None:
    assert broadcast(server, transport) == broadcast(server, transport)
    assert len(server.accepted) == 1


def test_a_resend_is_only_safe_for_as_long_as_line_knows_the_key(transport: Transport) -> None:
    moment = 0.0
    with LineServer(now=lambda: moment) as server:
        broadcast(server, transport)
        moment = LineChannel.resend_safe_for.total_seconds()
        broadcast(server, transport)
        assert len(server.accepted) == 1
        moment = timedelta(hours=24).total_seconds()
        broadcast(server, transport)
        assert len(server.accepted) == 2


def test_an_exceeded_rate_is_worth_another_try_and_holds_the_channel(server: LineServer, transport: Transport) -> None:
    server.too_many("rate")
    with pytest.raises(Unreached, match="more requests than LINE allows") as caught:
        broadcast(server, transport)
    assert (caught.value.hold_channel, caught.value.retry_after) == (True, None)


def test_a_used_up_month_says_what_to_do_and_is_tried_again_later(server: LineServer, transport: Transport) -> None:
    server.too_many("quota")
    with pytest.raises(Unreached, match="raise its plan") as caught:
        broadcast(server, transport)
    assert (caught.value.hold_channel, caught.value.retry_after) == (True, QUOTA_PAUSE)


def test_too_much_at_the_same_time_is_worth_another_try(server: LineServer, transport: Transport) -> None:
    server.too_many("concurrency")
    with pytest.raises(Unreached, match="at the same time") as caught:
        broadcast(server, transport)
    assert not caught.value.hold_channel


def test_a_refusal_says_which_part_line_did_not_take_and_no_user_id(server: LineServer, transport: Transport) -> None:
    line = channel(api_url=server.url, send="multicast")
    destination = {"api": server.url, "send": "multicast", "to": ["C" + "a" * 32]}
    content = line.render(message(), person(line_ids=user(1))).content
    with pytest.raises(Refused) as caught:
        line.deliver(Rendition(content, destination), KEY, transport)
    assert caught.value.reason == (
        "LINE refused the message with HTTP 400: The request body has 1 error(s); to: The value is invalid: [user id]"
    )


def test_a_wrong_token_is_refused_and_not_shown(
    server: LineServer, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KANTEI_LINE_TOKEN", "another-token")
    with pytest.raises(Refused, match="issue a new one") as caught:
        broadcast(server, transport)
    assert "another-token" not in str(caught.value)


def test_a_token_with_a_line_break_is_refused_before_anything_is_sent(
    server: LineServer, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KANTEI_LINE_TOKEN", "two\nlines")
    with pytest.raises(Refused) as caught:
        broadcast(server, transport)
    assert "two" not in str(caught.value)
    assert server.requests == []


def test_no_right_to_send_is_refused(server: LineServer, transport: Transport) -> None:
    server.misbehave("403", accepts=False)
    with pytest.raises(Refused, match="HTTP 403: Something went wrong"):
        broadcast(server, transport)


def test_another_address_is_refused_and_not_followed(server: LineServer, transport: Transport) -> None:
    server.misbehave("redirect", accepts=False)
    with pytest.raises(Refused, match="mend the channel's api_url"):
        broadcast(server, transport)
    assert [request.path for request in server.requests] == ["/v2/bot/message/broadcast"]


def test_where_nobody_answers_it_is_unreached(server: LineServer, transport: Transport) -> None:
    line = channel(api_url=server.url)
    rendition = line.render(message(), None)
    server.__exit__()
    with pytest.raises(Unreached, match=r"no connection to 127\.0\.0\.1"):
        line.deliver(rendition, KEY, transport)


def test_a_retry_key_where_none_belongs_is_what_the_server_refuses(server: LineServer, transport: Transport) -> None:
    url = f"{server.url}/v2/bot/message/validate/broadcast"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    body = {"messages": [{"type": "text", "text": "試験"}]}
    assert transport.http.post(url, json=body, headers=headers).status_code == 200
    assert (
        transport.http.post(url, json=body, headers=headers | {"X-Line-Retry-Key": retry_key(KEY)}).status_code == 400
    )
