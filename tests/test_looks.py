"""A file that is none of ours is named, with what to do; one that may be a message never is."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from tempgoods_edi.desk import Policy, check
from tempgoods_edi.interchange import sheet
from tempgoods_edi.looks import what_is
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import GroupSpec
from tempgoods_edi.values import Verdict

FIXTURES = Path(__file__).parent.parent / "fixtures"


def workbook() -> bytes:
    """A list of goods in Excel."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "品名")
    return out.getvalue()


OTHERS = {
    "an Excel workbook": workbook(),
    "a PDF": next((FIXTURES / "cases").rglob("*.pdf")).read_bytes(),
    "a web page": b'\r\n<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></table></html>',
    "a web page that lists a folder": b"<!DOCTYPE HTML><html><head><title>Index of /outbox</title></head></html>",
    "an old Office file (.xls, .doc)": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a picture": b"\x89PNG\r\n\x1a\n",
    "a RAR archive": b"Rar!\x1a\x07\x01\x00",
    "a certificate or key (PEM)": (FIXTURES / "keys" / "ca.pem").read_bytes(),
    "JSON": b'{"message": "TMP101"}',
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_check_says_what_it_was_given(name: str) -> None:
    """One finding, that names it in both languages and says what to do; never a parser's complaint."""
    now = datetime(2027, 1, 10, tzinfo=CHINA_TIME)
    checked = check(OTHERS[name], Facts(today=date(2027, 1, 10)), Policy(now=now))
    assert checked.verdict is Verdict.INVALID
    (found,) = checked.findings
    assert found.rule == "TG-XML-027"
    assert name in found.text.en
    assert found.fix.zh != found.fix.en


@pytest.mark.parametrize("path", sorted((FIXTURES / "valid").glob("*.xml")), ids=lambda path: path.name)
def test_no_message_is_taken_for_something_else(path: Path) -> None:
    """Nor with a mark or a blank line before it."""
    data = path.read_bytes()
    assert [what_is(each) for each in (data, b"\xef\xbb\xbf" + data, b"\n" + data)] == [None, None, None]


@pytest.mark.parametrize("name", [name for name in OTHERS if name not in ("an Excel workbook", "JSON")])
def test_a_sheet_that_is_none_is_named(name: str) -> None:
    """A web page called .xls is told as such, not as a list without column names."""
    goods = reader.message("TMP101").root.at("ExhibitList")
    assert isinstance(goods, GroupSpec)
    (found,) = sheet.read_sheet(goods, "list.xls", OTHERS[name]).findings
    assert name.partition(" (")[0] in found.text.en or found.rule == "TG-SHEET-003"
