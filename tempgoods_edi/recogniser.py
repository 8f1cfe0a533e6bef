"""Recognises canonical messages fast: gives the record, or *don't know*, but never a refusal.

Every schema in the house profile is a regular language, so a message in canonical form can be parsed,
validated and bound in one pass of `re`.  A match means: well-formed, valid by the schema, and exactly these values.
Anything else — another spelling, an entity, a fault — is left to libxml2, which has the last word.  That the
two agree is a property test (strategies and mutants).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from tempgoods_edi.codec import record_class
from tempgoods_edi.schema.atoms import PARSE
from tempgoods_edi.schema.patterns import NOT_PLAIN, in_markup
from tempgoods_edi.schema.spec import Facets, FieldSpec, GroupSpec
from tempgoods_edi.shorthand import END, LAST, PART

#: A reader takes the text and a position; the record and the position after it, or None for *don't know*.
Reader = Callable[[str, int], "tuple[Any, int] | None"]

#: Characters of canonical text content; ``&`` is looked at afterwards.
_PLAIN_CHAR = f"[^{NOT_PLAIN}]"
_CHAR = _PLAIN_CHAR.replace("&", "")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&#xD;": "\r"}
_ENTITY = re.compile("&(?:amp|lt|gt|#xD);")


@cache
def reader(group: GroupSpec) -> Reader | None:
    """A fast reader of one group; None when one of its facets has no fast form."""
    try:
        return _group(group)
    except _NoFastForm:
        return None


@cache
def matcher(group: GroupSpec) -> Callable[[str], bool]:
    """A function that is true for a valid canonical element of *group* without entities; False means *don't know*."""
    return _matching(group, _expression)


@cache
def shorthand_matcher(group: GroupSpec) -> Callable[[str], bool]:
    """A matcher for the shorthand that `shorthand.writer` writes; the caller counts the values."""
    return _matching(group, _shorthand)


def _matching(group: GroupSpec, expression: Callable[[GroupSpec], str]) -> Callable[[str], bool]:
    try:
        whole = re.compile(expression(group).replace(_CHAR, _PLAIN_CHAR))
    except _NoFastForm:
        return lambda text: False
    return lambda text: whole.fullmatch(text) is not None


class _NoFastForm(Exception):
    """A facet outside what this module translates."""


def _group(group: GroupSpec) -> Reader:
    fields = [child for child in group.children if isinstance(child, FieldSpec)]
    if len(fields) == len(group.children):
        return _flat(group, fields)
    opening, closing, make = f"<{group.tag}>", f"</{group.tag}>", record_class(group)
    parts: list[Callable[[str, int, dict[str, Any]], int]] = []
    run: list[FieldSpec] = []
    for child in (*group.children, None):
        if isinstance(child, FieldSpec):
            run.append(child)
            continue
        if run:
            parts.append(_leaves(run))
            run = []
        if child is not None:
            parts.append(_inner(child))

    def read(text: str, at: int) -> tuple[Any, int] | None:
        if not text.startswith(opening, at):
            return None
        at += len(opening)
        values: dict[str, Any] = {}
        for part in parts:
            at = part(text, at, values)
            if at < 0:
                return None
        if not text.startswith(closing, at):
            return None
        return make(**values), at + len(closing)

    return read


def _flat(group: GroupSpec, fields: list[FieldSpec]) -> Reader:
    """For groups of leaves only: one match for the whole element."""
    read_texts, make = _texts(fields, f"<{group.tag}>", f"</{group.tag}>"), record_class(group)

    def read(text: str, at: int) -> tuple[Any, int] | None:
        found = read_texts(text, at)
        return None if found is None else (make(**found[0]), found[1])

    return read


def _leaves(run: list[FieldSpec]) -> Callable[[str, int, dict[str, Any]], int]:
    read_texts = _texts(run, "", "")

    def read(text: str, at: int, values: dict[str, Any]) -> int:
        found = read_texts(text, at)
        if found is None:
            return -1
        values.update(found[0])
        return found[1]

    return read


def _texts(run: list[FieldSpec], before: str, after: str) -> Callable[[str, int], tuple[dict[str, Any], int] | None]:
    """Reads a run of leaves: values by name and the position after them; None for *don't know*."""
    compiled = re.compile(before + "".join(_leaf(f, f"(?P<{f.name}>{_value(f)})") for f in run) + after)
    parsers = [(f.name, parse) for f in run if (parse := PARSE[f.atom]) is not None]

    def read(text: str, at: int) -> tuple[dict[str, Any], int] | None:
        found = compiled.match(text, at)
        if found is None:
            return None
        values: dict[str, Any] = found.groupdict()
        end = found.end()
        if text.find("&", at, end) >= 0 and not _resolve(values):
            return None
        for name, parse in parsers:
            value = values[name]
            if value is not None:
                values[name] = parse(value)
        return values, end

    return read


