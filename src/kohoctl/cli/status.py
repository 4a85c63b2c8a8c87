"""``kohoctl status``."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.cli import words
from kohoctl.cli.common import (
    campaign_file,
    delivery_json,
    echo_json,
    ledger_option,
    ledger_path,
    load_file,
    no_plugins_option,
    rehearsal_ledger,
)
from kohoctl.cli.folding import Told, all_option, folded
from kohoctl.cli.request_words import calls_json, calls_text, request_json, requests_text
from kohoctl.errors import KohoctlError
from kohoctl.fulfilment import requests_of
from kohoctl.language import Sentence, counted
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger, calls_of
from kohoctl.plan import Planner
from kohoctl.states import Delivery, Entry


@click.command(short_help="Show what the ledger knows of a campaign file's deliveries.")
@campaign_file
@no_plugins_option
@click.option("--rehearsal", is_flag=True, help="Show the rehearsal's ledger instead of the live one.")
@click.option("--verify", is_flag=True, help="Check the ledger's hash chain first.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@all_option
@ledger_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    no_plugins: bool,
    rehearsal: bool,
    verify: bool,
    style: str,
    everything: bool,
    ledger: Path | None,
) -> None:
    """Show what the ledger knows of the file's deliveries."""
    campaigns = load_file(file, no_plugins)
    path = rehearsal_ledger(ctx, campaigns.folder / "outbox", ledger) if rehearsal else ledger_path(campaigns, ledger)
    if verify and not path.exists():
        raise KohoctlError(Sentence("there is no ledger {path}: nothing to verify", path=path))
    now = datetime.now(UTC).astimezone(campaigns.timezone)
    with Ledger.read(path, "rehearsal" if rehearsal else "live") as book:
        verified = book.verify() if verify else None
        found = [entry for campaign in campaigns.campaigns for entry in book.under(f"{campaign}/")]
        deliveries = Planner(campaigns, book).deliveries() if style == "json" else {}
        requests = requests_of(campaigns, book, now)
        calls = [one for campaign in campaigns.campaigns for one in calls_of(book, campaign)]
    entries = sorted(found, key=lambda entry: entry.at)
    shown = [(deliveries.get(entry.key) or _dropped(entry), entry) for entry in entries]
    if style == "json":
        echo_json(
            {
                "file": str(campaigns.path),
                "ledger": str(path),
                "verified": {"events": verified[0], "hash": verified[1]} if verified else None,
                "deliveries": [_entry_json(delivery, entry) for delivery, entry in shown],
                "requests": [request_json(request, now.date()) for request in requests],
                "calls": [calls_json(one) for one in calls],
            }
        )
        return
    for line in folded(map(_told, entries), everything):
        click.echo(line)
    click.echo(_closing(campaigns, path, entries, rehearsal))
    for line in chain(requests_text(requests, now.date()), calls_text(calls)):
        click.echo(line)
    if verified:
        text = "The hash chain holds: {events}, the last with the hash {hash}."
        click.echo(_(text, events=counted(verified[0], "event"), hash=verified[1]))


def _told(entry: Entry) -> Told:
    own = [entry.digest[: words.DIGEST_SHOWN], *([entry.receipt.url] if entry.receipt and entry.receipt.url else [])]
    return Told(entry.key, words.entry_lines(entry), own)


def _closing(campaigns: CampaignFile, path: Path, entries: list[Entry], rehearsal: bool) -> str:
    if path.exists():
        summary = words.summary(entry.state for entry in entries)
        return _("{file} in {ledger}: {deliveries}", file=campaigns.path, ledger=path, deliveries=summary)
    if rehearsal:
        return _("There is no ledger {path} yet: nothing was rehearsed.", path=path)
    text = "There is no ledger {path} yet: nothing was delivered live. A rehearsal's ledger is shown by --rehearsal."
    return _(text, path=path)


def _entry_json(delivery: Delivery, entry: Entry) -> dict[str, object]:
    return delivery_json(
        delivery,
        entry.state,
        entry.digest,
        (),
        entry.receipt,
        reason=entry.reason,
        at=entry.at.isoformat(),
        attempt=entry.attempt,
    )


def _dropped(entry: Entry) -> Delivery:
    """A delivery that the ledger knows and the file does not name any more."""
    campaign, message, channel, *who, _ = entry.key.split("/")
    return Delivery(entry.key, campaign, message, channel, "", who[0] if who else None, None, None)
