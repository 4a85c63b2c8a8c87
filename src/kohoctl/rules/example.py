"""A small campaign file, to show what a rule finds and how it is mended."""

from __future__ import annotations

FILE = """\
version: 1
facts: {facts}
{head}channels:
{channels}
campaigns:
  nenkin:
    title: 年金情報の流出に関する広報
    owner: 厚生労働省
    messages:
      notice:
        title: {title}
        when: {when}
        channels: {ways}
{images}        body: |
{body}
{more}"""
SITE = '{kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}'


def example(
    *,
    body: str,
    title: str = "お知らせ",
    facts: str = "{hotline: 0120-818211}",
    when: str = "2015-06-04T10:00",
    ways: str = "{site: {slug: notice}}",
    channels: str = f"site: {SITE}",
    images: str = "",
    more: str = "",
    mail: bool = False,
) -> str:
    """A campaign file with one message of this text, and ``more`` below it; with a server for ``mail`` where a channel
    needs one."""
    return FILE.format(
        head="mail: {host: smtp.mhlw.example}\n" if mail else "",
        facts=facts,
        channels=_indented(channels, 2),
        title=title,
        when=when,
        ways=ways,
        images=f"        images: [{images}]\n" if images else "",
        body=_indented(body, 10),
        more=_indented(more, 6) + "\n" if more else "",
    )


def _indented(text: str, depth: int) -> str:
    return "\n".join(" " * depth + line for line in text.splitlines())
