"""The HTTP session that kohoctl hands to channels."""

from __future__ import annotations

import io
import os
import socket
import time
from collections import OrderedDict
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from kohoctl.errors import Refused, Unreached
from kohoctl.outgoing import Outgoing
from kohoctl.prepared import Prepared
from kohoctl.redaction import plain_text

CONNECT_TIMEOUT = 5.0
"""Seconds until a connection must stand: longer than a slow TLS handshake, short enough to try again in the run."""
READ_TIMEOUT = 30.0
"""Seconds between two parts of an answer; the slowest of the known services answers a media upload within ten."""
ANSWER_TIMEOUT = 60.0
"""Seconds for a whole answer, so that one which trickles cannot hold a channel."""
ANSWER_LIMIT = 8 * 2**20
"""Bytes of an answer that are read: the longest real one, a page of posts, is far below a tenth of it."""
SEE_OTHER = frozenset({302, 303})
"""What services answer that have taken a form and show the page of it (RFC 9110, 15.4.3 and 15.4.4)."""
HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that only ask (RFC 9110, 9.2.1)."""
ONE_PACKET = 2**16
"""Bytes of a body that goes out together with its head: each sending makes the threads change places."""
POOL_SIZE = 64
"""Connections kept open to one host: as many as a channel's highest concurrency."""


_NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])


