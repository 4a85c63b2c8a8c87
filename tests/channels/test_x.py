from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kohoctl import Asset, Earlier, Message, Receipt, Refused, Rendition, Secret, Transport, Unreached, http
from kohoctl import transport as ways_out
from kohoctl.channels._x_text import weighted_length
from kohoctl.channels.x import SETTLING, X, XSettings
from kohoctl.redaction import Redactor
from servers.x import XServer

KEY = "nenkin-2015/fraud-warning/mhlw-x/2015-06-04"
WARNING = "日本年金機構から、この件でお電話やメールをすることは一切ありません。ご心配の方は 0120-818211 へ。\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
MESSAGE = Message(
    campaign="nenkin-2015",
    campaign_title="情報流出事案に関する広報",
    owner="厚生労働省年金局",
    id="fraud-warning",
    title="犯罪にご注意ください",
    body=WARNING,
    due=datetime(2015, 6, 4, 1, tzinfo=UTC),
)


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def transport(tmp_path: Path) -> Transport:
    return ways_out.open_transport(tmp_path, None, Redactor())


@pytest.fixture
def channel(x: XServer, tmp_path: Path) -> X:
    return channel_of(x, tmp_path, x.logins.oauth1("mhlw"))


def channel_of(x: XServer, folder: Path, credentials: dict[str, str], **settings: Any) -> X:
    (folder / "mhlw-x.json").write_text(json.dumps(credentials))
    return channel_with(credentials=Secret(file="mhlw-x.json"), api_url=x.url, **settings)


def channel_with(**settings: Any) -> X:
    whole = {"account": "mhlw", "credentials": Secret(env="MHLW_X")} | settings
    return X("mhlw-x", "厚生労働省", XSettings.model_validate(whole))


def picture(folder: Path, name: str = "flyer.png", alt: str = "注意を呼びかけるチラシ", **more: Any) -> Asset:
    path = folder / name
    path.write_bytes(PICTURE)
    parts: dict[str, Any] = {
        "media_type": "image/png",
        "size": len(PICTURE),
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
    }
    return Asset(path=path, name=name, alt=alt, **(parts | more))


def rendered(channel: X, **message: Any) -> Rendition:
    rendition = channel.render(replace(MESSAGE, **message), None)
    assert rendition.problems == ()
    return rendition


def problems(**message: Any) -> list[str]:
    return [str(problem) for problem in channel_with().render(replace(MESSAGE, **message), None).problems]


def now() -> datetime:
    return datetime.now(UTC)


class TestLength:
    def test_140_kana_fill_a_post(self) -> None:
        assert weighted_length("あ" * 140) == 280
        assert problems(body="あ" * 140) == []

    def test_a_post_of_281_weighs_too_much_and_the_problem_says_by_how_much(self) -> None:
        assert problems(body="あ" * 140 + "a") == ["the post weighs 281, 1 over the limit of 280"]

    @pytest.mark.parametrize(
        ("text", "weight"),
        [
            ("0120-818211", 11),
            ("か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}", 2),
            ("👨\u200d👩\u200d👧", 2),
            ("https://www.mhlw.go.jp/topics/bukyoku/nenkin/nenkin/index.html", 23),
            ("詳しくはhttps://www.mhlw.go.jpへ", 8 + 23 + 2),
            ("詳しくはmhlw.go.jpへ", 8 + 23 + 2),
        ],
    )
    def test_a_text_weighs_what_x_says(self, text: str, weight: int) -> None:
        assert weighted_length(text) == weight

    @pytest.mark.parametrize("stop", ["。", "｡", "．"])
    def test_an_address_right_after_a_full_stop_weighs_23_too(self, stop: str) -> None:
        assert weighted_length(f"「ご相談」{stop}nenkin.go.jp") == 10 + 2 + 23

    @settings(deadline=None)  # the first count loads the parser's tables
    @given(st.text(alphabet="あ年0aé。、！@#「」（ \n"))
    def test_no_text_before_it_hides_an_address_from_the_count(self, text: str) -> None:
        assert weighted_length(f"{text}。nenkin.go.jp") == weighted_length(text) + 2 + 23


