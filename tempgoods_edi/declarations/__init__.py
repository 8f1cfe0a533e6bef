"""Every kind of outward message in one table: a new one is a schema, a module here, a line below and a fixture.

A kind's module is loaded when its kind is met, so that a process that meets one message pays for one kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from tempgoods_edi.declarations._paper import Paper, PrintColumn
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.rules import Rule

NAMES: Mapping[str, str] = {
    "TMP101": "exhibition",
    "TMP111": "loan_list",
    "TMP121": "confirmation",
    "TMP131": "extension",
    "TMP141": "receipt_request",
    "TMP151": "exhibition_query",
    "TMP161": "entry_goods_query",
    "TMP171": "write_off_query",
}
"""Each kind's module by its code: its name in addresses and setting files too."""


class _ByCode(Mapping[str, DeclarationType]):
    """The kinds by code, each loaded when it is asked for."""

    def __getitem__(self, code: str) -> DeclarationType:
        return _loaded(NAMES[code])

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


@cache
def _loaded(module: str) -> DeclarationType:
    declared: DeclarationType = getattr(import_module(f"tempgoods_edi.declarations.{module}"), module.upper())
    return declared


BY_CODE: Mapping[str, DeclarationType] = _ByCode()


@cache
def all_declarations() -> tuple[DeclarationType, ...]:
    """Every kind of declaration, by code."""
    return tuple(BY_CODE.values())


@cache
def all_rules() -> tuple[Rule[Any], ...]:
    """Every business rule once, by id."""
    return tuple(
        sorted(dict.fromkeys(rule for each in all_declarations() for rule in each.rules), key=lambda rule: rule.id)
    )


__all__ = ["BY_CODE", "NAMES", "DeclarationType", "Paper", "PrintColumn", "all_declarations", "all_rules"]
