"""The help of a command, laid out for a terminal; Chinese letters are two columns wide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from tempgoods_edi.options.declared import HELP, VERSION, Command, Group, Parameter
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible import width

#: Columns of a line, and the most of them that names take before what they mean stands on the next line.
_WIDTH, _MOST_NAMES = 78, 30
_INDENT, _NO_BREAK = "  ", "\u00a0"
_NOTHING: Mapping[str, str] = {}

_USAGE = Bilingual("用法：", "Usage: ")
_ARGUMENTS, _OPTIONS, _COMMANDS = (
    Bilingual("参数：", "Arguments:"),
    Bilingual("选项：", "Options:"),
    Bilingual("命令：", "Commands:"),
)
_HELP = Bilingual("显示此帮助", "Show this message and exit.")
_VERSION = Bilingual("显示版本", "Show the version.")
_REQUIRED, _DEFAULT = Bilingual("[必填]", "[required]"), Bilingual("[默认 {value}]", "[default: {value}]")


def usage(program: str, node: Command | Group) -> str:
    """The usage line of *node*."""
    if isinstance(node, Group):
        return f"{program} [OPTIONS] COMMAND [ARGS]..."
    placed = (each for each in node.parameters if not each.is_option)
    return " ".join((program, "[OPTIONS]", *(each.shown if each.required else f"[{each.shown}]" for each in placed)))


def help_of(program: str, node: Command | Group, lang: Lang, others: Mapping[str, str] = _NOTHING) -> str:
    """The whole help text of *node*.

    :param others: a text as it is declared → what stands in its place, in *lang*; "" leaves the paragraph out.
    """
    lines = [f"{_USAGE.in_(lang)}{usage(program, node)}"]
    for paragraph in paragraphs(node.help):
        if text := others.get(paragraph, paragraph):
            lines += ["", *_wrapped(text, _INDENT)]
    for title, rows in _tables(node, lang, others):
        if rows:
            lines += ["", title.in_(lang), *_table(rows)]
    return "\n".join(lines)


def _tables(
    node: Command | Group, lang: Lang, others: Mapping[str, str]
) -> Iterator[tuple[Bilingual, list[tuple[str, str]]]]:
    """The tables of a help: names, and what they mean."""
    last = (_names(HELP), _HELP.in_(lang))
    if isinstance(node, Group):
        yield _OPTIONS, [*([(VERSION, _VERSION.in_(lang))] if node.has_version else []), last]
        yield _COMMANDS, [(name, _first(each.help, others)) for name, each in node.commands.items()]
        return
    yield _ARGUMENTS, [(each.shown, _meaning(each, lang, others)) for each in node.parameters if not each.is_option]
    yield (
        _OPTIONS,
        [*((_names(each), _meaning(each, lang, others)) for each in node.parameters if each.is_option), last],
    )


def _names(parameter: Parameter) -> str:
    names = ", ".join(sorted(parameter.said.names, key=len))
    if parameter.said.off:
        names += f" / {parameter.said.off}"
    return names if parameter.is_switch else f"{names} {parameter.said.metavar or _value(parameter)}"


def _value(parameter: Parameter) -> str:
    if parameter.said.limits is not None:
        return parameter.said.limits.sign
    if parameter.choices:
        return f"<{'|'.join(parameter.choices)}>"
    return "<text>" if parameter.kind is str else "<path>"


def _meaning(parameter: Parameter, lang: Lang, others: Mapping[str, str]) -> str:
    """What it is for; whether it must be there, or what it is when nothing is said; its limits."""
    default = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
    facts = [_REQUIRED.in_(lang)] if parameter.required else []
    if default not in (None, False, ""):
        facts.append(_DEFAULT.format(value=parameter.shown if default is True else default).in_(lang))
    if parameter.said.limits is not None:
        facts.append(f"[{parameter.said.limits.range}]")
    text = others.get(parameter.said.help, parameter.said.help)
    return " ".join((text, *(each.replace(" ", _NO_BREAK) for each in facts))).strip()


def _table(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """*rows* in two columns."""
    room = min(max(width(name) for name, _ in rows), _MOST_NAMES) + len(_INDENT) + 2
    for name, meaning in rows:
        lines = list(_wrapped(meaning, " " * room))
        first = _INDENT + name + " " * (room - len(_INDENT) - width(name))
        if width(name) > _MOST_NAMES or not lines:
            yield first.rstrip()
        else:
            yield first + lines.pop(0)[room:]
        yield from lines


def _first(docstring: str, others: Mapping[str, str]) -> str:
    """The first paragraph of *docstring*."""
    text = next(paragraphs(docstring), "")
    return others.get(text, text)


def paragraphs(docstring: str) -> Iterator[str]:
    """The paragraphs of *docstring*, each on one line."""
    for paragraph in docstring.split("\n\n"):
        text = " ".join(paragraph.split())
        if text:
            yield text


def _wrapped(text: str, indent: str) -> Iterator[str]:
    """*text* in lines."""
    line = ""
    for piece in _pieces(text):
        if line and width(indent + line + piece.rstrip()) > _WIDTH:
            yield indent + line.rstrip()
            line = ""
        line += piece
    if line:
        yield indent + line.rstrip()


#: A Chinese letter with the marks that follow it, or a stretch of anything else.
_PIECE = re.compile(r"[\u3400-\u9fff][\u3000-\u303f\uff00-\uff65”]*|[^\u3400-\u9fff]+")


def _pieces(text: str) -> Iterator[str]:
    """Where a line may break: behind a space, and between Chinese letters."""
    for word in filter(None, text.split(" ")):
        *before, last = [word] if _NO_BREAK in word else _PIECE.findall(word)
        yield from before
        yield f"{last} ".replace(_NO_BREAK, " ")
