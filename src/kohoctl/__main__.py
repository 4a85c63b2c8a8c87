"""``python -m kohoctl``."""

from kohoctl.cli import console

console()
