"""What the commands say comes next for a delivery that is not done: a later run, or a person's word."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from servers.board import BoardServer

from .conftest import NOTICE, POST, Kohoctl

MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def rewrite(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def word(file: Path, key: str = NOTICE) -> str:
    """The beginning of the command by which a person says what became of it."""
    return f"kohoctl reconcile {file} {key} "


@pytest.fixture
def resting(kohoctl: Kohoctl, file: Path, board: BoardServer) -> Path:
    """The file after a run whose board asked to be left alone for an hour."""
    board.faults.append("busy")
    board.retry_after = "3600"
    assert re.search(rf"unreached  {NOTICE}\n.*\n +tried again from {MOMENT}\n", kohoctl("run", file, "--live").out)
    return file


def test_a_run_that_comes_too_early_says_when_it_is_tried_again(kohoctl: Kohoctl, resting: Path) -> None:
    answer = kohoctl("run", resting, "--live")
    assert answer.code == 1
    assert re.search(rf"left open by earlier runs, 1 delivery: 1 unreached: tried again from {MOMENT}\n", answer.out)
    assert "reconcile" not in answer.out


def test_what_is_tried_again_does_not_wait_for_a_persons_word(kohoctl: Kohoctl, resting: Path) -> None:
    assert kohoctl("reconcile", resting).out.splitlines() == [
        "waiting for a person's word: no deliveries",
        "the next run goes on by itself with 1 delivery: 1 unreached",
    ]
    assert re.search(rf"unreached .* {NOTICE} .*\n.*\n +tried again from {MOMENT}\n", kohoctl("plan", resting).out)


def test_what_is_tried_again_waits_for_a_persons_word_once_its_grace_has_passed(
    kohoctl: Kohoctl, resting: Path
) -> None:
    rewrite(resting, "grace: 1 day", "grace: 1 minute")
    shown = kohoctl("reconcile", resting).out
    assert f"give it a new date, or have it sent late: {word(resting)}--as unreached --by WHO\n" in shown
    assert "waiting for a person's word: 1 delivery\n" in shown


@pytest.mark.parametrize(("kind", "by_itself"), [("searchable-board", True), ("guarded-board", True), ("board", False)])
def test_an_unknown_waits_for_the_run_that_can_make_sure_or_else_for_a_person(
    kind: str, by_itself: bool, kohoctl: Kohoctl, file: Path, board: BoardServer
) -> None:
    board.faults.append("lost")
    kohoctl("run", file, "--live")
    assert f"look whether it is there: {word(file)}--as delivered --by WHO" in kohoctl("reconcile", file).out
    rewrite(file, "kind: board", f"kind: {kind}")
    assert ("made sure of by the next run" in kohoctl("plan", file).out) is by_itself
    assert ("waiting for a person's word: no deliveries" in kohoctl("reconcile", file).out) is by_itself


def test_an_unknown_whose_text_has_changed_waits_for_a_person(kohoctl: Kohoctl, file: Path, board: BoardServer) -> None:
    board.faults.append("lost")
    kohoctl("run", file, "--live")
    rewrite(file, "kind: board", "kind: searchable-board")
    rewrite(file, "電話は", "お電話は")
    assert f"look whether it is there: {word(file)}" in kohoctl("reconcile", file).out


def test_a_refusal_is_told_with_the_command_that_has_it_tried_again(
    kohoctl: Kohoctl, file: Path, board: BoardServer
) -> None:
    board.faults.append("forbidden")
    step = f"mend it in the file, or have it tried again as it is: {word(file)}--as unreached --by WHO\n"
    assert step in kohoctl("run", file, "--live").out
    assert step in kohoctl("plan", file).out
    shown = kohoctl("reconcile", file).out
    assert step in shown
    command = step.partition(": ")[2].strip().replace("WHO", "当直")
    assert kohoctl(*shlex.split(command)[1:]).code == 0
    assert kohoctl("run", file, "--live").code == 0
    assert board.keys() == [NOTICE, POST]


def test_a_command_that_is_shown_can_be_typed_where_the_folder_has_a_space(
    kohoctl: Kohoctl, file: Path, board: BoardServer
) -> None:
    spaced = file.parent / "our files" / file.name
    spaced.parent.mkdir()
    for one in (file, file.parent / "kinds.py"):
        shutil.copy(one, spaced.parent)
    board.faults.append("refused")
    assert f"kohoctl reconcile '{spaced}' {NOTICE} --as" in kohoctl("run", spaced, "--live").out


def test_what_a_person_has_closed_is_not_asked_about(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("reconcile", file, NOTICE, "--as", "refused", "--by", "当直")
    assert "kohoctl reconcile" not in kohoctl("plan", file).out


def test_an_unknown_that_the_file_has_dropped_is_shown_with_its_command(
    kohoctl: Kohoctl, file: Path, board: BoardServer
) -> None:
    board.faults.append("lost")
    kohoctl("run", file, "--live")
    rewrite(file, "notice: {", "notice-2: {")
    rewrite(file, "after: notice", "after: notice-2")
    assert f"look whether it is there: {word(file)}" in kohoctl("reconcile", file).out
    assert f"1 unknown: see kohoctl reconcile {file}\n" in kohoctl("run", file, "--live").out


def test_a_rehearsal_asks_for_nobodys_word(kohoctl: Kohoctl, file: Path) -> None:
    rewrite(file.parent / "kinds.py", '"board"\n', '"board"\n\n    def artifacts(self, *_):\n        raise OSError\n')
    answer = kohoctl("run", file)
    assert answer.out.startswith(f"refused    {NOTICE}\n")
    assert "kohoctl reconcile" not in answer.out
