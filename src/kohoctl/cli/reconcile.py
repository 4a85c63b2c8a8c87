"""``kohoctl reconcile``."""

from __future__ import annotations

from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import click

from kohoctl.cli import words
from kohoctl.cli.common import campaign_file, ledger_option, ledger_path, load_file
from kohoctl.ledger import Ledger
from kohoctl.model import Outcome, Planned, Receipt, State
from kohoctl.plan import Planner

WORDS = (State.DELIVERED, State.UNREACHED, State.REFUSED)
OPEN = (State.UNKNOWN, State.MISSED, State.REFUSED, State.UNREACHED, State.SENDING, State.BLOCKED)
"""States that wait for a person, or may do so for ever. A word on what is still to come is taken as well."""


@click.command(short_help="Record a person's word on what became of a delivery.")
@campaign_file
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
    campaigns = load_file(file)
    now = datetime.now(UTC).astimezone(campaigns.timezone)
    if key is None:
        with Ledger.read(ledger_path(file, ledger), "live") as book:
            _show_open([one for one in Planner(campaigns, book).plan(now) if one.state in OPEN])
        return
    if word is None or by is None:
        raise click.UsageError("say what became of it with --as, and whose word it is with --by")
    with Ledger.open(ledger_path(file, ledger), "live") as book:
        planned = _find(Planner(campaigns, book), now, key)
        with book.hold(planned.delivery.channel) as held:
            if not held:
                raise click.ClickException(f"a run is at work on {planned.delivery.channel}: wait until it has ended")
            form = campaigns.channels[planned.delivery.channel].form
            receipt = Receipt(form, receipt_id, url) if word == State.DELIVERED else None
            _record(book, _find(Planner(campaigns, book), now, key), State(word), by, note, receipt, now)
    click.echo(f"{key} is recorded as {word}, on the word of {by}.")


def _show_open(planned: list[Planned]) -> None:
    for one in planned:
        click.echo("\n".join(words.plan_lines(one)))
    click.echo(f"waiting for a person's word: {words.count(len(planned), 'delivery', 'deliveries')}")


def _find(planner: Planner, now: datetime, key: str) -> Planned:
    slots = planner.slots_by_key()
    if key not in slots:
        near = get_close_matches(key, slots, 1)
        raise click.UsageError(f"the file has no delivery {key}" + (f"; did you mean {near[0]}?" if near else ""))
    return next(planner.plan(now, [slots[key]]))


def _record(
    book: Ledger,
    planned: Planned,
    state: State,
    by: str,
    note: str | None,
    receipt: Receipt | None,
    now: datetime,
) -> None:
    if planned.state is State.DELIVERED:
        raise click.UsageError(f"{planned.delivery.key} is delivered: there is nothing to decide")
    digest = planned.entry.digest if planned.entry else planned.rendition.digest
    outcome = Outcome(
        planned.delivery.key, planned.delivery.channel, state, digest, receipt=receipt, reason=note, by=by
    )
    book.settle([outcome], now)
