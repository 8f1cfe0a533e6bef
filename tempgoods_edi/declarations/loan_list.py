"""外借展品清单申报 / List of exhibits lent out (TMP111): exhibits that leave the hall for a while, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from tempgoods_edi.declarations import _documents, _entries, _files, _goods, _head, _paper
from tempgoods_edi.declarations._sources import assumed, manual, published
from tempgoods_edi.declarations._type import EXHIBITS, DeclarationType
from tempgoods_edi.records.tmp111 import LoanGoods, LoanListMessage
from tempgoods_edi.rules import Facts, Hit, KnownExhibition, rule
from tempgoods_edi.values import Bilingual, Severity


def _usable(doc: LoanListMessage, facts: Facts) -> KnownExhibition | None:
    """The exhibition, when it is on file and approved."""
    known = (facts.exhibitions or {}).get(doc.head.exhibition_no)
    return known if known is not None and known.approved else None


@rule(
    "TG-LOAN-001",
    at="Head/ExhibitionNo",
    zh="展览会编号“{value}”不存在",
    en="There is no exhibition {value}",
    fix=Bilingual(
        "填写展览会的海关编号（不是预录入编号）", "Give the customs number of the exhibition, not its pre-entry number"
    ),
    source=manual("1.2：展览会编号字段填写展览会海关备案号，如输入错误会有弹框提示"),
    needs=("exhibitions",),
    retriable=True,
)
def exhibition_is_on_file(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The exhibition's customs number is on file."""
    if facts.exhibitions is not None and doc.head.exhibition_no not in facts.exhibitions:
        yield Hit(value=doc.head.exhibition_no)


