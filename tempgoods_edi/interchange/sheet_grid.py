"""Turns the bytes of a file, or pasted text, into rows of cells; bounded, and nothing in them is executed.

A workbook is read by a process of its own (`workbook`); what that says of it is all that comes here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from msgspec import DecodeError, Struct, msgpack

from tempgoods_edi.apart import ProcessLimits, ProcessOutcome
from tempgoods_edi.extras import need
from tempgoods_edi.interchange import sheet_problems as problems
from tempgoods_edi.interchange.workbook import (
    DIGITS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_SHEET_ROWS,
    WORKBOOKS,
    Refusal,
    Wire,
    WorkbookAnswer,
)
from tempgoods_edi.looks import what_is
from tempgoods_edi.texts import NotText, decoded
from tempgoods_edi.values import Finding, Problem

MAX_BYTES = 8 * 1024 * 1024
#: So much of a text shows what parts its cells (characters).
_HEAD = 256 * 1024
_TASK = "tempgoods_edi.interchange.workbook:answer"
#: What reading one workbook may take.
_LIMITS = ProcessLimits(seconds=10, patience=60, memory=512 * 1024 * 1024, answer=64 * 1024 * 1024)
_REFUSALS: Mapping[Refusal, Problem] = {
    "damaged": problems.NOT_A_SHEET,
    "unfolds": problems.UNFOLDS,
    "rows": problems.TOO_MANY_ROWS,
    "columns": problems.TOO_MANY_COLUMNS,
    "sheets": problems.TOO_MANY_SHEETS,
    "cells": problems.TOO_MUCH_TEXT,
}


class Cell(Struct, frozen=True):
    """One cell of a sheet, as Excel shows it.

    :ivar text: as people see it.
    :ivar is_number: it was kept as a number: zeros at its front, and digits after the 15th, are lost.
    """

    text: str
    is_number: bool = False

    @property
    def lost_digits(self) -> bool:
        """True for a number that is longer than Excel's precision."""
        return self.is_number and len(self.text.lstrip("-").partition(".")[0]) > DIGITS


_EMPTY = Cell("")

#: Rows of cells, all of one sheet.
Grid = Sequence[Sequence[Cell]]


class Unreadable(Struct, frozen=True):
    """The reason why a file has no cells."""

    finding: Finding


def grids(data: bytes) -> Iterator[Grid] | Unreadable:
    """The sheets of the file *data* that are searched: a workbook's visible ones, or the one of CSV.

    :raises MissingExtra: it is a workbook, and the extra ``sheets`` is not installed.
    """
    if len(data) > MAX_BYTES:
        return Unreadable(problems.TOO_LARGE.at(size=len(data), limit=MAX_BYTES))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return Unreadable(problems.OLD_OR_LOCKED.at())
    if data.startswith(b"PK"):
        return _of_workbook(data)
    looks = what_is(data)
    if looks is not None and data.lstrip()[:1] not in (b"{", b"["):
        return Unreadable(problems.SOMETHING_ELSE.at(kind=looks.name.zh, name=looks.name.en))
    try:
        return text_grid(decoded(data))
    except NotText:
        return Unreadable(problems.UNKNOWN_ENCODING.at())


def text_grid(text: str) -> Iterator[Grid] | Unreadable:
    """The one sheet of CSV text, or of text copied from a sheet."""
    if "\0" in text:
        return Unreadable(problems.NOT_A_SHEET.at(value="NUL"))
    text = text.lstrip("\r\n")
    delimiter = _delimiter(text)
    lines = _Lines(text, delimiter)
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=False):
            lines.met = 0
            cells += len(row)
            if len(row) > MAX_COLUMNS and any(row[MAX_COLUMNS:]):
                return Unreadable(problems.TOO_MANY_COLUMNS.at(limit=MAX_COLUMNS))
            rows.append([Cell(text) for text in row[:MAX_COLUMNS]])
            if len(rows) > MAX_SHEET_ROWS or cells > MAX_CELLS:
                break
    except csv.Error as error:
        return Unreadable(problems.NOT_A_SHEET.at(value=str(error)))
    except _TooWide:
        return Unreadable(problems.TOO_MANY_COLUMNS.at(limit=MAX_COLUMNS))
    return iter([rows])


class _TooWide(Exception):
    """A row has more cells than any sheet of goods."""


class _Lines:
    """The lines of a text, one after another, as long as a row of cells stays within bounds: `met` begins anew with each.

    The reader takes a row whole, however long it is, so its cells are counted before.
    """

    def __init__(self, text: str, delimiter: str) -> None:
        self.met = 0
        self._lines = StringIO(text, newline="")
        self._delimiter = delimiter

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.met += line.count(self._delimiter)
            # Within quotes a delimiter parts nothing: there may be some more of them than cells.
            if self.met > 20 * MAX_COLUMNS:
                raise _TooWide
            yield line


def _delimiter(text: str) -> str:
    """The one of tab, semicolon and comma that parts the first lines into most columns."""
    head = text[:_HEAD].split("\n", 20)[:20]
    return max("\t;,", key=lambda mark: max(line.count(mark) for line in head))


def _of_workbook(data: bytes) -> Iterator[Grid] | Unreadable:
    """The sheets as the process sees them that `workbook.answer` runs in, or why it refused them; raises `MissingExtra`."""
    from tempgoods_edi.apart.processes import run  # only who has a workbook pays for it

    need(WORKBOOKS, "sheets")
    ended = run(_TASK, (data,), _LIMITS)
    if ended.outcome is not ProcessOutcome.DONE:
        return Unreadable(problems.UNFOLDS.at())
    try:
        answer = msgpack.decode(ended.answer, type=WorkbookAnswer)
    except DecodeError:
        return Unreadable(problems.NOT_A_SHEET.at(value="?"))
    if answer.refused:
        return Unreadable(_REFUSALS[answer.refused].at(value=answer.value or None, limit=answer.limit))
    return ([[_cell(cell) for cell in row] for row in sheet] for sheet in answer.sheets)


def _cell(value: Wire) -> Cell:
    return (Cell(value) if value else _EMPTY) if isinstance(value, str) else Cell(value[0], is_number=True)
