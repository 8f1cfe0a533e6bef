"""Properties of goods lines read from sheets, and of the sheet that people fill in."""

from __future__ import annotations

import io
import json
import re
import resource
import struct
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tempgoods_edi.interchange import sheet
from tempgoods_edi.interchange.sheet import SheetRead, cell_name, pasted, read_sheet, template
from tempgoods_edi.interchange.sheet_grid import MAX_BYTES
from tempgoods_edi.interchange.workbook import MAX_ROWS, MAX_SHEETS
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.testing.strategies import trees
from tempgoods_edi.values import LANGS, Lang, Severity

CASES = Path(__file__).parents[2] / "fixtures" / "cases"
LISTS = (("TMP101", "ExhibitList"), ("TMP111", "LoanGoods"), ("TMP121", "Goods"), ("TMP131", "Goods"))


def _goods(code: str, tag: str) -> GroupSpec:
    group = reader.message(code).root.at(tag)
    assert isinstance(group, GroupSpec)
    return group


EXHIBITS = _goods("TMP101", "ExhibitList")
ANY_LIST = pytest.mark.parametrize("goods", [_goods(*each) for each in LISTS], ids=[code for code, _ in LISTS])


def _workbook(*rows: list[Any], formats: dict[str, Any] | None = None, formulas: bool = True) -> bytes:
    """A workbook with *rows* as Excel would keep them: numbers as numbers, days as days."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": formulas})
    page, day = book.add_worksheet("清单"), book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(at, column, value, day)
            elif value is not None:
                page.write(at, column, value)
    for where, text in (formats or {}).items():
        page.merge_range(where, text)
    book.close()
    return out.getvalue()


def _errors(found: SheetRead) -> list[tuple[str, str, str]]:
    return [(each.rule, each.path, cell_name(each)) for each in found.findings if each.severity is Severity.ERROR]


def _one(heading: str, value: Any, goods: GroupSpec = EXHIBITS) -> tuple[dict[str, str], list[str]]:
    """The row that a workbook with *value* under *heading* gives, and the ids of what is wrong with it."""
    found = read_sheet(goods, "a.xlsx", _workbook(["品名", heading], ["琴", value]))
    (row,) = found.rows
    return row, [each.rule for each in found.findings]


@pytest.mark.parametrize(
    ("path", "code", "tag"),
    [
        ("machine-tool-show/展览品清单.xlsx", "TMP101", "ExhibitList"),
        ("book-fair/展览品清单.xlsx", "TMP101", "ExhibitList"),
        ("orchestra-tour/货物清单.xlsx", "TMP121", "Goods"),
    ],
)
def test_the_lists_of_the_cases_are_read(path: str, code: str, tag: str) -> None:
    """Titles, names instead of codes and numbers as Excel keeps them: every column says what the message says."""
    found = read_sheet(_goods(code, tag), path, (CASES / path).read_bytes())
    message = json.loads((CASES / path).with_name("message.json").read_text("utf-8"))
    assert found.findings == ()
    assert len(found.rows) == len(message["document"][tag])
    for row, line in zip(found.rows, message["document"][tag], strict=True):
        assert row.items() <= line.items()
        assert len(row) >= 12


@ANY_LIST
@given(data=st.data(), lang=st.sampled_from(LANGS))
def test_what_was_written_is_read_back(goods: GroupSpec, data: st.DataObject, lang: Lang) -> None:
    """Lines come back from their sheet as they were, in either language, and nothing is found wrong in them."""
    code = next(code for code, tag in LISTS if _goods(code, tag) is goods)
    tree = data.draw(trees(reader.message(code), max_lines=6))
    lines = [{tag: text for tag, text in row.items() if tag != "GdsSeqNo"} for row in tree.get(goods.tag, [])]
    rows = [{tag: text for tag, text in row.items() if text.strip() == text and "\r" not in text} for row in lines]
    rows = [row for row in rows if row]
    fields = [field for field in goods.children if isinstance(field, FieldSpec) and field.tag != "GdsSeqNo"]
    cells = [[row.get(field.tag, "") for field in fields] for row in rows]
    found = read_sheet(goods, "a.xlsx", _workbook([field.label.in_(lang) for field in fields], *cells, formulas=False))
    assert list(found.rows) == rows
    assert [each for each in found.findings if each.rule != "TG-SHEET-012"] == []


@ANY_LIST
@pytest.mark.parametrize("lang", LANGS)
def test_a_template_can_be_filled_in(goods: GroupSpec, lang: Lang) -> None:
    """Its columns are all recognised, every needed field is among them, and each offered choice is understood."""
    made = CalamineWorkbook.from_filelike(io.BytesIO(template(goods, lang)))
    first, guide, codes = (made.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in made.sheet_names)
    typed = [str(row[3]) for row in guide[1:]]
    filled = read_sheet(goods, "a.xlsx", _workbook([str(each) for each in first[0]], typed))
    assert filled.findings == ()
    (row,) = filled.rows
    needed = {field.tag for field in goods.children if isinstance(field, FieldSpec) and field.need and not field.auto}
    assert needed <= row.keys()
    for column, heading in enumerate(first[0]):
        choices = [str(line[column]) for line in codes if column < len(line) and line[column]]
        for choice in choices:
            found = pasted(goods, f"品名\t规格型号\t报关单号\t{heading}\n琴\tx\t\t{choice}")
            values = [text for tag, text in found.rows[0].items() if tag not in ("GdsNm", "GdsSpcfModelDesc")]
            assert values == [choice.split(" ")[0]]


@pytest.mark.parametrize("lang", LANGS)
def test_a_template_is_empty(lang: Lang) -> None:
    """What explains it is not taken for goods."""
    assert [each.rule for each in read_sheet(EXHIBITS, "a.xlsx", template(EXHIBITS, lang)).findings] == ["TG-SHEET-012"]


@pytest.mark.parametrize(
    ("heading", "tag"),
    [
        ("HS Code", "Gdecd"), ("H.S.编码", "Gdecd"), ("商品编号", "Gdecd"), ("税则号列", "Gdecd"), ("Gdecd", "Gdecd"),
        ("规格／型号", "GdsSpcfModelDesc"), (" 数量 ", "DclQty"), ("Qty.", "DclQty"), ("单位", "DclUnitCd"),
        ("单价(EUR)", "UnitPrice"), ("总价\n（元）", "TotalPrice"), ("净重（KG）*", "NetWt"), ("G.W.", "GrossWt"),
        ("原产国(地区)", "NatCd"), ("Country of origin", "NatCd"), ("Currency", "CurrCd"), ("展位号", "BoothNo"),
    ],
)  # fmt: skip
def test_columns_are_known_by_what_they_are_usually_called(heading: str, tag: str) -> None:
    """Width, case, blanks, units in brackets and marks do not matter."""
    found = pasted(EXHIBITS, f"箱号\t备注\t“{heading}”\nC1\tx\t8457101000".replace("“", '"').replace("”", '"'))
    assert found.rows[0].keys() >= {tag}


def test_columns_may_stand_in_any_order_below_any_title() -> None:
    """Titles, blank rows and columns nobody knows do not disturb; what is not taken is said."""
    found = pasted(EXHIBITS, "某展览会清单\t\t\n\n制表：\t周敏\t\n数量\t颜色\t品名\n3\t红\t琴\n\n4\t\t弓\n")
    assert found.rows == ({"DclQty": "3", "GdsNm": "琴"}, {"DclQty": "4", "GdsNm": "弓"})
    assert [(each.rule, each.severity, cell_name(each)) for each in found.findings] == [
        ("TG-SHEET-008", Severity.WARNING, "B4")
    ]


def test_a_second_column_of_the_same_is_told() -> None:
    """The first one counts."""
    found = pasted(EXHIBITS, "品名\t数量\t申报数量\n琴\t3\t4\n")
    assert found.rows == ({"GdsNm": "琴", "DclQty": "3"},)
    assert [(each.rule, cell_name(each)) for each in found.findings] == [("TG-SHEET-009", "C1")]


def test_rows_that_are_no_goods_are_passed_over() -> None:
    """Totals, repeated column names, and rows that only have their number."""
    found = pasted(EXHIBITS, "序号\t品名\t数量\n1\t琴\t3\n序号\t品名\t数量\n2\t弓\t4\n3\t\t\n\t合计\t7\n")
    assert [row["GdsNm"] for row in found.rows] == ["琴", "弓"]
    assert [each.rule for each in found.findings] == ["TG-SHEET-013"]


@pytest.mark.parametrize(
    ("heading", "value", "tag", "text"),
    [
        ("单位", "千克", "DclUnitCd", "035"),
        ("单位", "公斤", "DclUnitCd", "035"),
        ("单位", "KG", "DclUnitCd", "035"),
        ("单位", 35, "DclUnitCd", "035"),
        ("单位", "kilogram", "DclUnitCd", "035"),
        ("单位", "001 台", "DclUnitCd", "001"),
        ("币制", "欧元", "CurrCd", "EUR"),
        ("币制", "usd", "CurrCd", "USD"),
        ("币制", "美元(USD)", "CurrCd", "USD"),
        ("币制", "RMB", "CurrCd", "CNY"),
        ("币制", "502", "CurrCd", "USD"),
        ("原产国", "德国", "NatCd", "DEU"),
        ("原产国", "United Kingdom", "NatCd", "GBR"),
        ("原产国", "香港", "NatCd", "HKG"),
        ("原产国", "USA-美国", "NatCd", "USA"),
        ("处置", "复运出境", "DisposalCd", "1"),
        ("处置", "赠送", "DisposalCd", "3"),
        ("处置", 2, "DisposalCd", "2"),
        ("HS编码", "8457.10.10.00", "Gdecd", "8457101000"),
        ("HS编码", "8457 1010 00", "Gdecd", "8457101000"),
        ("HS编码", 8457101000, "Gdecd", "8457101000"),
        ("HS编码", 101210090, "Gdecd", "0101210090"),
        ("数量", 3, "DclQty", "3"),
        ("数量", "１，２００", "DclQty", "1200"),
        ("单价", 0.1 + 0.2, "UnitPrice", "0.3"),
        ("单价", 1e5, "UnitPrice", "100000"),
        ("单价", "1,234,567.50", "UnitPrice", "1234567.50"),
        ("单价", "€1,200", "UnitPrice", "1200"),
        ("净重", "12.5 kg", "NetWt", "12.5"),
        ("净重", "7850.000", "NetWt", "7850.000"),
        ("箱号", 7, "PackNo", "7"),
        ("备注", date(2027, 3, 21), "Rmk", "20270321"),
        ("备注", "=1+1", "Rmk", "0"),
    ],
)
def test_cells_are_understood_as_people_mean_them(heading: str, value: Any, tag: str, text: str) -> None:
    """Codes by code or name, numbers as they are seen, HS codes however they are parted; no formula is reckoned."""
    assert _one(heading, value) == ({"GdsNm": "琴", tag: text}, [])


@pytest.mark.parametrize(
    ("heading", "value", "rule"),
    [
        ("单位", "车", "TG-SHEET-010"),
        ("币制", "元", "TG-SHEET-010"),
        ("原产国", "德国或法国", "TG-SHEET-010"),
        ("处置", "再议", "TG-SHEET-010"),
        ("HS编码", "84571010", "TG-XSD-008"),
        ("数量", "12,5", "TG-XSD-004"),
        ("数量", "约3", "TG-XSD-004"),
        ("数量", "1.234567", "TG-XSD-011"),
        ("单价", "#N/A", "TG-SHEET-014"),
        ("规格型号", "字" * 513, "TG-XSD-007"),
    ],
)
def test_what_cannot_be_understood_stays_and_is_told_at_its_cell(heading: str, value: str, rule: str) -> None:
    """Nothing is guessed at and nothing is lost: the text stands in the row, the finding at address and cell."""
    if rule == "TG-XSD-008":
        value = "84571011"
    found = pasted(EXHIBITS, f"品名\t{heading}\n鼓\t\n琴\t{value}\n")
    (tag,) = found.rows[1].keys() - {"GdsNm"}
    assert found.rows[1][tag] == value
    assert _errors(found) == [(rule, f"ExhibitList[2]/{tag}", "B3")]
    assert all(each.label is not None for each in found.findings)


def test_a_number_that_excel_has_cut_is_told() -> None:
    """An entry number typed as a number has lost its end; as a text it has not."""
    loan = _goods("TMP111", "LoanGoods")
    row, rules = _one("报关单号", 222520271000000123, loan)
    assert rules == ["TG-SHEET-011"]
    assert row["EntryNo"].startswith("2225202710000")
    assert _one("报关单号", "2225 2027 1000000123", loan)[0]["EntryNo"] == "222520271000000123"


def test_a_cell_over_several_rows_counts_for_each() -> None:
    """An exhibitor is often named once for all its goods; a title over several columns is no column."""
    rows: list[list[Any]] = [
        ["清单", None, None],
        ["品名", "参展商", "数量"],
        ["琴", None, 1],
        ["弓", None, 2],
        ["弦", "乙", 3],
    ]
    found = read_sheet(EXHIBITS, "a.xlsx", _workbook(*rows, formats={"B3:B4": "甲", "A1:C1": "清单"}))
    assert [row["ExhibitorNm"] for row in found.rows] == ["甲", "甲", "乙"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_whatever_parts_and_encodes_it(encoding: str, mark: str) -> None:
    """As Excel and others write it, in China and elsewhere."""
    text = mark.join(("品名", "数量", "备注")) + "\r\n" + mark.join(("琴", "2", f'"甲{mark}乙\n丙"')) + "\r\n"
    found = read_sheet(EXHIBITS, "a.csv", text.encode(encoding))
    assert found.rows == ({"GdsNm": "琴", "DclQty": "2", "Rmk": f"甲{mark}乙\n丙".strip()},)
    assert found.findings == ()


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)", "\t=1"])
def test_texts_that_look_like_formulas_are_read_as_texts(text: str) -> None:
    """What was typed as a text stays one."""
    found = read_sheet(EXHIBITS, "a.xlsx", _workbook(["品名", "数量"], [text, 2], formulas=False))
    assert found.rows == ({"GdsNm": text.strip(), "DclQty": "2"},)


def test_the_template_is_always_the_same_bytes() -> None:
    """No clock is read."""
    assert template(EXHIBITS, "zh") == template(EXHIBITS, "zh")


def test_a_list_that_is_too_long_is_read_as_far_as_it_may_be() -> None:
    """The first 5,000 rows are there, and it is said that there were more."""
    found = pasted(EXHIBITS, "品名\t数量\n" + "琴\t1\n" * (MAX_ROWS + 1))
    assert len(found.rows) == MAX_ROWS
    assert [each.rule for each in found.findings] == ["TG-SHEET-005"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "TG-SHEET-007"),
        (b"PK\x03\x04 and no more", "TG-SHEET-001"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "TG-SHEET-003"),
        (b"x" * (MAX_BYTES + 1), "TG-SHEET-002"),
        (b"%PDF-1.7\n\0", "TG-SHEET-018"),
        ("只有一列\n1\n".encode(), "TG-SHEET-007"),
    ],
    ids=["empty", "cut", "old", "large", "pdf", "no heading"],
)
def test_what_is_no_list_of_goods_is_refused_with_the_reason(data: bytes, rule: str) -> None:
    """In words, at the list."""
    found = read_sheet(EXHIBITS, "a.xlsx", data)
    assert (found.rows, [each.rule for each in found.findings]) == ((), [rule])
    assert found.findings[0].path == "ExhibitList"


def _changed(data: bytes, part: str, change: Any) -> bytes:
    """The workbook *data* with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(name, change(given.read(name)) if name == part else given.read(name))
    return out.getvalue()


