"""A site that is a folder of files: a page a message, and the Atom feed of them all.

What the feed says is read from the pages, which carry it as JSON-LD: there is no other record that could differ.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from pydantic import BaseModel, ConfigDict, Field, field_validator

from kohoctl import (
    Receipt,
    Refused,
    Rendition,
    ServiceUrl,
    Unreached,
    make_folder,
    nothing_out_yet,
    sync_folder,
    write_whole,
)
from kohoctl.channels._markdown import control_character, shorten
from kohoctl.channels._web_page import page_html, page_mark, stored_files

LOCK_TIMEOUT = 30.0
"""Seconds to wait while another program writes to the folder: many times what writing a page takes."""
PAGE_LIMIT = 4 * 2**20
"""Bytes of a page that are read again: four times the longest text that a page may have."""
FEED_LENGTH = 100
"""Newest pages in the feed: years of announcements, and still a file that a reader fetches every hour."""
ATOM = "http://www.w3.org/2005/Atom"
_LOCK_NAME = ".kohoctl.lock"
_PLACE = "the site's folder"


class Folder(BaseModel):
    """A static site."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="The site's folder, inside the campaign file's folder; made where it is missing.")
    url: ServiceUrl = Field(description="The address at which the folder is served.")
    title: str = Field(min_length=1, description="The site's title: in each page's head and in the feed.")

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        parts = Path(value).parts
        if not parts or Path(value).is_absolute() or ".." in parts or "\0" in value or "\\" in value:
            raise ValueError("the folder is a path from the campaign file's folder, without .. in it")
        return value

    @field_validator("title")
    @classmethod
    def _is_plain(cls, value: str) -> str:
        if control_character(value) or not value.strip():
            raise ValueError("the title is a line of plain text")
        return value


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """What a page of ours says of itself. ``mark`` names message and channel, ``digest`` the rendition."""

    slug: str
    mark: str
    digest: str
    title: str
    excerpt: str
    owner: str
    published: datetime
    modified: datetime


def publish(site: Folder, root: Path, rendition: Rendition, now: datetime) -> Receipt:
    """Write files, page and feed, in this order, each as a whole; a page that is there already stays as it is.

    ``root`` is the campaign file's folder. Raises `Refused` where the page is somebody else's or the folder may not be
    written to, and `Unreached` where something failed before the page could be seen.
    """
    with nothing_out_yet(_PLACE):
        folder = make_folder(root, site.path)
    with _locked(folder):
        with nothing_out_yet(_PLACE):
            _write_page(site, folder, rendition, now)
        write_whole(folder / "feed.xml", feed(site, folder, rendition.content["language"]))
    return _receipt(site, rendition)


def find(site: Folder, root: Path, rendition: Rendition) -> Receipt | None:
    """The receipt where the page and its line in the feed are there, None where one of them is not."""
    folder = root / site.path
    there = _own_page(folder, rendition)
    if there is None or there.digest != rendition.digest:
        return None
    try:
        entries = Xml.fromstring((folder / "feed.xml").read_bytes())  # noqa: S314 -- this program wrote it
    except (OSError, Xml.ParseError):
        return None
    wanted = (page_url(site, there.slug), there.modified.isoformat())
    found = ((entry.findtext(f"{{{ATOM}}}id"), entry.findtext(f"{{{ATOM}}}updated")) for entry in entries)
    if wanted not in found:
        return None
    for place in (folder / there.slug, folder):  # whoever wrote it may have been killed before that
        sync_folder(place)
    return _receipt(site, rendition)


def page_url(site: Folder, slug: str) -> str:
    """Where the page is served."""
    return f"{site.url}/{slug}/"


def _receipt(site: Folder, rendition: Rendition) -> Receipt:
    slug = rendition.content["slug"]
    return Receipt.published(id=slug, url=page_url(site, slug), slug=slug)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout  # brings asyncio, which check and plan do without

    lock = FileLock(folder / _LOCK_NAME, timeout=LOCK_TIMEOUT)
    try:
        with lock:
            yield
    except Timeout:
        raise Unreached(f"another program is writing to {folder.name}") from None


