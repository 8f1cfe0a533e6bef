"""Bytes of a file, or pasted text, → rows of cells as people see them; bounded, and nothing in it is run.

A workbook comes from outside: before its reader gets it, it is unfolded here within bounds, every part is parsed once
to see how far its cells reach, and only what was measured so is handed on.
"""

from __future__ import annotations

import csv
import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from msgspec import Struct

from tempgoods_edi.interchange import sheet_problems as problems
from tempgoods_edi.values import Finding

MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 5000
MAX_COLUMNS = 200
#: Titles, column names and totals around the lines.
MAX_SHEET_ROWS = MAX_ROWS + 1000
_MAX_UNFOLDED = 64 * 1024 * 1024
_MAX_PARTS = 500
_MAX_FILLED = 500_000
#: A number of Excel has this many digits, whatever is shown.
_DIGITS = 15


class Cell(Struct, frozen=True):
    """One cell.

    :ivar text: as people see it.
    :ivar is_number: it was kept as a number: zeros at its front, and digits after the 15th, are lost.
    """

    text: str
    is_number: bool = False

    @property
    def lost_digits(self) -> bool:
        """The number is longer than Excel's numbers are."""
        return self.is_number and len(self.text.lstrip("-").partition(".")[0]) > _DIGITS


#: Rows of cells, all of one sheet.
Grid = Sequence[Sequence[Cell]]


class Unreadable(Struct, frozen=True):
    """Why there are no cells."""

    finding: Finding


def grids(data: bytes) -> Iterator[Grid] | Unreadable:
    """The sheets of the file *data* in which something may be looked for: a workbook's visible ones, or the one of CSV."""
    if len(data) > MAX_BYTES:
        return Unreadable(problems.TOO_LARGE.at(size=len(data), limit=MAX_BYTES))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return Unreadable(problems.OLD_OR_LOCKED.at())
    if data.startswith(b"PK"):
        return _of_workbook(data)
    return text_grid(_decoded(data))


def text_grid(text: str) -> Iterator[Grid] | Unreadable:
    """The one sheet of CSV or of what was copied out of a sheet."""
    if "\0" in text:
        return Unreadable(problems.NOT_A_SHEET.at(value="NUL"))
    lines = text.lstrip("\r\n")
    try:
        rows = list(_some(csv.reader(StringIO(lines, newline=""), delimiter=_delimiter(lines), strict=False)))
    except csv.Error as error:
        return Unreadable(problems.NOT_A_SHEET.at(value=str(error)))
    return iter([[[Cell(text) for text in row] for row in rows]])


def _some(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    return (row for row, _ in zip(rows, range(MAX_SHEET_ROWS + 1), strict=False))


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the GB18030 that Chinese Excel writes CSV in."""
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("gb18030", "replace")


def _delimiter(text: str) -> str:
    """The one of tab, semicolon and comma that parts the first lines into most columns."""
    head = text.split("\n", 20)[:20]
    return max("\t;,", key=lambda mark: max(line.count(mark) for line in head))


def _of_workbook(data: bytes) -> Iterator[Grid] | Unreadable:
    measured = _measured(data)
    return measured if isinstance(measured, Unreadable) else _sheets(measured)


def _sheets(measured: bytes) -> Iterator[Grid] | Unreadable:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # only who has a workbook pays for its reader

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(measured))
        names = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
        found = [_grid(book.get_sheet_by_name(name)) for name in names[:50]]
    except BaseException as error:
        # What goes wrong in there may be no Exception: a panic of the reader's own language is not.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        return Unreadable(problems.NOT_A_SHEET.at(value=type(error).__name__))
    return iter(found)


def _grid(sheet: Any) -> Grid:
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    left = _MAX_FILLED
    for (top, first), (bottom, last) in (sheet.merged_cell_ranges or ())[:5000]:
        # One cell over several rows says the same of each.
        if bottom > top and top < len(rows) and first == last < len(rows[top]):
            for row in rows[top + 1 : bottom + 1][:left]:
                row[first] = rows[top][first]
                left -= 1
    return rows


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return Cell(value)
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, (int, float)):
        return Cell(number_text(value), is_number=True)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return Cell(f"{value:%Y%m%d}" if midnight else f"{value:%Y-%m-%d %H:%M:%S}")
    if isinstance(value, date):
        return Cell(f"{value:%Y%m%d}")
    return Cell(str(value) if isinstance(value, (time, timedelta)) else "")


def number_text(value: float) -> str:
    """A number as Excel shows it: plain digits, fifteen of them at most.

    >>> [number_text(each) for each in (0.1 + 0.2, 12.50, 1e5, 9027809100.0, -0.0)]
    ['0.3', '12.5', '100000', '9027809100', '0']
    """
    from decimal import Decimal

    number = Decimal(f"{value:.{_DIGITS}g}")
    if not number.is_finite():
        return str(value)
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _measured(data: bytes) -> bytes | Unreadable:
    """The workbook's XML parts, unfolded and looked through, in an archive that holds them as they are."""
    out, left = BytesIO(), _MAX_UNFOLDED
    try:
        with ZipFile(BytesIO(data)) as given, ZipFile(out, "w") as kept:
            parts = given.infolist()
            names = {part.filename for part in parts}
            if len(parts) > _MAX_PARTS or len(names) < len(parts) or any(part.flag_bits & 1 for part in parts):
                return Unreadable(problems.UNFOLDS.at())
            for part in parts:
                content = _unfolded(data, part, left)
                if content is None:
                    return Unreadable(problems.UNFOLDS.at())
                left -= len(content)
                reach = _Reach()
                if not reach.measure(content):
                    continue
                if reach.columns > MAX_COLUMNS:
                    return Unreadable(problems.TOO_MANY_COLUMNS.at(limit=MAX_COLUMNS))
                if reach.rows > MAX_SHEET_ROWS:
                    return Unreadable(problems.TOO_MANY_ROWS.at(limit=MAX_ROWS))
                kept.writestr(ZipInfo(part.filename), content)
    except (BadZipFile, zlib.error, OSError, ValueError, LookupError, EOFError, RuntimeError, struct.error) as error:
        return Unreadable(problems.NOT_A_SHEET.at(value=type(error).__name__))
    return out.getvalue()


def _unfolded(data: bytes, part: ZipInfo, limit: int) -> bytes | None:
    """The content of one part; None when it is more than *limit*.  What its headers say of its size is not believed."""
    header = data[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or part.compress_type not in (0, 8):
        raise BadZipFile(part.filename)
    start = part.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + part.compress_size]
    if part.compress_type == 0:
        return packed if len(packed) <= limit else None
    content = zlib.decompressobj(-15).decompress(packed, limit + 1)
    return content if len(content) <= limit else None


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
