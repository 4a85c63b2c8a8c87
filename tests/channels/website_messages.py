"""Messages and transports for the tests of the website kinds."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from kohoctl import Asset, Message, Question, Transport
from kohoctl.channels.website import Website, WebsiteSettings, WebsiteVersion
from kohoctl.redaction import Redactor
from kohoctl.transport import open_transport

TOKYO = timezone(timedelta(hours=9))
DUE = datetime(2015, 6, 3, 10, 0, tzinfo=TOKYO)
KEY = "nenkin-2015/notice/mhlw-site/2015-06-03"
TITLE = "日本年金機構における不正アクセスによる情報流出事案について"
BODY = """日本年金機構への不正アクセス事案では、皆さまの年金情報が流出し、ご迷惑、ご心配をおかけしております。
申し訳ありません。

## 「年金情報流出」を口実にした犯罪にご注意ください

- 日本年金機構から、この件でお客様に電話やメールで連絡することは、**一切ありません**。
- 日本年金機構が、この件でお客様にATMの操作をお願いすることは、**一切ありません**。

## 専用電話窓口（通話料はかかりません）

0120-818211
受付時間 8:30〜21:00（平日及び土日）
"""
QUESTIONS = (
    Question(
        question="今回の不正アクセスにより、私の年金そのものがなくなったり、減ってしまうことはないのですか。",
        answer="- 年金そのものがなくなったり、減ることは、**ありません**。\n- 記録の改ざんは、確認されていません。",
    ),
    Question(question="年金の支払いに滞りはできませんか。", answer="年金の支払いが滞ることは、ありません。"),
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def message(slug: str | None = None, **fields: Any) -> Message:
    """A message with a slug; its id is the slug too, unless another is given."""
    given: dict[str, Any] = {
        "campaign": "nenkin-2015",
        "campaign_title": "不正アクセスによる情報流出事案に関する広報",
        "owner": "厚生労働省",
        "id": slug or "notice",
        "title": TITLE,
        "body": BODY,
        "due": DUE,
        "own": WebsiteVersion(slug=slug, excerpt=fields.pop("excerpt", None), questions=fields.pop("questions", ())),
    }
    return Message(**(given | fields))


def asset(folder: Path, name: str, media_type: str, content: bytes, alt: str | None = None) -> Asset:
    (folder / name).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Asset(folder / name, name, media_type, len(content), digest, alt)


def picture(folder: Path, name: str = "poster.png", alt: str | None = "注意を呼びかけるポスター") -> Asset:
    return asset(folder, name, "image/png", PNG, alt)


def flyer(folder: Path) -> Asset:
    return asset(folder, "チラシ.pdf", "application/pdf", PDF)


def folder_channel(name: str = "mhlw-site", **settings: Any) -> Website:
    folder = {"path": "site", "url": "https://www.mhlw.example/news", "title": "厚生労働省ホームページ"}
    return Website(name, "厚生労働省", WebsiteSettings.model_validate({"folder": folder} | settings))


def wordpress_channel(url: str, name: str = "mhlw-site", **site: Any) -> Website:
    wordpress = {"url": url, "user": "editor", "password": {"env": "WORDPRESS_PASSWORD"}} | site
    return Website(name, "厚生労働省", WebsiteSettings.model_validate({"wordpress": wordpress}))


def transport(folder: Path, now: datetime = DUE) -> Transport:
    return replace(open_transport(folder, None, Redactor()), now=lambda: now.astimezone(UTC))
