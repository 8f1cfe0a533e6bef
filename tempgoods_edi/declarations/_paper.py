"""The print-out settings of a declaration, where customs' own form has more than its schema tells."""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.values import Bilingual

_T = Bilingual


class PrintColumn(Struct, frozen=True):
    """One column of a printed goods table.

    :ivar tags: whose values stand in it: in each of its lines one behind the other, a quantity and its unit.
    :ivar width: share of the page's width.
    :ivar title: None takes the label of the first tag.
    """

    tags: tuple[tuple[str, ...], ...]
    width: float
    title: Bilingual | None = None
    right: bool = False


class Paper(Struct, frozen=True, kw_only=True):
    """The print-out settings of a declaration; what is left out follows from its schema.

    :ivar checked: the goods' columns on the check sheet (核对单).
    :ivar listed: the goods' columns on the list (清单).
    :ivar list_title: what the list is called.
    :ivar rows: of the application form: fields of the head, as they stand in each row.
    :ivar form_title: what the application form is called.
    :ivar office: the title of the part of the form that customs fill in.
    """

    checked: tuple[PrintColumn, ...] = ()
    listed: tuple[PrintColumn, ...] = ()
    list_title: Bilingual | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    form_title: Bilingual | None = None
    office: Bilingual = _T("海关审核意见", "Decision of customs")


_QUANTITY = _T("数量", "Quantity")
_LEGAL = _T("法定数量", "Legal quantities")
_WEIGHT = _T("毛重/净重（千克）", "Gross/net weight (kg)")
_PRICE = _T("单价", "Unit price")
_TOTAL = _T("总价", "Total")

SEQUENCE = PrintColumn((("GdsSeqNo",),), 1.1, _T("序号", "No."))
CODE = PrintColumn((("Gdecd",),), 2.6)
ENTRY = PrintColumn((("EntryNo",), ("EntryGNo",)), 4.2, _T("报关单号/商品序号", "Entry and item"))
ENTRY_PRICE = PrintColumn((("UnitPrice", "CurrCd"),), 3.2, _PRICE, right=True)
DISPOSAL = PrintColumn((("DisposalCd",),), 1.5, _T("处置", "Disposal"))

_ORIGIN = PrintColumn((("NatCd",),), 2.2, _T("原产国", "Origin"))
_DECLARED = PrintColumn((("DclQty", "DclUnitCd"),), 2.4, _QUANTITY, right=True)
_UNIT_PRICE = PrintColumn((("UnitPrice",),), 2.6, _PRICE, right=True)
_VALUE = PrintColumn((("TotalPrice", "CurrCd"),), 3.2, _TOTAL, right=True)

#: Goods that are brought: briefly, and in full but for their disposal, which stands last.
BROUGHT_BRIEF = (SEQUENCE, CODE, PrintColumn((("GdsNm",),), 7.4), _DECLARED, _UNIT_PRICE, _VALUE, _ORIGIN)
BROUGHT = (
    SEQUENCE,
    PrintColumn((("Gdecd",),), 2.7),
    PrintColumn((("GdsNm",),), 5.2),
    PrintColumn((("GdsSpcfModelDesc",),), 4.6),
    _DECLARED,
    PrintColumn((("LawfQty", "LawfUnitCd"), ("SecdLawfQty", "SecdLawfUnitCd")), 2.6, _LEGAL, right=True),
    _UNIT_PRICE,
    _VALUE,
    _ORIGIN,
    PrintColumn((("GrossWt",), ("NetWt",)), 2.4, _WEIGHT, right=True),
    PrintColumn((("PackNo",),), 1.6),
)

#: Rows that stand on several forms.
UNIT = (("DclEtpsNm",), ("DclEtpsNo", "DclEtpsSccd"))
GUARANTEE = (("GuaranteeTypeCd", "GuaranteeNo"), ("GuaranteeAmt", "GuaranteeCurrCd"))
CONTACT = (("LinkMan", "LinkTel"), ("Rmk",))
