"""核注变动通知 / Notice of a write-off change: records of TMP301.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct


class WriteOffChange(Struct, frozen=True, kw_only=True, gc=False):
    """核注变动 / Write-off change."""

    original_entry_no: str
    original_entry_g_no: int
    return_entry_no: str | None = None
    return_entry_g_no: int | None = None
    change_qty: Decimal
    returned_qty: Decimal
    remain_qty: Decimal
    deadline: date
    status_cd: str
    change_time: datetime


class WriteOffNotice(Struct, frozen=True, kw_only=True, gc=False):
    """核注变动通知 / Notice of a write-off change."""

    write_off_change: tuple[WriteOffChange, ...] = ()
