"""核注情况查询 / Write-off query: records of TMP171.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct


class WriteOffQueryMessage(Struct, frozen=True, kw_only=True, gc=False):
    """核注情况查询 / Write-off query."""

    original_entry_no: str | None = None
    return_entry_no: str | None = None
    oper_cus_reg_code: str
