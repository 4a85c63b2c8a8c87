"""Texts that would make a careless rule slow: each rule is through with each of them within a second."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kohoctl.campaign.load import load, read
from kohoctl.plugins import find_plugins
from kohoctl.rules import RULES
from kohoctl.rules.example import example
from kohoctl.rules.texts import subject_of

LENGTH = 50_000
REPEATED = [
    "1",
    "1万",
    "1,",
    "0-",
    "a",
    "a@",
    "a.",
    "https://",
    "（",
    "（あ）",
    "ミス",
    "コンビニエンスストアー",
    "捺",
    "髙",
    "ないわけ",
    "ず",
    "日本年金機構から、",
    "あ。",
    "日\n",
    "　",
    "**",
    "口座番号を返信の上、",
    "氏名、",
    "6月15日",
    "6月15日（火）",
    "6月3日に開催します",
    "平成27年（",
    "ｶﾞ",
    "①",
    "👨\u200d",
    "か\u3099",
]


@pytest.mark.parametrize("part", REPEATED)
def test_each_rule_is_through_with_a_long_text_within_a_second(tmp_path: Path, part: str) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(example(body=(part * LENGTH)[:LENGTH]), encoding="utf-8")
    source = read(path)
    subject = subject_of(load(source, find_plugins(tmp_path, ()).extensions), source)
    for rule in RULES.values():
        began = time.process_time()
        for _ in rule.look(subject) if rule.look else ():
            pass
        assert time.process_time() - began < 1, rule.name


def test_five_megabytes_of_one_sentence_are_looked_through_in_seconds(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(example(body="日本年金機構から、この件で電話をすることは、" * 80_000), encoding="utf-8")
    source = read(path)
    subject = subject_of(load(source, find_plugins(tmp_path, ()).extensions), source)
    began = time.process_time()
    found = {rule.name for rule in RULES.values() if rule.look and any(True for _ in rule.look(subject))}
    assert found == {"long-sentence", "unused-fact"}
    assert time.process_time() - began < 10


@pytest.mark.parametrize("block", ["|", ">"])
@pytest.mark.slow
def test_the_places_of_a_hundred_thousand_findings_on_one_line_take_seconds(tmp_path: Path, block: str) -> None:
    path = tmp_path / "campaigns.yaml"
    text = example(body="受付は①電話、" * 100_000).replace("body: |", f"body: {block}")
    path.write_text(text, encoding="utf-8")
    source = read(path)
    subject = subject_of(load(source, find_plugins(tmp_path, ()).extensions), source)
    look = RULES["platform-character"].look
    assert look is not None
    began = time.process_time()
    assert sum(1 for _ in look(subject)) == 100_000
    assert time.process_time() - began < 10
