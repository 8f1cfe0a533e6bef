"""展览会备案回执 / Exhibition receipt: records of TMP201.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.records.receipt import CheckInfo, HdeApprResult


class ExhibitionReceipt(Struct, frozen=True, kw_only=True, gc=False):
    """展览会备案回执 / Exhibition receipt."""

    hde_appr_result: HdeApprResult
    check_info: tuple[CheckInfo, ...] = ()
