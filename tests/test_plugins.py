"""Finding plugins: a broken one costs only its own, and is named; one that is not used is not even imported."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kohoctl import Message
from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.errors import BadFile
from kohoctl.hookspecs import INTERFACE
from kohoctl.plan import slots
from kohoctl.plugins import find_plugins
from kohoctl.plugins.sources import BUILT_IN
from kohoctl.wording import Wording
from plugin_folder import CHECK, GOOD, found, is_imported, problems_in, put
from support import write


def message() -> Message:
    return Message("nenkin", "広報", "厚生労働省", "warning", "注意", "文", None)


Problems = Callable[..., list[str]]


@pytest.fixture
def problems(tmp_path: Path) -> Problems:
    """What is wrong with the one rendition of a file that uses the kind ``good``, and the plugins in the folder."""
    return partial(problems_in, tmp_path)


# Finding


def test_the_built_in_kinds_are_there_and_tell_where_they_come_from(tmp_path: Path) -> None:
    plugins = find_plugins(tmp_path)
    assert plugins.names() == sorted(BUILT_IN)
    assert plugins.origins("line") == ["kohoctl (line)"]
    assert plugins.problems == []
    for kind, kind_class in plugins.extensions.kinds.items():
        assert kind_class.kind == kind


def test_a_folder_of_plugins_is_searched_and_its_tests_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    put(tmp_path, "test_good.py", "raise AssertionError('a test is no plugin')")
    put(tmp_path, "_helper.py", "raise AssertionError('nor is a private part')")
    plugins = found(tmp_path)
    assert plugins.origins("good") == ["plugins/good.py"]
    assert plugins.problems == []


def test_a_kind_is_imported_when_it_is_asked_for_and_not_before(tmp_path: Path) -> None:
    put(tmp_path, "asked.py", GOOD.format(kind="asked"))
    put(tmp_path, "unasked.py", GOOD.format(kind="unasked"))
    plugins = find_plugins(tmp_path, [DeclaredPlugin("plugins/")])
    assert {"asked", "unasked"} <= set(plugins.names())
    assert not is_imported(tmp_path, "asked.py")
    assert plugins.extensions.kinds["asked"].kind == "asked"
    assert is_imported(tmp_path, "asked.py")
    assert not is_imported(tmp_path, "unasked.py")


def test_a_kind_that_no_text_shows_is_found_all_the_same(tmp_path: Path) -> None:
    put(tmp_path, "shown.py", GOOD.format(kind="shown") + "Good.kind = 'worked' + '-out'\n")
    assert find_plugins(tmp_path, [DeclaredPlugin("plugins/")]).kind("worked-out") is not None


def test_a_plugin_is_written_for_this_interface_unless_it_says_another(tmp_path: Path) -> None:
    put(tmp_path, "good.py", f"KOHOCTL_INTERFACE = {INTERFACE}\n" + GOOD.format(kind="good"))
    assert found(tmp_path).problems == []


# Broken ones


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:", "SyntaxError"),
        ("import no_such_package", "No module named 'no_such_package'"),
        ("raise SystemError('at import')", "at import"),
        (
            "from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_chanels(): return []",
            "there is no hook kohoctl_chanels: did you mean kohoctl_channels?",
        ),
        ("def kohoctl_channels(): return []", "kohoctl_channels would not be called: write @hookimpl above it"),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_channels(): raise KeyError('x')", "KeyError"),
        (
            "from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_channels(): return [int]",
            "derives from kohoctl.Channel",
        ),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_channels(): return None", "TypeError"),
        (GOOD.replace('    kind = "{kind}"\n', "").replace("{{", "{").replace("}}", "}"), "does not say its kind"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("import asyncio\nraise asyncio.CancelledError", "CancelledError"),
        ("KOHOCTL_INTERFACE = " + 5000 * "9", "of the plugins' interface"),
        ("KOHOCTL_INTERFACE = 99\n" + GOOD.format(kind="new"), "version 99 of the plugins' interface"),
        ("x = '\\x00'\n\x00", "null bytes"),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_calendars(day): return {}", "day"),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_filters(): return {'kana': 1}", "kana is no filter"),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_filters(): return {1: str}", "1 is no filter"),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_templates(): return ['a']", "no template"),
    ],
)
def test_a_broken_plugin_is_named_with_the_reason_and_the_rest_works(tmp_path: Path, text: str, said: str) -> None:
    put(tmp_path, "broken.py", text)
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    plugins = found(tmp_path)
    assert {"good", "line"} <= set(plugins.extensions.kinds)
    (problem,) = plugins.problems
    assert "plugins/broken.py" in str(problem)
    assert said in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        "import no_such_package\n" + GOOD.format(kind="good"),
        GOOD.format(kind="good") + "def broken(:",
        "KOHOCTL_INTERFACE = 99\n" + GOOD.format(kind="good"),
    ],
)
def test_a_kind_whose_plugin_did_not_load_costs_its_own_deliveries(
    tmp_path: Path, problems: Problems, text: str
) -> None:
    put(tmp_path, "good.py", text)
    (problem,) = problems()
    assert problem.startswith("the plugin plugins/good.py did not load: ")


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ("kind = 'Good/../x'", "Good.kind is to be a word of small letters, digits and -"),
        ("settings_model = None", "Good.settings_model is to be a class that derives from kohoctl.Settings"),
        ("version_model = dict", "Good.version_model is to be a class that derives from kohoctl.Version"),
        ("concurrency = '3'", "Good.concurrency is to be a number from 1"),
        ("rate = 60", "Good.rate is to be text such as 60/hour, or None"),
        ("form = ['published']", "Good.form is to be published or requested"),
        ("time_limit = 60", "Good.time_limit is to be a timedelta"),
        ("limits = {'title': 80}", "Good.limits is to be a mapping from fields to kohoctl.Limit"),
        ("reposts = 'yes'", "Good.reposts is to be True or False"),
    ],
)
def test_what_a_kind_says_wrongly_of_itself_is_named(tmp_path: Path, attribute: str, said: str) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good").replace('"good"\n', f'"good"\n    {attribute}\n'))
    (problem,) = found(tmp_path).problems
    assert said in str(problem)


def test_a_broken_plugin_that_mentions_a_built_in_kind_does_not_take_it_away(tmp_path: Path) -> None:
    put(tmp_path, "broken.py", "import no_such_package\n" + GOOD.format(kind="website"))
    plugins = found(tmp_path)
    website = plugins.kind("website")
    assert website is not None
    assert website.__module__ == "kohoctl.channels.website"
    assert [str(problem).partition(":")[0] for problem in plugins.problems] == [
        "the plugin plugins/broken.py did not load"
    ]


def test_a_kind_that_two_plugins_bring_is_neither_s_and_both_are_named(tmp_path: Path, problems: Problems) -> None:
    put(tmp_path, "one.py", GOOD.format(kind="good"))
    put(tmp_path, "two.py", GOOD.format(kind="good"))
    plugins = find_plugins(tmp_path, [DeclaredPlugin("plugins/")])
    (problem,) = plugins.problems
    assert str(problem) == "the plugins plugins/one.py and plugins/two.py bring one kind, good"
    assert problems() == [str(problem)]


def test_a_plugin_cannot_take_a_built_in_kind_over(tmp_path: Path) -> None:
    put(tmp_path, "mine.py", GOOD.format(kind="line"))
    plugins = find_plugins(tmp_path, [DeclaredPlugin("plugins/")])
    assert plugins.origins("line") == ["kohoctl (line)", "plugins/mine.py"]
    assert "kohoctl (line) and plugins/mine.py" in str(plugins.problems[0])


@pytest.mark.parametrize("name", ["../elsewhere", "no_such_folder/", "/etc"])
def test_a_plugin_that_is_not_there_or_lies_outside_is_the_campaign_file_s_mistake(tmp_path: Path, name: str) -> None:
    (problem,) = find_plugins(tmp_path, [DeclaredPlugin(name)]).mistakes
    assert name in str(problem)


# What is left out


def test_plugins_that_are_left_out_run_no_code_and_their_kinds_cannot_be_used(tmp_path: Path) -> None:
    put(tmp_path, "good.py", "raise AssertionError('this ran')\n" + GOOD.format(kind="good"))
    plugins = find_plugins(tmp_path, [DeclaredPlugin("plugins/")], only_built_in=True)
    plugins.load_all()
    assert plugins.problems == []
    assert plugins.names() == sorted([*BUILT_IN, "good"])
    good = plugins.kind("good")
    assert good is not None
    rendition = good("way", "甲", good.settings_model()).render(message(), None)
    assert "plugins/good.py, which brings this kind, was left out" in str(rendition.problems[0])


# Rules of an office's own


def test_what_a_rule_finds_is_a_problem_of_each_rendition_that_it_is_true_of(
    tmp_path: Path, problems: Problems
) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    put(tmp_path, "rule.py", CHECK.format(body='return [Problem("no 必ず", field="body")] * ("必ず" in message.body)'))
    assert problems(body="必ず振り込んでください") == ["no 必ず"]
    assert problems(body="お電話ください") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError('x')", "the rule of plugins/rule.py could not be checked: KeyError: 'x'"),
        ("return ['wrong']", "a problem is a Problem, and kohoctl_check gave str"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
    ],
)
def test_a_rule_that_fails_is_none_that_was_kept(tmp_path: Path, problems: Problems, body: str, said: str) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    put(tmp_path, "rule.py", CHECK.format(body=body))
    assert said in problems()[0]


def test_a_rule_whose_plugin_does_not_load_stops_what_it_was_to_check(tmp_path: Path, problems: Problems) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    put(tmp_path, "rule.py", "import no_such_package\n" + CHECK.format(body="return []"))
    assert problems() == ["the rule of plugins/rule.py could not be checked: its plugin did not load"]


# Calendars and filters


FILTERS = """\
from kohoctl import hookimpl

