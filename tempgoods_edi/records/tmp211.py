"""外借清单回执 / Loan list receipt: records of TMP211.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.records.receipt import CheckInfo, HdeApprResult


class LoanListReceipt(Struct, frozen=True, kw_only=True, gc=False):
    """外借清单回执 / Loan list receipt."""

    hde_appr_result: HdeApprResult
    check_info: tuple[CheckInfo, ...] = ()
