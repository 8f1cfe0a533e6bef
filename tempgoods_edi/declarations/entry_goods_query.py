"""报关单商品查询 / Query of entry goods (TMP161): by exhibition, or by entry and item."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from tempgoods_edi.declarations import _head, _rights
from tempgoods_edi.declarations._sources import assumed, manual
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.records.tmp161 import EntryGoodsQueryMessage
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual


@rule(
    "TG-QRY-011",
    at="EntryGNo",
    zh="填写了商品序号 {value}，没有报关单号",
    en="Item {value} is asked for, of no entry",
    fix=Bilingual("先填写报关单号", "Give the entry number first"),
    source=manual("1.2 小提示：录入报关单海关编号后方可录入商品序号"),
)
def item_is_of_an_entry(doc: EntryGoodsQueryMessage, facts: Facts) -> Iterator[Hit]:
    """An item number comes with its entry number."""
    if doc.entry_g_no is not None and doc.entry_no is None:
        yield Hit(value=doc.entry_g_no)


@rule(
    "TG-QRY-012",
    at="ExhibitionNo",
    zh="展览会编号和报关单号都没有填写",
    en="Neither exhibition nor entry is named",
    fix=Bilingual("填写展览会编号，或填写报关单号精确查询", "Give the number of the exhibition, or of one entry"),
    source=manual("1.2 报关单商品查询"),
)
def something_is_asked_for(doc: EntryGoodsQueryMessage, facts: Facts) -> Iterator[Hit]:
    """The query names an exhibition or an entry; silent when a lone item number is reported."""
    if doc.exhibition_no is None and doc.entry_no is None and doc.entry_g_no is None:
        yield Hit()


@rule(
    "TG-QRY-013",
    at="ExhibitionNo",
    zh="无权查询展览会“{value}”的报关单商品",
    en="No right to query the goods of exhibition {value}",
    fix=Bilingual(
        "由展览会的备案单位、申报单位或主办单位查询", "The unit that filed it, its agent or the organiser may ask"
    ),
    source=assumed("只能查询本单位展览会的报关单商品"),
    needs=("exhibitions",),
    retriable=True,
)
def exhibition_is_ones_own(doc: EntryGoodsQueryMessage, facts: Facts) -> Iterator[Hit]:
    """The exhibition is the sender's own; the answer does not tell whether it exists."""
    if facts.exhibitions is None or doc.exhibition_no is None:
        return
    known = facts.exhibitions.get(doc.exhibition_no)
    if known is None or doc.oper_cus_reg_code not in known.enterprise_nos:
        yield Hit(value=doc.exhibition_no)


ENTRY_GOODS_QUERY = DeclarationType(
    code="TMP161",
    rules=(
        *_head.ANY_MESSAGE,
        item_is_of_an_entry,
        something_is_asked_for,
        exhibition_is_ones_own,
        _rights.entry_is_ones_own("TG-QRY-014", "EntryNo", attrgetter("entry_no")),
    ),
)
