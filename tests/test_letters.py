"""Letters to people: each is printed once, whatever happens, and nobody is named but on paper."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from commands import Answer, start
from killed_printing import STEPS
from kohoctl.ledger import Ledger
from kohoctl.states import State
from people import CANARIES, HEAD, KEY, VARIABLE, LetterOffice, mailing, row, write_list

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
POINT = 25.4 / 72
"""Millimetres."""
A4 = (210.0, 297.0)


def kohoctl(folder: Path, *arguments: object, key: str | None = KEY) -> Answer:
    environment = {VARIABLE: key} if key else {}
    printed = folder / "printed" / f"{len(list((folder / 'printed').glob('*.out')))}"
    return start(arguments, printed, environment).end()


def pdfs(folder: Path) -> list[Path]:
    return sorted((folder / "print").glob("*/*.pdf"))


def test_a_run_is_cut_into_print_runs_with_an_index_of_their_pages(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 7, print_run=3))
    office.run()
    assert sorted(map(len, office.runs)) == [1, 3, 3]
    for pdf in pdfs(tmp_path):
        rows = list(csv.DictReader(io.StringIO(pdf.with_suffix(".csv").read_text())))
        pages = [page.extract_text() for page in PdfReader(pdf).pages]
        assert [int(one["page"]) for one in rows] == [*range(1, len(pages) + 1)]
        for one, text in zip(rows, pages, strict=True):
            assert one["mark"] in text.replace(" ", "")
            assert one["key"] == f"nenkin/apology/letters/{one['mark']}/2015-06-04"
        sum_line = f"{hashlib.sha256(pdf.read_bytes()).hexdigest()}  {pdf.name}\n"
        assert (pdf.parent / "SHA256SUMS").read_text() == sum_line


def test_each_letter_has_a_receipt_that_leads_to_its_page(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 3))
    office.run()
    for key, entry in office.entries().items():
        assert entry.receipt is not None
        page, run = entry.receipt.answer["page"], entry.receipt.answer["run"]
        assert entry.receipt.form == "requested"
        assert office.runs[0][int(str(page)) - 1] == key
        assert (tmp_path / "print" / f"{run}" / f"{run}.pdf").is_file()


def test_a_list_that_is_sorted_anew_and_grows_sends_to_the_new_ones_alone(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 5))
    office.run()
    before = office.printed
    write_list(tmp_path, [7, 4, 2, 6, 0, 1, 3])
    office.run()
    assert len(office.printed) == 7
    assert Counter(office.printed).most_common(1)[0][1] == 1
    assert set(before) < set(office.printed)


def test_a_person_whose_id_was_changed_gets_no_second_letter(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 2))
    office.run()
    path = tmp_path / "affected.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("KANARIA-1,", "KANARIA-ONE,"), encoding="utf-8")
    held = [one for one in office.run() if one.outcome.state is State.BLOCKED]
    assert len(held) == 1
    assert "went out as nenkin/apology/letters/" in (held[0].outcome.reason or "")
    assert len(office.printed) == 2


def test_a_list_with_new_ids_and_new_addresses_gets_no_second_letter(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 3))
    office.run()
    path = tmp_path / "affected.csv"
    anew = path.read_text(encoding="utf-8").replace("KANARIA-", "ID-").replace("鳥籠区", "鳥籠区一丁目")
    path.write_text(anew, encoding="utf-8")
    assert office.run() == []
    assert len(office.printed) == 3


def test_a_list_in_another_file_under_another_key_gets_no_second_letter(tmp_path: Path) -> None:
    path = mailing(tmp_path, 3)
    path.write_text(path.read_text().replace("2015-06-04T10:00", f"{today()}T00:00"), encoding="utf-8")
    assert kohoctl(tmp_path, "run", path, "--live").code == 0
    (tmp_path / "affected.csv").rename(tmp_path / "people.csv")
    path.write_text(path.read_text().replace("affected.csv", "people.csv"), encoding="utf-8")
    again = kohoctl(tmp_path, "run", path, "--live", key="another-key-of-the-same-list")
    assert again.code == 1
    assert "of 3 people to whom apology went, 3 are not in people.csv any more" in again.out
    assert len(LetterOffice(path).printed) == 3


def test_a_few_who_are_taken_out_of_the_list_hold_nobody_up(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 4))
    office.run()
    write_list(tmp_path, [2, 3, 4, 5])
    office.run()
    assert len(office.printed) == 6


def test_a_person_with_a_mistake_in_the_row_costs_no_one_else_a_letter(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 0))
    (tmp_path / "affected.csv").write_text(HEAD + row(1) + "KANARIA-2,かなりあ,100-0002,,\n" + row(3), "utf-8")
    ended = {one.outcome.state: one.outcome.reason for one in office.run()}
    assert ended[State.BLOCKED] == "this person has no address"
    assert len(office.printed) == 2


def test_what_was_held_back_until_its_time_had_passed_is_missed_for_that_reason(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 0))
    (tmp_path / "affected.csv").write_text(HEAD + "KANARIA-2,かなりあ,100-0002,,\n", "utf-8")
    office.later(days=3)
    (ended,) = office.run()
    assert ended.outcome.state is State.MISSED
    assert "was held back until its time had passed: this person has no address" in (ended.outcome.reason or "")


def test_a_disk_that_does_not_take_a_print_run_leaves_all_of_it_for_the_next(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 3))
    (tmp_path / "print").write_text("in the way")
    assert {one.outcome.state for one in office.run()} == {State.UNREACHED}
    (tmp_path / "print").unlink()
    office.later(hours=1)
    office.run()
    assert len(office.printed) == 3


def test_a_letter_longer_than_its_page_is_refused_and_none_of_its_run_is_there(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 2))
    template = HERE.parent / "src" / "kohoctl" / "documents" / "templates" / "personal-letter.typ"
    own = template.read_text(encoding="utf-8").replace("size: 10.5pt", "size: 60pt")
    (tmp_path / "own.typ").write_text(own, encoding="utf-8")
    office.edit("  print_run:", "  template: own.typ\n    print_run:")
    assert {one.outcome.reason for one in office.run()} == {
        "手紙.pdf cannot be made: assertion failed: a letter takes more than its one page: shorten the text"
    }
    assert not office.printed


# Killed


def killed(folder: Path, count: int, step: str, call: int) -> LetterOffice:
    """An office with so many letters in print runs of two, whose run was killed at a passing of ``step``."""
    office = LetterOffice(mailing(folder, count, print_run=2))
    command = [sys.executable, str(HERE / "killed_printing.py"), str(office.path), step, str(call)]
    process = subprocess.run(command, stderr=subprocess.DEVNULL, timeout=60, check=False)
    assert process.returncode == -signal.SIGKILL
    return office


@pytest.mark.parametrize("step", [step for step in STEPS if step != "after the claim"])
def test_a_kill_at_any_step_of_a_print_run_neither_doubles_nor_loses(tmp_path: Path, step: str) -> None:
    office = killed(tmp_path, 6, step, 2)
    office.run()
    assert set(office.states().values()) == {State.DELIVERED}
    assert Counter(office.printed) == dict.fromkeys(office.states(), 1)
    assert len(office.printed) == 6
    assert not [*(tmp_path / "print").glob(".letters.*")]


def test_a_kill_before_a_print_run_was_begun_leaves_its_letters_to_a_person(tmp_path: Path) -> None:
    office = killed(tmp_path, 6, "after the claim", 2)
    office.run()
    assert Counter(office.states().values()) == {State.DELIVERED: 4, State.UNKNOWN: 2}
    assert len(office.printed) == len(set(office.printed)) == 4


def move_all(folder: Path) -> None:
    (folder / "print").rename(folder / "print-sent")


def move_what_is_seen(folder: Path) -> None:
    (folder / "sent").mkdir()
    for run in (folder / "print").glob("[!.]*"):
        run.rename(folder / "sent" / run.name)


def remove_the_index(folder: Path) -> None:
    for index in (folder / "print").glob("*/*.csv"):
        index.unlink()


def save_as_utf_16(folder: Path) -> None:
    for index in (folder / "print").glob("*/*.csv"):
        index.write_text(index.read_text(), encoding="utf-16")


@pytest.mark.parametrize("touched", [move_all, move_what_is_seen, remove_the_index, save_as_utf_16])
def test_letters_whose_print_run_was_taken_away_after_a_crash_are_not_printed_again(
    tmp_path: Path, touched: Callable[[Path], None]
) -> None:
    office = killed(tmp_path, 2, "before the ending", 1)
    assert len(office.printed) == 2
    touched(tmp_path)
    for _ in range(2):  # the second run finds what the first has made there, too
        write_list(tmp_path, range(3))
        ended = office.run()
    assert Counter(office.states().values()) == {State.DELIVERED: 1, State.UNKNOWN: 2}
    assert "put back what was moved or changed there" in (ended[0].outcome.reason or "")
    assert len(list((tmp_path / "print").rglob("*.pdf"))) <= 2


def rename_the_run(folder: Path) -> None:
    (run,) = (folder / "print").glob("[!.]*")
    run.rename(run.with_name("sent to the printer"))


def save_from_a_spreadsheet(folder: Path) -> None:
    for index in (folder / "print").glob("*/*.csv"):
        index.write_bytes(index.read_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("touched", [rename_the_run, save_from_a_spreadsheet])
def test_letters_whose_print_run_was_renamed_or_saved_anew_after_a_crash_are_found(
    tmp_path: Path, touched: Callable[[Path], None]
) -> None:
    office = killed(tmp_path, 2, "before the ending", 1)
    touched(tmp_path)
    office.run()
    assert set(office.states().values()) == {State.DELIVERED}
    assert len(list(tmp_path.rglob("*.pdf"))) == 1


def test_a_run_that_was_begun_twice_and_then_taken_away_is_no_proof_that_nothing_was_printed(tmp_path: Path) -> None:
    office = killed(tmp_path, 2, "before a folder has its name", 1)
    write_list(tmp_path, range(1, 3))  # one of the two, and a new one, so that another run has it
    again = [sys.executable, str(HERE / "killed_printing.py"), str(office.path), "before the ending", "3"]
    assert subprocess.run(again, stderr=subprocess.DEVNULL, timeout=60, check=False).returncode == -signal.SIGKILL
    assert len(office.printed) == 2
    move_what_is_seen(tmp_path)
    office.run()
    assert not office.printed


def test_three_thousand_people_get_one_letter_each_however_often_it_runs(tmp_path: Path) -> None:
    path = mailing(tmp_path, 3000)
    path.write_text(path.read_text().replace("2015-06-04T10:00", f"{today()}T00:00"), encoding="utf-8")
    for _ in range(2):
        assert kohoctl(tmp_path, "run", path, "--live").code == 0
    keys = LetterOffice(path).printed
    assert len(keys) == len(set(keys)) == 3000
    assert sum(len(PdfReader(pdf).pages) for pdf in pdfs(tmp_path)) == 3000


# Personal data


def today() -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return f"{datetime.now(ZoneInfo('Asia/Tokyo')):%Y-%m-%d}"


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A campaign file whose letters are due now, with one person whose row is wrong."""
    path = mailing(tmp_path, 4, print_run=2)
    path.write_text(path.read_text().replace("2015-06-04T10:00", f"{today()}T00:00"), encoding="utf-8")
    with (tmp_path / "affected.csv").open("a", encoding="utf-8") as file:
        file.write("KANARIA-9,かなりあ𠮷,100-0009,東京都鳥籠区9,090-5550129\nKANARIA-8,かなりあ\n")
    return path


