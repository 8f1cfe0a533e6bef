"""What one kind of declaration is made of."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tempgoods_edi.rules import Rule
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import MessageSpec


class DeclarationType(Struct, frozen=True):
    """One kind of outward message: its code and the rules of its own.

    Labels, fields and answers come from its schema.  Add a module here and list it in ``__init__``.
    """

    code: str
    rules: tuple[Rule[Any], ...]

    @property
    def spec(self) -> MessageSpec:
        """Its spec tree."""
        return reader.message(self.code)
