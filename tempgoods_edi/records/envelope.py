"""Records of the parts that ``envelope.xsd`` shares among messages.

GENERATED from xsd/ by tempgoods_edi.schema.generate; do not edit.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class PocketInfo(Struct, frozen=True, kw_only=True, gc=False):
    """PocketInfoType / PocketInfoType."""

    pocket_id: str
    total_pocket_qty: int
    cur_pocket_no: int
    is_unstructured: str | None = None


class EnvelopInfo(Struct, frozen=True, kw_only=True, gc=False):
    """EnvelopInfoType / EnvelopInfoType."""

    version: str
    business_id: str | None = None
    message_id: str
    file_name: str
    message_type: str
    sender_id: str
    receiver_id: str
    send_time: datetime
