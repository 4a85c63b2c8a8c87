"""What a service's answer over HTTP means: the ending, what it said, and how long to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

from kohoctl.errors import WAIT_LIMIT, Refused, Unreached
from kohoctl.http import HARMLESS, SEE_OTHER
from kohoctl.redaction import CUT, REASON_LIMIT, plain_text


def raise_for_ending(response: requests.Response) -> None:
    """Turn an answer that is no success into the ending it means.

    `Refused` for 3xx and 4xx, `Unreached` for 429 and for a 503 that says when to come back, with the time the
    service asks for. Anything else raises `requests.HTTPError`: the delivery may have been made, so it is *unknown*.
    That is so for a 408, too, and for a 302 or 303 to what sends, by which a service shows the page of what it took.
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    said = answer_text(response)
    if status == 429 or (status == 503 and "Retry-After" in response.headers):
        raise Unreached(f"HTTP {status}: {said}", retry_after=retry_after(response), hold_channel=True)
    if status in SEE_OTHER and response.request.method not in HARMLESS:
        raise requests.HTTPError(f"HTTP {status}: it may have been taken, and another page tells", response=response)
    if 300 <= status < 400:
        raise Refused(f"HTTP {status}: the address is another one now; put the new one into the channel's settings")
    if 400 <= status < 500 and status != 408:  # a gateway answers 408 for a request that it may have passed on
        raise Refused(f"HTTP {status}: {said}")
    raise requests.HTTPError(f"HTTP {status}: {said}", response=response)


def answer_text(response: requests.Response) -> str:
    """The beginning of what the service said, on one line."""
    declared = "charset" in response.headers.get("Content-Type", "")
    size = 4 * REASON_LIMIT + 4  # a character has four bytes at the most
    beginning = response.content[:size]
    try:
        said = beginning.decode((declared and response.encoding) or "utf-8", "replace")
    except LookupError:
        said = beginning.decode("utf-8", "replace")
    return plain_text(said.rstrip("\ufffd") + CUT if len(response.content) > size else said)


def retry_after(response: requests.Response) -> timedelta | None:
    """How long the service asks to wait: ``Retry-After`` in seconds or as a date, or ``x-rate-limit-reset``.

    Between no time and a day; None where it does not say, or says nonsense.
    """
    value = response.headers.get("Retry-After", "").strip()
    reset = response.headers.get("x-rate-limit-reset", "").strip()
    now = datetime.now(UTC)
    try:
        if value.isdigit():
            return _bounded_wait(timedelta(seconds=int(value)))
        if value:
            return _bounded_wait(parsedate_to_datetime(value) - now)
        if reset.isdigit():
            return _bounded_wait(datetime.fromtimestamp(int(reset), UTC) - now)
    except OverflowError:
        return WAIT_LIMIT
    except (ValueError, TypeError, OSError):
        return None  # a service's nonsense is no reason to fail: the ordinary back-off then applies
    return None


def _bounded_wait(wait: timedelta) -> timedelta:
    return max(timedelta(0), min(wait, WAIT_LIMIT))
