"""Shows the place of a finding in a long line: a few characters around it, and a mark below."""

from __future__ import annotations

from tempgoods_edi.visible import width

#: A line that is shorter is found by its number.
_LONG = 160
_BEFORE, _AFTER = 36, 40


def excerpt(data: bytes, line: int | None, column: int | None) -> tuple[str, str] | None:
    """The text around the character at *line* and *column* (1-based) with a mark below; None for a short line.

    >>> excerpt("".join(("<a>", "中" * 200, "<b>1</b></a>")).encode(), 1, 204)[0]
    '…中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中<b>1</b></a>'
    """
    if line is None or column is None:
        return None
    lines = data.split(b"\n", line)
    if len(lines) < line:
        return None
    # Of a line of megabytes only what is around the place is read: a character has four bytes at most.
    text = lines[line - 1][: 4 * (column + _AFTER)].decode("utf-8", "replace").rstrip("\r")
    if len(text) < _LONG:
        return None
    begin = max(column - 1 - _BEFORE, 0)
    before, after = text[begin : column - 1], text[column - 1 : column - 1 + _AFTER]
    lead = ("…" if begin else "") + _seen(before)
    return lead + _seen(after) + ("…" if len(text) > column - 1 + _AFTER else ""), " " * width(lead) + "^"


def _seen(text: str) -> str:
    return "".join(c if c.isprintable() else "·" for c in text)
