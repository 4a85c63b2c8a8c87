"""A WordPress site, by its REST interface.

WordPress never refuses a second page at an address: it appends ``-2``, and two made at the same instant even get the
same slug. So a page of ours carries a mark, and is made in steps, of which only the last can be seen by the public and
only the last leaves a delivery unknown:

1. look for the page, by its slug and by its mark;
2. where there is none, *claim* it: a draft that holds the mark alone. Of several claims made at once the oldest is
   used, and whoever made another takes it away again;
3. give the claim its slug, and give up where WordPress hands out another one;
4. upload the files that are not there yet;
5. write the whole page and publish it.
"""

from __future__ import annotations

import base64
import contextlib
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from kohoctl import (
    File,
    Receipt,
    Refused,
    Rendition,
    Secret,
    ServiceUrl,
    Unreached,
    plain_text,
)
from kohoctl.channels._questions import questions_html
from kohoctl.channels._web_page import faq_script, figures, linked_files, page_mark, stored_files

if TYPE_CHECKING:
    import requests

    from kohoctl import Transport

SLUG_LIMIT = 200
"""Characters: the width of the column in which WordPress keeps a slug."""
UPLOAD_LIMIT = 2
"""MiB: what PHP takes as an upload unless its server is told otherwise (``upload_max_filesize``)."""
RESERVED_SLUGS = frozenset({"feed", "rdf", "rss", "rss2", "atom", "embed"})
"""Words that WordPress keeps for addresses of its own."""
PAGE_SIZE = 100
"""Posts in one answer: the most that WordPress gives."""
TRASHED = "__trashed"
"""What WordPress appends to the slug of a page in the trash, cutting the slug so that both fit."""

T = TypeVar("T")


class WordPress(BaseModel):
    """A WordPress site and who writes to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: ServiceUrl = Field(description="The site's address, under which /wp-json/ answers.")
    user: str = Field(min_length=1, description="The WordPress user, an author or editor.")
    password: Secret = Field(description="An application password of that user (profile page, Application Passwords).")
    post_type: Literal["posts", "pages"] = Field("posts", description="Whether messages become posts or pages.")
    status: Literal["publish", "draft"] = Field("publish", description="draft: a person publishes it by hand.")
    categories: tuple[int, ...] = Field((), description="Ids of the categories that posts belong to.")
    tags: tuple[int, ...] = Field((), description="Ids of the tags that posts carry.")
    upload_limit: int = Field(UPLOAD_LIMIT, ge=1, le=1024, description="MiB of the largest file that the site takes.")

    @model_validator(mode="after")
    def _pages_have_no_terms(self) -> WordPress:
        if self.post_type == "pages" and (self.categories or self.tags):
            raise ValueError("categories and tags are for posts: leave them out for pages")
        return self


class _Raw(BaseModel):
    raw: str = ""


class Post(BaseModel):
    """A post or page as WordPress tells of it, in its ``edit`` context."""

    id: int = Field(gt=0)
    slug: str
    status: str
    link: str
    content: _Raw
    links: dict[str, Any] = Field({}, alias="_links")

    def says(self, name: str) -> str | None:
        """The value of our mark ``name`` in the post's content."""
        found = re.search(rf'data-kohoctl-{name}="([0-9a-f]{{64}})"', self.content.raw)
        return found[1] if found else None

    @property
    def is_claim(self) -> bool:
        """Whether it is a draft that was never filled in."""
        return self.status == "draft" and self.says("page") is not None and self.says("digest") is None

    @property
    def takes_scripts(self) -> bool:
        """Whether our user may put a script into it: of anyone else's, WordPress drops the tags and shows the text."""
        return "wp:action-unfiltered-html" in self.links


class _Media(BaseModel):
    id: int = Field(gt=0)
    slug: str
    source_url: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file in the media library. ``id`` is None where it is still to be uploaded."""

    id: int | None
    url: str


def request_body(
    site: WordPress, rendition: Rendition, media: Mapping[str, Uploaded], scripts: bool = True
) -> dict[str, Any]:
    """What is posted. ``media`` maps each stored file name to the file in the media library; without ``scripts``, only
    its readers are told of a page's questions, not machines."""
    content = rendition.content
    pictures = [media[picture["file"]] for picture in content["pictures"]]
    terms = {"categories": list(site.categories), "tags": list(site.tags)} if site.post_type == "posts" else {}
    return {
        "status": site.status,
        "title": html.escape(content["title"], quote=False),  # WordPress shows an editor's title as HTML
        "excerpt": html.escape(content["excerpt"], quote=False),
        "content": _content(rendition, {name: file.url for name, file in media.items()}, scripts),
        "featured_media": pictures[0].id if pictures else 0,
        **{name: ids for name, ids in terms.items() if ids},
    }


