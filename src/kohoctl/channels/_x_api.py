"""The few calls of X's API that a channel makes (https://docs.x.com/x-api)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from kohoctl import File, Refused, answer_text, raise_for_ending
from kohoctl.channels._x_login import Login, nothing_public

PAGE_SIZE = 100
"""Posts a page of the timeline: the most that X gives."""
PAGE_LIMIT = 10
"""Pages that are looked through for one post: an account that posts a thousand times in the minutes of an attempt is
none that a government runs."""
CLOCK_SKEW = timedelta(minutes=1)
"""How far this machine's clock may be from X's; X refuses the same text twice, so looking back that much further
finds no other delivery's post."""
ID = re.compile(r"[0-9]{1,19}")
"""What every id of X looks like, by its API's description."""


@dataclass(frozen=True)
class Api:
    """X's API in one account's name."""

    login: Login

    def user_id(self, account: str) -> str:
        """The id of ``account``. Raises `Refused` where the credentials are another account's."""
        with nothing_public(self.login.transport, "asking X whose credentials these are"):
            user = _data(self.login.request("GET", "/2/users/me"))
        if str(user.get("username")).casefold() != account.casefold():
            raise Refused(f"the credentials are those of @{user.get('username')}, not of @{account}")
        return _id(user)

    def upload(self, image: File, alt: str) -> str:
        """Hand over ``image`` with its description; X shows it to nobody until a post carries it. The media id."""
        try:
            content = image.read()
        except OSError as error:
            raise Refused(f"{image.name} cannot be read: {error.strerror}") from error
        with nothing_public(self.login.transport, f"uploading {image.name}"):
            form = {"media_category": "tweet_image"}
            files = {"media": ("media", content, image.media_type)}
            media_id = _id(_data(self.login.request("POST", "/2/media/upload", data=form, files=files)))
            description = {"id": media_id, "metadata": {"alt_text": {"text": alt}}}
            _data(self.login.request("POST", "/2/media/metadata", json=description))
        return media_id

    def post(self, body: Mapping[str, Any]) -> str:
        """Publish a post and return its id."""
        response = self.login.request("POST", "/2/tweets", json=body)
        if response.status_code == 403 and "duplicate content" in response.text:
            raise Refused(
                "X refused it as a duplicate (HTTP 403): the account has a post with this very text already; "
                "change the text, or record the post that is there"
            )
        return _id(_data(response))

    def repost(self, user_id: str, post_id: str) -> None:
        """Pass on a post in the account's name. X keeps one repost of a post, however often it is asked."""
        if not ID.fullmatch(post_id):
            raise Refused("the receipt of the message to repost holds no id of a post on X")
        data = _data(self.login.request("POST", f"/2/users/{user_id}/retweets", json={"tweet_id": post_id}))
        if data.get("retweeted") is not True:
            raise ValueError("X's answer does not say that the post was reposted")

    def timeline(self, user_id: str, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The account's posts and reposts since ``since``, the newest first.

        Each has ``id``, ``text``, ``created_at``, and where X gives them ``entities`` and ``referenced_posts``. Raises
        LookupError where there are too many to look through, ValueError for an answer that is no timeline.
        """
        query = {
            "start_time": (since - CLOCK_SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "max_results": str(PAGE_SIZE),
            "post.fields": "created_at,entities",
            "expansions": "referenced_posts",
        }
        since -= CLOCK_SKEW
        for _ in range(PAGE_LIMIT):
            response = self.login.request("GET", f"/2/users/{user_id}/tweets", params=query)
            self._compare_clocks(response)
            posts, token = _page(response)
            yield from (post for post in posts if _id(post) and datetime.fromisoformat(post["created_at"]) >= since)
            if token is None:
                return
            query["pagination_token"] = token
        raise LookupError(f"the account has more than {PAGE_SIZE * PAGE_LIMIT} posts since then: look for it by hand")

    def _compare_clocks(self, response: requests.Response) -> None:
        """Raise LookupError where this machine's clock is not X's: a post would be looked for at a wrong time."""
        with contextlib.suppress(ValueError, TypeError):
            theirs = parsedate_to_datetime(response.headers.get("Date", ""))
            apart = abs(self.login.transport.now() - theirs)
            if apart > CLOCK_SKEW:
                raise LookupError(f"this machine's clock and X's are {apart} apart: set it right, then run again")


def _data(response: requests.Response) -> Mapping[str, Any]:
    """The ``data`` of an answer. Raises `Refused` where X gives ``errors`` instead, even under a 200 or 201."""
    raise_for_ending(response)
    match response.json():
        case {"data": dict(data)}:
            return data
        case {"errors": [_, *_]}:
            raise Refused(f"X refused it: {answer_text(response)}")
    raise ValueError(f"X's answer is not understood: {answer_text(response)}")


def _page(response: requests.Response) -> tuple[list[Mapping[str, Any]], str | None]:
    """One page of a timeline and the token of the next. An answer that is not whole must not pass for an empty one."""
    raise_for_ending(response)
    match response.json():
        case {"data": [*posts], "meta": {"next_token": str(token)}}:
            return posts, token
        case {"data": [*posts], "meta": {}}:
            return posts, None
        case {"meta": {"result_count": 0}}:
            return [], None
    raise ValueError(f"X's answer is no timeline: {answer_text(response)}")


def _id(data: Mapping[str, Any]) -> str:
    found = data.get("id")
    if not isinstance(found, str) or not ID.fullmatch(found):
        raise ValueError("X's answer holds no id")
    return found
