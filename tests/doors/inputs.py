"""What is made to cost much, for every door that takes such a thing; and the largest that is right, to compare with."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pikepdf

from tempgoods_edi.envelope.archive import pack
from tests.h2018.tenant import case, fixture, signed
from tests.test_hostile import HOSTILE, HOSTILE_JSON

#: How many times what the largest valid one takes, and how much memory (MB): as in `test_hostile`.
TIMES, MEGABYTES = 5, 150

MAKE = Callable[[], bytes]
_MIB = 1024 * 1024


@cache
def largest(serial: int) -> bytes:
    """A valid message of 5,000 lines, written so that libxml2 has to read it; each under a number of its own."""
    tree = case("book-fair")
    tree["document"]["Head"].pop("EtpsPreentNo", None)
    return signed(tree, serial).replace(b"<Head>", b"<Head >", 1)


@cache
def plain(serial: int) -> bytes:
    """A small message."""
    return signed(fixture("tmp101-minimal"), serial)


def _directory_without_end() -> bytes:
    whole = pack("message", plain(1), {})
    at, end = whole.index(b"PK\1\2"), whole.index(b"PK\5\6")
    return whole[:at] + whole[at:end] * 400_000 + whole[end:]


def _wide_names() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("message.xml", plain(1))
        for number in range(90):
            archive.writestr(f"{number}{'展' * 10_000}.pdf", b"")
    return out.getvalue()


def _unfolding(count: int) -> bytes:
    return pack("message", plain(1), {f"{number}.pdf": b"%PDF-1.7" + b" " * (4 * _MIB - 8) for number in range(count)})


#: ZIPs in the place of messages.
ARCHIVES: Mapping[str, MAKE] = {
    "a list of contents without end": _directory_without_end,
    "names without end": _wide_names,
    "papers of nothing": lambda: _unfolding(8),
    "too many papers of nothing": lambda: _unfolding(60),
    "a message of nothing": lambda: pack("message", b" " * 64 * _MIB, {}),
    "a message within": lambda: pack("message", pack("message", plain(1), {}), {}),
    "no archive": lambda: b"PK\3\4" + b"PK\1\2" * 1_000_000,
    "every line wrong": lambda: pack("message", HOSTILE["every line wrong"](), {}),
}
#: Everything that may come where a message is expected.
MESSAGES: Mapping[str, MAKE] = {
    name: cache(make) for name, make in {**HOSTILE, **{f"ZIP: {name}": make for name, make in ARCHIVES.items()}}.items()
}
#: Of these, where the way to them is measured already: the dearest of their kinds.
DEAREST = ("every line wrong", "texts in the head", "attributes", "ZIP: papers of nothing", "ZIP: names without end")


def lines() -> list[dict[str, str]]:
    """The goods of the largest valid message, without what the system fills in."""
    found: list[dict[str, str]] = case("book-fair")["document"]["ExhibitList"]
    return [{tag: text for tag, text in line.items() if tag != "GdsSeqNo"} for line in found]


def every_value_wrong() -> list[dict[str, str]]:
    """As many goods, and no value of them can be declared."""
    return [dict.fromkeys(line, "x" * 30) for line in lines()]


def document(goods: list[dict[str, str]], **head: str) -> dict[str, Any]:
    """A document with these goods."""
    tree: dict[str, Any] = case("book-fair")["document"]
    return {**tree, "Head": {**tree["Head"], **head}, "ExhibitList": goods}


@cache
def documents() -> Mapping[str, bytes]:
    """JSON in the place of a document, or of a message in its JSON form: both keys are there."""
    made = {
        name: data.replace(b'"message": "TMP101"', b'"message": "TMP101", "kind": "exhibition"')
        for name, data in HOSTILE_JSON.items()
    }
    wrong = {"message": "TMP101", "kind": "exhibition", "document": document(every_value_wrong())}
    long = {"message": "TMP101", "kind": "exhibition", "document": document([], HallNm="x" * 4_000_000)}
    return {**made, "every value wrong": json.dumps(wrong).encode(), "a long value": json.dumps(long).encode()}


def _bomb() -> bytes:
    packed = zlib.compressobj(9)
    bomb = b"".join([*(packed.compress(b" " * _MIB) for _ in range(512)), packed.flush()])
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(bomb), bomb)
    data = b"%%PDF-1.7\n1 0 obj\n%b\nendobj\n" % stream
    table, place = b"\x01\x00\x0a\x00\x02\x00\x01\x00", len(data)
    index = b"<</Type/XRef/Size 3/W[1 2 1]/Index[1 2]/Root 2 0 R/Length 8>>\nstream\n%b\nendstream" % table
    return data + b"3 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF" % (index, place)


def _values_without_end() -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.Root.A = pdf.make_indirect(pikepdf.Array([pikepdf.Array() for _ in range(100_000)]))
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


#: In the place of a PDF.
PAPERS: Mapping[str, MAKE] = {
    "a bomb": _bomb,
    "values without end": _values_without_end,
    "nothing but its beginning": lambda: b"%PDF-1.7" + b"x" * (4 * _MIB - 8),
    "beginnings without end": lambda: b"%PDF-1.7\n" * 450_000,
    "no PDF": lambda: b"x" * 4 * _MIB,
    "too large": lambda: b"%PDF-1.7" + b"x" * 20 * _MIB,
}

_HEADINGS = "商品编码,品名,数量,单位,单价,币制\n"
_SHEET = "xl/worksheets/sheet1.xml"


def _workbook(sheet: bytes, strings: bytes = b"<sst/>") -> bytes:
    """A workbook with one sheet of these cells."""
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": b'<workbook %b xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b'<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>' % space,
        "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Target="worksheets/sheet1.xml"'
        b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
        "xl/sharedStrings.xml": re.sub(b"<sst", b"<sst " + space, strings),
        _SHEET: b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (space, sheet),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


#: In the place of a sheet of goods; by file name.
SHEETS: Mapping[str, tuple[str, MAKE]] = {
    "one text in thousands of cells": (
        "a.xlsx",
        lambda: _workbook(
            b'<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 3000,
            b"<sst><si><t>" + b"x" * 1_000_000 + b"</t></si></sst>",
        ),
    ),
    "a sheet of nothing": ("a.xlsx", lambda: _workbook(b" " * 100_000_000)),
    "a cell far away": ("a.xlsx", lambda: _workbook(b'<row><c r="XFD1048576"><v>1</v></c></row>')),
    "rows without end": ("a.xlsx", lambda: _workbook(b"<row><c><v>1</v></c></row>" * 400_000)),
    "a page of the web": ("a.xls", lambda: b"<html><table>" + b"<tr><td>1</td></tr>" * 300_000),
    "commas": ("a.csv", lambda: b"," * 2_000_000),
    "quotes": ("a.csv", lambda: b'"\n",' * 500_000),
    "every cell wrong, lines without end": ("a.csv", (_HEADINGS + "x,y,z,q,w,r\n" * 500_000).encode),
    "a list of names in no encoding": ("a.csv", lambda: b"\x81\xff," * 2_000_000),
}
