"""The catalogue of all problems that a message can have: for checks, docs and tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from tempgoods_edi.declarations import all_declarations
from tempgoods_edi.envelope import problems as envelope
from tempgoods_edi.interchange import json_form, sheet_problems
from tempgoods_edi.rules import Rule
from tempgoods_edi.schema import problems as schema
from tempgoods_edi.second_opinion import comparing as second_opinion
from tempgoods_edi.signing import problems as signing
from tempgoods_edi.values import MORE, Bilingual, Problem

#: What the middle part of an id says: ``TG-<AREA>-<number>``.
AREAS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "ALL": Bilingual("任何内容", "anything"),
        "XML": Bilingual("文件与XML", "file and XML"),
        "JSON": Bilingual("JSON形式", "JSON form"),
        "SHEET": Bilingual("商品表格（Excel、CSV）", "sheet of goods (Excel, CSV)"),
        "ENV": Bilingual("信封", "envelope"),
        "SIG": Bilingual("签名", "signature"),
        "XSD": Bilingual("报文规范", "schema"),
        "HEAD": Bilingual("表头（各类申报）", "head of every declaration"),
        "DOC": Bilingual("随附单证", "accompanying documents"),
        "EXH": Bilingual("展览会备案", "exhibition filing"),
        "LOAN": Bilingual("外借展品清单", "list of exhibits lent out"),
        "CONF": Bilingual("确认申报", "confirmation"),
        "EXT": Bilingual("延期申报", "extension"),
        "QRY": Bilingual("查询", "queries"),
        # Of the simulator alone; its own modules list them.
        "CUS": Bilingual("模拟海关", "simulated customs"),
        "SIM": Bilingual("模拟海关的设置文件", "set-up files of simulated customs"),
    }
)


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of the catalogue.

    :ivar rule: how it is judged, when it is a business rule.
    :ivar messages: codes of the messages it is judged on; empty for what any message can have.
    """

    problem: Problem
    rule: Rule[Any] | None = None
    messages: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id that people quote, e.g. ``TG-EXH-001``."""
        return self.problem.id

    @property
    def area(self) -> str:
        """The middle part of the id, a key of `areas`."""
        return self.problem.id.split("-")[1]


@cache
def areas() -> Mapping[str, Bilingual]:
    """`AREAS`, with the areas of further messages' own rules, named after the message."""
    own = {rule.id.split("-")[1]: each.spec.title for each in all_declarations() for rule in each.rules}
    return {**AREAS, **{area: title for area, title in own.items() if area not in AREAS}}


@cache
def catalogue() -> tuple[Entry, ...]:
    """All problems in the order in which a check finds them, each id once."""
    found = [
        Entry(problem=problem)
        for problems in (
            (MORE,),
            envelope.PROBLEMS,
            json_form.PROBLEMS,
            sheet_problems.PROBLEMS,
            signing.PROBLEMS,
            schema.PROBLEMS,
            second_opinion.PROBLEMS,
        )
        for problem in problems
    ]
    rules: dict[str, tuple[Rule[Any], list[str]]] = {}
    for declaration in all_declarations():
        for rule in declaration.rules:
            rules.setdefault(rule.id, (rule, []))[1].append(declaration.code)
    found += [Entry(problem=rule.problem, rule=rule, messages=tuple(codes)) for rule, codes in rules.values()]
    order = list(areas())
    return tuple(sorted(found, key=lambda entry: (order.index(entry.area), entry.id)))


@cache
def _by_id() -> Mapping[str, Entry]:
    return {entry.id: entry for entry in catalogue()}


def entry(id: str) -> Entry | None:
    """The catalogue entry *id*, without regard to case; None when there is none."""
    return _by_id().get(id.upper())