@rule(
    "TG-LOAN-002",
    at="Head/ExhibitionNo",
    zh="展览会“{value}”的备案尚未审核通过或已删除",
    en="Exhibition {value} is not approved, or no longer",
    fix=Bilingual("展览会审核通过后再申报外借", "Wait for the approval of the exhibition"),
    source=manual("1.1：海关审核通过生成展览会海关编号"),
    needs=("exhibitions",),
    retriable=True,
)
def exhibition_is_approved(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The exhibition is approved; one whose deletion was approved is not."""
    known = (facts.exhibitions or {}).get(doc.head.exhibition_no)
    if known is not None and not known.approved:
        yield Hit(value=doc.head.exhibition_no)


@rule(
    "TG-LOAN-003",
    at="Head/ExhibitionNo",
    zh="展览会“{value}”不是本单位备案的，不能外借其展品",
    en="Exhibition {value} was not filed by this unit, which cannot lend its exhibits",
    fix=Bilingual("由备案单位、申报单位或主办单位申报", "The unit that filed it, its agent or the organiser may"),
    source=assumed("只能外借本单位展览会的展品"),
    needs=("exhibitions",),
)
def exhibition_is_ones_own(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The entering or the declaring unit is a party of the exhibition on file."""
    known = _usable(doc, facts)
    if known is not None and known.enterprise_nos.isdisjoint((doc.head.input_etps_no, doc.head.dcl_etps_no)):
        yield Hit(value=doc.head.exhibition_no)


@rule(
    "TG-LOAN-004",
    at="Head/LoanEndDate",
    zh="外借结束日期 {value} 早于开始日期 {start}",
    en="The loan ends on {value}, before it starts on {start}",
    fix=Bilingual("核对外借的起止日期", "Check both dates of the loan"),
    source=assumed("外借期间须成立"),
)
def loan_ends_after_it_starts(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The loan does not end before it starts; one day is allowed."""
    start, end = doc.head.loan_start_date, doc.head.loan_end_date
    if start is not None and end is not None and end < start:
        yield Hit(value=end, params={"start": start})


@rule(
    "TG-LOAN-005",
    at="Head/LoanStartDate",
    zh="外借自 {value} 开始，早于展期开始日期 {start}",
    en="The loan starts on {value}, before the show does on {start}",
    fix=Bilingual("外借期间应在展期之内", "Lend within the time of the show"),
    source=assumed("外借期间应在展期之内"),
    needs=("exhibitions",),
)
def loan_starts_within_the_show(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The loan starts within the show's dates on file."""
    known, start = _usable(doc, facts), doc.head.loan_start_date
    if known is not None and start is not None and start < known.start:
        yield Hit(value=start, params={"start": known.start})


@rule(
    "TG-LOAN-006",
    at="Head/LoanEndDate",
    zh="外借至 {value}，晚于展期结束日期 {end}",
    en="The loan ends on {value}, after the show does on {end}",
    fix=Bilingual("外借期间应在展期之内", "Lend within the time of the show"),
    source=assumed("外借期间应在展期之内"),
    needs=("exhibitions",),
)
def loan_ends_within_the_show(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The loan ends within the show's dates on file."""
    known, end = _usable(doc, facts), doc.head.loan_end_date
    if known is not None and end is not None and end > known.end:
        yield Hit(value=end, params={"end": known.end})


@rule(
    "TG-LOAN-013",
    at="Head/ExhibitionNo",
    zh="展览会“{value}”已于 {end} 结束，{today} 不能再申报外借",
    en="Exhibition {value} ended on {end}: nothing of it can be lent on {today}",
    fix=Bilingual(
        "展期如有变更，先申报变更；否则办理复运",
        "If the show goes on, declare its change first; else its goods go back",
    ),
    source=assumed("外借期间应在展期之内，申报在先"),
    needs=("exhibitions",),
)
def show_is_not_over(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The show, by its end on file, is not over on the day of the declaration."""
    known = _usable(doc, facts)
    if known is not None and facts.today > known.end:
        yield Hit(value=doc.head.exhibition_no, params={"end": known.end, "today": facts.today})


@rule(
    "TG-LOAN-007",
    at="Head/BorrowerNm",
    zh="借展单位“{value}”就是主办单位",
    en="The borrower {value} is the organiser",
    fix=Bilingual("确认是否需要办理外借", "Make sure that this is a loan"),
    source=assumed("外借是交给他人使用"),
    severity=Severity.WARNING,
    needs=("exhibitions",),
)
def borrower_is_not_the_organiser(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The borrower's name is not that of the organiser on file."""
    known, borrower = _usable(doc, facts), doc.head.borrower_nm
    if known is not None and borrower is not None and borrower == known.organizer_nm:
        yield Hit(value=borrower)


@rule(
    "TG-LOAN-008",
    at="Head/ExhibitionNm",
    zh="展览会名称“{value}”与备案的“{registered}”不符",
    en="The exhibition is called {value} here, {registered} on file",
    fix=Bilingual("名称由系统按展览会编号填写，勿改", "The system looks the name up; leave it as it is"),
    source=manual("1.2：展览会名称根据展览会编号由系统自动填写"),
    needs=("exhibitions",),
)
def exhibition_has_its_name(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The exhibition's name is the one on file; another rule reports a blank name."""
    known, name = _usable(doc, facts), doc.head.exhibition_nm
    if known is not None and name is not None and name != known.name and name.strip():
        yield Hit(value=name, params={"registered": known.name})


@rule(
    "TG-LOAN-009",
    at="Head/DeclarantNo",
    zh="报关员“{value}”不在本单位的报关员名单中",
    en="{value} is not one of this unit's declarants",
    fix=Bilingual("从下拉列表中选择报关员", "Choose the declarant from the list"),
    source=manual("1.2：报关员不能手工录入，通过下拉框进行选择"),
    needs=("declarants",),
)
def declarant_is_on_the_list(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """The declarant's number is on the enterprise's list; another rule reports a blank one."""
    number = doc.head.declarant_no
    if facts.declarants is not None and number is not None and number not in facts.declarants and number.strip():
        yield Hit(value=number)


@rule(
    "TG-LOAN-010",
    at="LoanGoods[]/EntryNo",
    zh="报关单“{value}”不存在",
    en="There is no entry {value}",
    fix=Bilingual("用“报关单商品查询”勾选商品", "Pick the goods by the query of entry goods"),
    source=manual("1.2 报关单商品查询"),
    needs=("entries",),
    retriable=True,
)
def entries_are_on_file(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """Each line's entry is on file; reported once for each line."""
    for row, line in enumerate(doc.loan_goods, 1):
        if line.entry_no is not None and facts.entries is not None and line.entry_no not in facts.entries:
            yield Hit(at=(row,), value=line.entry_no)


@rule(
    "TG-LOAN-011",
    at="LoanGoods[]/EntryNo",
    zh="报关单“{value}”不是展览会“{exhibition}”的",
    en="Entry {value} is not of exhibition {exhibition}",
    fix=Bilingual("只能外借该展览会报关单上的展品", "Lend exhibits from entries of this exhibition only"),
    source=manual("1.2：查询出展会编号关联的报关单商品明细"),
    needs=("entries", "exhibitions"),
)
def entries_are_of_the_exhibition(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """Each line's entry belongs to the exhibition; silent while the exhibition is unknown."""
    if facts.entries is None or _usable(doc, facts) is None:
        return
    for row, line in enumerate(doc.loan_goods, 1):
        entry = facts.entries.get(line.entry_no or "")
        if entry is not None and entry.exhibition_no != doc.head.exhibition_no:
            yield Hit(at=(row,), value=line.entry_no, params={"exhibition": doc.head.exhibition_no})


@rule(
    "TG-LOAN-012",
    at="LoanGoods[]/EntryNo",
    zh="报关单“{value}”是出境报关单（第9位为0），外借的应是进境展品",
    en="{value} is an outward entry (its 9th character is 0); what is lent came in",
    fix=Bilingual("核对报关单号", "Check the entry number"),
    source=published("报关单填制规范 一、二：海关编号第9位，1进口，0出口"),
)
def entries_are_inward(doc: LoanListMessage, facts: Facts) -> Iterator[Hit]:
    """Each line's entry is inward, because exhibits are lent within China."""
    for row, line in enumerate(doc.loan_goods, 1):
        if line.entry_no is not None and line.entry_no[8] == "0":
            yield Hit(at=(row,), value=line.entry_no)


def _entry_of(doc: LoanListMessage, line: LoanGoods) -> str | None:
    return line.entry_no


_ENTRY_LINES = _entries.EntryLines(
    area="LOAN",
    tag="LoanGoods",
    lines=attrgetter("loan_goods"),
    entry_of=_entry_of,
    copied={
        "Gdecd": ("gdecd", "hs_code"),
        "GdsNm": ("gds_nm", "name"),
        "GdsSpcfModelDesc": ("gds_spcf_model_desc", "model"),
        "EntryQty": ("entry_qty", "quantity"),
        "EntryUnitCd": ("entry_unit_cd", "unit"),
        "UnitPrice": ("unit_price", "unit_price"),
        "CurrCd": ("curr_cd", "currency"),
        "NatCd": ("nat_cd", "origin"),
    },
    quantity=("LoanQty", "loan_qty"),
    left=attrgetter("available"),
    excess=Bilingual(
        "外借数量 {value} 超过报关单 {entry} 第 {item} 项的可借数量 {left}",
        "{value} are to be lent of item {item} of entry {entry}; {left} are left to lend",
    ),
)

_LENT = (
    _paper.SEQUENCE, _paper.ENTRY, _paper.CODE, _paper.PrintColumn((("GdsNm",),), 6.4),
    _paper.PrintColumn((("EntryQty", "EntryUnitCd"),), 2.4, right=True), _paper.PrintColumn((("LoanQty",),), 1.8, right=True),
    _paper.ENTRY_PRICE,
)  # fmt: skip
_PAPER = _paper.Paper(
    checked=_LENT,
    listed=_LENT,
    list_title=Bilingual("外借展品清单", "List of exhibits lent out"),
    rows=(
        ("ExhibitionNo", "MasterCusCd"), ("ExhibitionNm",), ("BorrowerNm",), ("BorrowerNo", "BorrowerSccd"),
        ("LoanPlace",), ("LoanReason",), ("LoanStartDate", "LoanEndDate"), ("DeclarantNm", "DeclarantNo"),
        *_paper.UNIT, *_paper.CONTACT,
    ),
    form_title=Bilingual("展览品外借申请表", "Application to lend exhibits out"),
)  # fmt: skip

LOAN_LIST = DeclarationType(
    code="TMP111",
    rules=(
        *_head.ONCE_ONLY,
        exhibition_is_on_file,
        exhibition_is_approved,
        exhibition_is_ones_own,
        loan_ends_after_it_starts,
        loan_starts_within_the_show,
        loan_ends_within_the_show,
        show_is_not_over,
        borrower_is_not_the_organiser,
        exhibition_has_its_name,
        declarant_is_on_the_list,
        entries_are_on_file,
        entries_are_of_the_exhibition,
        entries_are_inward,
        *_goods.numbering("LOAN", "LoanGoods", attrgetter("loan_goods")),
        *_entries.rules_on(_ENTRY_LINES),
        *_documents.LISTED,
        *_files.FILES,
    ),
    heading=EXHIBITS,
    paper=_PAPER,
)