def _write_page(site: Folder, folder: Path, rendition: Rendition, now: datetime) -> None:
    slug = rendition.content["slug"]
    there = _own_page(folder, rendition)
    make_folder(folder, slug)
    if there is not None and there.digest == rendition.digest:
        sync_folder(folder / slug)  # whoever wrote it may have been killed before that
        return
    files = stored_files(rendition)
    for name, file in files.items():
        write_whole(folder / slug / name, file.read())
    now = _in_campaign_time(now, rendition)
    published = there.published if there is not None else now
    addresses = {name: name for name in files}
    page = page_html(rendition, addresses, published, now, page_url(site, slug), site.title)
    write_whole(folder / slug / "index.html", page.encode())


def _in_campaign_time(moment: datetime, rendition: Rendition) -> datetime:
    """``moment`` as the campaign's clock tells it, so that the page shows its readers' day."""
    due = rendition.content["due"]
    return moment.astimezone(datetime.fromisoformat(due).tzinfo if due else None).replace(microsecond=0)


def _own_page(folder: Path, rendition: Rendition) -> PublishedPage | None:
    """The page at the rendition's slug, None where there is none. Raises `Refused` where it is not this message's."""
    slug = rendition.content["slug"]
    place = folder / slug
    if not place.is_symlink() and not place.exists():
        return None
    page = None if place.is_symlink() else read_page(place / "index.html")
    if page is None and not place.is_symlink() and place.is_dir() and not (place / "index.html").exists():
        return None
    if page is None or page.mark != page_mark(rendition.content):
        raise Refused(f"{slug} is somebody else's page on this site, and stays as it is: give the message another slug")
    return page


def feed(site: Folder, folder: Path, language: str) -> bytes:
    """The Atom feed (RFC 4287) of the newest pages in ``folder``: the same bytes for the same pages."""
    pages = sorted(_pages(folder), key=lambda page: (-page.published.timestamp(), page.slug))[:FEED_LENGTH]
    root = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(root, "id", f"{site.url}/")
    _add(root, "title", site.title)
    _add(root, "updated", max((page.modified for page in pages), key=datetime.timestamp).isoformat())
    Xml.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{site.url}/feed.xml"})
    _add(Xml.SubElement(root, "author"), "name", site.title)
    for page in pages:
        _add_entry(root, page, page_url(site, page.slug))
    Xml.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode").encode() + b"\n"


def _add_entry(root: Xml.Element, page: PublishedPage, url: str) -> None:
    entry = Xml.SubElement(root, "entry")
    _add(entry, "id", url)
    _add(entry, "title", page.title)
    _add(entry, "updated", page.modified.isoformat())
    _add(entry, "published", page.published.isoformat())
    Xml.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": url})
    _add(Xml.SubElement(entry, "author"), "name", page.owner)
    _add(entry, "summary", page.excerpt)


def _add(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = text


def _pages(folder: Path) -> Iterator[PublishedPage]:
    for place in folder.iterdir():
        if place.is_dir() and not place.is_symlink() and (page := read_page(place / "index.html")):
            yield page


def read_page(path: Path) -> PublishedPage | None:
    """What the page at ``path`` says of itself, None where it is none of ours or can no longer be read."""
    try:
        with path.open("rb") as file:
            text = file.read(PAGE_LIMIT).decode()
        reader = _PageReader()
        reader.feed(text)
        data = json.loads(reader.data)
        marks = {name: re.fullmatch("[0-9a-f]{64}", reader.metas[f"kohoctl-{name}"]) for name in ("page", "digest")}
        if not (marks["page"] and marks["digest"]):
            return None
        return PublishedPage(
            slug=path.parent.name,
            mark=marks["page"][0],
            digest=marks["digest"][0],
            title=_line(data["name"]),
            excerpt=_line(data["abstract"]),
            owner=_line(data["publisher"]["name"]),
            published=_moment(data["datePosted"]),
            modified=_moment(data["dateModified"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _line(value: Any) -> str:
    if not isinstance(value, str) or control_character(value):
        raise ValueError("not a line of text")
    return shorten(value, 1000)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    return moment


class _PageReader(HTMLParser):
    """Picks the named ``meta`` elements and the first JSON-LD, the announcement's, out of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.data = ""
        self._in_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and values.get("name"):
            self.metas.setdefault(str(values["name"]), values.get("content") or "")
        self._in_data = tag == "script" and values.get("type") == "application/ld+json" and not self.data

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data
