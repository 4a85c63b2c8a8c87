"""What a message looks like on the web: the page around its text, the files with it, and its JSON-LD."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kohoctl import File, Rendition
from kohoctl.channels._questions import faq_page, questions_html

if TYPE_CHECKING:
    from jinja2 import Template

PICTURE_TYPES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
"""Pictures that every browser shows and WordPress takes. SVG is not among them: it can carry a script."""
ATTACHMENT_TYPES = PICTURE_TYPES | {
    "application/pdf": ".pdf",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
"""Files that WordPress takes unless told otherwise, and that run nothing on the site that serves them."""
_LABELS = {
    "ja": {"published": "公開日", "modified": "更新日", "attachments": "添付ファイル", "feed": "新着情報（Atom）"},
    "en": {"published": "Published", "modified": "Updated", "attachments": "Attachments", "feed": "News feed (Atom)"},
}


def stored_name(file: File) -> str:
    """The name of ``file`` on a site: ASCII, the same for the same bytes and alt text, and another for any other."""
    identity = json.dumps(dict(file.identity()), ensure_ascii=False, sort_keys=True)
    stem = re.sub(r"[^a-z0-9]+", "-", Path(file.name).stem.lower()).strip("-")[:40].strip("-")
    digest = hashlib.sha256(identity.encode()).hexdigest()[:20]
    return f"{stem or 'file'}-{digest}{ATTACHMENT_TYPES.get(file.media_type, '.bin')}"


def stored_files(rendition: Rendition) -> dict[str, File]:
    """The page's files by the names that they have on the site, pictures first."""
    content = rendition.content
    names = [file["file"] for file in (*content["pictures"], *content["attachments"])]
    return dict(zip(names, rendition.files, strict=True))


def page_mark(content: Mapping[str, Any]) -> str:
    """What marks a page as this message's on this channel: SHA-256 of their names, in hexadecimal."""
    return hashlib.sha256(content["page"].encode()).hexdigest()


def linked_files(files: Sequence[Mapping[str, Any]], address: Mapping[str, str], language: str) -> str:
    """The list of attachments at the end of a page, in HTML; ``address`` maps stored names to addresses."""
    if not files:
        return ""
    items = "".join(
        f'<li><a href="{html.escape(address[file["file"]])}">{html.escape(file["name"])}</a>'
        f" ({', '.join([file['file'].rpartition('.')[2].upper(), *_readable_size(file['size'])])})</li>\n"
        for file in files
    )
    return f"<h2>{labels(language)['attachments']}</h2>\n<ul>\n{items}</ul>"


def figures(pictures: Sequence[Mapping[str, Any]], address: Mapping[str, str]) -> str:
    """Pictures in HTML, one below the other."""
    return "\n".join(
        f'<figure><img src="{html.escape(address[picture["file"]])}" alt="{html.escape(picture["alt"])}"></figure>'
        for picture in pictures
    )


def _readable_size(size: int | None) -> list[str]:
    """The size in words; none where the file is yet to be made."""
    if size is None:
        return []
    return [f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024))} KB"]


def labels(language: str) -> Mapping[str, str]:
    """The page's own words in ``language``; English where it has none."""
    return _LABELS.get(language.split("-")[0].lower(), _LABELS["en"])


def page_html(
    rendition: Rendition, address: Mapping[str, str], published: datetime, modified: datetime, url: str, site: str
) -> str:
    """The whole page: the same text for the same rendition, addresses and times.

    ``address`` maps each stored file name to where the page finds it; ``url`` is the page's own address, empty while
    it is not known; ``site`` is the site's title.
    """
    content = rendition.content
    language = content["language"]
    return _template().render(
        content=content,
        labels=labels(language),
        mark=page_mark(content),
        digest=rendition.digest,
        data=_data_script(json_ld(content, published, modified, url)) + faq_script(content),
        questions=questions_html(content.get("questions", ())),
        figures=figures(content["pictures"], address),
        attachments=linked_files(content["attachments"], address, language),
        dates=_dates(published, modified, language),
        url=url,
        site=site,
    )


def _dates(published: datetime, modified: datetime, language: str) -> list[tuple[str, str, str]]:
    days = [("published", published)]
    if modified.date() != published.date():
        days.append(("modified", modified))
    return [(labels(language)[what], day.isoformat(), _readable_day(day, language)) for what, day in days]


def _readable_day(day: datetime, language: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if labels(language) is _LABELS["ja"] else day.date().isoformat()


def json_ld(content: Mapping[str, Any], published: datetime, modified: datetime, url: str) -> dict[str, Any]:
    """The page as a schema.org ``SpecialAnnouncement``."""
    announcement = {
        "@context": "https://schema.org",
        "@type": "SpecialAnnouncement",
        "name": content["title"],
        "abstract": content["excerpt"],
        "text": content["text"],
        "inLanguage": content["language"],
        "datePosted": published.isoformat(),
        "dateModified": modified.isoformat(),
        "publisher": {"@type": "GovernmentOrganization", "name": content["owner"]},
    }
    return announcement | ({"@id": url, "url": url} if url else {})


def faq_script(content: Mapping[str, Any]) -> str:
    """The element that tells machines of the page's questions; nothing where it has none."""
    questions = content.get("questions")
    return _data_script(faq_page(questions, content["language"])) if questions else ""


def _data_script(data: Mapping[str, Any]) -> str:
    """The element that holds ``data`` as JSON-LD, which cannot end the element that it stands in."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    safe = "".join(f"\\u{ord(letter):04x}" if letter in "<>&\u2028\u2029" else letter for letter in text)
    return f'<script type="application/ld+json">\n{safe}\n</script>\n'


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = Path(__file__).with_name("_web_page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)


def embedded(rendition: Rendition) -> dict[str, str]:
    """Addresses for a page that stands alone: pictures inside it, attachments beside it under their own names."""
    files, pictures = stored_files(rendition), {picture["file"] for picture in rendition.content["pictures"]}
    return {name: _data_url(file) if name in pictures else quote(file.name) for name, file in files.items()}


def _data_url(file: File) -> str:
    return f"data:{file.media_type};base64,{base64.b64encode(file.read()).decode()}"
