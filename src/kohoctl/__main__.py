"""``python -m kohoctl``."""

from kohoctl.cli import main

main()
