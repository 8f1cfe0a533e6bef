"""Exports lists as Excel workbooks, row by row, so that a long list needs no memory; no cell is ever a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Literal, TypeAlias

from msgspec import Struct

from tempgoods_edi.numbers import CHINA_TIME

#: What a cell may hold.  A text stays a text whatever it begins with.
Cell: TypeAlias = str | int | Decimal | date | datetime | None
Form = Literal["text", "number", "day", "instant"]

#: What the file type can hold.
MOST_ROWS = 1_048_575
_LONGEST = 32_767
_SHEET_NAME = 31
#: A text that begins so would become a formula as soon as somebody edits the cell, or saves the sheet as CSV.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}


class ExportColumn(Struct, frozen=True):
    """One column of a list.

    :ivar width: in characters.
    """

    title: str
    form: Form = "text"
    width: int = 18


def write(
    to: IO[bytes], sheet: str, columns: Sequence[ExportColumn], rows: Iterable[Sequence[Cell]], made_at: datetime
) -> int:
    """Write one sheet with a heading and *rows*, at most `MOST_ROWS`; returns the number of rows written.

    :param made_at: aware; stands in the file's properties.
    """
    from xlsxwriter import Workbook

    count = 0
    with Workbook(to, _OPTIONS) as book:
        book.set_properties({"created": made_at.astimezone(CHINA_TIME).replace(tzinfo=None)})
        page = book.add_worksheet(sheet_name(sheet))
        looks = _looks(book)
        for number, column in enumerate(columns):
            page.set_column(number, number, column.width)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        for number, column in enumerate(columns):
            page.write_string(0, number, column.title, looks["heading"])
        for row in rows:
            if count == MOST_ROWS:
                break
            count += 1
            for number, cell in enumerate(row):
                _put(page, count, number, cell, looks)
        page.autofilter(0, 0, count, max(len(columns) - 1, 0))
    return count


def sheet_name(wanted: str) -> str:
    """*wanted* turned into a valid sheet name.

    >>> sheet_name("展览会备案查询/2027: [all]")
    '展览会备案查询 2027   all'
    """
    return wanted.translate(_NOT_IN_SHEET_NAMES).strip()[:_SHEET_NAME].strip() or "Sheet1"


def _looks(book: Any) -> dict[str, Any]:
    return {
        "heading": book.add_format(
            {"bold": True, "bg_color": "#EAF2FB", "bottom": 1, "text_wrap": True, "valign": "top"}
        ),
        "text": book.add_format({"num_format": "@"}),
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }


def _put(page: Any, row: int, column: int, cell: Cell, looks: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell[:_LONGEST], looks["quoted" if cell.startswith(_FORMULA) else "text"])
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cell.astimezone(CHINA_TIME).replace(tzinfo=None), looks["instant"])
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, looks["day"])
    else:
        page.write_number(row, column, cell)
