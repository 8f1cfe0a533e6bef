"""延期申报回执 / Extension receipt: records of TMP231.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.records.receipt import CheckInfo, HdeApprResult


class ExtensionReceipt(Struct, frozen=True, kw_only=True, gc=False):
    """延期申报回执 / Extension receipt."""

    hde_appr_result: HdeApprResult
    check_info: tuple[CheckInfo, ...] = ()
