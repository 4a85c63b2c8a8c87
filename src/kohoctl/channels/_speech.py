"""A script's reading and sound, from OpenJTalk: what the extra ``kohoctl[radio]`` adds, for people to check and hear.

What it says is shown and never decides: a reading decides once a person has put it into the campaign file, so that a
script that fits on one machine fits on all.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import threading
import warnings
import wave
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kohoctl.channels._reading import count_morae, plain_text

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

PEAK = 0.89
"""The loudest sample, as a part of full scale: 1 dB below it. OpenJTalk's own samples go over it, and would crackle."""

HURRY = 2.0
"""Times as fast as usual that a script is spoken first, only for its length: each second of speech costs the same, and
OpenJTalk keeps to such a speed to the sample."""

FULL_SCALE = 32767
"""The largest 16-bit sample."""

KEPT = 32
"""Scripts whose sound is kept: every station of a channel gets the same one."""

_one_at_a_time = threading.Lock()

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?!\d)")
_TELEPHONE_HYPHEN = re.compile(r"(?<=\d)[-()](?=\d)")


def is_installed() -> bool:
    """Whether the extra is there; nothing is loaded for the answer."""
    return importlib.util.find_spec("pyopenjtalk") is not None


@lru_cache(KEPT)
def reading_of(script: str) -> str:
    """The script's reading in katakana, long vowels as ー, 、 for each pause."""
    with _openjtalk() as openjtalk:
        words = openjtalk.run_frontend(_readable(script))
    reading = "".join(word["pron"] for word in words).replace("’", "")  # the mark of a whispered vowel
    return re.sub("、+", "、", reading).strip("、")


@lru_cache(KEPT)
def wav_of(script: str, morae_per_second: float) -> bytes:
    """The script spoken at that rate: WAV, 16 bit, one channel, 48 kHz."""
    readable = _readable(script)
    wanted = count_morae(reading_of(script)) / morae_per_second
    with _openjtalk() as openjtalk:
        samples, rate = openjtalk.tts(readable, speed=HURRY)
        at_ease = HURRY * len(samples) / rate
        samples, rate = openjtalk.tts(readable, speed=at_ease / wanted if wanted else 1.0)
    return _wav(samples, rate)


@contextlib.contextmanager
def _openjtalk() -> Iterator[Any]:
    """OpenJTalk, for one caller at a time, and kept from printing what else might be installed."""
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # those of the libraries that it is made of
        with contextlib.redirect_stdout(io.StringIO()):
            import pyopenjtalk
        yield pyopenjtalk


def _readable(script: str) -> str:
    """The script with what OpenJTalk would pass over in silence written out: times, ranges, domains."""
    plain = plain_text(script)
    plain = _CLOCK.sub(lambda match: f"{match[1]}時" + (f"{match[2]}分" if match[2] != "00" else ""), plain)
    plain = re.sub(r"(?<=[A-Za-z])\.(?=[A-Za-z])", "ドット", plain)
    plain = _TELEPHONE_HYPHEN.sub("の", plain)
    return re.sub("[~〜]", "から", plain)


def _wav(samples: NDArray[numpy.float64], rate: int) -> bytes:
    loudest = float(abs(samples).max()) if len(samples) else 0
    scaled = samples * (PEAK * FULL_SCALE / loudest) if loudest else samples
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(scaled.astype("<i2").tobytes())
    return written.getvalue()
