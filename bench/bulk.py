"""A kind of channel for a service that takes many deliveries in one request, as LINE's multicast and FCM do."""

from __future__ import annotations

from collections.abc import Sequence

from bench.board import Board
from kohoctl import Receipt, Rendition, Transport, raise_for_ending

SIZE = 500
"""Deliveries in one request: what LINE's multicast takes."""


class Bulk(Board):
    """Sends what the kind ``board`` sends, ``SIZE`` to a request."""

    kind = "bulk"

    def batch_size(self) -> int:
        return SIZE

    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> list[Receipt]:
        first, _ = items[0]
        answer = transport.http.post(
            f"{first.destination['api']}/v2/bot/message/bulk",
            json=[{**rendition.content, "key": key} for rendition, key in items],
            headers={"Authorization": f"Bearer {transport.secret(self.settings.token)}"},
        )
        raise_for_ending(answer)
        id = answer.json()["id"]
        return [Receipt.published(f"{id}/{number}") for number in range(len(items))]