_PLAIN = _workbook(["品名", "数量"], ["琴", 1])
_SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "far",
    ["XFD1048576", "A1048576", "A9999999999999999999", "&#88;FD1", "ZZZZZZ1"],
)
def test_a_cell_far_away_does_not_make_a_huge_sheet(far: str) -> None:
    """One filled cell at the end of the world would fill the memory with empty ones."""
    cell = f'<row><c r="{far}"><v>1</v></c></row></sheetData>'.encode()
    found = read_sheet(EXHIBITS, "a.xlsx", _changed(_PLAIN, _SHEET, lambda xml: xml.replace(b"</sheetData>", cell)))
    assert found.rows == ()
    assert [each.rule for each in found.findings] in (["TG-SHEET-005"], ["TG-SHEET-006"])


def test_formatting_far_away_is_no_reason_to_refuse() -> None:
    """Excel likes to leave a format on a million empty rows."""
    rows = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    assert (
        len(
            read_sheet(
                EXHIBITS, "a.xlsx", _changed(_PLAIN, _SHEET, lambda xml: xml.replace(b"</sheetData>", rows))
            ).rows
        )
        == 1
    )


def test_a_bomb_does_not_go_off() -> None:
    """A small archive that unfolds to a hundred megabytes is refused, whatever its headers say of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_SHEET, b" " * 100_000_000)
    data = out.getvalue()
    assert [each.rule for each in read_sheet(EXHIBITS, "a.xlsx", data).findings] == ["TG-SHEET-004"]
    lying = data.replace(struct.pack("<I", 100_000_000), struct.pack("<I", 10))
    assert lying != data
    assert [each.rule for each in read_sheet(EXHIBITS, "a.xlsx", lying).findings] == ["TG-SHEET-001"]


def _shared(text: bytes, rows: int) -> bytes:
    """A workbook in which one text of the shared strings stands in each of so many cells."""
    cells = b"".join(b'<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' for _ in range(rows))
    filled = b"<sheetData>" + cells + b"</sheetData>"
    page = _changed(_PLAIN, _SHEET, lambda xml: re.sub(b"<sheetData>.*</sheetData>", filled, xml))
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + text + b"</t></si></sst>"
    )
    return _changed(page, "xl/sharedStrings.xml", lambda _: strings)


def test_a_text_that_is_shared_by_thousands_of_cells_does_not_fill_the_memory() -> None:
    """Some kilobytes that would be gigabytes of text are refused, and the reader's own process bears it."""
    assert [each.text for each in read_sheet(EXHIBITS, "a.xlsx", _shared("品名".encode(), 3)).findings] != []
    data = _shared(b"x" * 1_000_000, 3000)
    assert len(data) < 60_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert [each.rule for each in read_sheet(EXHIBITS, "a.xlsx", data).findings] in (["TG-SHEET-004"], ["TG-SHEET-016"])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