class TestRendering:
    def test_a_post_is_the_body_without_its_last_newline_and_without_the_title(self) -> None:
        rendition = rendered(channel_with())

        assert rendition.content == {"text": WARNING.rstrip("\n"), "images": []}
        assert rendition.destination == {"api": "https://api.x.com", "account": "mhlw"}

    def test_a_changed_description_changes_the_digest(self, tmp_path: Path) -> None:
        images = (picture(tmp_path, alt=alt) for alt in ("チラシ", "ポスター"))
        first, second = (rendered(channel_with(), images=(image,)) for image in images)

        assert first.digest != second.digest

    def test_an_empty_text_is_a_problem(self) -> None:
        assert problems(body=" \n") == ["the post has no text"]

    def test_control_characters_are_named(self) -> None:
        assert problems(body="ご注意\x07\ufeffください") == ["X does not take these characters: U+0007, U+FEFF"]

    def test_a_fifth_picture_is_a_problem(self, tmp_path: Path) -> None:
        images = tuple(picture(tmp_path, f"{number}.png") for number in range(5))

        assert problems(images=images) == ["a post takes 4 pictures, not 5"]

    def test_a_picture_of_a_wrong_type_too_large_and_not_described_is_three_problems(self, tmp_path: Path) -> None:
        image = picture(tmp_path, "flyer.gif", alt=" ", media_type="image/gif", size=5_100_000)

        assert problems(images=(image,)) == [
            "flyer.gif is image/gif, which X does not take as a picture",
            "flyer.gif has 5.1 MB; X takes up to 5 MB",
            "flyer.gif has no description for those who cannot see it",
        ]

    def test_a_description_of_1001_characters_is_too_long(self, tmp_path: Path) -> None:
        image = picture(tmp_path, alt="あ" * 1001)

        assert problems(images=(image,)) == ["the description of flyer.png has 1001 characters; X takes 1000"]

    def test_a_repost_waits_for_the_other_post_and_has_nothing_of_its_own(self, tmp_path: Path) -> None:
        earlier = Earlier("nenkin-2015/fraud-warning/mhlw-x/2015-06-04", "id")

        assert rendered(channel_with(), body="", repost=earlier).needs == (earlier.key,)
        assert problems(repost=earlier, images=(picture(tmp_path),)) == [
            "a repost has no text of its own",
            "a repost has no pictures of its own",
        ]

    @pytest.mark.parametrize("account", ["@mhlw", "mhlw/../x", "", "a" * 16, "厚労省"])
    def test_only_an_accounts_name_is_taken_for_one(self, account: str) -> None:
        with pytest.raises(ValidationError, match="not an account's name"):
            channel_with(account=account)

    def test_the_artifacts_show_the_request_the_weight_and_the_pictures(self, tmp_path: Path) -> None:
        channel = channel_with()
        rendition = rendered(channel, body="ご注意ください\n", images=(picture(tmp_path),))

        artifacts = channel.artifacts(rendition, KEY, now())

        assert json.loads(artifacts["post.json"]) == {
            "text": "ご注意ください",
            "media": {"media_ids": ["1-flyer.png"]},
        }
        assert artifacts["post.txt"].decode() == "ご注意ください\n\n14/280\n"
        assert artifacts["1-flyer.png"] == PICTURE

    def test_the_artifacts_of_a_repost_name_the_other_message(self) -> None:
        channel = channel_with()
        rendition = rendered(channel, body="", repost=Earlier("a/b/c/d", "id"))

        assert channel.artifacts(rendition, KEY, now())["post.txt"].decode() == "@mhlw reposts the post of a/b/c/d\n"


