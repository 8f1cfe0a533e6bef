"""Conditions on goods lines: numbering, prices, weights, disposal; see ``_lines`` for their ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from typing import Any

from tempgoods_edi.declarations._legal_units import LEGAL_UNITS
from tempgoods_edi.declarations._lines import Lines, line_rule
from tempgoods_edi.declarations._sources import assumed, decree, published
from tempgoods_edi.rules import Hit, Rule
from tempgoods_edi.values import Bilingual, Severity

#: A quantity has up to 19 digits and a price up to 25: products must not be rounded before they are compared.
_EXACT = Context(prec=50)
_CHANGE = "2"
_CONSUMED = "2"
_NOT_CONSUMABLE = {
    "22": Bilingual("酒类", "alcohol"),
    "24": Bilingual("烟草", "tobacco"),
    "27": Bilingual("燃料", "fuel"),
}


@line_rule(
    101,
    "GdsSeqNo",
    zh="序号 {value} 与第 {first} 行重复",
    en="Line number {value} was already given to row {first}",
    fix=Bilingual("序号由系统填写，从1连续编号", "The system numbers the lines from 1 without gaps"),
    source=published("金关二期 gdsSeqno：序号唯一"),
)
def line_numbers_are_unique(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """A line number is used once, because everyone names lines by number."""
    numbers = [line.gds_seq_no for line in lines]
    if len(set(numbers)) != len(numbers):
        first: dict[int, int] = {}
        for row, number in enumerate(numbers, 1):
            if first.setdefault(number, row) != row:
                yield Hit(at=(row,), value=number, params={"first": first[number]})


@line_rule(
    102,
    "GdsSeqNo",
    zh="共 {count} 行，序号却有 {value}：编号不连续",
    en="There are {count} lines, yet one is numbered {value}: the numbers have a gap",
    fix=Bilingual("序号由系统填写，从1连续编号", "The system numbers the lines from 1 without gaps"),
    source=published("金关二期 gdsSeqno：从1起连续编号"),
)
def line_numbers_have_no_gap(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """Line numbers run from 1 to the number of lines, in any order."""
    count = len(lines)
    for row, line in enumerate(lines, 1):
        if line.gds_seq_no > count:
            yield Hit(at=(row,), value=line.gds_seq_no, params={"count": count})


@line_rule(
    121,
    "TotalPrice",
    zh="总价 {value} 不等于数量 {quantity} × 单价 {price} ＝ {product}",
    en="The total {value} is not {quantity} × {price} = {product}",
    fix=Bilingual("改正数量、单价或总价", "Correct the quantity, the unit price or the total"),
    source=published("报关单填制规范：单价、总价"),
)
def total_is_quantity_times_price(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """The total is quantity times price, up to one unit of its last digit."""
    times = _EXACT.multiply
    for row, line in enumerate(lines, 1):
        quantity, price, total = line.dcl_qty, line.unit_price, line.total_price
        if quantity is None or price is None or total is None:
            continue
        product = times(quantity, price)
        if product != total and not _is_rounded(product, total):
            params = {"quantity": f"{quantity:f}", "price": f"{price:f}", "product": f"{product:f}"}
            yield Hit(at=(row,), value=f"{total:f}", params=params)


def _is_rounded(product: Decimal, total: Decimal) -> bool:
    """True when *total* is *product* up to one unit of its last place."""
    exponent = total.as_tuple().exponent
    return isinstance(exponent, int) and abs(_EXACT.subtract(product, total)) <= Decimal((0, (1,), exponent))


@line_rule(
    122,
    "UnitPrice",
    zh="单价为0：免费提供的货物也有价值",
    en="The unit price is 0; goods given free of charge have a value too",
    fix=Bilingual("填写货物的实际价值", "Give what the goods are worth"),
    source=assumed("海关审定完税价格办法：无成交价格的货物另行估价，担保按价值计算"),
    severity=Severity.WARNING,
)
def goods_have_a_value(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """Goods have a value, because the guarantee is computed from it."""
    for row, line in enumerate(lines, 1):
        if not line.unit_price and line.unit_price is not None:
            yield Hit(at=(row,), value=f"{line.unit_price:f}")


@line_rule(
    123,
    "CurrCd",
    zh="币制“{value}”与第 {first} 行的“{currency}”不一致，一份单证有多种币制",
    en="The currency is {value}, in row {first} it is {currency}: one declaration in several currencies",
    fix=Bilingual(
        "折算为同一币制，或分单申报；确属多币制可照常申报", "Convert, or declare apart; go on if they are priced so"
    ),
    source=assumed("一份单证宜用同一币制，以便核定担保"),
    severity=Severity.WARNING,
)
def there_is_one_currency(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """All lines have one currency; reported once, at the first line that differs."""
    first, usual = 0, None
    for row, line in enumerate(lines, 1):
        if usual is None:
            first, usual = row, line.curr_cd
        elif line.curr_cd not in (None, usual):
            yield Hit(at=(row,), value=line.curr_cd, params={"first": first, "currency": usual})
            return


@line_rule(
    124,
    "NetWt",
    zh="净重 {value} 千克大于毛重 {gross} 千克",
    en="The net weight, {value} kg, is above the gross weight, {gross} kg",
    fix=Bilingual("核对毛重和净重", "Check both weights"),
    source=published("报关单填制规范：毛重、净重"),
)
def net_is_not_above_gross(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """Net weight is not above gross weight, which includes the packing."""
    for row, line in enumerate(lines, 1):
        net, gross = line.net_wt, line.gross_wt
        if net is not None and gross is not None and net > gross:
            yield Hit(at=(row,), value=f"{net:f}", params={"gross": f"{gross:f}"})


@line_rule(
    131,
    "DisposalCd",
    zh="{kind}（商品编码 {code}）不能作为消耗品免税",
    en="{kind} (code {code}) cannot be consumed free of duty",
    fix=Bilingual("改选其他处置方式，或按一般货物办理进口", "Choose another disposal, or import it as ordinary goods"),
    source=decree("第二十条：酒精饮料、烟草制品、燃料不适用"),
)
def alcohol_tobacco_and_fuel_are_not_consumed(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """Goods of chapters 22, 24 and 27 of the tariff are not declared as consumed."""
    for row, line in enumerate(lines, 1):
        if line.disposal_cd == _CONSUMED and line.gdecd is not None and line.gdecd[:2] in _NOT_CONSUMABLE:
            kind = _NOT_CONSUMABLE[line.gdecd[:2]]
            yield Hit(at=(row,), value=line.disposal_cd, params={"kind": kind, "code": line.gdecd})


@line_rule(
    132,
    "ModfMarkCd",
    zh="不是变更申报，却填写了修改标志“{value}”",
    en="A line is marked as changed ({value}), but this is no change",
    fix=Bilingual("清空修改标志；若要变更，申报类型应为2", "Clear the mark; for a change the declaration type is 2"),
    source=published("金关二期 modfMarkcd：变更时使用"),
)
def only_a_change_marks_lines(lines: Sequence[Any], head: Any) -> Iterator[Hit]:
    """Only a change marks its lines: a first filing is all new, a deletion all gone."""
    if head.dcl_type_cd != _CHANGE:
        for row, line in enumerate(lines, 1):
            if line.modf_mark_cd is not None:
                yield Hit(at=(row,), value=line.modf_mark_cd)


NUMBERING = (line_numbers_are_unique, line_numbers_have_no_gap)
DESCRIBED = (
    *NUMBERING,
    *LEGAL_UNITS,
    total_is_quantity_times_price,
    goods_have_a_value,
    there_is_one_currency,
    net_is_not_above_gross,
    alcohol_tobacco_and_fuel_are_not_consumed,
    only_a_change_marks_lines,
)


def numbering(area: str, tag: str, lines: Lines) -> tuple[Rule[Any], ...]:
    """The rules on line numbers of a list."""
    return tuple(each.of(area, tag, lines) for each in NUMBERING)


def goods(area: str, tag: str, lines: Lines) -> tuple[Rule[Any], ...]:
    """All rules on a list of described goods."""
    return tuple(each.of(area, tag, lines) for each in DESCRIBED)
