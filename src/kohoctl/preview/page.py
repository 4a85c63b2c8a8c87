"""The preview as HTML: one page with all of it, or, where there is much, one with the calendar and others with the
messages. Whatever comes from the file is escaped; the page fetches nothing, and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from kohoctl.pages import page_environment
from kohoctl.preview import words
from kohoctl.preview.calendar import months_of, without_time
from kohoctl.preview.comparing import Difference, in_context
from kohoctl.preview.files import SHOWN_CHARACTERS, Folder, write_file
from kohoctl.preview.gathering import Preview, Sheet
from kohoctl.preview.problems import Trouble, troubles_of, troubles_of_file
from kohoctl.preview.showing import Artist
from kohoctl.preview.words import WORDS, Both, Code
from kohoctl.states import State
from kohoctl.views import WebPageView

if TYPE_CHECKING:
    from jinja2 import Environment

INDEX = "index.html"
TOGETHER = 300
"""Sheets that stand on one page: of more, a browser would be slow to show the first."""
EAGER_FRAMES = 30
"""Web pages in frames that are drawn at once, so that they are there on paper too; more are drawn as they are met."""
TROUBLES_SHOWN = 200
"""Problems that are named; who mends those makes the page again."""
ROWS = 30
"""Deliveries of one sheet that are listed."""
MARK = '<meta name="generator" content="kohoctl preview">'
"""By which a folder is known to hold a preview, and may be written to."""
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")
_MARKED = re.compile(r"(https?://[^\s\u3000-\u30ff\u3400-\u9fff（）「」]+|[#＃][\w\u3040-\u9fff]+)")

Scrub = Callable[[str], str]


@dataclass(frozen=True)
class Compared:
    """What differs from another version of the file, by the name that it was asked for."""

    name: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Part:
    """One of the pages that hold the messages."""

    name: str
    sheets: tuple[Sheet, ...]


def write_pages(
    preview: Preview,
    folder: Folder,
    artist: Artist,
    language: Code,
    scrub: Scrub = str,
    compared: Compared | None = None,
) -> None:
    """Write the page, or the pages. ``scrub`` takes secrets out of every text that comes from the file or a plugin."""
    parts = _parts(preview.sheets)
    environment = _environment(preview, parts, language, scrub)
    environment.globals |= {
        "compared": compared,
        "differing": _by_sheet(compared.differences if compared else ()),
        "in_context": in_context,
    }
    for part in parts:
        if part.name != INDEX:
            _write(environment, folder, part, artist)
    inline = tuple(part for part in parts if part.name == INDEX)
    _write(environment, folder, inline[0] if inline else Part(INDEX, ()), artist)
    for old in folder.path.glob("messages-*.html"):
        if old.name not in {part.name for part in parts}:
            old.unlink()


def _by_sheet(differences: Iterable[Difference]) -> dict[int, list[Difference]]:
    found: dict[int, list[Difference]] = {}
    for one in differences:
        if one.sheet is not None:
            found.setdefault(one.sheet.number, []).append(one)
    return found


def _parts(sheets: Sequence[Sheet]) -> list[Part]:
    if len(sheets) <= TOGETHER:
        return [Part(INDEX, tuple(sheets))]
    starts = range(0, len(sheets), TOGETHER)
    return [
        Part(f"messages-{number:03}.html", tuple(sheets[start : start + TOGETHER]))
        for number, start in enumerate(starts, 1)
    ]


def _write(environment: Environment, folder: Folder, part: Part, artist: Artist) -> None:
    drawn = {sheet.number: artist.draw(sheet) for sheet in part.sheets}
    all_shown = [shown for drawing in drawn.values() for shown in drawing.shown]
    page = environment.get_template("preview.html").render(
        part=part,
        is_index=part.name == INDEX,
        drawn=drawn,
        policy=_policy(environment, drawn.values()),
        frames="eager" if sum(isinstance(shown.view, WebPageView) for shown in all_shown) <= EAGER_FRAMES else "lazy",
    )
    write_file(folder.path / part.name, page.encode("utf-8", "replace"))


def _policy(environment: Environment, drawn: Any) -> str:
    """The page's own rules for what may run, look or be fetched: its script and its styles, and those of the web pages
    in its frames, each by its hash; and what lies beside it."""
    htmls = [one.view.html for each in drawn for one in each.shown if isinstance(one.view, WebPageView)]
    styles = [environment.globals["style"], *(style for html in htmls for style in _STYLE.findall(html))]
    allowed = " ".join(dict.fromkeys(map(_hash, map(str, styles))))
    return (
        f"default-src 'none'; script-src {_hash(str(environment.globals['script']))}; style-src {allowed}; "
        "img-src 'self' file: data:; media-src 'self' file:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _environment(preview: Preview, parts: Sequence[Part], language: Code, scrub: Scrub) -> Environment:
    environment = page_environment(
        lambda value: scrub(value) if isinstance(value, str) and not isinstance(value, Markup) else value
    )

    @cache
    def word(name: str) -> Markup:
        return _html('<span data-w="%s">%s</span>', name, getattr(WORDS[name], language))

    def both(said: Both) -> Markup:
        ja, en = map(scrub, said)
        return _html('<span data-ja="%s" data-en="%s">%s</span>', ja, en, ja if language == "ja" else en)

    def attribute(name: str, said: Both) -> Markup:
        ja, en = map(scrub, said)
        here = ja if language == "ja" else en
        return _html('%s="%s" data-%s-ja="%s" data-%s-en="%s"', name, here, name, ja, name, en)

    def said(text: str) -> Markup:
        """The campaign's own words, marked as Japanese where they are."""
        scrubbed = scrub(text)
        return _html('<span lang="ja">%s</span>', scrubbed) if _JAPANESE.search(scrubbed) else escape(scrubbed)

    def english(text: str) -> Markup:
        """What plugins and services say, which they do in English unless they do in Japanese."""
        return said(text) if _JAPANESE.search(text) else _html('<span lang="en">%s</span>', scrub(text))

    def told(said: Both) -> Markup:
        """What is said of a problem; what has no Japanese is the same in both languages."""
        return english(said.en) if said.ja == said.en else both(said)

    def marked(text: str) -> Markup:
        """The same with addresses and hashtags set apart, as a social network does; they are no links."""
        pieces = _MARKED.split(scrub(text))
        shown = (_html("<b>%s</b>" if index % 2 else "%s", one) for index, one in enumerate(pieces))
        return _html('<span lang="ja">%s</span>', Markup("").join(shown))

    place = {sheet.number: part.name for part in parts for sheet in part.sheets}

    def link(sheet: Sheet, here: str) -> str:
        page = place[sheet.number]
        return f"{'' if page == here else page}#{sheet.anchor}"

    by_key = {one.delivery.key: sheet for sheet in preview.sheets for one in sheet.planned}
    environment.globals |= {
        "preview": preview,
        "language": language,
        "w": word,
        "both": both,
        "attribute": attribute,
        "said": said,
        "english": english,
        "told": told,
        "marked": marked,
        "link": link,
        "by_key": by_key,
        "words": words,
        "all_words": _own(_as_data(WORDS)),
        "months": months_of(preview),
        "without_time": without_time(preview),
        "file_troubles": troubles_of_file(preview),
        "troubles": _troubles(preview),
        "most_troubles": TROUBLES_SHOWN,
        "rows": ROWS,
        "most_characters": SHOWN_CHARACTERS,
        "counts": _counts(preview),
        "filters": _filters(preview),
        "parts": [part for part in parts if part.name != INDEX],
        "grouped": _grouped,
        "style": _own(_template("preview.css")),
        "script": _own(_template("preview.js")),
        "mark": _own(MARK),
    }
    return environment


