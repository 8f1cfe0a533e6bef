"""Reads the code tables beside it, each once and only when asked for.

A table is kept as code → its line of text; a row is parsed when it is looked at.  So the 12,000
tariff rows cost a few milliseconds to load, and asking whether a code exists costs a dict lookup.
The tables and what is known about each are in ``data/`` (``lists.toml`` explains the columns).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from tempgoods_edi.values import Basis, Bilingual, Lang, Source

_DATA = Path(__file__).parent / "data"


class Name(Struct, frozen=True):
    """A code's name; many tables exist in Chinese only, then *en* is None."""

    zh: str
    en: str | None = None

    def in_(self, lang: Lang) -> str:
        """The name in *lang*, the Chinese one where there is no English."""
        return self.en if lang == "en" and self.en else self.zh

    def bilingual(self) -> Bilingual:
        """The name as a text for people, the Chinese one standing in for a missing English."""
        return Bilingual(self.zh, self.in_("en"))


class Code(Struct, frozen=True):
    """One row of a code list; *extra* holds the columns only this list has (an office's level and parent)."""

    code: str
    name: Name
    extra: Mapping[str, str] = MappingProxyType({})


class Tariff(Struct, frozen=True):
    """What the tariff says of a ten-digit code; units are codes of the list ``units``."""

    code: str
    name: str
    first_unit: str
    second_unit: str | None


class CodeList(Struct, frozen=True, eq=False):
    """One code table.

    :ivar vintage: the day whose state the table shows.
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
    columns: tuple[str, ...]
    lines: Mapping[str, str]

    def __contains__(self, code: object) -> bool:
        return code in self.lines

    def __len__(self) -> int:
        return len(self.lines)

    def codes(self) -> tuple[str, ...]:
        """Every code, in the order of the table."""
        return tuple(self.lines)

    def get(self, code: str) -> Code | None:
        """The row of *code*; None when the list does not have it."""
        line = self.lines.get(code)
        return None if line is None else self._row(line)

    def search(self, text: str, limit: int = 20) -> tuple[Code, ...]:
        """At most *limit* rows whose code begins with *text* or whose name holds it, case ignored; code matches first.

        >>> [found.code for found in code_list("currencies").search("dollar", limit=2)]
        ['AUD', 'CAD']
        """
        sought = text.strip().casefold()
        if not sought or limit <= 0:
            return ()
        by_code = [line for code, line in self.lines.items() if code.casefold().startswith(sought)]
        rows = [self._row(line) for line in by_code[:limit]]
        rows.extend(_up_to(limit - len(rows), self._named(sought)))
        return tuple(rows)

    def _named(self, sought: str) -> Iterator[Code]:
        for code, line in self.lines.items():
            # A quote mark stands doubled in the line, so a line with one is always parsed before it is judged.
            if (sought in line.casefold() or '"' in line) and not code.casefold().startswith(sought):
                row = self._row(line)
                if sought in row.name.zh.casefold() or sought in (row.name.en or "").casefold():
                    yield row

    def _row(self, line: str) -> Code:
        cells = dict(zip(self.columns, _cells(line), strict=True))
        code, name = cells.pop("code"), Name(cells.pop("name"), cells.pop("name_en", None) or None)
        return Code(code, name, MappingProxyType(cells))


def names() -> tuple[str, ...]:
    """The names of all code lists."""
    return tuple(_about())


@cache
def code_list(name: str) -> CodeList:
    """The code list called *name* (one of `names`), loaded on first use; KeyError when there is none."""
    about = _about()[name]
    header, *lines = (_DATA / f"{name}.csv").read_bytes().decode().rstrip("\n").split("\n")
    return CodeList(
        name=name,
        title=Bilingual(**about["title"]),
        vintage=about["vintage"],
        closed=about["closed"],
        form=about["code"],
        source=Source(Basis(about["basis"]), about["clause"]),
        columns=tuple(header.split(",")),
        lines=MappingProxyType({line.partition(",")[0]: line for line in lines}),
    )


def tariff(hs10: str) -> Tariff | None:
    """What the tariff says of the ten-digit code *hs10*; None when it is not in this edition.

    >>> tariff("0101210090").first_unit, tariff("0101210090").second_unit
    ('035', '009')
    """
    line = code_list("hs_codes").lines.get(hs10)
    if line is None:
        return None
    code, name, first, second = _cells(line)
    return Tariff(code, name, first, second or None)


@cache
def _about() -> Mapping[str, Any]:
    import tomllib  # only who asks for a code list pays for the TOML reader

    return tomllib.loads((_DATA / "lists.toml").read_bytes().decode())


def _cells(line: str) -> list[str]:
    if '"' not in line:
        return line.split(",")
    import csv  # few rows quote their name, most programs never look at one

    return next(csv.reader([line]))


def _up_to(limit: int, rows: Iterator[Code]) -> list[Code]:
    return [row for row, _ in zip(rows, range(limit), strict=False)]
