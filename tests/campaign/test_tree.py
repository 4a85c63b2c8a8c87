"""YAML becomes plain values that keep what was typed, and where."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kohoctl.campaign.problems import Problems, pack
from kohoctl.campaign.tree import Items, Node, build


def built(text: str) -> Node:
    problems = Problems("x.yaml")
    node = build(text, problems)
    assert problems.found == []
    assert isinstance(node, Node)
    return node


@pytest.mark.parametrize(
    "typed", ["8:30", "0120", "NO", "on", "1.10", "1e3", "0x1F", "true", "2015-06-04", "=", "1_000"]
)
def test_values_stay_the_text_that_was_typed(typed: str) -> None:
    assert built(f"key: {typed}") == {"key": typed}


@pytest.mark.parametrize("typed", ["", "~", "null", "Null", "NULL"])
def test_only_an_empty_value_or_null_is_nothing(typed: str) -> None:
    assert built(f"key: {typed}\nother: x") == {"key": None, "other": "x"}


@pytest.mark.parametrize("typed", ["''", '"~"', "'null'", "!!str null", "|\n  null"])
def test_null_in_quotes_is_text(typed: str) -> None:
    assert built(f"key: {typed}")["key"] is not None


def test_keys_and_values_know_where_they_stand() -> None:
    node = built("a: 1\nb:\n  - 年金: x\n  - y\n")
    assert (node.key_mark("b"), node.value_mark("a")) == (pack(1, 0), pack(0, 3))
    items = node["b"]
    assert isinstance(items, Items)
    assert list(items.marks) == [pack(2, 2), pack(2, 4), pack(3, 4)]
    assert items[0].value_mark("年金") == pack(2, 8)


def test_columns_count_characters_not_bytes() -> None:
    assert built("𠮷野家: x\n").value_mark("𠮷野家") == pack(0, 5)


def test_an_anchor_s_value_stands_wherever_its_alias_does() -> None:
    node = built("a: &text 年金\nb: *text\nc: &list [*text]\nd: *list\n")
    assert node == {"a": "年金", "b": "年金", "c": ["年金"], "d": ["年金"]}


def test_values_inside_aliased_lists_are_counted_once_for_each_alias() -> None:
    assert built("a: &a [1, 2]\nb: [*a, *a]\n")["b"] == [["1", "2"], ["1", "2"]]


KEYS = st.text("abc年金", min_size=1, max_size=3)
TREES = st.recursive(
    st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"], max_codepoint=0x2FFFF), max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=3), TREES, max_size=4))
def test_what_yaml_writes_is_read_back(tree: dict[str, object]) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True)
    assert build(text, Problems("x.yaml")) == yaml.load(text, Loader=yaml.CBaseLoader)
