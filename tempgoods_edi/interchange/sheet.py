"""Reads goods lines from sheets and writes them: Excel workbooks, CSV, and text copied from either.

Reading loses nothing: what cannot be understood stays in its row as it was written, with a finding at the field's
address (``ExhibitList[3]/DclQty``) and at the cell (line and column of the sheet; `cell_name` says ``D7``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from tempgoods_edi.interchange import sheet_headings, sheet_problems, sheet_values
from tempgoods_edi.interchange.sheet_grid import Cell, Grid, Unreadable, grids, text_grid
from tempgoods_edi.interchange.sheet_headings import Heading, plain
from tempgoods_edi.interchange.sheet_problems import PROBLEMS
from tempgoods_edi.interchange.sheet_writing import template
from tempgoods_edi.interchange.workbook import MAX_ROWS
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Bilingual, Finding, bounded_findings

__all__ = ["PROBLEMS", "SheetRead", "cell_name", "pasted", "read_sheet", "template"]

#: Columns that are read over: rows are numbered as they stand.
_NOT_TAKEN = ("GdsSeqNo",)
_TOTALS = frozenset(("合计", "总计", "小计", "共计", "总合计", "total", "grandtotal", "subtotal", "sum"))
_LONGEST = 64


class SheetRead(Struct, frozen=True, kw_only=True):
    """The goods lines read from a sheet, with findings.

    :ivar rows: tags → texts, in the order of the sheet; what could not be understood as it was written.
    :ivar findings: of the cells, in the order of the sheet, and of the sheet as a whole.
    """

    rows: tuple[dict[str, str], ...]
    findings: tuple[Finding, ...]


def read_sheet(goods: GroupSpec, name: str, data: bytes) -> SheetRead:
    """Read the goods lines in the file *data*, a workbook (.xlsx) or CSV; nothing is raised for its bytes.

    :param goods: the list they are for.
    :param name: of the file, for the texts only: what it is shows in its content.
    :raises MissingExtra: it is a workbook, and the extra ``sheets`` is not installed.
    """
    return _taken(goods, grids(data), name)


def pasted(goods: GroupSpec, text: str) -> SheetRead:
    """Read the goods lines in *text*, copied from a sheet with its column names."""
    return _taken(goods, text_grid(text), "")


def cell_name(finding: Finding) -> str:
    """The name of the cell that *finding* is about (``D7``); empty when it is about none."""
    if finding.line is None or finding.column is None:
        return ""
    letters, number = "", finding.column
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{finding.line}"


def _taken(goods: GroupSpec, found: Iterator[Grid] | Unreadable, name: str) -> SheetRead:
    if isinstance(found, Unreadable):
        return SheetRead(rows=(), findings=(structs.replace(found.finding, path=goods.tag, label=goods.label),))
    for grid in found:
        heading = sheet_headings.find_heading(goods, grid)
        if heading is not None:
            return _rows(goods, grid, heading)
    known = Bilingual(*("、".join(label.in_(lang) for label in _wanted(goods)) for lang in ("zh", "en")))
    no_heading = sheet_problems.NO_HEADING.at(goods.tag, value=name[:_LONGEST] or None, known=known)
    return SheetRead(rows=(), findings=(structs.replace(no_heading, label=goods.label),))


def _wanted(goods: GroupSpec) -> list[Bilingual]:
    fields = [child for child in goods.children if isinstance(child, FieldSpec)]
    return [field.label for field in fields if field.need is not None and not field.auto][:6]


def _rows(goods: GroupSpec, grid: Grid, heading: Heading) -> SheetRead:
    rows: list[dict[str, str]] = []
    findings = list(_of_columns(goods, heading))
    titles = [cell.text for cell in grid[heading.row]]
    for position, cells in enumerate(grid[heading.row + 1 :], heading.row + 1):
        given = [(at, field, cells[at]) for at, field in heading.columns.items() if at < len(cells)]
        if not any(cell.text.strip() for _, field, cell in given if field.tag not in _NOT_TAKEN):
            continue
        if [cell.text for cell in cells] == titles:
            continue
        if _is_total(cells, given):
            found = sheet_problems.TOTAL_ROW.at(goods.tag, row=position + 1)
            findings.append(found.placed(line=position + 1, column=1, label=goods.label))
            continue
        if len(rows) == MAX_ROWS:
            found = sheet_problems.TOO_MANY_ROWS.at(goods.tag, limit=MAX_ROWS)
            findings.append(found.placed(line=position + 1, column=1, label=goods.label))
            break
        row: dict[str, str] = {}
        for at, field, cell in given:
            if field.tag in _NOT_TAKEN:
                continue
            text, wrong = sheet_values.read_cell(field, cell, f"{goods.tag}[{len(rows) + 1}]/{field.tag}")
            if text:
                row[field.tag] = text
            findings.extend(each.placed(line=position + 1, column=at + 1, label=field.label) for each in wrong)
        rows.append(row)
    if not rows:
        findings.append(structs.replace(sheet_problems.NO_ROWS.at(goods.tag), label=goods.label))
    return SheetRead(rows=tuple(rows), findings=bounded_findings(findings))


def _of_columns(goods: GroupSpec, heading: Heading) -> Iterator[Finding]:
    for at, name in heading.unknown.items():
        found = sheet_problems.UNKNOWN_COLUMN.at(goods.tag, value=name[:_LONGEST])
        yield found.placed(line=heading.row + 1, column=at + 1, label=goods.label)
    for at, field in heading.again.items():
        found = sheet_problems.SECOND_COLUMN.at(goods.tag, value=field.label, label=field.label)
        yield found.placed(line=heading.row + 1, column=at + 1, label=field.label)


def _is_total(cells: Sequence[Cell], given: list[tuple[int, FieldSpec, Cell]]) -> bool:
    """A row that adds up the others: it says so, and has neither a number nor a code of its own."""
    own = {field.tag: cell.text.strip() for _, field, cell in given}
    if own.get("Gdecd") or own.get("GdsSeqNo", "").isdecimal():
        return False
    return any(plain(cell.text) in _TOTALS for cell in cells)