def test_nobody_is_named_in_anything_but_the_print_runs(live: Path) -> None:
    folder = live.parent
    for arguments in (("check", live), ("plan", live), ("plan", live, "--format", "json"), ("run", live),
                      ("run", live, "--live"), ("run", live, "--live", "--format", "json"), ("status", live),
                      ("reconcile", live), ("purge", live)):  # fmt: skip
        kohoctl(folder, *arguments)
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "affected.csv"]
    written = {path: path.read_bytes() for path in files if path.suffix != ".pdf"}
    told = [path for path, content in written.items() if any(canary.encode() in content for canary in CANARIES)]
    assert not told
    texts = "".join(page.extract_text() for pdf in pdfs(folder) for page in PdfReader(pdf).pages)
    assert "かなりあ　3号" in texts
    assert "鳥籠" in texts
    rehearsed = "".join(page.extract_text() for pdf in folder.glob("outbox/**/*.pdf") for page in PdfReader(pdf).pages)
    assert "見本" in rehearsed
    assert not any(canary in rehearsed for canary in CANARIES)


def test_print_runs_are_readable_by_their_owner_alone(live: Path) -> None:
    kohoctl(live.parent, "run", live, "--live")
    places = [live.parent / "print", *(live.parent / "print").rglob("*")]
    modes = {("folder" if place.is_dir() else "file", place.stat().st_mode & 0o777) for place in places}
    assert modes == {("folder", 0o700), ("file", 0o600)}


