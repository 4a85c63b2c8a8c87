"""Mastodon, against an instance on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import mastodon
import pytest
from mastodon import Mastodon, MastodonSettings

from kohoctl import Receipt, Secret, Transport, Unreached
from kohoctl.testing import Answer, Contract, Request, Service, message, picture

KEY = "nenkin-2015/fraud-prevention/npa-mastodon/2015-06-04"
POSTED = Receipt.published("103254962155278888", "https://social.example/@npa/103254962155278888")


def instance(request: Request) -> Answer:
    """What an instance says that prepares pictures at once."""
    if request.path == "/api/v2/media":
        return Answer(200, {"id": "7", "url": "https://files.social.example/7.png"})
    return Answer(200, {"id": POSTED.id, "url": POSTED.url})


class TestContract(Contract):
    """The rules that every channel keeps."""

    kind = Mastodon
    message: ClassVar = {"images": [{"file": "picture.png", "alt": "電話を切る人の絵"}]}

    def answer(self, request: Request) -> Answer:
        return instance(request)


@pytest.fixture
def channel(kohoctl_service: Service, monkeypatch: pytest.MonkeyPatch) -> Mastodon:
    monkeypatch.setenv("MASTODON_TOKEN", "mastodon-token")
    kohoctl_service.answer = instance
    settings = MastodonSettings(url=kohoctl_service.url, token=Secret(env="MASTODON_TOKEN"))
    return Mastodon("npa-mastodon", "警察庁", settings)


def problems_of(channel: Mastodon, body: str) -> list[str]:
    return [str(problem) for problem in channel.render(message(body=body), None).problems]


def test_a_post_carries_its_key_its_token_and_its_language(
    channel: Mastodon, kohoctl_service: Service, kohoctl_transport: Transport
) -> None:
    receipt = channel.deliver(channel.render(message(body="ご注意ください。\n"), None), KEY, kohoctl_transport)
    assert receipt == POSTED
    (request,) = kohoctl_service.requests
    assert (request.method, request.path) == ("POST", "/api/v1/statuses")
    assert request.json() == {
        "status": "ご注意ください。",
        "visibility": "public",
        "language": "ja",
        "media_ids": [],
    }
    assert request.headers["Idempotency-Key"] == KEY
    assert request.headers["Authorization"] == "Bearer mastodon-token"


def test_a_picture_is_uploaded_with_its_description_before_the_post(
    channel: Mastodon, kohoctl_service: Service, kohoctl_transport: Transport, tmp_path: Path
) -> None:
    images = [picture(tmp_path, alt="電話を切る人の絵")]
    channel.deliver(channel.render(message(images=images), None), KEY, kohoctl_transport)
    upload, post = kohoctl_service.requests
    assert upload.path == "/api/v2/media"
    assert images[0].read() in upload.body
    assert "電話を切る人の絵".encode() in upload.body
    assert post.json()["media_ids"] == ["7"]


def test_a_picture_that_is_still_being_prepared_is_waited_for(
    channel: Mastodon,
    kohoctl_service: Service,
    kohoctl_transport: Transport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mastodon, "PAUSE", 0.01)
    looks = iter([206, 206, 200])

    def answer(request: Request) -> Answer:
        if request.path == "/api/v2/media":
            return Answer(202, {"id": "7", "url": None})
        return Answer(next(looks), {"id": "7"}) if request.method == "GET" else instance(request)

    kohoctl_service.answer = answer
    receipt = channel.deliver(channel.render(message(images=[picture(tmp_path)]), None), KEY, kohoctl_transport)
    assert receipt == POSTED
    paths = [request.path for request in kohoctl_service.requests]
    assert paths == ["/api/v2/media", *3 * ["/api/v1/media/7"], "/api/v1/statuses"]


def test_a_picture_that_is_never_prepared_leaves_the_post_unreached(
    channel: Mastodon,
    kohoctl_service: Service,
    kohoctl_transport: Transport,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mastodon, "PAUSE", 0.001)
    kohoctl_service.answer = lambda request: Answer(206 if request.method == "GET" else 202, {"id": "7"})
    rendition = channel.render(message(images=[picture(tmp_path)]), None)
    with pytest.raises(Unreached, match=r"still preparing picture\.png"):
        channel.deliver(rendition, KEY, kohoctl_transport)
    assert not kohoctl_transport.outgoing.left
    assert "/api/v1/statuses" not in [request.path for request in kohoctl_service.requests]


def test_an_address_counts_23_characters_and_a_mention_without_its_domain(channel: Mastodon) -> None:
    address = "https://www.mhlw.example/" + "a" * 400
    assert problems_of(channel, f"{'あ' * 471} @npa {address}") == []
    assert problems_of(channel, f"{'あ' * 471} @npa@social.example {address}") == []
    assert problems_of(channel, f"{'あ' * 472} @npa {address}") == ["the body is over the limit of 500 characters by 1"]


def test_an_instance_may_take_longer_posts(channel: Mastodon) -> None:
    settings = channel.settings.model_copy(update={"characters": 3000})
    assert problems_of(replace(channel, settings=settings), "あ" * 3000) == []
    assert len(problems_of(replace(channel, settings=settings), "あ" * 3001)) == 1


@pytest.mark.parametrize("behind", ["をご覧ください", "。", "」"])
def test_japanese_right_behind_an_address_is_a_problem(channel: Mastodon, behind: str) -> None:
    assert problems_of(channel, f"詳しくは https://www.mhlw.example/nenkin{behind}") == [
        "Mastodon would take what follows https://www.mhlw.example/nenkin for a part of the address"
    ]


@pytest.mark.parametrize("behind", [" をご覧ください", "\u3000をご覧ください", "\nをご覧ください", ""])
def test_a_space_ends_an_address(channel: Mastodon, behind: str) -> None:
    assert problems_of(channel, f"詳しくは https://www.mhlw.example/nenkin{behind}") == []


def test_a_picture_without_a_description_is_a_problem(channel: Mastodon, tmp_path: Path) -> None:
    (problem,) = channel.render(message(images=[picture(tmp_path, alt=None)]), None).problems
    assert (problem.field, str(problem)) == ("images", "picture.png has no description for those who cannot see it")


def test_a_fifth_picture_a_large_one_and_a_long_description_are_problems(channel: Mastodon, tmp_path: Path) -> None:
    one = picture(tmp_path)
    large, verbose = replace(one, size=16 * 10**6 + 1), replace(one, alt="あ" * 1501)
    problems = channel.render(message(images=[one, one, one, large, verbose]), None).problems
    assert [str(problem) for problem in problems] == [
        "a post takes 4 pictures, not 5",
        "picture.png has more than the 16 MB that Mastodon takes",
        "the description of picture.png is over the limit of 1500 characters by 1",
    ]
