"""For each facet of a leaf: texts that violate only that facet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from tempgoods_edi.schema import problems
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import writer
from tempgoods_edi.values import Problem

_NO_DAYS = ("20270229", "20271301", "20270431", "20270100", "19000229", "21000101")
_NO_TIMES = ("2027-02-29 10:00:00", "2027-03-18 24:00:00", "2027-03-18 10:60:00", "20270318 100000", "2027-03-18")
_NO_DECIMALS = ("x", "", "1e5", "1,5", "1.5.5", "NaN", "INF", "１", "0x1", "--1", ".")
_NO_INTEGERS = ("x", "", "1.0", "1e2", "１", "1 2", "+")


class FacetFault(Struct, frozen=True):
    """A text that violates one facet, with the *problem* to be found."""

    facet: str
    problem: Problem
    text: str


def facet_faults(field: FieldSpec) -> Iterator[FacetFault]:
    """Every way to violate every facet of *field*."""
    facets = field.facets
    if facets.options:
        yield from _in(
            "enumeration", problems.NOT_IN_LIST, ["~", "", f"{facets.values[0]} "], lambda text: text in facets.values
        )
    elif facets.pattern is not None:
        form = re.compile(facets.pattern)
        yield from _in("pattern", problems.WRONG_FORM, _misformed(field), lambda text: bool(form.fullmatch(text)))
    elif field.atom in ("decimal", "integer"):
        yield from _number_faults(field)
    else:
        if facets.min_length is not None:
            for character in dict.fromkeys(("字", "&", "\r")) if facets.min_length > 1 else ("字",):
                yield FacetFault("minLength", problems.TOO_SHORT, character * (facets.min_length - 1))
        if facets.max_length is not None:
            yield FacetFault("maxLength", problems.TOO_LONG, "字" * (facets.max_length + 1))
            yield FacetFault("maxLength", problems.TOO_LONG, "𠮷" * facets.max_length + "\n")


def _in(facet: str, problem: Problem, texts: list[str], is_right: object) -> Iterator[FacetFault]:
    assert callable(is_right)
    for text in dict.fromkeys(texts):
        if not is_right(text):
            yield FacetFault(facet, problem, text)


def _misformed(field: FieldSpec) -> list[str]:
    right = writer(field)(Choices(0))
    return [
        f"{right}~", "", right[:-1], f" {right}", f"{right}\n", f"{right}{right}", right.lower(),
        right.translate({ord("0"): "０", ord("1"): "１", ord("2"): "２"}),
        *{"date": _NO_DAYS, "datetime": _NO_TIMES, "isodatetime": tuple(t.replace(" ", "T") for t in _NO_TIMES)}.get(
            field.atom, ()
        ),
    ]  # fmt: skip


def _number_faults(field: FieldSpec) -> Iterator[FacetFault]:
    facets = field.facets
    if field.atom == "decimal":
        yield from (FacetFault("decimal", problems.NOT_A_DECIMAL, text) for text in _NO_DECIMALS)
    else:
        yield from (FacetFault("integer", problems.NOT_AN_INTEGER, text) for text in _NO_INTEGERS)
    places = facets.fraction_digits or 0
    if facets.total_digits is not None:
        yield FacetFault("totalDigits", problems.TOO_MANY_DIGITS, "1" * (facets.total_digits + 1))
        yield FacetFault("totalDigits", problems.TOO_MANY_DIGITS, "9" * 400)
        if places:
            whole = facets.total_digits - places + 1
            yield FacetFault("totalDigits", problems.TOO_MANY_DIGITS, f"{'1' * whole}.{'1' * places}")
    if facets.fraction_digits is not None:
        yield FacetFault("fractionDigits", problems.TOO_MANY_DECIMALS, f"1.{'0' * places}1")
    if facets.min_inclusive is not None:
        yield FacetFault("minInclusive", problems.TOO_LOW, str(int(facets.min_inclusive) - 1))
    if facets.max_inclusive is not None:
        yield FacetFault("maxInclusive", problems.TOO_HIGH, str(int(facets.max_inclusive) + 1))
        yield FacetFault("maxInclusive", problems.TOO_HIGH, "9" * 30)
    if facets.min_exclusive is not None:
        yield FacetFault("minExclusive", problems.NOT_ABOVE, facets.min_exclusive)
        yield FacetFault("minExclusive", problems.NOT_ABOVE, f"-{int(facets.min_exclusive) + 1}")
