"""Scenarios: conditions on a message, and the outcome of a message that meets them.  The first that matches decides.

When none fits, the nearest miss is named: the scenario of which the least was not met, and what was found instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any, Literal
from zlib import crc32

from msgspec import Struct

from h2018.steering.outcomes import Outcome, fits
from h2018.steering.view import View, field_of, parsed_value, value_text, values
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.values import Bilingual

#: Whose messages are counted together: everybody's, one enterprise's, those of one in-house number.
Per = Literal["all", "enterprise", "document"]

_SUBJECTS: Mapping[str, Bilingual] = {
    "draft": Bilingual("暂存", "a draft"),
    "declaration": Bilingual("申报", "a declaration"),
    "query": Bilingual("查询", "a query"),
    "receipt_request": Bilingual("补发回执申请", "a request for receipts"),
}
_SHOWN = 3
_PAGES = 256
_NOTHING = Bilingual("（无）", "nothing")


class FieldTest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition on a field; when the path names many lines, one of them is enough.

    :ivar any_of: the value is one of these.
    :ivar like: the text has this form; ``*`` stands for anything, ``?`` for one character.
    :ivar present: the field is filled (True) or left out on every line (False).
    """

    path: str
    any_of: tuple[str, ...] = ()
    like: str | None = None
    present: bool | None = None


