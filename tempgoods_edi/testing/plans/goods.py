"""Plans for goods lines whose units, quantities, prices and weights fit together."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from tempgoods_edi.codec import Tree
from tempgoods_edi.codelists import code_list, tariff
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import decimal_text
from tempgoods_edi.testing.trees import Shape

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_CONSUMED = "2"
#: Alcohol, tobacco and fuel, which are never consumed free of duty.
_NOT_CONSUMABLE = ("22", "24", "27")
#: Digits before the point that a quantity, a unit price and a total may have.
_QUANTITY_DIGITS, _PRICE_DIGITS = 14, 20
_PLACES = 5
_LINE_TAGS = frozenset({"Gdecd", "DclQty", "UnitPrice", "TotalPrice"})


def are_described(tags: frozenset[str]) -> bool:
    """True when a list with these *tags* describes goods the way `line` does."""
    return tags >= _LINE_TAGS


def line_maker(c: Choices, shape: Shape) -> Callable[[int], Tree]:
    """A function that makes the lines of one declaration, with one currency, each from its number."""
    currency = c.pick(code_list("currencies").codes())
    return lambda number: line(c, shape, number, currency)


def line(c: Choices, shape: Shape, number: int, currency: str) -> Tree:
    """The values that rules on goods check, for line *number*."""
    given: Tree = {"GdsSeqNo": str(number), "ModfMarkCd": None, "CurrCd": currency}
    code = c.pick(code_list("hs_codes").codes())
    given["Gdecd"] = code
    given |= _quantities(c, shape, code)
    given |= _prices(c, given["DclQty"])
    given |= _weights(c, shape)
    given["DisposalCd"] = c.pick("1345" if code[:2] in _NOT_CONSUMABLE else "12345")
    if not shape.declared and not shape.has(c):
        given |= dict.fromkeys(("TotalPrice", "CurrCd", "LawfQty", "SecdLawfQty", "DisposalCd"))
    return given


def _quantities(c: Choices, shape: Shape, code: str) -> Tree:
    entry = tariff(code)
    quantity = decimal_text(c, c.between(1, 5) if c.below(8) else c.between(1, _QUANTITY_DIGITS), _PLACES)
    found: Tree = dict.fromkeys(("LawfQty", "LawfUnitCd", "SecdLawfQty", "SecdLawfUnitCd"))
    found["DclQty"] = quantity
    if entry is None:
        return found
    units = code_list("units").codes()
    found["DclUnitCd"] = unit = c.pick(units) if c.one_in(3) else entry.first_unit
    if shape.has(c):
        found["LawfUnitCd"] = entry.first_unit
        found["LawfQty"] = quantity if unit == entry.first_unit else decimal_text(c, 4, _PLACES)
    if entry.second_unit is not None and shape.has(c):
        found["SecdLawfUnitCd"] = entry.second_unit
        found["SecdLawfQty"] = quantity if unit == entry.second_unit else decimal_text(c, 3, _PLACES)
    return found


def _prices(c: Choices, quantity: str) -> Tree:
    room = _PRICE_DIGITS - len(quantity.partition(".")[0])
    price = decimal_text(c, min(c.between(1, 6) if c.below(8) else c.between(1, _PRICE_DIGITS), room), _PLACES)
    product = _EXACT.multiply(Decimal(quantity), Decimal(price))
    exact = max(0, -int(product.as_tuple().exponent))
    places = min(exact, _PLACES) if c.below(3) else c.below(_PLACES + 1)
    total = product.quantize(Decimal((0, (1,), -places)), context=_EXACT)
    return {"UnitPrice": price, "TotalPrice": f"{total:f}"}


def _weights(c: Choices, shape: Shape) -> Tree:
    net = decimal_text(c, c.between(1, 4), _PLACES)
    gross = f"{Decimal(net) + c.below(100):f}"
    return {"GrossWt": gross if shape.has(c) else None, "NetWt": net if shape.has(c) else None}
