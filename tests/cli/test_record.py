"""What people say of requests and of calls: taken down, shown, and never taken down twice."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.handlers import Sink

from commands import start
from kohoctl.campaign.problems import PROBLEM_LIMIT
from kohoctl.campaign.table import MOST_COLUMNS
from kohoctl.cli.recording import PEOPLE
from kohoctl.ledger import Ledger, opening, records_of
from kohoctl.ledger.migrations import MIGRATIONS
from kohoctl.states import Record, Step
from servers.mail import Controller
from support import write

from .conftest import Kohoctl

DUE = datetime.now(ZoneInfo("Asia/Tokyo")).replace(second=0, microsecond=0) - timedelta(minutes=5)
DAY = f"{DUE:%Y-%m-%d}"
NPA, FSA, MIC = (f"nenkin/flyers/requests/{ministry}/{DAY}" for ministry in ("npa", "fsa", "mic"))
AGAIN = f"nenkin/again/requests/npa/{DAY}"
PAGE = f"nenkin/page/site/{DAY}"
LATER = "nenkin/later/requests/npa/2099-06-01"
BUREAU = "警察庁 生活安全局"

MESSAGES = f"""\
flyers:
  title: チラシの設置について（依頼）
  when: {DUE:%Y-%m-%dT%H:%M}
  attachments: [flyer.pdf]
  channels: {{requests: {{number: 年広発0605第1号, reply_by: 2098-06-12}}}}
  body: 添付のチラシを設置してくださいますようお願いいたします。
again:
  title: チラシの配布について（依頼）
  when: {DUE:%Y-%m-%dT%H:%M}
  attachments: [flyer.pdf]
  channels: {{requests: {{number: 年広発0624第1号, reply_by: 2099-06-12}}}}
  body: 添付のチラシを配布してくださいますようお願いいたします。
later:
  title: チラシの設置について（依頼）
  when: 2099-06-01T10:00
  attachments: [flyer.pdf]
  channels: {{requests: {{number: 年広発0601第1号}}}}
  body: 添付のチラシを設置してくださいますようお願いいたします。
