"""What a delivery looks like to its readers, as a kind says it for the preview: frozen values of which a page is made.

A kind gives some of these from ``Channel.views``. It says what is to be seen; how it is drawn, in which colours and in
which of its languages, is the page's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is, of how much there is: ``Measure(263, 280, "weight")``.

    ``unit`` is ``characters``, ``weight``, ``utf16``, ``morae`` or ``seconds``, which the page calls by their names in
    both of its languages, or any other word, which it shows as it is.
    """

    number: float
    most: float
    unit: str = "characters"

    @property
    def is_over(self) -> bool:
        """Whether it is too long, by what is shown of it: a tenth counts."""
        return round(self.number, 1) > round(self.most, 1)


@dataclass(frozen=True, slots=True)
class TextView:
    """A text as it was written. ``name`` says which one it is, where there are several."""

    text: str
    name: str = ""
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class FileView:
    """A file as its reader would open it: the pages of a PDF, a picture, a sound, a text; any other can be saved.

    ``name`` and its ending say what it is; ``alt`` is for those who cannot see a picture.
    """

    name: str
    content: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True, slots=True)
class PostView:
    """A post in a social network. ``passes_on`` is the key of the earlier delivery that a repost passes on."""

    account: str
    text: str
    measure: Measure | None = None
    pictures: tuple[FileView, ...] = ()
    passes_on: str = ""


@dataclass(frozen=True, slots=True)
class ChatView:
    """Messages in a chat, a bubble each, then the addresses of the pictures that the service fetches."""

    texts: tuple[TextView, ...]
    picture_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebPageView:
    """A whole page in HTML. It is shown in a frame of its own, in which no script runs and nothing is fetched."""

    html: str = field(repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True)
class ScriptView:
    """What is read aloud, and how long that takes. ``reading`` is in kana, ``sound`` a WAV."""

    text: str
    measure: Measure | None = None
    reading: str = ""
    sound: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SpaceView:
    """A printed space and the PDF of what stands in it, shown in its proportion to the page that it is a part of."""

    name: str
    content: bytes = field(repr=False)
    width_mm: float
    height_mm: float
    page_width_mm: float
    page_height_mm: float


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail. ``attachments`` are the names of the files with it, which views of their own show."""

    sender: str
    to: str
    subject: str
    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    """Rows below a row of column names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    name: str = ""


View: TypeAlias = (
    TextView | FileView | PostView | ChatView | WebPageView | ScriptView | SpaceView | MailView | TableView
)
"""Any of them."""
_VIEWS = (TextView, FileView, PostView, ChatView, WebPageView, ScriptView, SpaceView, MailView, TableView)
_PARTS: Mapping[str, type | tuple[type, ...]] = {
    "str": str,
    "bytes": bytes,
    "float": (int, float),
    "tuple": tuple,
    "Measure": Measure,
}
"""What the parts of a view are, by the words in which they are declared above."""


def usable_view(found: object, source: str) -> View:
    """``found``, which ``source`` gave, where it is a view whose parts are what they are declared to be. Raises
    TypeError."""
    if not isinstance(found, _VIEWS):
        raise TypeError(f"a view is one of kohoctl's, such as TextView, and {source} gave {type(found).__name__}")
    _check_parts(found, source)
    return found


def _check_parts(value: object, source: str) -> None:
    if isinstance(value, tuple):
        for item in value:
            _check_parts(item, source)
    elif is_dataclass(value):
        for one in fields(value):
            part, declared = getattr(value, one.name), str(one.type)
            wanted = next((kind for name, kind in _PARTS.items() if declared.startswith(name)), object)
            if not (isinstance(part, wanted) or (part is None and declared.endswith("None"))):
                what = f"{type(value).__name__}.{one.name} is {declared}"
                raise TypeError(f"{what}, and {source} gave {type(part).__name__}")
            _check_parts(part, source)
