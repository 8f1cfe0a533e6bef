"""A command line becomes the values of a function, whatever order and form its words have; or is told what is wrong."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from tempgoods_edi.options import Argument, Command, Group, Misuse, Option, Wants, parsed
from tempgoods_edi.options.helping import help_of
from tempgoods_edi.options.numbers import PORT, seconds


class Colour(StrEnum):
    """A choice."""

    RED = "Red"
    BLUE = "Blue"


def paint(
    what: Annotated[Path, Argument("WHAT")],
    more: Annotated[list[str] | None, Argument("MORE")] = None,
    colour: Annotated[Colour, Option("--colour", "-c", any_case=True, help="")] = Colour.RED,
    port: Annotated[int | None, Option("--port", limits=PORT, help="")] = None,
    wait: Annotated[float, Option("--wait", limits=seconds(0, 60), help="")] = 1.5,
    name: Annotated[list[str] | None, Option("--name", "-n", help="")] = None,
    wet: Annotated[bool | None, Option("--wet", off="--dry", help="")] = None,
    twice: Annotated[bool, Option("--twice", "-t", help="")] = False,
) -> None:
    """Paint something."""


TOP = Group(
    "Things.", {"paint": Command(paint), "keep": Group("Keep things.", {"paint": Command(paint)})}, has_version=True
)
UNSAID: dict[str, Any] = {
    "more": None, "colour": Colour.RED, "port": None, "wait": 1.5, "name": None, "wet": None, "twice": False,
}  # fmt: skip


def values(*words: str) -> dict[str, Any]:
    """What `paint` would be called with, apart from what was not said."""
    asked = parsed(TOP, ["paint", *words], "p")
    assert asked.wants is Wants.RUN
    return {name: value for name, value in asked.values.items() if name not in UNSAID or UNSAID[name] != value}


def fault(*words: str) -> str:
    """What is wrong with a line, in English."""
    with pytest.raises(Misuse) as raised:
        parsed(TOP, words, "p")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in raised.value.text.zh)
    return raised.value.text.en


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("w",), {}),
        (("w", "--port", "80"), {"port": 80}),
        (("--port=80", "w"), {"port": 80}),
        (("w", "--port", "1", "--port", "2"), {"port": 2}),
        (("w", "--wait", "1e1"), {"wait": 10.0}),
        (("w", "-n", "a", "--name=b", "-nc", "--name", "-x"), {"name": ["a", "b", "c", "-x"]}),
        (("w", "a", "-t", "b"), {"more": ["a", "b"], "twice": True}),
        (("w", "--", "-t", "--", "-"), {"more": ["-t", "--", "-"]}),
        (("w", "-"), {"more": ["-"]}),
        (("-tcblue", "w"), {"twice": True, "colour": Colour.BLUE}),
        (("w", "--colour", "BLUE"), {"colour": Colour.BLUE}),
        (("w", "--wet"), {"wet": True}),
        (("w", "--wet", "--dry"), {"wet": False}),
        (("w", "--name", ""), {"name": [""]}),
    ],
)
def test_words_become_values(words: tuple[str, ...], said: dict[str, Any]) -> None:
    """Options before, between and behind arguments, with the value beside or joined; of what is no list the last counts."""
    assert values(*words) == {"what": Path("w"), **said}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("pant",), "there is no command “pant”; did you mean paint?"),
        (
            ("keep", "pant"),
            "Usage: p keep [OPTIONS] COMMAND [ARGS]...\nHelp: p keep -h\n\nError: there is no command “pant”",
        ),
        (("--verion",), "there is no option “--verion”; did you mean --version?"),
        (("keep", "--version"), "there is no option “--version”"),
        (("paint", "w", "--clour", "Red"), "there is no option “--clour”; did you mean --colour?"),
        (("paint", "w", "-x"), "there is no option “-x”"),
        (("paint", "w", "-tx"), "there is no option “-x”"),
        (("paint", "w", "--col", "Red"), "there is no option “--col”"),
        (("paint",), "Usage: p paint [OPTIONS] WHAT [MORE]\nHelp: p paint -h\n\nError: WHAT is missing"),
        (("paint", "w", "--port"), "the option --port needs a value; it should be a port from 0 to 65535"),
        (("paint", "w", "-n"), "the option -n needs a value"),
        (("paint", "w", "--twice=yes"), "the option --twice takes no value"),
        (("paint", "w", "--port", "-1e3"), "--port cannot be “-1e3”; it should be a port from 0 to 65535"),
        (("paint", "w", "--wait", "nan"), "--wait cannot be “nan”; it should be seconds from 0 to 60"),
        (("paint", "w", "-c", "green"), "--colour cannot be “green”; it should be one of Red, Blue"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(words: tuple[str, ...], told: str) -> None:
    """In both languages, with how the command is used."""
    assert told in fault(*words)


def test_too_many_words_are_told() -> None:
    """A command that takes one argument takes no second one."""

    def one(what: Annotated[str, Argument("WHAT")]) -> None:
        """Take one."""

    with pytest.raises(Misuse, match="more than it takes: b c"):
        parsed(Command(one), ["a", "b", "c"], "p")


@pytest.mark.parametrize(
    ("words", "wants", "program"),
    [
        ((), Wants.NOTHING, "p"),
        (("keep",), Wants.NOTHING, "p keep"),
        (("-h",), Wants.HELP, "p"),
        (("--version",), Wants.VERSION, "p"),
        (("keep", "--help"), Wants.HELP, "p keep"),
        (("paint", "--help"), Wants.HELP, "p paint"),
        (("keep", "paint", "w", "-th"), Wants.HELP, "p keep paint"),
    ],
)
def test_help_is_told_of_what_was_named(words: tuple[str, ...], wants: Wants, program: str) -> None:
    """Wherever help is asked for, whatever else is missing."""
    asked = parsed(TOP, words, "p")
    assert (asked.wants, asked.program) == (wants, program)


def test_a_number_without_limits_is_no_option() -> None:
    """Whoever writes a command must say what its numbers may be."""

    def free(size: Annotated[int, Option("--size", help="")] = 1) -> None:
        """Take any number."""

    with pytest.raises(TypeError, match="size"):
        parsed(Command(free), [], "p")


WORDS = st.lists(
    st.sampled_from(
        ["--port", "--wet", "--dry", "-t", "-n", "--", "-", "--port=", "-h", "-tn", "80", "--colour", "red", "="]
    )
    | st.text(max_size=6).filter(lambda text: "\0" not in text),
    max_size=8,
)


@given(WORDS)
def test_any_words_are_understood_or_told(words: list[str]) -> None:
    """No line makes anything but values or a `Misuse`; what is given to the function has its types."""
    try:
        asked = parsed(TOP, ["paint", *words], "p")
    except Misuse:
        return
    if asked.wants is Wants.RUN:
        assert asked.values.keys() == {"what", *UNSAID}
        assert isinstance(asked.values["what"], Path)
        assert asked.values["port"] in (None, 80)
        assert asked.values["colour"] in Colour


class Brushes(Struct, frozen=True, kw_only=True):
    """A set of options, for several commands."""

    size: Annotated[int | None, Option("--size", limits=PORT, help="How large.")] = None
    kind: Annotated[str, Option("--kind", help="")] = "flat"


def test_a_set_of_options_is_declared_once_and_put_together_for_the_function() -> None:
    """Its options stand in the line and the help like any other; the function gets the set, said or not."""
    called: list[tuple[Path, Brushes, bool]] = []

    def varnish(
        what: Annotated[Path, Argument("WHAT")],
        brushes: Brushes,
        twice: Annotated[bool, Option("--twice", help="")] = False,
    ) -> None:
        """Varnish something."""
        called.append((what, brushes, twice))

    command = Command(varnish)
    assert [each.shown for each in command.parameters] == ["WHAT", "--size", "--kind", "--twice"]
    for words in (["a", "--twice", "--size", "3"], ["b"]):
        command.run(parsed(command, words, "p").values)
    assert called == [(Path("a"), Brushes(size=3), True), (Path("b"), Brushes(), False)]
    assert "How large." in help_of("p", command, "en")
