"""核注情况查询答复 / Answer to the write-off query: records of TMP271.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from tempgoods_edi.records.receipt import CheckInfo, QueryResultHead


class ReturnLine(Struct, frozen=True, kw_only=True, gc=False):
    """复运报关单 / Return entries."""

    return_entry_no: str
    return_entry_g_no: int
    return_qty: Decimal
    return_date: date


class WriteOff(Struct, frozen=True, kw_only=True, gc=False):
    """核注情况 / Write-off."""

    original_entry_no: str
    original_entry_g_no: int
    gds_nm: str
    entry_qty: Decimal
    entry_unit_cd: str
    ie_date: date
    deadline: date
    returned_qty: Decimal
    remain_qty: Decimal
    status_cd: str
    returns: tuple[ReturnLine, ...] = ()


class WriteOffAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """核注情况查询答复 / Answer to the write-off query."""

    query_result: QueryResultHead
    check_info: tuple[CheckInfo, ...] = ()
    write_off: tuple[WriteOff, ...] = ()
