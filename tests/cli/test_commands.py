"""What the commands print, and their exit codes."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kohoctl.cli
from kohoctl.cli import COMMANDS, cli
from kohoctl.cli.status import command as status_command
from kohoctl.ledger import Ledger
from servers.board import BoardServer

from .conftest import DUE, NOTICE, POST, Kohoctl

AT = f"{DUE:%Y-%m-%dT%H:%M}"
BEFORE = f"{DUE - timedelta(minutes=1):%Y-%m-%dT%H:%M}"
FIELDS = ["key", "campaign", "message", "channel", "kind", "recipient", "due", "state", "digest", "problems", "receipt"]


def test_the_list_of_commands_says_of_each_what_the_command_says_of_itself() -> None:
    group = cli
    assert isinstance(group, click.Group)
    for name, text in COMMANDS.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert command.short_help == text


def test_a_command_that_is_not_there_gets_the_nearest_one(kohoctl: Kohoctl) -> None:
    answer = kohoctl("pln", "campaigns.yaml")
    assert answer.code == 2
    assert "Did you mean plan?" in answer.err


def test_the_version_is_told(kohoctl: Kohoctl) -> None:
    assert re.fullmatch(r"kohoctl \d+\.\d+\.\d+\n", kohoctl("--version").out)


def test_check_of_a_good_file_finds_nothing(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("check", file)
    assert (answer.code, answer.out) == (0, f"{file}: no problems\n")


def test_check_names_the_problems_of_file_and_renditions_with_their_places(kohoctl: Kohoctl, file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("body: 文", f"body: {'長' * 201}")
    file.write_text(text, encoding="utf-8")
    answer = kohoctl("check", file)
    assert answer.code == 1
    assert re.search(r"campaigns\.yaml:\d+:\d+: the text is 1 characters too long", answer.out)
    file.write_text(text.replace("{{ hotline }}", "{{ hotlin }}"), encoding="utf-8")
    answer = kohoctl("check", file)
    assert "there is no fact hotlin: did you mean hotline?" in answer.out
    assert re.search(r"^ +\^$", answer.out, re.MULTILINE)


def test_check_as_json_and_for_github_names_file_line_and_column(kohoctl: Kohoctl, file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("{{ hotline }}", "{{ hotlin }}"), encoding="utf-8")
    (problem,) = json.loads(kohoctl("check", file, "--format", "json").out)["problems"]
    assert problem["file"] == str(file)
    line = kohoctl("check", file, "--format", "github").out
    assert line == f"::error file={file},line={problem['line']},col={problem['column']}::{problem['text']}\n"


def test_the_plan_shows_every_delivery_and_what_it_waits_for(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("plan", file, "--at", BEFORE)
    assert answer.code == 0
    assert [line.rpartition("  ")[0] for line in answer.out.splitlines()[:2]] == [
        f"waiting    {DUE:%Y-%m-%d %H:%M}  {NOTICE}",
        f"waiting    after another     {POST}",
    ]
    assert answer.out.splitlines()[-1].endswith("2 deliveries: 2 waiting")


def test_the_plan_as_json_has_the_fields_that_every_command_has(kohoctl: Kohoctl, file: Path) -> None:
    deliveries = json.loads(kohoctl("plan", file, "--at", AT, "--format", "json").out)["deliveries"]
    assert [list(delivery)[: len(FIELDS)] for delivery in deliveries] == [FIELDS, FIELDS]
    assert deliveries[0]["state"] == "due"
    assert deliveries[0]["due"] == DUE.isoformat()
    assert re.fullmatch("[0-9a-f]{64}", deliveries[0]["digest"])


@pytest.mark.parametrize(("at", "code"), [(BEFORE, 0), (AT, 3)], ids=["before", "at its time"])
def test_the_detailed_exit_code_tells_whether_something_is_due(
    kohoctl: Kohoctl, file: Path, at: str, code: int
) -> None:
    assert kohoctl("plan", file, "--at", at, "--detailed-exitcode").code == code


def test_a_time_that_is_none_is_wrong_usage(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("plan", file, "--at", "tomorrow")
    assert answer.code == 2
    assert "2015-06-04T10:00" in answer.err


def test_a_rehearsal_writes_what_would_leave_and_a_second_one_nothing(
    kohoctl: Kohoctl, file: Path, board: BoardServer
) -> None:
    first = kohoctl("run", file)
    assert first.code == 0
    assert "2 deliveries: 2 delivered" in first.out
    assert "outbox/index.html" in first.out
    outbox = file.parent / "outbox"
    assert json.loads((outbox / NOTICE / "content.json").read_text(encoding="utf-8"))["content"]["title"] == "お知らせ"
    index = (outbox / "index.html").read_text(encoding="utf-8")
    assert index.index(NOTICE) < index.index(POST)
    assert kohoctl("run", file).out.startswith(f"{file} rehearsed: nothing was left to deliver")
    assert board.accepted == []


def test_a_rehearsal_of_a_changed_file_is_played_anew(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("run", file)
    file.write_text(file.read_text(encoding="utf-8").replace("電話は", "お電話は"), encoding="utf-8")
    answer = kohoctl("run", file)
    assert "rehearsed anew: 1 delivery of the last rehearsal would be another now" in answer.err
    assert "2 deliveries: 2 delivered" in answer.out
    assert "お電話は" in (file.parent / "outbox" / NOTICE / "content.json").read_text(encoding="utf-8")


def test_a_rehearsal_of_another_campaign_in_the_same_outbox_is_played_anew(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("run", file)
    file.write_text(file.read_text(encoding="utf-8").replace("  nenkin:", "  other:"), encoding="utf-8")
    answer = kohoctl("run", file)
    assert answer.code == 0
    assert "2 deliveries: 2 delivered" in answer.out


def test_a_ledger_that_is_not_there_is_not_verified(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("status", file, "--verify")
    assert answer.code == 1
    assert "nothing to verify" in answer.err


def test_the_plan_shows_what_the_ledger_knows_and_the_file_has_dropped(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("run", file, "--live")
    file.write_text(file.read_text(encoding="utf-8").replace("post:", "another-post:"), encoding="utf-8")
    out = kohoctl("plan", file).out
    assert f"delivered  {DUE:%Y-%m-%d}" in out
    assert re.search(rf"{POST}  \w+\n +http\S+\n +the file does not name this any more", out)
    assert json.loads(kohoctl("plan", file, "--format", "json").out)["dropped"][0]["key"] == POST


def test_a_rehearsal_goes_no_further_than_it_is_told(kohoctl: Kohoctl, file: Path) -> None:
    assert "nothing was left" in kohoctl("run", file, "--until", BEFORE).out


def test_a_live_run_delivers_and_tells_as_json(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    answer = kohoctl("run", file, "--live", "--format", "json")
    assert answer.code == 0
    deliveries = json.loads(answer.out)["deliveries"]
    assert [(one["key"], one["state"], one["receipt"]["id"]) for one in deliveries] == [
        (NOTICE, "delivered", "0"),
        (POST, "delivered", "1"),
    ]
    assert board.accepted[0]["body"] == "電話は 0120-818211 へ。"
    begins, *events = [json.loads(line) for line in answer.err.splitlines()]
    assert begins["event"] == "a new ledger begins"
    assert [(event["key"], event["ending"], event["attempt"]) for event in events] == [
        (NOTICE, "delivered", 1),
        (POST, "delivered", 1),
    ]
    assert json.loads(kohoctl("run", file, "--live", "--format", "json").out)["deliveries"] == []


def test_a_dry_run_is_the_plan(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    assert f"due        {DUE:%Y-%m-%d %H:%M}  {NOTICE}" in kohoctl("run", file, "--live", "--dry-run").out
    assert board.accepted == []


def test_a_live_run_that_does_not_end_well_exits_with_1(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    board.faults.append("refused")
    answer = kohoctl("run", file, "--live")
    assert answer.code == 1
    assert f"refused    {NOTICE}" in answer.out


def test_a_file_with_problems_is_not_run(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("kind: board", "kind: bord"), encoding="utf-8")
    answer = kohoctl("run", file, "--live")
    assert answer.code == 1
    assert "did you mean board?" in answer.err
    assert "1 problem; nothing was sent" in answer.err
    assert board.accepted == []


def test_status_shows_the_ledger_and_checks_its_chain(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    assert "There is no ledger" in kohoctl("status", file).out
    kohoctl("run", file, "--live")
    answer = kohoctl("status", file, "--verify")
    assert answer.code == 0
    assert "2 deliveries: 2 delivered" in answer.out
    assert f"{board.url}/0" in answer.out
    assert re.search(r"The hash chain holds: 4 events, the last with the hash [0-9a-f]{64}\.", answer.out)
    deliveries = json.loads(kohoctl("status", file, "--format", "json").out)["deliveries"]
    assert [list(delivery)[: len(FIELDS)] for delivery in deliveries] == [FIELDS, FIELDS]


def test_status_shows_the_rehearsals_ledger_too(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("run", file)
    assert "2 deliveries: 2 delivered" in kohoctl("status", file, "--rehearsal").out


def test_an_unknown_is_settled_by_a_persons_word(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    board.faults.append("lost")
    assert kohoctl("run", file, "--live").code == 1
    assert f"unknown    {DUE:%Y-%m-%d %H:%M}  {NOTICE}" in kohoctl("reconcile", file).out
    answer = kohoctl(
        "reconcile", file, NOTICE, "--as", "delivered", "--by", "当直", "--note", "掲示板で確認", "--id", "0"
    )
    assert answer.code == 0
    assert kohoctl("run", file, "--live").code == 0
    assert board.keys() == [NOTICE, POST]
    with Ledger.read(file.with_suffix(".ledger.sqlite"), "live") as ledger:
        (word,) = [event for event in ledger.history(NOTICE) if event.get("by")]
    assert (word["by"], word["reason"], word["receipt"]["id"]) == ("当直", "掲示板で確認", "0")


def test_what_was_missed_goes_out_late_on_a_persons_word(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("grace: 1 day", "grace: 1 minute"), encoding="utf-8")
    assert kohoctl("run", file, "--live").code == 1
    kohoctl("reconcile", file, NOTICE, "--as", "unreached", "--by", "当直")
    board.faults.append("busy")
    kohoctl("run", file, "--live")
    assert board.arrived[NOTICE] == 1


def test_what_a_person_closed_stays_closed_whatever_the_file_says_then(
    kohoctl: Kohoctl, file: Path, board: BoardServer
) -> None:
    kohoctl("reconcile", file, NOTICE, "--as", "refused", "--by", "当直")
    file.write_text(file.read_text(encoding="utf-8").replace("電話は", "お電話は"), encoding="utf-8")
    assert kohoctl("run", file, "--live").code == 0
    assert board.accepted == []


def test_what_a_person_posted_by_hand_is_not_posted_again(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    kohoctl("reconcile", file, NOTICE, "--as", "delivered", "--by", "当直", "--note", "手作業で掲示")
    kohoctl("run", file, "--live")
    assert board.keys() == [POST]


def test_the_ledger_that_the_environment_names_is_for_live_runs_alone(
    kohoctl: Kohoctl, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = file.parent / "live.sqlite"
    monkeypatch.setenv("KOHOCTL_LEDGER", str(live))
    assert kohoctl("run", file).code == 0
    assert not live.exists()
    assert kohoctl("run", file, "--live").code == 0
    assert live.exists()


def test_what_is_delivered_is_no_longer_for_a_person_to_decide(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("run", file, "--live")
    answer = kohoctl("reconcile", file, NOTICE, "--as", "unreached", "--by", "当直")
    assert answer.code == 2
    assert "is delivered" in answer.err


def test_a_key_that_is_not_in_the_file_gets_the_nearest_one(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("reconcile", file, NOTICE[:-1], "--as", "delivered", "--by", "当直")
    assert answer.code == 2
    assert f"did you mean {NOTICE}?" in answer.err


def test_a_ledger_that_is_none_is_named_and_nothing_is_sent(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    file.with_suffix(".ledger.sqlite").write_text("これは台帳ではない" * 100, encoding="utf-8")
    answer = kohoctl("run", file, "--live")
    assert answer.code == 1
    assert "it is no ledger" in answer.err
    assert board.accepted == []


def test_a_bug_names_a_log_to_send_in_and_exits_with_70(
    kohoctl: Kohoctl, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_command, "callback", lambda **_: 1 / 0)
    answer = kohoctl("status", file)
    assert answer.code == 70
    log = Path(re.findall(r"\S+\.log", answer.err)[0])
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    log.unlink()


def test_help_needs_neither_plugins_nor_any_command_loaded() -> None:
    assert CliRunner().invoke(kohoctl.cli.cli, ["--help"]).output.count("\n  ") >= len(COMMANDS)
