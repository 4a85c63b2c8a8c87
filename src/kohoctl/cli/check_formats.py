"""Problems for machines: JSON, annotations for GitHub, SARIF and JUnit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as Xml

from kohoctl.escaping import in_annotation
from kohoctl.language import hint_of, said, said_with_hint
from kohoctl.problem import Problem, Severity
from kohoctl.rules.rule import Rule

FILE_RULE = "campaign-file"
"""Stands for a rule where the file, a plugin or a kind says itself what is wrong."""
_ANNOTATIONS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "hint": "notice"}
_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "hint": "note"}
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(problems: Sequence[Problem], file: Path) -> dict[str, object]:
    """The problems as JSON, in one object with the file's name."""
    return {"file": str(file), "problems": [problem_json(problem) for problem in problems]}


def problem_json(problem: Problem) -> dict[str, object]:
    """One problem: ``file, line, column, text, hint, severity, rule``."""
    place = problem.place
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "text": said(problem),
        "hint": hint_of(problem),
        "severity": problem.severity,
        "rule": problem.rule,
    }


def as_annotations(problems: Sequence[Problem], file: Path) -> str:
    """GitHub's workflow commands, each for a line."""
    return "\n".join(_annotation(problem, file) for problem in problems)


def _annotation(problem: Problem, file: Path) -> str:
    place = problem.place
    where = [f"file={_property(place.file if place else str(file))}"]
    if place:
        where += [f"line={place.line}", f"col={place.column}"]
    if problem.rule:
        where.append(f"title={_property(problem.rule)}")
    return f"::{_ANNOTATIONS[problem.severity]} {','.join(where)}::{in_annotation(said_with_hint(problem))}"


def _property(text: str) -> str:
    return in_annotation(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(problems: Sequence[Problem], file: Path, rules: Mapping[str, Rule], version: str) -> dict[str, object]:
    """SARIF 2.1.0, with the rules that were broken."""
    broken = sorted({problem.rule or FILE_RULE for problem in problems})
    driver = {
        "name": "kohoctl",
        "version": version,
        "rules": [_sarif_rule(name, rules.get(name)) for name in broken],
    }
    results = [_sarif_result(problem, file, broken) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _sarif_rule(name: str, rule: Rule | None) -> dict[str, object]:
    if rule is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": " / ".join(rule.title)},
        "fullDescription": {"text": "\n\n".join(rule.why)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _sarif_result(problem: Problem, file: Path, broken: Sequence[str]) -> dict[str, object]:
    place, name = problem.place, problem.rule or FILE_RULE
    location: dict[str, object] = {"artifactLocation": {"uri": quote(Path(place.file if place else file).as_posix())}}
    if place:
        location["region"] = {"startLine": place.line, "startColumn": place.column}
    return {
        "ruleId": name,
        "ruleIndex": broken.index(name),
        "level": _LEVELS[problem.severity],
        "message": {"text": said_with_hint(problem)},
        "locations": [{"physicalLocation": location}],
    }


def as_junit(problems: Sequence[Problem], file: Path, failing: Sequence[Severity]) -> str:
    """JUnit's XML: a test case for each problem, failed where its severity is among ``failing``; one that passes where
    there is none."""
    failed = sum(problem.severity in failing for problem in problems)
    counts = {"tests": str(max(1, len(problems))), "failures": str(failed), "errors": "0", "skipped": "0"}
    suites = Xml.Element("testsuites", counts)
    suite = Xml.SubElement(suites, "testsuite", {"name": f"kohoctl check {file}", **counts})
    for problem in problems:
        place = problem.place
        case = {"classname": problem.rule or FILE_RULE, "name": _one_line(str(place or file)), "file": str(file)}
        element = Xml.SubElement(suite, "testcase", case | ({"line": str(place.line)} if place else {}))
        if problem.severity in failing:
            failure = Xml.SubElement(
                element, "failure", {"message": _one_line(said(problem)), "type": problem.severity}
            )
            failure.text = _written(f"{place or file}: {said_with_hint(problem)}")
        else:
            Xml.SubElement(element, "system-out").text = _written(f"{problem.severity}: {said_with_hint(problem)}")
    if not problems:
        Xml.SubElement(suite, "testcase", {"classname": FILE_RULE, "name": _one_line(str(file))})
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode")


def _one_line(text: str) -> str:
    return " ".join(_written(text).split())


def _written(text: str) -> str:
    """``text`` without what XML cannot hold."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text)
