"""暂时进出境货物确认申报 / Confirmation of temporary goods (TMP121): customs says beforehand that goods count as temporary."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from tempgoods_edi.declarations import _documents, _files, _goods, _guarantee, _head, _paper
from tempgoods_edi.declarations._sources import assumed, decree
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.lifecycle.deadlines import INITIAL_MONTHS, add_months
from tempgoods_edi.records.tmp121 import ConfirmationMessage
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual, Severity

_EXHIBITIONS = "1"


@rule(
    "TG-CONF-001",
    at="Head/PlannedReturnDate",
    zh="拟复运日期 {value} 超过拟进/出境日期 {moved} 后6个月（最迟 {limit}）",
    en="The goods go back on {value}, more than 6 months after {moved}; the last day is {limit}",
    fix=Bilingual(
        "复运日期提前到6个月内；确需更久，到期前申请延期",
        "Bring them back within 6 months, or apply for an extension in time",
    ),
    source=decree("第十条"),
)
def goods_return_within_six_months(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """The goods return within six calendar months."""
    moved, back = doc.head.planned_ie_date, doc.head.planned_return_date
    if moved is not None and back is not None and back > (limit := add_months(moved, INITIAL_MONTHS)):
        yield Hit(value=back, params={"moved": moved, "limit": limit})


@rule(
    "TG-CONF-002",
    at="Head/PlannedIEDate",
    zh="拟进/出境日期 {value} 已过（今天 {today}）",
    en="The planned date {value} is past (today is {today})",
    fix=Bilingual("确认须在申报进出境之前申请", "Confirmation is asked for before the goods are declared"),
    source=decree("第七条：在货物进出境前提交确认申请"),
    declare_only=True,
)
def goods_have_still_to_come(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """The day when the goods come is not past; today is allowed."""
    moved = doc.head.planned_ie_date
    if moved is not None and moved < facts.today:
        yield Hit(value=moved, params={"today": facts.today})


@rule(
    "TG-CONF-003",
    at="Head/PlannedReturnDate",
    zh="拟复运日期 {value} 不晚于拟进/出境日期 {moved}",
    en="The goods go back on {value}, not after they come on {moved}",
    fix=Bilingual("核对两个日期", "Check both dates"),
    source=decree("第十条"),
)
def goods_return_after_they_came(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """The goods return after the day when they come."""
    moved, back = doc.head.planned_ie_date, doc.head.planned_return_date
    if moved is not None and back is not None and back <= moved:
        yield Hit(value=back, params={"moved": moved})


@rule(
    "TG-CONF-004",
    at="Head/ActivityStartDate",
    zh="类别为展览会等活动，却没有填写活动起止日期",
    en="The goods are for an exhibition or the like, whose dates are not given",
    fix=Bilingual("填写活动开始和结束日期", "Give the first and the last day of the activity"),
    source=decree("第三条第一项"),
    severity=Severity.WARNING,
    declare_only=True,
)
def activity_has_its_dates(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """The activity has both its dates; reported at the first that is missing."""
    head = doc.head
    if head.category_cd == _EXHIBITIONS:
        if head.activity_start_date is None:
            yield Hit()
        elif head.activity_end_date is None:
            yield Hit(path="Head/ActivityEndDate")


@rule(
    "TG-CONF-005",
    at="Head/ActivityEndDate",
    zh="活动结束日期 {value} 早于开始日期 {start}",
    en="The activity ends on {value}, before it starts on {start}",
    fix=Bilingual("核对活动的起止日期", "Check both dates of the activity"),
    source=assumed("活动期间须成立"),
)
def activity_ends_after_it_starts(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """The activity does not end before it starts; one day is allowed."""
    start, end = doc.head.activity_start_date, doc.head.activity_end_date
    if start is not None and end is not None and end < start:
        yield Hit(value=end, params={"start": start})


@rule(
    "TG-CONF-006",
    at="Head/ActivityEndDate",
    zh="活动至 {value} 才结束，货物却拟于 {back} 复运",
    en="The activity lasts till {value}, but the goods go back on {back}",
    fix=Bilingual("核对活动日期和拟复运日期", "Check the dates of the activity and of the return"),
    source=assumed("货物宜在活动结束后复运"),
    severity=Severity.WARNING,
)
def goods_stay_for_the_activity(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """The goods do not return before the activity ends; silent when another of these dates is wrong."""
    head = doc.head
    end, back = head.activity_end_date, head.planned_return_date
    if end is not None and back is not None and end > back:
        wrong_start = head.activity_start_date is not None and end < head.activity_start_date
        wrong_return = head.planned_ie_date is not None and back <= head.planned_ie_date
        if not wrong_start and not wrong_return:
            yield Hit(value=end, params={"back": back})


@rule(
    "TG-CONF-007",
    at="Head/AtaCarnetNo",
    zh="使用ATA单证册，须填写单证册号",
    en="The goods are under an ATA carnet; its number is needed",
    fix=Bilingual("填写ATA单证册号，如 AT27220313", "Give the number of the carnet, like AT27220313"),
    source=decree("第七条、第九条"),
    declare_only=True,
)
def carnet_has_its_number(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """A carnet, by its flag or by the kind of guarantee, has its number."""
    head = doc.head
    if head.ata_carnet_no is None and (head.ata_flag == "1" or head.guarantee_type_cd == _guarantee.ATA):
        yield Hit()


@rule(
    "TG-CONF-008",
    at="Head/AtaFlag",
    zh="填写了ATA单证册号 {number}，ATA标志却不是1",
    en="A carnet is named, {number}, but the ATA flag is not 1",
    fix=Bilingual("ATA标志填1，或清空单证册号", "Set the flag to 1, or clear the number"),
    source=decree("第七条、第九条"),
)
def carnet_has_its_flag(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """A carnet number comes with the carnet flag, or it would be overlooked."""
    head = doc.head
    if head.ata_carnet_no is not None and head.ata_flag != "1":
        yield Hit(value=head.ata_flag, params={"number": head.ata_carnet_no})


@rule(
    "TG-CONF-009",
    at="Head/GuaranteeTypeCd",
    zh="ATA单证册 {number} 项下的货物，担保方式应为3（ATA单证册），现为“{value}”",
    en="Goods under carnet {number} are guaranteed by it (type 3), not by type {value}",
    fix=Bilingual("担保方式改为3", "Set the kind of guarantee to 3"),
    source=decree("第九条：ATA单证册项下货物由担保协会总担保"),
)
def carnet_is_the_guarantee(doc: ConfirmationMessage, facts: Facts) -> Iterator[Hit]:
    """With a carnet the guarantee is the carnet, because the guaranteeing association is liable."""
    head = doc.head
    if head.ata_carnet_no is not None and head.guarantee_type_cd not in (None, _guarantee.ATA):
        yield Hit(value=head.guarantee_type_cd, params={"number": head.ata_carnet_no})


_PAPER = _paper.Paper(
    checked=_paper.BROUGHT_BRIEF,
    listed=(*_paper.BROUGHT, _paper.DISPOSAL),
    list_title=Bilingual("暂时进出境货物清单", "List of temporary goods"),
    rows=(
        ("ApplicantNm",), ("ApplicantNo", "ApplicantSccd"), ("ApplicantAddr",), ("ImpExpMarkCd", "MasterCusCd"),
        ("CategoryCd",), ("Purpose",), ("UsePlace",), ("ActivityStartDate", "ActivityEndDate"),
        ("IEPortCd", "TransportCd"), ("PlannedIEDate", "PlannedReturnDate"), ("AtaFlag", "AtaCarnetNo"),
        *_paper.GUARANTEE, *_paper.UNIT, *_paper.CONTACT,
    ),
    form_title=Bilingual("暂时进出境货物确认申请书", "Application for confirmation of temporary goods"),
    office=Bilingual("海关审核确认意见", "Confirmation by customs"),
)  # fmt: skip

CONFIRMATION = DeclarationType(
    code="TMP121",
    rules=(
        *_head.ONCE_ONLY,
        *_guarantee.GUARANTEE,
        goods_return_within_six_months,
        goods_have_still_to_come,
        goods_return_after_they_came,
        activity_has_its_dates,
        activity_ends_after_it_starts,
        goods_stay_for_the_activity,
        carnet_has_its_number,
        carnet_has_its_flag,
        carnet_is_the_guarantee,
        *_goods.goods("CONF", "Goods", attrgetter("goods")),
        *_documents.LISTED,
        *_files.FILES,
    ),
    paper=_PAPER,
)
