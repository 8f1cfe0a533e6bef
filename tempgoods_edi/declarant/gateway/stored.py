"""The gateway's outbox in the portal's database: what `outbox.Outbox` asks for, by the store's own functions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, select, update

from tempgoods_edi.declarant.gateway.outbox import Message, Pending, Waiting
from tempgoods_edi.declarant.querying import Query
from tempgoods_edi.declarant.store import incoming, outgoing, settings
from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.tables import DECLARATIONS, MESSAGES
from tempgoods_edi.declarant.store.times import kept
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.values import Bilingual

#: Most declarations watched for silence, oldest first.
_MOST_WAITING = 1000
#: How often customs are asked about a message that never seemed to arrive.
_MOST_ABOUT_FAILED = 3


class StoredOutbox:
    """The outbox of *store*."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, limit: int) -> tuple[Pending, ...]:
        """See `Outbox.open`.  By the machine's clock nothing is kept back here: the gateway knows what waits."""
        columns = (MESSAGES.c.id, MESSAGES.c.message_id, MESSAGES.c.attempts)
        query = select(*columns).where(MESSAGES.c.due_at.is_not(None)).order_by(MESSAGES.c.id).limit(limit)
        with self._store.reading() as connection:
            return tuple(Pending(row.id, row.message_id, row.attempts) for row in connection.execute(query))

    def sending(self, id: int, now: datetime) -> None:
        """See `Outbox.sending`."""
        outgoing.sending(self._store, id, now)

    def sent(self, id: int, answer: bytes | None, now: datetime) -> None:
        """See `Outbox.sent`."""
        outgoing.sent(self._store, id, answer, now)

    def retry(self, id: int, due_at: datetime, error: Bilingual, now: datetime) -> None:
        """See `Outbox.retry`."""
        outgoing.retry(self._store, id, due_at, error, now)

    def failed(self, id: int, error: Bilingual, answer: bytes | None, now: datetime) -> None:
        """See `Outbox.failed`."""
        outgoing.failed(self._store, id, error, now, answer)

    def again(self, seq_no: str, now: datetime) -> None:
        """See `Outbox.again`."""
        ours = (MESSAGES.c.seq_no == seq_no, MESSAGES.c.kind == outgoing.DECLARATION)
        last = select(func.max(MESSAGES.c.id)).where(*ours).scalar_subquery()
        waits = select(DECLARATIONS.c.seq_no).where(
            DECLARATIONS.c.seq_no == seq_no, DECLARATIONS.c.state == State.SENT.value
        )
        which = (MESSAGES.c.id == last, MESSAGES.c.state == "sent", MESSAGES.c.seq_no.in_(waits))
        with self._store.writing() as connection:
            connection.execute(update(MESSAGES).where(*which).values(state="queued", due_at=kept(now)))

    def named(self, message_id: str) -> Message | None:
        """See `Outbox.named`."""
        return outgoing.named(self._store, message_id)

    def receive(self, data: bytes, sequence: int | None, now: datetime) -> None:
        """See `Outbox.receive`."""
        incoming.receive(self._store, data, sequence, now)

    def lay_aside(self, data: bytes, why: str, now: datetime) -> None:
        """See `Outbox.lay_aside`."""
        incoming.lay_aside(self._store, data, why, now)

    def inquire(self, query: Query, seq_no: str | None, now: datetime) -> int:
        """See `Outbox.inquire`."""
        return outgoing.inquire(self._store, query.enterprise_no, query.data, query.message_id, now, seq_no)

    def waiting(self) -> tuple[Waiting, ...]:
        """See `Outbox.waiting`: handed over or under review; and those given up without customs' word."""
        about = (DECLARATIONS.c.enterprise_no, DECLARATIONS.c.seq_no, DECLARATIONS.c.state, DECLARATIONS.c.updated_at)
        under_way = (State.SENT.value, State.STORED.value, State.MANUAL_REVIEW.value)
        ours = MESSAGES.alias()
        last = (
            select(func.max(ours.c.id))
            .where(ours.c.seq_no == DECLARATIONS.c.seq_no, ours.c.kind == outgoing.DECLARATION)
            .correlate(DECLARATIONS)
            .scalar_subquery()
        )
        silent = exists().where(MESSAGES.c.id == last, MESSAGES.c.answer.is_(None), MESSAGES.c.attempts > 0)
        given_up = (DECLARATIONS.c.state == State.SEND_FAILED.value) & silent
        query = (
            select(*about)
            .where(DECLARATIONS.c.state.in_(under_way) | given_up)
            .order_by(DECLARATIONS.c.updated_at)
            .limit(_MOST_WAITING)
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Waiting(
                row.enterprise_no,
                row.seq_no,
                f"{row.state} {row.updated_at}",
                _MOST_ABOUT_FAILED if row.state == State.SEND_FAILED.value else None,
            )
            for row in rows
        )

    def get(self, name: str) -> str | None:
        """See `Outbox.get`."""
        return settings.get(self._store, name)

    def put(self, name: str, value: str) -> None:
        """See `Outbox.put`."""
        settings.put(self._store, name, value)