page: {{title: 題, when: {DUE:%Y-%m-%dT%H:%M}, channels: {{site: {{slug: page}}}}, body: 文}}
"""
CHANNELS = """\
site: {kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
requests:
  kind: flyer-request
  owner: 厚生労働省年金局
  recipients: ministries
  sender: 厚生労働省年金局 <nenkin-koho@mhlw.example>
  office: 厚生労働省年金局
  contact: {department: 広報担当, telephone: 03-0000-0000, email: nenkin-koho@mhlw.example}
"""
MINISTRIES = """\
id,name,email,facilities
npa,警察庁,flyer@npa.example,警察署|運転免許センター
fsa,金融庁,flyer@fsa.example,=銀行|信用金庫
mic,総務省,flyer@mic.example,郵便局
"""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose requests a mail server has taken."""
    folder = tmp_path_factory.mktemp("delivered")
    (folder / "flyer.pdf").write_bytes(b"%PDF-1.7\n% a flyer\n%%EOF\n")
    (folder / "ministries.csv").write_text(MINISTRIES, encoding="utf-8")
    controller = Controller(Sink())
    controller.start()
    more = f"recipients: {{ministries: {{file: ministries.csv}}}}\n" \
           f"mail: {{host: 127.0.0.1, port: {controller.port}, security: none}}\n"  # fmt: skip
    file = write(folder, MESSAGES, CHANNELS, more)
    answer = start(("run", file, "--live"), tmp_path_factory.mktemp("printed") / "run", {}).end()
    controller.stop()
    assert answer.code == 0, answer.err
    said = file.read_text(encoding="utf-8")
    file.write_text(said.replace("reply_by: 2098-06-12", "reply_by: 2015-06-12"), encoding="utf-8")  # and years went by
    return folder


@pytest.fixture
def file(delivered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(delivered, tmp_path / "desk")) / "campaigns.yaml"


@pytest.fixture
def records(file: Path) -> Callable[[], list[Record]]:
    """What the ledger has of people's words; its chain of hashes holds."""

    def read() -> list[Record]:
        with Ledger.read(file.with_suffix(".ledger.sqlite"), "live") as ledger:
            ledger.verify()
            return list(records_of(ledger, "nenkin"))

    return read


Records = Callable[[], list[Record]]


def status(kohoctl: Kohoctl, file: Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(kohoctl("status", file, "--format", "json").out)
    return answer


def places(kohoctl: Kohoctl, file: Path, key: str) -> dict[str, tuple[Any, ...]]:
    """The step, count and total of each place of a request, as status has them."""
    (request,) = [one for one in status(kohoctl, file)["requests"] if one["key"] == key]
    return {place["name"]: (place["step"], place["count"], place["total"]) for place in request["places"]}


# One word


def test_a_persons_word_on_one_place_is_kept_and_shown(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    said = ("--as", "placed", "--by", BUREAU, "--place", "警察署", "--count", 40, "--of", 47, "--on", "2015-06-10")
    answer = kohoctl("record", file, NPA, *said, "--note", "残りは月内に設置")
    assert (answer.code, answer.out) == (0, f"{NPA} (警察署) is recorded as placed, 40/47, on the word of {BUREAU}.\n")
    (record,) = records()
    assert (record.step, record.place, record.count, record.total) == (Step.PLACED, "警察署", 40, 47)
    assert (record.by, str(record.on), record.note) == (BUREAU, "2015-06-10", "残りは月内に設置")
    assert "警察署 40/47, 運転免許センター –" in kohoctl("status", file).out


def test_what_is_placed_without_a_count_is_placed_in_all(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("record", file, NPA, "--as", "placed", "--by", BUREAU, "--place", "警察署", "--count", 40, "--of", 47)
    kohoctl("record", file, NPA, "--as", "placed", "--by", BUREAU, "--place", "警察署")
    kohoctl("record", file, NPA, "--as", "placed", "--by", BUREAU, "--place", "運転免許センター", "--of", 3)
    assert places(kohoctl, file, NPA) == {"警察署": ("placed", 47, 47), "運転免許センター": ("placed", 3, 3)}


def test_a_word_without_a_place_is_of_all_of_them(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("record", file, NPA, "--as", "accepted", "--by", BUREAU)
    assert {step for step, _, _ in places(kohoctl, file, NPA).values()} == {"accepted"}


def test_the_only_place_needs_no_name(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    kohoctl("record", file, MIC, "--as", "placed", "--by", "総務省", "--count", 3, "--of", 4)
    assert [record.place for record in records()] == ["郵便局"]


def test_the_same_word_twice_is_taken_down_once(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    for said in ("is recorded as", "stands in the ledger already as"):
        assert said in kohoctl("record", file, NPA, "--as", "accepted", "--by", BUREAU).out
    assert len(records()) == 1


def test_a_file_that_shows_it_is_kept_by_its_path_and_hash(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    photograph = file.parent / "photos" / "sign.jpg"
    photograph.parent.mkdir()
    photograph.write_bytes(b"a photograph")
    kohoctl("record", file, MIC, "--as", "evidenced", "--by", "総務省", "--evidence", photograph)
    (record,) = records()
    assert record.evidence == "photos/sign.jpg"
    assert record.evidence_sha256 == hashlib.sha256(b"a photograph").hexdigest()


def test_an_address_that_shows_it_is_kept_as_it_is(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    kohoctl("record", file, MIC, "--as", "evidenced", "--by", "総務省", "--evidence", "https://www.mic.example/1")
    (record,) = records()
    assert (record.evidence, record.evidence_sha256) == ("https://www.mic.example/1", None)


BY = ("--by", BUREAU)
PLACED = ("--as", "placed", *BY)
WRONG = [
    ((NPA[:-1], *PLACED), f"did you mean {NPA}?"),
    ((f"other/flyers/requests/npa/{DAY}", *PLACED), "the file has no campaign other"),
    ((PAGE, *PLACED), "was published: nobody was asked"),
    ((LATER, *PLACED), "has not gone out, so that nobody was asked yet: it is waiting"),
    ((NPA, *PLACED, "--place", "警察所"), "警察所 is none of its places: did you mean 警察署?"),
    ((NPA, *PLACED, "--place", "警察署", "--count", 48, "--of", 47), "48 is more than the 47 that there are"),
    ((NPA, *PLACED, "--place", "警察署", "--count", -1), "--count: a count is 0 or more"),
    ((NPA, *PLACED, "--place", "警察署", "--count", 0, "--of", 0), "--of: a total is 1 or more"),
    ((NPA, *PLACED, "--count", 40, "--of", 47), "--place: a count is of one place: 警察署, 運転免許センター"),
    ((NPA, *PLACED, "--place", "警察署", "--count", "many"), "'many' is not a valid integer"),
    ((NPA, "--as", "accepted", *BY, "--place", "警察署", "--count", 4), "only what is done is counted"),
    ((NPA, "--as", "evidenced", *BY), "--evidence: nothing is named that shows it"),
    ((NPA, *PLACED, "--evidence", "sign.jpg"), "there is no file sign.jpg"),
    ((NPA, *PLACED, "--on", "tomorrow"), "a day is a year, a month and a day"),
    ((NPA, *PLACED, "--on", "2015-02-30"), "there is no day 2015-02-30"),
    ((NPA, *PLACED, "--on", "2099-01-01"), "--on: 2099-01-01 is still to come"),
    (("--calls-on", "2099-01-01", *BY, "--count", 3, "--topic", "相談"), "--calls-on: 2099-01-01 is still to come"),
    ((NPA, *BY), "--as"),
    ((NPA, "--as", "placed", "--by", " "), "--by"),
    (("--as", "placed"), "--as goes with KEY"),
    ((NPA, "--export", "out.csv"), "KEY and --export are two things"),
    (("--export", "out.csv", "--place", "警察署"), "--place goes with KEY"),
    (("--export", "out.csv", "--recipient", "npo"), "did you mean npa?"),
    (("--export", "out.csv", "--message", "flyer"), "did you mean flyers?"),
    (("--calls-on", "2015-06-04", *BY, "--count", 3), "--topic"),
    (("--calls-on", "2015-06-04", *BY, "--count", -3, "--topic", "相談"), "a count is 0 or more"),
    (("--calls-on", "2015-06-04", *BY, "--count", 3, "--topic", "相談", "--campaign", "nenkn"), "did you mean nenkin?"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "text"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_so_is_wrong_usage_and_is_not_taken_down(
    kohoctl: Kohoctl, file: Path, records: Records, said: tuple[object, ...], text: str
) -> None:
    answer = kohoctl("record", file, *said)
    assert answer.code == 2
    assert text in answer.err
    assert records() == []


def test_a_count_larger_than_the_total_that_was_told_before_cannot_be(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("record", file, *(NPA, *PLACED), "--place", "警察署", "--count", 40, "--of", 47)
    answer = kohoctl("record", file, *(NPA, *PLACED), "--place", "警察署", "--count", 48)
    assert answer.code == 2
    assert "48 is more than the 47" in answer.err


def test_a_total_smaller_than_what_is_done_cannot_be(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("record", file, *(NPA, *PLACED), "--place", "警察署", "--count", 40, "--of", 47)
    answer = kohoctl("record", file, NPA, "--as", "accepted", *BY, "--place", "警察署", "--of", 20)
    assert answer.code == 2
    assert "--of: 40 is more than the 20 that there are" in answer.err


def test_without_a_key_the_requests_that_wait_for_a_word_are_shown(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("record", file, NPA, "--as", "declined", "--by", BUREAU)
    out = kohoctl("record", file).out
    assert f"金融庁  by 2015-06-12  厚生労働省年金局  {FSA}" in out
    assert NPA not in out
    assert out.endswith("waiting for somebody's word: 5 requests\n")


def test_a_ledger_that_is_not_there_is_not_begun_by_a_word(kohoctl: Kohoctl, file: Path, tmp_path: Path) -> None:
    none = tmp_path / "none.sqlite"
    answer = kohoctl("record", file, *COUNT, "--ledger", none)
    assert answer.code == 1
    assert f"there is no ledger {none} yet" in answer.err
    assert not none.exists()


def test_of_two_that_take_down_words_one_waits(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    with Ledger.open(file.with_suffix(".ledger.sqlite"), "live") as ledger, ledger.hold(PEOPLE):
        answer = kohoctl("record", file, *(NPA, *PLACED))
    assert answer.code == 1
    assert "another kohoctl record is at work" in answer.err
    assert records() == []


def test_words_can_be_tried_on_the_rehearsals_ledger(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    kohoctl("run", file)
    assert kohoctl("record", file, LATER, *PLACED, "--rehearsal").code == 0
    assert "警察庁  警察署 all, 運転免許センター all" in kohoctl("status", file, "--rehearsal").out
    assert records() == []


# Forms


def filled_in(form: Path, answers: Mapping[str, Mapping[str, object]], encoding: str = "utf-8-sig") -> None:
    """Fill in a form as a ministry does with a spreadsheet: under its headings, in the row of each place."""
    header, *rows = read(form)
    plain = [heading.partition("（")[0] for heading in header]
    for row in rows:
        for heading, value in answers.get(row[plain.index("場所")], {}).items():
            row[plain.index(heading)] = str(value)
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *rows])
    form.write_bytes(text.encode(encoding))


def words_of(number: int) -> str:
    return "1 new word" if number == 1 else f"{number} new words"


def read(form: Path) -> list[list[str]]:
    return [line.split(",") for line in form.read_text(encoding="utf-8-sig").splitlines()]


def test_the_forms_of_three_ministries_come_back_and_the_table_shows_their_counts(
    kohoctl: Kohoctl, file: Path, records: Records
) -> None:
    desk = file.parent
    for ministry in ("npa", "fsa", "mic"):
        form = ("--export", desk / f"{ministry}.csv", "--recipient", ministry, "--message", "flyers")
        assert kohoctl("record", file, *form).code == 0
    done = {"状況": "実施済", "実施日": "2015/6/10", "回答者": "生活安全局"}
    filled_in(desk / "npa.csv", {"警察署": done | {"実施数": 40, "総数": 47},
                                 "運転免許センター": done | {"実施数": 3, "総数": 3}})  # fmt: skip
    filled_in(desk / "fsa.csv", {"信用金庫": {"状況": "了承", "備考": "月内に設置"}}, "cp932")
    filled_in(desk / "mic.csv", {"郵便局": {"状況": "設置済み", "実施数": "24,000", "総数": "２４，０００"}}, "utf-8")
    for ministry, new in (("npa", 2), ("fsa", 1), ("mic", 1)):
        answer = kohoctl("record", file, "--import", desk / f"{ministry}.csv", "--by", f"{ministry} 広報担当")
        assert (answer.code, answer.out) == (0, f"{desk / ministry}.csv: {words_of(new)}\n")
    out = kohoctl("status", file).out
    assert f"The day of answer has passed:\n金融庁  by 2015-06-12  厚生労働省年金局  {FSA}\n" in out
    table = out.partition("\nチラシの設置について（依頼） ")[2].splitlines()
    assert table[:5] == [
        f"({DUE:%Y-%m-%d %H:%M})",
        "overdue  金融庁  =銀行 –, 信用金庫 accepted",
        "open     警察庁  警察署 40/47, 運転免許センター 3/3",
        "done     総務省  郵便局 24000/24000",
        "",
    ]
    assert "6 requests: 1 overdue, 4 open, 1 done" in out
    assert [record.by for record in records()] == ["生活安全局", "生活安全局", "fsa 広報担当", "mic 広報担当"]


def test_a_form_has_a_row_for_each_place_and_nothing_that_excel_takes_for_a_formula(
    kohoctl: Kohoctl, file: Path
) -> None:
    form = file.parent / "form.csv"
    answer = kohoctl("record", file, "--export", form, "--recipient", "fsa", "--message", "flyers")
    assert answer.out.startswith(f"{form}: 2 rows for 1 request.")
    assert form.read_bytes().startswith(b"\xef\xbb\xbf")
    header, *rows = read(form)
    assert header[:6] == ["キー", "件名", "依頼先", "場所", "依頼日", "回答期限"]
    given = [FSA, "チラシの設置について（依頼）", "金融庁"]
    assert {date.fromisoformat(row.pop(4)) - DUE.date() for row in rows} <= {timedelta(0), timedelta(1)}
    assert rows == [[*given, place, "2015-06-12", *[""] * 7] for place in ("'=銀行", "信用金庫")]


def test_a_place_that_was_marked_as_no_formula_is_known_when_it_comes_back(kohoctl: Kohoctl, file: Path) -> None:
    form = file.parent / "form.csv"
    kohoctl("record", file, "--export", form, "--recipient", "fsa")
    filled_in(form, {"'=銀行": {"状況": "辞退"}})
    assert kohoctl("record", file, "--import", form, "--by", "金融庁").code == 0
    assert places(kohoctl, file, FSA)["=銀行"] == ("declined", None, None)


def test_a_form_is_never_written_over(kohoctl: Kohoctl, file: Path) -> None:
    form = file.parent / "form.csv"
    form.write_text("filled in", encoding="utf-8")
    answer = kohoctl("record", file, "--export", form)
    assert answer.code == 1
    assert "is there already" in answer.err
    assert form.read_text(encoding="utf-8") == "filled in"


def test_where_nobody_was_asked_there_is_no_form(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("record", file, "--export", file.parent / "form.csv", "--message", "later")
    assert answer.code == 1
    assert "nothing was asked of anybody there yet" in answer.err


def test_the_same_form_twice_is_taken_down_once(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    form = file.parent / "form.csv"
    kohoctl("record", file, "--export", form, "--recipient", "npa")
    filled_in(form, {"警察署": {"状況": "実施済", "実施数": 40, "総数": 47}})
    assert kohoctl("record", file, "--import", form, "--by", BUREAU).out == f"{form}: 2 new words\n"
    again = kohoctl("record", file, "--import", form, "--by", BUREAU)
    assert (again.code, again.out) == (0, f"{form}: no new words, 2 already known\n")
    assert len(records()) == 2


def test_a_form_that_speaks_twice_of_one_place_is_taken_down_once_too(
    kohoctl: Kohoctl, file: Path, records: Records
) -> None:
    form = file.parent / "form.csv"
    form.write_text(f"{HEADER}{NPA},警察署,accepted,,,,,,,\n{NPA},警察署,placed,40,47,,,,,\n", encoding="utf-8")
    assert kohoctl("record", file, "--import", form, "--by", BUREAU).out == f"{form}: 2 new words\n"
    again = kohoctl("record", file, "--import", form, "--by", BUREAU)
    assert (again.code, again.out) == (0, f"{form}: no new words, 2 already known\n")
    assert [record.step for record in records()] == [Step.ACCEPTED, Step.PLACED]


def test_a_row_is_held_against_the_rows_before_it(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    form = file.parent / "form.csv"
    form.write_text(f"{HEADER}{NPA},警察署,placed,40,47,,,,,\n{NPA},警察署,placed,100,,,,,,\n", encoding="utf-8")
    answer = kohoctl("record", file, "--import", form, "--by", BUREAU)
    assert answer.err.startswith(f"{form}:3:{len(NPA) + 13}: 100 is more than the 47 that there are")
    assert [record.count for record in records()] == [40]


def test_a_quote_that_nothing_closes_costs_its_own_row_alone(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    form = file.parent / "form.csv"
    form.write_text(f'{HEADER}{NPA},"警察署,placed,1,1,,,,,\n{MIC},郵便局,placed,3,3,,,,,\n', encoding="utf-8")
    answer = kohoctl("record", file, "--import", form, "--by", BUREAU)
    assert answer.err.startswith(f"{form}:2:1: this row is no CSV")
    assert answer.out == f"{form}: 1 new word, 1 problem\n"
    assert [record.key for record in records()] == [MIC]


HEADER = "key,place,step,count,total,on,evidence,by,note,recipient\n"


def test_a_form_may_speak_english_and_its_columns_may_stand_in_any_order(
    kohoctl: Kohoctl, file: Path, records: Records
) -> None:
    form = file.parent / "form.csv"
    form.write_text(f"step,total,count,place,key,by\nplaced,47,40,警察署,{NPA},J. Doe\n", encoding="utf-8")
    assert kohoctl("record", file, "--import", form, "--by", BUREAU).code == 0
    assert [(record.step, record.count, record.by) for record in records()] == [(Step.PLACED, 40, "J. Doe")]


def test_evidence_that_came_with_a_form_lies_beside_it(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    returned = file.parent / "returned"
    returned.mkdir()
    (returned / "sign.jpg").write_bytes(b"a photograph")
    form = returned / "form.csv"
    form.write_text(f"{HEADER}{MIC},郵便局,確認資料あり,3,3,,sign.jpg,,,総務省\n", encoding="utf-8")
    assert kohoctl("record", file, "--import", form, "--by", "総務省").code == 0
    assert [record.evidence for record in records()] == ["returned/sign.jpg"]


BAD_ROWS = {
    f"{NPA[:-1]},警察署,placed,1,1,,,,,": f"2:1: the file has no delivery {NPA[:-1]}: did you mean {NPA}?",
    f"other/a/b/npa/{DAY},警察署,placed,1,1,,,,,": "2:1: the file has no campaign other",
    f"{PAGE},,placed,1,1,,,,,": f"2:1: {PAGE} was published: nobody was asked to carry it out",
    f"{AGAIN},警察署,placed,1,1,,,,,": "2:1: this is another request than the one that was to be answered",
    ",警察署,placed,1,1,,,,,": "2:1: this row does not say which request it is about",
    f"{NPA},警察所,placed,1,1,,,,,": f"2:{len(NPA) + 2}: 警察所 is none of its places: did you mean 警察署?",
    f"{NPA},警察署,設置中,1,1,,,,,": f"2:{len(NPA) + 6}: 設置中 does not say",
    f"{NPA},警察署,,1,1,,,,,": f"2:{len(NPA) + 6}: this row does not say how far it has come",
    f"{NPA},警察署,placed,48,47,,,,,": f"2:{len(NPA) + 13}: 48 is more than the 47 that there are",
    f"{NPA},警察署,placed,-1,47,,,,,": f"2:{len(NPA) + 13}: a count is 0 or more",
    f"{NPA},警察署,placed,40館,47,,,,,": f"2:{len(NPA) + 13}: 40館 is no whole number",
    f"{NPA},警察署,placed,1,1,6月末,,,,": f"2:{len(NPA) + 17}: a day is a year, a month and a day",
    f"{NPA},警察署,placed,1,1,2015-02-30,,,,": f"2:{len(NPA) + 17}: there is no day 2015-02-30",
    f"{NPA},警察署,placed,1,1,,none.jpg,,,": f"2:{len(NPA) + 18}: there is no file none.jpg",
    f"{NPA},警察署,placed,1,1,,../campaigns.yaml,,,": f"2:{len(NPA) + 18}: ../campaigns.yaml is in another folder",
    f"{NPA},警察署,placed,1,1,,,,,金融庁": f"2:{len(NPA) + 21}: this was requested of 警察庁",
    f"{NPA},警察署,placed,1,1,,,,": "2:1: this row has 9 fields, and the first line has 10",
    f"{NPA},警察署,placed,1,1,,,,a\tb,": f"2:{len(NPA) + 20}: this field holds a control character",
}


@pytest.mark.parametrize(("row", "said"), BAD_ROWS.items(), ids=range(len(BAD_ROWS)))
def test_what_is_wrong_in_a_form_is_named_with_its_place_and_the_rest_goes_on(
    kohoctl: Kohoctl, file: Path, records: Records, row: str, said: str
) -> None:
    (file.parent / "returned").mkdir()
    form = file.parent / "returned" / "form.csv"
    form.write_text(f"{HEADER}{row}\n{MIC},郵便局,placed,3,3,,,,,\n", encoding="utf-8")
    answer = kohoctl("record", file, "--import", form, "--by", BUREAU, "--message", "flyers")
    assert answer.code == 1
    assert answer.err.startswith(f"{form}:{said}")
    assert answer.out == f"{form}: 1 new word, 1 problem\n"
    assert [record.key for record in records()] == [MIC]


def test_a_form_that_was_marked_as_utf_8_twice_is_read(kohoctl: Kohoctl, file: Path, records: Records) -> None:
    form = file.parent / "form.csv"
    form.write_bytes(b"\xef\xbb\xbf" * 2 + f"{HEADER}{MIC},郵便局,placed,3,3,,,,,\n".encode())
    assert kohoctl("record", file, "--import", form, "--by", BUREAU).code == 0
    assert [record.key for record in records()] == [MIC]


def test_an_empty_last_field_has_its_own_column(kohoctl: Kohoctl, file: Path) -> None:
    counts = file.parent / "calls.csv"
    counts.write_text("date,topic,count\n2015-06-04,相談,\n", encoding="utf-8")
    answer = kohoctl("record", file, "--calls", counts, "--by", "コールセンター")
    assert answer.err.startswith(f"{counts}:2:15: there is no number")


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_bytes_that_are_no_text_cost_only_their_own_row(
    kohoctl: Kohoctl, file: Path, records: Records, encoding: str
) -> None:
    form = file.parent / "form.csv"
    broken, right = f"{HEADER}{NPA},警察署,placed,1,1,,,,?,\n", f"{MIC},郵便局,placed,3,3,,,,,\n"
    form.write_bytes(broken.encode(encoding).replace(b"?", b"\x81") + right.encode(encoding))
    answer = kohoctl("record", file, "--import", form, "--by", BUREAU)
    assert answer.err.startswith(f"{form}:2:{len(NPA) + 20}: this field holds bytes that are no text")
    assert [record.key for record in records()] == [MIC]


BAD_FORMS = {
    b"": "1:1: the form lacks these columns: キー (key), 場所 (place), ",
    b"key,place,step,count\n": "1:1: the form lacks these columns: 総数 (total)",
    b"key,place,step,count,total,count\n": "1:28: the column count stands here twice",
    b"key,place,step,count,total,nots\n": "1:28: this form has no column nots, and it was left out: did you mean note?",
    "key,place,step,count,total\n".encode("utf-16"): "1:1: this file is UTF-16",
    f"key,place{',nots' * 1_000_000}\n".encode(): f"1:1: this line names more than {MOST_COLUMNS} columns",
    f'{HEADER}{NPA},"警察署,placed,1,1\n'.encode(): "2:1: this row is no CSV: unexpected end of data",
}


@pytest.mark.parametrize(("content", "said"), BAD_FORMS.items(), ids=range(len(BAD_FORMS)))
def test_what_is_wrong_with_a_form_itself_is_named(kohoctl: Kohoctl, file: Path, content: bytes, said: str) -> None:
    form = file.parent / "form.csv"
    form.write_bytes(content)
    answer = kohoctl("record", file, "--import", form, "--by", BUREAU)
    assert answer.code == 1
    assert answer.err.startswith(f"{form}:{said}")


def test_a_form_with_more_mistakes_than_anyone_mends_at_once_is_taken_down_as_far_as_that(
    kohoctl: Kohoctl, file: Path, records: Records
) -> None:
    form = file.parent / "form.csv"
    right, wrong = f"{NPA},警察署,placed,1,1,,,,,\n", "x\n" * (PROBLEM_LIMIT + 5)
    form.write_text(HEADER + right + wrong + right.replace(NPA, MIC), encoding="utf-8")
    answer = kohoctl("record", file, "--import", form, "--by", BUREAU)
    assert f"{form}:{PROBLEM_LIMIT + 3}:1: there are more than {PROBLEM_LIMIT} problems: mend these first" in answer.err
    assert [record.key for record in records()] == [NPA]


def test_a_form_that_is_not_there_is_named(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("record", file, "--import", file.parent / "none.csv", "--by", BUREAU)
    assert answer.code == 1
    assert "none.csv:1:1: this file cannot be read: No such file or directory" in answer.err


# Calls

COUNT = ("--calls-on", "2015-06-04", "--topic", "詐欺の相談", "--count", 1200, "--by", "コールセンター")


def calls(answer: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(one["day"], one["topic"], one["count"]) for one in answer["calls"]]


def test_a_count_of_calls_is_kept_and_a_later_one_replaces_it_in_what_is_shown(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("record", file, *COUNT)
    assert answer.out == "1200 calls about 詐欺の相談 on 2015-06-04 are recorded, on the word of コールセンター.\n"
    assert "stand in the ledger already" in kohoctl("record", file, *COUNT).out
    kohoctl("record", file, *COUNT, "--count", 1300)
    assert calls(status(kohoctl, file)) == [("2015-06-04", "詐欺の相談", 1300)]
    assert "Calls of nenkin:\n2015-06-04  1,300: 詐欺の相談 1,300\n" in kohoctl("status", file, "--verify").out
    with Ledger.read(file.with_suffix(".ledger.sqlite"), "live") as ledger:
        assert [data["count"] for _, _, word, data in ledger.words("nenkin") if word == "calls"] == [1200, 1300]


@pytest.mark.parametrize(("heading", "encoding"), [("日付,内容,件数", "cp932"), ("date,topic,count", "utf-8-sig")])
def test_counts_of_calls_are_read_from_a_file(kohoctl: Kohoctl, file: Path, heading: str, encoding: str) -> None:
    counts = file.parent / "calls.csv"
    text = f'{heading}\n2015/6/4,詐欺の相談,"1,200"\n平成27年6月4日,制度の質問,４００\n6月5日,その他,3\n2015-06-06,,3\n'
    counts.write_bytes(text.encode(encoding))
    answer = kohoctl("record", file, "--calls", counts, "--by", "コールセンター")
    assert answer.code == 1
    assert f"{counts}:4:1: a day is a year, a month and a day" in answer.err
    assert f"{counts}:5:12: this row does not say what the calls were about" in answer.err
    assert answer.out == f"{counts}: 2 new words, 2 problems\n"
    assert calls(status(kohoctl, file)) == [("2015-06-04", "詐欺の相談", 1200), ("2015-06-04", "制度の質問", 400)]
    assert "no new words, 2 already known" in kohoctl("record", file, "--calls", counts, "--by", "コールセンター").out


def test_a_day_and_topic_that_stand_twice_in_a_file_are_named_and_counted_once(kohoctl: Kohoctl, file: Path) -> None:
    counts = file.parent / "calls.csv"
    counts.write_text("date,topic,count\n2015-06-04,相談,7\n2015-06-04,相談,8\n2015-06-04,相談,7\n", encoding="utf-8")
    answer = kohoctl("record", file, "--calls", counts, "--by", "コールセンター")
    assert answer.err.startswith(f"{counts}:3:1: 相談 of 2015-06-04 stands here twice, with 7 before")
    assert calls(status(kohoctl, file)) == [("2015-06-04", "相談", 7)]
    assert ": no new words" in kohoctl("record", file, "--calls", counts, "--by", "コールセンター").out


def test_of_several_campaigns_the_calls_name_theirs(kohoctl: Kohoctl, file: Path) -> None:
    messages = "{m: {title: 題, when: 2099-06-01T10:00, channels: {site: {slug: m}}, body: 文}}"
    with file.open("a", encoding="utf-8") as campaigns:
        campaigns.write(f"  other: {{title: 題, owner: 甲, messages: {messages}}}\n")
    answer = kohoctl("record", file, *COUNT)
    assert answer.code == 2
    assert "--campaign nenkin or other" in answer.err
    assert kohoctl("record", file, *COUNT, "--campaign", "other").code == 0
    assert [one["campaign"] for one in status(kohoctl, file)["calls"]] == ["other"]


# Status


def test_status_as_json_has_the_requests_and_leaves_the_deliveries_as_they_were(kohoctl: Kohoctl, file: Path) -> None:
    said = (*PLACED, "--place", "警察署", "--count", 40, "--of", 47, "--on", "2015-06-10")
    kohoctl("record", file, NPA, *said, "--evidence", "https://www.npa.example/flyer")
    answer = status(kohoctl, file)
    assert {one["key"] for one in answer["requests"]} == {one["key"] for one in answer["deliveries"]} - {PAGE}
    (request,) = [one for one in answer["requests"] if one["key"] == NPA]
    counted, other = request.pop("places")
    assert request == {
        "key": NPA,
        "recipient": "npa",
        "owner": "厚生労働省年金局",
        "reply_by": "2015-06-12",
        "step": None,
        "open": True,
        "overdue": True,
        "replaced": False,
    }
    assert counted == {
        "name": "警察署",
        "step": "placed",
        "count": 40,
        "total": 47,
        "evidence": "https://www.npa.example/flyer",
        "by": BUREAU,
        "on": "2015-06-10",
    }
    assert other == dict.fromkeys(counted) | {"name": "運転免許センター"}


def test_status_looks_at_the_ledger_of_an_older_version_and_leaves_it_as_it_is(
    kohoctl: Kohoctl, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, older = file.with_suffix(".ledger.sqlite"), tmp_path / "older.sqlite"
    monkeypatch.setattr(opening, "MIGRATIONS", MIGRATIONS[:1])
    Ledger.open(older, "live").close()
    monkeypatch.undo()
    with sqlite3.connect(older) as raw:
        raw.execute("ATTACH ? AS newer", (str(ledger),))
        for table in ("events", "deliveries"):
            raw.execute(f"INSERT INTO {table} SELECT * FROM newer.{table}")
    raw.close()
    before = older.read_bytes()
    answer = kohoctl("status", file, "--verify", "--ledger", older)
    assert answer.code == 0
    assert "6 requests: 3 overdue, 3 open" in answer.out
    assert older.read_bytes() == before
