"""Bluesky, against a server on this machine that keeps records as the AT Protocol's own does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from bluesky import Bluesky, BlueskySettings, record_key

from kohoctl import Rendition, Secret, Transport
from kohoctl.testing import Answer, Contract, Request, Service, message, picture

KEY = "nenkin-2015/fraud-prevention/npa-bluesky/2015-06-04"
BLOB = {"$type": "blob", "ref": {"$link": "bafkreia"}, "mimeType": "image/png", "size": 69}
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def server(records: dict[str, Any]) -> Callable[[Request], Answer]:
    """A server that lets everybody in, and keeps what is written in ``records``, by record key."""

    def answer(request: Request) -> Answer:
        match request.path.partition("?")[0].removeprefix("/xrpc/com.atproto."):
            case "server.createSession":
                return Answer(200, {"did": "did:plc:npa", "accessJwt": "session-token"})
            case "repo.uploadBlob":
                return Answer(200, {"blob": BLOB})
            case "repo.putRecord":
                put = request.json()
                if records.setdefault(put["rkey"], put["record"]) != put["record"] and put["swapRecord"] is None:
                    return Answer(400, {"error": "InvalidSwap", "message": "Record was at bafyreia"})
                return Answer(200, place(put["rkey"]))
            case "repo.getRecord" if (rkey := request.query["rkey"]) in records:
                return Answer(200, {**place(rkey), "value": records[rkey]})
        return Answer(400, {"error": "RecordNotFound", "message": "Could not locate record"})

    return answer


def place(rkey: str) -> dict[str, Any]:
    return {"uri": f"at://did:plc:npa/app.bsky.feed.post/{rkey}", "cid": "bafyreia"}


class TestContract(Contract):
    """The rules that every channel keeps."""

    kind = Bluesky
    message: ClassVar = {"images": [{"file": "picture.png", "alt": "電話を切る人の絵"}]}

    def answer(self, request: Request) -> Answer:
        return server(self.kept)(request)


@pytest.fixture
def channel(kohoctl_service: Service, monkeypatch: pytest.MonkeyPatch) -> Bluesky:
    monkeypatch.setenv("BLUESKY_PASSWORD", "app-password")
    settings = BlueskySettings(
        handle="npa.bsky.example", password=Secret(env="BLUESKY_PASSWORD"), url=kohoctl_service.url
    )
    return Bluesky("npa-bluesky", "警察庁", settings)


@pytest.fixture
def records(kohoctl_service: Service) -> dict[str, Any]:
    """What the server keeps."""
    kept: dict[str, Any] = {}
    kohoctl_service.answer = server(kept)
    return kept


@pytest.fixture
def post(channel: Bluesky) -> Rendition:
    return channel.render(message(body="ご注意ください。"), None)


def posted(channel: Bluesky, body: str) -> dict[str, Any]:
    """The record that a text becomes."""
    record: dict[str, Any] = channel.render(message(body=body), None).content["record"]
    return record


def test_a_post_is_written_at_its_own_place_with_the_moment_that_it_is_due(
    channel: Bluesky, post: Rendition, records: dict[str, Any], kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    receipt = channel.deliver(post, KEY, kohoctl_transport)
    login, put = kohoctl_service.requests
    assert login.json() == {"identifier": "npa.bsky.example", "password": "app-password"}
    assert put.headers["Authorization"] == "Bearer session-token"
    assert put.json()["repo"] == "did:plc:npa"
    ((rkey, record),) = records.items()
    assert (record["text"], record["createdAt"]) == ("ご注意ください。", "2015-06-04T09:30:00+09:00")
    assert receipt.id == f"at://did:plc:npa/app.bsky.feed.post/{rkey}"
    assert receipt.url == f"https://bsky.app/profile/npa.bsky.example/post/{rkey}"


def test_the_same_post_sent_twice_is_one_post(
    channel: Bluesky, post: Rendition, records: dict[str, Any], kohoctl_transport: Transport
) -> None:
    assert channel.deliver(post, KEY, kohoctl_transport) == channel.deliver(post, KEY, kohoctl_transport)
    assert len(records) == 1


def test_a_server_that_refuses_to_write_the_same_twice_is_asked_what_it_has(
    channel: Bluesky, post: Rendition, records: dict[str, Any], kohoctl_transport: Transport
) -> None:
    receipt = channel.deliver(post, KEY, kohoctl_transport)
    (record,) = records.values()
    record["reworked"] = "by this server"
    assert channel.deliver(post, KEY, kohoctl_transport) == receipt


def test_another_post_in_its_place_is_left_alone(
    channel: Bluesky, post: Rendition, records: dict[str, Any], kohoctl_transport: Transport
) -> None:
    another = {"text": "別の投稿"}
    records[record_key(post, KEY)] = another
    with pytest.raises(RuntimeError, match="another post stands in this one's place"):
        channel.deliver(post, KEY, kohoctl_transport)
    assert list(records.values()) == [{"text": "別の投稿"}]


def test_a_post_in_doubt_is_found_by_its_place(
    channel: Bluesky, post: Rendition, records: dict[str, Any], kohoctl_transport: Transport
) -> None:
    since = datetime.fromisoformat("2015-06-04T09:30:00+09:00")
    assert channel.find(post, KEY, since, kohoctl_transport) is None
    receipt = channel.deliver(post, KEY, kohoctl_transport)
    assert channel.find(post, KEY, since, kohoctl_transport) == receipt
    assert len(records) == 1


def test_the_place_of_a_post_is_a_tid_of_its_second_that_the_key_makes_its_own(channel: Bluesky) -> None:
    posts = [
        channel.render(message(due=datetime.fromisoformat("2015-06-04T09:30+09:00") + timedelta(seconds=n)), None)
        for n in range(2)
    ]
    tid, other_key, later = record_key(posts[0], KEY), record_key(posts[0], f"{KEY}T10"), record_key(posts[1], KEY)
    number = 0
    for digit in tid:
        number = number * 32 + DIGITS.index(digit)
    assert (len(tid), number >> 10 >= 0) == (13, True)
    assert datetime.fromtimestamp((number >> 10) // 10**6).astimezone() == datetime.fromisoformat(
        "2015-06-04T09:30+09:00"
    )
    assert tid != other_key
    assert max(tid, other_key) < later


def test_addresses_and_tags_can_be_followed_by_their_bytes(channel: Bluesky) -> None:
    body = "詳しくは https://www.npa.example/sos?a=1。 #特殊詐欺 #47都道府県 #110 番号#なし"
    record = posted(channel, body)
    found = [
        (body.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), *facet["features"])
        for facet in record["facets"]
    ]
    link, tag = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag"
    address = "https://www.npa.example/sos?a=1"
    assert found == [
        (address, {"$type": link, "uri": address}),
        ("#特殊詐欺", {"$type": tag, "tag": "特殊詐欺"}),
        ("#47都道府県", {"$type": tag, "tag": "47都道府県"}),
    ]


@pytest.mark.parametrize("letter", ["あ", "か\u3099", "⚠\ufe0f", "👍🏽", "葛\U000e0100"])
def test_what_a_reader_sees_as_one_character_counts_one(channel: Bluesky, letter: str) -> None:
    assert channel.render(message(body=letter * 300), None).problems == ()
    (problem, *_) = channel.render(message(body=letter * 301), None).problems
    assert str(problem) == "the body is over the limit of 300 characters by 1"


def test_a_text_of_too_many_bytes_is_a_problem(channel: Bluesky) -> None:
    (problem,) = channel.render(message(body="葛\U000e0100\U000e0101" * 273), None).problems
    assert str(problem) == "the body is over the limit of 3000 bytes by 3"


def test_pictures_are_uploaded_and_described(
    channel: Bluesky, records: dict[str, Any], kohoctl_transport: Transport, tmp_path: Path
) -> None:
    channel.deliver(channel.render(message(images=[picture(tmp_path)]), None), KEY, kohoctl_transport)
    (record,) = records.values()
    assert record["embed"] == {
        "$type": "app.bsky.embed.images",
        "images": [{"image": BLOB, "alt": "電話を切る人の絵"}],
    }


def test_a_fifth_picture_one_without_a_description_and_a_large_one_are_problems(
    channel: Bluesky, tmp_path: Path
) -> None:
    one = picture(tmp_path)
    images = [one, one, one, replace(one, alt=" "), replace(one, size=1_000_001)]
    assert [str(problem) for problem in channel.render(message(images=images), None).problems] == [
        "a post takes 4 pictures, not 5",
        "picture.png has no description for those who cannot see it",
        "picture.png has 1,000,001 bytes; Bluesky takes up to 1,000,000",
    ]
