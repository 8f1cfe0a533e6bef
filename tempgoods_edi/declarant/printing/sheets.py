"""Which print-outs each kind of declaration has, and what stands where on each: data, no code.

Keyed by the kind's slug.  A tag that a kind does not have, or that is not filled in, is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from tempgoods_edi.lifecycle.states import Action
from tempgoods_edi.values import Bilingual

Layout = Literal["check-sheet", "list", "form"]
_T = Bilingual


class Column(Struct, frozen=True):
    """One column of a goods table.

    :ivar tags: whose values stand in it: in each of its lines one behind the other, a quantity and its unit.
    :ivar width: share of the page's width.
    :ivar title: None takes the label of the first tag.
    """

    tags: tuple[tuple[str, ...], ...]
    width: float
    title: Bilingual | None = None
    right: bool = False


class Sheet(Struct, frozen=True):
    """One print-out.

    :ivar what: its name in addresses.
    :ivar action: what must be allowed for it to be printed.
    :ivar remark: stands under the title.
    :ivar under: of a list: tags of the head whose values stand under the title.
    :ivar rows: of a form: tags of the head, as they stand in each row.
    :ivar statement: of a form: what the applicant declares by sealing it.
    :ivar office: of a form: the title of the part that customs fill in.
    """

    what: str
    action: Action
    layout: Layout
    title: Bilingual
    remark: Bilingual | None = None
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    statement: Bilingual | None = None
    office: Bilingual | None = None
    under: tuple[str, ...] = ()


_QUANTITY = _T("数量", "Quantity")
_LEGAL = _T("法定数量", "Legal quantities")
_WEIGHT = _T("毛重/净重（千克）", "Gross/net weight (kg)")
_PRICE = _T("单价", "Unit price")
_TOTAL = _T("总价", "Total")

_SEQUENCE = Column((("GdsSeqNo",),), 1.1, _T("序号", "No."))
_CODE = Column((("Gdecd",),), 2.6)
_ORIGIN = Column((("NatCd",),), 2.2, _T("原产国", "Origin"))
_DECLARED = Column((("DclQty", "DclUnitCd"),), 2.4, _QUANTITY, right=True)
_UNIT_PRICE = Column((("UnitPrice",),), 2.6, _PRICE, right=True)
_VALUE = Column((("TotalPrice", "CurrCd"),), 3.2, _TOTAL, right=True)
_ENTRY_PRICE = Column((("UnitPrice", "CurrCd"),), 3.2, _PRICE, right=True)
_ENTRY = Column((("EntryNo",), ("EntryGNo",)), 4.2, _T("报关单号/商品序号", "Entry and item"))

_BROUGHT_BRIEF = (_SEQUENCE, _CODE, Column((("GdsNm",),), 7.4), _DECLARED, _UNIT_PRICE, _VALUE, _ORIGIN)
_BROUGHT = (
    _SEQUENCE,
    Column((("Gdecd",),), 2.7),
    Column((("GdsNm",),), 5.2),
    Column((("GdsSpcfModelDesc",),), 4.6),
    _DECLARED,
    Column((("LawfQty", "LawfUnitCd"), ("SecdLawfQty", "SecdLawfUnitCd")), 2.6, _LEGAL, right=True),
    _UNIT_PRICE,
    _VALUE,
    _ORIGIN,
    Column((("GrossWt",), ("NetWt",)), 2.4, _WEIGHT, right=True),
    Column((("PackNo",),), 1.6),
    Column((("DisposalCd",),), 1.5, _T("处置", "Disposal")),
)
_EXHIBITS = (*_BROUGHT[:-1], Column((("ExhibitorNm",), ("BoothNo",)), 3.6, _T("参展商/展位", "Exhibitor, booth")), _BROUGHT[-1])
_LENT = (
    _SEQUENCE, _ENTRY, _CODE, Column((("GdsNm",),), 6.4),
    Column((("EntryQty", "EntryUnitCd"),), 2.4, right=True), Column((("LoanQty",),), 1.8, right=True), _ENTRY_PRICE,
)  # fmt: skip
_EXTENDED = (
    _SEQUENCE, _ENTRY, _CODE, Column((("GdsNm",),), 6.4), Column((("EntryQty", "DclUnitCd"),), 2.2, right=True),
    Column((("RemainQty",),), 1.8, right=True), Column((("ExtQty",),), 1.8, right=True), _ENTRY_PRICE,
)  # fmt: skip

_WHOSE = ("ExhibitionNm", "ApplicantNm", "DclEtpsNm")
_NO_EVIDENCE = _T("核对单 不作为凭证", "Check sheet — no evidence of anything")
_TRUTH = _T(
    "本单位保证以上所填内容及随附单证真实、准确、完整，并按期将货物复运出境或复运进境；如有不实，愿承担相应法律责任。",
    "We warrant that the above and the accompanying documents are true, accurate and complete, and that the goods will "
    "be taken back over the border in time; we answer for any untruth.",
)
_OPINION = _T("海关审核意见", "Decision of customs")

_UNIT = (("DclEtpsNm",), ("DclEtpsNo", "DclEtpsSccd"))
_GUARANTEE = (("GuaranteeTypeCd", "GuaranteeNo"), ("GuaranteeAmt", "GuaranteeCurrCd"))
_CONTACT = (("LinkMan", "LinkTel"), ("Rmk",))


def _check(columns: tuple[Column, ...], name: Bilingual) -> Sheet:
    title = Bilingual(f"{name.zh}核对单", f"{name.en}: check sheet")
    return Sheet("check-sheet", Action.PRINT_CHECK_SHEET, "check-sheet", title, _NO_EVIDENCE, columns)


def _list(columns: tuple[Column, ...], zh: str, en: str) -> Sheet:
    return Sheet("list", Action.PRINT_LIST, "list", Bilingual(zh, en), columns=columns, under=_WHOSE)


def _form(
    rows: tuple[tuple[str, ...], ...], title: Bilingual, remark: Bilingual | None = None, office: Bilingual = _OPINION
) -> Sheet:
    return Sheet(
        "application-form", Action.PRINT_APPLICATION_FORM, "form", title, remark,
        rows=rows, statement=_TRUTH, office=office,
    )  # fmt: skip


SHEETS: Mapping[str, tuple[Sheet, ...]] = MappingProxyType(
    {
        "exhibition": (
            _check(_BROUGHT_BRIEF, _T("展览会备案", "Exhibition filing")),
            _list(_EXHIBITS, "展览品清单", "List of exhibits"),
            _form(
                (
                    ("ExhibitionNm",), ("ExhibitionNmEn",), ("ImpExpMarkCd", "MasterCusCd"), ("HallNm",), ("HallAddr",),
                    ("CountryCd",), ("StartDate", "EndDate"), ("OrganizerNm",), ("OrganizerNo", "OrganizerSccd"),
                    ("UndertakerNm",), ("UndertakerNo", "UndertakerSccd"), ("ApprovalOrgNm", "ApprovalDocNo"),
                    ("BoothArea", "ExhibitorCnt"), ("IEPortCd", "OnSiteFlag"), ("PlannedIEDate", "PlannedReturnDate"),
                    *_GUARANTEE, *_UNIT, *_CONTACT,
                ),
                _T("展览会备案申请表", "Application to file an exhibition"),
            ),
        ),
        "loan-list": (
            _check(_LENT, _T("外借展品清单", "List of exhibits lent out")),
            _list(_LENT, "外借展品清单", "List of exhibits lent out"),
            _form(
                (
                    ("ExhibitionNo", "MasterCusCd"), ("ExhibitionNm",), ("BorrowerNm",), ("BorrowerNo", "BorrowerSccd"),
                    ("LoanPlace",), ("LoanReason",), ("LoanStartDate", "LoanEndDate"), ("DeclarantNm", "DeclarantNo"),
                    *_UNIT, *_CONTACT,
                ),
                _T("展览品外借申请表", "Application to lend exhibits out"),
            ),
        ),
        "confirmation": (
            _check(_BROUGHT_BRIEF, _T("暂时进出境货物确认申报", "Confirmation of temporary goods")),
            _list(_BROUGHT, "暂时进出境货物清单", "List of temporary goods"),
            _form(
                (
                    ("ApplicantNm",), ("ApplicantNo", "ApplicantSccd"), ("ApplicantAddr",), ("ImpExpMarkCd", "MasterCusCd"),
                    ("CategoryCd",), ("Purpose",), ("UsePlace",), ("ActivityStartDate", "ActivityEndDate"),
                    ("IEPortCd", "TransportCd"), ("PlannedIEDate", "PlannedReturnDate"), ("AtaFlag", "AtaCarnetNo"),
                    *_GUARANTEE, *_UNIT, *_CONTACT,
                ),
                _T("暂时进出境货物确认申请书", "Application for confirmation of temporary goods"),
                office=_T("海关审核确认意见", "Confirmation by customs"),
            ),
        ),
        "extension": (
            _check(_EXTENDED, _T("暂时进出境货物延期申报", "Extension of temporary goods")),
            _list(_EXTENDED, "延期货物清单", "List of goods to extend"),
            _form(
                (
                    *_UNIT, ("ImpExpMarkCd", "MasterCusCd"), ("EntryNo", "AtaCarnetNo"), ("ConfirmNo", "IEDate"),
                    ("CategoryCd",), ("ProjectTypeCd", "ExtensionCnt"), ("CurrentDeadline", "RequestedDeadline"),
                    ("Reason",), *_GUARANTEE, *_CONTACT,
                ),
                _T("货物暂时进/出境延期办理单", "Extension sheet for temporary goods"),
                office=_T("海关办理意见", "Decision of customs"),
            ),
        ),
    }
)  # fmt: skip
