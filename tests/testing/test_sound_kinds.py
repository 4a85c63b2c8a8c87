"""Kinds that keep every rule, each in a way of its own: the contract sees no fault where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
from pydantic import Field

from kohoctl import (
    Channel,
    Limit,
    Message,
    Problem,
    Receipt,
    Recipient,
    Rendition,
    ServiceUrl,
    Settings,
    Transport,
    raise_for_ending,
    text_problems,
)
from kohoctl.testing import Contract, Request, try_kind


class Where(Settings):
    """Where it goes."""

    url: ServiceUrl = Field(description="The address.")


class Posts(Channel):
    """A notice that is posted."""

    kind = "posts"
    settings: Where
    settings_model: ClassVar = Where
    limits: ClassVar = {"body": Limit(1000, "characters", "the service")}

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        problems: Any = self.problems(message)  # a tuple by its type, and whatever gives problems in truth
        return Rendition({"text": message.body}, {"url": self.settings.url}, problems=problems)

    def problems(self, message: Message) -> Iterator[Problem]:
        yield from text_problems(message.body, "body", self.limits["body"])

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        headers = {"Idempotency-Key": key}
        self.before(rendition, headers, transport)
        answer = self.send(rendition, headers, transport)
        raise_for_ending(answer)
        self.after(rendition, headers, transport)
        return Receipt.published("1")

    def before(self, rendition: Rendition, headers: Mapping[str, str], transport: Transport) -> None: ...

    def send(self, rendition: Rendition, headers: Mapping[str, str], transport: Transport) -> Any:
        return transport.http.post(rendition.destination["url"], json=dict(rendition.content), headers=headers)

    def after(self, rendition: Rendition, headers: Mapping[str, str], transport: Transport) -> None: ...


class AsksFirst(Posts):
    """It asks something first, and needs no word of the answer."""

    kind = "asks-first"

    def before(self, rendition: Rendition, headers: Mapping[str, str], transport: Transport) -> None:
        raise_for_ending(transport.http.get(f"{rendition.destination['url']}/count"))


class ClearsUp(Posts):
    """It takes an older notice away afterwards, under the same key, and does not mind where that fails."""

    kind = "clears-up"

    def after(self, rendition: Rendition, headers: Mapping[str, str], transport: Transport) -> None:
        transport.http.delete(f"{rendition.destination['url']}/old", headers=headers)


class SendsByGet(Posts):
    """It sends by GET, as gateways of SMS have it."""

    kind = "sends-by-get"

    def send(self, rendition: Rendition, headers: Mapping[str, str], transport: Transport) -> Any:
        return transport.http.get(
            f"{rendition.destination['url']}/send", params=dict(rendition.content), headers=headers
        )


class RegistersFirst(SendsByGet):
    """It posts the text, for nobody to see yet, and then has it sent by GET."""

    kind = "registers-first"

    def before(self, rendition: Rendition, headers: Mapping[str, str], transport: Transport) -> None:
        with transport.preparation():
            raise_for_ending(transport.http.post(f"{rendition.destination['url']}/texts", json=dict(rendition.content)))


class SaysWhichSends(Contract):
    """Says what cannot be told from the methods."""

    kind = RegistersFirst

    def sends(self, request: Request) -> bool:
        return request.path.startswith("/send?")


def contract_of(kind: type[Channel]) -> type[Contract]:
    return type("Bare", (Contract,), {"kind": kind})


@pytest.mark.parametrize(
    "contract",
    [*map(contract_of, (Posts, AsksFirst, ClearsUp, SendsByGet)), SaysWhichSends],
    ids=lambda contract: contract.kind.kind,
)
@pytest.mark.slow
def test_a_sound_kind_keeps_every_rule(contract: type[Contract]) -> None:
    assert [(one.rule, str(one.broken)) for one in try_kind(contract) if one.broken] == []


def test_what_is_sent_by_get_cannot_count_as_sent() -> None:
    (result,) = try_kind(contract_of(SendsByGet), ["counts-as-sent"])
    assert result.left_out == "the kind sends by GET, which kohoctl takes for a question"


def test_a_kind_that_another_process_cannot_have_is_told() -> None:
    class Local(Posts):
        kind = "local"

    (result,) = try_kind(contract_of(Local), ["render-same-elsewhere"])
    assert result.left_out is not None
    assert result.left_out.startswith("the kind cannot be handed to another process (")


def test_the_problems_of_a_generator_are_shown() -> None:
    class Empty(Contract):
        kind = Posts
        message: ClassVar = {"body": " "}

    (result,) = try_kind(Empty, ["delivers"])
    assert result.broken is not None
    assert result.broken.seen == "there is no body"


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_kind_cannot_end_the_program(ending: type[BaseException]) -> None:
    class Ends(Posts):
        kind = "ends"

        def render(self, message: Message, recipient: Recipient | None) -> Rendition:
            raise ending

    (result,) = try_kind(contract_of(Ends), ["render-same-twice"])
    assert result.broken is not None
    assert "which is to end the whole program" in result.broken.seen
