"""In which language the schema speaks: Japanese, English, or both.

English stands in the models, beside what it describes. Japanese for what comes with kohoctl is in `japanese`, by the
English sentence; a plugin gives its own beside its English one, as ``json_schema_extra={"description_ja": …}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kohoctl.schema.japanese import JAPANESE

Lang = Literal["both", "ja", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
IN_JAPANESE = "description_ja"
"""The key of a field's ``json_schema_extra`` under which a plugin gives its description in Japanese."""


@dataclass(frozen=True, slots=True)
class Language:
    """One of `LANGS`. Where there is no Japanese, English is shown."""

    lang: Lang = "both"

    def paragraphs(self, english: str, japanese: object = None) -> str:
        """A description. Both languages are a paragraph each, Japanese first: a hover shows them under each other, and
        a completion's one line is then the language of those who write the texts."""
        return self._said(english, japanese, "\n\n")

    def line(self, english: str, japanese: object = None) -> str:
        """What stands in one line: a mistake, or the meaning of a value in a list."""
        return self._said(english, japanese, " / ")

    def description(self, schema: Mapping[str, Any]) -> dict[str, str]:
        """The description in ``schema``, pydantic's, as the only entry; none where there is none."""
        english = schema.get("description")
        return {"description": self.paragraphs(english, schema.get(IN_JAPANESE))} if english else {}

    def _said(self, english: str, japanese: object, between: str) -> str:
        found = japanese if isinstance(japanese, str) else JAPANESE.get(english)
        if self.lang == "en" or found is None:
            return english
        return found if self.lang == "ja" else f"{found}{between}{english}"
