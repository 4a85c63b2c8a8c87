"""What the small X asks before it does anything: whose request it is, and whether its body is one of X's."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from oauthlib.oauth1 import RequestValidator, ResourceEndpoint
from pydantic import BaseModel


@dataclass(frozen=True)
class Request:
    """What came in: ``name`` is the method and the path with ``{id}`` for ids."""

    name: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    account: str = ""

    def json(self, model: type[BaseModel]) -> Any:
        """The body, which X's own ``model`` takes and where it knows every field."""
        return checked(model, json.loads(self.body))

    def id(self) -> str:
        return self.path.split("/")[3]


@dataclass(frozen=True)
class Answer:
    status: int
    body: Mapping[str, Any]


class ProblemError(Exception):
    """An answer in X's problem JSON."""

    def __init__(self, status: int, detail: str, kind: str = "invalid-request") -> None:
        title = HTTPStatus(status).phrase
        kind = f"https://api.x.com/2/problems/{kind}"
        self.answer = Answer(status, {"type": kind, "title": title, "detail": detail, "status": status})


def checked(model: type[BaseModel], body: object) -> Any:
    value = model.model_validate(body)
    if value.model_extra:
        raise ProblemError(400, f"unknown fields: {', '.join(value.model_extra)}")
    return value


class Logins(RequestValidator):
    """Who may ask: keys of OAuth 1.0a, and tokens of OAuth 2, whose refresh tokens are taken once."""

    enforce_ssl = False
    dummy_client = dummy_access_token = "nobody"

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        self.renewals = 0
        self._keys: dict[str, tuple[str, dict[str, str]]] = {}
        self._access: dict[str, tuple[str, float]] = {}
        self._refresh: dict[str, tuple[str, dict[str, str]]] = {}
        self._nonces: set[str] = set()

    def account(self, name: str) -> str:
        """The id of the account ``name``, which is there from now on."""
        return self.ids.setdefault(name, str(1000 + len(self.ids)))

    def oauth1(self, name: str) -> dict[str, str]:
        """Credentials of OAuth 1.0a for ``name``."""
        parts = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        keys = {part: secrets.token_hex(12) for part in parts}
        self.account(name)
        self._keys[keys["access_token"]] = (name, keys)
        return keys

    def oauth2(self, name: str, *, lives: float = 7200, confidential: bool = False) -> dict[str, str]:
        """Credentials of OAuth 2 for ``name``, whose access token lives so many seconds."""
        self.account(name)
        client = {"client_id": secrets.token_hex(16)}
        if confidential:
            client["client_secret"] = secrets.token_hex(16)
        return client | self._issue(name, client, lives)

    def _issue(self, name: str, client: dict[str, str], lives: float) -> dict[str, str]:
        tokens = {"access_token": secrets.token_hex(24), "refresh_token": secrets.token_hex(24)}
        self._access[tokens["access_token"]] = (name, time.time() + lives)
        self._refresh[tokens["refresh_token"]] = (name, client)
        return tokens

    def renew(self, request: Request) -> Answer:
        form = dict(parse_qsl(request.body.decode()))
        name, client = self._refresh.pop(form.get("refresh_token", ""), ("", {}))
        if form.get("grant_type") != "refresh_token" or not name or not _is_client(client, form, request.headers):
            return Answer(
                400, {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
            )
        self.renewals += 1
        return Answer(200, {"token_type": "bearer", "expires_in": 7200, **self._issue(name, client, 7200)})

    def who(self, method: str, url: str, headers: Mapping[str, str]) -> str:
        """The account in whose name a request is made."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            name, until = self._access.get(token, ("", 0.0))
            if time.time() < until:
                return name
        if scheme == "OAuth":
            endpoint = ResourceEndpoint(self)
            valid, signed = endpoint.validate_protected_resource_request(url, method, None, dict(headers))
            if valid:
                return self._keys[signed.resource_owner_key][0]
        raise ProblemError(401, "Unauthorized")

    # From here on, what oauthlib asks for while it verifies a signature.
    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return any(keys["consumer_key"] == client_key for _, keys in self._keys.values())

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:
        return token in self._keys and self._keys[token][1]["consumer_key"] == client_key

    def validate_timestamp_and_nonce(self, client_key: str, timestamp: Any, nonce: str, *_: Any, **__: Any) -> bool:
        known = nonce in self._nonces
        self._nonces.add(nonce)
        return not known and abs(int(timestamp) - time.time()) < 300

    def validate_realms(self, *_: Any, **__: Any) -> bool:
        return True

    def get_client_secret(self, client_key: str, request: Any) -> str:
        return next(
            (keys["consumer_secret"] for _, keys in self._keys.values() if keys["consumer_key"] == client_key), ""
        )

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return self._keys[token][1]["access_token_secret"] if token in self._keys else ""


def _is_client(client: Mapping[str, str], form: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Whether a confidential client names itself by HTTP Basic, a public one in the form."""
    if "client_secret" not in client:
        return form.get("client_id") == client["client_id"]
    login = f"{client['client_id']}:{client['client_secret']}"
    return headers.get("authorization") == "Basic " + base64.b64encode(login.encode()).decode()
