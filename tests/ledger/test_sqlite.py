"""The ledger: what was committed stays, and nothing is anybody's twice."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from kohoctl.errors import LedgerDamaged, LedgerFull, LedgerLocked, LedgerMismatch, LedgerReadOnly, LedgerTooNew
from kohoctl.ledger import Ledger, opening, records_of
from kohoctl.ledger.events import event_hash
from kohoctl.ledger.explained import explained
from kohoctl.ledger.migrations import MIGRATIONS
from kohoctl.model import Receipt
from kohoctl.states import Intent, Outcome, State

NOW = datetime(2015, 6, 4, 1, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "campaigns.ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path, "live") as opened:
        yield opened


def intent(key: str = "c/m/x/2015-06-04", digest: str = "d1") -> Intent:
    return Intent(key, "x", digest)


def outcome(state: State, key: str = "c/m/x/2015-06-04", attempt: int | None = 1, **more: object) -> Outcome:
    return Outcome(key, "x", state, "d1", attempt, **more)  # type: ignore[arg-type]  # forwarded keywords


def test_a_key_is_claimed_once(ledger: Ledger) -> None:
    assert ledger.claim([intent()], NOW) == {"c/m/x/2015-06-04": 1}
    assert ledger.claim([intent()], NOW) == {}


def test_a_key_named_twice_in_one_group_is_claimed_once(ledger: Ledger) -> None:
    ledger.claim([intent(), intent()], NOW)
    assert [event["state"] for event in ledger.history()] == ["sending"]


def test_two_ledgers_on_one_file_never_both_claim_a_key(path: Path) -> None:
    keys = [f"c/m/x/{n}" for n in range(200)]
    claimed: list[str] = []
    lock = threading.Lock()

    def claim_all() -> None:
        with Ledger.open(path, "live") as mine:
            for key in keys:
                granted = mine.claim([intent(key)], NOW)
                with lock:
                    claimed.extend(granted)

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(keys)


def test_jobs_that_share_a_commit_never_both_claim_a_key_and_none_costs_another_its_own(ledger: Ledger) -> None:
    """While one thread has the ledger, others wait: the first of them writes for all."""
    granted: list[dict[str, int]] = []
    failed: list[str] = []

    def claim(*intents: Intent) -> None:
        try:
            granted.append(ledger.claim(intents, NOW))
        except UnicodeEncodeError:
            failed.append(intents[-1].key)

    waiting = [intent(), intent()], [intent("c/m/x/1"), intent("\ud800")], [intent(), intent("c/m/x/1")]
    threads = [threading.Thread(target=claim, args=each) for each in waiting]
    with ledger._turns.take():
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(ledger._jobs) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert failed == ["\ud800"]
    assert {key: 1 for each in granted for key in each} == {"c/m/x/1": 1, intent().key: 1}
    assert [event["state"] for event in ledger.history()] == ["sending", "sending"]
    assert ledger.verify()[0] == 2


def test_what_is_read_row_by_row_may_be_written_of_meanwhile(ledger: Ledger) -> None:
    ledger.claim([intent("c/m/x/1"), intent("c/m/x/2")], NOW)
    beside = threading.Thread(target=ledger.claim, args=([intent("d/m/x/1")], NOW))
    for key, _, _ in ledger.standing("c/"):
        if not beside.ident:
            beside.start()
        ledger.settle([outcome(State.DELIVERED, key)], NOW)
    beside.join()
    assert {entry.key: str(entry.state) for entry in ledger.everything()} == {
        "c/m/x/1": "delivered",
        "c/m/x/2": "delivered",
        "d/m/x/1": "sending",
    }


def test_what_another_program_wrote_between_a_claim_and_its_outcome_counts(path: Path) -> None:
    with Ledger.open(path, "live") as mine, Ledger.open(path, "live") as other:
        mine.claim([intent()], NOW)
        other.settle([outcome(State.UNREACHED, attempt=None, by="当直")], NOW)
        assert other.claim([intent()], NOW) == {intent().key: 2}
        mine.settle([outcome(State.REFUSED, attempt=1)], NOW)
        entry = mine.entries([intent().key])[intent().key]
        assert (entry.state, entry.attempt, entry.released_by) == (State.SENDING, 2, "当直")
        assert mine.verify()[0] == 3


def test_what_was_to_be_claimed_when_the_commit_failed_can_be_claimed(ledger: Ledger) -> None:
    ledger.claim([intent("c/m/x/before")], NOW)
    many = [intent(f"c/m/x/{n}") for n in range(2000)]
    (pages,) = ledger._connection.execute("PRAGMA page_count").fetchone()
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then answers as on a full disk
    with pytest.raises(LedgerFull):
        ledger.claim(many, NOW)
    ledger._connection.execute(f"PRAGMA max_page_count = {pages + 10_000}")
    assert len(ledger.claim(many, NOW)) == 2000
    ledger.settle([outcome(State.DELIVERED, "c/m/x/before")], NOW)
    assert ledger.verify()[0] == 2002


def test_a_new_attempt_at_another_content_is_found_by_its_digest(ledger: Ledger) -> None:
    ledger.claim([intent()], NOW)
    ledger.settle([outcome(State.UNREACHED)], NOW)
    ledger.claim([intent(digest="d2")], NOW)
    assert [entry.digest for entry in ledger.akin("none/", "d2", "none")] == ["d2"]
    assert ledger.akin("none/", "d1", "none") == []
    assert ledger.verify()[0] == 3


def test_what_was_delivered_is_never_claimed_again(ledger: Ledger) -> None:
    ledger.claim([intent()], NOW)
    ledger.settle([outcome(State.DELIVERED, receipt=Receipt.published("1"))], NOW)
    assert ledger.claim([intent(digest="another")], NOW) == {}


@pytest.mark.parametrize("state", [State.UNREACHED, State.REFUSED, State.UNKNOWN])
def test_what_did_not_end_well_may_be_claimed_again_as_the_next_attempt(ledger: Ledger, state: State) -> None:
    ledger.claim([intent()], NOW)
    ledger.settle([outcome(state)], NOW)
    assert ledger.claim([intent()], NOW) == {"c/m/x/2015-06-04": 2}


def test_the_late_outcome_of_an_earlier_attempt_changes_nothing(ledger: Ledger) -> None:
    ledger.claim([intent()], NOW)
    ledger.settle([outcome(State.UNREACHED)], NOW)
    ledger.claim([intent()], NOW)
    ledger.settle([outcome(State.REFUSED, attempt=1)], NOW)
    assert ledger.entries([intent().key])[intent().key].state is State.SENDING


def test_an_entry_tells_state_receipt_reason_and_when_the_attempt_began(ledger: Ledger) -> None:
    later = NOW + timedelta(seconds=3)
    ledger.claim([intent()], NOW)
    ledger.settle(
        [
            outcome(State.DELIVERED, receipt=Receipt.published("7", "https://x.example/7", request="r")),
        ],
        later,
    )
    entry = ledger.entries([intent().key])[intent().key]
    assert (entry.state, entry.at, entry.began, entry.attempt) == (State.DELIVERED, later, NOW, 1)
    assert entry.receipt == Receipt.published("7", "https://x.example/7", request="r")
    assert entry.by is None


def test_a_persons_word_is_told_from_a_programs(ledger: Ledger) -> None:
    ledger.claim([intent()], NOW)
    ledger.settle([outcome(State.UNREACHED, attempt=None, by="当直", reason="先方に電話で確認")], NOW)
    entry = ledger.entries([intent().key])[intent().key]
    assert (entry.by, entry.released_by) == ("当直", "当直")


def test_a_persons_release_holds_from_attempt_to_attempt(ledger: Ledger) -> None:
    ledger.settle([outcome(State.UNREACHED, attempt=None, by="当直")], NOW)
    ledger.claim([intent()], NOW)
    ledger.settle([outcome(State.UNREACHED)], NOW)
    entry = ledger.entries([intent().key])[intent().key]
    assert (entry.by, entry.released_by) == (None, "当直")


def test_a_doubt_is_counted_from_the_first_attempt_that_may_have_arrived(ledger: Ledger) -> None:
    for hours, state in ((0, State.UNREACHED), (1, State.UNKNOWN), (20, State.UNKNOWN)):
        ledger.claim([intent()], NOW + timedelta(hours=hours))
        attempt = ledger.entries([intent().key])[intent().key].attempt
        ledger.settle([outcome(state, attempt=attempt)], NOW + timedelta(hours=hours))
    assert ledger.entries([intent().key])[intent().key].began == NOW + timedelta(hours=1)


def test_the_attempts_of_a_channel_since_a_moment_are_told(ledger: Ledger) -> None:
    for minutes in range(5):
        at = NOW + timedelta(minutes=minutes)
        ledger.claim([intent(f"c/m/x/{minutes}"), Intent(f"c/m/y/{minutes}", "y", "d")], at)
    assert ledger.attempts_since("x", NOW + timedelta(minutes=2)) == [NOW + timedelta(minutes=n) for n in (3, 4)]


def test_keys_are_found_under_their_message_and_not_under_one_whose_name_begins_alike(ledger: Ledger) -> None:
    for key in ("c/m/x/1", "c/m/y/1", "c/m2/x/1", "c/m-a/x/1", "d/m/x/1"):
        ledger.claim([Intent(key, "x", "d")], NOW)
    assert [entry.key for entry in ledger.under("c/m/")] == ["c/m/x/1", "c/m/y/1"]


def test_entries_of_more_keys_than_one_query_can_name_are_found(ledger: Ledger) -> None:
    keys = [f"c/m/x/{n:05}" for n in range(1201)]
    ledger.claim([intent(key) for key in keys], NOW)
    assert list(ledger.entries(keys)) == keys


def test_events_can_be_neither_changed_nor_removed(ledger: Ledger, path: Path) -> None:
    ledger.claim([intent()], NOW)
    with sqlite3.connect(path) as raw:
        for statement in ("UPDATE events SET state = 'delivered'", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)
    raw.close()


def test_the_hash_chain_of_an_untouched_ledger_holds(ledger: Ledger) -> None:
    for n in range(30):
        ledger.claim([intent(f"c/m/x/{n}")], NOW)
        ledger.settle([outcome(State.DELIVERED, f"c/m/x/{n}", receipt=Receipt.published(str(n)))], NOW)
    assert ledger.verify()[0] == 60


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE events SET data = replace(data, '\"2\"', '\"9\"') WHERE seq = 6",
        "UPDATE events SET at = '2015-06-03T00:00:00+00:00' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 3",
        "DELETE FROM events WHERE seq = 8",
        "UPDATE deliveries SET state = 'unreached' WHERE key = 'c/m/x/1'",
        "DELETE FROM deliveries WHERE key = 'c/m/x/1'",
        "INSERT INTO deliveries VALUES ('c/m/x/9', 'x', 'delivered', 1, 'd', 't', 't', '{}')",
    ],
)
def test_tampering_is_seen(ledger: Ledger, path: Path, tampering: str) -> None:
    for n in range(4):
        ledger.claim([intent(f"c/m/x/{n}")], NOW)
        ledger.settle([outcome(State.DELIVERED, f"c/m/x/{n}", receipt=Receipt.published(str(n)))], NOW)
    raw = sqlite3.connect(path)
    raw.executescript(f"DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed; {tampering};")
    raw.close()
    with pytest.raises(LedgerDamaged):
        ledger.verify()


def test_a_channel_is_held_by_one_run_at_a_time(path: Path) -> None:
    with Ledger.open(path, "live") as one, Ledger.open(path, "live") as other:
        with one.hold("x") as first, other.hold("x") as second, other.hold("line") as elsewhere:
            assert (first, second, elsewhere) == (True, False, True)
        with other.hold("x") as afterwards:
            assert afterwards


def test_a_channel_whose_lock_cannot_be_written_is_an_error_of_the_ledger(path: Path) -> None:
    with Ledger.open(path, "live") as ledger:
        (path.parent / f"{path.name}.locks" / "x.lock").mkdir()
        with pytest.raises(LedgerReadOnly, match="cannot be made: Is a directory"), ledger.hold("x"):
            pass


def test_a_killed_process_gives_its_channel_back(path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from kohoctl.ledger import Ledger\n"
        "with Ledger.open(Path(sys.argv[1]), 'live') as ledger, ledger.hold('x') as held:\n"
        "    print(held, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        with Ledger.open(path, "live") as ledger:
            with ledger.hold("x") as meanwhile:
                assert not meanwhile
            process.kill()
            process.wait()
            with ledger.hold("x") as afterwards:
                assert afterwards


def test_what_was_committed_survives_a_crash_right_after(path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from kohoctl.ledger import Ledger; from kohoctl.states import Intent\n"
        "ledger = Ledger.open(Path(sys.argv[1]), 'live')\n"
        "ledger.claim([Intent('c/m/x/1', 'x', 'd')], datetime.now(UTC)); os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == 9
    with Ledger.open(path, "live") as ledger:
        assert [entry.key for entry in ledger.left_sending("x")] == ["c/m/x/1"]
        assert ledger.verify()[0] == 1


def test_a_rehearsals_ledger_is_not_taken_for_a_live_run(path: Path) -> None:
    Ledger.open(path, "rehearsal").close()
    with pytest.raises(LedgerMismatch, match="rehearsal"):
        Ledger.open(path, "live")
    with pytest.raises(LedgerMismatch, match="rehearsal"):
        Ledger.read(path, "live")


def test_a_ledger_of_a_newer_version_is_left_alone(path: Path) -> None:
    Ledger.open(path, "live").close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(LedgerTooNew, match="newer kohoctl"):
        Ledger.open(path, "live")


def test_a_ledger_of_an_older_version_is_looked_at_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(opening, "MIGRATIONS", MIGRATIONS[:1])
        with Ledger.open(path, "live") as ledger:
            ledger.claim([intent()], NOW)
            ledger.settle([outcome(State.DELIVERED)], NOW)
    before = path.read_bytes()
    with Ledger.read(path, "live") as ledger:
        assert [entry.state for entry in ledger.everything()] == [State.DELIVERED]
        assert list(records_of(ledger, "c")) == []
        assert ledger.verify()[0] == 2
    assert path.read_bytes() == before
    Ledger.open(path, "live").close()
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    raw.close()


def json_hash(previous: bytes, columns: Sequence[object]) -> bytes:
    """What bound an event in the ledger's versions 1 and 2."""
    return sha256(previous + json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def write_older(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger of version 2 with one delivery; the hash of its last event."""
    with monkeypatch.context() as older:
        older.setattr(opening, "MIGRATIONS", MIGRATIONS[:2])
        Ledger.open(path, "live").close()
    at, data, previous = NOW.isoformat(), '{"receipt":{"answer":{},"form":"published","id":"告","url":null}}', b""
    sending: list[object] = [1, at, "c/m/x/0", "x", "sending", 1, "d1", "{}"]
    delivered: list[object] = [2, at, "c/m/x/0", "x", "delivered", 1, "d1", data]
    with sqlite3.connect(path) as raw:
        for columns in (sending, delivered):
            previous = json_hash(previous, columns)
            raw.execute("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?)", (*columns, previous))
        raw.execute("INSERT INTO deliveries VALUES (?,?,?,?,?,?,?,?)", (*delivered[2:7], at, at, data))
    raw.close()
    return previous.hex()


def test_a_ledger_bound_over_json_holds_as_it_was_and_goes_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = write_older(path, monkeypatch)
    with Ledger.read(path, "live") as ledger:
        assert ledger.verify() == (2, last)
    with Ledger.open(path, "live") as ledger:
        assert ledger.verify() == (2, last)
        assert ledger.claim([intent("c/m/x/0"), intent()], NOW) == {intent().key: 1}
        ledger.settle([outcome(State.DELIVERED)], NOW)
        assert ledger.verify()[0] == 4
        assert [event["hash"] for event in ledger.history("c/m/x/0")][-1] == last


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_tampering_is_seen_in_events_of_either_form(path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    write_older(path, monkeypatch)
    with Ledger.open(path, "live") as ledger:
        ledger.claim([intent()], NOW)
        ledger.settle([outcome(State.DELIVERED)], NOW)
        with sqlite3.connect(path) as raw:
            raw.execute("DROP TRIGGER events_are_never_changed")
            raw.execute("UPDATE events SET channel = 'y' WHERE seq = ?", (number,))
        raw.close()
        with pytest.raises(LedgerDamaged, match=f"event {number} "):
            ledger.verify()


def test_no_event_behind_one_of_the_newer_form_is_taken_in_the_older(ledger: Ledger, path: Path) -> None:
    ledger.claim([intent()], NOW)
    (last,) = (bytes.fromhex(event["hash"]) for event in ledger.history())
    added = [2, NOW.isoformat(), "c", "", "calls", -1, "", "{}"]
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?)", (*added, json_hash(last, added)))
    raw.close()
    with pytest.raises(LedgerDamaged, match="event 2 "):
        ledger.verify()


def test_the_hash_of_an_event_is_what_the_documentation_says(ledger: Ledger) -> None:
    ledger.claim([intent()], NOW)
    (event,) = ledger.history()
    written = "1 1 25 16 1 7 2\n2015-06-04T01:00:00+00:00c/m/x/2015-06-04xsendingd1{}"
    assert event["hash"] == sha256(written.encode()).hexdigest()
    ledger.note([("告", "calls", {"by": "当直"})], NOW)
    written = '2 -1 25 1 0 5 0\n2015-06-04T01:00:00+00:00告calls{"by":"当直"}'
    assert ledger.verify() == (2, sha256(bytes.fromhex(event["hash"]) + written.encode()).hexdigest())


def test_columns_that_run_into_each_other_are_told_apart() -> None:
    one = ("2015", "c/m", "x", "sending", 1, "d", "{}")
    other = ("2015c", "/m", "x", "sending", 1, "d", "{}")
    assert event_hash(b"", 1, one) != event_hash(b"", 1, other)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\x07" * 5000])
def test_a_file_that_is_no_ledger_is_named_and_left_as_it_was(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LedgerDamaged, match=path.name):
        Ledger.open(path, "live")
    assert path.read_bytes() == content


def test_another_programs_database_is_left_as_it_was(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE theirs (a)")
    raw.commit()
    raw.close()
    before = path.read_bytes()
    with pytest.raises(LedgerDamaged, match="another program"):
        Ledger.open(path, "live")
    assert path.read_bytes() == before


def test_a_truncated_ledger_is_damaged(ledger: Ledger, path: Path, tmp_path: Path) -> None:
    ledger.claim([intent(f"c/m/x/{n}") for n in range(500)], NOW)
    ledger.close()
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(LedgerDamaged), Ledger.open(broken, "live") as opened:
        opened.verify()


def test_a_locked_ledger_says_so(ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Ledger.open(path, "live") as waiting, pytest.raises(LedgerLocked, match="locked"):
        waiting.claim([intent()], NOW)
    other.execute("ROLLBACK")
    other.close()
    assert ledger.claim([intent()], NOW)


def test_a_run_that_begins_while_another_makes_the_ledger_finds_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(of: Path) -> Path:
        monkeypatch.undo()
        with Ledger.open(of, "live") as another, another.hold("site"):
            return opening.locks_of(of)

    monkeypatch.setattr(opening, "locks_of", meanwhile)
    with Ledger.open(path, "live") as ledger:
        assert ledger.verify() == (0, "")


def test_a_ledger_whose_lock_is_held_in_the_midst_of_a_change_is_locked(path: Path) -> None:
    error = sqlite3.OperationalError("locking protocol")
    error.sqlite_errorcode = sqlite3.SQLITE_PROTOCOL
    with pytest.raises(LedgerLocked, match="another program keeps it locked"), explained(path):
        raise error


def test_where_deliveries_stand_is_told_row_by_row_of_one_campaign_alone(ledger: Ledger) -> None:
    ledger.claim([intent("c/m/x/2"), intent("c/m/x/1"), intent("c2/m/x/1")], NOW)
    later = NOW + timedelta(hours=1)
    ledger.settle([outcome(State.DELIVERED, "c/m/x/1")], later)
    assert list(ledger.standing("c/")) == [
        ("c/m/x/1", State.DELIVERED, later),
        ("c/m/x/2", State.SENDING, NOW),
    ]


def test_the_latest_moment_is_that_of_a_delivery_and_not_of_a_persons_word(ledger: Ledger) -> None:
    assert ledger.latest() is None
    ledger.claim([intent()], NOW)
    ledger.note([("c", "calls", {"count": 1})], NOW + timedelta(days=1))
    assert ledger.latest() == NOW


def test_a_full_disk_says_so_and_loses_nothing(path: Path) -> None:
    with Ledger.open(path, "live") as ledger:
        ledger.claim([intent("c/m/x/before")], NOW)
        (pages,) = ledger._connection.execute("PRAGMA page_count").fetchone()
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then answers as on a full disk
        with pytest.raises(LedgerFull, match="full"):
            ledger.claim([intent(f"c/m/x/{n}") for n in range(2000)], NOW)
        assert ledger.verify()[0] == 1
    with Ledger.open(path, "live") as ledger:
        assert ledger.verify()[0] == 1


def test_a_write_that_the_system_cuts_short_loses_nothing(path: Path) -> None:
    """A limit on the size of files stands for the full disk: the write itself fails."""
    script = (
        "import resource, signal, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from kohoctl.errors import LedgerFull; from kohoctl.ledger import Ledger; from kohoctl.states import Intent\n"
        "ledger = Ledger.open(Path(sys.argv[1]), 'live')\n"
        "ledger.claim([Intent('c/m/x/before', 'x', 'd')], datetime.now(UTC))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
        "try: ledger.claim([Intent(f'c/m/x/{n}', 'x', 'd') for n in range(5000)], datetime.now(UTC))\n"
        "except LedgerFull as error: print('full')\n"
    )
    answer = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert answer.stdout == "full\n", answer.stderr
    with Ledger.open(path, "live") as ledger:
        assert ledger.verify()[0] == 1


def test_a_ledger_opened_to_look_at_cannot_be_written_to(path: Path) -> None:
    Ledger.open(path, "live").close()
    with Ledger.read(path, "live") as reading, pytest.raises(LedgerReadOnly, match="rights"):
        reading.claim([intent()], NOW)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerReadOnly, match="cannot be made"):
        Ledger.open(tmp_path / "file" / "ledger.sqlite", "live")


def test_reading_makes_no_ledger_where_there_is_none(path: Path) -> None:
    with Ledger.read(path, "live") as empty:
        assert empty.entries(["c/m/x/1"]) == {}
    assert not path.exists()


BEGUN_AND_KILLED = """
import os, sys
from pathlib import Path
from kohoctl.ledger import Ledger, opening

def half(connection, version):
    connection.execute("PRAGMA cache_size = 1")  # so that what is not committed is on the disk, beside its journal
    for number in range(50):
        connection.execute(f"CREATE TABLE t{number} (a)")
    os._exit(9)

opening._migrate = half
if sys.argv[2] == "journal":
    opening._bring_up_to_date = lambda path, connection, _: (connection.execute("BEGIN"), half(connection, 0))
Ledger.open(Path(sys.argv[1]), "live")
"""


@pytest.mark.parametrize("left", ["an empty file", "wal", "journal"])
def test_a_ledger_whose_making_was_killed_is_an_empty_one(path: Path, left: str) -> None:
    if left == "an empty file":
        path.touch()
    else:
        begun = subprocess.run([sys.executable, "-c", BEGUN_AND_KILLED, str(path), left], check=False)
        assert begun.returncode == 9
    with Ledger.read(path, "live") as ledger:
        assert ledger.everything() == []
    with Ledger.open(path, "live") as ledger:
        assert ledger.claim([intent()], NOW)
