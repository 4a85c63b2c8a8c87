"""Whether every link within a built site leads somewhere: ``python tests/site_links.py docs/_build/html``.

Each page is read as it is served: a link's page, picture or style has to be a file of the site, and what stands behind
``#`` has to be an id of that page. Addresses of other sites are left alone, since nothing here asks a network.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINKS = {"a": "href", "link": "href", "img": "src", "script": "src"}
"""The attribute that is a link, by the element."""


class Page(HTMLParser):
    """The ids and links of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {value for name in ("id", "name") if (value := found.get(name))}
        if link := found.get(LINKS.get(tag, "")):
            self.links.add(link)


def broken_links(site: Path) -> Iterator[str]:
    """Each link within ``site`` that leads nowhere, behind its page."""
    pages = {path.resolve(): Page(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        for link in sorted(page.links):
            to = urlsplit(link)
            if to.scheme or to.netloc:
                continue
            target = (path.parent / unquote(to.path)).resolve() if to.path else path
            if not target.is_file() or (to.fragment and unquote(to.fragment) not in pages[target].ids):
                yield f"{path.relative_to(site.resolve())}: {link}"


if __name__ == "__main__":
    broken = list(broken_links(Path(sys.argv[1])))
    print("\n".join(broken) or "every link within the site leads somewhere")
    raise SystemExit(1 if broken else 0)
