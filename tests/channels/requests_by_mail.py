"""A message that is asked for by mail, and the mail that a delivery of it is."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kohoctl import Asset, Message, Version

DUE = datetime(2015, 6, 5, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
CONTACT = {"department": "年金局事業企画課広報係", "telephone": "03-0000-0000", "email": "koho@mhlw.example"}
FLYER = b"%PDF-1.7 flyer"


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
