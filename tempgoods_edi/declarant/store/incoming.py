"""What comes from customs: always kept as it came, whatever it is; a receipt about one of ours takes its effect.

Twice the same message is one.  But that it came before is no proof that it took effect: after a backup was restored
receipts can come before what they are about is declared again.  So what comes again is judged again.  Order, repetition and
lateness are `lifecycle.receipts`' business.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from tempgoods_edi.declarant.moving import move
from tempgoods_edi.declarant.store import declarations, outgoing
from tempgoods_edi.declarant.store.audit import CUSTOMS, Cause
from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.declarations import Bytes, Held
from tempgoods_edi.declarant.store.facts import note_write_off
from tempgoods_edi.declarant.store.hashes import digest
from tempgoods_edi.declarant.store.tables import RECEIPTS
from tempgoods_edi.declarant.store.times import kept
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.lifecycle.receipts import EVENTS, Effect, Receipt
from tempgoods_edi.lifecycle.states import Event
from tempgoods_edi.lifecycle.versions import VersionKind, received
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.records.receipt import HdeApprResult, QueryResultHead
from tempgoods_edi.records.tmp301 import WriteOffNotice
from tempgoods_edi.rules import Facts
from tempgoods_edi.values import Bilingual

#: An envelope's id in bytes that are no readable message.
_MESSAGE_ID = re.compile(rb"<message_id>([0-9A-Za-z]{1,128})</message_id>")


class Outcome(Enum):
    """What became of something that came in; `label` is for people."""

    RECEIPT = "receipt"
    ANSWER = "answer"
    NOTICE = "notice"
    UNKNOWN_NUMBER = "unknown_number"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> Bilingual:
        """The outcome in words."""
        return _LABELS[self]


_LABELS = {
    Outcome.RECEIPT: Bilingual("回执", "receipt"),
    Outcome.ANSWER: Bilingual("查询答复", "answer to a query"),
    Outcome.NOTICE: Bilingual("通知", "notice"),
    Outcome.UNKNOWN_NUMBER: Bilingual("预录入编号不在本系统", "its pre-entry number is not of this portal"),
    Outcome.UNREADABLE: Bilingual("无法识别", "cannot be read"),
}


class Received(Struct, frozen=True):
    """What became of it.

    :ivar id: number of the receipt kept.
    :ivar effect: of a receipt about one of ours.
    :ivar again: the same had come before, and did nothing now.
    """

    id: int
    outcome: Outcome
    seq_no: str | None = None
    effect: Effect | None = None
    again: bool = False


class _Read(Struct):
    """One message as it is going to be kept."""

    outcome: Outcome
    message_id: str
    code: str | None = None
    message: Message | None = None
    result: HdeApprResult | None = None
    notes: tuple[str, ...] = ()


def receive(store: Store, data: bytes, sequence: int | None, now: datetime) -> Received:
    """Keep *data* and let it take effect, both or neither; never fails for what is in it.

    :param sequence: customs' number of it, where the channel counts.
    """
    read = _read(data, now)
    fingerprint = digest(data)
    with store.writing() as connection:
        known = connection.execute(
            select(RECEIPTS.c.id, RECEIPTS.c.outcome, RECEIPTS.c.seq_no).where(
                RECEIPTS.c.message_id == read.message_id, RECEIPTS.c.digest == fingerprint
            )
        ).one_or_none()
        if known is not None:
            return _take_again(connection, known, read, data, now)
        row: dict[str, Any] = {"sequence": sequence, "message_id": read.message_id, "digest": fingerprint}
        row |= {"data": data, "code": read.code, "outcome": read.outcome.value, "received_at": kept(now)}
        row |= {"notes": msgspec.json.encode(read.notes)}
        number = int(connection.execute(RECEIPTS.insert().values(row).returning(RECEIPTS.c.id)).scalar_one())
        return _take(connection, number, read, data, now)


def _take_again(connection: Connection, known: Any, read: _Read, data: bytes, now: datetime) -> Received:
    """What came before, once more: it acts only where it could not act then."""
    before = Received(known.id, Outcome(known.outcome), known.seq_no, again=True)
    if read.result is None and read.outcome is before.outcome is not Outcome.ANSWER:
        return before  # a notice has been noted; what could not be read still cannot
    _note(connection, known.id, {"code": read.code, "outcome": read.outcome.value, "notes": msgspec.json.encode(read.notes)})
    return _take(connection, known.id, read, data, now, known=before)


def lay_aside(store: Store, data: bytes, why: str, now: datetime) -> None:
    """Keep what could not be received, for people to look at."""
    fingerprint = digest(data)
    row: dict[str, Any] = {"message_id": f"laid aside {fingerprint[:32]}", "digest": fingerprint, "data": data}
    row |= {"outcome": Outcome.UNREADABLE.value, "notes": msgspec.json.encode((why,)), "received_at": kept(now)}
    with store.writing() as connection:
        same = (RECEIPTS.c.message_id == row["message_id"], RECEIPTS.c.digest == fingerprint)
        if connection.execute(select(RECEIPTS.c.id).where(*same)).scalar() is None:
            connection.execute(RECEIPTS.insert().values(row))


def _read(data: bytes, now: datetime) -> _Read:
    message = check(data, Facts(today=now.astimezone(CHINA_TIME).date()), Policy(now=now)).message
    if message is None or message.spec.direction != "in":
        named = _MESSAGE_ID.search(data)
        return _Read(Outcome.UNREADABLE, named[1].decode() if named else f"unnamed {digest(data)[:32]}")
    document = message.document
    result = getattr(document, "hde_appr_result", None)
    notes = tuple(info.note for info in getattr(document, "check_info", ()))
    outcome = Outcome.RECEIPT if result is not None else Outcome.ANSWER
    if isinstance(document, WriteOffNotice):
        outcome = Outcome.NOTICE
    return _Read(outcome, message.info.message_id, message.spec.code, message, result, notes)


def _take(
    connection: Connection, id: int, read: _Read, data: bytes, now: datetime, known: Received | None = None
) -> Received:
    """Let it take effect; *known* when it had come before."""
    document = None if read.message is None else read.message.document
    if read.result is not None:
        return _apply(connection, id, read, read.result, now, known)
    if isinstance(document, WriteOffNotice):
        for change in document.write_off_change:
            note_write_off(connection, change)
    asked: QueryResultHead | None = getattr(document, "query_result", None)
    question = None if asked is None else outgoing.in_envelope(connection, asked.ori_message_id)
    if question is not None:
        outgoing.answer(connection, question.id, data)
        _note(connection, id, {"enterprise_no": question.enterprise_no})
    return Received(id, read.outcome, again=known is not None)


def _apply(
    connection: Connection, id: int, read: _Read, result: HdeApprResult, now: datetime, known: Received | None
) -> Received:
    said = {"claimed": result.etps_preent_no, "version": result.tms_cnt, "result": result.manage_result}
    said |= {"managed_at": kept(_aware(result.manage_date))}
    held = declarations.load(connection, result.etps_preent_no)
    if held is None or held.kind.spec.answers != read.code:
        _note(connection, id, said | {"outcome": Outcome.UNKNOWN_NUMBER.value})
        return Received(id, Outcome.UNKNOWN_NUMBER, again=known is not None)
    receipt = Receipt(
        result=result.manage_result,
        seq_no=result.etps_preent_no,
        version=result.tms_cnt,
        managed_at=_aware(result.manage_date),
        message_id=read.message_id,
        business_id=result.business_id,
        notes=read.notes,
    )
    after = received(held.declaration, receipt)
    effect = _effect(after, receipt)
    _note(connection, id, said | {"seq_no": held.seq_no, "enterprise_no": held.enterprise_no})
    if known is not None and after == held.declaration:
        return Received(id, Outcome.RECEIPT, held.seq_no, again=True)
    _moved(connection, held, after, receipt, effect, id, now)
    return Received(id, Outcome.RECEIPT, held.seq_no, effect)


def _moved(
    connection: Connection, held: Held, after: Bytes, receipt: Receipt, effect: Effect | None, id: int, now: datetime
) -> None:
    approved = effect is Effect.APPLIED and receipt.result == "1"
    event = EVENTS.get(receipt.result, Event.RECEIPT_STORED)
    about = next((each for each in reversed(after.versions) if each.number == receipt.version), after.current)
    if approved and about.kind is VersionKind.DELETION:
        event = Event.RECEIPT_DELETION_APPROVED
    why = "；".join(receipt.notes)
    cause = Cause(who=CUSTOMS, why=Bilingual(why, why) if why else None, receipt=id)
    move(connection, held, after, event, now, cause, customs_no=receipt.business_id if approved else None)


def _effect(after: Bytes, receipt: Receipt) -> Effect | None:
    return next(
        (kept.effect for each in reversed(after.versions) for kept in each.progress.kept if kept.receipt == receipt),
        None,
    )


def _note(connection: Connection, id: int, values: dict[str, Any]) -> None:
    connection.execute(update(RECEIPTS).where(RECEIPTS.c.id == id).values(values))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=CHINA_TIME)
