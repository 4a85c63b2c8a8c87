"""The contract test itself: what an author may say, what is worked out, and what is told where it cannot be tried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
import requests
from click.testing import CliRunner
from pydantic import Field

from kohoctl import (
    Channel,
    MailChannel,
    MailSettings,
    Message,
    Receipt,
    Recipient,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    Transport,
    Version,
    mail_rendition,
    raise_for_ending,
    text_problems,
)
from kohoctl.cli import cli
from kohoctl.errors import KohoctlError
from kohoctl.testing import Answer, Broken, Contract, Request, Service, contracts_beside, try_kind
from kohoctl.testing.sample import Place, completed
from kohoctl.testing.service import Silence
from kohoctl.testing.trying import RULES, rules_for
from testing.broken_plugins import BROKEN_PLUGINS, SOUND


def outcomes(contract: type[Contract], *rules: str) -> dict[str, str]:
    """Each rule and what came of it: kept, broken, or the reason why it was left out."""
    results = try_kind(contract, rules)
    return {one.rule: "broken" if one.broken else one.left_out or "kept" for one in results}


class Room(Settings):
    """Settings of many types."""

    url: ServiceUrl = Field(description="The address.")
    token: Secret = Field(description="The token.")
    size: Literal["large", "small"] = Field(description="How large.")
    floors: int = Field(ge=3, description="How many.")
    name: str = Field(description="Its name.", examples=["大会議室", "小会議室"])
    note: str | None = Field(None, description="What else.")


class Notice(Channel):
    """A sound kind, posted to a room."""

    kind = "notice"
    settings: Room
    settings_model: ClassVar = Room

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        limits = (*text_problems(message.body, "body"), *self._long(message.body))
        where = self.settings.model_dump(exclude={"token"})
        return Rendition({"text": message.body}, where, problems=limits)

    def _long(self, body: str) -> tuple[Any, ...]:
        from kohoctl import Limit

        return text_problems(body, "body", Limit(1000, "characters", "the room")) if body.strip() else ()

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        answer = transport.http.post(
            f"{rendition.destination['url']}/{rendition.destination['size']}",
            json=dict(rendition.content),
            headers={"Idempotency-Key": key, "Token": transport.secret(self.settings.token)},
        )
        raise_for_ending(answer)
        return Receipt.published(str(answer.json()["id"]))


class Sound(Contract):
    """Says nothing but the kind."""

    kind = Notice


class Letter(MailChannel):
    """A kind that mails."""

    kind = "letter"

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        to = recipient["email"] if recipient else ""
        from kohoctl import Limit

        problems = [
            *text_problems(message.title, "title", Limit(100, "characters", "a subject")),
            *text_problems(message.body, "body", Limit(1000, "characters", "a letter")),
        ]
        assert isinstance(self.settings, MailSettings)
        return mail_rendition(self.settings, to, message.title, message.body, problems=tuple(problems))


class ByMail(Contract):
    """Says what its sender's address is, whose type does not tell that it is one."""

    kind = Letter
    settings: ClassVar = {"sender": "広報室 <koho@mhlw.example>"}


def test_settings_are_worked_out_from_their_types_and_examples(tmp_path: Path) -> None:
    typed = completed(Room, {}, Place("http://127.0.0.1:1", tmp_path, {}), Settings)
    assert typed == {
        "url": "http://127.0.0.1:1",
        "token": {"file": "secret-token"},
        "size": "large",
        "floors": 3,
        "name": "大会議室",
    }


@pytest.mark.slow
def test_a_kind_that_says_nothing_of_itself_can_be_tried() -> None:
    came = outcomes(Sound)
    assert [rule for rule, outcome in came.items() if outcome == "broken"] == []
    assert came["find-in-doubt"] == "the kind has no find"


@pytest.mark.slow
def test_a_kind_that_mails_is_tried_with_a_mail_server() -> None:
    came = outcomes(ByMail)
    assert [rule for rule, outcome in came.items() if outcome == "broken"] == []
    assert came["reset"] == came["timeout"] == came["connection-refused"] == came["key-sent"] == "kept"
    assert came["http-500"] == "the kind sends by mail, which has no such answer"


def test_a_mail_that_is_handed_over_twice_in_doubt_is_seen() -> None:
    class Insistent(Letter):
        def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
            try:
                return super().deliver(rendition, key, transport)
            except Exception:  # noqa: BLE001 -- whatever it is, as such a kind would
                return super().deliver(rendition, key, transport)

    class Insisting(ByMail):
        kind = Insistent

    assert outcomes(Insisting, "reset", "http-400") == {"reset": "broken", "http-400": "kept"}


def test_a_rule_that_a_kind_is_exempt_from_is_left_out_with_its_reason() -> None:
    class Exempt(Sound):
        exempt: ClassVar = {"too-long": "the room takes any length"}

    assert outcomes(Exempt, "too-long", "empty") == {"too-long": "the room takes any length", "empty": "kept"}
    assert "too-long" not in rules_for(Exempt)


def test_an_exemption_from_no_rule_is_told() -> None:
    class Misspelt(Sound):
        exempt: ClassVar = {"to-long": "…"}

    with pytest.raises(KohoctlError, match="names to-long, and the rules are settings-described"):
        list(try_kind(Misspelt))


def test_what_the_contract_answers_is_what_the_kind_gets() -> None:
    class Silent(Sound):
        def answer(self, request: Request) -> Answer:
            return Answer(201, {"no": "id"})

    (result,) = try_kind(Silent, ["delivers"])
    assert result.broken is not None
    assert result.broken.seen.startswith("deliver raised KeyError: 'id'")


