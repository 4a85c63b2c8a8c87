"""What happened, append-only: the one place that knows."""

from __future__ import annotations

from kohoctl.ledger.opening import Purpose as Purpose
from kohoctl.ledger.people import calls_of as calls_of
from kohoctl.ledger.people import records_of as records_of
from kohoctl.ledger.people import write_calls as write_calls
from kohoctl.ledger.people import write_records as write_records
from kohoctl.ledger.sqlite import Ledger as Ledger
