"""Sanitised HTML from a message's Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from kohoctl import Problem

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

EXCERPT_LENGTH = 120
"""Characters: about what search engines show of a page in Japanese."""

_TAGS = frozenset(
    {"p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "ol": {"start"}, "th": {"style"}, "td": {"style"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_ADDRESS = re.compile(r"https?://[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")  # ASCII only: Japanese text ends it
_LETTER = r"[0-9A-Za-z\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uff01-\uff9f]"
_PLAIN = re.compile(rf"(?:{_LETTER}(?:{_LETTER}|[ ,:-])*+(?<! )\n*|\n)*+")
"""Text in which nothing can be Markdown, HTML or an address, as most are: its HTML is written down a hundred times as
fast. Of ASCII's signs it has those that mean nothing within a line, and none at a line's beginning."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def control_character(text: str) -> str | None:
    """The first character of ``text`` that no page may hold, as ``U+202E``: a control, or one that turns text round."""
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def to_html(markdown: str) -> str:
    """Sanitised HTML of CommonMark with tables.

    A line break stays a line break, as in the channels that send plain text; a bare ``https://`` address becomes a
    link; the highest heading becomes ``h2``, under the page's title; tags in the text are shown, not obeyed.
    """
    if _PLAIN.fullmatch(markdown):
        paragraphs = re.split("\n\n+", markdown.strip("\n"))
        return "\n".join("<p>" + text.replace("\n", "<br>\n") + "</p>" for text in paragraphs if text)
    return _parsed(markdown)


def _parsed(markdown: str) -> str:
    import nh3

    parser = _markdown()
    tokens = parser.parse(markdown)
    _lower_headings(tokens)
    for token in tokens:
        token.children = list(_with_links(token.children)) if token.children else token.children
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        filter_style_properties={"text-align"},
        url_schemes=_SCHEMES,
        link_rel="noopener",
    ).strip()


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_cjk_friendly import cjk_friendly

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").use(cjk_friendly)
    parser.add_render_rule("softbreak", lambda *_: "<br>\n")
    return parser


@lru_cache(maxsize=1)
def _markdown_with_html() -> MarkdownIt:
    return type(_markdown())("commonmark", {"html": True}).enable("table")


def _lower_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + 2 - highest, 6)}"


def _with_links(tokens: Sequence[Token]) -> Iterator[Token]:
    """``tokens`` with the bare addresses in their text turned into links, but for text that is one already."""
    inside = 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            yield from _split_at_addresses(token.content)
        else:
            yield token


def _split_at_addresses(text: str) -> Iterator[Token]:
    from markdown_it.token import Token

    start = 0
    for match in _ADDRESS.finditer(text):
        address = _without_closing_marks(match[0])
        yield Token("text", "", 0, content=text[start : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        start = match.start() + len(address)
    yield Token("text", "", 0, content=text[start:])


def _without_closing_marks(address: str) -> str:
    """``address`` without what ends the sentence around it: a full stop, or a bracket that it did not open."""
    while address[-1] in ".,:;!?'])" and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address


def markdown_problems(markdown: str) -> Iterator[Problem]:
    """What in the text would not come out on a page as its writer meant it."""
    if "<" not in markdown and "![" not in markdown:
        return  # without these, neither HTML nor a picture can stand in it
    for token in _all_tokens(_markdown_with_html().parse(markdown)):
        if token.type in ("html_block", "html_inline"):
            tag = " ".join(token.content.split())[:40]
            yield Problem(
                "the text holds HTML ({tag}), which is not passed on to the page",
                {"tag": tag},
                field="body",
                hint="write Markdown, or put a backslash before < to show it",
            )
        if token.type == "image":
            yield Problem(
                "the text holds a picture by its address",
                field="body",
                hint="name the picture under images:, with its alt text",
            )


def _all_tokens(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all_tokens(token.children or ())


def to_text(sanitised: str) -> str:
    """The words of ``sanitised`` HTML, a line a paragraph."""
    lines = re.sub(r"(?i)<br>|</(p|li|h[2-6]|tr|pre)>", "\n", sanitised).replace("<p>", "")
    words = html.unescape(_without_tags(re.sub(r"</t[hd]>", " ", lines)) if "<" in lines else lines)
    return "\n".join(line for line in (" ".join(line.split()) for line in words.splitlines()) if line)


def _without_tags(sanitised: str) -> str:
    import nh3

    return nh3.clean(sanitised, tags=set())


def shorten(text: str, length: int = EXCERPT_LENGTH) -> str:
    """The beginning of ``text`` on one line, at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
