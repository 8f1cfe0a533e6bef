"""The outbox for customs: a message is put in by the transaction that decides it, and sent by the gateway.

States of a message: ``queued`` · ``sending`` (taken by a gateway; due again, with the same bytes, should that gateway die)
· ``sent`` · ``failed`` · ``answered`` (an inquiry whose answer is here).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, exists, func, select, update

from tempgoods_edi.declarant.store import declarations
from tempgoods_edi.declarant.store.audit import GATEWAY, Cause
from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.tables import DECLARATIONS, MESSAGES
from tempgoods_edi.declarant.store.times import from_stored, to_stored
from tempgoods_edi.declarant.store.transition import transition
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.versions import happened
from tempgoods_edi.values import Bilingual

DECLARATION, INQUIRY = "declaration", "inquiry"
#: How long a gateway that has taken a message may be silent before the message is due again.
LEASE = timedelta(seconds=60)
#: Handed over, and customs are not done with it.
_UNDER_WAY = (State.SENT.value, State.STORED.value, State.MANUAL_REVIEW.value)

MessageState = Literal["queued", "sending", "sent", "failed", "answered"]


class Outgoing(Struct, frozen=True, kw_only=True):
    """One message in the outbox for customs.

    :ivar version: ChgTmsCnt of the declaration in it.
    :ivar due_at: not before then; None when there is nothing more to do.
    :ivar answer: customs' technical answer; for an inquiry what was asked for.
    """

    id: int
    enterprise_no: str | None
    seq_no: str | None
    version: int | None
    kind: str
    message_id: str
    data: bytes
    state: MessageState
    attempts: int
    due_at: datetime | None
    last_error: Bilingual | None
    answer: bytes | None
    created_at: datetime
    sent_at: datetime | None


class Unfinished(Struct, frozen=True):
    """A message that waits to be sent, without its bytes."""

    id: int
    message_id: str
    attempts: int


class Unanswered(Struct, frozen=True):
    """A declaration that waits for an answer from customs.

    :ivar updated_at: when something happened to it last.
    """

    enterprise_no: str
    seq_no: str
    state: State
    updated_at: datetime


def enqueue(
    connection: Connection,
    *,
    enterprise_no: str | None,
    seq_no: str | None,
    version: int | None,
    kind: str,
    message_id: str,
    data: bytes,
    now: datetime,
) -> int:
    """Put a message into the outbox, due at once, within the transaction that decides it; returns its number."""
    row: dict[str, Any] = {"enterprise_no": enterprise_no, "seq_no": seq_no, "version": version, "kind": kind}
    row |= {"message_id": message_id, "data": data, "state": "queued", "attempts": 0}
    row |= {"due_at": to_stored(now), "created_at": to_stored(now)}
    return int(connection.execute(MESSAGES.insert().values(row).returning(MESSAGES.c.id)).scalar_one())


def inquire(
    store: Store, enterprise_no: str | None, data: bytes, message_id: str, now: datetime, seq_no: str | None = None
) -> int:
    """Put a query of the platform into the outbox; returns its number."""
    with store.writing() as connection:
        return enqueue(
            connection,
            enterprise_no=enterprise_no,
            seq_no=seq_no,
            version=None,
            kind=INQUIRY,
            message_id=message_id,
            data=data,
            now=now,
        )


def unfinished(store: Store, limit: int) -> tuple[Unfinished, ...]:
    """Messages to send, oldest first, whenever they are due; including those that a gateway took and never finished."""
    columns = (MESSAGES.c.id, MESSAGES.c.message_id, MESSAGES.c.attempts)
    query = select(*columns).where(MESSAGES.c.due_at.is_not(None)).order_by(MESSAGES.c.id).limit(limit)
    with store.reading() as connection:
        return tuple(Unfinished(row.id, row.message_id, row.attempts) for row in connection.execute(query))


def sending(store: Store, id: int, now: datetime) -> None:
    """Lease a message to a gateway: until `LEASE` is over, no other gateway sends it."""
    values = {"state": "sending", "attempts": MESSAGES.c.attempts + 1, "due_at": to_stored(now + LEASE)}
    with store.writing() as connection:
        connection.execute(update(MESSAGES).where(MESSAGES.c.id == id).values(values))


def retry(store: Store, id: int, due_at: datetime, error: Bilingual, now: datetime) -> None:
    """Record that sending failed for now; the message is due again at *due_at*."""
    values = {"state": "queued", "due_at": to_stored(due_at), "last_error": msgspec.json.encode(error)}
    with store.writing() as connection:
        connection.execute(update(MESSAGES).where(MESSAGES.c.id == id).values(values))


def sent(store: Store, id: int, answer: bytes | None, now: datetime) -> None:
    """Record that customs have the message; *answer* is theirs, if any.  May be repeated when the answer comes later."""
    with store.writing() as connection:
        message = _one(connection, MESSAGES.c.id == id)
        if message is None:
            return
        values: dict[str, Any] = {"due_at": None, "last_error": None}
        if message.state != "answered":
            values |= {"state": "sent", "sent_at": to_stored(message.sent_at or now)}
        if answer is not None and message.kind == DECLARATION:
            values |= {"answer": answer}
        connection.execute(update(MESSAGES).where(MESSAGES.c.id == id).values(values))
        _tell(connection, message, Event.HAND_OVER, now, None)


def queue_again(store: Store, seq_no: str, now: datetime) -> None:
    """Put a declaration's last message into the outbox once more, because customs do not know the declaration."""
    ours = (MESSAGES.c.seq_no == seq_no, MESSAGES.c.kind == DECLARATION)
    last = select(func.max(MESSAGES.c.id)).where(*ours).scalar_subquery()
    waits = select(DECLARATIONS.c.seq_no).where(
        DECLARATIONS.c.seq_no == seq_no, DECLARATIONS.c.state == State.SENT.value
    )
    which = (MESSAGES.c.id == last, MESSAGES.c.state == "sent", MESSAGES.c.seq_no.in_(waits))
    with store.writing() as connection:
        connection.execute(update(MESSAGES).where(*which).values(state="queued", due_at=to_stored(now)))


