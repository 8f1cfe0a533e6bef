"""Reads the registry of customs entries from CSV (报关单登记): one row per goods line, return entries naming their original."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

from msgspec.structs import replace

from h2018.registry.registry import Holdings, Returned
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.deadlines import initial_deadline
from tempgoods_edi.numbers import read_entry_number
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.texts import read_text
from tempgoods_edi.values import Bilingual, shortened

COLUMNS = (
    "报关单号", "进出口日期", "监管方式", "收发货人编码", "收发货人", "申报单位编码", "申报单位", "展览会", "复运期限",
    "商品序号", "商品编码", "品名", "规格型号", "数量", "单位代码", "单价", "币制", "原产国", "原报关单号", "原商品序号",
)  # fmt: skip


#: Most goods lines and columns; longest cell, and longest line of the file (characters).
MAX_ROWS, MAX_COLUMNS, MAX_CELL, MAX_LINE = 50_000, 50, 255, 16_000
#: Most faults that are told of one file.
MAX_FAULTS = 20

_QUANTITY = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,5})?")
_ITEM = re.compile(r"[0-9]{1,4}")
_LONG_LINE = Bilingual("超过 {limit} 个字符", "a line of more than {limit} characters:")
_LONG_CELL = Bilingual("单元格超过 {limit} 个字符", "a cell of more than {limit} characters:")
_TOO_MANY_ROWS = Bilingual("超过 {limit} 行", "more than {limit} rows:")
_TOO_MANY_COLUMNS = Bilingual("列数过多，最多 {limit} 列", "too many columns, at most {limit}:")
_NOT_CSV = Bilingual("引号不成对或不是CSV", "quotes without end, or no CSV:")
_MORE = Bilingual("还有更多错误", "there are more")


class RegistryFileError(TempgoodsError):
    """A row of the CSV cannot be used; the text says which and why."""


def from_csv(path: Path) -> Holdings:
    """Read the entries in the CSV file at *path*, in any encoding that Excel saves.

    :raises RegistryFileError: a column is missing, or a row cannot be used.
    :raises NotText: nobody can tell how it is encoded.
    :raises OSError: the file cannot be read.
    """
    return read_entries(StringIO(read_text(path), newline=""), path.name)


def read_entries(file: TextIO, name: str) -> Holdings:
    """Read the entries in the open CSV *file*; *name* is for the texts of errors.

    :raises RegistryFileError: as `from_csv`; the first faults of all rows are told at once.
    """
    faults: list[Bilingual] = []
    by_entry: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, row in _rows(name, file):
        with _noted(faults):
            _fits(name, number, row)
            by_entry.setdefault(row["报关单号"], []).append((number, row))
    entries: dict[str, KnownEntry] = {}
    returns: list[Returned] = []
    for entry_no, rows in by_entry.items():
        with _noted(faults):
            entries[entry_no] = _entry(name, entry_no, rows, faults)
        with _noted(faults):
            returns.extend(_returns(name, rows))
    if faults:
        first = list(dict.fromkeys((each.zh, each.en) for each in faults))
        told = [*first[:MAX_FAULTS], *([(_MORE.zh, _MORE.en)] if len(first) > MAX_FAULTS else [])]
        raise RegistryFileError(Bilingual("；".join(zh for zh, _ in told), "; ".join(en for _, en in told)))
    names = {no: lines[0][1]["展览会"] for no, lines in by_entry.items() if lines[0][1]["展览会"]}
    return Holdings(entries=_balanced(entries, returns), exhibition_names=names, returns=tuple(returns))


@contextmanager
def _noted(faults: list[Bilingual]) -> Iterator[None]:
    """Goes on after a fault, as long as not too many are known."""
    try:
        yield
    except RegistryFileError as error:
        if len(faults) <= MAX_FAULTS:
            faults.append(error.text)


def _rows(name: str, file: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their numbers; a cell that is not there is empty."""
    rows = csv.DictReader(_lines(name, file), restval="")
    try:
        if len(rows.fieldnames or ()) > MAX_COLUMNS:
            raise _unfit(name, 1, _TOO_MANY_COLUMNS.format(limit=MAX_COLUMNS), str(len(rows.fieldnames or ())))
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise _unfit(name, 1, Bilingual("缺少列", "missing columns"), "、".join(missing))
        for number, row in enumerate(rows, 2):
            if number - 1 > MAX_ROWS:
                raise _unfit(name, number, _TOO_MANY_ROWS.format(limit=MAX_ROWS), "")
            yield number, row
    except csv.Error:
        raise _unfit(name, rows.line_num, _NOT_CSV, "") from None


