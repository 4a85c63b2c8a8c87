"""The message that a plugin's own tests render."""

from __future__ import annotations

import re

import pytest

from kohoctl import Version
from kohoctl.testing import message


class RadioVersion(Version):
    """What a message may say for the radio."""

    minutes: int = 1


def test_a_message_carries_what_it_says_for_a_kind() -> None:
    assert message(own=RadioVersion(minutes=2)).version(RadioVersion).minutes == 2


def test_a_message_without_a_kinds_own_fields_says_how_a_test_gives_them() -> None:
    with pytest.raises(TypeError, match=re.escape("message(…, own=RadioVersion(…))")):
        message().version(RadioVersion)


def test_a_message_takes_its_title_and_body_alone_by_position() -> None:
    assert message("題名", "本文").body == "本文"
    with pytest.raises(TypeError):
        message("題名", "本文", None)  # type: ignore[call-arg]
