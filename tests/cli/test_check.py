"""What ``kohoctl check`` says of rules: in every format, with its exit code, and what it mends."""

from __future__ import annotations

import json
import time
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from kohoctl.rules import RULES

from .conftest import Kohoctl

TYPED, NEAR = RULES["typed-fact"], RULES["fact-differs"]


@pytest.fixture
def near(tmp_path: Path) -> Path:
    """A file whose only mistake is a telephone number with a wrong digit."""
    path = tmp_path / "campaigns.yaml"
    path.write_text(NEAR.wrong, encoding="utf-8")
    return path


def test_a_number_that_is_nearly_a_fact_is_an_error_with_its_place(kohoctl: Kohoctl, near: Path) -> None:
    answer = kohoctl("check", near)
    assert answer.code == 1
    assert f"{near}:15:18: 0120-818221 is nearly the fact hotline: 0120-818211" in answer.out
    assert answer.out.endswith(f"{near}: 1 problem\n")


def test_rules_are_chosen_by_name_or_left_out(kohoctl: Kohoctl, near: Path) -> None:
    assert kohoctl("check", near, "--rules", "none").code == 0
    assert kohoctl("check", near, "--rules", "unused-fact, typed-fact").code == 0
    assert kohoctl("check", near, "--rules", "fact-differs").code == 1
    answer = kohoctl("check", near, "--rules", "fact-difers")
    assert answer.code == 2
    assert "there is no rule fact-difers: did you mean fact-differs?" in answer.err


@pytest.mark.parametrize(("least", "code"), [("error", 0), ("warning", 0), ("hint", 1)])
def test_hints_fail_only_where_that_is_asked_for(kohoctl: Kohoctl, tmp_path: Path, least: str, code: int) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(RULES["day-not-a-fact"].wrong, encoding="utf-8")
    answer = kohoctl("check", path, "--fail-on", least)
    assert (answer.code, answer.out.splitlines()[-1]) == (code, f"{path}: 1 hint")


def test_json_names_rule_and_severity(kohoctl: Kohoctl, near: Path) -> None:
    (problem,) = json.loads(kohoctl("check", near, "--format", "json").out)["problems"]
    assert (problem["rule"], problem["severity"], problem["line"]) == ("fact-differs", "error", 15)


def test_an_annotation_bears_the_rule_and_its_severity(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(TYPED.wrong, encoding="utf-8")
    line = kohoctl("check", path, "--format", "github").out
    assert line.startswith(f"::warning file={path},line=15,col=18,title=typed-fact::0120-818211 is the fact hotline")


def test_sarif_has_the_rule_its_level_and_its_place(kohoctl: Kohoctl, near: Path) -> None:
    (run,) = json.loads(kohoctl("check", near, "--format", "sarif").out)["runs"]
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], result["ruleId"], result["level"]) == ("fact-differs", "fact-differs", "error")
    location = result["locations"][0]["physicalLocation"]
    assert location["region"] == {"startLine": 15, "startColumn": 18}
    assert location["artifactLocation"]["uri"].endswith("campaigns.yaml")


def test_sarif_has_problems_of_the_file_itself_too(kohoctl: Kohoctl, near: Path) -> None:
    near.write_text("version: 2\n", encoding="utf-8")
    (run,) = json.loads(kohoctl("check", near, "--format", "sarif").out)["runs"]
    assert {result["ruleId"] for result in run["results"]} == {"campaign-file"}


def test_junit_has_a_failed_case_for_each_problem_that_fails(kohoctl: Kohoctl, near: Path) -> None:
    suites = Xml.fromstring(kohoctl("check", near, "--format", "junit").out)
    assert (suites.get("tests"), suites.get("failures")) == ("1", "1")
    case = suites.find("testsuite/testcase")
    assert case is not None
    assert (case.get("classname"), case.get("line")) == ("fact-differs", "15")
    failure = case.find("failure")
    assert failure is not None
    assert "is nearly the fact hotline" in (failure.get("message") or "")


def test_junit_of_a_clean_file_has_a_case_that_passes(kohoctl: Kohoctl, near: Path) -> None:
    near.write_text(NEAR.right, encoding="utf-8")
    suites = Xml.fromstring(kohoctl("check", near, "--format", "junit").out)
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")
    assert suites.find("testsuite/testcase/failure") is None


