"""Fills in the automatic fields of a declaration: from the card, the day, the tariff, the registry and earlier versions.

All of it follows from the message's own description: a field marked *auto* is filled when a source for it is known
here, whichever kind of declaration it is in.  What a person typed is kept, but for white space around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.codelists import tariff
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.marking import NUMBERS, mark
from tempgoods_edi.numbers import read_entry_number
from tempgoods_edi.rules import Facts, KnownLine
from tempgoods_edi.schema.atoms import decimal_text
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec

_KILOGRAM = "035"


class Declarant(Protocol):
    """A customs declarant (报关员) of the enterprise."""

    @property
    def no(self) -> str:
        """The declarant's number, as messages carry it."""

    @property
    def name(self) -> str:
        """The name of the declarant."""


class _Known(Struct, frozen=True, kw_only=True):
    """Everything the automatic fields come from.

    :ivar base: head of the declaration as it was last saved; None for a new one.
    """

    actor: Actor
    today: date
    base: Mapping[str, Any] | None
    facts: Facts
    names: Mapping[str, str]


def complete(
    actor: Actor,
    kind: Kind,
    tree: Tree,
    base: Tree | None,
    today: date,
    *,
    in_force: Tree | None = None,
    facts: Facts | None = None,
    declarants: Iterable[Declarant] = (),
) -> Tree:
    """*tree* with automatic fields filled, lines numbered, texts trimmed and blank texts left out.

    :param tree: what was typed; nothing in it is changed in place.
    :param base: the declaration as it was last saved: its numbers, type and count of changes are taken over, and its
        documents where *tree* has no list of them; None for a new one.
    :param in_force: the version that a change is about: its lines are marked by what differs.
    :param facts: exhibitions and entries, as far as they are known here; fields that repeat them are filled.
    """
    known = _Known(
        actor=actor,
        today=today,
        base=None if base is None else base.get("Head") or {},
        facts=facts or Facts(today=today),
        names={each.no: each.name for each in declarants},
    )
    made = _trimmed(tree)
    if base is not None and "Documents" not in tree and "Documents" in base:
        made["Documents"] = list(base["Documents"])
    for child in kind.spec.root.children:
        if isinstance(child, FieldSpec):
            _fill(child, made, known)
        elif child.repeated:
            rows = made.get(child.tag)
            if isinstance(rows, list):
                made[child.tag] = [_line(child, row, number, known) for number, row in enumerate(rows, 1)]
        elif isinstance(head := made.setdefault(child.tag, {}), dict):
            made[child.tag] = _head(child, head, known)
    mark(kind.goods, made, in_force)
    return _in_order(kind.spec.root, made)


def prefilled(actor: Actor, kind: Kind, today: date) -> Tree:
    """A new document with the fields that are known before anything is typed."""
    return complete(actor, kind, {}, None, today)


def beginning(kind: Kind, in_force: Tree) -> Tree:
    """The first draft of a change or deletion: the version in force without its own reasons and marks."""
    return _without_reasons(kind.spec.root, in_force)


def _without_reasons(group: GroupSpec, tree: Tree) -> Tree:
    made = {}
    for tag, value in tree.items():
        spec = group.at(tag)
        if isinstance(spec, FieldSpec):
            if not spec.change_only:
                made[tag] = value
        elif spec is not None and isinstance(value, list):
            made[tag] = [_without_reasons(spec, row) for row in value]
        elif spec is not None:
            made[tag] = _without_reasons(spec, value)
    return made


def _trimmed(tree: Tree) -> Tree:
    """Texts without white space around them and with plain line ends; blank ones left out; the rest as it is."""
    made: Tree = {}
    for tag, value in tree.items():
        if isinstance(value, str):
            if text := value.replace("\r\n", "\n").replace("\r", "\n").strip():
                made[tag] = text
        elif isinstance(value, dict):
            made[tag] = _trimmed(value)
        elif isinstance(value, list):
            made[tag] = [_trimmed(row) if isinstance(row, dict) else row for row in value]
        elif value is not None:
            made[tag] = value
    return made


_CARD: Mapping[str, Callable[[Actor], str]] = {
    "InputEtpsNo": lambda actor: actor.enterprise_no,
    "InputEtpsSccd": lambda actor: actor.sccd,
    "InputEtpsNm": lambda actor: actor.enterprise_nm,
    "OperatorNm": lambda actor: actor.operator_nm,
    "IcCardNo": lambda actor: actor.ic_card_no,
    "OperCusRegCode": lambda actor: actor.enterprise_no,
    "DclEtpsNo": lambda actor: actor.enterprise_no,
    "DclEtpsSccd": lambda actor: actor.sccd,
    "DclEtpsNm": lambda actor: actor.enterprise_nm,
}
#: Proposed to whoever has not yet said who declares.
_PROPOSED = ("DclEtpsNo", "DclEtpsSccd", "DclEtpsNm")
#: What a declaration brings along from its last saving, and what a new one has there.
_KEPT: Mapping[str, str | None] = {"SeqNo": None, "DclTypeCd": "1", "ChgTmsCnt": "0"}


