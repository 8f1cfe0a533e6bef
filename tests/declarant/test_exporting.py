"""Workbooks: any row, any text, never a formula."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tempgoods_edi.declarant.exporting import ExportColumn, sheet_name, write
from tests.declarant.desk import START

#: What XML can hold; the rest a workbook writes in a form of its own.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=40)


def written(rows: list[tuple[object, ...]]) -> bytes:
    """A workbook with these rows."""
    made = io.BytesIO()
    columns = [ExportColumn(f"c{number}") for number in range(max(map(len, rows), default=1))]
    assert write(made, "展览会/2027", columns, rows, START) == len(rows)  # type: ignore[arg-type]  # every kind of cell
    return made.getvalue()


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from(["", "=", "+", "-", "@", "\t", "|", "%"]))
def test_a_text_is_read_back_as_it_was_and_no_formula(texts: list[str], beginning: str) -> None:
    """Whatever a text is and begins with, the cell holds just that, as text."""
    wanted = [beginning + text for text in texts]
    data = written([(*wanted, "end")])
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[1][: len(wanted)] == wanted


def test_numbers_days_and_instants_stay_what_they_are() -> None:
    """They can be added up and sorted; an instant is in China's time; nothing is an empty cell."""
    data = written([(Decimal("1.50"), 3, date(2027, 3, 10), START, None, "222520271147491038")])
    (row,) = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    assert row == [1.5, 3, date(2027, 3, 10), datetime(2026, 11, 22, 9, 30), "", "222520271147491038"]  # noqa: DTZ001 - as sheets have it


def test_a_sheet_has_a_name_that_excel_takes() -> None:
    """No character that Excel refuses, at most 31, never empty."""
    assert sheet_name("[]:*?/\\'") == "Sheet1"
    assert len(sheet_name("长" * 50)) == 31
