"""The texts of a campaign file and of the files that go with its messages, each with its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from kohoctl.campaign.encodings import decoded
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.source import Source, read_bounded
from kohoctl.campaign.tree import Items, Node
from kohoctl.model import Asset
from kohoctl.problem import Place
from kohoctl.rules.places import InFile
from kohoctl.rules.rule import Subject, Text

ATTACHED_BYTES = 4 * 2**20
"""Of an attachment that is read for its text: a long document is a tenth of it."""
SAID = frozenset({"title", "body"})
"""The keys of a message that readers see; all that a channel's own version holds is seen."""
_PLAIN = ("text/", "application/json", "application/xml")
_NOT_SAID = frozenset({"file", "slug", "link", "attachments"})
"""Keys of a version under which no text for readers stands."""

Of = tuple[str, str, str]
"""The campaign, the message and the channel that a text is of, each empty where it is of none."""


def subject_of(file: CampaignFile, source: Source) -> Subject:
    """All that rules look at."""
    return Subject(
        file,
        tuple(_under(source, source.tree.get("facts"))),
        tuple(_settings(source)),
        tuple(_said(source)),
        tuple(_attached(file)),
    )


def _settings(source: Source) -> Iterator[Text]:
    for name, channel, _, _ in _entries(source.tree.get("channels")):
        yield from _under(source, channel, ("", "", name))


def _said(source: Source) -> Iterator[Text]:
    for campaign, node, _, _ in _entries(source.tree.get("campaigns")):
        for message, written, _, _ in _entries(node.get("messages") if isinstance(node, Node) else None):
            of = campaign, message, ""
            for key, value, _, mark in _entries(written):
                if key in SAID:
                    yield from _texts(source, key, value, mark, of)
                elif key == "images":
                    yield from _under(source, value, of)
                elif key == "channels":
                    for channel, version, _, _ in _entries(value):
                        yield from _under(source, version, (campaign, message, channel))


def _entries(node: Any) -> Iterable[tuple[str, Any, int, int]]:
    return node.entries() if isinstance(node, Node) else ()


def _under(source: Source, value: Any, of: Of = ("", "", "")) -> Iterator[Text]:
    """Every text in a mapping or a list, at any depth."""
    if isinstance(value, Node):
        for key, item, _, mark in value.entries():
            if key not in _NOT_SAID:
                yield from _texts(source, key, item, mark, of)
    elif isinstance(value, Items):
        for item, mark in zip(value, value.marks[1:], strict=True):
            yield from _texts(source, "", item, mark, of)


def _texts(source: Source, key: str, value: Any, mark: int, of: Of) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(value, key, source.problems.file, InFile(source, mark, value), *of)
    else:
        yield from _under(source, value, of)


def _attached(file: CampaignFile) -> Iterator[Text]:
    """The text of each attachment, once."""
    seen = set()
    for campaign in file.campaigns.values():
        for message in campaign.messages.values():
            for way in message.ways:
                for attachment in way.attachments:
                    path = attachment.path if isinstance(attachment, Asset) else attachment
                    if path not in seen:
                        seen.add(path)
                        for number, text in enumerate(_pages(attachment, path), 1):
                            yield _attachment(file, path, text, number)


def _attachment(file: CampaignFile, path: Path, text: str, page: int) -> Text:
    shown = str(file.path.parent / path.relative_to(file.folder.resolve()))
    if path.suffix == ".pdf":
        return Text(text, "attachments", shown, lambda start, end: Place(shown, page, 1), is_extracted=True)
    starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]

    def placed(start: int, end: int) -> Place:
        line = bisect_right(starts, start)
        return Place(shown, line, start - starts[line - 1] + 1)

    return Text(text, "attachments", shown, placed)


def _pages(attachment: Asset | Path, path: Path) -> Iterator[str]:
    """What an attachment says: a PDF page by page, which stands for the line then; nothing where it is no text."""
    if isinstance(attachment, Asset) and attachment.media_type == "application/pdf":
        yield from _pdf_pages(path)
    elif not isinstance(attachment, Asset) or attachment.media_type.startswith(_PLAIN):
        content = read_bounded(path, ATTACHED_BYTES)
        if content is not None:
            yield decoded(content)


def _pdf_pages(path: Path) -> Iterator[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        for page in PdfReader(path).pages:
            yield page.extract_text()
    except (PyPdfError, ValueError, KeyError, RecursionError):
        return  # a PDF that pypdf cannot read goes out as it is: only its text cannot be looked at