def shout(text):
    if not text: raise ValueError("there is nothing to shout")
    return text + "！"

@hookimpl
def kohoctl_filters():
    return {"shout": shout, "fail": lambda text: 1 / 0, "number": len}

@hookimpl
def kohoctl_calendars():
    return {"firsts": lambda first, last: [d for d in days(first, last) if d.day == 1], "broken": lambda *_: ["x"]}

def days(first, last):
    from datetime import timedelta
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
"""


def text_of(folder: Path, body: str, when: str = "2015-06-04T10:00", more: str = "") -> list[str]:
    put(folder, "good.py", GOOD.format(kind="good"))
    put(folder, "filters.py", FILTERS)
    path = write(
        folder,
        f"warning: {{title: 注意, when: {when}, channels: [way], body: '{body}'}}\n",
        "way: {kind: good, owner: 甲}\n",
        "plugins: [plugins/]\nfacts: {hotline: 0120-818211}\n" + more,
    )
    source = read(path)
    file = load(source, find_plugins(folder, plugins_of(source)).extensions)
    return [f"{slot.occurrence.label} {Wording(file).render(slot).content['text']}" for slot in slots(file)]


def test_a_filter_makes_another_text_of_a_fact_and_filters_follow_each_other(tmp_path: Path) -> None:
    assert text_of(tmp_path, "{{ hotline | shout | shout }}") == ["2015-06-04 0120-818211！！"]


def test_the_days_of_a_plugin_s_calendar_are_days_of_a_message(tmp_path: Path) -> None:
    when = "{calendar: firsts, from: 2015-06-15, to: 2015-08-15, at: '10:00', offset: -1 day}"
    assert text_of(tmp_path, "文", when) == ["2015-06-30 文", "2015-07-31 文"]


@pytest.mark.parametrize(
    ("body", "when", "more", "said"),
    [
        ("{{ hotline | shuot }}", "2015-06-04T10:00", "", "there is no filter shuot: did you mean shout?"),
        ("{{ hotline | fail }}", "2015-06-04T10:00", "", "plugins/filters.py failed: ZeroDivisionError"),
        ("{{ hotline | number }}", "2015-06-04T10:00", "", "gave int and no text"),
        ("{{ hotline | shout(1) }}", "2015-06-04T10:00", "", "only a fact's name may stand in braces"),
        ("文", "{calendar: broken, from: 2015-06-01, to: 2015-06-30, at: '10:00'}", "", "something else than days"),
        ("文", "2015-06-04T10:00", "calendars: {firsts: {dates: [2015-06-01]}}\n", "brings a calendar firsts too"),
    ],
)
def test_what_a_plugin_cannot_do_is_a_mistake_at_its_place_in_the_file(
    tmp_path: Path, body: str, when: str, more: str, said: str
) -> None:
    with pytest.raises(BadFile) as error:
        text_of(tmp_path, body, when, more)
    (problem,) = error.value.problems
    assert said in str(problem)
    assert problem.place is not None
    assert problem.place.line > 1
