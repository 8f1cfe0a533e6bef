"""One value of a list's row, as the page shows it and as a workbook holds it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tempgoods_edi.declarant.exporting import Cell, ExportColumn
from tempgoods_edi.declarant.exporting import Form as SheetForm
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.web.forms.fields import readable
from tempgoods_edi.web.queries.list_columns import ListColumn

_WIDTHS = {"title": 36, "seq_no": 22, "customs_no": 22, "entry_no": 22, "exhibition_no": 22, "office": 24, "updated_at": 20}
_SHEET_FORMS: dict[str, SheetForm] = {"day": "day", "instant": "instant", "count": "number"}


def cell_text(column: ListColumn, row: Any) -> Bilingual:
    """The value of *column* in *row* for a page; instants and states have places of their own there."""
    value = getattr(row, column.name)
    if value is None:
        return Bilingual("", "")
    if isinstance(value, str) and column.field is not None:
        return readable(column.field, value)
    return Bilingual(str(value), str(value))


def cell(column: ListColumn, row: Any, lang: Lang) -> Cell:
    """The value for a workbook: dates and times as such, codes with their names, others as text."""
    value = getattr(row, column.name)
    if value is None or isinstance(value, datetime | int):
        return value
    if column.form == "state":
        return str(value.label.in_(lang))
    if column.form == "day":
        return _day(str(value))
    return readable(column.field, str(value)).in_(lang) if column.field is not None else str(value)


def sheet_columns(columns: tuple[ListColumn, ...], lang: Lang) -> tuple[ExportColumn, ...]:
    """The column headings of a workbook."""
    return tuple(
        ExportColumn(each.label.in_(lang), _SHEET_FORMS.get(each.form, "text"), _WIDTHS.get(each.name, 16)) for each in columns
    )


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
