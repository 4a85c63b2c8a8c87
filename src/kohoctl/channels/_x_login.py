"""Requests to X in an account's name: OAuth 1.0a, or OAuth 2 whose tokens are renewed when they run out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from filelock import FileLock, Timeout

from kohoctl import Refused, Secret, Transport, Unreached, raise_for_ending

OAUTH1_FIELDS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
"""What X's developer console gives for OAuth 1.0a: these tokens stay valid until someone revokes them."""
OAUTH2_FIELDS = ("client_id", "access_token")
"""The least that OAuth 2 takes; with a ``refresh_token`` kohoctl renews the access token, which lives two hours."""
EXPIRY_MARGIN = timedelta(minutes=1)
"""A token that ends within this time is renewed before it is used: clocks differ, and an upload takes a while."""
LOCK_TIMEOUT = 60.0
"""Seconds to wait while another process renews the same token: as long as its request to X may last."""


@dataclass(frozen=True)
class Login:
    """Who asks: where X is, and where the account's credentials are kept."""

    api_url: str
    credentials: Secret
    transport: Transport

    def request(self, method: str, path: str, **parts: Any) -> requests.Response:
        """What X answers to a request signed with the account's credentials; ``parts`` as requests takes them.

        A 401 says that X did not take the request at all, so one with an expired token is made a second time with the
        renewed one. Raises `Refused` where the credentials are of no use.
        """
        fields = self._fields()
        if _has(fields, OAUTH1_FIELDS):
            return self._send(method, path, auth=_oauth1(fields), **parts)
        if self._has_expired(fields):
            fields = self._renewed(fields)
        response = self._send(method, path, auth=_Bearer(fields["access_token"]), **parts)
        if response.status_code == 401:
            response = self._send(method, path, auth=_Bearer(self._renewed(fields)["access_token"]), **parts)
        return response

    def _send(self, method: str, path: str, **parts: Any) -> requests.Response:
        return self.transport.http.request(method, self.api_url + path, **parts)

    def _fields(self) -> dict[str, str]:
        fields = self.transport.secret_fields(self.credentials)
        if not (_has(fields, OAUTH1_FIELDS) or _has(fields, OAUTH2_FIELDS)):
            raise Refused(
                f"the account's credentials lack a part: OAuth 1.0a takes {', '.join(OAUTH1_FIELDS)}, "
                f"OAuth 2 takes {', '.join(OAUTH2_FIELDS)} and refresh_token"
            )
        return fields

    def _has_expired(self, fields: Mapping[str, str]) -> bool:
        """Whether the access token is known to be out. Where nothing is known, X's 401 tells."""
        expires_at = fields.get("expires_at", "").partition(".")[0]
        renewable = self.credentials.file is not None and "refresh_token" in fields
        return renewable and expires_at.isdigit() and int(expires_at) < self._now() + EXPIRY_MARGIN.total_seconds()

    def _now(self) -> float:
        return self.transport.now().timestamp()

    def _renewed(self, used: Mapping[str, str]) -> dict[str, str]:
        """The credentials with a new access token, kept in their file.

        X takes each refresh token once, so only one thread or process at a time asks with it; whoever waited for the
        lock finds the new tokens in the file.
        """
        if self.credentials.file is None or "refresh_token" not in used:
            raise Refused(
                "X does not accept the access token (HTTP 401), and it cannot be renewed: "
                "keep new tokens, with their refresh_token, in a {file: PATH}"
            )
        with self._lock(self.credentials.file):
            stored = self._fields()
            if stored["access_token"] != used["access_token"]:
                return stored
            renewed = stored | self._new_tokens(stored)
            try:
                self.transport.store_secret_fields(self.credentials, renewed)
            except OSError as error:
                raise Refused(f"the renewed tokens could not be kept ({error.strerror}): {_ALLOW_AGAIN}") from error
            return renewed

    def _lock(self, file: str) -> AbstractContextManager[object]:
        try:
            return FileLock(self.transport.folder / f"{file}.lock", timeout=LOCK_TIMEOUT).acquire()
        except Timeout:
            raise Unreached("another process has been renewing this account's token for a minute") from None
        except OSError as error:
            raise Refused(
                f"kohoctl cannot write beside the credentials' file, where it keeps renewed tokens ({error.strerror})"
            ) from error

    def _new_tokens(self, fields: Mapping[str, str]) -> dict[str, str]:
        form = {"grant_type": "refresh_token", "refresh_token": fields["refresh_token"]}
        client = (fields["client_id"], fields.get("client_secret", ""))
        with nothing_public(self.transport, "renewing the access token"):
            if client[1]:  # a confidential client names itself in the header, a public one in the form
                response = self._send("POST", "/2/oauth2/token", data=form, auth=client)
            else:
                response = self._send("POST", "/2/oauth2/token", data=form | {"client_id": client[0]})
            if response.status_code in (400, 401):
                raise Refused(f"X no longer accepts the refresh token (HTTP {response.status_code}): {_ALLOW_AGAIN}")
            raise_for_ending(response)
            return self._tokens_in(response.json())

    def _tokens_in(self, answer: object) -> dict[str, str]:
        match answer:
            case {"access_token": str(access_token), "refresh_token": str(refresh_token), **rest}:
                seconds = rest.get("expires_in")
                expires_at = str(int(self._now()) + seconds) if isinstance(seconds, int) else ""
                return {"access_token": access_token, "refresh_token": refresh_token, "expires_at": expires_at}
        raise ValueError("the answer holds no tokens")


_ALLOW_AGAIN = "let the account allow kohoctl again, and put the new tokens into the credentials' file"


@dataclass(frozen=True)
class _Bearer(requests.auth.AuthBase):
    """An OAuth 2 access token in its header; requests would otherwise look for another kind of login."""

    token: str

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


@contextmanager
def nothing_public(transport: Transport, doing: str) -> Iterator[None]:
    """For what comes before the post itself: when that fails, in whatever way, nobody has seen anything."""
    try:
        with transport.preparation():
            yield
    except (requests.RequestException, ValueError) as error:
        raise Unreached(f"{doing} did not work: {error}") from error


def _has(fields: Mapping[str, str], names: tuple[str, ...]) -> bool:
    return all(fields.get(name) for name in names)


def _oauth1(fields: Mapping[str, str]) -> requests.auth.AuthBase:
    from requests_oauthlib import OAuth1

    key, secret, token, token_secret = (fields[name] for name in OAUTH1_FIELDS)
    return OAuth1(key, client_secret=secret, resource_owner_key=token, resource_owner_secret=token_secret)