class HttpSession(requests.Session):
    """A requests session that fails safely.

    It verifies TLS always, follows no redirect, keeps no cookie, reads no netrc, never repeats a request, and bounds
    each answer in time and size. Where certainly nothing was sent it raises `Unreached`, or `Refused` where the
    request itself is at fault; any other failure leaves the delivery *unknown*.
    """

    def __init__(self, outgoing: Outgoing | None = None) -> None:
        super().__init__()
        self.outgoing = outgoing or Outgoing()
        self.trust_env = False  # proxies and certificates are looked up below, once per host; netrc never
        self.cookies.set_policy(_NO_COOKIES)
        self.headers["User-Agent"] = "kohoctl"
        self._environment: dict[tuple[str, str], tuple[Mapping[str, str], str | bool]] = {}
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(pool_maxsize=POOL_SIZE, max_retries=0))

    def for_attempt(self, outgoing: Outgoing) -> HttpSession:
        """A session on the same connections whose headers and the like are nobody else's."""
        session = type(self).__new__(type(self))
        session.__dict__.update(self.__dict__)
        session.outgoing = outgoing
        session.adapters = OrderedDict(self.adapters)  # the same connections; what one mounts is its own
        session.headers = CaseInsensitiveDict(self.headers)
        session.cookies = RequestsCookieJar(policy=_NO_COOKIES)
        session.auth, session.params, session.proxies, session.hooks = None, {}, {}, default_hooks()
        return session

    def merge_environment_settings(
        self, url: str | bytes | None, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        """The proxies and certificate authorities that the environment names, read once per host."""
        address = url.decode() if isinstance(url, bytes) else url or ""
        scheme, host = urlsplit(address)[:2]
        if (scheme, host) not in self._environment:
            self._environment[scheme, host] = (requests.utils.get_environ_proxies(address), _authorities())
        environ_proxies, authorities = self._environment[scheme, host]
        return {
            "proxies": {**environ_proxies, **(proxies or {})},
            "stream": stream,
            "verify": authorities if verify in (None, True) else verify,
            "cert": cert,
        }

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        try:
            prepared = self._prepared(request)
            for value in prepared.headers.values():
                if isinstance(value, str):
                    value.encode("latin-1")  # what the connection would only find out later
        except (requests.RequestException, ValueError) as error:  # its text may hold a secret, so it is not passed on
            raise Refused(
                f"the request cannot be made ({type(error).__name__}): look for a space, line break or wrong letter"
                " in the channel's address and secrets"
            ) from None
        return prepared

    def _prepared(self, request: requests.Request) -> requests.PreparedRequest:
        """As `requests.Session` does it, without looking for cookies and credentials, of which there are none here."""
        headers: CaseInsensitiveDict[Any] = CaseInsensitiveDict(self.headers)
        headers.update(request.headers or {})
        for name in [name for name, value in headers.items() if value is None]:
            del headers[name]
        prepared = Prepared()
        prepared.prepare(
            method=(request.method or "").upper(),
            url=request.url,
            files=request.files,
            data=request.data,
            json=request.json,
            headers=headers,
            params=request.params or self.params,
            auth=request.auth or self.auth,
            cookies=request.cookies,
            hooks=request.hooks if request.hooks["response"] else self.hooks,
        )
        return prepared

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if kwargs.get("verify", self.verify) is False:
            raise Refused("TLS is always verified: name the authority's certificates in REQUESTS_CA_BUNDLE instead")
        for adapter in self.adapters.values():
            if not isinstance(adapter, _Adapter):  # the attempt has mounted one of its own
                _refuse_to_repeat(getattr(adapter, "max_retries", 0))
        kwargs = self._bounded(kwargs)
        if request.method not in HARMLESS:
            self.outgoing.make_sure()
        try:
            response = self.get_adapter(request.url or "").send(request, **kwargs)
            _read_bounded(response)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            what = type(error).__name__
            raise Refused(f"the channel's address, or the proxy for it, cannot be used: {what}") from None
        except Unreached:
            raise
        except BaseException:
            self._note(request)
            raise
        status = response.status_code
        if status < 300 or status in SEE_OTHER or status >= 500:  # anything else is a service's no
            self._note(request)
        for hook in request.hooks["response"]:
            response = hook(response, **kwargs) or response
        return response

    def _bounded(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What the session sets, where ``options`` leave it out; no redirect is followed, whoever asks."""
        usual = {"verify": self.verify, "cert": self.cert, "proxies": self.proxies}
        bounded = {**usual, **options, "stream": True}
        bounded.pop("allow_redirects", None)
        if bounded.get("timeout") is None:
            bounded["timeout"] = (CONNECT_TIMEOUT, READ_TIMEOUT)
        return bounded

    def _note(self, request: requests.PreparedRequest) -> None:
        if request.method not in HARMLESS:
            self.outgoing.note()


def _authorities() -> str | bool:
    """The certificate authorities that the environment names; True for the usual ones."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if path := os.environ.get(name):
            if not Path(path).exists():
                raise Unreached(f"no connection: {name} names certificates that are not there: {path}")
            return path
    return True


class _BoundedReader(io.RawIOBase):
    """Reads an answer from ``connection``, for ANSWER_TIMEOUT and no longer."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        self._raw, self._connection = raw, connection
        self._pause = connection.gettimeout() or READ_TIMEOUT
        if not connection.gettimeout():
            connection.settimeout(self._pause)
        self._until = time.monotonic() + ANSWER_TIMEOUT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"the answer took longer than {ANSWER_TIMEOUT:.0f} seconds")
        if left < self._pause:  # until then, the pause is what ends it
            self._connection.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedAnswer(HTTPResponse):
    def __init__(self, connection: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(connection, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), connection))


class _Connection(HTTPConnection):
    """A connection that can tell a request which never left from one that may have."""

    response_class = _BoundedAnswer
    _together: list[bytes] | None = None
    """What is not sent yet, so that it goes out as one."""

    def request(self, method: str, url: str, body: Any = None, *args: Any, **kwargs: Any) -> None:
        whole = body is None or (isinstance(body, bytes) and len(body) <= ONE_PACKET)
        self._together = [] if whole else None
        try:
            super().request(method, url, body, *args, **kwargs)
            parts = self._together
        finally:
            self._together = None
        if parts:
            self.send(b"".join(parts))

    def send(self, data: Any) -> None:
        if self._together is None:
            super().send(data)
        else:
            self._together.append(data)

    def connect(self) -> None:
        host = self._tunnel_host or self.host
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise Unreached(f"no connection to {host}: {plain_text(str(error.__cause__ or error))}") from error
        self.sock.settimeout(READ_TIMEOUT)  # or a long upload would have to end within CONNECT_TIMEOUT


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """requests' adapter, on the connections above. All attempts share it, so none can close it or have it repeat."""

    @property
    def max_retries(self) -> Retry:
        return Retry(0, read=False)  # a new one each time, since what it says can be changed

    @max_retries.setter
    def max_retries(self, wanted: Any) -> None:
        _refuse_to_repeat(wanted)

    def close(self) -> None:
        """Close nothing: others are in the midst of their attempts when ``with transport.http:`` ends."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """As `requests` does it, but looking for cookies, which is half of the work, only where one was set."""
        if "Set-Cookie" in resp.headers:
            return super().build_response(req, resp)
        response = requests.Response()
        response.status_code, response.reason, response.raw = resp.status, resp.reason, resp
        response.headers = CaseInsensitiveDict(resp.headers)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        response.url, response.request, response.connection = req.url or "", req, self
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not str(proxy).lower().startswith("socks"):  # those have connections of their own
            manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager


def _refuse_to_repeat(retries: Any) -> None:
    """Raise `Refused` unless ``retries``, as urllib3 takes them, are none: a repeated request is a second delivery."""
    if getattr(retries, "total", retries) != 0:
        raise Refused("a request is never repeated: leave max_retries at 0, and kohoctl tries again where that is safe")


def _read_bounded(response: requests.Response) -> None:
    """Read the answer into ``response``, giving up on one that is too long."""
    content = bytearray()
    for part in response.iter_content(2**16):
        content += part
        if len(content) > ANSWER_LIMIT:
            response.close()
            raise requests.exceptions.ContentDecodingError(f"the answer is longer than {ANSWER_LIMIT} bytes")
    response._content = bytes(content)  # where requests itself keeps what a plain, unbounded read would have given
