"""The descriptions of what comes with kohoctl in Japanese, each by its English sentence in the models.

`tests/schema/test_language.py` finds a sentence that has none, and one that no model has any more.
"""

from collections.abc import Mapping

from kohoctl.schema.japanese.file import FILE, MISTAKES
from kohoctl.schema.japanese.kinds import KINDS

JAPANESE: Mapping[str, str] = {**FILE, **MISTAKES, **KINDS}
