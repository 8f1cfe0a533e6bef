"""Loads the code lists from the files beside this module, each once and on demand.

A table is kept as its bytes, in which the first codes are searched; a process that asks for more of them takes it to
pieces, code → line, and a row is parsed when it is looked at.  So a program that checks one message never splits the
12,000 rows of the tariff, and to a server whether a code exists is a dict lookup.  The tables are in ``data/``, and what
is known about each is in ``lists.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, json

from tempgoods_edi.values import Basis, Bilingual, Lang, Source

_DATA = Path(__file__).parent / "data"
#: So many codes are searched in a table's text before it is taken to pieces, which costs as much.
_WORTH_SEARCHING = 32


class Name(Struct, frozen=True):
    """A code's name; many tables exist in Chinese only, then *en* is None."""

    zh: str
    en: str | None = None

    def in_(self, lang: Lang) -> str:
        """The name in *lang*; the Chinese name where there is no English one."""
        return self.en if lang == "en" and self.en else self.zh

    def bilingual(self) -> Bilingual:
        """The name as a text for people; a missing English name is replaced by the Chinese one."""
        return Bilingual(self.zh, self.in_("en"))


class Code(Struct, frozen=True):
    """One row of a code list; *extra* holds the columns that only this list has (an office's level and parent)."""

    code: str
    name: Name
    extra: Mapping[str, str] = MappingProxyType({})


class Tariff(Struct, frozen=True):
    """The tariff's entry for a ten-digit code; units are codes of the list ``units``."""

    code: str
    name: str
    first_unit: str
    second_unit: str | None


class _About(Struct, frozen=True):
    """What ``lists.json`` says of a table, whose first columns are code, name and, where there is one, name_en.

    :ivar code: the form of a code.
    :ivar basis: how sure we are of it, as in the fidelity ledger.
    """

    title: Bilingual
    vintage: date
    closed: bool
    code: str
    basis: Basis
    clause: str


class _Table:
    """The bytes of one table; its lines by code, and its codes, as soon as they are worth it."""

    def __init__(self, data: bytes) -> None:
        self.columns = tuple(data[: data.index(b"\n")].decode().split(","))
        self._data, self._searched = data, 0
        self._lines: Mapping[str, str] | None = None
        self._known: frozenset[str | None] | None = None

    @property
    def lines(self) -> Mapping[str, str]:
        """Each code with its line, in the order of the table."""
        if self._lines is None:
            _, *lines = self._data.decode().removesuffix("\n").split("\n")
            self._lines = MappingProxyType({line.partition(",")[0]: line for line in lines})
        return self._lines

    def line(self, code: str) -> str | None:
        """The line of *code*."""
        if self._lines is not None or self._searched >= _WORTH_SEARCHING or not code.isalnum():
            return self.lines.get(code)
        self._searched += 1
        at = self._data.find(f"\n{code},".encode()) + 1
        return self._data[at : self._data.index(b"\n", at)].decode() if at else None

    def has_all(self, codes: Iterable[str | None]) -> bool:
        """Whether each of *codes* is in the table, or None."""
        if self._known is None:
            if self._lines is None:
                asked = set(codes)
                if len(asked) <= _WORTH_SEARCHING:
                    return all(code is None or self.line(code) is not None for code in asked)
                codes = asked
            self._known = frozenset(self.lines) | {None}
        return self._known.issuperset(codes)


class CodeList(Struct, frozen=True, eq=False):
    """One code list of customs.

    :ivar vintage: the day whose state the table shows; customs re-issues them, so it is told to people.
    :ivar closed: True when a code outside the list is wrong; False when it is only unknown to us.
    :ivar form: regular expression that every code of the list matches.

    >>> units = code_list("units")
    >>> "035" in units, units.get("035").name.en, units.get("999")
    (True, 'kilogram', None)
    """

    name: str
    title: Bilingual
    vintage: date
    closed: bool
    form: str
    source: Source

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._table.line(code) is not None

    def __len__(self) -> int:
        return len(self._table.lines)

    @property
    def _table(self) -> _Table:
        return _table(self.name)

    def codes(self) -> tuple[str, ...]:
        """Every code, in the order of the list."""
        return tuple(self._table.lines)

    def has_all(self, codes: Iterable[str | None]) -> bool:
        """True when every one of *codes* is in the list; None, for an absent value, counts as known."""
        return self._table.has_all(codes)

    def get(self, code: str) -> Code | None:
        """The row of *code*; None when the list lacks it."""
        line = self._table.line(code)
        return None if line is None else self._row(line)

    def search(self, text: str, limit: int = 20) -> tuple[Code, ...]:
        """At most *limit* rows whose code begins with *text* or whose name contains it, without regard to case.

        >>> [found.code for found in code_list("currencies").search("dollar", limit=2)]
        ['AUD', 'CAD']
        """
        sought = text.strip().casefold()
        if not sought or limit <= 0:
            return ()
        by_code = [line for code, line in self._table.lines.items() if code.casefold().startswith(sought)]
        rows = [self._row(line) for line in by_code[:limit]]
        rows.extend(_up_to(limit - len(rows), self._named(sought)))
        return tuple(rows)

    def _named(self, sought: str) -> Iterator[Code]:
        for code, line in self._table.lines.items():
            # A quote mark stands doubled in the line, so a line with one is always parsed before it is judged.
            if (sought in line.casefold() or '"' in line) and not code.casefold().startswith(sought):
                row = self._row(line)
                if sought in row.name.zh.casefold() or sought in (row.name.en or "").casefold():
                    yield row

    def _row(self, line: str) -> Code:
        cells = dict(zip(self._table.columns, _cells(line), strict=True))
        code, name = cells.pop("code"), Name(cells.pop("name"), cells.pop("name_en", None) or None)
        return Code(code, name, MappingProxyType(cells))


def names() -> tuple[str, ...]:
    """The names of all code lists."""
    return tuple(_about())


@cache
def code_list(name: str) -> CodeList:
    """The code list called *name* (one of `names`); KeyError when there is none."""
    about = _about()[name]
    source = Source(about.basis, about.clause)
    return CodeList(name, about.title, about.vintage, about.closed, about.code, source)


def tariff(hs10: str) -> Tariff | None:
    """The tariff's entry for the ten-digit code *hs10*; None when it is not in this edition.

    >>> tariff("0101210090").first_unit, tariff("0101210090").second_unit
    ('035', '009')
    """
    line = _table("hs_codes").line(hs10)
    if line is None:
        return None
    code, name, first, second = _cells(line)
    return Tariff(code, name, first, second or None)


@cache
def _about() -> Mapping[str, _About]:
    return json.decode((_DATA / "lists.json").read_bytes(), type=dict[str, _About])


@cache
def _table(name: str) -> _Table:
    return _Table((_DATA / f"{name}.csv").read_bytes())


def _cells(line: str) -> list[str]:
    if '"' not in line:
        return line.split(",")
    import csv  # few rows quote their name, most programs never look at one

    return next(csv.reader([line]))


def _up_to(limit: int, rows: Iterator[Code]) -> list[Code]:
    return [row for row, _ in zip(rows, range(limit), strict=False)]