class TestPosting:
    def test_a_post_is_published_once_and_its_receipt_says_where(
        self, x: XServer, channel: X, transport: Transport
    ) -> None:
        receipt = channel.deliver(rendered(channel), KEY, transport)

        [post] = x.posts
        assert (post.account, post.text) == ("mhlw", WARNING.rstrip("\n"))
        assert receipt == Receipt.published(post.id, f"https://x.com/mhlw/status/{post.id}")

    def test_pictures_go_first_each_with_its_description(
        self, x: XServer, channel: X, transport: Transport, tmp_path: Path
    ) -> None:
        images = (picture(tmp_path, "表.png", alt="表"), picture(tmp_path, "裏.png", alt="裏"))

        channel.deliver(rendered(channel, images=images), KEY, transport)

        shown = [x.images[media_id] for media_id in x.posts[0].media_ids]
        assert [(image.type, image.content, image.alt) for image in shown] == [
            ("image/png", PICTURE, "表"),
            ("image/png", PICTURE, "裏"),
        ]

    def test_a_picture_that_changed_since_stops_the_post(
        self, x: XServer, channel: X, transport: Transport, tmp_path: Path
    ) -> None:
        image = picture(tmp_path)
        rendition = rendered(channel, images=(image,))
        image.path.write_bytes(b"another")

        with pytest.raises(Refused, match=r"flyer\.png has changed"):
            channel.deliver(rendition, KEY, transport)
        image.path.unlink()
        with pytest.raises(Refused, match=r"flyer\.png cannot be read"):
            channel.deliver(rendition, KEY, transport)
        assert x.posts == []

    @pytest.mark.parametrize("how", ["lost", "dropped", "cut off", "not json", "empty", 500, 429])
    @pytest.mark.parametrize("step", ["POST /2/media/upload", "POST /2/media/metadata", "GET /2/users/me"])
    def test_whatever_fails_before_the_post_is_certainly_not_sent(
        self, x: XServer, channel: X, transport: Transport, tmp_path: Path, how: Any, step: str
    ) -> None:
        x.misbehave(step, how)

        with pytest.raises(Unreached):
            channel.deliver(rendered(channel, images=(picture(tmp_path),)), KEY, transport)
        assert x.posts == []

    @pytest.mark.parametrize("how", ["lost", "dropped", "cut off", "not json", "empty", 500])
    def test_whatever_fails_at_the_post_itself_is_unknown(
        self, x: XServer, channel: X, transport: Transport, how: Any
    ) -> None:
        x.misbehave("POST /2/tweets", how)

        with pytest.raises((requests.RequestException, ValueError)):
            channel.deliver(rendered(channel), KEY, transport)
        assert len(x.named("POST /2/tweets")) == 1

    def test_an_answer_that_does_not_come_is_unknown(
        self, x: XServer, channel: X, transport: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "READ_TIMEOUT", 0.2)
        x.misbehave("POST /2/tweets", "stalled")

        with pytest.raises(requests.ReadTimeout):
            channel.deliver(rendered(channel), KEY, transport)
        assert len(x.posts) == 1

    def test_a_rate_limit_holds_the_channel_until_x_says(self, x: XServer, channel: X, transport: Transport) -> None:
        x.misbehave("POST /2/tweets", 429)

        with pytest.raises(Unreached) as caught:
            channel.deliver(rendered(channel), KEY, transport)
        assert caught.value.hold_channel
        assert caught.value.retry_after is not None
        assert timedelta(minutes=14) < caught.value.retry_after <= timedelta(minutes=15)

    def test_errors_under_a_200_are_a_refusal(self, x: XServer, channel: X, transport: Transport) -> None:
        x.misbehave("POST /2/tweets", "errors")

        with pytest.raises(Refused, match="told to misbehave"):
            channel.deliver(rendered(channel), KEY, transport)

    def test_a_duplicate_is_refused_with_what_to_do(self, x: XServer, channel: X, transport: Transport) -> None:
        x.publish("mhlw", WARNING.rstrip("\n"))

        with pytest.raises(Refused, match="change the text, or record the post that is there"):
            channel.deliver(rendered(channel), KEY, transport)

    def test_no_connection_is_certainly_not_sent(self, x: XServer, tmp_path: Path, transport: Transport) -> None:
        channel = channel_of(x, tmp_path, x.logins.oauth1("mhlw"), user_id="1000")
        x.__exit__(None, None, None)

        with pytest.raises(Unreached, match="no connection"):
            channel.deliver(rendered(channel), KEY, transport)

    def test_nothing_is_posted_as_another_account(self, x: XServer, tmp_path: Path, transport: Transport) -> None:
        channel = channel_of(x, tmp_path, x.logins.oauth1("kantei"))

        with pytest.raises(Refused, match="the credentials are those of @kantei, not of @mhlw"):
            channel.deliver(rendered(channel), KEY, transport)
        assert x.posts == []

    def test_a_known_user_id_saves_the_question(self, x: XServer, tmp_path: Path, transport: Transport) -> None:
        channel = channel_of(x, tmp_path, x.logins.oauth1("mhlw"), user_id="1000")

        channel.deliver(rendered(channel), KEY, transport)

        assert [request.name for request in x.requests] == ["POST /2/tweets"]


