"""Formats the Markdown that `explain` writes for a terminal: headings, lists, tables, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from tempgoods_edi.cli.layout import aligned
from tempgoods_edi.visible import width

_BOLD, _CODE, _PLAIN = "\x1b[1m", "\x1b[36m", "\x1b[0m"
_WORD = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
_CELL = re.compile(r"(?<!\\)\|")
_RULER = re.compile(r"\|[-:| ]+\|")
_FENCE = "```"


def set_for_terminal(markdown: str, columns: int, *, styled: bool = True) -> str:
    """Format *markdown* as text for a terminal of *columns* columns.

    :param styled: with bold headings and coloured code.
    """
    text = "\n".join(_lines(markdown.splitlines(), columns))
    return text if styled else re.sub(r"\x1b\[[0-9]+m", "", text)


def _lines(lines: Sequence[str], columns: int) -> Iterator[str]:
    fenced = False
    for is_table, group in groupby(lines, lambda line: line.startswith("|")):
        if is_table and not fenced:
            yield from _table([line for line in group if not _RULER.fullmatch(line)], columns)
            continue
        for line in group:
            if line.startswith(_FENCE):
                fenced = not fenced
            else:
                yield f"    {line}" if fenced else _line(line)


def _line(line: str) -> str:
    mark, _, title = line.partition(" ")
    if mark and not mark.strip("#"):
        return f"{_BOLD}{_words(title, bare=True)}{_PLAIN}"
    return _words(f"  • {title}" if mark == "-" else line)


def _words(text: str, *, bare: bool = False) -> str:
    """*text* with its marks set; *bare*: without them."""

    def word(found: re.Match[str]) -> str:
        if bare:
            return found[1] or found[2]
        return f"{_CODE if found[1] else _BOLD}{found[1] or found[2]}{_PLAIN}"

    return _WORD.sub(word, text)


def _table(lines: Sequence[str], columns: int) -> Iterator[str]:
    """In columns where they fit; else each row as lines of its own."""
    rows = [
        [_words(cell.strip().replace("\\|", "|"), bare=True) for cell in _CELL.split(line.strip())[1:-1]]
        for line in lines
    ]
    header, *others = rows
    in_columns = aligned(rows) if len({len(row) for row in rows}) == 1 else []
    if in_columns and max(map(width, in_columns)) <= columns:
        yield f"{_BOLD}{in_columns[0]}{_PLAIN}"
        yield from in_columns[1:]
        return
    for row in others:
        yield f"{_BOLD}{row[0]}{_PLAIN}"
        yield from (f"    {title}: {cell}" for title, cell in zip(header[1:], row[1:], strict=False) if cell)
