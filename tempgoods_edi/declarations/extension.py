"""暂时进出境货物延期申报 / Extension of temporary goods (TMP131): more time before they must go back."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from tempgoods_edi.declarations import _documents, _entries, _files, _goods, _guarantee, _head, _paper
from tempgoods_edi.declarations._sources import decree, manual, published, regulation
from tempgoods_edi.declarations._terms import TERMS, registered_entry
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.records.tmp131 import ExtensionGoods, ExtensionMessage
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual


@rule(
    "TG-EXT-001",
    at="Head/EntryNo",
    zh="原报关单号和ATA单证册号都没有填写",
    en="Neither entry nor ATA carnet is named",
    fix=Bilingual("填写其中一个", "Give one of them"),
    source=regulation("货物暂时进/出境延期办理单：原报关单号或ATA单证册号"),
)
def goods_are_under_an_entry_or_a_carnet(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The extension names an entry or a carnet, already in a draft."""
    if doc.head.entry_no is None and doc.head.ata_carnet_no is None:
        yield Hit()


@rule(
    "TG-EXT-002",
    at="Head/AtaCarnetNo",
    zh="原报关单号和ATA单证册号只能填写一个（现为“{entry}”和“{value}”）",
    en="Only one of entry and ATA carnet can be named, not {entry} and {value}",
    fix=Bilingual("清空其中一个", "Clear one of them"),
    source=regulation("货物暂时进/出境延期办理单：原报关单号或ATA单证册号"),
)
def goods_are_not_under_both(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The extension does not name both an entry and a carnet."""
    if doc.head.entry_no is not None and doc.head.ata_carnet_no is not None:
        yield Hit(value=doc.head.ata_carnet_no, params={"entry": doc.head.entry_no})


@rule(
    "TG-EXT-010",
    at="Head/EntryNo",
    zh="原报关单“{value}”不存在",
    en="There is no entry {value}",
    fix=Bilingual("核对原报关单号", "Check the entry number"),
    source=manual("2.2：货物信息可以通过报关单海关编号查询"),
    needs=("entries",),
    retriable=True,
)
def entry_is_on_file(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The entry is in the registry, where carnets are not."""
    number = doc.head.entry_no
    if facts.entries is not None and number is not None and number not in facts.entries:
        yield Hit(value=number)


@rule(
    "TG-EXT-011",
    at="Head/EntryNo",
    zh="本单位不是报关单“{value}”的收发货人或申报单位，不能申请延期",
    en="This unit is neither consignor, consignee nor declaring unit of entry {value} and cannot extend it",
    fix=Bilingual("由该报关单的收发货人或申报单位申请", "One of them applies"),
    source=decree("第十一条：由持证人、收发货人办理"),
    needs=("entries",),
)
def entry_is_ones_own(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The entering or the declaring unit is a party of the entry."""
    head, known = doc.head, registered_entry(doc.head, facts)
    if known is not None and known.enterprise_nos.isdisjoint((head.input_etps_no, head.dcl_etps_no)):
        yield Hit(value=head.entry_no)


@rule(
    "TG-EXT-014",
    at="Head/ImpExpMarkCd",
    zh="进出境标志“{value}”与原报关单 {entry} 不符（第9位：1进口，0出口）",
    en="The direction {value} is not that of entry {entry}, whose 9th character is 1 inward, 0 outward",
    fix=Bilingual("进出境标志由系统按报关单填写", "The system takes the direction from the entry"),
    source=published("报关单填制规范 一、二：海关编号第9位，1进口，0出口"),
)
def direction_is_the_entrys(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """The direction of the extension is the entry's."""
    mark, entry = doc.head.imp_exp_mark_cd, doc.head.entry_no
    if mark is not None and entry is not None and (mark == "I") != (entry[8] == "1"):
        yield Hit(value=mark, params={"entry": entry})


@rule(
    "TG-EXT-016",
    at="Head/GuaranteeTypeCd",
    zh="ATA单证册 {number} 项下的货物，担保方式应为3（ATA单证册），现为“{value}”",
    en="Goods under carnet {number} are guaranteed by it (type 3), not by type {value}",
    fix=Bilingual("担保方式改为3", "Set the kind of guarantee to 3"),
    source=decree("第九条：ATA单证册项下货物由担保协会总担保"),
)
def carnet_is_the_guarantee(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """With a carnet the guarantee is the carnet; silent when it is unclear whether there is one."""
    head = doc.head
    kind = head.guarantee_type_cd
    if head.ata_carnet_no is not None and head.entry_no is None and kind not in (None, _guarantee.ATA):
        yield Hit(value=kind, params={"number": head.ata_carnet_no})


@rule(
    "TG-EXT-017",
    at="Head/GuaranteeTypeCd",
    zh="担保方式为ATA单证册，延期的却是报关单 {entry} 的货物",
    en="The guarantee is an ATA carnet, but the goods are under entry {entry}",
    fix=Bilingual(
        "改正担保方式，或改填ATA单证册号", "Correct the kind of guarantee, or name the carnet instead of the entry"
    ),
    source=decree("第九条：ATA单证册项下货物由担保协会总担保"),
)
def carnet_guarantees_its_own_goods(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """A carnet guarantee comes with goods under a carnet; silent when that is unclear."""
    head = doc.head
    if head.guarantee_type_cd == _guarantee.ATA and head.entry_no is not None and head.ata_carnet_no is None:
        yield Hit(value=head.guarantee_type_cd, params={"entry": head.entry_no})


@rule(
    "TG-EXT-019",
    at="Goods[]/EntryNo",
    zh="商品的报关单号“{value}”不是申请延期的报关单“{entry}”",
    en="The line is of entry {value}, the application is about {entry}",
    fix=Bilingual("一份延期申请只涉及一份报关单", "One application is about one entry"),
    source=manual("2.2：货物信息通过报关单海关编号查询勾选"),
)
def lines_are_of_the_entry(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """A line's entry number, if any, is the extension's."""
    entry = doc.head.entry_no
    for row, line in enumerate(doc.goods, 1):
        if line.entry_no is not None and entry is not None and line.entry_no != entry:
            yield Hit(at=(row,), value=line.entry_no, params={"entry": entry})


@rule(
    "TG-EXT-020",
    at="Goods[]/ExtQty",
    zh="延期数量 {value} 超过所填的剩余（或报关单）数量 {left}",
    en="{value} are to be extended, of {left} that are said to be left or in the entry",
    fix=Bilingual("改小延期数量", "Extend fewer"),
    source=regulation("货物暂时进/出境延期办理单：数量"),
)
def no_more_is_extended_than_is_said_to_be_left(doc: ExtensionMessage, facts: Facts) -> Iterator[Hit]:
    """No line extends more than its own remaining quantity; a line in the registry is judged by that."""
    known = registered_entry(doc.head, facts)
    for row, line in enumerate(doc.goods, 1):
        left, asked = line.entry_qty if line.remain_qty is None else line.remain_qty, line.ext_qty
        is_too_much = left is not None and asked is not None and asked > left
        if is_too_much and (known is None or line.entry_g_no not in known.lines):
            yield Hit(at=(row,), value=f"{asked:f}", params={"left": f"{left:f}"})


def _entry_of(doc: ExtensionMessage, line: ExtensionGoods) -> str | None:
    """That of the application where the line says none; None where the two differ."""
    return doc.head.entry_no if line.entry_no in (None, doc.head.entry_no) else None


_ENTRY_LINES = _entries.EntryLines(
    area="EXT",
    tag="Goods",
    lines=attrgetter("goods"),
    entry_of=_entry_of,
    copied={
        "Gdecd": ("gdecd", "hs_code"),
        "EntryQty": ("entry_qty", "quantity"),
        "DclUnitCd": ("dcl_unit_cd", "unit"),
        "UnitPrice": ("unit_price", "unit_price"),
        "CurrCd": ("curr_cd", "currency"),
        "NatCd": ("nat_cd", "origin"),
    },
    quantity=("ExtQty", "ext_qty"),
    left=attrgetter("remaining"),
    excess=Bilingual(
        "延期数量 {value} 超过报关单 {entry} 第 {item} 项的剩余数量 {left}",
        "{value} are to be extended of item {item} of entry {entry}; {left} are left",
    ),
)

_EXTENDED = (
    _paper.SEQUENCE, _paper.ENTRY, _paper.CODE, _paper.PrintColumn((("GdsNm",),), 6.4),
    _paper.PrintColumn((("EntryQty", "DclUnitCd"),), 2.2, right=True), _paper.PrintColumn((("RemainQty",),), 1.8, right=True),
    _paper.PrintColumn((("ExtQty",),), 1.8, right=True), _paper.ENTRY_PRICE,
)  # fmt: skip
_PAPER = _paper.Paper(
    checked=_EXTENDED,
    listed=_EXTENDED,
    list_title=Bilingual("延期货物清单", "List of goods to extend"),
    rows=(
        *_paper.UNIT, ("ImpExpMarkCd", "MasterCusCd"), ("EntryNo", "AtaCarnetNo"), ("ConfirmNo", "IEDate"),
        ("CategoryCd",), ("ProjectTypeCd", "ExtensionCnt"), ("CurrentDeadline", "RequestedDeadline"),
        ("Reason",), *_paper.GUARANTEE, *_paper.CONTACT,
    ),
    form_title=Bilingual("货物暂时进/出境延期办理单", "Extension sheet for temporary goods"),
    office=Bilingual("海关办理意见", "Decision of customs"),
)  # fmt: skip

EXTENSION = DeclarationType(
    code="TMP131",
    rules=(
        *_head.ONCE_ONLY,
        *_guarantee.GUARANTEE,
        goods_are_under_an_entry_or_a_carnet,
        goods_are_not_under_both,
        entry_is_on_file,
        entry_is_ones_own,
        direction_is_the_entrys,
        carnet_is_the_guarantee,
        carnet_guarantees_its_own_goods,
        lines_are_of_the_entry,
        no_more_is_extended_than_is_said_to_be_left,
        *TERMS,
        *_goods.numbering("EXT", "Goods", attrgetter("goods")),
        *_entries.rules_on(_ENTRY_LINES),
        *_documents.LISTED,
        *_files.FILES,
    ),
    paper=_PAPER,
)
