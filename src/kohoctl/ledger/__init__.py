"""What happened, append-only: the one place that knows."""

from __future__ import annotations

from kohoctl.ledger.opening import Purpose as Purpose
from kohoctl.ledger.sqlite import Ledger as Ledger
