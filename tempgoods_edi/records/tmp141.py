"""回执补发送申请 / Request to send receipts again: records of TMP141.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct


class ReceiptRequestMessage(Struct, frozen=True, kw_only=True, gc=False):
    """回执补发送申请 / Request to send receipts again."""

    seq_no: str | None = None
    business_id: str | None = None
    dcl_type_cd: str | None = None
    oper_cus_reg_code: str
