"""The only loop that sends.

Channels work side by side, each in order: take the channel, put in doubt what an earlier run left ``sending``, make
sure of what is in doubt, then send what is due. Before anything leaves, the ledger holds ``sending`` under the
delivery's key; whatever happens next, it then holds one of the endings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kohoctl.batch_run import BatchRun
from kohoctl.campaign.file import CampaignFile
from kohoctl.channel import Channel
from kohoctl.channel_run import ChannelRun
from kohoctl.lists import note_list, why_held
from kohoctl.plan import slots
from kohoctl.redaction import described
from kohoctl.run import Run
from kohoctl.wording import Slot

SlotsOf = Callable[[str], Iterable[Slot]]


def deliver(run: Run, among: Iterable[Slot] | None = None) -> None:
    """Deliver what is due, and what becomes due by that, until nothing is left to do.

    Raises the `LedgerError` that ended the run, where one did.
    """
    wanted = list(among) if among is not None else None
    for entry in run.planner.in_doubt_and_dropped():
        run.still_open[entry.key] = entry.state
    _round(run, lambda channel: _of_channel(run.file, wanted, channel))
    while run.delivered and not run.stopping.is_set():
        run.delivered = 0
        _round(run, lambda channel: _set_free(run, _of_channel(run.file, wanted, channel)))


def _round(run: Run, slots_of: SlotsOf) -> None:
    """Every channel that has something to do, once and side by side."""
    busy = [
        channel
        for channel in run.file.channels.values()
        if channel.name not in run.given_up
        and next(run.planner.pending(run.now(), slots_of(channel.name)), None) is not None
    ]
    for channel in busy:
        reason = run.file.closed.get(channel.name) or why_held(run.file, run.ledger, channel.name)
        if reason:
            run.give_up(channel.name, reason)
        else:
            note_list(run.file, run.ledger, channel.name, run.now())
    at_work = [one for channel in busy if channel.name not in run.given_up and (one := _run_of(run, channel))]
    for channel_run in at_work:
        channel_run.start(slots_of(channel_run.channel.name))
    for channel_run in at_work:
        channel_run.wait()
    if run.errors:
        raise run.errors[0]


def _run_of(run: Run, channel: Channel) -> ChannelRun | None:
    """The work on one channel; None where its kind cannot say how many deliveries it makes at once."""
    try:
        return BatchRun(run, channel) if channel.batch_size() > 1 else ChannelRun(run, channel)
    except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only its own deliveries
        run.give_up(channel.name, f"the kind {channel.kind} does not say its batch size: {described(error)}")
        return None


def _of_channel(file: CampaignFile, wanted: list[Slot] | None, channel: str) -> Iterable[Slot]:
    if wanted is None:
        return slots(file, channel)
    return [slot for slot in wanted if slot.way.channel == channel]


def _set_free(run: Run, among: Iterable[Slot]) -> Iterator[Slot]:
    """The slots that wait for another delivery, without those that this run has dealt with."""
    return (slot for slot in among if _waits_for_another(slot) and slot.key not in run.not_delivered)


def _waits_for_another(slot: Slot) -> bool:
    return slot.occurrence.after is not None or slot.message.repost is not None
