"""Read the registry of entries from its CSV (报关单登记): one row per goods line, return entries naming their original."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import TextIO

from msgspec.structs import replace

from h2018.registry import Holdings, Returned
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.deadlines import initial_deadline
from tempgoods_edi.numbers import read_entry_number
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.texts import read_text
from tempgoods_edi.values import Bilingual

COLUMNS = (
    "报关单号", "进出口日期", "监管方式", "收发货人编码", "收发货人", "申报单位编码", "申报单位", "展览会", "复运期限",
    "商品序号", "商品编码", "品名", "规格型号", "数量", "单位代码", "单价", "币制", "原产国", "原报关单号", "原商品序号",
)  # fmt: skip


class RegistryFileError(TempgoodsError):
    """A row of the CSV cannot be used; the text says which and why."""


def from_csv(path: Path) -> Holdings:
    """The entries in the file at *path*, in whatever Excel saved it.

    :raises RegistryFileError: a column is missing, or a row cannot be used.
    :raises NotText: nobody can tell how it is encoded.
    :raises OSError: the file cannot be read.
    """
    return read(StringIO(read_text(path), newline=""), path.name)


def read(file: TextIO, name: str) -> Holdings:
    """The entries in *file*; *name* is for the texts of errors."""
    rows = csv.DictReader(file)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise _unfit(name, 1, Bilingual("缺少列", "missing columns"), "、".join(missing))
    by_entry: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, row in enumerate(rows, 2):
        if read_entry_number(row["报关单号"] or "") is None:
            raise _unfit(name, number, Bilingual("报关单号", "entry number"), row["报关单号"])
        by_entry.setdefault(row["报关单号"], []).append((number, row))
    entries = {entry_no: _entry(name, entry_no, lines) for entry_no, lines in by_entry.items()}
    names = {no: lines[0][1]["展览会"] for no, lines in by_entry.items() if lines[0][1]["展览会"]}
    returns = tuple(_returns(name, by_entry.values()))
    return Holdings(entries=_balanced(entries, returns), exhibition_names=names, returns=returns)


def _balanced(entries: Mapping[str, KnownEntry], returns: Iterable[Returned]) -> Mapping[str, KnownEntry]:
    """The entries with what came back of them, where both are in the file."""
    lines = {number: dict(entry.lines) for number, entry in entries.items()}
    for each in returns:
        number, item = each.original
        line = lines.get(number, {}).get(item)
        if line is not None:
            lines[number][item] = replace(line, returned=line.returned + each.quantity)
    return {number: replace(entry, lines=lines[number]) for number, entry in entries.items()}


def _entry(name: str, entry_no: str, rows: list[tuple[int, Mapping[str, str]]]) -> KnownEntry:
    number, first = rows[0]
    day = _day(name, number, first, "进出口日期")
    lines: dict[int, KnownLine] = {}
    for number, row in rows:
        line = _line(name, number, row)
        if line.item_no in lines:
            raise _unfit(name, number, Bilingual("商品序号重复", "item number again"), str(line.item_no))
        lines[line.item_no] = line
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


def _returns(name: str, entries: Iterable[list[tuple[int, Mapping[str, str]]]]) -> Iterator[Returned]:
    for rows in entries:
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
    if not (row[column] or "").isdecimal():
        raise _unfit(name, number, Bilingual(column, column), row[column])
    return int(row[column])


def _decimal(name: str, number: int, row: Mapping[str, str], column: str) -> Decimal:
    try:
        value = Decimal(row[column] or "")
    except InvalidOperation:
        raise _unfit(name, number, Bilingual(column, column), row[column]) from None
    if not value.is_finite() or value < 0:
        raise _unfit(name, number, Bilingual(column, column), row[column])
    return value


def _unfit(name: str, number: int, what: Bilingual, value: str | None) -> RegistryFileError:
    text = Bilingual("{name} 第{number}行：{what}“{value}”不可用", "{name} line {number}: {what} “{value}” not usable")
    return RegistryFileError(text.format(name=name, number=number, what=what, value=value or ""))
