"""Every mistake in a campaign file is found, with its place, and said in a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.conftest import FindProblems
from campaign.small_file import KINDS, MESSAGE, TOP
from kohoctl.campaign.load import load, read
from kohoctl.campaign.problems import PROBLEM_LIMIT
from kohoctl.campaign.source import FILE_BYTES
from kohoctl.campaign.tree import DEPTH
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions
from kohoctl.problem import Problem

Lines = Callable[[str | bytes], list[str]]

NOT_YAML = {
    "empty": ("", "1:1 the file is empty"),
    "only a comment": ("# nothing\n", "1:1 the file is empty"),
    "a list": ("- version\n", "1:1 a campaign file is a mapping"),
    "a tab": ("version: 1\nfacts:\n\ta: 0120\n", "3:1 this is no YAML: found character that cannot start any token"),
    "a quote left open": ('version: "1\n', "2:1 this is no YAML: found unexpected end of stream"),
    "a list left open": ("plugins: [a\n", "2:1 this is no YAML: did not find expected ',' or ']'"),
    "a colon in text": ("version: 1: 2\n", "1:11 this is no YAML: mapping values are not allowed in this context"),
    "two documents": ("version: 1\n---\nversion: 1\n", "2:1 a second document begins here"),
    "bytes that are not UTF-8": ("version: 1\n# 年金\n".encode("cp932"), "2:3 the bytes here are not UTF-8"),
    "a control character": ("version: 1\n# 年\x07\n", "2:4 the control character U+0007 is not allowed"),
    "a hidden line break": ("version: 1\n# 年\u2028金\n", "2:4 the control character U+2028 is not allowed"),
    "an alias of nothing": ("version: *one\n", "1:10 *one repeats nothing: there is no &one before it"),
    "an alias of itself": ("facts: &a\n  b: *a\n", "2:6 *a stands inside what it repeats"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), NOT_YAML.values(), ids=NOT_YAML)
def test_what_is_no_yaml_is_one_problem(content: str | bytes, said: str, problem_lines: Lines) -> None:
    assert problem_lines(content) == [said]


def message(*lines: str) -> str:
    """A file whose one message has these lines, the first of them being line 18; what is needed besides comes after."""
    needed = {"title": "注意", "body": "電話", "when": "2015-06-04T10:00", "channels": "[page]"}
    given = {line.partition(":")[0] for line in lines}
    rest = (f"{key}: {value}" for key, value in needed.items() if key not in given)
    return TOP + "      warning:\n" + "".join(f"        {line}\n" for line in (*lines, *rest))


IN_A_MESSAGE = {
    "titel: x": "18:9 there is no key titel here: did you mean title?",
    "grace: 1 hour\n        grace: 2 hours": "19:9 the key grace stands here twice, first in line 18",
    "[a]: x": "18:9 a key is plain text, such as title:",
    "<<: {title: x}": "18:9 YAML 1.2 has no merge key <<",
    "body: {{ hotline }}": "18:16 a key is plain text, such as title:",
    "grace: !!python/name:os.system 1 hour": "18:16 the tag tag:yaml.org,2002:python/name:os.system is not allowed",
    'body: "a\\0"': "18:15 this text holds a control character",
    "grace: soon": "18:16 a length of time is a number and a unit: seconds, minutes, hours or days",
    "grace: 400 days": "18:16 this is longer than 366 days",
    "images:": "18:9 nothing stands after images",
    "title: ''": "18:16 title is empty",
    "title: [a]": "18:16 title is to be text",
    "attachments: flyer.pdf": "18:22 attachments is to be a list",
    "images: [{alt: x}]": "18:18 file is missing",
    "attachments: [no.pdf]": "18:23 the file no.pdf cannot be read: No such file or directory",
    "attachments: [../no.pdf]": "18:23 ../no.pdf leads out of the campaign file's folder",
    "attachments: [no.typ]": "18:23 the file no.typ cannot be read: No such file or directory",
    "images: [{file: .}]": "18:25 the file . cannot be read: it is a folder",
    "channels: [page, pgae]": "18:26 there is no channel pgae: did you mean page?",
    "channels: [page, page]": "18:26 the channel page stands here twice",
    "channels: []": "18:19 channels has fewer than 1 entries",
    "channels: page": "18:19 channels is to be a mapping with keys",
    "channels: {page: loud}": "18:20 page is to be a mapping with keys",
    "channels: {page: {slag: x}}": "18:27 there is no key slag here: did you mean slug?",
    "channels: {page: {urgent: yes}}": "18:35 urgent is to be true or false",
    "channels: {page: {slug: abcdefghijk}}": "18:33 slug has more than 10 characters",
    "channels: {page: {link: 'http://x.example'}}": "18:33 not an https:// address (http:// is for this machine only)",
    'channels: {page: {body: "{{ hotlin }}"}}': "18:34 there is no fact hotlin: did you mean hotline?",
    'channels: {page: {body: "{{ recipient.name }}"}}': "18:34 the channel page has no recipients",
    'channels: {letters: {body: "{{ recipient.nam }}"}}': "18:37 the recipients have no column nam: did you mean name?",
    "body: a {{ hotline | upper }}": "18:17 there is no filter upper: plugins bring filters",
    "body: a {{ hotline() }}": "18:17 only a fact's name may stand in braces",
    "body: a {{ 1 + 1 }}": "18:17 only a fact's name may stand in braces",
    "body: a {{ recipient }}": "18:17 only a fact's name may stand in braces",
    "body: a {{ hotline": "18:17 only a fact's name may stand in braces",
    "body: a {% for x in y %}": "18:17 only a fact's name may stand in braces",
    "body: |\n          一行目\n          二行目 {{ hotline }} {{ 受付時刻 }}":
        "20:29 there is no fact 受付時刻: did you mean 受付時間?",
    "images: [{file: no.png, alt: '{{ hotlin }}'}]": "18:39 there is no fact hotlin: did you mean hotline?",
}  # fmt: skip


@pytest.mark.parametrize(("line", "said"), IN_A_MESSAGE.items())
def test_a_mistake_in_a_message_is_found_where_it_stands(line: str, said: str, problem_lines: Lines) -> None:
    assert said in problem_lines(message(*line.split("\n        ")))


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ("[post2]", "18:20 place is missing"),
        ("{post2: }", "18:20 place is missing"),
        ("{post2: {place: 室, day: soon}}", "18:43 day is to be a day, such as 2015-06-05"),
        ("{post2: {place: 室, at: soon}}", "18:42 at is to be a day and a time, such as 2015-06-04T10:00"),
        ("{post2: {place: 室, at: [soon]}}", "18:42 at is to be a day and a time, such as 2015-06-04T10:00"),
    ],
)
def test_what_a_kind_needs_of_a_message_is_asked_for(channels: str, said: str, problem_lines: Lines) -> None:
    text = message(f"channels: {channels}").replace("post2: {kind: post", "post2: {kind: event")
    assert problem_lines(text) == [said]


IN_WHEN = {
    "tomorrow": "18:15 a moment is a day and a time",
    "2015-06-31T10:00": "18:15 there is no moment 2015-06-31T10:00",
    "3015-06-04T10:00": "18:15 the year 3015 is out of reach: 1949 to 2099",
    "[]": "18:15 when has fewer than 1 entries",
    "[2015-06-04T10:00, soon]": "18:34 a moment is a day and a time",
    "[2015-06-04T10:00, 2015-06-04T01:00Z]": "18:15 2015-06-04T10:00 stands here twice",
    "{from: 2015-06-04, to: 2015-06-05}": "18:15 at is missing",
    "{form: 2015-06-04, to: 2015-06-05, at: 10:00}": "18:16 there is no key form here: did you mean from?",
    "{from: 2015-06-04, to: 2015-06-03, at: 10:00}": "18:15 from 2015-06-04 is after to 2015-06-03",
    "{from: 2015-06-04, to: 2015-06-05, at: 25:00}": "18:54 there is no time 25:00",
    "{from: 2015-06-04, to: 2015-06-05, at: [10:00, noon]}": "18:62 a time of day is an hour and minutes",
    "{from: 1950-01-01, to: 2090-01-01, at: 10:00}": "18:15 these are more than 10000 moments",
    "{weekdays: [sun], from: 2015-06-04, to: 2015-06-05, at: 10:00}": "18:15 no day fits this",
    "{days: [2015-02-29], at: 10:00}": "18:23 there is no day 2015-02-29",
    "{days: [2015-06-04], at: 10:00, except: [2015-06-04]}": "18:15 no day fits this",
    "{calendar: payday, at: 10:00, from: 2015-08-01, to: 2015-08-31}":
        "18:26 there is no calendar payday: did you mean pension-payday?",
    "{calendar: pension-payday, at: 10:00, from: 2015-07-01, to: 2015-07-31}": "18:15 no day fits this",
    "{calendar: pension-payday, offset: -1 week, at: 10:00, from: 2015-08-01, to: 2015-08-31}":
        "18:50 an offset is a number of days or business days",
    "{after: warnin}": "18:23 there is no message warnin in this campaign: did you mean warning?",
    "{after: warning}": "18:23 these messages wait for each other: warning → warning",
    "{after: warning, delay: later}":
        "18:39 a length of time is a number and a unit: seconds, minutes, hours or days",
}  # fmt: skip


@pytest.mark.parametrize(("when", "said"), IN_WHEN.items())
def test_a_mistake_in_when_is_found_where_it_stands(when: str, said: str, problem_lines: Lines) -> None:
    assert said in problem_lines(message(f"when: {when}"))


AT_THE_TOP = {
    "version: 2": "1:10 this kohoctl reads version 1 of the campaign file",
    "version: '1'\ntimezone: Asia/Tokio": "2:11 there is no timezone Asia/Tokio: did you mean Asia/Tokyo?",
    "version: 1\ntimezone: ../../etc/passwd": "2:11 there is no timezone ../../etc/passwd",
    "chanels: {}": "1:1 there is no key chanels here: did you mean channels?",
    "facts: {hot line: 1}": "1:9 a fact's name is made of letters, digits and _, and is not recipient or earlier",
    "facts: {recipient: 1}": "1:9 a fact's name is made of letters, digits and _, and is not recipient or earlier",
    "facts: {a: '{{ b }}'}": "1:9 a fact holds plain text: it cannot use another fact",
    "facts: {a: }": "1:9 nothing stands after a",
    "facts: [a]": "1:8 facts is to be a mapping with keys",
    "calendars: {a: {months: [2], day: 30}}": "1:13 month 2 does not always have a day 30",
    "calendars: {a: {months: [13], day: 1}}": "1:26 a month is a number from 1 to 12",
    "calendars: {a: {months: [1], day: 0}}": "1:35 a day of the month is a number from 1 to 31, or last",
    "calendars: {a: {months: [1]}}": "1:13 a calendar has either months and a day, or dates",
    "calendars: {a: {months: [1], day: 1, roll: bck}}": "1:44 roll is to be one of 'back', 'forward' or 'none'",
    "channels: {a: {kind: pgae, owner: x}}":
        "1:22 there is no kind of channel pgae: did you mean page? The kinds at hand are event, odd, page, post",
    "channels: {a: {kind: page}}": "1:12 owner is missing",
    "channels: {a: {kind: page, onwer: x}}": "1:28 there is no key onwer here: did you mean owner?",
    "channels: {A: {kind: page, owner: x}}":
        "1:12 an id is made of a to z, 0 to 9, and . _ - in between, 64 characters at most",
    "channels: {a: {kind: page, owner: x, seconds: many}}": "1:47 seconds is to be a whole number",
    "channels: {a: {kind: page, owner: x, seconds: 0}}": "1:47 seconds is to be 1 or more",
    "channels: {a: {kind: page, owner: x, loud: NO}}": "1:44 loud is to be true or false",
    "channels: {a: {kind: page, owner: x, style: leter}}": "1:45 style is to be one of 'letter' or 'memo'",
    "channels: {a: {kind: page, owner: x, token: swordfish}}":
        "1:45 a secret does not stand in the file: write {env: NAME} or {file: PATH}",
    "channels: {a: {kind: page, owner: x, recipients: ministry}}": "1:50 there is no list of recipients ministry",
    "recipients: {a: [{name: x}]}": "1:18 this recipient has no id",
    "recipients: {a: [{id: x}, {id: x}]}": "1:32 the id x stands here twice, first as entry 1",
    "recipients: {a: [{id: 警察庁}]}":
        "1:23 an id is made of a to z, 0 to 9, and . _ - in between, 64 characters at most",
    "recipients: {a: []}": "1:14 this list holds no recipient",
    "recipients: {a: {flie: x.csv}}": "1:18 there is no key flie here: did you mean file?",
    "recipients: {a: {file: ../x.csv}}": "1:24 ../x.csv leads out of the campaign file's folder",
    "recipients: {a: {file: x.csv}}": "1:24 the file x.csv cannot be read: No such file or directory",
    "mail: {host: mail.example, security: none}":
        "1:7 mail to another machine is encrypted: security is starttls or tls",
}  # fmt: skip


@pytest.mark.parametrize(("lines", "said"), AT_THE_TOP.items())
def test_a_mistake_at_the_top_is_found_where_it_stands(lines: str, said: str, problem_lines: Lines) -> None:
    assert said in problem_lines(lines)


@pytest.mark.parametrize("token", ["swordfish", "[swordfish]", "{evn: swordfish}", "{env: [swordfish]}"])
def test_a_line_on_which_a_secret_may_have_been_typed_is_never_shown(token: str, find_problems: FindProblems) -> None:
    text = TOP.replace("kind: page, owner: 厚生労働省", f"kind: page, owner: 厚生労働省, token: {token}")
    problems = find_problems(text + MESSAGE)
    assert problems
    assert all(problem.hides_line for problem in problems)
    assert not any("swordfish" in str(problem) for problem in problems)


def test_a_file_without_version_lacks_it(problem_lines: Lines) -> None:
    assert "1:1 version is missing" in problem_lines((TOP + MESSAGE).removeprefix("version: 1\n"))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(problem_lines: Lines) -> None:
    text = TOP.replace("kind: post, owner: 厚生労働省", "kind: past, owner: 厚生労働省")
    text += "      a: {titel: x, body: '{{ hotlin }}', when: soon, channels: [pgae]}\n" + MESSAGE
    text += "      b: {title: x, body: y, when: {after: c}, channels: {page: {urgent: NO}}}\n"
    assert problem_lines(text + "colour: red\n") == [
        "5:16 there is no kind of channel past: did you mean post? The kinds at hand are event, odd, page, post",
        "17:7 title is missing",
        "17:11 there is no key titel here: did you mean title?",
        "17:28 there is no fact hotlin: did you mean hotline?",
        "17:49 a moment is a day and a time",
        "17:66 there is no channel pgae: did you mean page?",
        "19:44 there is no message c in this campaign",
        "19:74 urgent is to be true or false",
        "20:1 there is no key colour here",
    ]


def test_messages_that_wait_for_each_other_are_told_so(problem_lines: Lines) -> None:
    waiting = "      {}: {{title: x, body: y, when: {{after: {}}}, channels: [page]}}\n"
    text = TOP + MESSAGE + waiting.format("a", "b") + waiting.format("b", "a") + waiting.format("c", "b")
    assert problem_lines(text) == ["18:44 these messages wait for each other: a → b → a"]


REPOSTS = {
    "{repost: warnin, when: 2015-06-04T10:05, channels: [post]}":
        "19:23 there is no message warnin in this campaign: did you mean warning?",
    "{repost: warning, when: 2015-06-04T10:05, channels: [page]}": "19:67 the kind page cannot repost",
    "{repost: again, when: 2015-06-04T10:05, channels: [post]}":
        "19:23 again is a repost itself: name the message that is posted",
    "{repost: warning, when: 2015-06-04T10:05, channels: [post]}":
        "19:23 warning goes out by several channels of the kind post: post, post2",
    "{repost: {message: warning, channel: page}, when: 2015-06-04T10:05, channels: [post]}":
        "19:51 warning goes out by no channel of the kind post there",
    "{repost: {message: warning, channel: pots}, when: 2015-06-04T10:05, channels: [post]}":
        "19:51 the message warning does not go out by pots: did you mean post?",
    "{repost: twice, when: 2015-06-04T10:05, channels: [post]}":
        "19:23 twice goes out 2 times: only a message with one moment can be reposted",
}  # fmt: skip


@pytest.mark.parametrize(("written", "said"), REPOSTS.items())
def test_a_repost_names_exactly_one_post(written: str, said: str, problem_lines: Lines) -> None:
    source = "      warning: {title: x, body: y, when: 2015-06-04T10:00, channels: [page, post, post2]}\n"
    twice = "      twice: {title: x, body: y, when: [2015-06-04T10:00, 2015-06-05T10:00], channels: [post]}\n"
    assert problem_lines(f"{TOP}{source}{twice}      again: {written}\n") == [said]


def test_nothing_is_nested_deeper_than_it_may_be(problem_lines: Lines) -> None:
    lines = problem_lines("facts: " + "[" * 1000 + "]" * 1000)
    assert lines == [f"1:{7 + DEPTH} this is nested too deep: {DEPTH} levels are allowed"]


def test_aliases_cannot_nest_deeper_than_it_may_be(problem_lines: Lines) -> None:
    chain = "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1000))
    assert problem_lines("a0: &a0 [x]\n" + chain) == [f"50:12 this is nested too deep: {DEPTH} levels are allowed"]


def test_an_alias_bomb_is_refused(problem_lines: Lines) -> None:
    bomb = "a0: &a0 [" + "x, " * 9 + "x]\n"
    bomb += "".join(f"a{n}: &a{n} [" + f"*a{n - 1}, " * 9 + f"*a{n - 1}]\n" for n in range(1, 12))
    assert problem_lines(bomb)[0].endswith("aliases repeat more than 16777216 characters")


def test_a_file_over_its_bound_is_refused(problem_lines: Lines) -> None:
    assert problem_lines(b"#" * (FILE_BYTES + 1)) == ["1:1 this file has more than 16777216 bytes"]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "no.yaml", "No such file or directory"), (tmp_path, "it is a folder")):
        with pytest.raises(BadFile) as caught:
            read(path)
        assert [str(problem) for problem in caught.value.problems] == [f"this file cannot be read: {said}"]


def test_problems_of_plugins_are_told_with_the_file_s(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(TOP + MESSAGE)
    broken = Problem("the plugin radio.py is broken")
    with pytest.raises(BadFile) as caught:
        load(read(path), Extensions(KINDS), [broken])
    assert caught.value.problems == (broken,)


def test_of_more_problems_than_anyone_mends_the_first_are_told_and_that_there_are_more(problem_lines: Lines) -> None:
    lines = problem_lines(message(f"body: '{'{% ' * 100_000}'"))
    assert len(lines) == PROBLEM_LIMIT + 1
    assert lines[:2] == ["18:16 only a fact's name may stand in braces", "18:19 only a fact's name may stand in braces"]
    assert lines[-1] == "18:3016 there are more than 1000 problems: mend these first"


@pytest.mark.parametrize(
    "text",
    ["{" * 200_000, "{{ b }}" * 30_000, "{{ " + "(" * 200_000 + " }}", "{{ " + "(" * 400 + " }}"],
    ids=["braces", "no-facts", "nested", "nested-too-deep-for-python"],
)
def test_a_text_full_of_braces_is_read_in_a_moment(text: str, problem_lines: Lines) -> None:
    began = time.process_time()
    assert problem_lines(message(f"body: '{text}'"))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"key{n}: 1\n" for n in range(30_000)),
        "facts: {" + "".join(f'"a b{n}": 1, ' for n in range(30_000)) + "}",
    ],
    ids=["keys", "names"],
)
def test_a_mapping_of_wrong_keys_alone_is_read_in_a_moment(text: str, tmp_path: Path) -> None:
    (tmp_path / "campaigns.yaml").write_text(text, encoding="utf-8")
    began = time.process_time()
    with pytest.raises(BadFile):
        load(read(tmp_path / "campaigns.yaml"), Extensions(KINDS))
    assert time.process_time() - began < 5
