"""报关单商品查询 / Query of entry goods: records of TMP161.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct


class EntryGoodsQueryMessage(Struct, frozen=True, kw_only=True, gc=False):
    """报关单商品查询 / Query of entry goods."""

    exhibition_no: str | None = None
    entry_no: str | None = None
    entry_g_no: int | None = None
    oper_cus_reg_code: str