def test_a_mistake_in_the_list_is_told_with_its_line_and_none_of_its_words(live: Path) -> None:
    answer = kohoctl(live.parent, "check", live)
    assert answer.code == 1
    assert "affected.csv:6:11: the letter's fonts lack U+20BB7 in the name" in answer.out
    assert "affected.csv:7:1: this row has 2 fields, and the first line has 5" in answer.out
    ran = kohoctl(live.parent, "run", live, "--live")
    assert ran.code == 1
    assert "4 delivered" in ran.out
    assert "affected.csv:7:1: this row has 2 fields" in ran.err


def test_under_another_key_of_the_list_nobody_gets_a_second_letter(live: Path) -> None:
    folder = live.parent
    write_list(folder, range(3))
    assert kohoctl(folder, "run", live, "--live").code == 0
    once = LetterOffice(live).printed
    assert len(once) == 3
    write_list(folder, range(4))
    for arguments in (("plan", live), ("reconcile", live), ("run", live, "--dry-run")):
        shown = kohoctl(folder, *arguments, key="another-key-of-the-same-list")
        assert "nothing goes out by letters: the key of affected.csv is not the one it was sent to with" in shown.err
        assert shown.code == (0 if "reconcile" in arguments else 1)
    again = kohoctl(folder, "run", live, "--live", key="another-key-of-the-same-list")
    assert again.code == 1
    assert "put the old key back" in again.out
    assert LetterOffice(live).printed == once
    assert kohoctl(folder, "run", live, "--live").code == 0
    assert len(LetterOffice(live).printed) == 4