def _own(text: str) -> Markup:
    return Markup(text)  # noqa: S704 -- kohoctl's own, and nothing of the file's in it


def _html(tags: str, *texts: str) -> Markup:
    """Tags of our own, with texts of anybody's for their ``%s``."""
    return _own(tags % tuple(map(escape, texts)))


def _template(name: str) -> str:
    return (Path(__file__).parent.parent / "templates" / name).read_text(encoding="utf-8")


def _as_data(value: object) -> str:
    """JSON that cannot end the element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(f"\\u{ord(letter):04x}" if letter in "<>&\u2028\u2029" else letter for letter in text)


def _troubles(preview: Preview) -> list[Trouble]:
    """What is wrong with deliveries, but for what follows from a problem of the file in the same line."""
    told = {(one.place.file, one.place.line) for one in preview.problems if one.place}
    found = (trouble for sheet in preview.sheets for trouble in troubles_of(sheet))
    return [one for one in found if not (one.place and (one.place.file, one.place.line) in told)]


def _counts(preview: Preview) -> dict[State, int]:
    """How many deliveries of those looked at are in each state, in the order of the states."""
    found = dict.fromkeys(State, 0)
    for sheet in preview.sheets:
        for state, count in sheet.states.items():
            found[state] += count
    return {state: count for state, count in found.items() if count}


def _filters(preview: Preview) -> dict[str, list[str]]:
    channels = {sheet.channel.name: sheet.channel.owner for sheet in preview.sheets}
    return {"channel": list(channels), "owner": list(dict.fromkeys(channels.values()))}


def _grouped(sheets: Sequence[Sheet]) -> Iterator[tuple[Any, list[tuple[Sheet, list[Sheet]]]]]:
    """The sheets by campaign and message, each message with the first of its sheets, which knows its title."""
    for _, of_campaign in groupby(sheets, key=lambda sheet: sheet.campaign.id):
        ones = list(of_campaign)
        messages = [list(group) for _, group in groupby(ones, key=lambda sheet: sheet.message.id)]
        yield ones[0].campaign, [(group[0], group) for group in messages]
