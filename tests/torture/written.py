"""What the torture's campaigns say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DAY = "2015-06-04"
WARNING = "warning: {{title: 注意, when: 2015-06-04T10:00, channels: {channels}, body: 文}}\n"
CONTACT = {"department": "年金局事業企画課広報係", "telephone": "03-5253-1111", "email": "koho@gov.example"}
_SENDER = {"sender": "広報室 <koho@gov.example>", "contact": CONTACT}
_OFFICE = {**_SENDER, "office": "厚生労働省年金局"}
_HOTLINE = {"hotline": "0120-818211", "hours": "8:30〜21:00"}
_QUESTIONS = [{"question": "年金は減りますか。", "answer": "減ることは、ありません。"}]

MAIL_KINDS: Mapping[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "flyer-request": (_OFFICE, {"number": "年管企発0605第1号"}, True),
    "request-letter": (_OFFICE, {"number": "金監督第1号", "items": ["周知をお願いする事項"]}, False),
    "press-release": (_OFFICE, {"embargo": "2015-06-05T17:00"}, False),
    "press-conference": (
        _OFFICE,
        {
            "at": "2015-06-05T17:30",
            "place": "記者会見室",
            "speakers": ["大臣"],
            "registration": "電子メールで御連絡ください。",
        },
        False,
    ),
    "call-centre": (
        _OFFICE,
        {"opening": "窓口でございます。", "questions": _QUESTIONS, "never_ask": ["口座番号"], **_HOTLINE},
        False,
    ),
    "counter-guide": (
        _OFFICE,
        {"steps": ["話を聞く。"], "identification": ["運転免許証"], "look_up": ["年金記録"], **_HOTLINE},
        False,
    ),
    "partner-notice": ({**_OFFICE, "partners": [{"office": "警察庁", "contact": CONTACT}]}, {}, False),
    "meeting": (
        {**_OFFICE, "council": "広報対応連絡会議"},
        {"at": "2015-06-05T17:30", "place": "省議室", "agenda": ["広報について"]},
        False,
    ),
    "flyer": (_OFFICE, {"reply_by": "2015-06-19"}, True),
    "newspaper": (
        {**_OFFICE, "advertiser": "政府広報"},
        {"columns": 5, "days": ["2015-06-08"], **_HOTLINE},
        False,
    ),
    "radio-spot": ({**_SENDER, "advertiser": "政府広報"}, {"air_dates": ["2015-06-13"]}, False),
}
"""Of each kind that sends mail: its settings, what a message says for it, and whether a file is attached."""
