"""The tables of a set-up file (``[[scenario]]``, ``[[fault]]``), read so that every problem in them is told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from msgspec import Struct

from h2018.setup_files import problems
from h2018.setup_files.table_reading import TablePlace, TableReading
from tempgoods_edi.bounded import Unfit, read_toml, single
from tempgoods_edi.nearest import meant
from tempgoods_edi.values import MOST_FINDINGS, Finding, bounded_findings


class Tables(Struct, frozen=True):
    """The tables of a file, still to be read one by one, with the problems of the file as a whole."""

    tables: tuple[TableReading, ...]
    findings: tuple[Finding, ...]


def from_toml(text: str, kind: str, file: str) -> Tables:
    """The tables ``[[kind]]`` in a TOML text; never raises, whatever the text."""
    try:
        data = read_toml(text)
    except Unfit as error:
        return Tables((), (_unreadable(file, error),))
    written = header(kind)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if written.match(line)]
    return from_data(data, kind, file, lines)


def header(kind: str) -> re.Pattern[str]:
    """A pattern for the ways to write the header of a table ``[[kind]]``."""
    return re.compile(rf"[ \t]*\[\[[ \t]*{re.escape(kind)}[ \t]*\]\]")


def from_json(text: str | bytes, kind: str, file: str) -> Tables:
    """The tables in a JSON text, ``{"fault": [{…}, …]}``; never raises, whatever the text."""
    try:
        data = single(text)
    except Unfit as error:
        return Tables((), (_unreadable(file, error),))
    return from_data(data, kind, file)


def _unreadable(file: str, error: Unfit) -> Finding:
    return problems.UNREADABLE.at(file=file, why=error.text).placed(line=error.line, column=error.column, label=None)


def from_data(data: object, kind: str, file: str, lines: Iterable[int] = ()) -> Tables:
    """The tables in data that is already decoded.

    :param lines: where the headers stand; not used unless there is one for each table.
    """
    tables = data.get(kind, []) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        return Tables((), (problems.NO_TABLES.at(kind, file=file, kind=kind),))
    found = [
        problems.UNKNOWN_TABLE.at(key, value=key, file=file, kind=kind, meant=meant(key, [kind]))
        for key in islice((key for key in data if key != kind), MOST_FINDINGS + 1)
    ]
    numbers: list[int | None] = list(lines)
    if len(numbers) != len(tables):
        numbers = [None] * len(tables)
    readings = []
    for number, (each, line) in enumerate(zip(tables, numbers, strict=True), 1):
        name = each.get("name")
        place = TablePlace(file=file, kind=kind, number=number, name=name if isinstance(name, str) else "", line=line)
        readings.append(TableReading(place, each))
    return Tables(tuple(readings), tuple(found))


Read = TypeVar("Read")


def read_all(found: Tables, read: Callable[[TableReading], Read | None]) -> tuple[tuple[Read, ...], tuple[Finding, ...]]:
    """Read every table by *read*, and collect all findings; with too many findings the rest is not read."""
    made: list[Read] = []
    findings = list(found.findings)
    seen: dict[str, int] = {}
    for reading in found.tables:
        each = read(reading)
        if each is not None:
            made.append(each)
        _named_once(reading, seen)
        findings.extend(reading.findings)
        if len(findings) > MOST_FINDINGS:
            break
    return tuple(made), bounded_findings(findings)


def _named_once(reading: TableReading, seen: dict[str, int]) -> None:
    """Note a table whose name another one has already."""
    name = reading.place.name
    if name and name in seen:
        reading.note(problems.SAME_NAME, "name", value=name, other=seen[name])
    seen.setdefault(name, reading.place.number)