def test_without_the_key_everything_works_but_a_live_run(live: Path) -> None:
    folder = live.parent
    write_list(folder, range(2))
    assert kohoctl(folder, "check", live, "--rules", "none", key=None).code == 0  # today may be a day off
    plan = kohoctl(folder, "plan", live, key=None)
    assert plan.code == 0
    assert "letters is shown with made-up people: the environment variable KOHOCTL_PEOPLE_KEY is not set" in plan.err
    rehearsal = kohoctl(folder, "run", live, key=None)
    assert rehearsal.code == 0
    assert "letters went to made-up people: a rehearsal reads none of the real ones." in rehearsal.out
    ran = kohoctl(folder, "run", live, "--live", key=None)
    assert ran.code == 1
    assert "letters was given up for this run: the environment variable KOHOCTL_PEOPLE_KEY is not set" in ran.out
    assert not (folder / "print").exists()
    with Ledger.read(live.with_suffix(".ledger.sqlite"), "live") as ledger:
        assert not ledger.everything()


def test_a_rehearsal_needs_none_of_the_rows(live: Path) -> None:
    (live.parent / "affected.csv").write_bytes(HEAD.encode() + b"\xff\xfe\x00 no row at all")
    assert kohoctl(live.parent, "run", live).code == 0


# Purging


