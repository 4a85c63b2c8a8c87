"""The kind city-board, against a service on this machine."""

from __future__ import annotations

from pathlib import Path

from city_board import CityBoard, CityBoardSettings

from kohoctl import Receipt, Secret, Transport
from kohoctl.testing import Answer, Contract, Request, Service, message

KEY = "campaign/message/city-board/2015-06-04"


class TestContract(Contract):
    """The rules that every channel keeps: kohoctl tries each of them."""

    kind = CityBoard

    def answer(self, request: Request) -> Answer:
        # Change: what the service answers to a notice that it takes.
        return Answer(201, {"id": 7, "url": "https://service.example/7"})


def test_a_notice_is_posted_with_its_key_and_token(
    kohoctl_service: Service, kohoctl_transport: Transport, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("hush")
    settings = CityBoardSettings(url=kohoctl_service.url, token=Secret(file="token"))
    channel = CityBoard("city-board", "広報課", settings)
    kohoctl_service.answer = lambda _: Answer(201, {"id": 7, "url": "https://service.example/7"})

    receipt = channel.deliver(channel.render(message("題名", "本文"), None), KEY, kohoctl_transport)

    assert receipt == Receipt.published("7", "https://service.example/7")
    (request,) = kohoctl_service.requests
    assert request.json() == {"title": "題名", "text": "本文"}
    assert request.headers["Idempotency-Key"] == KEY
    assert request.headers["Authorization"] == "Bearer hush"
