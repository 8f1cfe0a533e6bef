"""The goods grid's buttons for browsers without scripts: each returns changed lines, and saves nothing.

The open line is part of every post, so that whatever button is pressed nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from tempgoods_edi.web.forms.goods import PAGE, pages
from tempgoods_edi.web.forms.model import Shape, Tree
from tempgoods_edi.web.forms.posting import Posted, line_number, with_lines


class Rows(Struct, frozen=True):
    """The goods grid after a button was pressed.

    :ivar open_line: number of the line that is open for input; one behind the last is a new one.
    """

    tree: Tree
    open_line: int | None
    page: int


def operate(shape: Shape, posted: Posted) -> Rows | None:
    """Apply the button in *posted* to the grid; None when it is no button of the grid."""
    act = _BUTTONS.get(posted.action)
    if act is None:
        return None
    lines = list(posted.tree.get(shape.goods.tag) or ())
    if not shape.goods_open and posted.action != "page":
        return Rows(posted.tree, None, posted.page)
    lines, open_line, page = act(shape, lines, posted)
    return Rows(with_lines(shape, posted.tree, lines), open_line, min(max(1, page), pages(len(lines))))


_Lines = list[Tree]
_After = tuple[_Lines, int | None, int]


def _new(shape: Shape, lines: _Lines, posted: Posted) -> _After:
    return lines, len(lines) + 1, _page_of(len(lines) or 1)


def _edit(shape: Shape, lines: _Lines, posted: Posted) -> _After:
    number = int(posted.argument) if posted.argument.isdecimal() else 0
    return (lines, number, _page_of(number)) if 0 < number <= len(lines) else (lines, None, posted.page)


def _done(shape: Shape, lines: _Lines, posted: Posted) -> _After:
    return lines, None, _page_of(min(posted.open_line or 1, len(lines) or 1))


def _cancel(shape: Shape, lines: _Lines, posted: Posted) -> _After:
    return lines, None, posted.page


def _delete(shape: Shape, lines: _Lines, posted: Posted) -> _After:
    picked = set(posted.picked)
    kept = [line for number, line in enumerate(lines, start=1) if number not in picked]
    return kept, None, posted.page


def _copy(shape: Shape, lines: _Lines, posted: Posted) -> _After:
    number = line_number(shape)
    hidden = {number.tag} if number else set()
    copies = [
        {tag: text for tag, text in lines[each - 1].items() if tag not in hidden}
        for each in posted.picked
        if 0 < each <= len(lines)
    ]
    if not copies:
        return lines, posted.open_line, posted.page
    made = [*lines, *copies]
    return made, None, _page_of(len(made))


def _turn(shape: Shape, lines: _Lines, posted: Posted) -> _After:
    number = int(posted.argument) if posted.argument.isdecimal() and len(posted.argument) < 9 else 1
    return lines, posted.open_line, number


_BUTTONS: Mapping[str, Callable[[Shape, _Lines, Posted], _After]] = MappingProxyType(
    {
        "row-new": _new,
        "row-next": _new,
        "row-edit": _edit,
        "row-done": _done,
        "row-cancel": _cancel,
        "row-delete": _delete,
        "row-copy": _copy,
        "page": _turn,
    }
)


def _page_of(number: int) -> int:
    return -(-number // PAGE) or 1
