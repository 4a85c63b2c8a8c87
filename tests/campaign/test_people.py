"""Private lists: people who are read as a stream, and known by a keyed hash alone."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from urllib.parse import quote

import pytest

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.campaign.problems import PROBLEM_LIMIT
from kohoctl.channels.letter import Letter
from kohoctl.errors import BadFile, MissingSecret
from kohoctl.extensions import Extensions
from kohoctl.model import Recipient, Rendition
from kohoctl.plan import slots
from kohoctl.problem import Problem
from kohoctl.settings import Secret
from kohoctl.wording import Wording
from people import CANARIES, HEAD, KEY, LIST, mailing, row, write_list


def as_loaded(path: Path) -> CampaignFile:
    return load(read(path), Extensions({"letter": Letter}))


def with_key(path: Path, key: str = KEY) -> CampaignFile:
    return as_loaded(path).with_people(lambda _: key)


def people(path: Path, key: str = KEY) -> list[Recipient]:
    return list(with_key(path, key).recipients["letters"])


def lines(problems: list[Problem]) -> list[str]:
    return [f"{Path(one.place.file).name}:{one.place.line}:{one.place.column} {one}" for one in problems if one.place]


def problems_of(path: Path) -> list[str]:
    file = with_key(path)
    found = [problem for slot in slots(file) for problem in Wording(file).render(slot).problems]
    return lines([*file.unusable_rows, *found])


def test_a_file_is_loaded_with_people_who_are_plainly_made_up(tmp_path: Path) -> None:
    file = as_loaded(mailing(tmp_path, 3))
    assert [one["name"] for one in file.recipients["letters"]] == ["見本　一号", "見本　二号", "見本　三号"]
    assert [*file.closed] == ["letters"]
    assert file.is_private("letters")


def test_loading_reads_no_further_than_the_line_of_column_names(tmp_path: Path) -> None:
    path = mailing(tmp_path, 1)
    (tmp_path / "affected.csv").write_bytes(HEAD.encode() + b'\xff\xff,,,\n"')
    assert not as_loaded(path).unusable_rows


def test_a_person_is_known_by_a_hash_that_needs_the_key(tmp_path: Path) -> None:
    path = mailing(tmp_path, 2)
    first, second = people(path)
    assert [first.id, second.id] == [one.id for one in people(path)]
    assert {first.id, second.id}.isdisjoint(one.id for one in people(path, "another-key-of-a-list"))
    assert not any(canary in repr(people(path)) for canary in CANARIES)


def test_a_person_stays_the_same_when_the_list_is_sorted_anew_or_typed_full_width(tmp_path: Path) -> None:
    path = mailing(tmp_path, 3)
    before = {one["name"]: one.id for one in people(path)}
    text = HEAD + row(2).replace("KANARIA-2", "ＫＡＮＡＲＩＡ-２ ") + row(0) + row(1)
    (tmp_path / "affected.csv").write_text(text, encoding="cp932")
    assert {one["name"]: one.id for one in people(path)} == before


@pytest.mark.parametrize(
    "typed", ["kanaria-2", "KANARIA\u200b-2", "\ufeffKANARIA-2", "KANARIA -2", "KANARIA\u3000-2\u00ad"]
)
def test_a_person_stays_the_same_whatever_nobody_sees_in_the_id(tmp_path: Path, typed: str) -> None:
    path = mailing(tmp_path, 3)
    before = [one.id for one in people(path)]
    (tmp_path / "affected.csv").write_text(HEAD + row(0) + row(1) + row(2).replace("KANARIA-2", typed), "utf-8")
    assert [one.id for one in people(path)] == before


def test_an_id_of_which_nothing_is_seen_is_none(tmp_path: Path) -> None:
    path = mailing(tmp_path, 0)
    (tmp_path / "affected.csv").write_text(HEAD + row(1).replace("KANARIA-1", "\u200b "), "utf-8")
    assert problems_of(path) == ["affected.csv:2:1 this row has no id"]


def test_the_same_person_is_looked_up_without_keeping_any(tmp_path: Path) -> None:
    file = with_key(mailing(tmp_path, 5))
    last = [*file.recipients["letters"]][-1]
    assert file.recipient("letters", last.id) == last
    assert file.may_have("letters", last.id)
    assert not file.may_have("letters", "mihon-1")
    assert file.recipient("letters", "a" * 16) is None


SPOKEN = {
    "the text": Problem("かなりあ　1号は住所が誤りです"),
    "a value": Problem("{name}", {"name": "かなりあ　1号"}),
    "the hint": Problem("この行は誤りです", hint="東京都鳥籠区1-1"),
    "JSON": Problem(json.dumps({"name": "かなりあ　1号"})),
    "an address": Problem(quote("かなりあ　1号")),
}


@pytest.mark.parametrize("spoken", SPOKEN.values(), ids=SPOKEN)
def test_what_a_kind_says_of_a_person_in_a_problem_is_told_without_any_word_of_theirs(
    tmp_path: Path, spoken: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Letter, "render", lambda *_: Rendition({}, {}, problems=(spoken,)))
    path = mailing(tmp_path, 2)
    file = with_key(path)
    said = [problem for slot in slots(file) for problem in Wording(file).render(slot).problems]
    told = "".join(problem.with_hint for problem in said[1:])  # of the second person, whose words these are
    assert "[redacted]" in told
    spellings = [json.dumps(canary)[1:-1] for canary in CANARIES] + [quote(canary) for canary in CANARIES]
    assert not any(word in told for word in (*CANARIES, *spellings))


def test_a_digest_cannot_be_found_by_trying_addresses_out(tmp_path: Path) -> None:
    path = mailing(tmp_path, 1)
    digests = {Wording(file).render(next(slots(file))).digest for file in (with_key(path), with_key(path, "b" * 16))}
    assert len(digests) == 2


@pytest.mark.parametrize("key", ["", "0123456789abcde"])
def test_a_key_that_could_be_guessed_is_none(tmp_path: Path, key: str) -> None:
    file = with_key(mailing(tmp_path, 1), key)
    assert "too short" in file.closed["letters"]
    assert [one.id for one in file.recipients["letters"]] == ["mihon-1", "mihon-2", "mihon-3"]


def test_without_its_key_a_list_stays_closed_and_says_which_it_is(tmp_path: Path) -> None:
    def lacking(where: Secret) -> str:
        raise MissingSecret(f"the environment variable {where.env} is not set")

    file = as_loaded(mailing(tmp_path, 1)).with_people(lacking)
    assert file.closed == {"letters": "the environment variable KOHOCTL_PEOPLE_KEY is not set"}


NO_NAME = "this person has no name"
BROKEN = {
    "a,,100-0001,鳥籠,1\n": [f"affected.csv:2:3 {NO_NAME}"],
    "a,かなりあ,100-0001,,1\n": ["affected.csv:2:17 this person has no address"],
    "a,かなりあ\n": ["affected.csv:2:1 this row has 2 fields, and the first line has 5"],
    ",かなりあ,1,鳥籠,1\n": ["affected.csv:2:1 this row has no id"],
    "a,かなりあ\x07,1,鳥籠,1\n": [
        "affected.csv:2:3 this field holds a control character",
        "affected.csv:2:3 the letter's fonts lack U+0007 in the name",
    ],
    "a,かなりあ𠮷,1,鳥籠,1\n": ["affected.csv:2:3 the letter's fonts lack U+20BB7 in the name"],
    f"a,かなりあ,1,{'鳥籠' * 41},1\n": [
        "affected.csv:2:10 address and name take 6 lines of 20 characters, and the envelope's window shows 4"
    ],
    "a,か,1,鳥,1\nb,か,1,鳥,1\na,か,1,鳥,1\n": ["affected.csv:2:1 the id of this row stands again in line 4"],
    "a,か,1,鳥,1\n" * 12: [
        "affected.csv:2:1 the id of this row stands again in line 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, and in 1 more"
    ],
    'a,"かなりあ"鳥,1,鳥籠,1\n': ["affected.csv:2:1 this row is no CSV: ',' expected after '\"'"],
}


@pytest.mark.parametrize(("text", "said"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_mistake_in_a_row_is_told_without_a_word_of_it_and_the_rest_goes_on(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    path = mailing(tmp_path, 0).parent / "campaigns.yaml"
    path.write_text(path.read_text().replace("{{ recipient.name }}", ""))
    (tmp_path / "affected.csv").write_text(HEAD + text + row(7), encoding="utf-8")
    assert problems_of(path) == said
    assert not any(canary in line for line in said for canary in CANARIES)
    assert people(path)[-1]["name"] == "かなりあ　7号"


def test_of_more_rows_without_a_person_than_anyone_mends_at_once_the_first_are_told_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    path = mailing(tmp_path, 0)
    (tmp_path / "affected.csv").write_text(HEAD + "a\n" * (PROBLEM_LIMIT + 5) + row(7), encoding="utf-8")
    *told, last = problems_of(path)
    assert len(told) == PROBLEM_LIMIT
    assert last == f"affected.csv:{PROBLEM_LIMIT + 2}:1 there are more than {PROBLEM_LIMIT} problems: mend these first"
    assert [one["name"] for one in people(path)] == ["かなりあ　7号"]


def test_bytes_of_another_encoding_cost_their_own_row_alone(tmp_path: Path) -> None:
    path = mailing(tmp_path, 0)
    mixed = (HEAD + row(1)).encode() + row(2).encode("cp932") + row(3).encode()
    (tmp_path / "affected.csv").write_bytes(mixed)
    assert "affected.csv:3:11 the bytes of this field are not utf-8" in problems_of(path)
    assert not any(one.startswith(("affected.csv:2", "affected.csv:4")) for one in problems_of(path))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "affected.csv:1:1 this file has no line of column names"),
        ("name,address\n", "affected.csv:1:1 there is no column id; the columns are name, address"),
        ("id,name,name\n", "affected.csv:1:9 the column name stands here twice"),
        ("id,address\n", "campaigns.yaml:25:11 the recipients have no column name"),
    ],
)
def test_a_missing_column_is_found_before_anybody_is_read(tmp_path: Path, header: str, said: str) -> None:
    path = mailing(tmp_path, 0)
    (tmp_path / "affected.csv").write_text(header)
    with pytest.raises(BadFile) as caught:
        as_loaded(path)
    assert said in lines([*caught.value.problems])


def test_personal_and_key_go_together(tmp_path: Path) -> None:
    path = mailing(tmp_path, 1)
    path.write_text(path.read_text().replace(LIST.partition("{")[2], "file: affected.csv, personal: true}\n"))
    with pytest.raises(BadFile, match="1 problem"):
        as_loaded(path)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_people(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = mailing(tmp_path, count)
        tracemalloc.start()
        listed = with_key(path).recipients["letters"]
        assert sum(1 for _ in listed) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(1_000), peak(20_000)
    assert many - few < 19_000 * 120  # bytes for each, sorting included; a person's fields alone take 1,000
    write_list(tmp_path, range(1))
