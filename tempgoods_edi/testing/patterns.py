"""Makes texts that match a schema's pattern, directly, without search or filter.

Covers the subset of `schema.patterns`, which is all that a schema of this product may use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tempgoods_edi.testing.choices import Choices

#: Makes one text.
Sampler = Callable[[Choices], str]

#: What a negated class is filled from.
_POOL = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-./ 中国"
#: How far a quantifier without an upper bound goes beyond its lower one.
_MORE = 6


@cache
def sampler(pattern: str) -> Sampler:
    """A sampler of texts that match the whole *pattern*.

    >>> sampler("(19|20)[0-9]{2}|none")(Choices(0))
    '1900'
    """
    made, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"not in the shared subset: {pattern!r} at {end}")
    return made


def _alternatives(pattern: str, at: int) -> tuple[Sampler, int]:
    ways = []
    while True:
        way, at = _sequence(pattern, at)
        ways.append(way)
        if pattern[at : at + 1] != "|":
            break
        at += 1
    if len(ways) == 1:
        return ways[0], at
    return lambda c: c.pick(ways)(c), at


def _sequence(pattern: str, at: int) -> tuple[Sampler, int]:
    parts: list[Sampler] = []
    while at < len(pattern) and pattern[at] not in "|)":
        part, at = _atom(pattern, at)
        low, high, at = _quantity(pattern, at)
        parts.append(part if low == high == 1 else _repeated(part, low, high))
    if len(parts) == 1:
        return parts[0], at
    return lambda c: "".join([part(c) for part in parts]), at


def _atom(pattern: str, at: int) -> tuple[Sampler, int]:
    mark = pattern[at]
    if mark == "(":
        inner, at = _alternatives(pattern, at + 1)
        return inner, at + 1
    if mark == "[":
        end = pattern.index("]", at)
        return _one_of(_members(pattern[at + 1 : end])), end + 1
    if mark == "\\":
        return _one_of(pattern[at + 1]), at + 2
    return _one_of(mark), at + 1


def _one_of(characters: str) -> Sampler:
    if len(characters) == 1:
        return lambda c: characters
    return lambda c: c.pick(characters)


def _members(klass: str) -> str:
    negated = klass.startswith("^")
    rest = klass.removeprefix("^")
    found: list[str] = []
    at = 0
    while at < len(rest):
        if rest[at] == "\\":
            at += 1
        if rest[at + 1 : at + 2] == "-" and at + 2 < len(rest):
            found += map(chr, range(ord(rest[at]), ord(rest[at + 2]) + 1))
            at += 3
        else:
            found.append(rest[at])
            at += 1
    if negated:
        return "".join(character for character in _POOL if character not in found)
    return "".join(found)


def _quantity(pattern: str, at: int) -> tuple[int, int, int]:
    """Least and most repetitions, and the position after the quantifier."""
    mark = pattern[at : at + 1]
    if mark == "?":
        return 0, 1, at + 1
    if mark == "*":
        return 0, _MORE, at + 1
    if mark == "+":
        return 1, 1 + _MORE, at + 1
    if mark != "{":
        return 1, 1, at
    end = pattern.index("}", at)
    low, comma, high = pattern[at + 1 : end].partition(",")
    least = int(low)
    return least, int(high) if high else least + _MORE if comma else least, end + 1


def _repeated(part: Sampler, low: int, high: int) -> Sampler:
    return lambda c: "".join([part(c) for _ in range(low if low == high else c.between(low, high))])
