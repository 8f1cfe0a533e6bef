"""The rules on lines of goods, made for each list that has them; the last two digits of an id mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, Protocol

from tempgoods_edi.codelists import Tariff, tariff
from tempgoods_edi.declarations._sources import assumed, decree, published
from tempgoods_edi.records.parts import GoodsDescription, GoodsDisposal
from tempgoods_edi.rules import Facts, Hit, Rule, rule
from tempgoods_edi.values import Bilingual, Severity

#: A quantity has up to 19 digits and a price up to 25: products must not be rounded before they are compared.
_EXACT = Context(prec=50)
_CONSUMED = "2"
_NOT_CONSUMABLE = {
    "22": Bilingual("酒类", "alcohol"),
    "24": Bilingual("烟草", "tobacco"),
    "27": Bilingual("燃料", "fuel"),
}


class Numbered(Protocol):
    """A line with a number."""

    @property
    def gds_seq_no(self) -> int: ...


class Line(GoodsDescription, GoodsDisposal, Protocol):
    """A line that describes goods and says what becomes of them."""


#: The lines of a document.
Lines = Callable[[Any], Sequence[Any]]


def numbering(area: str, tag: str, lines: Lines) -> tuple[Rule[Any], ...]:
    """Line numbers are 1, 2, 3 … in any order."""

    @rule(
        f"TG-{area}-101",
        at=f"{tag}[]/GdsSeqNo",
        zh="序号 {value} 与第 {first} 行重复",
        en="Line number {value} was already given to row {first}",
        fix=Bilingual("序号由系统填写，从1连续编号", "The system numbers the lines from 1 without gaps"),
        source=published("金关二期 gdsSeqno：序号唯一"),
    )
    def line_numbers_are_unique(doc: Any, facts: Facts) -> Iterator[Hit]:
        numbers = [line.gds_seq_no for line in lines(doc)]
        if len(set(numbers)) == len(numbers):
            return
        first: dict[int, int] = {}
        for row, number in enumerate(numbers, 1):
            if first.setdefault(number, row) != row:
                yield Hit(at=(row,), value=number, params={"first": first[number]})

    @rule(
        f"TG-{area}-102",
        at=f"{tag}[]/GdsSeqNo",
        zh="共 {count} 行，序号却有 {value}：编号不连续",
        en="There are {count} lines, yet one is numbered {value}: the numbers have a gap",
        fix=Bilingual("序号由系统填写，从1连续编号", "The system numbers the lines from 1 without gaps"),
        source=published("金关二期 gdsSeqno：从1起连续编号"),
    )
    def line_numbers_have_no_gap(doc: Any, facts: Facts) -> Iterator[Hit]:
        found: Sequence[Numbered] = lines(doc)
        count = len(found)
        for row, line in enumerate(found, 1):
            if line.gds_seq_no > count:
                yield Hit(at=(row,), value=line.gds_seq_no, params={"count": count})

    return (line_numbers_are_unique, line_numbers_have_no_gap)


@lru_cache(maxsize=16384)
def _tariff(code: str) -> Tariff | None:
    return tariff(code)


def legal_quantities(area: str, tag: str, lines: Lines) -> tuple[Rule[Any], ...]:
    """The first and second legal unit, as the tariff has them, and their quantities."""

    @rule(
        f"TG-{area}-111",
        at=f"{tag}[]/LawfUnitCd",
        zh="商品编码 {code} 的法定计量单位应为 {unit}，现为“{value}”",
        en="The first legal unit of {code} is {unit}, not {value}",
        fix=Bilingual("改用税则规定的法定计量单位", "Use the legal unit of the tariff"),
        source=published("中华人民共和国进出口税则 法定计量单位"),
    )
    def first_legal_unit_is_the_tariffs(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            if line.lawf_unit_cd is None or line.gdecd is None:
                continue
            entry = _tariff(line.gdecd)
            if entry is not None and entry.first_unit != line.lawf_unit_cd:
                yield _other_unit(row, line.lawf_unit_cd, line.gdecd, entry.first_unit)

    @rule(
        f"TG-{area}-112",
        at=f"{tag}[]/SecdLawfUnitCd",
        zh="商品编码 {code} 的第二法定计量单位应为 {unit}，现为“{value}”",
        en="The second legal unit of {code} is {unit}, not {value}",
        fix=Bilingual(
            "改用税则规定的第二法定计量单位；没有则不填",
            "Use the second legal unit of the tariff, or none where it has none",
        ),
        source=published("中华人民共和国进出口税则 法定计量单位"),
    )
    def second_legal_unit_is_the_tariffs(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            if line.secd_lawf_unit_cd is None or line.gdecd is None:
                continue
            entry = _tariff(line.gdecd)
            if entry is not None and entry.second_unit != line.secd_lawf_unit_cd:
                yield _other_unit(row, line.secd_lawf_unit_cd, line.gdecd, entry.second_unit)

    @rule(
        f"TG-{area}-113",
        at=f"{tag}[]/LawfQty",
        zh="填写了法定计量单位“{unit}”，未填法定数量",
        en="A legal unit is given, {unit}, without its quantity",
        fix=Bilingual("填写法定数量", "Give the quantity in the legal unit"),
        source=published("报关单填制规范：数量及单位"),
        declare_only=True,
    )
    def legal_units_have_their_quantity(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            if line.lawf_qty is None and line.lawf_unit_cd is not None:
                yield Hit(at=(row,), params={"unit": line.lawf_unit_cd})
            if line.secd_lawf_qty is None and line.secd_lawf_unit_cd is not None:
                yield Hit(path=f"{tag}[{row}]/SecdLawfQty", params={"unit": line.secd_lawf_unit_cd})

    @rule(
        f"TG-{area}-114",
        at=f"{tag}[]/LawfUnitCd",
        zh="填写了法定数量 {quantity}，没有法定计量单位",
        en="A legal quantity is given, {quantity}, without its unit",
        fix=Bilingual(
            "法定计量单位由系统按税则填写；税则没有该单位时不填数量",
            "The system takes the unit from the tariff; where it has none, give no quantity",
        ),
        source=published("报关单填制规范：数量及单位"),
        declare_only=True,
    )
    def legal_quantities_have_their_unit(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            if line.lawf_unit_cd is None and line.lawf_qty is not None:
                yield Hit(at=(row,), params={"quantity": line.lawf_qty})
            if line.secd_lawf_unit_cd is None and line.secd_lawf_qty is not None:
                yield Hit(path=f"{tag}[{row}]/SecdLawfUnitCd", params={"quantity": line.secd_lawf_qty})

    @rule(
        f"TG-{area}-115",
        at=f"{tag}[]/LawfQty",
        zh="申报单位与法定单位同为“{unit}”，数量却不同：申报 {declared}，法定 {value}",
        en="Declared and legal unit are both {unit}, yet {declared} are declared and the legal quantity is {value}",
        fix=Bilingual("单位相同时两个数量应一致", "In the same unit the two quantities are the same"),
        source=published("报关单填制规范：数量及单位"),
    )
    def quantities_in_one_unit_are_equal(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            unit = line.dcl_unit_cd
            if unit is None or line.dcl_qty is None:
                continue
            if unit == line.lawf_unit_cd and line.lawf_qty is not None and line.lawf_qty != line.dcl_qty:
                yield Hit(at=(row,), value=line.lawf_qty, params={"unit": unit, "declared": line.dcl_qty})
            if unit == line.secd_lawf_unit_cd and line.secd_lawf_qty is not None and line.secd_lawf_qty != line.dcl_qty:
                yield Hit(
                    path=f"{tag}[{row}]/SecdLawfQty",
                    value=line.secd_lawf_qty,
                    params={"unit": unit, "declared": line.dcl_qty},
                )

    return (
        first_legal_unit_is_the_tariffs,
        second_legal_unit_is_the_tariffs,
        legal_units_have_their_quantity,
        legal_quantities_have_their_unit,
        quantities_in_one_unit_are_equal,
    )


def _other_unit(row: int, given: str, code: str, wanted: str | None) -> Hit:
    unit = Bilingual(wanted, wanted) if wanted else Bilingual("空", "none")
    return Hit(at=(row,), value=given, expected=unit, params={"code": code, "unit": unit})


def values_and_weights(area: str, tag: str, lines: Lines) -> tuple[Rule[Any], ...]:
    """Prices, currencies and weights."""

    @rule(
        f"TG-{area}-121",
        at=f"{tag}[]/TotalPrice",
        zh="总价 {value} 不等于数量 {quantity} × 单价 {price} ＝ {product}",
        en="The total {value} is not {quantity} × {price} = {product}",
        fix=Bilingual("改正数量、单价或总价", "Correct the quantity, the unit price or the total"),
        source=published("报关单填制规范：单价、总价"),
    )
    def total_is_quantity_times_price(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            quantity, price, total = line.dcl_qty, line.unit_price, line.total_price
            if quantity is None or price is None or total is None:
                continue
            product = _EXACT.multiply(quantity, price)
            if product != total and not _is_rounded(product, total):
                yield Hit(
                    at=(row,),
                    value=f"{total:f}",
                    params={"quantity": f"{quantity:f}", "price": f"{price:f}", "product": f"{product:f}"},
                )

    @rule(
        f"TG-{area}-122",
        at=f"{tag}[]/UnitPrice",
        zh="单价为0：免费提供的货物也有价值",
        en="The unit price is 0; goods given free of charge have a value too",
        fix=Bilingual("填写货物的实际价值", "Give what the goods are worth"),
        source=assumed("海关审定完税价格办法：无成交价格的货物另行估价，担保按价值计算"),
        severity=Severity.WARNING,
    )
    def goods_have_a_value(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            if not line.unit_price and line.unit_price is not None:
                yield Hit(at=(row,), value=f"{line.unit_price:f}")

    @rule(
        f"TG-{area}-123",
        at=f"{tag}[]/CurrCd",
        zh="币制“{value}”与第 {first} 行的“{currency}”不一致，一份单证有多种币制",
        en="The currency is {value}, in row {first} it is {currency}: one declaration in several currencies",
        fix=Bilingual(
            "折算为同一币制，或分单申报；确属多币制可照常申报",
            "Convert, or declare apart; go on if the goods are priced so",
        ),
        source=assumed("一份单证宜用同一币制，以便核定担保"),
        severity=Severity.WARNING,
    )
    def there_is_one_currency(doc: Any, facts: Facts) -> Iterator[Hit]:
        currencies = [line.curr_cd for line in lines(doc)]
        if len({*currencies, None}) <= 2:
            return
        first = next(row for row, each in enumerate(currencies, 1) if each is not None)
        usual = currencies[first - 1]
        row = next(row for row, each in enumerate(currencies, 1) if each not in (None, usual))
        yield Hit(at=(row,), value=currencies[row - 1], params={"first": first, "currency": usual})

    @rule(
        f"TG-{area}-124",
        at=f"{tag}[]/NetWt",
        zh="净重 {value} 千克大于毛重 {gross} 千克",
        en="The net weight, {value} kg, is above the gross weight, {gross} kg",
        fix=Bilingual("核对毛重和净重", "Check both weights"),
        source=published("报关单填制规范：毛重、净重"),
    )
    def net_is_not_above_gross(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            if line.net_wt is not None and line.gross_wt is not None and line.net_wt > line.gross_wt:
                yield Hit(at=(row,), value=f"{line.net_wt:f}", params={"gross": f"{line.gross_wt:f}"})

    return (total_is_quantity_times_price, goods_have_a_value, there_is_one_currency, net_is_not_above_gross)


def _is_rounded(product: Decimal, total: Decimal) -> bool:
    """True when *total* is *product* up to one unit of its last place."""
    exponent = total.as_tuple().exponent
    return isinstance(exponent, int) and abs(_EXACT.subtract(product, total)) <= Decimal((0, (1,), exponent))


def disposal(area: str, tag: str, lines: Lines) -> tuple[Rule[Any], ...]:
    """What becomes of the goods, and the mark of a changed line."""

    @rule(
        f"TG-{area}-131",
        at=f"{tag}[]/DisposalCd",
        zh="{kind}（商品编码 {code}）不能作为消耗品免税",
        en="{kind} (code {code}) cannot be consumed free of duty",
        fix=Bilingual(
            "改选其他处置方式，或按一般货物办理进口", "Choose another disposal, or import it as ordinary goods"
        ),
        source=decree("第二十条：酒精饮料、烟草制品、燃料不适用"),
    )
    def alcohol_tobacco_and_fuel_are_not_consumed(doc: Any, facts: Facts) -> Iterator[Hit]:
        for row, line in enumerate(lines(doc), 1):
            if line.disposal_cd == _CONSUMED and line.gdecd is not None and line.gdecd[:2] in _NOT_CONSUMABLE:
                kind = _NOT_CONSUMABLE[line.gdecd[:2]]
                yield Hit(at=(row,), value=line.disposal_cd, params={"kind": kind, "code": line.gdecd})

    @rule(
        f"TG-{area}-132",
        at=f"{tag}[]/ModfMarkCd",
        zh="不是变更申报，却填写了修改标志“{value}”",
        en="A line is marked as changed ({value}), but this is no change",
        fix=Bilingual(
            "清空修改标志；若要变更，申报类型应为2", "Clear the mark; for a change the declaration type is 2"
        ),
        source=published("金关二期 modfMarkcd：变更时使用"),
    )
    def only_a_change_marks_lines(doc: Any, facts: Facts) -> Iterator[Hit]:
        if doc.head.dcl_type_cd == "2":
            return
        for row, line in enumerate(lines(doc), 1):
            if line.modf_mark_cd is not None:
                yield Hit(at=(row,), value=line.modf_mark_cd)

    return (alcohol_tobacco_and_fuel_are_not_consumed, only_a_change_marks_lines)


def goods(area: str, tag: str, lines: Lines) -> tuple[Rule[Any], ...]:
    """Every rule on a list of described goods."""
    return (
        *numbering(area, tag, lines),
        *legal_quantities(area, tag, lines),
        *values_and_weights(area, tag, lines),
        *disposal(area, tag, lines),
    )