class TestReposting:
    @pytest.fixture
    def kantei(self, x: XServer, tmp_path: Path) -> X:
        return channel_of(x, tmp_path, x.logins.oauth1("kantei"), account="kantei")

    def test_another_accounts_post_is_passed_on(self, x: XServer, kantei: X, transport: Transport) -> None:
        source = x.publish("mhlw", "ご注意ください")

        receipt = kantei.deliver(repost_of(kantei, source.id), KEY, transport)

        assert [(post.account, post.repost_of) for post in x.posts] == [("mhlw", None), ("kantei", source.id)]
        assert receipt.id == source.id
        assert receipt.url == f"https://x.com/i/status/{source.id}"

    def test_a_post_that_is_gone_is_refused(self, kantei: X, transport: Transport) -> None:
        with pytest.raises(Refused, match="Could not find tweet: 17"):
            kantei.deliver(repost_of(kantei, "17"), KEY, transport)

    def test_a_receipt_of_something_else_is_refused_before_anything_is_asked_for(
        self, x: XServer, kantei: X, transport: Transport
    ) -> None:
        with pytest.raises(Refused, match="no id of a post"):
            kantei.deliver(repost_of(kantei, "../17"), KEY, transport)
        assert x.named("POST /2/users/{id}/retweets") == []

    def test_a_lost_answer_is_settled_by_the_timeline(self, x: XServer, kantei: X, transport: Transport) -> None:
        source, other = x.publish("mhlw", "ご注意ください"), x.publish("mhlw", "ご相談ください")
        begin = now()
        x.misbehave("POST /2/users/{id}/retweets", "dropped")
        with pytest.raises(requests.ConnectionError):
            kantei.deliver(repost_of(kantei, source.id), KEY, transport)

        found = kantei.find(repost_of(kantei, source.id), KEY, begin, transport)

        assert found is not None
        assert found.id == source.id
        assert kantei.find(repost_of(kantei, other.id), KEY, begin - SETTLING, transport) is None


def repost_of(channel: X, post_id: str) -> Rendition:
    waiting = rendered(channel, body="", repost=Earlier("a/b/c/d", "id"))
    return waiting.with_receipts({"a/b/c/d": Receipt.published(post_id)})


