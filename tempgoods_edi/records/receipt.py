"""Records of the parts that ``receipt.xsd`` shares among messages.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class QueryResultHead(Struct, frozen=True, kw_only=True, gc=False):
    """QueryResultHeadType / QueryResultHeadType."""

    ori_message_id: str
    result_cd: str
    manage_date: datetime


class CheckInfo(Struct, frozen=True, kw_only=True, gc=False):
    """CheckInfoType / CheckInfoType."""

    note: str


class HdeApprResult(Struct, frozen=True, kw_only=True, gc=False):
    """HdeApprResultType / HdeApprResultType."""

    etps_preent_no: str
    business_id: str | None = None
    tms_cnt: int
    typecd: str | None = None
    manage_result: str
    manage_date: datetime
    rmk: str | None = None