def _head(group: GroupSpec, head: Tree, known: _Known) -> Tree:
    if known.base is None and not any(tag in head for tag in _PROPOSED):
        head |= {tag: _CARD[tag](known.actor) for tag in _PROPOSED if group.at(tag) is not None}
    for field in group.children:
        if isinstance(field, FieldSpec):
            _fill(field, head, known)
    return head


def _fill(field: FieldSpec, values: Tree, known: _Known) -> None:
    """Put the right value of one field of the head; leave it alone when nothing is known of it."""
    tag = field.tag
    if field.widget == "locked":
        values.pop(tag, None)
    elif field.widget == "choice":
        _choose(values, known)
    elif not field.auto:
        return
    elif tag in _KEPT or field.number == "customs":
        kept = _KEPT.get(tag) if known.base is None else known.base.get(tag, _KEPT.get(tag))
        _put(values, tag, kept)
    elif tag in _CARD:
        values[tag] = _CARD[tag](known.actor)
    elif tag == "DclDate":
        values[tag] = f"{known.today:%Y%m%d}"
    elif tag == "ImpExpMarkCd":
        entry = read_entry_number(_text(values, "EntryNo"))
        if entry is not None:
            values[tag] = entry.direction
    elif tag == "ExhibitionNm":
        exhibition = (known.facts.exhibitions or {}).get(_text(values, "ExhibitionNo"))
        if exhibition is not None:
            values[tag] = exhibition.name


def _choose(values: Tree, known: _Known) -> None:
    """A declarant is chosen by number; the name follows from it."""
    name = known.names.get(_text(values, "DeclarantNo"))
    if name is not None:
        values["DeclarantNm"] = name


def _text(values: Tree, tag: str) -> str:
    """What is typed there; a form posted by hand may have anything there."""
    value = values.get(tag)
    return value if isinstance(value, str) else ""


def _put(values: Tree, tag: str, text: str | None) -> None:
    if text:
        values[tag] = text
    else:
        values.pop(tag, None)


def _line(group: GroupSpec, row: Any, number: int, known: _Known) -> Any:
    if not isinstance(row, dict):
        return row
    for tag in NUMBERS:
        if group.at(tag) is not None:
            row[tag] = str(number)
    if group.at("LawfUnitCd") is not None:
        _legal_units(row)
    line = _known_line(row, known.facts)
    if line is not None:
        for tag, of in _OF_ENTRY.items():
            spec = group.at(tag)
            if isinstance(spec, FieldSpec) and spec.auto:
                _put(row, tag, of(line))
    return row


_OF_ENTRY: Mapping[str, Callable[[KnownLine], str | None]] = {
    "Gdecd": lambda line: line.hs_code,
    "GdsNm": lambda line: line.name,
    "GdsSpcfModelDesc": lambda line: line.model,
    "EntryQty": lambda line: decimal_text(line.quantity),
    "EntryUnitCd": lambda line: line.unit,
    "UnitPrice": lambda line: _price(line.unit_price),
    "CurrCd": lambda line: line.currency,
    "NatCd": lambda line: line.origin,
    "RemainQty": lambda line: decimal_text(line.remaining),
}


def _price(price: Decimal | None) -> str | None:
    return None if price is None else decimal_text(price)


def _known_line(row: Tree, facts: Facts) -> KnownLine | None:
    entry, item = (facts.entries or {}).get(_text(row, "EntryNo")), _text(row, "EntryGNo")
    return None if entry is None or not re.fullmatch("[0-9]{1,9}", item) else entry.lines.get(int(item))


#: Unit and quantity of each legal pair.
_LEGAL = (("LawfUnitCd", "LawfQty"), ("SecdLawfUnitCd", "SecdLawfQty"))


def _legal_units(row: Tree) -> None:
    """The tariff's units; and, where nothing was typed, the quantities that follow from what is declared.

    A code that the tariff does not have keeps its units: ours may be another edition.  A quantity in the declared unit
    is the declared one, one in kilograms the net weight (报关单填制规范 数量及单位).
    """
    code = _text(row, "Gdecd")
    found = tariff(code)
    if found is not None:
        _put(row, "LawfUnitCd", found.first_unit)
        _put(row, "SecdLawfUnitCd", found.second_unit)
    elif not code:
        row.pop("LawfUnitCd", None)
        row.pop("SecdLawfUnitCd", None)
    for unit, quantity in _LEGAL:
        if unit in row and quantity not in row:
            same = row.get("DclQty") if row[unit] == row.get("DclUnitCd") else None
            _put(row, quantity, same or (row.get("NetWt") if row[unit] == _KILOGRAM else None))


def _in_order(group: GroupSpec, tree: Tree) -> Tree:
    """The tags in the order of the schema; what it does not know comes last."""
    made: Tree = {}
    for child in group.children:
        value = tree.get(child.tag)
        if isinstance(child, GroupSpec) and isinstance(value, dict):
            made[child.tag] = _in_order(child, value)
        elif isinstance(child, GroupSpec) and isinstance(value, list):
            made[child.tag] = [_in_order(child, row) if isinstance(row, dict) else row for row in value]
        elif value is not None:
            made[child.tag] = value
    return made | {tag: value for tag, value in tree.items() if tag not in made}
