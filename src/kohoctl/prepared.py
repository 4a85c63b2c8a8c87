"""Requests made ready to be sent, as `requests` does it; an address that comes again and again is taken apart once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict
from requests.utils import check_header_validity, get_auth_from_url

ADDRESSES_KEPT = 256
"""Addresses without parameters whose parts are kept: a channel mostly has one, and one with an id in it passes by."""


class Prepared(requests.PreparedRequest):
    """A prepared request whose headers were put together by the session already."""

    def prepare_url(self, url: Any, params: Any) -> None:
        if params or not isinstance(url, str):
            super().prepare_url(url, params)
        else:
            self.url = _address(url)

    def prepare_headers(self, headers: Any) -> None:
        if not isinstance(headers, CaseInsensitiveDict) or not all(isinstance(name, str) for name in headers):
            super().prepare_headers(headers)
            return
        for header in headers.items():
            check_header_validity(header)
        self.headers = headers

    def prepare_cookies(self, cookies: Any) -> None:
        if cookies:
            super().prepare_cookies(cookies)

    def prepare_auth(self, auth: Any, url: Any = "") -> None:
        if auth is not None or any(_login(self.url or "")):
            super().prepare_auth(auth, url)


@lru_cache(maxsize=ADDRESSES_KEPT)
def _address(url: str) -> str | None:
    prepared = requests.PreparedRequest()
    prepared.prepare_url(url, None)
    return prepared.url


@lru_cache(maxsize=ADDRESSES_KEPT)
def _login(url: str) -> tuple[str, str]:
    return get_auth_from_url(url)
