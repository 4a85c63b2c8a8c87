"""The consumer agency's site: a notice put in through the page form that the agency's own staff fill in.

An example of a service without an interface for programs. The form hands out a one-time token and asks for a session
cookie; a notice that it takes, it answers with 303 and the new page's address, and one that it does not with 200 and a
page that says why. It keeps the sender's own number (整理番号), by which kohoctl finds a notice in doubt.
"""

from __future__ import annotations

from datetime import date, datetime
from html.parser import HTMLParser
from typing import ClassVar, Literal
from urllib.parse import urljoin

import requests
from pydantic import Field

from kohoctl import (
    Channel,
    Limit,
    Message,
    Receipt,
    Recipient,
    Refused,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    Transport,
    Version,
    hookimpl,
    plain_text,
    raise_for_ending,
    text_problems,
)

SEE_OTHER = 303


class ConsumerAgencySettings(Settings):
    """What a channel of this kind may set."""

    url: ServiceUrl = Field(description="The site's address.")
    login: Secret = Field(description="What the login form asks for, as a JSON object: user and password.")


class ConsumerAgencyVersion(Version):
    """What a message may say for the site."""

    category: Literal["注意喚起", "お知らせ", "報道発表"] = Field("注意喚起", description="The list that it stands in.")
    publish_on: date | None = Field(None, description="The date on the page; the day of the delivery if left out.")


class ConsumerAgency(Channel):
    """One notice on the site."""

    kind = "consumer-agency"
    settings: ConsumerAgencySettings
    settings_model = ConsumerAgencySettings
    version_model = ConsumerAgencyVersion
    limits: ClassVar = {
        "title": Limit(100, "characters", "what the form's field 件名 takes"),
        "body": Limit(10_000, "characters", "what the form's field 本文 takes"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        version = message.version(ConsumerAgencyVersion)
        day = version.publish_on or (message.due.date() if message.due else None)
        problems = (
            *text_problems(message.title, "title", self.limits["title"]),
            *text_problems(message.body, "body", self.limits["body"]),
        )
        content = {"title": message.title, "body": message.body, "category": version.category}
        dated = {"publish_on": day.isoformat() if day else ""}
        return Rendition(content | dated, {"url": self.settings.url}, problems=problems)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        url = rendition.destination["url"]
        cookies = self._log_in(url, transport)
        form = _page(transport.http.get(f"{url}/notices/new", cookies=cookies))
        fields = {**form.hidden, **rendition.content, "reference": key}
        with transport.preparation():  # a no has status 200, and would count as sent; any other failure is unknown
            answer = transport.http.post(f"{url}/notices", data=fields, cookies=cookies)
            _raise_for_no(answer)
        return self._receipt(answer, answer.headers["Location"])

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        url = rendition.destination["url"]
        cookies = self._log_in(url, transport)
        answer = transport.http.get(f"{url}/notices", params={"reference": key}, cookies=cookies)
        notices = _page(answer).notices
        if notices is None:
            raise ValueError("the site shows no list of notices")
        return self._receipt(answer, notices[key]) if key in notices else None

    def _log_in(self, url: str, transport: Transport) -> dict[str, str]:
        """The cookies of a new session: kohoctl's HTTP session keeps none, so each request is given them."""
        with transport.preparation():
            answer = transport.http.post(f"{url}/login", data=transport.secret_fields(self.settings.login))
            _raise_for_no(answer)
        cookies = {cookie.name: cookie.value or "" for cookie in answer.cookies}
        for value in cookies.values():
            transport.redactor.add(value)  # whoever has it is logged in
        return cookies

    def _receipt(self, answer: requests.Response, link: str) -> Receipt:
        """A receipt for the notice that ``link`` leads to. Raises ValueError where it leads elsewhere: to the login."""
        address = urljoin(answer.url, link)
        above, _, number = address.rpartition("/")
        if above != f"{self.settings.url}/notices" or not number.isdecimal():
            raise ValueError(f"the site led to {plain_text(address)}, which is no notice")
        return Receipt.published(number, address)


class _Page(HTMLParser):
    """A page's hidden fields, what it says is wrong, and its list of notices by 整理番号, None where it has no list."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.error = ""
        self.notices: dict[str, str] | None = None
        self._in_error = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given.get("name", "")] = given.get("value", "")
        elif tag == "p":
            self._in_error = "error" in given.get("class", "").split()
        elif tag == "ol" and given.get("id") == "notices":
            self.notices = {}
        elif tag == "a" and self.notices is not None and "data-reference" in given:
            self.notices[given["data-reference"]] = given.get("href", "")

    def handle_endtag(self, tag: str) -> None:
        self._in_error = self._in_error and tag != "p"

    def handle_data(self, text: str) -> None:
        self.error += text if self._in_error else ""


def _page(answer: requests.Response) -> _Page:
    """The page, read. Raises as `raise_for_ending` does."""
    raise_for_ending(answer)
    page = _Page()
    page.feed(answer.content.decode("utf-8", "replace"))
    page.close()
    return page


def _raise_for_no(answer: requests.Response) -> None:
    """Raises `Refused` with what the site says is wrong, and ValueError where a form is neither taken nor refused."""
    if answer.status_code == SEE_OTHER:
        return
    if said := plain_text(_page(answer).error):
        raise Refused(f"the site did not take it: {said}")
    raise ValueError(f"HTTP {answer.status_code}: the site says neither where the page is nor what is wrong")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [ConsumerAgency]
