"""Recognises the columns of a sheet by their headings: label, tag, or a usual trade name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from tempgoods_edi.interchange.sheet_grid import Grid
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec

#: How lists of goods name the columns, besides labels and tags; the first field that a list has takes the name.
_USUAL: Sequence[tuple[str, str]] = (
    ("GdsSeqNo", "序号 行号 编号 no no. item itemno # s/n"),
    ("EntryGNo", "商品序号 报关单项号 报关单商品序号 项号 itemno entryitem"),
    ("GdsSeqNo", "项号 商品项号"),
    (
        "Gdecd",
        "商品编码 商品编号 税则号列 税号 税则号 hs hs编码 hs码 hscode hs海关编码 海关商品编码 tariffno commoditycode",
    ),
    (
        "GdsNm",
        "商品名称 品名 中文品名 中文名称 货物名称 货名 展品名称 展览品名称 名称 description goods name productname",
    ),
    ("GdsNmEn", "英文品名 英文名称 外文品名 品名英文 englishname descriptioninenglish nameinenglish"),
    ("GdsSpcfModelDesc", "规格型号 规格 型号 规格及型号 型号规格 规格/型号 model specification spec"),
    ("DclQty", "申报数量 数量 件数 qty quantity pcs"),
    ("LoanQty", "外借数量 借出数量 借用数量 数量 qty quantity"),
    ("ExtQty", "延期数量 申请延期数量 数量 qty quantity"),
    ("EntryQty", "报关单数量 原报关数量 进境数量 entryqty"),
    ("RemainQty", "剩余数量 未复运数量 remaining"),
    ("DclUnitCd", "申报计量单位 申报单位 计量单位 单位 数量单位 unit uom"),
    ("EntryUnitCd", "报关单计量单位 计量单位 单位 unit uom"),
    ("LawfQty", "法定数量 第一法定数量 法定第一数量"),
    ("LawfUnitCd", "法定计量单位 法定单位 第一法定单位 第一法定计量单位"),
    ("SecdLawfQty", "第二法定数量 法定第二数量"),
    ("SecdLawfUnitCd", "第二法定计量单位 第二法定单位"),
    ("UnitPrice", "单价 申报单价 unitprice price unitvalue"),
    ("TotalPrice", "总价 申报总价 金额 总金额 总值 货值 总货值 amount total totalprice totalvalue totalamount value"),
    ("CurrCd", "币制 币种 货币 currency cur curr"),
    ("NatCd", "原产国 原产国别 原产地 产地 产国 原产地区 国别 origin countryoforigin madein"),
    ("GrossWt", "毛重 总毛重 毛重公斤 grossweight gw g.w. grosswt"),
    ("NetWt", "净重 总净重 净重公斤 netweight nw n.w. netwt"),
    ("PackNo", "箱号 件号 包装号 唛头箱号 caseno cartonno packageno boxno"),
    ("ExhibitorNm", "参展商 展商 参展单位 参展商名称 参展企业 exhibitor"),
    ("BoothNo", "展位 展位号 摊位 摊位号 booth boothno stand standno"),
    ("DisposalCd", "处置 拟处置方式 处置方式 处理方式 拟处理方式 展后处置 disposal"),
    ("EntryNo", "报关单号 报关单编号 报关单海关编号 海关编号 原报关单号 entryno entrynumber declarationno"),
    ("Rmk", "备注 说明 备考 remark remarks note notes"),
)
_ASIDE = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")
_NO_MEANING = re.compile(r"[\s*＊:：_·.、/\\\-]+")
#: Rows at the top in which the column names are looked for.
_TOP = 40


class Heading(Struct, frozen=True):
    """The row of a sheet that names the columns.

    :ivar row: its position in the grid.
    :ivar columns: field by position of the column; the first one where several name one field.
    :ivar again: further columns that name a field which another column already is.
    :ivar unknown: columns with a name that says nothing to us.
    """

    row: int
    columns: Mapping[int, FieldSpec]
    again: Mapping[int, FieldSpec]
    unknown: Mapping[int, str]


def find_heading(goods: GroupSpec, grid: Grid) -> Heading | None:
    """The row of *grid* that names most columns, the first such; None when no row names two."""
    names = _names(goods)
    best: Heading | None = None
    for position, row in enumerate(grid[:_TOP]):
        columns: dict[int, FieldSpec] = {}
        again: dict[int, FieldSpec] = {}
        unknown: dict[int, str] = {}
        for column, cell in enumerate(row):
            text = cell.text.strip()
            field = names.get(plain(text)) or names.get(plain(_ASIDE.sub("", text)))
            if field is None:
                if text:
                    unknown[column] = text
            elif field in columns.values():
                again[column] = field
            else:
                columns[column] = field
        if len(columns) >= 2 and (best is None or len(columns) > len(best.columns)):
            best = Heading(position, columns, again, unknown)
    return best


def plain(text: str) -> str:
    """A name normalised for comparison: without differences of width, case, blanks and marks.

    >>> plain(" Ｈ.Ｓ. Code* "), plain("规格／型号")
    ('hscode', '规格型号')
    """
    return _NO_MEANING.sub("", unicodedata.normalize("NFKC", text)).casefold()


@cache
def _names(goods: GroupSpec) -> Mapping[str, FieldSpec]:
    fields = {child.tag: child for child in goods.children if isinstance(child, FieldSpec)}
    names: dict[str, FieldSpec] = {}
    for field in fields.values():
        for name in (field.tag, field.label.zh, field.label.en):
            names.setdefault(plain(name), field)
    for field in fields.values():
        for name in (field.label.zh, field.label.en):
            names.setdefault(plain(_ASIDE.sub("", name)), field)
    for tag, usual in _USUAL:
        if tag in fields:
            for name in usual.split():
                names.setdefault(plain(name), fields[tag])
    return names
