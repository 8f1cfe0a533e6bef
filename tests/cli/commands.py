"""Every command there is, found by walking the command line: a new one is tested by itself."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from h2018.__main__ import COMMAND as ALONE
from tempgoods_edi.cli.application import TOP
from tempgoods_edi.options import Command, Group
from tempgoods_edi.options.declared import Parameter


class Found(Struct, frozen=True):
    """One command.

    :ivar words: how it is called; none for the simulator on its own.
    """

    words: tuple[str, ...]
    command: Command

    def __str__(self) -> str:
        return " ".join(self.words) or "python -m h2018"


def _below(node: Command | Group, words: tuple[str, ...] = ()) -> Iterator[Found]:
    if isinstance(node, Command):
        yield Found(words, node)
    else:
        for name, inner in node.commands.items():
            yield from _below(inner, (*words, name))


FOUND = (*_below(TOP), Found((), ALONE))
#: Every option of every command.
OPTIONS: tuple[tuple[Found, Parameter], ...] = tuple(
    (found, each) for found in FOUND for each in found.command.parameters if each.is_option
)


def named(value: object) -> str:
    """How a test calls it."""
    return value.shown if isinstance(value, Parameter) else str(value)
