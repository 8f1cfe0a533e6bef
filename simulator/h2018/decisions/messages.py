"""Turns decisions into the bytes that customs send: technical answers, receipts and answers to queries.

The element names are the family's own.  Receipts are unsigned, as the siblings' are; who they are from, and the
remark in each, say that no customs sent them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from h2018.cases import Answer, Case
from tempgoods_edi import codec
from tempgoods_edi.envelope.message import Message, answer, plain
from tempgoods_edi.numbers import MessageId
from tempgoods_edi.records.common_response import CommonResponse
from tempgoods_edi.records.envelope import EnvelopInfo, PocketInfo
from tempgoods_edi.records.receipt import CheckInfo, HdeApprResult
from tempgoods_edi.schema import reader

#: Remark of every receipt.
NOT_CUSTOMS = "模拟回执，非海关签发 / simulated, not issued by customs"

_PARTY_LENGTH = 16


class SendingContext(Struct, frozen=True, kw_only=True):
    """The circumstances of one message that customs send: time, ids, recipient.

    :ivar serial: the sender's running number, at most 11 digits.
    :ivar pocket: 32 hexadecimal digits.
    """

    sender: str
    recipient: str
    at: datetime
    serial: int
    pocket: str


def technical(decided: Answer) -> bytes:
    """The bytes of a technical answer (CommonResponeMessage)."""
    document = CommonResponse(
        seq_no=decided.seq_no,
        etps_preent_no=decided.etps_preent_no,
        check_info=decided.check_info,
        deal_flag="0" if decided.outcome == "accepted" else "-1",
    )
    return answer(reader.message("COMMON"), document)


def receipt(code: str, case: Case, result: str, at: datetime, infos: Sequence[CheckInfo]) -> Any:
    """Make the record of a business receipt about *case*; *result* is its manageResult."""
    record = codec.record_class(reader.message(code).root)
    head = HdeApprResult(
        etps_preent_no=case.seq_no,
        business_id=case.customs_no,
        tms_cnt=case.version,
        typecd=case.kind,
        manage_result=result,
        manage_date=at,
        rmk=NOT_CUSTOMS,
    )
    return record(hde_appr_result=head, check_info=tuple(infos))


def packaged(code: str, document: Any, about: str, sent: SendingContext) -> tuple[str, bytes]:
    """The message_id and the bytes of a message from customs, in its envelope."""
    message_id = str(MessageId(_party(sent.sender), _party(sent.recipient), sent.at, sent.serial))
    message = Message(
        spec=reader.message(code),
        info=EnvelopInfo(
            version="1.0",
            business_id=about,
            message_id=message_id,
            file_name=f"{message_id}.TMP",
            message_type=code,
            sender_id=sent.sender,
            receiver_id=sent.recipient,
            send_time=sent.at,
        ),
        pocket=PocketInfo(pocket_id=f"{about}-{sent.pocket}", total_pocket_qty=1, cur_pocket_no=1),
        document=document,
    )
    return message_id, plain(message)


def _party(identity: str) -> str:
    """A sender or receiver as a message_id can carry it: 16 letters and digits.

    >>> _party("E010000"), _party("企业-A1")
    ('E010000000000000', 'A100000000000000')
    """
    plain_text = "".join(c for c in identity if c.isascii() and c.isalnum())
    return plain_text[:_PARTY_LENGTH].ljust(_PARTY_LENGTH, "0")
