"""Fixtures for the tests of plugins; pytest finds them by itself wherever kohoctl is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kohoctl.testing.service import Service
    from kohoctl.transport import Transport

PATIENCE = 2.0
"""Seconds: so that a test of a service which never answers is short, and no busy machine spoils the others."""


@pytest.fixture
def kohoctl_service() -> Iterator[Service]:
    """A service on this machine at ``.url``: it answers as ``.answer`` says, and keeps what came in ``.requests``."""
    from kohoctl.testing.service import Service

    with Service() as service:
        yield service


@pytest.fixture
def kohoctl_transport(tmp_path: Path) -> Iterator[Transport]:
    """A live run's `kohoctl.Transport` that waits two seconds at the most; secrets in files are in ``tmp_path``."""
    from kohoctl.testing.ways_out import trial_transport

    transport = trial_transport(tmp_path, patience=PATIENCE)
    yield transport
    transport.http.close()
