"""Command-line commands as annotated functions: options are parsed, checked and explained from the annotations.

A parameter is ``Annotated[type, Option("--name", …)]`` or ``Annotated[type, Argument("NAME", …)]``; its default, its
type (text, path, number, choice, switch, list of these) and its limits are said nowhere else.  What is wrong with a line
is told in both languages, which `argparse` cannot, and reading it takes a fortieth of the start of a command.
"""

from __future__ import annotations

from tempgoods_edi.options.declared import Argument, Command, Group, Option
from tempgoods_edi.options.numbers import NumberLimits
from tempgoods_edi.options.parsing import ParsedCommand, Wants, parsed
from tempgoods_edi.options.problems import Misuse
from tempgoods_edi.options.speaking import spoken

__all__ = [
    "Argument",
    "Command",
    "Group",
    "Misuse",
    "NumberLimits",
    "Option",
    "ParsedCommand",
    "Wants",
    "parsed",
    "spoken",
]