def _content(rendition: Rendition, address: Mapping[str, str], scripts: bool) -> str:
    content = rendition.content
    parts = (
        content["html"],
        questions_html(content.get("questions", ())),
        figures(content["pictures"][1:], address),
        linked_files(content["attachments"], address, content["language"]),
        faq_script(content).strip() if scripts else "",
    )
    return _block(rendition, "\n".join(part for part in parts if part), f' data-kohoctl-digest="{rendition.digest}"')


def _block(rendition: Rendition, inner: str, digest: str = "") -> str:
    """A block of HTML, which WordPress leaves as it is: its roles without ``unfiltered_html`` keep the marks too."""
    mark, language = page_mark(rendition.content), html.escape(rendition.content["language"])
    start = f'<div lang="{language}" data-kohoctl-page="{mark}"{digest}>'
    return f"<!-- wp:html -->\n{start}\n{inner}\n</div>\n<!-- /wp:html -->"


@dataclass(frozen=True)
class Client:
    """One site, with the user's password."""

    site: WordPress
    transport: Transport
    password: str = field(repr=False)

    def publish(self, rendition: Rendition) -> Receipt:
        """Make or update the page. Raises what ``Channel.deliver`` may raise."""
        with self._nothing_public_yet():
            there = self._look_up(rendition)
            if there is not None and there.says("digest") == rendition.digest:
                return _receipt(there)
            post = self._with_slug(there or self._claim(rendition), rendition)
        try:
            return self._write(post, rendition)
        except Refused:
            self._delete(post)
            raise

    def find(self, rendition: Rendition) -> Receipt | None:
        """The receipt where the page holds exactly this rendition, None where it does not."""
        post = self._look_up(rendition)
        return _receipt(post) if post is not None and post.says("digest") == rendition.digest else None

    def _write(self, post: Post, rendition: Rendition) -> Receipt:
        if self.site.status == "draft" and post.status in ("publish", "future", "private"):
            raise Refused(f"the page is out already ({post.link}), and this channel writes drafts: change it by hand")
        with self._nothing_public_yet():
            body = request_body(self.site, rendition, self._upload_all(rendition), post.takes_scripts)
        if post.status == "future":
            body["date"] = None  # WordPress would keep the time that it was put off to
        return _receipt(self._call("POST", f"{self.site.post_type}/{post.id}", Post, json=body))

    def _look_up(self, rendition: Rendition) -> Post | None:
        """This message's page or claim, None where there is neither. Raises `Refused` where the slug is taken."""
        slug, mark = rendition.content["slug"], page_mark(rendition.content)
        trashed = slug[: SLUG_LIMIT - len(TRASHED)] + TRASHED
        at_slug = self._posts(slug=f"{slug},{trashed}")
        ours = [post for post in (*at_slug, *self._posts(search=mark)) if post.says("page") == mark]
        public = [post for post in ours if post.status != "trash"]
        if public:
            return min(public, key=lambda post: (post.slug != slug, post.is_claim, post.id))
        for post in ours:
            if post.says("digest"):
                raise Refused(f"somebody put the page {slug} into the trash: restore it, or delete it for good")
        for post in at_slug:
            if post.slug == slug:
                raise Refused(f"{slug} is somebody else's page and stays as it is ({post.link}): choose another slug")
        return None

    def _posts(self, **query: str) -> list[Post]:
        everything = {"status": "any,trash", "context": "edit", "per_page": str(PAGE_SIZE)}
        return self._call("GET", self.site.post_type, list[Post], params=everything | query)

    def _claim(self, rendition: Rendition) -> Post:
        title = html.escape(rendition.content["title"], quote=False)
        draft = {"status": "draft", "title": title, "content": _block(rendition, "")}
        claim = self._call("POST", self.site.post_type, Post, json=draft)
        elected = self._look_up(rendition) or claim
        if elected.id != claim.id:
            self._delete(claim)
        return elected

    def _with_slug(self, post: Post, rendition: Rendition) -> Post:
        """``post`` with the rendition's slug where it is a claim; a page keeps the slug that it was published under."""
        slug = rendition.content["slug"]
        if not post.is_claim or post.slug == slug:
            return post
        named = self._call("POST", f"{self.site.post_type}/{post.id}", Post, json={"slug": slug})
        if named.slug == slug:
            return named
        self._delete(named)
        other = self._look_up(rendition)
        if other is None or other.slug != slug:
            raise Refused(f"WordPress does not give out the slug {slug}, which something else holds: choose another")
        return other

    def _delete(self, post: Post) -> None:
        """Take a claim away. One that stays behind does no harm: the next delivery uses it."""
        from requests import RequestException  # which check and plan do without

        if post.is_claim:
            with self.transport.preparation(), contextlib.suppress(RequestException, Refused, Unreached):
                self._call("DELETE", f"{self.site.post_type}/{post.id}", dict[str, Any], params={"force": "true"})

    def _upload_all(self, rendition: Rendition) -> dict[str, Uploaded]:
        alts = {picture["file"]: picture["alt"] for picture in rendition.content["pictures"]}
        media = {}
        for name, file in stored_files(rendition).items():
            media[name] = self._uploaded(name) or self._upload(file, name, alts.get(name, ""))
        return media

    def _uploaded(self, name: str) -> Uploaded | None:
        slug = Path(name).stem
        found = self._call("GET", "media", list[_Media], params={"slug": slug, "context": "edit"})
        return next((Uploaded(media.id, media.source_url) for media in found if media.slug == slug), None)

    def _upload(self, file: File, name: str, alt: str) -> Uploaded:
        fields = {"slug": Path(name).stem, "title": html.escape(file.name, quote=False), "alt_text": alt}
        part = {"file": (name, file.read(), file.media_type)}
        media = self._call("POST", "media", _Media, data=fields, files=part)
        return Uploaded(media.id, media.source_url)

    @contextlib.contextmanager
    def _nothing_public_yet(self) -> Iterator[None]:
        from requests import HTTPError, RequestException

        try:
            with self.transport.preparation():
                yield
        except RequestException as error:
            cause = str(error) if isinstance(error, HTTPError) else type(error).__name__
            raise Unreached(f"WordPress failed before anything was published: {cause}") from error
        except ValidationError:
            raise Refused("what answers is not WordPress's REST interface: look at the channel's url") from None

    def _call(self, method: str, path: str, answer: type[T], **request: Any) -> T:
        login = base64.b64encode(f"{self.site.user}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"}
        response = self.transport.http.request(
            method, f"{self.site.url}/wp-json/wp/v2/{path}", headers=headers, **request
        )
        _raise_for_ending(response)
        return TypeAdapter(answer).validate_json(response.content)


