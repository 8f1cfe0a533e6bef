"""展览会备案 / Exhibition filing (TMP101): also its change and its deletion, by declaration type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter

from tempgoods_edi.declarations import _documents, _files, _goods, _guarantee, _head, _paper, _versions
from tempgoods_edi.declarations._sources import assumed, decree
from tempgoods_edi.declarations._type import EXHIBITS, DeclarationType
from tempgoods_edi.lifecycle.deadlines import INITIAL_MONTHS, add_months
from tempgoods_edi.records.tmp101 import ExhibitionHead, ExhibitionMessage
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual, Severity

_CHINA = "CHN"
#: 令233号第十条: from this duration on, goods of a show may stay longer than three extensions.
_LONG_SHOW_MONTHS = 24


@rule(
    "TG-EXH-001",
    at="Head/EndDate",
    zh="展期结束日期 {value} 早于开始日期 {start}",
    en="The show ends on {value}, before it starts on {start}",
    fix=Bilingual("核对展期的起止日期", "Check both dates of the show"),
    source=decree("第十七条"),
)
def show_ends_after_it_starts(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The show does not end before it starts; one day is allowed."""
    start, end = doc.head.start_date, doc.head.end_date
    if start is not None and end is not None and end < start:
        yield Hit(value=end, params={"start": start})


