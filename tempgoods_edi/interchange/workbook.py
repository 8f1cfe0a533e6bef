"""The separate process that reads one workbook: its cells as people see them, or why it is refused.

Loaded by that process, so it imports little.  Before the workbook's reader gets it, it is unfolded within bounds, every part
is parsed once to see how far its cells reach, and only what was measured so is handed on.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, BinaryIO, Literal, TypeAlias
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from msgspec import Struct, msgpack

from tempgoods_edi.values import Bilingual
from tempgoods_edi.zipped import ArchiveFault, BadArchive, Zipped

#: What needs the extra ``sheets``.
WORKBOOKS = Bilingual("Excel 文件（.xlsx）", "an Excel workbook (.xlsx)")

MAX_ROWS = 5000
MAX_COLUMNS = 200
#: Titles, column names and totals around the lines.
MAX_SHEET_ROWS = MAX_ROWS + 1000
#: Sheets that are shown; a workbook with more is no list of goods.
MAX_SHEETS = 50
#: Filled cells, and characters in them, of all sheets together.
MAX_CELLS = 500_000
MAX_CHARACTERS = 8 * 1024 * 1024
_MAX_UNFOLDED = 64 * 1024 * 1024
_MAX_PARTS = 500
_MAX_MERGED = 5000
#: A number of Excel has this many digits, whatever is shown.
DIGITS = 15

Refusal: TypeAlias = Literal["damaged", "unfolds", "rows", "columns", "sheets", "cells"]
#: A cell: its text; in a tuple when it was kept as a number.
Wire: TypeAlias = str | tuple[str]


class WorkbookAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The process's answer: the rows of each visible sheet, or the reason why there are none.

    :ivar refused: why; empty when it was read.
    :ivar limit: what was passed, where that is told.
    """

    sheets: list[list[list[Wire]]] = []
    refused: Refusal | Literal[""] = ""
    value: str = ""
    limit: int = 0


def answer(given: BinaryIO, answers: BinaryIO) -> None:
    """The task that the separate process runs."""
    answers.write(msgpack.encode(look_into(given.read())))


def look_into(data: bytes) -> WorkbookAnswer:
    """Read the workbook *data*; whatever goes wrong in its reader is the workbook's fault."""
    try:
        measured = _measured(data)
        return _sheets(measured) if isinstance(measured, bytes) else measured
    except BadArchive as unfit:
        if unfit.fault is ArchiveFault.TOO_MANY:
            return WorkbookAnswer(refused="unfolds")
        return WorkbookAnswer(refused="damaged", value=unfit.fault.value)
    except BaseException as error:  # noqa: BLE001 - a panic of the reader's own language is no Exception
        return WorkbookAnswer(refused="damaged", value=type(error).__name__)


def _sheets(measured: bytes) -> WorkbookAnswer:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(BytesIO(measured))
    names = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    if len(names) > MAX_SHEETS:
        return WorkbookAnswer(refused="sheets", limit=MAX_SHEETS)
    found, cells, characters = [], 0, 0
    for name in names:
        sheet = _grid(book.get_sheet_by_name(name))
        cells += sum(map(len, sheet))
        characters += sum(len(cell) if isinstance(cell, str) else len(cell[0]) for row in sheet for cell in row)
        if cells > MAX_CELLS or characters > MAX_CHARACTERS:
            return WorkbookAnswer(refused="cells", limit=MAX_CELLS)
        found.append(sheet)
    return WorkbookAnswer(sheets=found)


def _grid(sheet: Any) -> list[list[Wire]]:
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    left = MAX_CELLS
    for (top, first), (bottom, last) in (sheet.merged_cell_ranges or ())[:_MAX_MERGED]:
        # One cell over several rows says the same of each.
        if bottom > top and top < len(rows) and first == last < len(rows[top]):
            for row in rows[top + 1 : bottom + 1][:left]:
                row[first] = rows[top][first]
                left -= 1
    for row in rows:
        while row and not row[-1]:
            row.pop()
    return rows


def _cell(value: Any) -> Wire:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return (number_text(value),)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return f"{value:%Y%m%d}" if midnight else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    return str(value) if isinstance(value, (time, timedelta)) else ""


def number_text(value: float) -> str:
    """A number as Excel shows it: plain digits, at most fifteen.

    >>> [number_text(each) for each in (0.1 + 0.2, 12.50, 1e5, 9027809100.0, -0.0)]
    ['0.3', '12.5', '100000', '9027809100', '0']
    """
    from decimal import Decimal

    number = Decimal(f"{value:.{DIGITS}g}")
    if not number.is_finite():
        return str(value)
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _measured(data: bytes) -> bytes | WorkbookAnswer:
    """The workbook's XML parts, unfolded and looked through, in an archive that holds them as they are."""
    out, left = BytesIO(), _MAX_UNFOLDED
    zipped = Zipped(data, _MAX_PARTS)
    if zipped.faults or len({part.name for part in zipped.members}) < len(zipped.members):
        return WorkbookAnswer(refused="unfolds")
    with ZipFile(out, "w") as kept:
        for part in zipped.members:
            content = zipped.read(part, left + 1)
            if len(content) > left:
                return WorkbookAnswer(refused="unfolds")
            left -= len(content)
            reach = _Reach()
            if not reach.measure(content):
                continue
            if reach.columns > MAX_COLUMNS:
                return WorkbookAnswer(refused="columns", limit=MAX_COLUMNS)
            if reach.rows > MAX_SHEET_ROWS:
                return WorkbookAnswer(refused="rows", limit=MAX_ROWS)
            kept.writestr(ZipInfo(part.name), content)
    return out.getvalue()


class _Reach:
    """How far the filled cells of one part reach, by their addresses or, where they have none, by counting."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0

    def measure(self, content: bytes) -> bool:
        """Look through *content*; False when it is no XML that a workbook needs."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = _no_doctype
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError):
            return False
        return True

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row = _number(attributes.get("r", ""), self._row + 1)
            self._column = 0
        elif tag == "c":
            address = attributes.get("r", "")
            letters = address.rstrip("0123456789")
            self._row = _number(address[len(letters) :], self._row)
            self._column = _column(letters) if letters else self._column + 1
        elif tag in ("v", "is"):
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)


def _number(digits: str, otherwise: int) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < 10 else otherwise if not digits else 2**31


def _column(letters: str) -> int:
    """The number of a column: A is 1.  Anything else is beyond every bound."""
    number = 0
    for letter in letters.upper() if len(letters) < 5 else "":
        number = number * 26 + ord(letter) - 64 if "A" <= letter <= "Z" else 2**31
    return number or 2**31


def _no_doctype(*_: object) -> None:
    raise ValueError("DOCTYPE")