def _receipt(post: Post) -> Receipt:
    """What public can see is published; for any other state, a person decides."""
    make = Receipt.published if post.status == "publish" else Receipt.requested
    return make(id=str(post.id), url=post.link, slug=post.slug, status=post.status)


def _raise_for_ending(response: requests.Response) -> None:
    """As `kohoctl.raise_for_ending`, but in WordPress's own words and with its ways of saying no."""
    from kohoctl import raise_for_ending

    status, error = response.status_code, _error(response)
    said = plain_text(str(error.get("message", "")))
    if status == 401 or (status == 400 and _is_not_logged_in(error)):
        raise Refused("WordPress did not accept the user with this application password (it also wants https)")
    if status == 500 and error.get("code") == "rest_upload_unknown_error":
        raise Refused(f"WordPress did not take the file: {said}")
    if 400 <= status < 500 and status != 429 and said:
        raise Refused(f"WordPress refused it (HTTP {status}): {said}")
    raise_for_ending(response)


def _error(response: requests.Response) -> dict[str, Any]:
    if response.status_code < 400:
        return {}
    try:
        error = response.json()
    except ValueError:
        return {}
    return error if isinstance(error, dict) else {}


def _is_not_logged_in(error: Mapping[str, Any]) -> bool:
    """Whether it refuses ``status=any`` because nobody is logged in: it calls that a wrong parameter (400)."""
    try:
        return bool(error["data"]["details"]["status"]["data"]["status"] == 401)
    except (KeyError, TypeError):
        return False
