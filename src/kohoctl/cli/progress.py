"""A bar for people at a terminal, with the log's lines running above it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

from kohoctl.attempt import Ended
from kohoctl.foreign import own
from kohoctl.language import translated as _
from kohoctl.states import State

if TYPE_CHECKING:
    from rich.console import Console

Tell = Callable[[Ended], None]


@contextmanager
def progress(total: int, tell: Tell) -> Iterator[tuple[Tell, TextIO]]:
    """Show how many of ``total`` deliveries have ended, on a terminal only.

    Gives what to tell each ending to instead of ``tell``, and the stream that the log is written to.
    """
    if not sys.stderr.isatty() or not total:
        yield tell, sys.stderr
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(file=own(sys.stderr))
    ended_keys: set[str] = set()
    with Progress(*columns, console=console, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task(_("deliveries"), total=total)

        def advance(ended: Ended) -> None:
            tell(ended)
            if ended.outcome.state is not State.UNREACHED and ended.outcome.key not in ended_keys:
                ended_keys.add(ended.outcome.key)
                bar.advance(task)

        yield advance, cast(TextIO, _AboveTheBar(console))


class _AboveTheBar(io.TextIOBase):
    """A stream whose lines appear above a bar, as they are."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        from rich.text import Text

        self._console.print(Text.from_ansi(text.rstrip("\n")), soft_wrap=True)
        return len(text)
