"""Makes a valid text for any leaf of any message, from its facets, its code list and its kind of number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from tempgoods_edi import numbers
from tempgoods_edi.codelists import code_list
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.patterns import Sampler, sampler
from tempgoods_edi.testing.texts import text

_FIRST_DAY = date(1900, 1, 1)
_DAYS = (date(2099, 12, 31) - _FIRST_DAY).days
_USCC_KINDS = ("91", "92", "93", "11", "12", "31", "51", "52", "53")
_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CAPITALS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@cache
def writer(field: FieldSpec) -> Sampler:
    """A sampler of valid texts for *field*."""
    facets = field.facets
    if facets.options:
        return lambda c: c.pick(facets.values)
    if field.codelist is not None:
        codes = code_list(field.codelist).codes()
        return lambda c: c.pick(codes)
    if field.number is not None and field.number in _NUMBERS:
        return _NUMBERS[field.number]
    if field.atom in _DATES:
        return _DATES[field.atom]
    if facets.pattern is not None:
        return sampler(facets.pattern)
    if field.atom == "decimal":
        return _decimal(field)
    if field.atom == "integer":
        low, high = int(facets.min_inclusive or 0), int(facets.max_inclusive or 99999)
        return lambda c: str(c.between(low, min(high, low + 9)) if c.one_in(2) else c.between(low, high))
    low, high = facets.min_length or 0, facets.max_length or 64
    return lambda c: text(c, low, high)


def _decimal(field: FieldSpec) -> Sampler:
    facets = field.facets
    places = facets.fraction_digits or 0
    whole = (facets.total_digits or 18) - places
    return lambda c: decimal_text(c, c.between(1, 4) if c.below(4) else c.between(1, whole), places)


def decimal_text(c: Choices, whole: int, places: int) -> str:
    """A number above zero with *whole* digits before the point and up to *places* after it."""
    digits = str(c.between(1, 9)) + c.digits(whole - 1) if whole > 1 else str(c.between(1, 9))
    fraction = c.below(places + 1)
    return f"{digits}.{c.digits(fraction)}" if fraction else digits


def uscc(c: Choices) -> str:
    """A unified social credit code with its check character."""
    first17 = c.pick(_USCC_KINDS) + c.pick(regions()) + "00" + "".join([c.pick(_USCC_LETTERS) for _ in range(9)])
    return first17 + numbers.uscc_check_character(first17)


def enterprise_no(c: Choices) -> str:
    """A ten-character customs code from a known region."""
    return c.pick(regions()) + "".join([c.pick(_CAPITALS_AND_DIGITS) for _ in range(6)])


def entry_no(c: Choices, year: int = 2026, direction: str = "") -> str:
    """The number of an entry of *year*; *direction* ``I`` or ``E``, else either."""
    mark = {"I": "1", "E": "0"}.get(direction) or c.pick("10")
    return f"{c.pick(offices())}{year:04d}{mark}{c.digits(9)}"


def customs_no(c: Choices, prefix: str = "", year: int = 2026) -> str:
    """A number that customs issues; *prefix* that of a declaration, else any of them."""
    return f"{prefix or c.pick(_prefixes())}{c.pick(offices())}{year % 100:02d}{c.digits(6)}"


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(spec.declaration.prefix for spec in reader.messages() if spec.declaration is not None)


@cache
def offices() -> tuple[str, ...]:
    """The codes of every known customs office."""
    return code_list("customs_offices").codes()


@cache
def regions() -> tuple[str, ...]:
    """The codes of every known region of registration: the first four digits of a customs code."""
    return tuple(sorted({code[:4] for code in code_list("domestic_districts").codes() if code[:4].isdigit()}))


def _date(c: Choices) -> date:
    return _FIRST_DAY + timedelta(c.below(_DAYS + 1))


def date_text(day: date) -> str:
    """A date in the form of outward messages."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _clock(c: Choices) -> str:
    return f"{c.below(24):02d}:{c.below(60):02d}:{c.below(60):02d}"


_NUMBERS: dict[str, Callable[[Choices], str]] = {
    "uscc": uscc,
    "enterprise": enterprise_no,
    "entry": entry_no,
    "customs": customs_no,
}
_DATES: dict[str, Callable[[Choices], str]] = {
    "date": lambda c: date_text(_date(c)),
    "datetime": lambda c: f"{_date(c).isoformat()} {_clock(c)}",
    "isodatetime": lambda c: f"{_date(c).isoformat()}T{_clock(c)}",
}
