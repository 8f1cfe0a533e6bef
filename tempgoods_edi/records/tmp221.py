"""确认申报回执 / Confirmation receipt: records of TMP221.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.records.receipt import CheckInfo, HdeApprResult


class ConfirmationReceipt(Struct, frozen=True, kw_only=True, gc=False):
    """确认申报回执 / Confirmation receipt."""

    hde_appr_result: HdeApprResult
    check_info: tuple[CheckInfo, ...] = ()
