"""Reads goods from sheets that an enterprise uploads, in another process, a few per enterprise at a time."""

from __future__ import annotations

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.inspecting import LINE
from tempgoods_edi.interchange import sheet
from tempgoods_edi.interchange.sheet import SheetRead
from tempgoods_edi.schema.spec import GroupSpec


def read_goods(actor: Actor, goods: GroupSpec, name: str, data: bytes) -> SheetRead:
    """Read the goods in a file: `interchange.sheet.read_sheet`; raises `apart.line.Busy`."""
    with LINE.place(actor.enterprise_no):
        return sheet.read_sheet(goods, name, data)
