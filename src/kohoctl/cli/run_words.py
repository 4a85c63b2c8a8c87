"""What a run came to, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import click

from kohoctl.attempt import Ended
from kohoctl.cli import words
from kohoctl.cli.common import delivery_json, echo_json
from kohoctl.cli.folding import Told, folded
from kohoctl.cli.next_steps import next_step, tried_again
from kohoctl.language import Sentence, said
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger
from kohoctl.run import Run
from kohoctl.states import Entry, State


class Endings:
    """Each delivery's last word in a run. Of those delivered, only the number, unless it is to ``keep_all``: a run may
    make more of them than memory holds."""

    def __init__(self, keep_all: bool) -> None:
        self.delivered = 0
        self.not_delivered: dict[str, Ended] = {}
        self.all: dict[str, dict[str, object]] = {}
        self._keep_all = keep_all

    def add(self, ended: Ended) -> None:
        """Take note of one ending."""
        outcome = ended.outcome
        if outcome.state is State.DELIVERED:
            self.delivered += 1
            self.not_delivered.pop(outcome.key, None)
        else:
            self.not_delivered[outcome.key] = ended
        if self._keep_all:
            self.all[outcome.key] = _ended_json(ended)

    @property
    def states(self) -> Iterator[State]:
        """The state of each delivery."""
        return chain(
            repeat(State.DELIVERED, self.delivered), (each.outcome.state for each in self.not_delivered.values())
        )


def known_of(run: Run, endings: Endings, ledger: Path) -> dict[str, Entry]:
    """What the live ledger holds now of all that is not done."""
    with Ledger.read(ledger, "live") as book:
        return book.entries([*endings.not_delivered, *run.still_open])


def show_run(
    run: Run, endings: Endings, known: dict[str, Entry], style: str, outbox: Path | None, *, everything: bool
) -> None:
    """Print each delivery's last word in this run, how it goes on, and what an earlier run left open."""
    path = run.file.path
    still_open = {key: state for key, state in run.still_open.items() if key not in endings.not_delivered}
    made_up = sorted(run.file.people) if outbox is not None else []
    if style == "json":
        echo_json(
            {
                "file": str(path),
                "rehearsal": outbox is not None,
                "deliveries": [*endings.all.values()],
                "still_open": still_open,
                "taken_by_another_run": run.taken,
                "given_up": run.given_up,
                "made_up_people": made_up,
            }
        )
        return
    for line in folded(_told(run, endings, None if outbox else known), everything):
        click.echo(line)
    for channel, why in run.given_up.items():
        click.echo(_("{channel} was given up for this run: {why}", channel=channel, why=why))
    for channel in run.taken:
        click.echo(_("another run is at work on {channel}, and goes on with it", channel=channel))
    for line in _left_open(run, still_open, known):
        click.echo(line)
    text = "{file} rehearsed: {outcome}" if outbox is not None else "{file} run live: {outcome}"
    nothing = _("nothing could be delivered now" if still_open or run.taken else "nothing was left to deliver")
    outcome = words.summary(endings.states) if endings.delivered or endings.not_delivered else nothing
    click.echo(_(text, file=path, outcome=outcome))
    for channel in made_up:
        click.echo(_("{channel} went to made-up people: a rehearsal reads none of the real ones.", channel=channel))
    if outbox is not None:
        click.echo(_("What would have left, in order of time: {index}", index=outbox / "index.html"))


def _told(run: Run, endings: Endings, known: dict[str, Entry] | None) -> Iterator[Told]:
    """What was not delivered as text, and where the live ledger is ``known``, how each goes on."""
    for key, one in endings.not_delivered.items():
        lines = [f"{one.outcome.state:<{words.STATE_WIDTH}}  {key}", words.indented(said(one.outcome.reason or ""))]
        if known is not None and (step := _next_step(run, one, known)):
            lines.append(words.indented(said(step)))
        yield Told(key, lines)


def _next_step(run: Run, ended: Ended, known: dict[str, Entry]) -> Sentence | None:
    outcome = ended.outcome
    current = replace(ended.planned, state=outcome.state, entry=known.get(outcome.key))
    return next_step(current, run.file, run.now())


def _left_open(run: Run, still_open: dict[str, State], known: dict[str, Entry]) -> Iterator[str]:
    """What an earlier run left open: what waits for its time, then what waits for a person."""
    resting = {key for key, state in still_open.items() if state is State.UNREACHED}
    if resting:
        first = min((at for key in resting if (at := known[key].retry_at)), default=None)
        what = words.summary(still_open[key] for key in resting)
        step = tried_again(first, run.file, run.now())
        yield _("left open by earlier runs, {deliveries}: {step}", deliveries=what, step=step)
    if decided := still_open.keys() - resting:
        what = words.summary(still_open[key] for key in decided)
        yield _(
            "left open by earlier runs, {deliveries}: see kohoctl reconcile {file}", deliveries=what, file=run.file.path
        )


def _ended_json(ended: Ended) -> dict[str, object]:
    outcome, planned = ended.outcome, ended.planned
    return delivery_json(
        planned.delivery, outcome.state, outcome.digest, planned.problems, outcome.receipt, reason=outcome.reason
    )
