"""Ways to load a campaign file from its text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.small_file import KINDS
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions
from kohoctl.problem import Problem
from schema.editor_view import mistakes

Load = Callable[..., CampaignFile]
FindProblems = Callable[..., tuple[Problem, ...]]


@pytest.fixture(name="load_text")
def _load_text(tmp_path: Path) -> Load:
    """Loads a campaign file with this text (or these bytes)."""

    def load_text(content: str | bytes) -> CampaignFile:
        path = tmp_path / "campaigns.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = load(read(path), Extensions(KINDS))
        assert mistakes(path.read_text(encoding="utf-8-sig"), KINDS) == [], (
            "the schema does not take what kohoctl takes"
        )
        return file

    return load_text


@pytest.fixture(name="find_problems")
def _find_problems(load_text: Load) -> FindProblems:
    """What is wrong with a campaign file of this text."""

    def find_problems(content: str | bytes) -> tuple[Problem, ...]:
        with pytest.raises(BadFile) as caught:
            load_text(content)
        return caught.value.problems

    return find_problems


@pytest.fixture(name="problem_lines")
def _problem_lines(find_problems: FindProblems) -> Callable[..., list[str]]:
    """The same, each as ``line:column sentence`` (with the file's name, where it is another file)."""

    def problem_lines(content: str | bytes) -> list[str]:
        return [_line(problem) for problem in find_problems(content)]

    return problem_lines


def _line(problem: Problem) -> str:
    place = problem.place
    if place is None:
        return str(problem)
    name = Path(place.file).name
    return f"{'' if name == 'campaigns.yaml' else name + ':'}{place.line}:{place.column} {problem}"
