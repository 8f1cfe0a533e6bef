"""Declares a command's options and arguments, as annotations of its function's parameters."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct

from tempgoods_edi.options.numbers import NumberLimits
from tempgoods_edi.options.problems import ONE_OF
from tempgoods_edi.values import Bilingual


class Option:
    """A parameter that is given by name, in any order.

    :param names: ``--name``, and ``-n`` beside it.
    :param off: of a switch that can be put either way, what puts it off.
    :param metavar: what stands for the value in the help, where its type does not say it.
    :param limits: of a number; every one needs them.
    :param any_case: of a choice: upper and lower case are the same.
    """

    def __init__(
        self,
        *names: str,
        help: str,
        off: str = "",
        metavar: str = "",
        limits: NumberLimits | None = None,
        any_case: bool = False,
    ) -> None:
        self.names, self.off, self.help, self.metavar = names, off, help, metavar
        self.limits, self.any_case = limits, any_case


class Argument:
    """A parameter that is given by position; a list takes all remaining ones."""

    names: tuple[str, ...] = ()
    off, limits, any_case = "", None, False

    def __init__(self, metavar: str, *, help: str = "") -> None:
        self.metavar, self.help = metavar, help


class Parameter(Struct, frozen=True):
    """One parameter of a command's function.

    :ivar name: in the function.
    :ivar kind: of one value: str, int, float, bool, a path or an enumeration.
    :ivar many: it is a list.
    :ivar default: where it is not required.
    """

    name: str
    said: Option | Argument
    kind: type[Any]
    many: bool = False
    required: bool = False
    default: Any = None

    @property
    def is_option(self) -> bool:
        """True for a parameter that is given by name."""
        return self.said.names != ()

    @property
    def is_switch(self) -> bool:
        """True for an option without a value."""
        return self.kind is bool

    @property
    def shown(self) -> str:
        """The parameter's name in help and error texts."""
        return self.said.names[0] if self.said.names else self.said.metavar

    @property
    def choices(self) -> dict[str, Enum]:
        """The allowed values of the parameter, where it is an enumeration."""
        return {each.value: each for each in self.kind} if issubclass(self.kind, Enum) else {}

    @property
    def wanted(self) -> Bilingual | None:
        """The values that the parameter takes, in words; None for any text."""
        if self.said.limits is not None:
            return self.said.limits.told
        return ONE_OF.format(values=", ".join(self.choices)) if self.choices else None

    def read(self, text: str) -> Any:
        """Parse *text* as a value of the parameter; None when that is impossible."""
        if self.said.limits is not None:
            return self.said.limits.read(text)
        if not issubclass(self.kind, Enum):
            return self.kind(text)
        folded = str.casefold if self.said.any_case else str
        return next((each for choice, each in self.choices.items() if folded(choice) == folded(text)), None)


#: What every command and group takes beside its own.
HELP, VERSION = Parameter("help", Option("--help", "-h", help=""), bool), "--version"


class Command(Struct, frozen=True):
    """A function that a command line calls; its docstring is the help.

    A parameter whose type is a Struct is a set of options: each of its fields is one, declared as a parameter is.
    """

    function: Callable[..., None]

    @property
    def help(self) -> str:
        """The command's help text, from its function's docstring."""
        return self.function.__doc__ or ""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The command's parameters, in the order of the function."""
        hints = get_type_hints(self.function, include_extras=True)
        names = self.function.__code__.co_varnames[: self.function.__code__.co_argcount]
        found: list[Parameter] = []
        for name, default in _with_defaults(names, self.function.__defaults__ or ()):
            set_of = _set(hints[name])
            if set_of is None:
                found.append(_parameter(name, hints[name], default))
                continue
            inside = get_type_hints(set_of, include_extras=True)
            fields = _with_defaults(set_of.__struct_fields__, set_of.__struct_defaults__)
            found += [_parameter(field, inside[field], given) for field, given in fields]
        return tuple(found)

    def run(self, values: Mapping[str, Any]) -> None:
        """Call the function with the *values* of its `parameters`, with option sets put together again."""
        hints, left = get_type_hints(self.function, include_extras=True), dict(values)
        for name, hint in hints.items():
            set_of = _set(hint)
            if set_of is not None:
                left[name] = set_of(**{field: left.pop(field) for field in set_of.__struct_fields__})
        self.function(**left)


class Group(Struct, frozen=True):
    """A group of commands under one name.

    :ivar commands: by name; each may be loaded when it is asked for.
    :ivar has_version: ``--version`` is asked for here.
    """

    help: str
    commands: Mapping[str, Command | Group]
    has_version: bool = False


def _set(hint: Any) -> type[Struct] | None:
    """The set of options that a parameter of that type is; None for one that is one option, or argument."""
    return hint if isinstance(hint, type) and issubclass(hint, Struct) else None


def _with_defaults(names: tuple[str, ...], defaults: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Each name with its default; the last ones have one."""
    required = len(names) - len(defaults)
    return zip(names, (*(NODEFAULT,) * required, *defaults), strict=True)


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    kind, said = get_args(hint)
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (each for each in get_args(kind) if each is not types.NoneType)
    many = get_origin(kind) is list
    if many:
        (kind,) = get_args(kind)
    if kind in (int, float) and said.limits is None:
        raise TypeError(f"{name}: a number needs limits")
    required = default is NODEFAULT
    return Parameter(name, said, kind, many, required, None if required else default)


#: What every command, and the first group, understands besides.
HELP = Parameter("help", Option("--help", "-h", help=""), bool)
VERSION = "--version"
