"""Code that is not kohoctl's own: while it runs, what it prints is known to be its, and so is how long it takes.

Whatever comes out of it is an `Exception`. So whoever calls it catches that, and no ``sys.exit()`` of a plugin ends
kohoctl.
"""

from __future__ import annotations

import io
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NoReturn, TextIO, cast

from kohoctl.errors import BrokenOff
from kohoctl.model import Recipient
from kohoctl.redaction import cut_off

LOAD_LIMIT = 30.0
"""Seconds for a plugin's import: the heaviest libraries take a few from a cold disk."""
RENDER_LIMIT = 10.0
"""Seconds for rendering one delivery, and for any other pure function: it reads nothing, so it waits for nothing."""
LOOK_AGAIN = 0.5
"""Seconds between two looks at who is late: short beside every limit."""
LINE_LIMIT = 4000
"""Characters of a printed line that are told; what comes after them is let go, so that one without an end cannot fill
the memory."""

STRAY = "a plugin's own thread"
"""Who writes in a thread that kohoctl has given nobody to work in."""

Tell = Callable[[str, str], None]
"""Is given who printed, and the line."""
Scrub = Callable[[str], str]
"""A text without what nobody should read."""


class Overdue(BaseException):
    """A plugin's code has not come back in time. No `Exception`, or a plugin could take it for one of its own."""


class Interrupted(KeyboardInterrupt):
    """The user's Ctrl-C. A plugin that raises `KeyboardInterrupt` itself raises no such thing."""


class foreign:  # noqa: N801 -- read as words: with foreign(kind)
    """Whatever happens within, in this thread, is the doing of ``who``, and is to end within ``limit`` seconds
    (RENDER_LIMIT if left out). Raises `BrokenOff` for what comes out and is no `Exception`, unless the user wants it.

    A class with slots and no generator, since it is entered for every rendition.
    """

    __slots__ = ("_around", "_thread", "limit", "since", "who")

    def __init__(self, who: str, limit: float | None = None) -> None:
        self.who = who
        self.limit = RENDER_LIMIT if limit is None else limit

    def __enter__(self) -> None:
        self.since = time.monotonic()
        self._thread = threading.get_ident()
        self._around = _at_work.get(self._thread)
        _at_work[self._thread] = self

    def __exit__(self, _: type[BaseException] | None, raised: BaseException | None, __: TracebackType | None) -> None:
        if self._around is None:
            _at_work.pop(self._thread, None)
            put_back_streams()
        else:
            _at_work[self._thread] = self._around
        if raised is not None and not isinstance(raised, Exception | Interrupted):
            raise BrokenOff(raised) from raised

    @property
    def is_late(self) -> bool:
        """Whether it should have come back by now."""
        return time.monotonic() - self.since > self.limit

    def __str__(self) -> str:
        return f"{self.who} has not come back within {self.limit:g} seconds"


_at_work: dict[int, foreign] = {}
"""The code that is at work in each thread, by the thread's ident."""
_handled: dict[int, Iterable[Recipient | None]] = {}
"""The recipients whom the code in each thread deals with, by the thread's ident."""
_somebody_handled = False
"""Whether any recipient was dealt with since `supervised` began."""
_telling: set[int] = set()
"""The threads in which what foreign code printed is being told."""
_streams: tuple[TextIO, TextIO] | None = None
"""What stands for stdout and stderr while foreign code is overheard."""


class handling:  # noqa: N801 -- read as words: with handling(recipients)
    """What this thread prints within may hold personal data of these ``recipients``. Slots, as in `foreign`."""

    __slots__ = ("_around", "_recipients", "_thread")

    def __init__(self, recipients: Iterable[Recipient | None]) -> None:
        self._recipients = recipients

    def __enter__(self) -> None:
        self._thread = threading.get_ident()
        self._around = _handled.get(self._thread)
        _handled[self._thread] = self._recipients
        global _somebody_handled
        _somebody_handled = _somebody_handled or any(one is not None for one in self._recipients)

    def __exit__(self, *_: object) -> None:
        if self._around is None:
            _handled.pop(self._thread, None)
        else:
            _handled[self._thread] = self._around


def private_here() -> set[str]:
    """What must not be written down of the recipients that this thread deals with."""
    dealt_with = _handled.get(threading.get_ident(), ())
    return {value for one in dealt_with if one is not None for value in one.private_values}


def speaks_of_anybody() -> bool:
    """Whether what this thread says may be of any recipient that was ever dealt with: it is a plugin's own, and may
    speak long after the delivery that it was started for."""
    thread = threading.get_ident()
    is_known = thread in _handled or thread in _at_work or thread == threading.main_thread().ident
    return _somebody_handled and not is_known