def _resolve(values: dict[str, Any]) -> bool:
    """Put characters for entities; False when one is not of canonical XML."""
    for name, value in values.items():
        if value is not None and "&" in value:
            if value.count("&") != len(_ENTITY.findall(value)):
                return False
            values[name] = _ENTITY.sub(lambda m: _ENTITIES[m[0]], value)
    return True


def _inner(child: GroupSpec) -> Callable[[str, int, dict[str, Any]], int]:
    read_one, opening, name = _group(child), f"<{child.tag}>", child.name
    low, high, repeated = child.min_occurs, child.max_occurs, child.repeated

    def read(text: str, at: int, values: dict[str, Any]) -> int:
        found: list[Any] = []
        while text.startswith(opening, at):
            one = read_one(text, at)
            if one is None or (high is not None and len(found) == high):
                return -1
            found.append(one[0])
            at = one[1]
        if len(found) < low:
            return -1
        values[name] = tuple(found) if repeated else found[0] if found else None
        return at

    return read


def _expression(group: GroupSpec) -> str:
    inner = "".join(
        _leaf(child, _value(child)) if isinstance(child, FieldSpec) else _occurring(child) for child in group.children
    )
    return f"<{group.tag}>{inner}</{group.tag}>"


def _occurring(child: GroupSpec) -> str:
    if child.min_occurs == child.max_occurs == 1:
        return _expression(child)
    return f"(?:{_expression(child)}){_times(child)}"


def _shorthand(group: GroupSpec) -> str:
    return "".join(
        _brief_leaf(child) if isinstance(child, FieldSpec) else _brief_parts(child) for child in group.children
    )


def _brief_leaf(field: FieldSpec) -> str:
    # "Or nothing" is quicker than "none or one", which `re` keeps a count of.
    return f"{_value(field) if field.required else f'(?:{_value(field)}|)'}{END}"


def _brief_parts(child: GroupSpec) -> str:
    if child.required and not child.repeated:
        return _shorthand(child)
    return f"(?:{PART}{_shorthand(child)}){_times(child)}{LAST}"


def _times(child: GroupSpec) -> str:
    return f"{{{child.min_occurs},{child.max_occurs or ''}}}"


def _leaf(field: FieldSpec, value: str) -> str:
    written = f"<{field.tag}>{value}</{field.tag}>"
    return written if field.required else f"(?:{written})?"


def _value(field: FieldSpec) -> str:
    facets = field.facets
    if facets.options:
        return "(?:" + "|".join(map(re.escape, facets.values)) + ")"
    if facets.pattern is not None:
        return f"(?:{in_markup(facets.pattern)})"
    if field.atom == "decimal":
        return _decimal(facets)
    if field.atom == "integer":
        return _integer(facets)
    low = facets.min_length or 0
    # An entity is one character written as several: beyond one, a least length can only be told without any.
    char = _CHAR if low <= 1 else _CHAR.replace("[^", "[^&", 1)
    return f"{char}{{{low},{'' if facets.max_length is None else facets.max_length}}}"


def _decimal(facets: Facets) -> str:
    fraction, total = facets.fraction_digits, facets.total_digits
    if fraction is None or total is None or facets.max_inclusive is not None:
        raise _NoFastForm
    whole, part = rf"[1-9][0-9]{{0,{total - fraction - 1}}}", rf"\.[0-9]{{1,{fraction}}}"
    low = (facets.min_inclusive, facets.min_exclusive)
    if low == (None, "0"):
        return rf"(?:{whole}(?:{part})?|0(?=\.0*[1-9]){part})"
    if low not in ((None, None), ("0", None)):
        raise _NoFastForm
    return rf"(?:0|{whole})(?:{part})?"


def _integer(facets: Facets) -> str:
    if facets.min_inclusive not in ("0", "1") or facets.max_inclusive is None:
        raise _NoFastForm
    # Whole powers of ten only; the few values between the last one and the bound are left to libxml2.
    digits = len(str(int(facets.max_inclusive) + 1)) - 1
    positive = rf"[1-9][0-9]{{0,{digits - 1}}}"
    return positive if facets.min_inclusive == "1" else f"(?:0|{positive})"
