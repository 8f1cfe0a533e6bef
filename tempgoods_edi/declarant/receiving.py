"""Receives messages from customs: stored unchanged whatever they are; a receipt about a declaration takes effect.

Twice the same message is one.  But that it came before is no proof that it took effect: after a backup was restored
receipts can come before what they are about is declared again.  So what comes again is judged again.  Order, repetition and
lateness are `lifecycle.receipts`' business.
"""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct

from tempgoods_edi.declarant.store import Connection, Store, declarations, outgoing, receipts
from tempgoods_edi.declarant.store.audit import CUSTOMS, Cause
from tempgoods_edi.declarant.store.customs_facts import note_write_off
from tempgoods_edi.declarant.store.declarations import Bytes, Held
from tempgoods_edi.declarant.store.hashes import digest
from tempgoods_edi.declarant.store.receipts import Arrived, Known, Outcome, Said
from tempgoods_edi.declarant.store.transition import transition
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.lifecycle.receipts import EVENTS, BusinessReceipt, Effect
from tempgoods_edi.lifecycle.states import Event
from tempgoods_edi.lifecycle.versions import VersionKind, received
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.records.receipt import HdeApprResult, QueryResultHead
from tempgoods_edi.records.tmp301 import WriteOffNotice
from tempgoods_edi.rules import Facts
from tempgoods_edi.values import Bilingual

#: An envelope's id in bytes that are no readable message.
_MESSAGE_ID = re.compile(rb"<message_id>([0-9A-Za-z]{1,128})</message_id>")


class Received(Struct, frozen=True):
    """The result of receiving one message.

    :ivar id: number of the receipt kept.
    :ivar effect: of a receipt about one of ours.
    :ivar again: the same had come before, and did nothing now.
    """

    id: int
    outcome: Outcome
    seq_no: str | None = None
    effect: Effect | None = None
    again: bool = False


class _Read(Struct, frozen=True):
    """One message, read.

    :ivar message: None when it cannot be read, or is none that customs send.
    :ivar result: customs' word on a declaration, when it is a receipt.
    """

    arrived: Arrived
    message: Message | None = None
    result: HdeApprResult | None = None


def receive(store: Store, data: bytes, sequence: int | None, now: datetime) -> Received:
    """Store *data* and apply its effect, both or neither; never fails because of the contents.

    :param sequence: customs' number of it, where the channel counts.
    """
    read = _read(data, sequence, now)
    with store.writing() as connection:
        known = receipts.find_stored(connection, read.arrived.message_id, read.arrived.digest)
        if known is not None:
            return _take_again(connection, known, read, now)
        return _take(connection, receipts.put(connection, read.arrived, now), read, now)


def _take_again(connection: Connection, known: Known, read: _Read, now: datetime) -> Received:
    """What came before, once more: it acts only where it could not act then."""
    before = Received(known.id, known.outcome, known.seq_no, again=True)
    if read.result is None and read.arrived.outcome is before.outcome is not Outcome.ANSWER:
        return before  # a notice has been noted; what could not be read still cannot
    receipts.note_read(connection, known.id, read.arrived)
    return _take(connection, known.id, read, now, known=before)


def quarantine(store: Store, data: bytes, why: str, now: datetime) -> None:
    """Put incoming bytes that could not be received into quarantine, for people to look at."""
    fingerprint = digest(data)
    name = f"laid aside {fingerprint[:32]}"
    arrived = Arrived(message_id=name, digest=fingerprint, data=data, outcome=Outcome.UNREADABLE, notes=(why,))
    with store.writing() as connection:
        if receipts.find_stored(connection, name, fingerprint) is None:
            receipts.put(connection, arrived, now)


def _read(data: bytes, sequence: int | None, now: datetime) -> _Read:
    fingerprint = digest(data)
    message = check(data, Facts(today=now.astimezone(CHINA_TIME).date()), Policy(now=now)).message
    if message is None or message.spec.direction != "in":
        named = _MESSAGE_ID.search(data)
        name = named[1].decode() if named else f"unnamed {fingerprint[:32]}"
        unread = Arrived(message_id=name, digest=fingerprint, data=data, outcome=Outcome.UNREADABLE, sequence=sequence)
        return _Read(unread)
    document = message.document
    result = getattr(document, "hde_appr_result", None)
    notes = tuple(info.note for info in getattr(document, "check_info", ()))
    outcome = Outcome.RECEIPT if result is not None else Outcome.ANSWER
    if isinstance(document, WriteOffNotice):
        outcome = Outcome.NOTICE
    arrived = Arrived(
        message_id=message.info.message_id,
        digest=fingerprint,
        data=data,
        outcome=outcome,
        notes=notes,
        sequence=sequence,
        code=message.spec.code,
    )
    return _Read(arrived, message, result)


def _take(connection: Connection, id: int, read: _Read, now: datetime, known: Received | None = None) -> Received:
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
        outgoing.answer(connection, question.id, read.arrived.data)
        receipts.note_asker(connection, id, question.enterprise_no)
    return Received(id, read.arrived.outcome, again=known is not None)


def _apply(
    connection: Connection, id: int, read: _Read, result: HdeApprResult, now: datetime, known: Received | None
) -> Received:
    said = Said(
        claimed=result.etps_preent_no,
        version=result.tms_cnt,
        result=result.manage_result,
        managed_at=_aware(result.manage_date),
    )
    held = declarations.load(connection, result.etps_preent_no)
    if held is None or held.kind.spec.answers != read.arrived.code:
        receipts.note_unknown(connection, id, said)
        return Received(id, Outcome.UNKNOWN_NUMBER, again=known is not None)
    receipt = BusinessReceipt(
        result=said.result,
        seq_no=said.claimed,
        version=said.version,
        managed_at=said.managed_at,
        message_id=read.arrived.message_id,
        business_id=result.business_id,
        notes=read.arrived.notes,
    )
    after = received(held.declaration, receipt)
    effect = _effect(after, receipt)
    receipts.note_declaration(connection, id, said, held)
    if known is not None and after == held.declaration:
        return Received(id, Outcome.RECEIPT, held.seq_no, again=True)
    _moved(connection, held, after, receipt, effect, id, now)
    return Received(id, Outcome.RECEIPT, held.seq_no, effect)


def _moved(
    connection: Connection,
    held: Held,
    after: Bytes,
    receipt: BusinessReceipt,
    effect: Effect | None,
    id: int,
    now: datetime,
) -> None:
    approved = effect is Effect.APPLIED and receipt.result == "1"
    event = EVENTS.get(receipt.result, Event.RECEIPT_STORED)
    about = next((each for each in reversed(after.versions) if each.number == receipt.version), after.current)
    if approved and about.kind is VersionKind.DELETION:
        event = Event.RECEIPT_DELETION_APPROVED
    why = "；".join(receipt.notes)
    cause = Cause(who=CUSTOMS, why=Bilingual(why, why) if why else None, receipt=id)
    transition(connection, held, after, event, now, cause, customs_no=receipt.business_id if approved else None)


def _effect(after: Bytes, receipt: BusinessReceipt) -> Effect | None:
    return next(
        (kept.effect for each in reversed(after.versions) for kept in each.progress.kept if kept.receipt == receipt),
        None,
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=CHINA_TIME)
