"""Every kind of outward message, in one tuple: a new one is a module here and a name below."""

from __future__ import annotations

from functools import cache
from typing import Any

from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.declarations.confirmation import CONFIRMATION
from tempgoods_edi.declarations.entry_goods_query import ENTRY_GOODS_QUERY
from tempgoods_edi.declarations.exhibition import EXHIBITION
from tempgoods_edi.declarations.exhibition_query import EXHIBITION_QUERY
from tempgoods_edi.declarations.extension import EXTENSION
from tempgoods_edi.declarations.loan_list import LOAN_LIST
from tempgoods_edi.declarations.receipt_request import RECEIPT_REQUEST
from tempgoods_edi.declarations.write_off_query import WRITE_OFF_QUERY
from tempgoods_edi.rules import Rule

DECLARATIONS: tuple[DeclarationType, ...] = (
    EXHIBITION,
    LOAN_LIST,
    CONFIRMATION,
    EXTENSION,
    RECEIPT_REQUEST,
    EXHIBITION_QUERY,
    ENTRY_GOODS_QUERY,
    WRITE_OFF_QUERY,
)

BY_CODE = {declaration.code: declaration for declaration in DECLARATIONS}


@cache
def all_rules() -> tuple[Rule[Any], ...]:
    """Every business rule once, by id."""
    return tuple(sorted(dict.fromkeys(rule for each in DECLARATIONS for rule in each.rules), key=lambda rule: rule.id))


__all__ = ["BY_CODE", "DECLARATIONS", "DeclarationType", "all_rules"]
