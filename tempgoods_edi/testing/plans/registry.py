"""Customs entries as the registry has them, for messages about goods that have come or left already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tempgoods_edi.codec import Tree
from tempgoods_edi.codelists import code_list
from tempgoods_edi.lifecycle.deadlines import add_months
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import decimal_text, entry_no
from tempgoods_edi.testing.texts import text
from tempgoods_edi.testing.trees import Shape

_QUANTITY_DIGITS, _PRICE_DIGITS, _PLACES = 14, 20, 5


def entry(
    c: Choices, day: date, parties: frozenset[str], lines: int, *, direction: str = "", exhibition: str | None = None
) -> KnownEntry:
    """An entry of *day* with *lines* items, none of which is used up."""
    return KnownEntry(
        entry_no=entry_no(c, day.year, direction),
        ie_date=day,
        deadline=add_months(day, 6),
        enterprise_nos=parties,
        lines={item: _line(c, item) for item in _items(c, lines)},
        exhibition_no=exhibition,
    )


def _items(c: Choices, lines: int) -> range:
    first = c.between(1, 20)
    return range(first, first + lines)


def _line(c: Choices, item: int) -> KnownLine:
    quantity = Decimal(decimal_text(c, c.between(1, _QUANTITY_DIGITS), _PLACES))
    third = (quantity / 3).quantize(Decimal("0.00001")) if c.below(2) else Decimal(0)
    return KnownLine(
        item_no=item,
        hs_code=c.pick(code_list("hs_codes").codes()),
        name=text(c, 1, 512),
        quantity=quantity,
        unit=c.pick(code_list("units").codes()),
        model=text(c, 1, 512) if c.below(2) else None,
        unit_price=Decimal(decimal_text(c, c.between(1, _PRICE_DIGITS), _PLACES)) if c.below(2) else None,
        currency=c.pick(code_list("currencies").codes()),
        origin=c.pick(code_list("countries").codes()),
        lent=third if c.below(2) else Decimal(0),
        returned=third if c.below(2) else Decimal(0),
    )


def part_of(c: Choices, whole: Decimal) -> str:
    """A quantity above zero, of at most *whole*."""
    if c.below(3) == 0:
        return f"{whole:f}"
    part = (whole * c.between(1, 99) / 100).quantize(Decimal("0.00001"))
    return f"{part if 0 < part <= whole else whole:f}"


def copied(c: Choices, shape: Shape, values: Mapping[str, object]) -> Tree:
    """The values that a message copies from an entry, by tag; each may be left out."""
    given: Tree = {}
    for tag, value in values.items():
        written = f"{value:f}" if isinstance(value, Decimal) else value
        given[tag] = written if shape.has(c) else None
    return given
