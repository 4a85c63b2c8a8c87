"""``kohoctl reconcile``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.cli import words
from kohoctl.cli.common import campaign_file, ledger_option, ledger_path, load_file, no_plugins_option, with_people
from kohoctl.cli.next_steps import by_a_person, by_itself
from kohoctl.language import counted, said
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger
from kohoctl.lists import all_held
from kohoctl.model import Form, Receipt
from kohoctl.plan import Planner
from kohoctl.states import Entry, Outcome, Planned, State

WORDS = (State.DELIVERED, State.UNREACHED, State.REFUSED)
OPEN = (State.UNKNOWN, State.MISSED, State.REFUSED, State.UNREACHED, State.SENDING, State.BLOCKED)
"""States that wait for a person, or for a run to go on. A word on what is still to come is taken as well."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The delivery that a person speaks of, in the file or only in the ledger."""

    key: str
    channel: str
    digest: str
    state: State
    form: Form
    entry: Entry | None


@click.command(short_help="Record a person's word on what became of a delivery.")
@campaign_file
@no_plugins_option
@click.argument("key", metavar="[KEY]", required=False)
@click.option(
    "--as",
    "word",
    type=click.Choice([str(state) for state in WORDS]),
    help="delivered: it went out. unreached: it did not, and the next run sends it, even late. "
    "refused: it shall not go out.",
)
@click.option("--by", metavar="WHO", help="Whose word it is; it stands in the ledger.")
@click.option("--note", help="How that is known.")
@click.option("--id", "receipt_id", help="With delivered: the id that the service gave it.")
@click.option("--url", help="With delivered: where it can be seen.")
@ledger_option
def command(
    file: Path,
    no_plugins: bool,
    key: str | None,
    word: str | None,
    by: str | None,
    note: str | None,
    receipt_id: str | None,
    url: str | None,
    ledger: Path | None,
) -> None:
    """Record a person's word on what became of a delivery that is unknown, missed, refused or held back.

    Without KEY: show the deliveries that wait for such a word.
    """
    campaigns = with_people(load_file(file, no_plugins))
    path = ledger_path(campaigns, ledger)
    now = datetime.now(UTC).astimezone(campaigns.timezone)
    if key is None:
        _show_open(campaigns, path, now)
        return
    if word is None or not (by or "").strip():
        raise click.UsageError(_("say what became of it with --as, and whose word it is with --by"))
    if word != State.DELIVERED and (receipt_id or url):
        raise click.UsageError(_("--id and --url are for what was delivered"))
    with Ledger.read(path, "live") as book:  # looked for first, so that a mistyped key makes no ledger
        channel = _subject(campaigns, book, key, now).channel
    with Ledger.open(path, "live") as book, book.hold(channel) as held:
        if not held:
            raise click.ClickException(_("a run is at work on {channel}: wait until it has ended", channel=channel))
        subject = _subject(campaigns, book, key, now)
        receipt = Receipt(subject.form, receipt_id, url) if word == State.DELIVERED else None
        outcome = Outcome(key, channel, State(word), subject.digest, receipt=receipt, reason=note, by=by)
        book.settle([outcome], now)
    click.echo(_("{key} is recorded as {word}, on the word of {by}.", key=key, word=word, by=by))


def _show_open(campaigns: CampaignFile, ledger: Path, now: datetime) -> None:
    with Ledger.read(ledger, "live") as book:
        planner = Planner(campaigns, book)
        planned = [one for one in planner.plan(now) if one.state in OPEN and not (one.entry and one.entry.by)]
        dropped = planner.in_doubt_and_dropped()
        held = all_held(campaigns, book)
    for channel, why in held.items():
        click.echo(_("nothing goes out by {channel}: {why}", channel=channel, why=why), err=True)
    waiting, going_on = list[Planned](), list[Planned]()
    for one in planned:
        (going_on if by_itself(one, campaigns, now) else waiting).append(one)
    for one in waiting:
        click.echo("\n".join(words.plan_lines(one, campaigns, now)))
    for entry in dropped:
        step = by_a_person(entry.state, entry.key, campaigns.path)
        told = [_("the file does not name this any more"), *([said(step)] if step else [])]
        click.echo("\n".join([*words.entry_lines(entry), *map(words.indented, told)]))
    count = counted(len(waiting) + len(dropped), "delivery", "deliveries")
    click.echo(_("waiting for a person's word: {deliveries}", deliveries=count))
    if going_on:
        summary = words.summary(one.state for one in going_on)
        click.echo(_("the next run goes on by itself with {deliveries}", deliveries=summary))


def _subject(campaigns: CampaignFile, book: Ledger, key: str, now: datetime) -> Subject:
    """What ``key`` names. Raises UsageError where there is no such delivery, or nothing to decide about it."""
    planner = Planner(campaigns, book)
    planned = planner.one(key, now)
    entry = book.entries([key]).get(key)
    if planned is not None:
        form = campaigns.channels[planned.delivery.channel].form
        digest = entry.digest if entry else planned.rendition.digest
        subject = Subject(key, planned.delivery.channel, digest, planned.state, form, entry)
    elif entry is not None:
        channel = campaigns.channels.get(key.split("/")[2])
        form = channel.form if channel else "published"
        subject = Subject(key, key.split("/")[2], entry.digest, entry.state, form, entry)
    else:
        near = get_close_matches(key, planner.deliveries(), 1)
        text = "the file has no delivery {name}; did you mean {near}?" if near else "the file has no delivery {name}"
        raise click.UsageError(_(text, name=key, near=near[0] if near else ""))
    if subject.state is State.DELIVERED and not (entry and entry.by):
        raise click.UsageError(_("{key} is delivered: there is nothing to decide", key=key))
    return subject
