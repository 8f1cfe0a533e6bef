"""Conditions on legal units and quantities: the tariff's units, complete, and equal to the declared quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from tempgoods_edi.codelists import Tariff, tariff
from tempgoods_edi.declarations._lines import line_rule
from tempgoods_edi.declarations._sources import published
from tempgoods_edi.rules import Hit
from tempgoods_edi.values import Bilingual

_TARIFF = published("中华人民共和国进出口税则 法定计量单位")
_ENTRY = published("报关单填制规范：数量及单位")

#: The same codes stand in line after line; a row of the table is parsed whenever it is asked for.
_tariff = lru_cache(maxsize=16384)(tariff)

_Pair = Callable[[Any], tuple[Any, Any]]
_FIRST: _Pair = attrgetter("lawf_unit_cd", "lawf_qty")
_SECOND: _Pair = attrgetter("secd_lawf_unit_cd", "secd_lawf_qty")


def _first(entry: Tariff) -> str | None:
    return entry.first_unit


def _second(entry: Tariff) -> str | None:
    return entry.second_unit


def _other_unit(lines: Sequence[Any], pair: _Pair, of: Callable[[Tariff], str | None]) -> Iterator[Hit]:
    for row, line in enumerate(lines, 1):
        unit, code = pair(line)[0], line.gdecd
        if unit is None or code is None:
            continue
        entry = _tariff(code)
        if entry is not None and (right := of(entry)) != unit:
            expected = Bilingual(right, right) if right else Bilingual("空", "none")
            yield Hit(at=(row,), value=unit, expected=expected, params={"code": code, "unit": expected})


@line_rule(
    111,
    "LawfUnitCd",
    zh="商品编码 {code} 的法定计量单位应为 {unit}，现为“{value}”",
    en="The first legal unit of {code} is {unit}, not {value}",
    fix=Bilingual("改用税则规定的法定计量单位", "Use the legal unit of the tariff"),
    source=_TARIFF,
)
def first_legal_unit_is_the_tariffs(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The first legal unit is the tariff's, where our tariff has the code."""
    return _other_unit(lines, _FIRST, _first)


@line_rule(
    112,
    "SecdLawfUnitCd",
    zh="商品编码 {code} 的第二法定计量单位应为 {unit}，现为“{value}”",
    en="The second legal unit of {code} is {unit}, not {value}",
    fix=Bilingual("改用税则规定的第二法定计量单位；没有则不填", "Use the second legal unit of the tariff, if any"),
    source=_TARIFF,
)
def second_legal_unit_is_the_tariffs(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The second legal unit is the tariff's, where our tariff has the code."""
    return _other_unit(lines, _SECOND, _second)


def _no_quantity(lines: Sequence[Any], pair: _Pair) -> Iterator[Hit]:
    for row, (unit, quantity) in enumerate(map(pair, lines), 1):
        if quantity is None and unit is not None:
            yield Hit(at=(row,), params={"unit": unit})


@line_rule(
    113,
    "LawfQty",
    zh="填写了法定计量单位“{unit}”，未填法定数量",
    en="A legal unit is given, {unit}, without its quantity",
    fix=Bilingual("填写法定数量", "Give the quantity in the legal unit"),
    source=_ENTRY,
    declare_only=True,
)
def first_legal_unit_has_its_quantity(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The first legal unit, filled in automatically, has its quantity."""
    return _no_quantity(lines, _FIRST)


@line_rule(
    114,
    "SecdLawfQty",
    zh="填写了第二法定计量单位“{unit}”，未填第二法定数量",
    en="A second legal unit is given, {unit}, without its quantity",
    fix=Bilingual("填写第二法定数量", "Give the quantity in the second legal unit"),
    source=_ENTRY,
    declare_only=True,
)
def second_legal_unit_has_its_quantity(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The second legal unit, filled in automatically, has its quantity."""
    return _no_quantity(lines, _SECOND)


def _no_unit(lines: Sequence[Any], pair: _Pair) -> Iterator[Hit]:
    for row, (unit, quantity) in enumerate(map(pair, lines), 1):
        if unit is None and quantity is not None:
            yield Hit(at=(row,), params={"quantity": f"{quantity:f}"})


@line_rule(
    115,
    "LawfUnitCd",
    zh="填写了法定数量 {quantity}，没有法定计量单位",
    en="A legal quantity is given, {quantity}, without its unit",
    fix=Bilingual("法定计量单位由系统按税则填写", "The system takes the unit from the tariff"),
    source=_ENTRY,
    declare_only=True,
)
def first_legal_quantity_has_its_unit(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The first legal quantity has its unit."""
    return _no_unit(lines, _FIRST)


@line_rule(
    116,
    "SecdLawfUnitCd",
    zh="填写了第二法定数量 {quantity}，没有第二法定计量单位",
    en="A second legal quantity is given, {quantity}, without its unit",
    fix=Bilingual("税则没有第二法定计量单位时，不填数量", "Where the tariff has no second unit, give no quantity"),
    source=_ENTRY,
    declare_only=True,
)
def second_legal_quantity_has_its_unit(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The second legal quantity has its unit."""
    return _no_unit(lines, _SECOND)


def _unequal(lines: Sequence[Any], pair: _Pair) -> Iterator[Hit]:
    for row, line in enumerate(lines, 1):
        unit, quantity = pair(line)
        if unit is not None and unit == line.dcl_unit_cd and quantity is not None:
            declared = line.dcl_qty
            if declared is not None and declared != quantity:
                yield Hit(at=(row,), value=f"{quantity:f}", params={"unit": unit, "declared": f"{declared:f}"})


@line_rule(
    117,
    "LawfQty",
    zh="申报单位与法定单位同为“{unit}”，数量却不同：申报 {declared}，法定 {value}",
    en="Declared and legal unit are both {unit}, yet {declared} are declared and {value} is the legal quantity",
    fix=Bilingual("单位相同时两个数量应一致", "In the same unit the two quantities are the same"),
    source=_ENTRY,
)
def first_legal_quantity_is_the_declared_one(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The first legal quantity equals the declared one when both have the same unit."""
    return _unequal(lines, _FIRST)


@line_rule(
    118,
    "SecdLawfQty",
    zh="申报单位与第二法定单位同为“{unit}”，数量却不同：申报 {declared}，第二法定 {value}",
    en="Declared and second legal unit are both {unit}, yet {declared} are declared and {value} is the legal quantity",
    fix=Bilingual("单位相同时两个数量应一致", "In the same unit the two quantities are the same"),
    source=_ENTRY,
)
def second_legal_quantity_is_the_declared_one(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The second legal quantity equals the declared one when both have the same unit."""
    return _unequal(lines, _SECOND)


LEGAL_UNITS = (
    first_legal_unit_is_the_tariffs,
    second_legal_unit_is_the_tariffs,
    first_legal_unit_has_its_quantity,
    second_legal_unit_has_its_quantity,
    first_legal_quantity_has_its_unit,
    second_legal_quantity_has_its_unit,
    first_legal_quantity_is_the_declared_one,
    second_legal_quantity_is_the_declared_one,
)