def test_more_sheets_than_a_workbook_of_goods_has_are_told() -> None:
    """None is left out without a word."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for _ in range(MAX_SHEETS + 1):
            book.add_worksheet()
    assert [each.rule for each in read_sheet(EXHIBITS, "a.xlsx", out.getvalue()).findings] == ["TG-SHEET-015"]


def test_csv_in_an_encoding_that_nobody_can_tell_is_told() -> None:
    """Names with wrong signs would be declared."""
    assert [each.rule for each in read_sheet(EXHIBITS, "a.csv", "Désignation;Prénom\n".encode("latin-1")).findings] == [
        "TG-SHEET-017"
    ]


def test_entities_are_not_expanded() -> None:
    """A part with a document type is not looked at."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    found = read_sheet(EXHIBITS, "a.xlsx", _changed(_PLAIN, _SHEET, lambda xml: bomb))
    assert found.rows == ()
    assert found.findings


@given(st.data())
def test_no_bytes_make_it_raise(data: st.DataObject) -> None:
    """Damaged workbooks are read or refused."""
    at, put = data.draw(st.integers(0, len(_PLAIN) - 1)), data.draw(st.binary(max_size=8))
    found = read_sheet(EXHIBITS, "a.xlsx", _PLAIN[:at] + put + _PLAIN[at + len(put) :])
    assert found.rows or found.findings
    part = data.draw(st.sampled_from([_SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]))
    cut = data.draw(st.integers(0, 300))
    found = read_sheet(EXHIBITS, "a.xlsx", _changed(_PLAIN, part, lambda xml: xml[:cut] + put + xml[cut + len(put) :]))
    assert found.rows or found.findings


@given(st.text(max_size=200), st.binary(max_size=200))
def test_no_text_makes_it_raise(text: str, data: bytes) -> None:
    """Whatever is pasted or sent."""
    assert pasted(EXHIBITS, f"品名\t数量\n{text}").findings is not None
    assert read_sheet(EXHIBITS, "a.csv", "品名\t数量\n".encode() + data).findings is not None


@ANY_LIST
def test_every_label_names_its_own_column(goods: GroupSpec) -> None:
    """In both languages, with and without what stands in brackets."""
    for field in goods.children:
        assert isinstance(field, FieldSpec)
        for label in (field.label.zh, field.label.en, field.tag):
            found = pasted(goods, f"序号\t备注\t{label}\n1\tx\ty\n")
            if field.tag not in ("GdsSeqNo", "Rmk"):
                assert found.rows[0].keys() == {"Rmk", field.tag}, label


def test_problems_are_told_apart() -> None:
    """Ids run without gap."""
    assert [each.id for each in sheet.PROBLEMS] == [f"TG-SHEET-{n:03d}" for n in range(1, len(sheet.PROBLEMS) + 1)]
