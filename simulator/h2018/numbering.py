"""The numbering of declarations: which get a customs number, and its prefix, from their schemas or from settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tempgoods_edi.declarations import NAMES
from tempgoods_edi.schema import reader


@cache
def numbered() -> frozenset[str]:
    """Names of the declarations that get a customs number, as settings spell them."""
    return frozenset(name for code, name in NAMES.items() if reader.message(code).declaration is not None)


def prefix_of(code: str, others: Mapping[str, str]) -> str:
    """The letters that begin the customs numbers of declarations of type *code*.

    :param others: letters that were set, by name of the declaration.
    :raises ValueError: messages of that type get no number.
    """
    declared = reader.message(code).declaration
    if declared is None:
        raise ValueError(f"{code} is no declaration")
    return others.get(NAMES[code], declared.prefix)
