"""Finds the worst that a text can do to a regular expression: grows texts out of its own parts and measures how fast.

What costs a backtracking engine dear is a part that repeats, met many times, and then something that does not fit.
Such texts are made from the parsed expression itself: what leads to a repetition, its body again and again, and an
ending that fits nothing.  The measure is CPU time at one length against a quarter of it, so no clock decides.
"""

from __future__ import annotations

import gc
import math
import re
import time
from collections.abc import Callable, Iterator
from random import Random
from re import _constants as sre  # type: ignore[attr-defined]  # the parser itself: private, the same in 3.11 to 3.13
from re import _parser as parser  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any

#: Longest text that is tried (characters), and the CPU time after which no longer one is (seconds).
LONGEST = 12_000
ENOUGH = 0.02
#: Times `ENOUGH` that tell without a second look: no noise of the machine does that to CPU time.
LEAP = 10
#: Doubling the text may double the time: exponent 1.  A quadratic expression has 2; the rest is for noise.
STEEPEST = 1.55
#: Texts that are tried on one expression.
MOST = 300

_ODD = ("", "\x01", "!", "<", "\n\x01", '"')
_USUAL = " a0A-.<>\n\"'/=:_"


def growth(run: Callable[[str], object], attack: Callable[[int], str]) -> float:
    """The exponent with which *run* slows as *attack* grows: 1 for linear; 0 when it is too quick to be measured."""
    length, taken = 12, 0.0
    while length < LONGEST and taken < ENOUGH:
        length, before = int(length * 1.5), taken
        taken = _seconds(run, attack(length))
        if taken > LEAP * ENOUGH > LEAP * before:
            # Tenfold by half as much again: to measure it once more takes too long, and is not needed.
            return math.log(LEAP) / math.log(1.5)
    if taken < ENOUGH / 20:
        return 0.0
    found = []
    for _ in range(3):
        short, long = (min(_seconds(run, attack(size)) for _ in range(3)) for size in (max(length // 4, 1), length))
        found.append(math.log(long / max(short, 1e-7)) / math.log(length / max(length // 4, 1)))
        if found[-1] < STEEPEST:
            break
    return min(found)


def _seconds(run: Callable[[str], object], text: str) -> float:
    gc.disable()
    begin = time.process_time()
    try:
        run(text)
        return time.process_time() - begin
    finally:
        gc.enable()


def attacks(pattern: str) -> Iterator[Callable[[int], str]]:
    """Growing texts made of the parts of *pattern*."""
    parsed = parser.parse(pattern)
    letters = dict.fromkeys((*_literals(parsed), *_USUAL))
    seen: dict[tuple[str, str, str], None] = {}
    for char in letters:
        seen.update(dict.fromkeys(("", char, end) for end in ("", "\x01")))
    for before, bodies in _repeated(parsed, [""], list(letters)):
        for lead in before[:3]:
            for body in bodies[:8]:
                if body:
                    seen.update(dict.fromkeys((lead, body, end) for end in _ODD))
                seen.update(dict.fromkeys(("", lead + body, end) for end in ("", "\x01") if lead + body))
    for whole in _examples(parsed, list(letters))[:4]:
        seen.update(dict.fromkeys(("", whole, end) for end in ("", "\x01") if whole))
        seen.update(dict.fromkeys(("", whole[:cut], "") for cut in range(1, min(len(whole), 24))))
    chosen = list(seen)
    if len(chosen) > MOST:
        chosen = Random(MOST).sample(chosen, MOST)
    for lead, body, end in chosen:
        yield _growing(lead, body, end)


def _growing(lead: str, body: str, end: str) -> Callable[[int], str]:
    return lambda length: lead + body * max(length // len(body), 1) + end


def _literals(parsed: Any) -> Iterator[str]:
    for op, value in parsed:
        if op in (sre.LITERAL, sre.NOT_LITERAL):
            yield chr(value)
        elif op is sre.IN:
            for kind, each in value:
                if kind is sre.LITERAL:
                    yield chr(each)
                elif kind is sre.RANGE:
                    yield chr(each[0])
        else:
            for inner in _inside(op, value):
                yield from _literals(inner)


def _inside(op: Any, value: Any) -> list[Any]:
    """The sub-expressions of a node."""
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [value[2]]
    if op is sre.SUBPATTERN:
        return [value[3]]
    if op is sre.BRANCH:
        return list(value[1])
    if op is sre.ATOMIC_GROUP:
        return [value]
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [value[1]]
    return []


def _examples(parsed: Any, letters: list[str]) -> list[str]:
    """A few short texts that match *parsed*."""
    found = [""]
    for op, value in parsed:
        ends = _examples_of(op, value, letters)
        found = [a + b for a in found[:3] for b in ends[:6]][:12] or found
    return found


def _examples_of(op: Any, value: Any, letters: list[str]) -> list[str]:
    if op is sre.LITERAL:
        return [chr(value)]
    if op is sre.NOT_LITERAL:
        return [c for c in letters if c != chr(value)][:4]
    if op is sre.ANY:
        return [c for c in letters if c != "\n"][:6]
    if op is sre.IN:
        return [c for c in letters if _in(value, c)][:6]
    if op is sre.BRANCH:
        return [each for inner in value[1] for each in _examples(inner, letters)[:2]]
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, inner = value[0], _examples(value[2], letters)
        return [each * least for each in inner] if least else ["", *inner[:2]]
    if op in (sre.SUBPATTERN, sre.ATOMIC_GROUP):
        return _examples(_inside(op, value)[0], letters)
    return [""]


def _in(members: Any, char: str) -> bool:
    negated = members[0][0] is sre.NEGATE
    return negated is not any(_is_member(kind, value, char) for kind, value in members)


def _is_member(kind: Any, value: Any, char: str) -> bool:
    if kind is sre.LITERAL:
        return bool(ord(char) == value)
    if kind is sre.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if kind is sre.CATEGORY:
        name = str(value).rpartition("_")[2].lower()
        fits = {"digit": char.isdigit(), "space": char.isspace(), "word": char.isalnum() or char == "_"}[name]
        return fits is not ("NOT" in str(value))
    return False


def _repeated(parsed: Any, before: list[str], letters: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """What leads to each repetition, and examples of its body."""
    for op, value in parsed:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield before, _examples(value[2], letters)
        for inner in _inside(op, value):
            yield from _repeated(inner, before, letters)
        before = [a + b for a in before[:3] for b in _examples_of(op, value, letters)[:3]][:6] or before


def runner(pattern: re.Pattern[Any], anchored: bool) -> Callable[[str], object]:
    """Lets *pattern* meet a text as the code does: at its beginning only, or everywhere."""
    binary = isinstance(pattern.pattern, bytes)

    def run(text: str) -> None:
        given = text.encode("latin-1", "replace") if binary else text
        if anchored:
            pattern.match(given)
            pattern.fullmatch(given)
        else:
            for _ in pattern.finditer(given):
                pass

    return run