@rule(
    "TG-EXH-002",
    at="Head/PlannedReturnDate",
    zh="预计复运日期 {value} 不晚于展期开始日期 {start}",
    en="The goods go back on {value}, not after the show starts on {start}",
    fix=Bilingual("复运日期应在展览之后", "They go back after the show"),
    source=decree("第十条、第十七条"),
)
def goods_return_after_the_show_starts(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The goods return after the show starts."""
    start, back = doc.head.start_date, doc.head.planned_return_date
    if start is not None and back is not None and back <= start:
        yield Hit(value=back, params={"start": start})


def _too_late(head: ExhibitionHead) -> Iterator[Hit]:
    if head.planned_ie_date is not None and head.planned_return_date is not None:
        limit = add_months(head.planned_ie_date, INITIAL_MONTHS)
        if head.planned_return_date > limit:
            yield Hit(value=head.planned_return_date, params={"moved": head.planned_ie_date, "limit": limit})


def _is_long(head: ExhibitionHead) -> bool:
    start, end = head.start_date, head.end_date
    return start is not None and end is not None and end >= add_months(start, _LONG_SHOW_MONTHS)


@rule(
    "TG-EXH-003",
    at="Head/PlannedReturnDate",
    zh="预计复运日期 {value} 超过预计进/出境日期 {moved} 后6个月（最迟 {limit}）",
    en="The goods go back on {value}, more than 6 months after {moved}; the last day is {limit}",
    fix=Bilingual(
        "复运日期提前到6个月内；确需更久，到期前申请延期",
        "Bring them back within 6 months, or apply for an extension in time",
    ),
    source=decree("第十条"),
)
def goods_return_within_six_months(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The goods return within six months, except for a show of 24 months or more."""
    if not _is_long(doc.head):
        yield from _too_late(doc.head)


@rule(
    "TG-EXH-004",
    at="Head/PlannedReturnDate",
    zh="预计复运日期 {value} 超过预计进/出境日期 {moved} 后6个月（{limit}）；展期24个月以上，须按期办理延期",
    en="The goods go back on {value}, more than 6 months after {moved} ({limit}); the show lasts 24 months or more: extend in time",
    fix=Bilingual(
        "到期前逐次申请延期，三次以后由直属海关批准",
        "Apply for each extension in time; after three the regional customs decides",
    ),
    source=decree("第十条"),
    severity=Severity.WARNING,
)
def goods_of_a_long_show_are_extended(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A show of 24 months or more needs extensions, of which more than three are possible."""
    if _is_long(doc.head):
        yield from _too_late(doc.head)


@rule(
    "TG-EXH-005",
    at="Head/PlannedReturnDate",
    zh="预计复运日期 {value} 不晚于预计进/出境日期 {moved}",
    en="The goods go back on {value}, not after they come on {moved}",
    fix=Bilingual("核对两个日期", "Check both dates"),
    source=decree("第十条"),
)
def goods_return_after_they_came(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The goods return after the day when they come; silent when another of the four dates is wrong."""
    head = doc.head
    moved, back = head.planned_ie_date, head.planned_return_date
    if moved is not None and back is not None and back <= moved:
        before_the_show = head.start_date is not None and back <= head.start_date
        after_the_show = head.end_date is not None and moved > head.end_date
        if not before_the_show and not after_the_show:
            yield Hit(value=back, params={"moved": moved})


@rule(
    "TG-EXH-006",
    at="Head/PlannedIEDate",
    zh="预计进/出境日期 {value} 晚于展期结束日期 {end}",
    en="The goods come on {value}, after the show has ended on {end}",
    fix=Bilingual("核对预计进/出境日期和展期", "Check the planned date and the dates of the show"),
    source=decree("第十七条"),
)
def goods_come_before_the_show_ends(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The goods come before the show ends; silent when the show's own dates are wrong."""
    head = doc.head
    start, moved, end = head.start_date, head.planned_ie_date, head.end_date
    if moved is not None and end is not None and moved > end and (start is None or start <= end):
        yield Hit(value=moved, params={"end": end})


@rule(
    "TG-EXH-007",
    at="Head/EndDate",
    zh="展览会已于 {value} 结束，不能再备案",
    en="The show ended on {value}; it is too late to file it",
    fix=Bilingual("核对展期", "Check the dates of the show"),
    source=decree("第十七条：展览品进境前或进境时报告"),
    declare_only=True,
)
def show_is_not_over(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The show of a first filing is not over; a change or deletion may come late."""
    start, end = doc.head.start_date, doc.head.end_date
    is_past = end is not None and end < facts.today and (start is None or start <= end)
    if is_past and doc.head.dcl_type_cd == _versions.FILING:
        yield Hit(value=end)


@rule(
    "TG-EXH-008",
    at="Head/BoothArea",
    zh="展出面积 {value} 不大于0",
    en="The exhibition area is {value}, not above 0",
    fix=Bilingual("填写平方米数，或不填", "Give the square metres, or leave it out"),
    source=assumed("展出面积须为正数"),
)
def area_is_positive(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The area of the show, in square metres, is positive."""
    area = doc.head.booth_area
    if area is not None and area <= 0:
        yield Hit(value=f"{area:f}")


@rule(
    "TG-EXH-009",
    at="Head/ExhibitorCnt",
    zh="参展商数为 {value}",
    en="The number of exhibitors is {value}",
    fix=Bilingual("填写实际家数，或不填", "Give their number, or leave it out"),
    source=assumed("参展商数须为正数"),
)
def there_are_exhibitors(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The number of exhibitors is positive."""
    if doc.head.exhibitor_cnt is not None and doc.head.exhibitor_cnt <= 0:
        yield Hit(value=doc.head.exhibitor_cnt)


@rule(
    "TG-EXH-010",
    at="Head/CountryCd",
    zh="出境展览须填写展出国",
    en="Goods that go abroad are shown in some country; it is not given",
    fix=Bilingual("填写展览会所在国家（地区）", "Give the country of the exhibition"),
    source=assumed("出境展览品清单须列明展出国"),
    declare_only=True,
)
def outward_show_has_its_country(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """An outward show has its country."""
    if doc.head.country_cd is None and doc.head.imp_exp_mark_cd == "E":
        yield Hit()


@rule(
    "TG-EXH-011",
    at="Head/CountryCd",
    zh="出境展览的展出国不能是中国（{value}）",
    en="An outward show cannot be held in China ({value})",
    fix=Bilingual("改正展出国或进出境标志", "Correct the country or the direction"),
    source=decree("第三条：暂时出境"),
)
def outward_show_is_abroad(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The country of an outward show is not China."""
    if doc.head.country_cd == _CHINA and doc.head.imp_exp_mark_cd == "E":
        yield Hit(value=_CHINA)


@rule(
    "TG-EXH-012",
    at="Head/CountryCd",
    zh="进境展览的展出国为“{value}”，不是中国",
    en="An inward show is said to be held in {value}, not in China",
    fix=Bilingual(
        "改正展出国或进出境标志；进境展览可不填展出国",
        "Correct the country or the direction; an inward show needs no country",
    ),
    source=decree("第三条：暂时进境"),
    severity=Severity.WARNING,
)
def inward_show_is_at_home(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """The country of an inward show is China."""
    if doc.head.country_cd not in (None, _CHINA) and doc.head.imp_exp_mark_cd == "I":
        yield Hit(value=doc.head.country_cd)


_CARNET = re.compile(r"[0-9A-Z][0-9A-Z/-]{3,31}")


@rule(
    "TG-EXH-013",
    at="Head/GuaranteeNo",
    zh="担保方式为ATA单证册，担保编号应填单证册号，现为“{value}”",
    en="The guarantee is an ATA carnet; its number is needed here, not {value}",
    fix=Bilingual("填写ATA单证册号，如 AT27220313", "Give the number of the carnet, like AT27220313"),
    source=decree("第九条：ATA单证册项下货物由担保协会总担保"),
    declare_only=True,
)
def carnet_has_its_number(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """A carnet guarantee has the carnet's number, for which an exhibition has no separate field."""
    head = doc.head
    if head.guarantee_type_cd == _guarantee.ATA and not _CARNET.fullmatch(head.guarantee_no or ""):
        yield Hit(value=head.guarantee_no or "")


@rule(
    "TG-EXH-014",
    at="Head/PlannedIEDate",
    zh="申请海关驻场监管的，应在展览品进境前提交；预计进/出境日期为 {value}",
    en="Customs staff on site must be asked for before the goods come; they come on {value}",
    fix=Bilingual("核对预计进/出境日期，尽早与主管海关联系", "Check the date and speak with the office in charge"),
    source=decree("第十七条"),
    severity=Severity.WARNING,
    declare_only=True,
)
def staff_is_asked_for_in_time(doc: ExhibitionMessage, facts: Facts) -> Iterator[Hit]:
    """Customs staff at the show is requested in time, in a first filing."""
    head, moved = doc.head, doc.head.planned_ie_date
    is_late = moved is not None and moved <= facts.today
    if is_late and head.on_site_flag == "1" and head.dcl_type_cd == _versions.FILING:
        yield Hit(value=moved)


_EXHIBITOR = _paper.PrintColumn((("ExhibitorNm",), ("BoothNo",)), 3.6, Bilingual("参展商/展位", "Exhibitor, booth"))
_PAPER = _paper.Paper(
    checked=_paper.BROUGHT_BRIEF,
    listed=(*_paper.BROUGHT, _EXHIBITOR, _paper.DISPOSAL),
    rows=(
        ("ExhibitionNm",), ("ExhibitionNmEn",), ("ImpExpMarkCd", "MasterCusCd"), ("HallNm",), ("HallAddr",),
        ("CountryCd",), ("StartDate", "EndDate"), ("OrganizerNm",), ("OrganizerNo", "OrganizerSccd"),
        ("UndertakerNm",), ("UndertakerNo", "UndertakerSccd"), ("ApprovalOrgNm", "ApprovalDocNo"),
        ("BoothArea", "ExhibitorCnt"), ("IEPortCd", "OnSiteFlag"), ("PlannedIEDate", "PlannedReturnDate"),
        *_paper.GUARANTEE, *_paper.UNIT, *_paper.CONTACT,
    ),
    form_title=Bilingual("展览会备案申请表", "Application to file an exhibition"),
)  # fmt: skip

EXHIBITION = DeclarationType(
    code="TMP101",
    rules=(
        *_head.DECLARATION,
        *_guarantee.GUARANTEE,
        show_ends_after_it_starts,
        goods_return_after_the_show_starts,
        goods_return_within_six_months,
        goods_of_a_long_show_are_extended,
        goods_return_after_they_came,
        goods_come_before_the_show_ends,
        show_is_not_over,
        area_is_positive,
        there_are_exhibitors,
        outward_show_has_its_country,
        outward_show_is_abroad,
        inward_show_is_at_home,
        carnet_has_its_number,
        staff_is_asked_for_in_time,
        *_versions.VERSIONS,
        *_goods.goods("EXH", "ExhibitList", attrgetter("exhibit_list")),
        *_documents.LISTED,
        *_files.FILES,
    ),
    heading=EXHIBITS,
    paper=_PAPER,
)
