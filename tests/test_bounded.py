"""JSON and TOML from outside: bounded in size, count, depth and time, and nothing in them gets lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.bounded import Doubled, Unfit, read_json, read_toml, single
from tempgoods_edi.values import shortened
from tests.properties.pumping import STEEPEST, growth

TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=30,
)


@given(tree=TREES)
def test_ordinary_json_is_read_as_it_stands(tree: Any) -> None:
    """Within its bounds it reads what the standard reader reads."""
    found = read_json(json.dumps(tree))
    assert found.tree == tree
    assert found.doubled == ()


@given(tree=st.dictionaries(st.text(max_size=5), TREES, min_size=1, max_size=4), data=st.data())
def test_a_key_given_twice_is_told_where_it_stands(tree: dict[str, Any], data: st.DataObject) -> None:
    """Whatever the keys, and however deep: the key and the object that has it twice are named."""
    key = data.draw(st.sampled_from(sorted(tree)))
    inner = json.dumps(tree)[:-1] + f", {json.dumps(key)}: 1}}"
    assert read_json(inner).doubled == (Doubled("", key),)
    assert read_json(f'{{"a": [0, {{"b": {inner}}}]}}').doubled == (Doubled("a[2]/b", key),)
    with pytest.raises(Unfit) as refused:
        single(inner)
    assert shortened(key) in refused.value.text.en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 200_000, "nested"),
        ("[" * 40 + "]" * 40, "nested"),
        ('{"a":' * 33 + "1" + "}" * 33, "nested"),
        ("[" + "1," * 500_001 + "1]", "values"),
        ('"' + "a" * (17 * 1024 * 1024) + '"', "bytes"),
        ("9" * 5000, "characters"),
        ("1." + "9" * 5000, "characters"),
        ("1e999", "no number"),
        ("[NaN]", "no number"),
        ("[-Infinity]", "no number"),
        ("{", "is expected"),
        ("", "is expected"),
    ],
)
def test_json_beyond_a_bound_is_told(text: str, said: str) -> None:
    """Depth, count, size, numbers: each has its own words, in both languages, and nothing else happens."""
    with pytest.raises(Unfit) as refused:
        read_json(text)
    assert said in refused.value.text.en
    assert refused.value.text.zh


def test_half_a_surrogate_is_left_to_whoever_knows_the_field() -> None:
    """A text that no message can carry is still a text, so that the finding can name its place."""
    assert single(rb'{"a": "\ud800"}', halves=True) == {"a": "\ud800"}
    for text in (rb'{"a": "\ud800"}', rb'{"\udfff": 1}', rb'[[["\ud83d \ude00"]]]'):
        with pytest.raises(Unfit, match="half"):
            single(text)
    assert single(rb'"\ud83d\ude00"') == "\U0001f600"


@pytest.mark.parametrize(
    "key", ["a" + ".a" * 40_000, "a . a" * 20, '"a"' + '."b c"' * 40, "x = {b" + ".a" * 40 + " = 1}\n#"]
)
def test_a_long_dotted_key_is_not_even_begun(key: str) -> None:
    """Bare, quoted, with blanks, within an inline table."""
    with pytest.raises(Unfit, match="dotted key"):
        read_toml(f"[a]\nb = 1\n{key} = 1\n")


def test_ordinary_toml_is_read() -> None:
    """Dots in texts, numbers, times and comments are no keys."""
    dots = "f." * 40
    text = f'# {dots}\n[a.b.c]\nd.e = "{dots}"\ng = 1.5\nh = 2027-03-01T09:00:00.5+08:00\ni = """\n{dots}"""\n'
    assert read_toml(text)["a"]["b"]["c"]["g"] == 1.5


@pytest.mark.parametrize(
    "unit",
    ["[[a]]\n", "a.b=1\n", '"""', "'''", '""',
     "a=[", "a={", "[a.b.c]\n", "\\n", "#", '"', "'", ".", "a=1,", "{a=1},", "[a", "\n", "=", "-"],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["{}", 'x="{}"', 'x="""{}"""', "x=[{}]"])
def test_the_time_for_toml_grows_with_the_text(frame: str, unit: str) -> None:
    """Whatever is repeated, in whatever it stands: four times the text takes about four times as long."""
    assert growth(_tried(read_toml), lambda length: frame.format(unit * (length // len(unit)))) <= STEEPEST


@pytest.mark.parametrize(
    "unit", ["[", "{", '{"a":', '"a":1,', "1,", "9", '"', "\\", "[],", '{"a":1,"a":1},', "\\ud800"]
)
@pytest.mark.parametrize("frame", ["{}", "[{}]", '"{}"', "{{{}}}"])
def test_the_time_for_json_grows_with_the_text(frame: str, unit: str) -> None:
    """The same for JSON."""
    assert growth(_tried(read_json), lambda length: frame.format(unit * (length // len(unit)))) <= STEEPEST


def _tried(read: Callable[[str], object]) -> Callable[[str], None]:
    def run(text: str) -> None:
        with suppress(Unfit):
            read(text)

    return run


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a =",
        "a = b",
        "a = 'x",
        "a = [1",
        "= 1",
        "a = 1 2",
        "[a",
        "a = {b = 1",
        'a = "\\q"',
        "a = 1\na = 2",
        "[t]\n[t]\n",
    ],
)
def test_toml_that_cannot_be_read_is_told_in_both_languages(text: str) -> None:
    """Each in its own words, with the place; no English of the parser in the Chinese."""
    with pytest.raises(Unfit) as told:
        read_toml(text)
    assert re.search("行|末尾", told.value.text.zh)
    assert re.search("line [0-9]+, column [0-9]+|at the end", told.value.text.en)
    assert not re.search("[A-Za-z]{3}", told.value.text.zh)


@pytest.mark.parametrize("text", ["", "{", "[1,]", '{"a" 1}', "[1 2]", "1 2", '"a', '"\n"', '"\\q"', "{a: 1}"])
def test_json_that_cannot_be_read_is_told_in_both_languages(text: str) -> None:
    """The same."""
    with pytest.raises(Unfit) as told:
        read_json(text)
    assert re.search("第[0-9]+行第[0-9]+列", told.value.text.zh)
    assert not re.search("[A-Za-z]{3}", told.value.text.zh)
