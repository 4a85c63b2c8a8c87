"""The kind ``website``: a page on a WordPress site, or in a folder of static files with an Atom feed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from pydantic import ConfigDict, Field, model_validator

from kohoctl import (
    Asset,
    Channel,
    File,
    Limit,
    Message,
    Problem,
    Question,
    Receipt,
    Recipient,
    Rendition,
    Settings,
    Version,
    View,
    WebPageView,
    hookimpl,
)
from kohoctl.channels import _static_site, _wordpress
from kohoctl.channels._markdown import control_character, markdown_problems, shorten, to_html, to_text
from kohoctl.channels._questions import answered, question_problems
from kohoctl.channels._web_page import ATTACHMENT_TYPES, PICTURE_TYPES, embedded, page_html, stored_files, stored_name

if TYPE_CHECKING:
    from kohoctl import Transport

TEXT_LIMIT = 2**20
"""Bytes of a page's text: WordPress repeats it several times in its answer, of which kohoctl reads 8 MiB."""
TITLE_LIMIT = 200
"""Characters of a page's title: what a slug takes too, and several times what a list or a search result shows."""
PICTURE_LIMIT = 2 * 2**20
"""Bytes of a picture: what a phone on a slow line (2 Mbit/s) shows within ten seconds."""
SLUG_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
"""ASCII, so that the address can be read out and typed; a letter first, since WordPress takes a number for a date."""


_EITHER = "give either wordpress or folder"


class WebsiteSettings(Settings):
    """A website: either ``wordpress`` or ``folder``."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["wordpress"]},
            "then": {"properties": {"folder": False}, "errorMessage": _EITHER},
            "else": {"required": ["folder"], "errorMessage": _EITHER},
        }
    )

    wordpress: _wordpress.WordPress | None = Field(None, description="The WordPress site that takes the pages.")
    folder: _static_site.Folder | None = Field(None, description="The folder of static files that takes the pages.")
    language: str = Field(
        "ja", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="The pages' language (BCP 47), such as ja."
    )

    @model_validator(mode="after")
    def _is_one_of_both(self) -> WebsiteSettings:
        if (self.wordpress is None) == (self.folder is None):
            raise ValueError(_EITHER)
        return self


class WebsiteVersion(Version):
    """A message as a page. The text is Markdown (CommonMark and tables); a line break stays a line break."""

    slug: str | None = Field(
        None,
        pattern=SLUG_PATTERN,
        max_length=_wordpress.SLUG_LIMIT,
        description="The page's name in its address; made from campaign and message if left out.",
    )
    excerpt: str | None = Field(
        None, description="One or two sentences for lists and feeds; else the text's beginning."
    )
    questions: tuple[Question, ...] = Field((), description="Questions and answers, under the text.")


class Website(Channel):
    """A page a message. A later occurrence of the message brings the same page up to date."""

    settings: WebsiteSettings
    kind = "website"
    settings_model = WebsiteSettings
    limits: ClassVar = {
        "title": Limit(TITLE_LIMIT, "characters", "several times what a list or a search result shows"),
        "body": Limit(TEXT_LIMIT, "bytes", "WordPress repeats it in its answer, of which kohoctl reads 8 MiB"),
    }
    version_model = WebsiteVersion

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        own = message.version(WebsiteVersion)
        body = to_html(message.body)
        text = to_text(body)
        content = {
            "page": f"{message.campaign}/{message.id}/{self.name}",
            "slug": own.slug or default_slug(message),
            "title": message.title.strip(),
            "html": body,
            "text": text,
            "excerpt": shorten(own.excerpt) if own.excerpt else shorten(text),
            "owner": self.owner,
            "language": self.settings.language,
            "due": message.due.isoformat() if message.due else None,
            "pictures": [{"file": stored_name(image), "alt": image.alt or ""} for image in message.images],
            "attachments": [
                {"file": stored_name(file), "name": file.name, "size": size_of(file)} for file in message.attachments
            ],
        }
        if own.questions:  # a page without any keeps the digest that it had before there were questions
            content["questions"] = [answered(question) for question in own.questions]
        problems = (*text_problems(message, own, text), *self._problems(message, content["slug"]))
        return Rendition(content, self._destination(), (*message.images, *message.attachments), problems)

    def _destination(self) -> dict[str, object]:
        if self.settings.folder is not None:
            return {"folder": self.settings.folder.path, "url": self.settings.folder.url}
        site = self._site()
        return {
            "wordpress": site.url,
            "type": site.post_type,
            "status": site.status,
            "categories": list(site.categories),
            "tags": list(site.tags),
        }

    def _problems(self, message: Message, slug: object) -> Iterator[Problem]:
        limit = self.settings.wordpress.upload_limit * 2**20 if self.settings.wordpress else None
        yield from file_problems(message.images, "images", PICTURE_TYPES, min(PICTURE_LIMIT, limit or PICTURE_LIMIT))
        yield from file_problems(message.attachments, "attachments", ATTACHMENT_TYPES, limit)
        names = [file.name for file in message.attachments]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem("two attachments are called {name}", {"name": name}, field="attachments")
        for image in message.images:
            if not (image.alt or "").strip():
                yield Problem(
                    "{name} has no text for those who cannot see it",
                    {"name": image.name},
                    field="images",
                    hint="add alt: with what the picture shows",
                    rule="missing-alt",
                )
        if self.settings.wordpress and slug in _wordpress.RESERVED_SLUGS:
            yield Problem("WordPress keeps the slug {slug} for itself", {"slug": slug}, field="slug")

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        if self.settings.folder is not None:
            return _static_site.publish(self.settings.folder, transport.folder, rendition, transport.now())
        return self._client(transport).publish(rendition)

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        if self.settings.folder is not None:
            return _static_site.find(self.settings.folder, transport.folder, rendition)
        return self._client(transport).find(rendition)

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        """``page.html``, a page that stands alone, the files, and what WordPress would be asked."""
        folder = self.settings.folder
        url = _static_site.page_url(folder, rendition.content["slug"]) if folder else ""
        title = folder.title if folder else ""
        page = page_html(rendition, embedded(rendition), at, at, url, title)
        files = {file.name: file.read() for file in rendition.files}
        return files | {"page.html": page.encode()} | ({} if folder else {"post.json": self._post_json(rendition)})

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        folder, slug = self.settings.folder, rendition.content["slug"]
        address = _static_site.page_url(folder, slug) if folder else f"{self._site().url.rstrip('/')}/{slug}/"
        return [WebPageView(artifacts["page.html"].decode(), address)]

    def _post_json(self, rendition: Rendition) -> bytes:
        media = {name: _wordpress.Uploaded(None, name) for name in stored_files(rendition)}
        body = {"slug": rendition.content["slug"], **_wordpress.request_body(self._site(), rendition, media)}
        return json.dumps(body, ensure_ascii=False, indent=2).encode()

    def _site(self) -> _wordpress.WordPress:
        if self.settings.wordpress is None:
            raise TypeError("this website is no WordPress site")
        return self.settings.wordpress

    def _client(self, transport: Transport) -> _wordpress.Client:
        site = self._site()
        return _wordpress.Client(site, transport, transport.secret(site.password))


def default_slug(message: Message) -> str:
    """The same slug for the same message: its own and its campaign's id, or a number where they are not ASCII."""
    name = f"{message.campaign}-{message.id}"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not name.isascii() or not re.match(SLUG_PATTERN, slug) or len(slug) > _wordpress.SLUG_LIMIT:
        return "page-" + hashlib.sha256(name.encode()).hexdigest()[:16]
    return slug