def test_what_cannot_be_delivered_is_told_once() -> None:
    class Silent(Sound):
        def answer(self, request: Request) -> Answer:
            return Answer(201, {})

    came = outcomes(Silent, "delivers", "http-500", "threads")
    assert came == {
        "delivers": "broken",
        "http-500": "not tried: nothing was delivered, and the rule delivers says why",
        "threads": "not tried: nothing was delivered, and the rule delivers says why",
    }


def test_an_answer_that_fails_is_no_fault_of_the_kind() -> None:
    class Wrong(Sound):
        def answer(self, request: Request) -> Answer:
            raise LookupError("no such page")

    (result,) = try_kind(Wrong, ["delivers"])
    assert result.broken is not None
    assert result.broken.seen == "it raised LookupError: no such page"


def test_every_rule_has_a_sentence() -> None:
    assert [rule.name for rule in RULES.values() if not rule.sentence.endswith(".")] == []


def test_the_test_beside_a_plugin_says_how_it_is_tried(tmp_path: Path) -> None:
    (tmp_path / "board.py").write_text(SOUND, encoding="utf-8")
    (tmp_path / "test_board.py").write_text(
        "from board import PoliceBulletin\n"
        "from kohoctl.testing import Contract\n"
        "class TestContract(Contract):\n"
        "    kind = PoliceBulletin\n"
        "    exempt = {'huge': 'for a reason'}\n",
        encoding="utf-8",
    )
    (contract,) = contracts_beside(tmp_path / "board.py", {"police-bulletin": Notice})
    assert contract.exempt == {"huge": "for a reason"}
    assert contract.kind is Notice


def test_a_test_that_cannot_be_imported_is_told(tmp_path: Path) -> None:
    (tmp_path / "board.py").write_text(SOUND, encoding="utf-8")
    (tmp_path / "test_board.py").write_text("import no_such_module\n", encoding="utf-8")
    with pytest.raises(KohoctlError, match=r"test_board.py cannot be imported \(ModuleNotFoundError: "):
        contracts_beside(tmp_path / "board.py", {"police-bulletin": Notice})


class TestFixtures:
    """What the tests of a plugin are made of."""

    def test_the_service_answers_as_it_is_told_and_keeps_what_came(self, kohoctl_service: Service) -> None:
        kohoctl_service.answer = lambda request: Answer(201, {"path": request.path})
        answer = requests.post(f"{kohoctl_service.url}/a?b=c", json={"d": 1}, timeout=5)
        assert (answer.status_code, answer.json()) == (201, {"path": "/a?b=c"})
        (request,) = kohoctl_service.requests
        assert (request.method, request.query, request.json()) == ("POST", {"b": "c"}, {"d": 1})
        assert request.headers["content-type"] == "application/json"

    def test_the_transport_gives_up_soon(
        self, kohoctl_service: Service, kohoctl_transport: Transport, tmp_path: Path
    ) -> None:
        (tmp_path / "token").write_text("hush", encoding="utf-8")
        assert kohoctl_transport.secret(Secret(file="token")) == "hush"
        kohoctl_service.answer = lambda _: Silence()
        with pytest.raises(requests.ReadTimeout):
            kohoctl_transport.http.get(kohoctl_service.url)


class TestCommand:
    """``kohoctl plugins test``."""

    def test_shows_each_rule_and_what_is_to_be_mended(self, tmp_path: Path) -> None:
        plugin = next(plugin for plugin in BROKEN_PLUGINS if plugin.name == "sends_no_key").write(tmp_path)
        result = CliRunner().invoke(cli, ["plugins", "test", str(plugin), "--rule", "key-sent", "--rule", "empty"])
        assert result.exit_code == 1
        assert result.output == (
            f"police-bulletin  {plugin}\n"
            "  ✓ empty\n"
            "  ✗ key-sent\n"
            "      expected:   two deliveries with two keys send two different things\n"
            "      seen:       they sent the same, and the kind has no find\n"
            '      to mend it: headers={"Idempotency-Key": key}; or write find; or say exempt = {"key-sent": "why the'
            ' service takes none"}\n'
            f"{plugin}: 2 rules tried: 1 kept, 1 broken\n"
        )

    def test_gives_the_same_as_json(self, tmp_path: Path) -> None:
        (tmp_path / "sound.py").write_text(SOUND, encoding="utf-8")
        result = CliRunner().invoke(
            cli, ["plugins", "test", str(tmp_path), "--rule", "find-in-doubt", "--format", "json"]
        )
        assert result.exit_code == 0, result.output
        (tried,) = json.loads(result.stdout)["results"]
        assert (tried["kind"], tried["state"], tried["reason"]) == (
            "police-bulletin",
            "left out",
            "the kind has no find",
        )

    def test_a_plugin_that_does_not_load_is_named_with_its_reason(self, tmp_path: Path) -> None:
        (tmp_path / "board.py").write_text(
            SOUND.replace("from pydantic", "import no_such_module\nfrom pydantic"), encoding="utf-8"
        )
        result = CliRunner().invoke(cli, ["plugins", "test", str(tmp_path)])
        assert result.exit_code == 1
        assert "board.py" in result.output
        assert "No module named 'no_such_module'" in result.output

    def test_a_rule_that_is_none_is_wrong_usage(self, tmp_path: Path) -> None:
        (tmp_path / "sound.py").write_text(SOUND, encoding="utf-8")
        result = CliRunner().invoke(cli, ["plugins", "test", str(tmp_path), "--rule", "sound"])
        assert result.exit_code == 2
        assert "there is no rule sound; the rules are settings-described" in result.output


def test_a_broken_rule_reads_as_three_sentences() -> None:
    assert str(Broken("this", "that", "so")) == "\nexpected: this\nseen: that\nto mend it: so"


def test_a_message_of_a_kind_carries_its_own_fields() -> None:
    from kohoctl.testing import message

    assert message(own=Version()).version(Version) == Version()
