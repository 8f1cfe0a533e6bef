"""Goods lines of customs entries, looked up and copied into the list (W16, W22)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from msgspec import Struct

from tempgoods_edi import codec
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.sections import leaves
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.forms import texts
from tempgoods_edi.web.forms.fields import readable
from tempgoods_edi.web.forms.form_pages import shape_of
from tempgoods_edi.web.forms.form_requests import Session, kind_of
from tempgoods_edi.web.forms.model import Shape, Tree, value_at
from tempgoods_edi.web.shell.context import Context, context
from tempgoods_edi.web.shell.language import language

router = APIRouter()

#: What customs' answer calls otherwise than a goods line: line's tag ← answer's tag.
_OTHERWISE = {
    "DclUnitCd": "EntryUnitCd",
    "RemainQty": "AvailableQty",
    # All that is still there is offered; whoever wants less writes less.
    "LoanQty": "AvailableQty",
    "ExtQty": "AvailableQty",
}


class Found(Struct, frozen=True):
    """The goods lines that customs answered with.

    :ivar columns: fields of an entry's goods line.
    :ivar lines: each as people read it, and the goods line that it becomes.
    :ivar text: what is to be said when there are none.
    """

    columns: tuple[FieldSpec, ...] = ()
    lines: tuple[tuple[tuple[Bilingual, ...], Tree], ...] = ()
    text: Bilingual | None = None
    entry: str = ""
    item: str = ""


def exhibition_path(shape: Shape) -> str | None:
    """The head field that names the exhibition whose entries are meant; None when the kind has none."""
    return next((path for path, spec in leaves(shape.spec) if spec.lookup == "exhibition"), None)


def look_up(services: Context, actor: Actor, shape: Shape, exhibition: str, entry: str, item: str) -> Found:
    """The goods lines of an entry, or of all entries of an exhibition; *item* counts only beside an entry."""
    entry, item = entry.strip(), item.strip()
    asked = Found(entry=entry, item=item)
    if services.customs_queries is None or not (entry or exhibition):
        return _without(asked, texts.NOTHING_TO_ASK)
    try:
        answered = services.customs_queries.entry_goods(
            actor,
            exhibition_no=exhibition or None,
            entry_no=entry or None,
            entry_g_no=int(item) if entry and item.isdecimal() and len(item) < 10 else None,
        )
    except TempgoodsError as why:  # customs does not answer, or would not take the question
        return _without(asked, why.text)
    group = _answer_group()
    columns = tuple(child for child in group.children if isinstance(child, FieldSpec))
    lines = tuple(_line(shape, columns, tree) for tree in _trees(group, answered))
    return Found(columns, lines, None if lines else texts.NOTHING_FOUND, entry, item)


def taken(found: Found, picked: Sequence[str]) -> list[Tree]:
    """The goods lines to add for the ticked lines of *found*."""
    return [line for number, (_, line) in enumerate(found.lines, start=1) if str(number) in picked]


@router.get("/lookup/entry-goods")
def entry_goods(
    request: Request, session: Session, slug: str, exhibition: str = "", entry: str = "", item: str = ""
) -> Response:
    """The lookup of an entry's goods, for scripts."""
    kind = kind_of(slug)
    shape = shape_of(kind, None, {})
    found = look_up(context(request), session.actor, shape, exhibition[:32], entry[:32], item[:9])
    lang = language(request)
    return JSONResponse(
        {
            "columns": [column.label.in_(lang) for column in found.columns],
            "lines": [{"cells": [text.in_(lang) for text in cells], "row": row} for cells, row in found.lines],
            "text": found.text.in_(lang) if found.text else "",
        }
    )


def asked_from(shape: Shape, tree: Tree) -> str:
    """The exhibition that the document names; empty when there is none."""
    path = exhibition_path(shape)
    return value_at(tree, path) if path else ""


def _answer_group() -> GroupSpec:
    group = reader.message("TMP261").root.at("EntryGoods")
    assert isinstance(group, GroupSpec)  # noqa: S101 - the schema says so
    return group


def _trees(group: GroupSpec, answered: Iterable[Any]) -> Iterable[Tree]:
    for each in answered:
        yield each if isinstance(each, dict) else codec.to_tree(group, each)


def _line(shape: Shape, columns: tuple[FieldSpec, ...], tree: Tree) -> tuple[tuple[Bilingual, ...], Tree]:
    row: Tree = {}
    for spec in shape.columns[1:]:
        text = tree.get(spec.tag)
        if text is None:
            text = tree.get(_OTHERWISE.get(spec.tag, ""))
        if text is not None:
            row[spec.tag] = text
    return tuple(readable(column, tree.get(column.tag) or "") for column in columns), row


def _without(asked: Found, text: Bilingual) -> Found:
    return Found((), (), text, asked.entry, asked.item)
