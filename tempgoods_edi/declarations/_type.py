"""The definition of one kind of outward message."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tempgoods_edi.declarations._paper import Paper
from tempgoods_edi.rules import Rule
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.values import Bilingual

#: Headings of the Single Window's menu.
EXHIBITS = Bilingual("展览品", "Exhibits")
TEMPORARY_GOODS = Bilingual("暂时进出境货物", "Temporary goods")


class DeclarationType(Struct, frozen=True):
    """One kind of outward message: its code, and what its schema cannot say.

    Labels, fields, answers, and whether it is numbered or changed come from its schema.  Add a module here and list it in
    ``__init__``.

    :ivar rules: all that it is judged by.
    :ivar heading: what it stands under in a menu.
    :ivar paper: what its print-outs show, where that does not follow from the schema.
    """

    code: str
    rules: tuple[Rule[Any], ...]
    heading: Bilingual = TEMPORARY_GOODS
    paper: Paper = Paper()

    @property
    def spec(self) -> MessageSpec:
        """The message's spec tree."""
        return reader.message(self.code)
