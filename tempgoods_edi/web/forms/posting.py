"""Reads a posted form into the document's tree.

Only inputs that the form has are read: what is not editable here comes from what was stored before, whatever was
posted under its name, and names that no field has are passed over.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tempgoods_edi.bounded import Unfit, single
from tempgoods_edi.declarant.sections import leaves
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.forms.fields import from_control
from tempgoods_edi.web.forms.model import CHOSEN_WITH, Shape, Tree, set_text, value_at
from tempgoods_edi.web.forms.sections import is_shown

#: Prefix of the inputs of the goods line that is open.
ROW = "row/"
#: Twice what the longest list may have: that many too many are still shown and told of; more would only take time.
MOST_LINES = 10_000


class UnreadablePost(TempgoodsError):
    """The hidden parts of a form were tampered with or cut off."""

    def __init__(self, what: str) -> None:
        text = Bilingual(
            "表单中的“{what}”无法读取，请重新打开页面", "the form's “{what}” cannot be read; open the page again"
        )
        super().__init__(text.format(what=what))


class Posted(Struct, frozen=True, kw_only=True):
    """The contents of one form post.

    :ivar action: the button.
    :ivar argument: what the button is about, after its colon (``row-edit:3`` → ``3``).
    :ivar revision: what was on the page when it was opened; None for a document never saved.
    :ivar open_line: number of the goods line that is open for input, 1-based; None when none is.
    :ivar page: page of the goods table, from 1.
    :ivar picked: numbers of the ticked goods lines.
    """

    tree: Tree
    action: str
    argument: str = ""
    revision: int | None = None
    open_line: int | None = None
    page: int = 1
    picked: tuple[int, ...] = ()


def read_post(shape: Shape, posted: Mapping[str, str], base: Tree, picked: Sequence[str] = ()) -> Posted:
    """Apply *posted* to *base* (the stored document, or a new one) and return the tree.

    :param picked: values of the ticked boxes of goods lines.
    :raises UnreadablePost: a hidden part is not what the page had put there.
    """
    tree = head_tree(shape, posted, base)
    # Lines are counted from 1: 0 is none, and would be the last one as an index.
    open_line = _number(posted, "row-open") or None
    if "goods" in posted and shape.goods_open:
        lines = goods_lines(shape, posted["goods"], base)
        if open_line is not None:
            put_line(shape, lines, open_line, row_tree(shape, posted))
        _put_lines(tree, shape, lines)
    action, _, argument = posted.get("action", "save").partition(":")
    return Posted(
        tree=tree,
        action=action,
        argument=argument,
        revision=_number(posted, "revision"),
        open_line=open_line,
        page=_number(posted, "page") or 1,
        picked=tuple(int(each) for each in picked if _is_number(each)),
    )


def head_tree(shape: Shape, posted: Mapping[str, str], base: Tree) -> Tree:
    """*base* with the posted values of every field that can be edited on this form."""
    # Lines of goods are many, and flat.
    tree = {
        tag: [dict(line) for line in node] if isinstance(node, list) else copy.deepcopy(node)
        for tag, node in base.items()
    }
    for path, spec in leaves(shape.spec):
        if path not in posted or not shape.editable(spec) or not is_shown(spec, shape.version):
            continue
        text = from_control(spec, posted[path])
        if text == (value_at(base, path) or None):
            continue
        set_text(tree, path, text)
        if spec.tag in shape.offered:
            _chosen(shape, tree, base, path, spec)
    return tree


def goods_lines(shape: Shape, text: str, base: Tree) -> list[Tree]:
    """The goods lines in the hidden field ``goods``.

    A line that is stored carries its number, a new one none: that number only says which stored line it is, so that
    what the system filled in stays with it, and is never taken from the post.  Saving numbers all lines anew.

    :raises UnreadablePost: it is no list of lines.
    """
    try:
        rows = msgspec.convert(single(text or "[]"), list[dict[str, str]])
    except (msgspec.MsgspecError, Unfit) as error:
        raise UnreadablePost("goods") from error
    if len(rows) > MOST_LINES:
        raise UnreadablePost("goods")
    columns = shape.columns
    editable = [spec for spec in columns if shape.editable(spec)]
    number = line_number(shape)
    kept = [child.tag for child in shape.goods.children if isinstance(child, FieldSpec) and child not in editable]
    stored = {} if number is None else {line.get(number.tag): line for line in base.get(shape.goods.tag) or ()}
    found = []
    for row in rows:
        # Taken away as it is used: of two lines that claim one number, the second is a new one.
        old = {} if number is None else stored.pop(row.get(number.tag), {})
        line = _ordered(shape, {tag: old[tag] for tag in kept if tag in old} | _typed(editable, row))
        if line:
            found.append(line)
    return found


def line_number(shape: Shape) -> FieldSpec | None:
    """The field that numbers the goods lines: the first field of a line, filled in automatically."""
    first = shape.goods.children[0]
    return first if isinstance(first, FieldSpec) and first.auto else None


def row_tree(shape: Shape, posted: Mapping[str, str]) -> dict[str, str | None]:
    """The values of the open goods line's inputs, by tag; None for an emptied one."""
    return {
        spec.tag: from_control(spec, posted[f"{ROW}{spec.tag}"])
        for spec in shape.columns
        if shape.editable(spec) and f"{ROW}{spec.tag}" in posted
    }


def put_line(shape: Shape, lines: list[Tree], number: int, values: Mapping[str, str | None]) -> None:
    """Put *values* into line *number*; one after the last is a new line, dropped when nothing is in it."""
    if number <= len(lines):
        merged = {**lines[number - 1], **values}
        lines[number - 1] = _ordered(shape, {tag: text for tag, text in merged.items() if text is not None})
        return
    given = {tag: text for tag, text in values.items() if text is not None}
    if given:
        lines.append(_ordered(shape, given))


def with_lines(shape: Shape, tree: Tree, lines: Sequence[Tree]) -> Tree:
    """*tree* with these goods lines instead of its own."""
    made = dict(tree)
    _put_lines(made, shape, lines)
    return made


def _put_lines(tree: Tree, shape: Shape, lines: Sequence[Tree]) -> None:
    if lines:
        tree[shape.goods.tag] = list(lines)
    else:
        tree.pop(shape.goods.tag, None)


def _typed(editable: Sequence[FieldSpec], row: Mapping[str, str]) -> Tree:
    found: Tree = {}
    for spec in editable:
        text = row.get(spec.tag)
        if text:
            read_ = from_control(spec, text)
            if read_ is not None:
                found[spec.tag] = read_
    return found


def _ordered(shape: Shape, line: Mapping[str, Any]) -> Tree:
    return {child.tag: line[child.tag] for child in shape.goods.children if child.tag in line}


def _chosen(shape: Shape, tree: Tree, base: Tree, path: str, spec: FieldSpec) -> None:
    """What comes with a choice; a value that is not offered is none, and changes nothing (W15)."""
    text = value_at(tree, path)
    beside = _beside(path, CHOSEN_WITH[spec.tag]) if spec.tag in CHOSEN_WITH else None
    chosen = next((choice for choice in shape.offered[spec.tag] if choice.value == text), None)
    if text and chosen is None:
        set_text(tree, path, value_at(base, path) or None)
    elif beside is not None:
        set_text(tree, beside, chosen.label.zh if chosen else None)


def _beside(path: str, tag: str) -> str:
    return f"{path.rpartition('/')[0]}/{tag}"


def _number(posted: Mapping[str, str], name: str) -> int | None:
    text = posted.get(name, "")
    return int(text) if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
