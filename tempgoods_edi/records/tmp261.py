"""报关单商品查询答复 / Answer to the entry goods query: records of TMP261.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from tempgoods_edi.records.receipt import CheckInfo, QueryResultHead


class EntryGoods(Struct, frozen=True, kw_only=True, gc=False):
    """报关单商品 / Entry goods."""

    entry_no: str
    entry_g_no: int
    gdecd: str
    gds_nm: str
    gds_spcf_model_desc: str | None = None
    entry_qty: Decimal
    entry_unit_cd: str
    unit_price: Decimal | None = None
    curr_cd: str | None = None
    nat_cd: str | None = None
    lent_qty: Decimal
    available_qty: Decimal


class EntryGoodsAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """报关单商品查询答复 / Answer to the entry goods query."""

    query_result: QueryResultHead
    check_info: tuple[CheckInfo, ...] = ()
    entry_goods: tuple[EntryGoods, ...] = ()
