"""The language in which kohoctl speaks to people: English, or another one from a catalogue.

English is the language of the source. It stays that of the ledger, of logs, and of whatever programs read: there a
`Sentence` and a `Problem` are their English text. Only where something is shown to people is it translated.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kohoctl.problem import Problem

ENGLISH, JAPANESE = "en", "ja"
LANGUAGES = (ENGLISH, JAPANESE)
DOMAIN = "kohoctl"
CATALOGUES = Path(__file__).parent / "locale"
WORDS = frozenset({"what", "unit", "reason"})
"""The names in a problem's sentence under which words of kohoctl's own may stand: these are translated too."""

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
_PYTHONS_OWN = "messages"  # the domain that gettext has when nobody chose one
_spoken = ENGLISH


class Sentence(str):
    """An English sentence that knows what it was made of, so that it can be said in another language.

    ``template`` has ``{names}`` that ``values`` fill. It is a text like any other wherever nobody translates it.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Sentence:
        made = super().__new__(cls, template.format_map(values) if values else template)
        made.template, made.values = template, values
        return made


def of_locale(environment: Mapping[str, str]) -> str:
    """The language that the locale's variables ask for, as far as it is spoken here."""
    asked_for = next((value for name in _LOCALE if (value := environment.get(name))), "")
    return JAPANESE if asked_for.lower().startswith(JAPANESE) else ENGLISH


def speak(language: str) -> None:
    """Speak ``language``, one of `LANGUAGES`, from now on; click's own words too."""
    global _spoken
    _spoken = language
    if language == ENGLISH:
        gettext.textdomain(_PYTHONS_OWN)
        return
    os.environ["LANGUAGE"] = language  # what gettext, and so click, asks first
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)


def spoken() -> str:
    """The language that is spoken now."""
    return _spoken


def translated(text: str, /, **values: object) -> str:
    """``text``, a sentence of the source with ``{names}``, in the language that is spoken, filled with ``values``,
    those among them that are sentences in that language too.

    Modules import it as ``_``, by which the catalogue's messages are found.
    """
    return _in(_spoken, text, values)


def counted(number: int, one: str, many: str | None = None, *, language: str | None = None) -> str:
    """``no problems``, ``1 problem``, ``2 problems``; in Japanese with the counter that the noun takes."""
    plural, meant = many or f"{one}s", language or _spoken
    if meant == ENGLISH:
        return f"{number or 'no'} {one if number == 1 else plural}"
    return _catalogue(meant).ngettext(f"{{count}} {one}", f"{{count}} {plural}", number).format(count=number)


def said(what: object, language: str | None = None) -> str:
    """A problem, an error, or a text, in ``language``, or in the one that is spoken. What its catalogue does not have
    stays."""
    from kohoctl.problem import Problem  # not for --help, which has nothing to say of one

    meant = language or _spoken
    if isinstance(what, Problem):
        is_known = _catalogue(meant).gettext(what.text) is not what.text  # else gettext gives back what it was given
        return _in(meant, what.text, what.values) if is_known else str(what)
    if isinstance(what, Exception):
        return said(what.args[0], meant) if len(what.args) == 1 and isinstance(what.args[0], Sentence) else str(what)
    if isinstance(what, Sentence):
        return _in(meant, what.template, what.values)
    return _in(meant, str(what), {})


def either(words: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    *first, last = words
    return Sentence("{first} or {last}", first=enumerated(first), last=last) if first else last


def both(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *first, last = words
    return Sentence("{first} and {last}", first=enumerated(first), last=last) if first else last


def enumerated(words: Sequence[str]) -> str:
    """``a``, ``a, b``, as each language that it is said in has it."""
    return reduce(lambda before, word: Sentence("{before}, {word}", before=before, word=word), words)


def listed(words: Iterable[str]) -> str:
    """``a, b, c`` as the language that is spoken has it."""
    return translated(", ").join(words)


def in_a_row(sentences: Iterable[object], language: str | None = None) -> str:
    """Problems and texts, one behind the other, in ``language``, or in the one that is spoken."""
    return said(Sentence("; "), language).join(said(one, language) for one in sentences)


def hint_of(problem: Problem, language: str | None = None) -> str | None:
    """What would be right, in ``language``, or in the one that is spoken."""
    return said(problem.hint, language) if problem.hint else problem.hint


def said_with_hint(problem: Problem, language: str | None = None) -> str:
    """The sentence, and what would be right behind it."""
    sentence, hint = said(problem, language), hint_of(problem, language)
    return said(Sentence("{sentence} ({hint})", sentence=sentence, hint=hint), language) if hint else sentence


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.NullTranslations() if language == ENGLISH else gettext.translation(DOMAIN, CATALOGUES, [language])


def _in(language: str, text: str, values: Mapping[str, object]) -> str:
    found = _catalogue(language).gettext(text) if text else text  # of no text, gettext gives the catalogue's own header
    return found.format_map(_values(language, values)) if values else found


def _values(language: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: said(value, language) if _is_said(name, value) else value for name, value in values.items()}


def _is_said(name: str, value: object) -> bool:
    return isinstance(value, Sentence) or (name in WORDS and isinstance(value, str))