def late() -> dict[int, foreign]:
    """The code that has not come back in time, by its thread's ident."""
    return {thread: code for thread, code in list(_at_work.items()) if code.is_late}


def put_back_streams() -> None:
    """Print where kohoctl prints, whatever foreign code has left in the place of stdout and stderr."""
    if _streams is not None:
        sys.stdout, sys.stderr = _streams


@contextmanager
def supervised(tell: Tell, scrub: Scrub = str) -> Iterator[None]:
    """``tell`` of every line that foreign code prints, ``scrub`` what kohoctl prints, which may quote such code, and
    end what foreign code does too long in the main thread.

    There, `Overdue` is raised in the midst of it; a signal does that, since it wakes up what sleeps too. Nothing can
    end a thread from outside: whoever started it asks for `late` and goes on without it.

    Ctrl-C raises `Interrupted` meanwhile, where it would have raised `KeyboardInterrupt`.
    """
    global _streams, _somebody_handled
    _somebody_handled = False
    before, around = (sys.stdout, sys.stderr), _streams
    out, err = (cast(TextIO, _Overheard(stream, tell, scrub)) for stream in before)
    _streams = out, err
    put_back_streams()
    handler = signal.signal(signal.SIGVTALRM, _raise_if_late)
    on_interrupt = signal.getsignal(signal.SIGINT)
    if on_interrupt is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    ended = threading.Event()
    threading.Thread(target=_watch_main_thread, args=(ended,), name="watch", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        signal.signal(signal.SIGVTALRM, handler)
        signal.signal(signal.SIGINT, on_interrupt)
        sys.stdout, sys.stderr = before
        _streams = around


def own(stream: TextIO) -> TextIO:
    """The stream itself, where foreign code is overheard on it: for what is kohoctl's word whoever is at work."""
    seen: object = stream  # to the type checker, a stream is no _Overheard
    return seen._stream if isinstance(seen, _Overheard) else stream


def _watch_main_thread(ended: threading.Event) -> None:
    main = threading.main_thread().ident
    while main is not None and not ended.wait(LOOK_AGAIN):
        if main in late():
            signal.pthread_kill(main, signal.SIGVTALRM)


def _interrupt(*_: object) -> NoReturn:
    raise Interrupted


def _raise_if_late(*_: object) -> None:
    code = _at_work.get(threading.get_ident())
    if code is not None and code.is_late:
        raise Overdue(str(code))


class _Overheard:
    """Stands before a stream, and takes out what foreign code writes, in threads of its own too: kohoctl itself writes
    through it in the main thread alone."""

    def __init__(self, stream: TextIO, tell: Tell, scrub: Scrub) -> None:
        self._stream = stream
        self._tell = tell
        self._scrub = scrub
        self._begun: dict[int, str] = {}
        self._let_go: dict[int, foreign | None] = {}
        """By thread, whose line is let go until it ends, since its beginning was told already."""

    def write(self, text: str) -> int:
        thread = threading.get_ident()
        code = _at_work.get(thread)  # stays there, or nobody would notice that it does not come back from here
        if thread in _telling or (code is None and thread == threading.main_thread().ident):
            return self._stream.write(self._scrub(text))
        _telling.add(thread)  # what is told is no plugin's word
        try:
            self._take_out(text, thread, code)
        finally:
            _telling.discard(thread)
        return len(text)

    def _take_out(self, text: str, thread: int, code: foreign | None) -> None:
        """Tell of the lines that are whole, and keep the rest; of one that is too long, the rest is let go."""
        if thread in self._let_go and self._let_go[thread] is code:
            _, ended, text = text.partition("\n")
            if not ended:
                return
        self._let_go.pop(thread, None)
        *lines, rest = (self._begun.pop(thread, "") + text).split("\n")
        if len(rest) > LINE_LIMIT:
            lines, rest = [*lines, rest], ""
            self._let_go[thread] = code
        if rest:
            self._begun[thread] = rest
        for line in filter(str.strip, lines):
            self._tell(code.who if code else STRAY, cut_off(line, LINE_LIMIT))

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    @property
    def buffer(self) -> _OverheardBytes:
        """What stands before the stream's bytes: code that puts another wrapper around those closes them with it."""
        return _OverheardBytes(self)

    def close(self) -> None:
        """Close nothing: the stream is kohoctl's."""

    def detach(self) -> NoReturn:
        """Refuse to give away the stream's bytes, as any stream does that has none."""
        raise io.UnsupportedOperation("detach")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _OverheardBytes(io.BufferedIOBase):
    def __init__(self, overheard: _Overheard) -> None:
        self._overheard = overheard

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        whole = bytes(content)
        self._overheard.write(whole.decode("utf-8", "replace"))
        return len(whole)