def text_problems(message: Message, own: WebsiteVersion, text: str) -> Iterator[Problem]:
    """What of the message's words is no page yet."""
    if not message.title.strip():
        yield Problem("the page has no title", field="title")
    if (length := len(message.title.strip())) > TITLE_LIMIT:
        values = {"length": length, "limit": TITLE_LIMIT}
        yield Problem("the title has {length} characters; a page takes {limit}", values, "title", rule="too-long")
    if "\n" in message.title.strip():
        yield Problem("the title is longer than one line", field="title", hint="write the title on one line")
    if not text:
        yield Problem("the page has no text", field="body")
    for name, said in {"title": message.title, "body": message.body, "excerpt": own.excerpt or ""}.items():
        if found := control_character(said):
            yield Problem("the {field} holds the invisible character {code}", {"field": name, "code": found}, name)
    words = [message.body, *(part for one in own.questions for part in (one.question, one.answer))]
    if (size := len("".join(words).encode(errors="replace"))) > TEXT_LIMIT:
        values = {"size": size, "limit": TEXT_LIMIT}
        yield Problem("the text has {size} bytes; a page takes {limit}", values, "body", rule="too-long")
    yield from markdown_problems(message.body)
    yield from question_problems(own.questions)


def size_of(file: File) -> int | None:
    """The file's bytes, None where it is yet to be made."""
    return file.size if isinstance(file, Asset) else None


def file_problems(files: Iterable[File], name: str, types: Mapping[str, str], limit: int | None) -> Iterator[Problem]:
    """What keeps each of ``files`` from a page: its type, or more than ``limit`` bytes (None: as many as it has)."""
    for file in files:
        if file.media_type not in types:
            allowed = ", ".join(ending[1:] for ending in types.values())
            values = {"name": file.name, "type": file.media_type, "allowed": allowed}
            yield Problem("{name} is {type}, which a page does not take: {allowed}", values, field=name)
        if limit is not None and (size := size_of(file) or 0) > limit:
            sizes = {"name": file.name, "size": size, "limit": limit}
            yield Problem("{name} has {size} bytes; the site takes {limit}", sizes, field=name)


@hookimpl
def kohoctl_channels() -> Iterable[type[Channel]]:
    return [Website]
