"""Writes sheets of goods: the template to fill in, and a declaration's lines in the form that `sheet.read_sheet` reads.

Every value is written as text.  So a number keeps its digits, and a text that begins like a formula is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from tempgoods_edi.codelists import code_list
from tempgoods_edi.extras import need
from tempgoods_edi.interchange.workbook import WORKBOOKS
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.values import Bilingual, Lang

#: Rows that the template prepares.
_PREPARED = 5000
_YELLOW, _GREY = "#FFF2AB", "#EDEDED"
#: Lists up to this length become drop-downs.
_LONGEST_LIST = 400
_WIDTHS = {"GdsNm": 28, "GdsNmEn": 28, "GdsSpcfModelDesc": 32, "ExhibitorNm": 28, "Rmk": 28, "Gdecd": 14, "EntryNo": 22}

_FILL_IN = Bilingual("填写说明", "How to fill in")
_LISTS = "codes"
_COLUMNS = (
    Bilingual("栏目", "field"), Bilingual("填写要求", "needed"), Bilingual("格式", "form"), Bilingual("示例", "example"),
)  # fmt: skip
_NEEDED, _OPTIONAL = Bilingual("必填", "needed to declare"), Bilingual("选填", "optional")
_EXAMPLE: Mapping[str, str] = {
    "Gdecd": "8457101000", "GdsNm": "立式加工中心", "GdsNmEn": "Vertical machining centre", "DclQty": "1",
    "GdsSpcfModelDesc": "VX-800|样机|序列号48810231", "DclUnitCd": "001 台", "LawfQty": "1", "SecdLawfQty": "7850",
    "UnitPrice": "186500.00", "TotalPrice": "186500.00", "CurrCd": "EUR 欧元", "NatCd": "DEU 德国", "GrossWt": "8120",
    "NetWt": "7850", "PackNo": "C-001", "ExhibitorNm": "Steinbach Werkzeugmaschinen GmbH", "BoothNo": "5.1A02",
    "DisposalCd": "1 复运", "Rmk": "需吊装", "EntryNo": "222520271000000123", "EntryGNo": "1", "EntryQty": "4",
    "LoanQty": "1", "ExtQty": "2",
}  # fmt: skip


def template(goods: GroupSpec, lang: Lang) -> bytes:
    """An empty workbook for the lines of *goods*: named columns, required ones marked, codes to choose, an example."""
    fields = [field for field in _fields(goods) if not field.auto and not field.change_only]
    out = BytesIO()
    book = _book(out)
    sheet = book.add_worksheet(goods.label.in_(lang)[:31])
    guide = book.add_worksheet(_FILL_IN.in_(lang))
    codes = book.add_worksheet(_LISTS)
    codes.hide()
    text = book.add_format({"num_format": "@"})
    plain = book.add_format({"bold": True, "bg_color": _GREY, "border": 1, "num_format": "@"})
    needed = book.add_format({"bold": True, "bg_color": _YELLOW, "border": 1, "num_format": "@"})
    for at, field in enumerate(fields):
        sheet.set_column(at, at, _WIDTHS.get(field.tag, 14), text)
        sheet.write_string(
            0, at, f"{field.label.in_(lang)}{'*' if field.need else ''}", needed if field.need else plain
        )
        choices = _choices(field, lang)
        if choices:
            for row, choice in enumerate(choices):
                codes.write_string(row, at, choice)
            column = _letters(at)
            source = f"={_LISTS}!${column}$1:${column}${len(choices)}"
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(1, at, _PREPARED, at, rule)
    sheet.freeze_panes(1, 0)
    for at, title in enumerate(_COLUMNS):
        guide.set_column(at, at, 32, text)
        guide.write_string(0, at, title.in_(lang), plain)
    for row, field in enumerate(fields, 1):
        about = (field.label, _NEEDED if field.need else _OPTIONAL, field.type_label)
        for at, each in enumerate(about):
            guide.write_string(row, at, each.in_(lang), text)
        guide.write_string(row, len(about), _EXAMPLE.get(field.tag, ""), text)
    sheet.activate()
    book.close()
    return out.getvalue()


def _book(out: BytesIO) -> Any:
    need(WORKBOOKS, "sheets")
    from xlsxwriter import Workbook  # only who writes a workbook pays for its writer

    book = Workbook(out, {"in_memory": True})
    # The same lines always give the same bytes.
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=CHINA_TIME)})
    return book


def _fields(goods: GroupSpec) -> list[FieldSpec]:
    return [child for child in goods.children if isinstance(child, FieldSpec)]


def _choices(field: FieldSpec, lang: Lang) -> list[str]:
    if field.facets.options:
        return [f"{option.value} {option.label.in_(lang)}" for option in field.facets.options]
    if field.codelist is None or len(table := code_list(field.codelist)) > _LONGEST_LIST:
        return []
    rows = [row for code in table.codes() if (row := table.get(code)) is not None]
    return [f"{row.code} {row.name.in_(lang)}" for row in rows]


def _letters(at: int) -> str:
    """The name of a column by its position from 0; there are fewer than 26 fields times 26."""
    return chr(65 + at) if at < 26 else chr(64 + at // 26) + chr(65 + at % 26)
