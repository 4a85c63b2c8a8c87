"""What happened, append-only: the one place that knows."""

from __future__ import annotations

from kohoctl.ledger.sqlite import Ledger as Ledger
from kohoctl.ledger.sqlite import Purpose as Purpose
