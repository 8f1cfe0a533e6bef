"""Explains a message that libxml2 refused: every fault, at its path, in the schema's words.

libxml2 stops at the first wrong child, names no element and gives no column; so the spec tree is walked
instead.  The verdict stays libxml2's: this module only finds the words for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml import etree
from msgspec import structs

from tempgoods_edi.schema import problems
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import MOST_FINDINGS, Bilingual, Finding, Problem

_BLANK = " \t\r\n"
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
#: Texts that are more than blanks, between the children of an element; as many as are told.
_STRAY = etree.XPath(f"text()[normalize-space()][position() <= {MOST_FINDINGS + 1}]", smart_strings=False)
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


def faults(group: GroupSpec, element: etree._Element, namespace: str = "", prefix: str = "") -> Iterator[Finding]:
    """Every fault of *element* against *group*.

    :param namespace: the one that all its elements must be in; empty for none.
    :param prefix: path of *element*, ending in ``/`` unless empty.
    """
    yield from _attributes(element, prefix)
    yield from _stray_text(element, prefix)
    counts: dict[str, int] = {}
    at = 0
    known = children_by_tag(group, namespace)
    for child in element.iterchildren(tag=etree.Element):
        found = known.get(str(child.tag))
        if found is None:
            name = etree.QName(child).localname
            yield problems.UNKNOWN_ELEMENT.at(f"{prefix}{name}", value=name)
            continue
        index, spec = found
        counts[spec.tag] = number = counts.get(spec.tag, 0) + 1
        repeated = isinstance(spec, GroupSpec) and spec.repeated
        path = f"{prefix}{spec.tag}[{number}]" if repeated else f"{prefix}{spec.tag}"
        if index < at or (number > 1 and not repeated):
            yield problems.MISPLACED.at(path, value=spec.tag)
        at = max(at, index)
        if isinstance(spec, FieldSpec):
            yield from _leaf(spec, child, path)
        elif spec.max_occurs is not None and number > spec.max_occurs > 1:
            yield problems.TOO_MANY.at(path, label=spec.label, limit=spec.max_occurs)
        else:
            yield from faults(spec, child, namespace, f"{path}/")
    for spec in group.children:
        if spec.required and spec.tag not in counts:
            suffix = "[1]" if isinstance(spec, GroupSpec) and spec.repeated else ""
            yield problems.MISSING.at(f"{prefix}{spec.tag}{suffix}", label=spec.label)


@cache
def children_by_tag(group: GroupSpec, namespace: str) -> dict[str, tuple[int, FieldSpec | GroupSpec]]:
    """The children of *group* with their positions, by their tags in *namespace* as lxml writes them."""
    lead = f"{{{namespace}}}" if namespace else ""
    return {lead + child.tag: (at, child) for at, child in enumerate(group.children)}


def text_of(element: etree._Element) -> str | None:
    """The text of a leaf element; None when it has child elements.  Comments inside are skipped."""
    if not len(element):
        return element.text or ""
    if next(element.iterchildren(tag=etree.Element), None) is not None:
        return None
    return "".join(element.itertext(tag=etree.Element))


def _attributes(element: etree._Element, prefix: str) -> Iterator[Finding]:
    for name in element.attrib:
        if not str(name).startswith(_SCHEMA_INSTANCE):
            yield problems.STRAY_ATTRIBUTE.at(prefix.rstrip("/"), value=str(name))


def _stray_text(element: etree._Element, prefix: str) -> Iterator[Finding]:
    for text in _STRAY(element):
        yield problems.STRAY_TEXT.at(prefix.rstrip("/"), value=text.strip(_BLANK)[:64])


def _leaf(field: FieldSpec, element: etree._Element, path: str) -> Iterator[Finding]:
    yield from _attributes(element, path)
    text = text_of(element)
    if text is None:
        inner = next(element.iterchildren(tag=etree.Element))
        yield problems.CHILD_IN_VALUE.at(path, value=etree.QName(inner).localname)
    else:
        yield from value_faults(field, text, path)


#: What XML 1.0 cannot write at all, not even as an entity.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def character_faults(text: str, path: str) -> Iterator[Finding]:
    """The first character of *text* that XML does not allow, with its place."""
    unfit = NOT_XML.search(text)
    if unfit is not None:
        shown, code = NOT_XML.sub("\ufffd", text[: unfit.end() + 200]), f"U+{ord(unfit[0]):04X}"
        yield problems.NOT_A_CHARACTER.at(path, value=shown, code=code, position=unfit.start() + 1)


_LEAVE_OUT = Bilingual("不填时请去掉该元素；要填则：{fix}", "leave the element out; if it is to be filled: {fix}")


#: A facet that a value breaks, as what is said of it.
_Broken = tuple[Problem, dict[str, Any]]


def value_faults(field: FieldSpec, text: str, path: str) -> Iterator[Finding]:
    """Every facet of *field* that *text* breaks."""
    for problem, about in _broken(field, text):
        found = problem.at(path, **{"value": text, **about})
        # What may be left out must be, when there is nothing in it.
        left_out = not text.strip(_BLANK) and not field.required
        yield structs.replace(found, fix=_LEAVE_OUT.format(fix=found.fix)) if left_out else found


def is_fit(field: FieldSpec, text: str) -> bool:
    """True for a value of *field* without faults; faster than listing the faults."""
    return NOT_XML.search(text) is None and next(_broken(field, text), None) is None


def _broken(field: FieldSpec, text: str) -> Iterator[_Broken]:
    facets = field.facets
    if facets.options:
        if text not in facets.values:
            choices = _choices(field)
            yield problems.NOT_IN_LIST, {"expected": choices, "choices": choices}
    elif facets.pattern is not None:
        if not _compiled(facets.pattern).fullmatch(text):
            yield problems.WRONG_FORM, {"expected": field.type_label, "form": field.type_label}
    elif field.atom in ("decimal", "integer"):
        yield from _number(field, text.strip(_BLANK))
    else:
        low, high = facets.min_length, facets.max_length
        if low is not None and len(text) < low:
            yield problems.TOO_SHORT, {"limit": low, "expected": field.type_label}
        if high is not None and len(text) > high:
            yield problems.TOO_LONG, {"limit": high, "length": len(text), "expected": field.type_label}


@cache
def _choices(field: FieldSpec) -> Bilingual:
    options = field.facets.options
    return Bilingual(
        "、".join(f"{o.value} {o.label.zh}" for o in options), ", ".join(f"{o.value} {o.label.en}" for o in options)
    )


def _number(field: FieldSpec, text: str) -> Iterator[_Broken]:
    facets, expected = field.facets, field.type_label
    form, problem = (
        (_DECIMAL, problems.NOT_A_DECIMAL) if field.atom == "decimal" else (_INTEGER, problems.NOT_AN_INTEGER)
    )
    if not form.fullmatch(text):
        yield problem, {"value": text, "expected": expected}
        return
    # Compared as digit strings: an attacker's million digits must not become a number.
    whole, _, fraction = text.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if facets.total_digits is not None and len(whole) + len(fraction) > facets.total_digits:
        yield problems.TOO_MANY_DIGITS, {"value": text, "limit": facets.total_digits, "expected": expected}
    if facets.fraction_digits is not None and len(fraction) > facets.fraction_digits:
        yield problems.TOO_MANY_DECIMALS, {"value": text, "limit": facets.fraction_digits, "expected": expected}
    number = _sign_and_digits(text)
    if facets.min_inclusive is not None and number < _sign_and_digits(facets.min_inclusive):
        yield problems.TOO_LOW, {"value": text, "limit": facets.min_inclusive, "expected": expected}
    if facets.max_inclusive is not None and number > _sign_and_digits(facets.max_inclusive):
        yield problems.TOO_HIGH, {"value": text, "limit": facets.max_inclusive, "expected": expected}
    if facets.min_exclusive is not None and number <= _sign_and_digits(facets.min_exclusive):
        yield problems.NOT_ABOVE, {"value": text, "limit": facets.min_exclusive, "expected": expected}


def _sign_and_digits(text: str) -> tuple[int, int, str, str]:
    """An ordering key of non-negative numbers of any length; all negative ones sort below as one."""
    whole, _, fraction = text.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if text.startswith("-") and (whole or fraction):
        return (-1, 0, "", "")
    return (0, len(whole), whole, fraction)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
