"""核注情况查询 / Write-off query (TMP171): the write-offs of an entry, or by a return entry."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from tempgoods_edi.declarations import _head, _rights
from tempgoods_edi.declarations._sources import manual
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.records.tmp171 import WriteOffQueryMessage
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual


@rule(
    "TG-QRY-021",
    at="OriginalEntryNo",
    zh="原始报关单号和复运报关单号都没有填写",
    en="Neither the original nor a return entry is named",
    fix=Bilingual("填写其中一个", "Give one of them"),
    source=manual("3.5：录入原始报关单号或复运报关单号"),
)
def an_entry_is_named(doc: WriteOffQueryMessage, facts: Facts) -> Iterator[Hit]:
    """The query names an original entry or a return entry."""
    if doc.original_entry_no is None and doc.return_entry_no is None:
        yield Hit()


@rule(
    "TG-QRY-022",
    at="ReturnEntryNo",
    zh="原始报关单号和复运报关单号只能填写一个（现为“{original}”和“{value}”）",
    en="Only one of the original and a return entry can be asked by, not {original} and {value}",
    fix=Bilingual("清空其中一个", "Clear one of them"),
    source=manual("3.5：录入原始报关单号或复运报关单号"),
)
def only_one_entry_is_named(doc: WriteOffQueryMessage, facts: Facts) -> Iterator[Hit]:
    """The query does not name both an original and a return entry."""
    if doc.original_entry_no is not None and doc.return_entry_no is not None:
        yield Hit(value=doc.return_entry_no, params={"original": doc.original_entry_no})


WRITE_OFF_QUERY = DeclarationType(
    code="TMP171",
    rules=(
        *_head.ANY_MESSAGE,
        an_entry_is_named,
        only_one_entry_is_named,
        _rights.entry_is_ones_own("TG-QRY-023", "OriginalEntryNo", attrgetter("original_entry_no")),
        _rights.entry_is_ones_own("TG-QRY-024", "ReturnEntryNo", attrgetter("return_entry_no")),
    ),
)
