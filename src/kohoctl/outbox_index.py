"""The first page of an outbox: everything that a rehearsal sent, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kohoctl.campaign.file import CampaignFile
from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence
from kohoctl.ledger import Ledger
from kohoctl.plan import Planner
from kohoctl.states import Delivery, Entry, State
from kohoctl.wording import title_of

EXCERPT = 1500
"""Characters of a text that the page itself shows."""
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of a delivery, as the page shows it: ``href`` is relative to the page."""

    name: str
    href: str
    text: str | None
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery on the page."""

    delivery: Delivery
    entry: Entry
    title: str
    owner: str
    sheets: tuple[Sheet, ...]


def write_index(file: CampaignFile, ledger: Ledger, outbox: Path) -> Path:
    """Write ``index.html`` into ``outbox`` from what the rehearsal's ledger and the folder hold."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("kohoctl", "templates"), autoescape=True, undefined=StrictUndefined)
    rows = sorted(_rows(file, ledger, outbox), key=lambda row: row.entry.at)
    page = environment.get_template("outbox.html").render(rows=rows, file=file.path.name, delivered=State.DELIVERED)
    target = outbox / "index.html"
    try:
        outbox.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    except OSError as error:
        raise KohoctlError(
            Sentence("{path} cannot be written: {reason}", path=target, reason=error.strerror)
        ) from error
    return target


def _rows(file: CampaignFile, ledger: Ledger, outbox: Path) -> Iterator[Row]:
    deliveries = Planner(file, ledger).deliveries()
    entries = ledger.entries(deliveries)
    for delivery in deliveries.values():  # in order of time, what waits for another last
        if delivery.key in entries:
            yield Row(
                delivery=delivery,
                entry=entries[delivery.key],
                title=title_of(file, file.campaigns[delivery.campaign].messages[delivery.message]),
                owner=file.channels[delivery.channel].owner,
                sheets=tuple(_sheets(outbox, delivery.key)),
            )


def _sheets(outbox: Path, key: str) -> Iterator[Sheet]:
    folder = outbox / key
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")[:EXCERPT] if path.suffix == ".txt" else None
            href = quote(path.relative_to(outbox).as_posix())
            yield Sheet(path.name, href, text, path.suffix.lower() in PICTURES)