def failed(store: Store, id: int, error: Bilingual, now: datetime, answer: bytes | None = None) -> None:
    """Record that a message was given up or refused: the declaration is 发往海关失败 and can be declared again."""
    values: dict[str, Any] = {"state": "failed", "due_at": None, "last_error": msgspec.json.encode(error)}
    if answer is not None:
        values |= {"answer": answer}
    with store.writing() as connection:
        message = _one(connection, MESSAGES.c.id == id)
        if message is None or message.state == "answered":
            return
        connection.execute(update(MESSAGES).where(MESSAGES.c.id == id).values(values))
        _tell(connection, message, Event.HAND_OVER_FAILED, now, error)


def answer(connection: Connection, id: int, data: bytes) -> None:
    """Store the answer to a query within a transaction; only the first answer counts."""
    which = (MESSAGES.c.id == id, MESSAGES.c.kind == INQUIRY, MESSAGES.c.state != "answered")
    values = {"state": "answered", "due_at": None, "last_error": None, "answer": data}
    connection.execute(update(MESSAGES).where(*which).values(values))


def answer_of(store: Store, id: int) -> bytes | None:
    """The answer to a query; None while there is none."""
    with store.reading() as connection:
        found = connection.execute(
            select(MESSAGES.c.answer).where(MESSAGES.c.id == id, MESSAGES.c.state == "answered")
        ).scalar()
    return None if found is None else bytes(found)


def state_of(store: Store, id: int) -> tuple[MessageState, Bilingual | None] | None:
    """The state of a message and the last error in sending it; None when there is no such message."""
    with store.reading() as connection:
        message = _one(connection, MESSAGES.c.id == id)
    return None if message is None else (message.state, message.last_error)


