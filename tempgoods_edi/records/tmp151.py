"""展览会查询 / Exhibition query: records of TMP151.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct


class ExhibitionQueryMessage(Struct, frozen=True, kw_only=True, gc=False):
    """展览会查询 / Exhibition query."""

    exhibition_no: str
    oper_cus_reg_code: str
