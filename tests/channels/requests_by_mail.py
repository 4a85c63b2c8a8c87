"""A message that is asked for by mail, and the mail that a delivery of it is."""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from documents.letters import pdf_text, unbroken
from kohoctl import Asset, Message, Rendition, Version

DUE = datetime(2015, 6, 5, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
CONTACT = {"department": "年金局事業企画課広報係", "telephone": "03-0000-0000", "email": "koho@mhlw.example"}
OFFICE = {"sender": "広報係 <koho@mhlw.example>", "office": "厚生労働省年金局\n事業企画課長", "contact": CONTACT}
"""What every channel of documents sets."""
PRESS = {"name": "厚生労働記者会", "email": "kisha@press.example"}
QUESTIONS = [
    {
        "question": "私の年金が減ってしまうことはないのですか。",
        "answer": "○年金が減ることは、ありません。\n○年金記録の改ざんは、確認されていません。",
    },
    {"question": "年金の支払いに滞りはできませんか。", "answer": "○年金の支払いが滞ることは、ありません。"},
]
FLYER = b"%PDF-1.7 flyer"
_PAGE_NUMBER = re.compile(r"^\d+ / \d+$", re.MULTILINE)


def message(own: Version, body: str, **changes: Any) -> Message:
    told: dict[str, Any] = {
        "campaign": "nenkin-2015",
        "campaign_title": "情報流出事案に関する広報",
        "owner": "厚生労働省年金局",
        "id": "fraud-warning",
        "title": "「年金情報流出」を口実にした犯罪に関するチラシの設置について（依頼）",
        "body": body,
        "due": DUE,
        "own": own,
    }
    return Message(**(told | changes))


def flyer(folder: Path) -> Asset:
    (folder / "flyer.pdf").write_bytes(FLYER)
    return Asset(folder / "flyer.pdf", "flyer.pdf", "application/pdf", len(FLYER), hashlib.sha256(FLYER).hexdigest())


def mail_in(artifacts: Mapping[str, bytes]) -> EmailMessage:
    found = email.message_from_bytes(artifacts["mail.eml"], policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def document(rendition: Rendition, name: str) -> str:
    """What can be read in the rendition's PDF of that name, without breaks, spaces and the numbers of its pages."""
    (content,) = [file.read() for file in rendition.files if file.name == name]
    return unbroken(_PAGE_NUMBER.sub("", pdf_text(content)))


def names(rendition: Rendition) -> list[str]:
    """The names of its files."""
    return [file.name for file in rendition.files]


def wrong(rendition: Rendition) -> list[tuple[str | None, str]]:
    """The field and the sentence of each of its problems."""
    return [(problem.field, str(problem)) for problem in rendition.problems]
