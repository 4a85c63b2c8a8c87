"""The secretariat's chat room is told of each delivery.

An example of an observer. It is switched on by the environment variable ``CHAT_ROOM_URL``, which holds the room's
webhook (Slack, Mattermost, Google Chat and others take the same), and does nothing where that is not set. Whoever has
that address can write into the room, so it is a secret. A recipient is never named: in some lists an id is a person's
number, and a chat room is no place for it.
"""

from __future__ import annotations

import os
import re

from kohoctl import Delivery, Receipt, Secret, Transport, hookimpl, raise_for_ending

VARIABLE = "CHAT_ROOM_URL"

_DONE = {"published": "掲載しました", "requested": "依頼を送りました"}
_ADDRESS = re.compile(r"https?://[!-;=?-~]+")
"""What a room shows as a link: no < and >, between which it would read a command, such as one that calls everybody."""


@hookimpl
def kohoctl_delivered(delivery: Delivery, receipt: Receipt, transport: Transport) -> None:
    if not os.environ.get(VARIABLE, "").strip():
        return
    webhook = transport.secret(Secret(env=VARIABLE))
    raise_for_ending(transport.http.post(webhook, json={"text": words(delivery, receipt)}))


def words(delivery: Delivery, receipt: Receipt) -> str:
    """What the room reads: what was done, by which channel, and where it can be seen."""
    to = "（宛先1件）" if delivery.recipient is not None else ""
    lines = [
        f"【広報】{_DONE[receipt.form]}{to}",
        f"メッセージ：{delivery.campaign}/{delivery.message}",
        f"経路：{delivery.channel}（{delivery.kind}）",
    ]
    if receipt.url and _ADDRESS.fullmatch(receipt.url):
        lines.append(receipt.url)
    return "\n".join(lines)