class Match(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The conditions of a scenario; a message must meet all of them.

    :ivar nth: only the n-th message that is otherwise so.
    :ivar every: only each n-th of them.
    :ivar per: what is counted together.
    """

    message: tuple[str, ...] = ()
    enterprise: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    direction: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    draft: bool | None = None
    fields: tuple[FieldTest, ...] = ()
    nth: int | None = None
    every: int | None = None
    per: Per = "all"


class Scenario(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One scenario; names are unique among those in force."""

    name: str
    match: Match
    outcome: Outcome


class Counts(Struct, frozen=True):
    """The counters of the scenarios, as an immutable value: `after` gives a new one.

    Kept in pages, so that a new value copies little even when every in-house number is counted.
    """

    pages: Mapping[int, Mapping[str, int]] = {}

    def of(self, key: str) -> int:
        """The number of times that *key* was counted."""
        return self.pages.get(crc32(key.encode()) % _PAGES, {}).get(key, 0)

    def after(self, key: str) -> Counts:
        """New counts in which *key* is counted once more."""
        number = crc32(key.encode()) % _PAGES
        page = {**self.pages.get(number, {}), key: self.of(key) + 1}
        return Counts({**self.pages, number: page})


class Unmet(Struct, frozen=True, kw_only=True):
    """One condition that a message did not meet."""

    condition: str
    wanted: Bilingual
    found: Bilingual

    @property
    def text(self) -> Bilingual:
        """The condition in words."""
        text = Bilingual("{condition} 为 {found}，要求 {wanted}", "{condition} is {found}, wanted {wanted}")
        return text.format(condition=self.condition, found=self.found, wanted=self.wanted)


class Miss(Struct, frozen=True, kw_only=True):
    """A scenario that did not match, and why.

    :ivar met: how many of its conditions were met.
    """

    scenario: str
    met: int
    unmet: tuple[Unmet, ...]

    @property
    def text(self) -> Bilingual:
        """The miss in words."""
        zh, en = "；".join(each.text.zh for each in self.unmet), "; ".join(each.text.en for each in self.unmet)
        return Bilingual(
            f"最接近的场景“{self.scenario}”未匹配：{zh}", f"nearest scenario “{self.scenario}” missed: {en}"
        )


class Matched(Struct, frozen=True, kw_only=True):
    """The result of matching one message against the scenarios.

    :ivar scenario: the first that fits; None when none does.
    :ivar nearest: the nearest miss when none fits and there are scenarios at all.
    :ivar counts: the counts with this message in them.
    """

    scenario: Scenario | None
    nearest: Miss | None
    counts: Counts


def match(scenarios: tuple[Scenario, ...], seen: View, counts: Counts) -> Matched:
    """The first scenario that matches *seen*.

    A scenario counts every message that meets its other conditions, also when one above it decides: the second
    filing is the second filing, whatever became of the first.
    """
    found: Scenario | None = None
    misses: list[Miss] = []
    for scenario in scenarios:
        results = tuple(_conditions(scenario, seen))
        unmet = tuple(each for each in results if each is not None)
        met = len(results) - len(unmet)
        if not unmet and _counts(scenario.match):
            key = _count_key(scenario, seen)
            counts = counts.after(key)
            turn = _turn(scenario.match, counts.of(key))
            unmet, met = (unmet, met + 1) if turn is None else ((turn,), met)
        if unmet:
            misses.append(Miss(scenario=scenario.name, met=met, unmet=unmet))
        elif found is None:
            found = scenario
    if found is not None or not misses:
        return Matched(scenario=found, nearest=None, counts=counts)
    nearest = min(misses, key=lambda miss: (len(miss.unmet), -miss.met))
    return Matched(scenario=None, nearest=nearest, counts=counts)


def _conditions(scenario: Scenario, seen: View) -> Iterator[Unmet | None]:
    """Each condition of *scenario* but its turn: None where it is met."""
    wanted = scenario.match
    for name, options, value in (
        ("message", wanted.message, seen.code),
        ("enterprise", wanted.enterprise, seen.enterprise),
        ("sender", wanted.sender, seen.sender),
        ("direction", wanted.direction, seen.direction),
        ("kind", wanted.kind, seen.kind),
    ):
        if options:
            yield None if value in options else Unmet(condition=name, wanted=_any(options), found=_one(value))
    if wanted.draft is not None:
        met = wanted.draft is (seen.subject == "draft")
        subject = "draft" if wanted.draft else "declaration"
        yield None if met else Unmet(condition="draft", wanted=_SUBJECTS[subject], found=_SUBJECTS[seen.subject])
    for test in wanted.fields:
        yield _field(test, seen)
    if not fits(scenario.outcome, seen.subject):
        options_of_outcome = tuple(_SUBJECTS[subject] for subject in scenario.outcome.kind.subjects)
        either = Bilingual(
            "或".join(each.zh for each in options_of_outcome), " or ".join(each.en for each in options_of_outcome)
        )
        yield Unmet(condition=f"outcome {scenario.outcome.name}", wanted=either, found=_SUBJECTS[seen.subject])


def _field(test: FieldTest, seen: View) -> Unmet | None:
    field = field_of(seen.spec, test.path)
    if field is None:
        absent = Bilingual(f"{seen.code} 无此字段", f"no field of {seen.code}")
        return Unmet(condition=test.path, wanted=_wanted(test), found=absent)
    accepted = _accepted(test, field)
    others: dict[str, None] = {}
    for _, value in values(seen, test.path):
        if test.present is False or not _holds(test, field, value, accepted):
            if len(others) <= _SHOWN:
                others.setdefault(value_text(field, value))
        else:
            return None
    if test.present is False and not others:
        return None
    return Unmet(condition=test.path, wanted=_wanted(test), found=_several(others))


def _accepted(test: FieldTest, field: FieldSpec) -> frozenset[Any]:
    """The values asked for; a text that is none in this message is left out, as it can equal nothing here."""
    found: set[object] = set()
    for text in test.any_of:
        try:
            found.add(parsed_value(field, text))
        except (ValueError, ArithmeticError):
            continue
    return frozenset(found)


def _holds(test: FieldTest, field: FieldSpec, value: object, accepted: frozenset[Any]) -> bool:
    if test.any_of and value not in accepted:
        return False
    return test.like is None or fnmatchcase(value_text(field, value), test.like)


def _counts(wanted: Match) -> bool:
    return wanted.nth is not None or wanted.every is not None


def _count_key(scenario: Scenario, seen: View) -> str:
    about = {
        "all": "",
        "enterprise": seen.enterprise,
        "document": f"{seen.enterprise}/{seen.in_house or seen.seq_no or seen.message_id}",
    }
    return f"{scenario.name}/{about[scenario.match.per]}"


def _turn(wanted: Match, number: int) -> Unmet | None:
    found = Bilingual(f"第{number}次", f"number {number}")
    if wanted.nth is not None and number != wanted.nth:
        return Unmet(condition="nth", wanted=Bilingual(f"第{wanted.nth}次", f"number {wanted.nth}"), found=found)
    if wanted.every is not None and number % wanted.every:
        each = Bilingual(f"每第{wanted.every}次", f"each multiple of {wanted.every}")
        return Unmet(condition="every", wanted=each, found=found)
    return None


def _wanted(test: FieldTest) -> Bilingual:
    if test.present is not None:
        return Bilingual("已填写", "filled") if test.present else Bilingual("未填写", "left out")
    if test.like is not None:
        return Bilingual(f"形如“{test.like}”", f"like “{test.like}”")
    return _any(test.any_of)


def _one(value: str | None) -> Bilingual:
    return _NOTHING if value is None else Bilingual(f"“{value}”", f"“{value}”")


def _any(texts: tuple[str, ...]) -> Bilingual:
    return Bilingual("或".join(f"“{text}”" for text in texts), " or ".join(f"“{text}”" for text in texts))


def _several(texts: Mapping[str, None]) -> Bilingual:
    if not texts:
        return _NOTHING
    shown = ["“" + text[:80] + "”" for text in islice(texts, _SHOWN)]
    more = len(texts) > _SHOWN
    return Bilingual("、".join(shown) + ("等" if more else ""), ", ".join(shown) + (" …" if more else ""))
