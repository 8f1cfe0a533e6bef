"""Parses a command line: which command is meant, with which values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any

from msgspec import Struct

from tempgoods_edi.options import problems
from tempgoods_edi.options.declared import HELP, VERSION, Command, Group, Parameter
from tempgoods_edi.options.problems import Misuse
from tempgoods_edi.values import Bilingual, shortened

_LONGEST = 60


class Wants(Enum):
    """The kind of request that a command line makes: run a command, help, version, or nothing."""

    RUN = auto()
    HELP = auto()
    VERSION = auto()
    #: A group is named and none of its commands.
    NOTHING = auto()


class ParsedCommand(Struct, frozen=True):
    """A parsed command line.

    :ivar program: with the names of the commands that lead to *node*.
    :ivar values: for the command's function, when it is to run.
    """

    wants: Wants
    program: str
    node: Command | Group
    values: dict[str, Any] = {}


def parsed(top: Command | Group, arguments: Sequence[str], program: str) -> ParsedCommand:
    """Parse *arguments* for the commands below *top*.

    :param program: what it is called in texts.
    :raises Misuse: there is no such thing.
    """
    node, words = top, list(arguments)
    try:
        while isinstance(node, Group):
            if not words:
                return ParsedCommand(Wants.NOTHING, program, node)
            name = words.pop(0)
            if name in HELP.said.names:
                return ParsedCommand(Wants.HELP, program, node)
            if name == VERSION and node.has_version:
                return ParsedCommand(Wants.VERSION, program, node)
            if name.startswith("-"):
                raise _unknown(name, problems.NO_OPTION, (HELP.shown, *((VERSION,) if node.has_version else ())))
            if name not in node.commands:
                raise _unknown(name, problems.NO_COMMAND, node.commands)
            node, program = node.commands[name], f"{program} {name}"
        values = _values(node.parameters, words)
    except Misuse as error:
        from tempgoods_edi.options.helping import usage

        raise error.of(program, usage(program, node)) from None
    return (
        ParsedCommand(Wants.HELP, program, node) if values is None else ParsedCommand(Wants.RUN, program, node, values)
    )


def _values(parameters: Sequence[Parameter], words: Sequence[str]) -> dict[str, Any] | None:
    """The values for a command's function; None when its help is asked for."""
    said, others = _sorted(parameters, words)
    if HELP.name in said:
        return None
    said |= _by_place([each for each in parameters if not each.is_option], others)
    values = {each.name: _value(each, said[each.name]) for each in parameters if each.name in said}
    for each in parameters:
        if each.required and each.name not in values:
            lacking = problems.OPTION_MISSING if each.is_option else problems.NO_ARGUMENT
            raise Misuse(lacking.format(name=each.shown))
    return {each.name: values.get(each.name, each.default) for each in parameters}


#: What was said of a parameter, by its name, each time: a text, or which way a switch was put.
_Said = dict[str, list[str | bool]]


def _sorted(parameters: Sequence[Parameter], words: Iterable[str]) -> tuple[_Said, list[str]]:
    """What *words* say of options, and the words that say nothing of any; a ``--`` ends the options."""
    said: _Said = {}
    others: list[str] = []
    options = {name: each for each in (*parameters, HELP) for name in (*each.said.names, each.said.off) if name}
    left = iter(words)
    for word in left:
        if word == "--":
            others.extend(left)
        elif word == "-" or not word.startswith("-"):
            others.append(word)
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            _option(name, value if equals else None, left, options, said)
        else:
            _letters(word[1:], left, options, said)
    return said, others


def _option(name: str, value: str | None, left: Iterator[str], options: Mapping[str, Parameter], said: _Said) -> None:
    """Take one option, with the *value* that is written with it, or else the next word."""
    parameter = options.get(name)
    if parameter is None:
        raise _unknown(name, problems.NO_OPTION, options)
    if parameter.is_switch and value is not None:
        raise Misuse(problems.TAKES_NO_VALUE.format(name=name))
    taken = name != parameter.said.off if parameter.is_switch else next(left, None) if value is None else value
    if taken is None:
        told = problems.NEEDS_VALUE.format(name=name)
        raise Misuse(
            told if parameter.wanted is None else problems.SHOULD_BE.format(text=told, wanted=parameter.wanted)
        )
    said.setdefault(parameter.name, []).append(taken)


def _letters(letters: str, left: Iterator[str], options: Mapping[str, Parameter], said: _Said) -> None:
    """Take ``-n``, several switches ``-nm``, or ``-nvalue``."""
    for at, letter in enumerate(letters, 1):
        parameter = options.get(f"-{letter}")
        if parameter is None or parameter.is_switch:
            _option(f"-{letter}", None, left, options, said)
            continue
        _option(f"-{letter}", letters[at:] or None, left, options, said)
        return


def _by_place(parameters: Sequence[Parameter], words: list[str]) -> _Said:
    """What *words* say by their place."""
    said: _Said = {}
    for each in parameters:
        taken, words = (words, []) if each.many else (words[:1], words[1:])
        if taken:
            said[each.name] = [*taken]
    if words:
        raise Misuse(problems.TOO_MANY.format(words=shortened(" ".join(words), _LONGEST)))
    return said


def _value(parameter: Parameter, said: Sequence[str | bool]) -> Any:
    """What was said, as the command's function takes it; of what is no list, the last."""
    values = [each if isinstance(each, bool) else _read(parameter, each) for each in said]
    return values if parameter.many else values[-1]


def _read(parameter: Parameter, text: str) -> Any:
    value = parameter.read(text)
    if value is None:
        told = problems.NOT_TAKEN.format(name=parameter.shown, value=shortened(text, _LONGEST), wanted=parameter.wanted)
        raise Misuse(told)
    return value


def _unknown(name: str, problem: Bilingual, known: Iterable[str]) -> Misuse:
    from tempgoods_edi.nearest import meant

    return Misuse(problem.format(name=shortened(name, _LONGEST), hint=meant(name[:_LONGEST], known, "-")))
