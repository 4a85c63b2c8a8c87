"""What the documentation says is what kohoctl does."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
from dataclasses import dataclass
from inspect import get_annotations
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
import yaml
from click.testing import CliRunner
from pydantic import TypeAdapter, ValidationError

import kohoctl
import kohoctl.testing
from generated_docs import PAGES, ROOT, RULE_PAGES, filled, names_in, parts
from kohoctl import Channel
from kohoctl.campaign.calendars import Calendar
from kohoctl.campaign.file import CampaignFile, DeclaredPlugin
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.campaign.when import When, occurrences
from kohoctl.cli import COMMANDS, cli
from kohoctl.cli.check import rendition_problems
from kohoctl.hookspecs import INTERFACE
from kohoctl.plan import slots
from kohoctl.plugins import find_plugins
from kohoctl.states import State
from kohoctl.testing import RULES, Contract
from kohoctl.wording import Wording
from rule_pages import rule_pages
from servers.board import BoardServer
from site_links import broken_links
from support import Office, write

DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/rules/*.md")))
PAIRS = [
    ("README.md", "README.ja.md"),
    ("docs/secretariat.md", "docs/secretariat.ja.md"),
    ("docs/tutorial.md", "docs/tutorial.ja.md"),
    ("docs/editors.md", "docs/editors.ja.md"),
    ("docs/ci.md", "docs/ci.ja.md"),
]
READMES = PAIRS[0]
GUIDE = "docs/plugins.md"
HOOKS = "docs/hooks.md"
CALENDARS = {
    "pension-payday": Calendar.model_validate({"months": ["2", "4", "6", "8", "10", "12"], "day": "15", "roll": "back"})
}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(page: str, language: str | None = None) -> list[str]:
    """The code blocks of a page in one language, or in all; those in a list too."""
    found = re.findall(r"^( *)```([^\n`]*)\n(.*?)^\1```$", page, re.DOTALL | re.MULTILINE)
    return [code for _, written_in, code in found if language in (None, written_in)]


def without_blocks(page: str) -> str:
    return re.sub(r"^( *)```.*?^\1```$", "", page, flags=re.DOTALL | re.MULTILINE)


def headings(page: str) -> list[tuple[int, str]]:
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", without_blocks(page), re.MULTILINE)]


def anchors(page: str) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(page)}


def command_lines(page: str) -> list[str]:
    """Every call of kohoctl in a page, from its command on."""
    code = [one for language in ("", "ini", "yaml") for one in blocks(page, language)]
    code += re.findall(r"^\$ .*$", "\n".join(blocks(page, "console")), re.MULTILINE)
    code += re.findall(r"`([^`\n]+)`", without_blocks(page))
    found = [
        re.findall(r"kohoctl ((?:[a-z]+|--[a-z]+)\b[^#|>\n]*)", one)
        for one in code
        if not one.startswith(("Usage:", "使い方:"))
    ]
    return [line.strip() for lines in found for line in lines]


# The parts that are made from the code


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_tables_and_help_texts_are_those_of_the_code(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert page == filled(page), "run: python tests/generated_docs.py"


def test_every_model_and_command_stands_in_a_page() -> None:
    shown = [name for path in PAGES for name in names_in(path.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted(parts())


def test_every_rule_of_check_has_its_page_and_no_other_has() -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in RULE_PAGES.glob("*.md")}
    assert pages == rule_pages(), "run: python tests/generated_docs.py"


# Commands, links, states


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_and_option_that_a_page_names_exists(path: Path) -> None:
    for line in command_lines(path.read_text(encoding="utf-8")):
        words = line.split()
        command: click.Command = cli
        if words[0].startswith("--"):
            continue
        while words and isinstance(command, click.Group):
            found = command.get_command(click.Context(command), words.pop(0))
            assert found is not None, line
            command = found
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, line


@pytest.mark.parametrize("name", READMES)
def test_a_readme_has_a_row_for_every_command(name: str) -> None:
    rows = re.findall(r"^\| `kohoctl ([a-z]+)[^`]*`[^|]* \|", text_of(name), re.MULTILINE)
    assert set(rows) == set(COMMANDS)


def test_the_make_targets_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", text_of("Makefile"), re.MULTILINE))
    pages = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    code = "\n".join([*blocks(pages, ""), *re.findall(r"`([^`\n]+)`", without_blocks(pages))])
    named = set(re.findall(r"^(?:\$ )?make ([\w-]+)", code, re.MULTILINE))
    assert {"run", "test", "test-slow", "check", "bench", "docs"} <= named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_pages_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(path.read_text(encoding="utf-8"))):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.is_file(), target
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), target


def test_the_page_on_endings_has_every_state() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", text_of("docs/endings.md"), re.MULTILINE)) >= {str(one) for one in State}


# Two languages


@pytest.mark.parametrize(("english", "japanese"), PAIRS)
def test_both_languages_say_the_same(english: str, japanese: str) -> None:
    one, other = text_of(english), text_of(japanese)
    assert [level for level, _ in headings(one)] == [level for level, _ in headings(other)]
    assert [_without_comments(code) for code in blocks(one)] == [_without_comments(code) for code in blocks(other)]
    assert [row.count("|") for row in re.findall(r"^\|.*$", one, re.MULTILINE)] == [
        row.count("|") for row in re.findall(r"^\|.*$", other, re.MULTILINE)
    ]
    assert sorted(_words_of_code(one)) == sorted(_words_of_code(other))
    assert len(re.findall("^- ", one, re.MULTILINE)) == len(re.findall("^- ", other, re.MULTILINE))


@pytest.mark.parametrize(("english", "japanese"), PAIRS)
def test_each_language_links_to_the_other_on_its_first_line(english: str, japanese: str) -> None:
    assert text_of(english).splitlines()[0] == f"[日本語]({Path(japanese).name})"
    assert text_of(japanese).splitlines()[0] == f"[English]({Path(english).name})"


def _without_comments(code: str) -> str:
    return re.sub(r" +# .*", "", code)


def _words_of_code(page: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", without_blocks(page)))


# The examples


def campaign_file(folder: Path, text: str) -> CampaignFile:
    path = folder / "campaigns.yaml"
    path.write_text(text, encoding="utf-8")
    return load(read(path), find_plugins(folder).extensions)


@pytest.mark.parametrize("name", READMES)
def test_the_campaign_file_of_a_readme_is_complete(name: str, tmp_path: Path) -> None:
    (example,) = blocks(text_of(name), "yaml")
    file = campaign_file(tmp_path, example)
    assert rendition_problems(file) == []
    assert [slot.key for slot in slots(file)] == [
        "nenkin-2015/notice/mhlw-site/2015-06-03",
        "nenkin-2015/warning/mhlw-x/after-notice",
    ]


@pytest.mark.parametrize("name", READMES)
def test_make_run_delivers_as_much_as_a_readme_says(name: str) -> None:
    file = load(read(ROOT / "campaigns.yaml"), find_plugins(ROOT, [DeclaredPlugin("plugins/")]).extensions)
    count = len(list(slots(file)))
    assert f"campaigns.yaml rehearsed: {count} deliveries: {count} delivered\n" in text_of(name)


@pytest.mark.parametrize("name", PAIRS[1])
def test_the_plan_of_a_guide_is_that_of_the_campaign(name: str, tmp_path: Path) -> None:
    shown = re.findall(r"^(?:due|waiting) .*$", "\n".join(blocks(text_of(name), "")), re.MULTILINE)
    arguments = ["plan", str(ROOT / "campaigns.yaml"), "--at", "2015-06-04T10:00", "--ledger", str(tmp_path / "none")]
    plan = CliRunner().invoke(cli, arguments).output.splitlines()
    assert shown
    assert set(shown) <= set(plan)


def _examples(key: str) -> list[dict[str, Any]]:
    """The examples of the page on the campaign file that have ``key``, every value the text that was typed."""
    found = [yaml.load(code, yaml.BaseLoader) for code in blocks(text_of("docs/campaign-file.md"), "yaml")]
    return [example for example in found if key in example]


@pytest.mark.parametrize("example", _examples("when"), ids=str)
def test_every_form_of_when_in_the_page_has_moments(example: dict[str, Any]) -> None:
    when = TypeAdapter[Any](When).validate_python(example["when"])
    assert occurrences(when, CALENDARS, ZoneInfo("Asia/Tokyo"))


def _channels_of_the_page() -> dict[str, dict[str, Any]]:
    """The channels that the page on the campaign file shows, by name."""
    pages = [yaml.load(code, yaml.BaseLoader) for code in blocks(text_of("docs/campaign-file.md"), "yaml")]
    found = [item for page in pages for item in page.items()]
    return {name: value for name, value in found if isinstance(value, dict) and "kind" in value}


def test_every_kind_has_an_example_that_can_be_used() -> None:
    kinds = find_plugins(ROOT).extensions.kinds
    channels = _channels_of_the_page().values()
    for channel in channels:
        own = {key: value for key, value in channel.items() if key not in ("kind", "owner", "recipients")}
        kinds[channel["kind"]].settings_model.model_validate(own)
    assert {channel["kind"] for channel in channels} == set(kinds)


@pytest.mark.parametrize(
    "example", [one for one in _examples("channels") if isinstance(one["channels"], dict)], ids=str
)
def test_every_own_version_in_the_page_is_one_that_its_channel_takes(example: dict[str, Any]) -> None:
    kinds, channels = find_plugins(ROOT).extensions.kinds, _channels_of_the_page()
    for name, own in example["channels"].items():
        kinds[channels[name]["kind"]].version_model.model_validate(own or {})


# The plugins


@dataclass
class Ministry(Office):
    """An office whose kinds come from the folder that its file names, as in a real run."""

    @property
    def file(self) -> CampaignFile:
        return load(read(self.path), find_plugins(self.path.parent, [DeclaredPlugin("plugins/")]).extensions)


def ministry(folder: Path, board: BoardServer, page: str, body: str = "文", more: str = "") -> Ministry:
    """A campaign file with one message on ``board``, by the plugin that stands in ``page``."""
    code = blocks(text_of(page), "python")[0]
    (folder / "plugins").mkdir()
    (folder / "plugins" / "board.py").write_text(code, encoding="utf-8")
    (kind,) = re.findall(r'^    kind = "([a-z-]+)"$', code, re.MULTILINE)
    message = f"notice: {{title: 題, when: 2015-06-04T10:00, channels: {{board: {{{more}}}}}, body: {body}}}"
    channel = f"board: {{kind: {kind}, owner: 警察庁, url: '{board.url}', token: {{env: BOARD_TOKEN}}}}\n"
    return Ministry(write(folder, message, channel, "plugins: [plugins/]\n"))


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOARD_TOKEN", "a-token-of-the-board")


@pytest.mark.parametrize("page", [*READMES, GUIDE])
def test_the_plugin_of_a_page_delivers(page: str, tmp_path: Path) -> None:
    with BoardServer() as board:
        office = ministry(tmp_path, board, page)
        assert rendition_problems(office.file) == []
        office.run()
        office.run()
        assert board.keys() == ["nenkin/notice/board/2015-06-04"]
        assert board.accepted[0]["text"] == "文"
        assert office.states() == {"nenkin/notice/board/2015-06-04": State.DELIVERED}


@pytest.mark.parametrize("name", READMES)
@pytest.mark.slow
def test_the_plugin_of_a_readme_keeps_the_contract(name: str, tmp_path: Path) -> None:
    (code,) = blocks(text_of(name), "python")
    (tmp_path / "notice_board.py").write_text(code, encoding="utf-8")
    shown = CliRunner().invoke(cli, ["plugins", "test", str(tmp_path / "notice_board.py")])
    assert shown.exit_code == 0, shown.output


def test_the_plugin_of_the_readme_names_a_text_that_is_too_long(tmp_path: Path) -> None:
    with BoardServer() as board:
        office = ministry(tmp_path, board, "README.md", body="長" * 401)
        (problem,) = rendition_problems(office.file)
        assert str(problem) == "the body is over the limit of 400 characters by 1"
        assert problem.place is not None
        office.run()
        assert board.accepted == []


@pytest.mark.parametrize(
    ("fault", "state"),
    [("refused", State.REFUSED), ("lost", State.UNKNOWN), ("reset-after", State.UNKNOWN), ("no-json", State.UNKNOWN)],
)
def test_whatever_goes_wrong_in_the_plugin_of_the_readme_ends_safely(fault: str, state: State, tmp_path: Path) -> None:
    with BoardServer() as board:
        office = ministry(tmp_path, board, "README.md")
        board.faults.append(fault)
        office.run()
        office.run()
        assert office.states() == {"nenkin/notice/board/2015-06-04": state}
        assert len(board.accepted) <= 1


def guide_python(mark: str) -> str:
    """The one example of the guide in which ``mark`` stands."""
    (found,) = [code for code in blocks(text_of(GUIDE), "python") if mark in code]
    return found


def test_the_campaign_file_of_the_guide_is_complete(tmp_path: Path) -> None:
    (example,) = [code for code in blocks(text_of(GUIDE), "yaml") if "campaigns:" in code]
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "pinned_notice.py").write_text(guide_python("@hookimpl"), encoding="utf-8")
    (tmp_path / "campaigns.yaml").write_text(example, encoding="utf-8")
    file = Ministry(tmp_path / "campaigns.yaml").file
    assert rendition_problems(file) == []
    (slot,) = slots(file)
    assert Wording(file).render(slot).content["pinned"] is True


def test_the_own_fields_that_the_guide_shows_are_typed_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "radio.py").write_text(guide_python("class RadioVersion"), encoding="utf-8")
    model = runpy.run_path(str(tmp_path / "radio.py"))["RadioVersion"]
    (typed,) = re.findall(r"`channels: (\{radio: .*?\})`", text_of(GUIDE))
    assert model.model_validate(yaml.safe_load(typed)["radio"]).length == "20 seconds"
    for wrong in ({}, {"length": "30 seconds"}):
        with pytest.raises(ValidationError):
            model.model_validate(wrong)


def test_the_plugin_of_the_guide_does_not_say_too_early_that_a_notice_is_not_there(
    tmp_path: Path, kohoctl_service: kohoctl.testing.Service, kohoctl_transport: kohoctl.Transport
) -> None:
    (tmp_path / "pinned_notice.py").write_text(guide_python("@hookimpl"), encoding="utf-8")
    module = runpy.run_path(str(tmp_path / "pinned_notice.py"))
    settings = module["PinnedNoticeSettings"](url=kohoctl_service.url, token=kohoctl.Secret(env="BOARD_TOKEN"))
    board = module["PinnedNotice"]("board", "警察庁", settings)
    rendition = board.render(kohoctl.testing.message(own=module["PinnedNoticeVersion"]()), None)
    kohoctl_service.answer = lambda _: kohoctl.testing.Answer(200, {"found": []})
    now = kohoctl_transport.now()
    with pytest.raises(LookupError):
        board.find(rendition, "key", now, kohoctl_transport)
    assert board.find(rendition, "key", now - 2 * module["LISTED_WITHIN"], kohoctl_transport) is None


def test_the_plugin_of_the_guide_finds_a_notice_whose_answer_was_lost(tmp_path: Path) -> None:
    with BoardServer() as board:
        office = ministry(tmp_path, board, GUIDE, more="pinned: true")
        board.faults.append("reset-after")
        office.run()
        assert office.states() == {"nenkin/notice/board/2015-06-04": State.DELIVERED}
        assert [post["pinned"] for post in board.accepted] == [True]


def test_a_plugin_of_a_page_imports_only_what_is_public() -> None:
    others = {"collections.abc", "datetime", "pathlib", "pydantic", "typing"}
    for page in (*READMES, GUIDE, HOOKS):
        for code in blocks(text_of(page), "python"):
            imported = set(re.findall(r"^(?:from|import) (\S+)", code, re.MULTILINE))
            assert imported <= others | {"kohoctl", "kohoctl.testing", "pinned_notice"}
            assert "kohoctl.testing" in imported or "pinned_notice" not in imported


@pytest.mark.slow
def test_the_plugin_of_the_guide_keeps_the_contract_by_the_test_of_the_guide(tmp_path: Path) -> None:
    (tmp_path / "pinned_notice.py").write_text(guide_python("@hookimpl"), encoding="utf-8")
    (tmp_path / "test_pinned_notice.py").write_text(guide_python("(Contract)"), encoding="utf-8")
    shown = CliRunner().invoke(cli, ["plugins", "test", str(tmp_path / "pinned_notice.py")])
    assert shown.exit_code == 0, shown.output
    assert shown.output.endswith(f"{len(RULES)} rules tried: {len(RULES) - 1} kept, 1 left out\n")


def test_the_guide_has_all_that_a_contract_and_a_kind_may_say() -> None:
    rows = set(re.findall(r"^\| `(\w+)[^`]*` \|", text_of(GUIDE), re.MULTILINE))
    assert {*get_annotations(Contract), "answer", "kohoctl_service", "kohoctl_transport", "message", "picture"} <= rows
    own = set(get_annotations(Channel)) - {"name", "owner", "settings"}
    assert {name for name in own if f"`{name}" not in without_blocks(text_of(GUIDE))} <= {
        "kind",
        "settings_model",
        "version_model",
    }


# The hooks and the rules


def _hook_examples() -> list[tuple[str, str]]:
    """Each hook, and the plugin that its part of the page has as an example."""
    parts = re.split(r"^## (kohoctl_\w+)$", text_of(HOOKS), flags=re.MULTILINE)[1:]
    return [(hook, code) for hook, part in zip(parts[::2], parts[1::2], strict=True) for code in _plugins_in(part)]


def _plugins_in(page: str) -> list[str]:
    return [code for code in blocks(page, "python") if "@hookimpl" in code]


@pytest.mark.parametrize(("hook", "code"), _hook_examples())
def test_the_example_of_a_hook_is_a_plugin(hook: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    (tmp_path / "example.typ").write_text("", encoding="utf-8")
    plugins = find_plugins(tmp_path, [DeclaredPlugin("example.py")])
    plugins.load_all()
    _ = plugins.extensions
    assert plugins.problems == []
    assert plugins.hooks("example.py") == [hook]


def test_the_examples_of_the_hooks_do_what_the_page_says(tmp_path: Path) -> None:
    code = dict(_hook_examples())
    for hook in ("kohoctl_calendars", "kohoctl_check", "kohoctl_filters"):
        (tmp_path / f"{hook}.py").write_text(code[hook], encoding="utf-8")
    board = (ROOT / "plugins" / "police_bulletin.py").read_text(encoding="utf-8")
    (tmp_path / "board.py").write_text(board, encoding="utf-8")
    typed = "\n".join(blocks(text_of(HOOKS), "yaml"))
    (when,), (body,) = (re.findall(rf"^{key}: (.+)$", typed, re.MULTILINE) for key in ("when", "body"))
    path = write(
        tmp_path,
        f"notice: {{title: 題, when: {when}, channels: [board], body: '必ず {body}'}}",
        "board: {kind: police-bulletin, owner: 警察庁, url: 'https://board.example', token: {env: BOARD_TOKEN}}\n",
        f"facts: {{hotline: 0120-818211}}\nplugins: [{', '.join(one.name for one in tmp_path.glob('*.py'))}]\n",
    )
    source = read(path)
    file = load(source, find_plugins(tmp_path, plugins_of(source)).extensions)
    assert [slot.occurrence.label for slot in slots(file)] == [f"2015-06-{day}" for day in ("04", "11", "18", "25")]
    assert {str(problem) for problem in rendition_problems(file)} == {"the body promises: 必ず"}
    rendition = Wording(file).render(next(iter(slots(file))))
    assert rendition.content["text"] == "必ず ご心配の方は 0120 818211 へ。"


@pytest.mark.parametrize(("changed", "left_out"), [("campaigns.yaml", False), ("plugins/other.py", True)])
def test_the_check_of_other_people_s_changes_leaves_plugins_out_where_python_changes(
    changed: str, left_out: bool, tmp_path: Path
) -> None:
    def run(command: str) -> None:
        env = os.environ | {"GITHUB_BASE_REF": "main", "GITHUB_ENV": str(tmp_path / "env")}
        env |= {f"GIT_{who}_{what}": "a@a.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["bash", "-e", "-c", command], cwd=tmp_path / "repository", env=env, check=True, timeout=60)

    (tmp_path / "repository" / "plugins").mkdir(parents=True)
    (tmp_path / "env").touch()
    run("git init --quiet . && git add . && git commit --quiet --allow-empty -m one && git branch origin/main")
    (tmp_path / "repository" / changed).write_text("new", encoding="utf-8")
    run("git add . && git commit --quiet -m two")
    (job,) = [yaml.safe_load(code) for code in blocks(text_of("docs/plugin-rules.md"), "yaml") if "jobs:" in code]
    (step,) = [step["run"] for step in job["jobs"]["check"]["steps"] if "git diff" in step.get("run", "")]
    run(step)
    assert (tmp_path / "env").read_text(encoding="utf-8") == ("KOHOCTL_NO_PLUGINS=1\n" if left_out else "")
    assert find_option("check", "no_plugins").envvar == "KOHOCTL_NO_PLUGINS"


def find_option(command: str, name: str) -> click.Parameter:
    """The option ``name`` of a command of kohoctl."""
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    return next(parameter for parameter in found.params if parameter.name == name)


def test_the_rules_name_the_version_of_the_interface() -> None:
    assert f"KOHOCTL_INTERFACE = {INTERFACE}\n" in blocks(text_of("docs/plugin-rules.md"), "python")


# The reference and the site


@pytest.mark.parametrize("module", [kohoctl, kohoctl.testing], ids=lambda module: module.__name__)
def test_the_reference_has_every_public_name(module: ModuleType) -> None:
    directives = re.findall(r"^\.\. (?:auto\w+|py:data):: (\S+)$", text_of("docs/reference.md"), re.MULTILINE)
    names = {name.removeprefix(f"{module.__name__}.") for name in directives}
    assert set(module.__all__) <= names


def test_every_page_is_in_the_site() -> None:
    trees = "\n".join(tree for page in ("index", "rules") for tree in blocks(text_of(f"docs/{page}.md"), "{toctree}"))
    named = {f"{name}.md" for name in re.findall(r"([^\s<>]+)>?$", trees, re.MULTILINE) if not name.startswith(":")}
    pages = {os.path.relpath(path, ROOT / "docs") for path in DOCUMENTS if path.name != "index.md"}
    assert named >= pages


def test_a_link_that_leads_nowhere_in_a_site_is_found(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text('<a href="two.html#there">', encoding="utf-8")
    (tmp_path / "two.html").write_text('<p id="there"><a href="one.html"><a href="//a.example">', encoding="utf-8")
    assert list(broken_links(tmp_path)) == []
    (tmp_path / "three.html").write_text('<a href="two.html#here"><img src="none.png"><a href="#no">', encoding="utf-8")
    assert list(broken_links(tmp_path)) == ["three.html: #no", "three.html: none.png", "three.html: two.html#here"]
