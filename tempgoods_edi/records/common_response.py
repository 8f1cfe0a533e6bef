"""技术回执 / Technical answer: records of COMMON.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from msgspec import Struct


class CommonResponse(Struct, frozen=True, kw_only=True, gc=False):
    """技术回执 / Technical answer."""

    seq_no: str | None = None
    etps_preent_no: str | None = None
    check_info: str
    deal_flag: str