def named(store: Store, message_id: str) -> Outgoing | None:
    """The outgoing message with that id in its envelope."""
    with store.reading() as connection:
        return in_envelope(connection, message_id)


def in_envelope(connection: Connection, message_id: str) -> Outgoing | None:
    """The outgoing message with that id in its envelope, read within a transaction."""
    return _one(connection, MESSAGES.c.message_id == message_id)


def of_declaration(connection: Connection, seq_no: str) -> tuple[Outgoing, ...]:
    """The outgoing messages about a declaration, oldest first."""
    rows = connection.execute(select(MESSAGES).where(MESSAGES.c.seq_no == seq_no).order_by(MESSAGES.c.id))
    return tuple(_outgoing(row) for row in rows)


def data_of(connection: Connection, seq_no: str, id: int) -> bytes | None:
    """The bytes of the message *id*; None unless it is about the declaration *seq_no*."""
    data = connection.execute(select(MESSAGES.c.data).where(MESSAGES.c.id == id, MESSAGES.c.seq_no == seq_no)).scalar()
    return None if data is None else bytes(data)


def unanswered(store: Store, limit: int) -> tuple[Unanswered, ...]:
    """Declarations that wait for customs, oldest first: sent, or given up without an answer."""
    about = (DECLARATIONS.c.enterprise_no, DECLARATIONS.c.seq_no, DECLARATIONS.c.state, DECLARATIONS.c.updated_at)
    ours = MESSAGES.alias()
    last = (
        select(func.max(ours.c.id))
        .where(ours.c.seq_no == DECLARATIONS.c.seq_no, ours.c.kind == DECLARATION)
        .correlate(DECLARATIONS)
        .scalar_subquery()
    )
    silent = exists().where(MESSAGES.c.id == last, MESSAGES.c.answer.is_(None), MESSAGES.c.attempts > 0)
    given_up = (DECLARATIONS.c.state == State.SEND_FAILED.value) & silent
    query = (
        select(*about)
        .where(DECLARATIONS.c.state.in_(_UNDER_WAY) | given_up)
        .order_by(DECLARATIONS.c.updated_at)
        .limit(limit)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Unanswered(row.enterprise_no, row.seq_no, State(row.state), from_stored(row.updated_at)) for row in rows
    )


def _tell(connection: Connection, message: Outgoing, event: Event, now: datetime, why: Bilingual | None) -> None:
    """Tell the declaration, if it is still about this message: not a later attempt, not a later version."""
    if message.kind != DECLARATION or message.seq_no is None:
        return
    ours = (MESSAGES.c.seq_no == message.seq_no, MESSAGES.c.kind == DECLARATION)
    if connection.execute(select(func.max(MESSAGES.c.id)).where(*ours)).scalar() != message.id:
        return
    held = declarations.load(connection, message.seq_no)
    if held is None or held.declaration.current.number != message.version:
        return
    if held.declaration.current.progress.attempts:
        cause = Cause(who=GATEWAY, why=why, message=message.id)
        transition(connection, held, happened(held.declaration, event), event, now, cause)


def _one(connection: Connection, which: Any) -> Outgoing | None:
    row = connection.execute(select(MESSAGES).where(which)).one_or_none()
    return None if row is None else _outgoing(row)


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(
        id=row.id,
        enterprise_no=row.enterprise_no,
        seq_no=row.seq_no,
        version=row.version,
        kind=row.kind,
        message_id=row.message_id,
        data=bytes(row.data),
        state=row.state,
        attempts=row.attempts,
        due_at=None if row.due_at is None else from_stored(row.due_at),
        last_error=None if row.last_error is None else msgspec.json.decode(row.last_error, type=Bilingual),
        answer=None if row.answer is None else bytes(row.answer),
        created_at=from_stored(row.created_at),
        sent_at=None if row.sent_at is None else from_stored(row.sent_at),
    )
