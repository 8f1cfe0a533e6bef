"""Recognises files of a wrong type: a workbook, a PDF, a web page, a picture, a key.

>>> what_is(b"%PDF-1.7").name.en
'a PDF'
>>> what_is(b"<Signature/>") is None
True
"""

from __future__ import annotations

import re

from msgspec import Struct

from tempgoods_edi.values import Bilingual

#: Beyond this nothing more is looked for (bytes).
_SAMPLE = 4096


class Looks(Struct, frozen=True):
    """The recognised type of a file.

    :ivar name: in words.
    :ivar fix: how to come from it to what can be read.
    """

    name: Bilingual
    fix: Bilingual


_SHEET_FIX = Bilingual(
    "商品清单请在门户“导入”；此处需要.xml报文，或含报文和PDF的.zip",
    "lists of goods are imported on the portal's form; here a message (.xml) is needed, or a ZIP of one and its PDFs",
)
_ATTACH_FIX = Bilingual(
    "附件不能单独检查：与报文一起放入.zip", "a document is not checked alone: put it into a ZIP with its message"
)
_SAVE_FIX = Bilingual("请选择.xml报文或.zip", "choose the message (.xml) or its ZIP")
_PAGE_FIX = Bilingual(
    "这是网页内容：请重新下载报文；若是表格，请在Excel中打开并另存为.xlsx",
    "this is a web page: download the message again; if it is a sheet, open it in Excel and save it as .xlsx",
)

_WORKBOOK = Looks(Bilingual("Excel工作簿", "an Excel workbook"), _SHEET_FIX)
_DOCUMENT = Looks(Bilingual("Word文档", "a Word document"), _SAVE_FIX)
_LISTING = Looks(Bilingual("网页形式的文件夹列表", "a web page that lists a folder"), _PAGE_FIX)
_PAGE = Looks(Bilingual("网页", "a web page"), _PAGE_FIX)
_JSON = Looks(
    Bilingual("JSON数据", "JSON"),
    Bilingual("请先用 tempgoods-edi build 生成报文", "make the message of it with tempgoods-edi build"),
)

#: How files begin.
_OPENINGS = (
    (b"%PDF-", Looks(Bilingual("PDF文件", "a PDF"), _ATTACH_FIX)),
    (b"\xd0\xcf\x11\xe0", Looks(Bilingual("旧版Office文件（.xls、.doc）", "an old Office file (.xls, .doc)"), _SHEET_FIX)),
    (b"\x89PNG", Looks(Bilingual("图片", "a picture"), _ATTACH_FIX)),
    (b"\xff\xd8\xff", Looks(Bilingual("图片", "a picture"), _ATTACH_FIX)),
    (b"Rar!\x1a\x07", Looks(Bilingual("RAR压缩文件", "a RAR archive"), Bilingual("请改用.zip压缩", "pack it as .zip"))),
    (b"7z\xbc\xaf\x27\x1c", Looks(Bilingual("7z压缩文件", "a 7z archive"), Bilingual("请改用.zip压缩", "pack it as .zip"))),
    (b"\x1f\x8b", Looks(Bilingual("gzip压缩文件", "a gzip file"), Bilingual("请解压后再提交", "unpack it first"))),
    (b"MZ", Looks(Bilingual("程序", "a program"), _SAVE_FIX)),
    (b"-----BEGIN ", Looks(Bilingual("证书或密钥（PEM）", "a certificate or key (PEM)"), _SAVE_FIX)),
)
#: Parts of a ZIP that only Office makes.
_PARTS = ((b"xl/workbook.xml", _WORKBOOK), (b"word/document.xml", _DOCUMENT))


def is_archive(data: bytes) -> bool:
    """True when *data* begins like a ZIP."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def what_is(data: bytes) -> Looks | None:
    """The type of *data* by its first bytes; None for what may be a message, or is unknown."""
    for opening, looks in _OPENINGS:
        if data.startswith(opening):
            return looks
    if data.startswith(b"PK\x03\x04"):
        return next((looks for part, looks in _PARTS if part in data), None)
    head = data[:_SAMPLE].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"{", b"["):
        return _JSON
    if re.match(rb"(?i)<!doctype\s+html|<(?:html|head|title|body|table|meta)\b", head):
        return _LISTING if re.search(rb"(?i)<title>\s*(?:Index of|Directory listing for)\b", head) else _PAGE
    return None
