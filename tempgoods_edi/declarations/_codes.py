"""Rules on coded fields, derived from the schema: every code must be in its list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tempgoods_edi.codelists import CodeList, code_list
from tempgoods_edi.declarations import _plan
from tempgoods_edi.declarations._sources import published
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual, Severity


def _is_in_a_closed_list(field: FieldSpec) -> bool:
    return field.codelist is not None and field.widget != "locked" and code_list(field.codelist).closed


def _is_in_an_open_list(field: FieldSpec) -> bool:
    return field.codelist is not None and field.widget != "locked" and not code_list(field.codelist).closed


def _unknown(doc: Any, columns: tuple[_plan.FieldColumn, ...]) -> Iterator[Hit]:
    for column in columns:
        codes = code_list(column.field.codelist or "")
        if not codes.has_all(column.values(doc)):
            yield from column.hits(doc, partial(_is_outside, codes), title=codes.title, vintage=codes.vintage)


def _is_outside(codes: CodeList, code: str) -> bool:
    return code not in codes


@rule(
    "TG-HEAD-004",
    at="",
    zh="{label}“{value}”不在{title}代码表中",
    en="{label} {value} is not in the list of {title}",
    fix=Bilingual("从代码表中选择", "Choose a code from the list"),
    source=published("海关总署通关参数；暂时进出境类别见海关总署令第233号第三条"),
)
def codes_of_closed_lists_are_known(doc: Any, facts: Facts) -> Iterator[Hit]:
    """A code is in its closed list, which a regulation fixes."""
    yield from _unknown(doc, _plan.columns(doc.__class__, _is_in_a_closed_list))


@rule(
    "TG-HEAD-005",
    at="",
    zh="{label}“{value}”不在本系统的{title}代码表（{vintage}版）中",
    en="{label} {value} is not in our list of {title} (edition of {vintage})",
    fix=Bilingual("核对代码；若为新增代码可照常申报", "Check the code; if it is a newer one, go on"),
    source=published("海关总署通关参数"),
    severity=Severity.WARNING,
)
def codes_of_open_lists_are_known(doc: Any, facts: Facts) -> Iterator[Hit]:
    """A code is in its open list, which customs extend: the code may be newer than our edition."""
    yield from _unknown(doc, _plan.columns(doc.__class__, _is_in_an_open_list))


CODES = (codes_of_closed_lists_are_known, codes_of_open_lists_are_known)
