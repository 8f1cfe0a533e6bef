"""回执补发送申请 / Request to send receipts again (TMP141): which declaration is meant."""

from __future__ import annotations

from collections.abc import Iterator

from tempgoods_edi.declarations import _head
from tempgoods_edi.declarations._sources import published
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.records.tmp141 import ReceiptRequestMessage
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual


@rule(
    "TG-QRY-001",
    at="SeqNo",
    zh="预录入编号和海关编号都没有填写，不知要补发哪份单证的回执",
    en="Neither pre-entry number nor customs number: it is not said whose receipts are asked for",
    fix=Bilingual("填写预录入编号或海关编号", "Give the pre-entry number or the customs number"),
    source=published("EMS141/INV141 ReceiptDclHead：etpsPreentNo、businessId"),
)
def a_declaration_is_named(doc: ReceiptRequestMessage, facts: Facts) -> Iterator[Hit]:
    """The request names a declaration by its pre-entry number or its customs number."""
    if doc.seq_no is None and doc.business_id is None:
        yield Hit()


RECEIPT_REQUEST = DeclarationType(code="TMP141", rules=(*_head.ANY_MESSAGE, a_declaration_is_named))