def _lines(name: str, file: TextIO) -> Iterator[str]:
    """The lines of *file*: none is so long that its cells would fill the memory."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise _unfit(name, number, _LONG_LINE.format(limit=MAX_LINE), line)
        yield line


def _fits(name: str, number: int, row: Mapping[Any, Any]) -> None:
    """Raises for a row with cells beyond its columns, with one that is too long, or of no entry."""
    if row.get(None):
        raise _unfit(name, number, Bilingual("多余的单元格", "cells without a column:"), ",".join(row[None]))
    for value in row.values():
        if len(value) > MAX_CELL:
            raise _unfit(name, number, _LONG_CELL.format(limit=MAX_CELL), value)
    if read_entry_number(row["报关单号"]) is None:
        raise _unfit(name, number, Bilingual("报关单号", "entry number"), row["报关单号"])


def _balanced(entries: Mapping[str, KnownEntry], returns: Iterable[Returned]) -> Mapping[str, KnownEntry]:
    """The entries with what came back of them, where both are in the file."""
    lines = {number: dict(entry.lines) for number, entry in entries.items()}
    for each in returns:
        number, item = each.original
        line = lines.get(number, {}).get(item)
        if line is not None:
            lines[number][item] = replace(line, returned=line.returned + each.quantity)
    return {number: replace(entry, lines=lines[number]) for number, entry in entries.items()}


def _entry(name: str, entry_no: str, rows: list[tuple[int, Mapping[str, str]]], faults: list[Bilingual]) -> KnownEntry:
    lines: dict[int, KnownLine] = {}
    for number, row in rows:
        with _noted(faults):
            line = _line(name, number, row)
            if line.item_no in lines:
                raise _unfit(name, number, Bilingual("商品序号重复", "item number again"), str(line.item_no))
            lines[line.item_no] = line
    number, first = rows[0]
    day = _day(name, number, first, "进出口日期")
    if first["复运期限"]:
        deadline = _day(name, number, first, "复运期限")
    else:
        # A return entry has nothing to bring back; anything else has the six months of the law.
        deadline = day if first["原报关单号"] else initial_deadline(day)
    units = (first["收发货人编码"], first["申报单位编码"])
    return KnownEntry(
        entry_no=entry_no, ie_date=day, deadline=deadline, enterprise_nos=frozenset(filter(None, units)), lines=lines
    )


def _line(name: str, number: int, row: Mapping[str, str]) -> KnownLine:
    return KnownLine(
        item_no=_whole(name, number, row, "商品序号"),
        hs_code=row["商品编码"],
        name=row["品名"],
        quantity=_decimal(name, number, row, "数量"),
        unit=row["单位代码"],
        model=row["规格型号"] or None,
        unit_price=_decimal(name, number, row, "单价") if row["单价"] else None,
        currency=row["币制"] or None,
        origin=row["原产国"] or None,
    )


def _returns(name: str, rows: list[tuple[int, Mapping[str, str]]]) -> Iterator[Returned]:
    for number, row in rows:
        if row["原报关单号"]:
            yield Returned(
                original=(row["原报关单号"], _whole(name, number, row, "原商品序号")),
                entry_no=row["报关单号"],
                item_no=_whole(name, number, row, "商品序号"),
                quantity=_decimal(name, number, row, "数量"),
                day=_day(name, number, row, "进出口日期"),
            )


def _day(name: str, number: int, row: Mapping[str, str], column: str) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise _unfit(name, number, Bilingual(column, column), row[column]) from None


def _whole(name: str, number: int, row: Mapping[str, str], column: str) -> int:
    if not _ITEM.fullmatch(row[column]):
        raise _unfit(name, number, Bilingual(column, column), row[column])
    return int(row[column])


def _decimal(name: str, number: int, row: Mapping[str, str], column: str) -> Decimal:
    # Not whatever Decimal takes: written out, 1E+999999999 would fill the memory.
    if not _QUANTITY.fullmatch(row[column]):
        raise _unfit(name, number, Bilingual(column, column), row[column])
    return Decimal(row[column])


def _unfit(name: str, number: int, what: Bilingual, value: str | None) -> RegistryFileError:
    text = Bilingual("{name} 第{number}行：{what}“{value}”不可用", "{name} line {number}: {what} “{value}” not usable")
    return RegistryFileError(text.format(name=name, number=number, what=what, value=shortened(value or "", 60)))