class TestFinding:
    @pytest.mark.parametrize(
        "text",
        [
            WARNING,
            "詳しくは https://www.mhlw.go.jp/topics/?a=1&b=2 をご覧ください。 Q&A <1>",
            "厚生労働省 www.mhlw.go.jp/\n日本年金機構 https://www.nenkin.go.jp/\n\nご相談ください",
            "&amp; と書いてあるメールにご注意ください",
        ],
    )
    def test_a_post_whose_answer_was_lost_is_found(
        self, x: XServer, channel: X, transport: Transport, text: str
    ) -> None:
        rendition = rendered(channel, body=text)
        begin = now()
        x.misbehave("POST /2/tweets", "dropped")
        with pytest.raises(requests.ConnectionError):
            channel.deliver(rendition, KEY, transport)

        found = channel.find(rendition, KEY, begin, transport)

        assert found == Receipt.published(x.posts[0].id, f"https://x.com/mhlw/status/{x.posts[0].id}")

    def test_a_post_with_a_picture_is_found_although_x_adds_a_link_for_it(
        self, x: XServer, channel: X, transport: Transport, tmp_path: Path
    ) -> None:
        rendition = rendered(channel, images=(picture(tmp_path),))
        channel.deliver(rendition, KEY, transport)

        assert channel.find(rendition, KEY, now(), transport) is not None

    def test_an_older_post_with_the_same_text_is_another_one(
        self, x: XServer, channel: X, transport: Transport
    ) -> None:
        begin = now() - timedelta(hours=1)
        x.publish("mhlw", WARNING.rstrip("\n"), at=begin - timedelta(minutes=2))

        assert channel.find(rendered(channel), KEY, begin, transport) is None

    def test_a_text_is_found_in_its_composed_form(self, x: XServer, channel: X, transport: Transport) -> None:
        x.publish("mhlw", "がご注意")
        rendition = rendered(channel, body="か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}ご注意")

        assert channel.find(rendition, KEY, now(), transport) is not None

    def test_it_is_not_left_to_x_alone_to_keep_older_posts_apart(
        self, x: XServer, channel: X, transport: Transport
    ) -> None:
        begin = now() - timedelta(hours=1)
        x.publish("mhlw", WARNING.rstrip("\n"), at=begin - timedelta(minutes=2))
        x.misbehave("GET /2/users/{id}/tweets", "too much")

        assert channel.find(rendered(channel), KEY, begin, transport) is None

    def test_another_text_a_repost_and_another_accounts_post_are_other_ones(
        self, x: XServer, channel: X, transport: Transport
    ) -> None:
        text = WARNING.rstrip("\n")
        source = x.publish("kantei", text)
        x.publish("mhlw", text, repost_of=source.id)
        x.publish("mhlw", text + "！")

        assert channel.find(rendered(channel), KEY, now() - SETTLING, transport) is None

    def test_two_posts_that_differ_in_their_link_are_two(self, x: XServer, channel: X, transport: Transport) -> None:
        x.publish("mhlw", "詳しくは https://www.mhlw.go.jp/1 へ")
        rendition = rendered(channel, body="詳しくは https://www.mhlw.go.jp/2 へ")

        assert channel.find(rendition, KEY, now() - SETTLING, transport) is None

    def test_shortly_after_the_attempt_it_is_too_early_to_say_that_it_is_not_there(
        self, channel: X, transport: Transport, tmp_path: Path
    ) -> None:
        with pytest.raises(LookupError, match="too early to tell"):
            channel.find(rendered(channel), KEY, now(), transport)
        with_picture = rendered(channel, images=(picture(tmp_path),))
        with pytest.raises(LookupError, match="too early to tell"):
            channel.find(with_picture, KEY, now() - SETTLING, transport)

    def test_it_is_looked_for_on_every_page(self, x: XServer, channel: X, transport: Transport) -> None:
        begin = now()
        x.publish("mhlw", WARNING.rstrip("\n"))
        for number in range(150):
            x.publish("mhlw", f"{number}")

        assert channel.find(rendered(channel), KEY, begin, transport) is not None
        assert len(x.named("GET /2/users/{id}/tweets")) == 2

    def test_a_thousand_posts_are_too_many_to_say_that_it_is_not_there(
        self, x: XServer, channel: X, transport: Transport
    ) -> None:
        begin = now() - SETTLING
        for number in range(1001):
            x.publish("mhlw", f"{number}")

        with pytest.raises(LookupError, match="more than 1000 posts"):
            channel.find(rendered(channel), KEY, begin, transport)

    @pytest.mark.parametrize("how", ["lost", "cut off", "not json", "errors", "empty", 401, 429, 500])
    def test_an_answer_that_is_no_timeline_settles_nothing(
        self, x: XServer, channel: X, transport: Transport, how: Any
    ) -> None:
        x.misbehave("GET /2/users/{id}/tweets", how)

        with pytest.raises((requests.RequestException, ValueError, Refused, Unreached)):
            channel.find(rendered(channel), KEY, now() - SETTLING, transport)