def test_a_purged_print_run_is_never_made_again(live: Path) -> None:
    folder = live.parent
    write_list(folder, range(4))
    kohoctl(folder, "run", live, "--live")
    assert "stays: it is not older than 30 days" in kohoctl(folder, "purge", live).out
    shown = kohoctl(folder, "purge", live, "--older-than", "0 seconds", "--dry-run")
    assert "2 print runs to remove" in shown.out
    assert len(pdfs(folder)) == 2
    purged = kohoctl(folder, "purge", live, "--older-than", "0 seconds")
    assert purged.out.count(".pdf with 2 letters, ") == 2
    assert not pdfs(folder)
    assert len([*folder.glob("print/*/*.csv")]) == 2
    assert "nothing was left to deliver" in kohoctl(folder, "run", live, "--live").out
    with Ledger.read(live.with_suffix(".ledger.sqlite"), "live") as ledger:
        words = [(key, word, data["channel"]) for _, key, word, data in ledger.words("nenkin")]
    assert words == [("nenkin", "purged", "letters")] * 2


def test_a_print_run_whose_letters_are_in_doubt_stays(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 2))
    command = [sys.executable, str(HERE / "killed_printing.py"), str(office.path), "before the ending", "1"]
    assert subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == -signal.SIGKILL
    answer = kohoctl(tmp_path, "purge", office.path, "--older-than", "0 seconds")
    assert "stays: some of its deliveries are in doubt" in answer.out
    assert len(pdfs(tmp_path)) == 1


def test_what_a_killed_run_left_unfinished_is_purged_at_once(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 2))
    command = [sys.executable, str(HERE / "killed_printing.py"), str(office.path), "before a folder has its name", "1"]
    assert subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == -signal.SIGKILL
    assert [*(tmp_path / "print").glob(".letters.*/*.pdf")]
    assert ", never finished" in kohoctl(tmp_path, "purge", office.path).out
    assert not [*(tmp_path / "print").rglob("*.pdf")]
    office.run()
    assert len(office.printed) == 2


def test_letters_that_were_renamed_or_copied_in_their_folder_are_purged_too(live: Path) -> None:
    folder = live.parent
    write_list(folder, range(2))
    kohoctl(folder, "run", live, "--live")
    (pdf,) = pdfs(folder)
    shutil.copy(pdf, pdf.with_name("copy.pdf"))
    pdf.rename(pdf.with_name("for the printer.pdf"))
    assert "stays: it is not older than 90 minutes" in kohoctl(folder, "purge", live, "--older-than", "90 minutes").out
    assert kohoctl(folder, "purge", live, "--older-than", "0 seconds").code == 0
    assert not pdfs(folder)


def test_a_print_run_that_the_ledger_does_not_know_stays(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 2))
    office.run()
    shutil.rmtree(f"{office.ledger_path}.locks")
    office.ledger_path.unlink()
    answer = kohoctl(tmp_path, "purge", office.path, "--older-than", "0 seconds")
    assert "stays: the ledger does not know its deliveries" in answer.out


# On paper


def test_the_address_is_within_the_window_wherever_the_sheet_lies_in_the_envelope(tmp_path: Path) -> None:
    office = LetterOffice(mailing(tmp_path, 0))
    address = ("東京都鳥籠区一丁目番地" * 6)[:60]
    name = ("かなりあ" * 4)[:14]
    (tmp_path / "affected.csv").write_text(f"{HEAD}KANARIA-1,{name},100-0001,{address},\n", "utf-8")
    office.run()
    (pdf,) = pdfs(tmp_path)
    inside = [(text, x, y) for text, x, y in spots(pdf) if x < 112 and y < 57]
    assert "".join(text for text, _, _ in inside) == f"〒100-0001{address}{name}　様"
    assert all(x >= 22 and 12 <= y <= 36 for _, x, y in inside)


def spots(pdf: Path) -> list[tuple[str, float, float]]:
    """Each run of text on the first page, with the millimetres from the sheet's left and upper edge."""
    found: list[tuple[str, float, float]] = []

    def note(text: str, page: list[float], at: list[float], _: DictionaryObject | None, __: float) -> None:
        if text.strip():
            x, y = (at[4] * page[side] + at[5] * page[2 + side] + page[4 + side] for side in (0, 1))
            found.append((text.strip("\n"), x * POINT, A4[1] - y * POINT))

    PdfReader(pdf).pages[0].extract_text(visitor_text=note)
    return found
