"""``newspaper``: an advertisement, mailed to each paper or agency as a brief and the words in their space."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from kohoctl import (
    Channel,
    Document,
    DocumentChannel,
    DocumentSettings,
    DocumentTemplate,
    FileView,
    Message,
    Problem,
    Recipient,
    Rendition,
    SpaceView,
    Task,
    View,
    hookimpl,
)
from kohoctl.channels._advertisement import AdvertisementVersion, advertisement_problems, words_of
from kohoctl.channels._space import COLUMNS, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, Space, below_articles, characters_over

LONGEST_SPAN = timedelta(days=366)
"""As long as any span of a campaign file."""
SPACE = "広告原稿.pdf"
LARGEST_MM = 600
"""No side of a broadsheet page is longer: a larger number is no millimetre."""


class NewspaperSettings(DocumentSettings):
    """What a channel of advertisements may set."""

    advertiser: str = Field(description="広告主名: in whose name it is printed.")
    page_width_mm: float = Field(PAGE_WIDTH_MM, gt=0, le=LARGEST_MM, description="Millimetres of 全15段, across.")
    page_height_mm: float = Field(PAGE_HEIGHT_MM, gt=0, le=LARGEST_MM, description="Millimetres of 全15段, down.")
    width_mm: float | None = Field(None, gt=0, le=LARGEST_MM, description="Millimetres of a 突き出し, across.")
    height_mm: float | None = Field(None, gt=0, le=LARGEST_MM, description="Millimetres of a 突き出し, down.")
    space_template: DocumentTemplate = Field(
        "newspaper-space", description="The template of the space, in its true size: a name, or a Typst file's path."
    )


class NewspaperVersion(AdvertisementVersion):
    """What a message may say for an advertisement. Its body is the text."""

    space: Literal["記事下", "突き出し"] = Field("記事下", description="Below the articles, or at a page's corner.")
    columns: int | None = Field(None, ge=1, le=COLUMNS, description="段 of a 記事下, of 15 a page.")
    width: str = Field("full", description="Part of the page's width: full, 1/2, or 1/8 (3段8割).")
    days: tuple[date, ...] = Field((), description="The days on which it is printed: 2015-06-08.")
    first: date | None = Field(None, alias="from", description="The first day of a span, instead of days.")
    last: date | None = Field(None, alias="to", description="The last day of the span.")
    other_days: dict[str, date] = Field(
        {}, description="The day for papers that print it on another, by the recipient's id: paper-5: 2015-06-09."
    )
    note: str | None = Field(None, description="What there is to say of the placing: 社会面、1色.")

    @field_validator("width")
    @classmethod
    def _is_part_of_a_page(cls, value: str) -> str:
        part, _, whole = value.partition("/")
        digits = part.isascii() and whole.isascii() and part.isdigit() and whole.isdigit()
        if value != "full" and not (digits and 0 < int(part) <= int(whole) <= LARGEST_MM):
            raise ValueError("a width is full, or a part of the page's: 1/2")
        return value

    @model_validator(mode="after")
    def _has_one_span(self) -> NewspaperVersion:
        if (self.first is None) != (self.last is None):
            raise ValueError("give from and to together")
        if self.first and self.last and not timedelta(0) <= self.last - self.first <= LONGEST_SPAN:
            raise ValueError(f"from is before to, by {LONGEST_SPAN.days} days at the most")
        if self.first and self.days:
            raise ValueError("give either days, or from and to")
        return self

    @property
    def printed(self) -> tuple[date, ...]:
        """The days on which it is printed, in order."""
        if self.first and self.last:
            return tuple(self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1))
        return tuple(sorted(set(self.days)))


class Newspaper(DocumentChannel):
    """Papers or agencies are the recipients: ``name`` and ``email``, an agency's ``papers`` (with ``|`` between them),
    and ``width_mm`` and ``height_mm`` of its 突き出し."""

    kind = "newspaper"
    settings: NewspaperSettings
    settings_model = NewspaperSettings
    version_model = NewspaperVersion
    document = "新聞広告出稿依頼書"
    template = "newspaper-brief"
    formats = (".pdf", ".docx")

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        version, task = message.version(NewspaperVersion), self.task(message, recipient)
        space = self.space(version, recipient)
        return {
            **super().data(message, recipient),
            **words_of(version, message.title, self.owner),
            "text": message.body.strip(),
            "advertiser": self.settings.advertiser,
            "place": version.space,
            "space": space.name if space else None,
            "size": f"天地{space.height_mm:g}mm×左右{space.width_mm:g}mm" if space else None,
            "days": [day.isoformat() for day in task.days],
            "papers": [*task.places],
        }

    def documents(self, data: Mapping[str, Any], message: Message, recipient: Recipient | None) -> Iterable[Document]:
        yield from super().documents(data, message, recipient)
        if space := self.space(message.version(NewspaperVersion), recipient):
            words = {name: data[name] for name in ("headline", "text", "points", "hotline", "hours", "issuer")}
            size = {"width_mm": space.width_mm, "height_mm": space.height_mm}
            yield Document(SPACE, self.settings.space_template, words | size)

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        page = self.settings.page_width_mm, self.settings.page_height_mm
        for file in rendition.files:
            if isinstance(file, Document) and file.name == SPACE:
                width, height = (float(str(file.data[side])) for side in ("width_mm", "height_mm"))
                yield SpaceView(SPACE, artifacts[SPACE], width, height, *page)
        rest = super().views(rendition, artifacts)
        yield from (view for view in rest if not (isinstance(view, FileView) and view.name == SPACE))

    def space(self, version: NewspaperVersion, recipient: Recipient | None) -> Space | None:
        """The space in that recipient's paper, None while its size is not known."""
        settings = self.settings
        if version.space == "記事下":
            page = settings.page_width_mm, settings.page_height_mm
            return below_articles(version.columns, version.width, *page) if version.columns else None
        paper = recipient or Recipient("", {})
        width = _millimetres(paper["width_mm"]) if paper["width_mm"].strip() else settings.width_mm
        height = _millimetres(paper["height_mm"]) if paper["height_mm"].strip() else settings.height_mm
        return Space("突き出し", width, height) if width and height else None

    def task(self, message: Message, recipient: Recipient | None) -> Task:
        paper, version = recipient or Recipient("", {}), message.version(NewspaperVersion)
        named = (paper["papers"] or paper["name"]).split("|")
        own = version.other_days.get(paper.id)
        days = (own,) if own else version.printed
        return Task(tuple(name.strip() for name in named if name.strip()), days, version.reply_by)

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        version = message.version(NewspaperVersion)
        yield from advertisement_problems(version)
        yield from self._space_problems(message, version, recipient)
        yield from _day_problems(message, self.task(message, recipient))

    def _space_problems(
        self, message: Message, version: NewspaperVersion, recipient: Recipient | None
    ) -> Iterable[Problem]:
        space = self.space(version, recipient)
        if space is None and version.space == "記事下":
            yield Problem("a 記事下 is so many 段, and this one says none", field="columns", hint="columns: 5")
        elif space is None:
            text = "the size of this paper's 突き出し is not known"
            hint = "give the recipients the columns width_mm and height_mm, or the channel the same settings"
            yield Problem(text, field="recipients", hint=hint)
        elif over := characters_over(space, self.data(message, recipient)):
            text = "the words are about {over} characters too long for {space} ({width:g} × {height:g} mm)"
            size = {"width": space.width_mm, "height": space.height_mm}
            hint = "shorten them, or take a larger space: below 8 points nobody reads them"
            yield Problem(text, {"over": over, "space": space.name, **size}, field="body", hint=hint)


def _millimetres(text: str) -> float | None:
    """A recipient's number of millimetres, None where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number <= LARGEST_MM else None


def _day_problems(message: Message, task: Task) -> Iterable[Problem]:
    if not task.days:
        yield Problem("there is no day on which it is printed", field="days", hint="days: [2015-06-08]")
    elif message.due and task.days[0] < message.due.date():
        values = {"day": task.days[0].isoformat(), "due": message.due.date().isoformat()}
        text = "it is printed on {day}, and the brief goes out on {due} only"
        yield Problem(text, values, field="days", hint="name a later day, or send the brief earlier")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Newspaper]