class TestLogin:
    @pytest.mark.parametrize("confidential", [True, False])
    def test_an_expired_token_is_renewed_and_the_post_goes_out_once(
        self, x: XServer, transport: Transport, tmp_path: Path, confidential: bool
    ) -> None:
        credentials = x.logins.oauth2("mhlw", lives=-1, confidential=confidential)
        channel = channel_of(x, tmp_path, credentials, user_id="1000")

        channel.deliver(rendered(channel), KEY, transport)

        kept = json.loads((tmp_path / "mhlw-x.json").read_text())
        assert len(x.posts) == len(x.named("POST /2/tweets")) == 1
        assert kept.keys() == credentials.keys() | {"expires_at"}
        assert kept["refresh_token"] != credentials["refresh_token"]
        assert kept["client_id"] == credentials["client_id"]

    def test_a_token_known_to_be_out_is_renewed_before_it_is_used(
        self, x: XServer, transport: Transport, tmp_path: Path
    ) -> None:
        credentials = x.logins.oauth2("mhlw") | {"expires_at": str(int(now().timestamp()) + 30)}
        channel = channel_of(x, tmp_path, credentials, user_id="1000")

        channel.deliver(rendered(channel), KEY, transport)
        channel.deliver(rendered(channel, body="二つ目"), KEY, transport)

        names = [request.name for request in x.requests]
        assert names == ["POST /2/oauth2/token", "POST /2/tweets", "POST /2/tweets"]

    def test_several_deliveries_at_once_renew_the_token_once(self, x: XServer, tmp_path: Path) -> None:
        channel = channel_of(x, tmp_path, x.logins.oauth2("mhlw", lives=-1), user_id="1000")

        def deliver(number: int) -> None:
            own = ways_out.open_transport(tmp_path, None, Redactor())
            channel.deliver(rendered(channel, body=f"{number}"), KEY, own)

        threads = [threading.Thread(target=deliver, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(post.text for post in x.posts) == ["0", "1", "2", "3"]
        assert x.logins.renewals == 1

    def test_a_token_in_the_environment_is_not_spent_since_it_could_not_be_kept(
        self, x: XServer, transport: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MHLW_X", json.dumps(x.logins.oauth2("mhlw", lives=-1) | {"expires_at": "1"}))
        channel = channel_with(api_url=x.url, user_id="1000")

        with pytest.raises(Refused, match=r"keep new tokens, with their refresh_token, in a \{file: PATH\}"):
            channel.deliver(rendered(channel), KEY, transport)
        assert x.logins.renewals == 0

    def test_a_folder_that_cannot_keep_new_tokens_stops_the_renewal_before_the_old_one_is_spent(
        self, x: XServer, transport: Transport, tmp_path: Path
    ) -> None:
        channel = channel_of(x, tmp_path, x.logins.oauth2("mhlw", lives=-1), user_id="1000")
        (tmp_path / "mhlw-x.json.lock").mkdir()

        with pytest.raises(Refused, match="cannot write beside the credentials' file"):
            channel.deliver(rendered(channel), KEY, transport)
        assert x.logins.renewals == 0

    def test_a_spent_refresh_token_is_refused_with_what_to_do(
        self, x: XServer, transport: Transport, tmp_path: Path
    ) -> None:
        credentials = x.logins.oauth2("mhlw", lives=-1) | {"refresh_token": "spent"}
        channel = channel_of(x, tmp_path, credentials, user_id="1000")

        with pytest.raises(Refused, match="let the account allow kohoctl again"):
            channel.deliver(rendered(channel), KEY, transport)

    @pytest.mark.parametrize("how", ["lost", "cut off", "not json", "empty", 429, 500])
    def test_a_renewal_that_fails_is_certainly_not_sent(
        self, x: XServer, transport: Transport, tmp_path: Path, how: Any
    ) -> None:
        channel = channel_of(x, tmp_path, x.logins.oauth2("mhlw", lives=-1), user_id="1000")
        x.misbehave("POST /2/oauth2/token", how)

        with pytest.raises(Unreached):
            channel.deliver(rendered(channel), KEY, transport)
        assert x.posts == []

    def test_wrong_keys_are_refused(self, x: XServer, transport: Transport, tmp_path: Path) -> None:
        credentials = x.logins.oauth1("mhlw") | {"access_token_secret": "wrong"}
        channel = channel_of(x, tmp_path, credentials, user_id="1000")

        with pytest.raises(Refused, match="HTTP 401"):
            channel.deliver(rendered(channel), KEY, transport)

    def test_incomplete_credentials_are_refused_by_what_they_lack(
        self, x: XServer, transport: Transport, tmp_path: Path
    ) -> None:
        channel = channel_of(x, tmp_path, {"access_token": "only-this"})

        with pytest.raises(Refused, match="OAuth 2 takes client_id, access_token and refresh_token") as caught:
            channel.deliver(rendered(channel), KEY, transport)
        assert "only-this" not in str(caught.value)
        assert x.requests == []