def test_fix_puts_the_fact_in_the_place_of_its_typed_value(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(
        TYPED.wrong.replace("ください。", "ください。\n          全角では ０１２０－８１８２１１ です。"), "utf-8"
    )
    answer = kohoctl("check", path, "--fix")
    assert (answer.code, answer.err) == (0, "mended: 2 places\n")
    mended = path.read_text(encoding="utf-8")
    assert "ご不明の点は {{ hotline }} へお電話ください。" in mended
    assert "全角では {{ hotline }} です。" in mended
    assert kohoctl("check", path, "--fix").err == ""


def test_fix_writes_characters_that_every_device_has(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    text = RULES["platform-character"].right
    path.write_text(text.replace("センターへ", "ｾﾝﾀｰへ第Ⅳ章の⽇\u200b付、①"), encoding="utf-8")
    answer = kohoctl("check", path, "--fix")
    assert answer.err == "mended: 4 places\n"
    assert "センターへ第IV章の日付、①" in path.read_text(encoding="utf-8")
    assert answer.out.endswith("1 warning\n")


def test_fix_leaves_what_only_a_person_can_decide(kohoctl: Kohoctl, near: Path) -> None:
    assert kohoctl("check", near, "--fix").code == 1
    assert near.read_text(encoding="utf-8") == NEAR.wrong


@pytest.mark.parametrize(
    "typed",
    ["title: お電話は 0120-818211 へ", "title: 0120-818211", "title: &a 0120-818211", "title: >-\n  0120-818211"],
)
def test_fix_leaves_the_file_readable(kohoctl: Kohoctl, tmp_path: Path, typed: str) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(TYPED.right.replace("title: お知らせ", typed.replace("\n", "\n        ")), encoding="utf-8")
    kohoctl("check", path, "--fix")
    assert kohoctl("check", path, "--rules", "none").code == 0


def test_fix_keeps_line_ends_and_everything_else_byte_for_byte(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_bytes(TYPED.wrong.replace("\n", "\r\n").encode())
    kohoctl("check", path, "--fix")
    expected = TYPED.wrong.replace("0120-818211 へ", "{{ hotline }} へ").replace("\n", "\r\n").encode()
    assert path.read_bytes() == expected


@pytest.mark.parametrize(
    ("language", "title", "other"),
    [
        ("en", "fact-differs: a number or an address that looks like a fact and differs", "食い違"),
        ("ja", "fact-differs：facts の値に似て異なる番号又はアドレス", "It is an error"),
    ],
)
def test_a_rule_is_explained_in_the_language_with_its_example(
    language: str, title: str, other: str, kohoctl: Kohoctl
) -> None:
    answer = kohoctl("--lang", language, "check", "--explain", "fact-differs")
    assert answer.code == 0
    assert answer.out.startswith(title)
    assert other not in answer.out
    assert "-           ご不明の点は 0120-818221 へ" in answer.out
    assert "+           ご不明の点は {{ hotline }} へ" in answer.out


@pytest.mark.slow
def test_of_a_rule_that_is_broken_everywhere_a_thousand_places_are_shown(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    many = "\n".join("          0120-818211 へ" for _ in range(100_000))
    path.write_text(TYPED.wrong + many, encoding="utf-8")
    began = time.process_time()
    answer = kohoctl("check", path, "--rules", "typed-fact", "--format", "json")
    problems = [one for one in json.loads(answer.out)["problems"] if one["rule"] == "typed-fact"]
    assert [problem["line"] for problem in problems[:-1]] == list(range(15, 1015))
    assert problems[-1]["text"] == "typed-fact: 99001 more places, which are not shown"
    assert time.process_time() - began < 30


def test_the_projects_own_campaign_breaks_no_rule(kohoctl: Kohoctl) -> None:
    path = Path(__file__).parents[2] / "campaigns.yaml"
    answer = kohoctl("check", path, "--fail-on", "hint")
    assert (answer.code, answer.out) == (0, f"{path}: no problems\n")


def test_without_a_file_and_without_a_rule_it_asks_for_one(kohoctl: Kohoctl) -> None:
    assert kohoctl("check").code == 2


# Switches


def test_a_switch_allows_what_its_line_has_and_what_stands_below_it(kohoctl: Kohoctl, near: Path) -> None:
    text = NEAR.wrong.replace(
        "        body:", "        # kohoctl: allow fact-differs -- 代表電話であるため\n        body:"
    )
    near.write_text(text, encoding="utf-8")
    assert kohoctl("check", near).out == f"{near}: no problems\n"


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("# kohoctl: allow fact-differs", "this switches a rule off without a reason"),
        ("# kohoctl: allow fact-difers -- 理由", "there is no rule fact-difers: did you mean fact-differs?"),
        (
            "# kohoctl: allow unused-fact, typed-fact -- 理由",
            "this switches off unused-fact, typed-fact, and nothing here breaks that",
        ),
    ],
)
def test_a_switch_that_switches_nothing_off_is_a_problem(kohoctl: Kohoctl, near: Path, comment: str, says: str) -> None:
    near.write_text(NEAR.wrong.replace("        body:", f"        {comment}\n        body:"), encoding="utf-8")
    answer = kohoctl("check", near)
    assert answer.code == 1
    assert f"{near}:14:9: {says}" in answer.out
    assert "is nearly the fact" in answer.out


def test_a_switch_of_rules_that_were_not_looked_at_is_left_alone(kohoctl: Kohoctl, near: Path) -> None:
    comment = "# kohoctl: allow fact-differs -- 代表電話であるため"
    near.write_text(NEAR.wrong.replace("        body:", f"        {comment}\n        body:"), encoding="utf-8")
    assert kohoctl("check", near, "--rules", "unused-fact").out == f"{near}: no problems\n"
