"""The gateway's outbox in the portal's database: what `outbox.Outbox` asks for, by the store's own functions."""

from __future__ import annotations

from datetime import datetime

from tempgoods_edi.declarant import receiving
from tempgoods_edi.declarant.gateway.outbox import Message, Pending, Waiting
from tempgoods_edi.declarant.querying import Query
from tempgoods_edi.declarant.store import Store, outgoing, settings
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
        return tuple(
            Pending(each.id, each.message_id, each.attempts) for each in outgoing.unfinished(self._store, limit)
        )

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
        outgoing.queue_again(self._store, seq_no, now)

    def named(self, message_id: str) -> Message | None:
        """See `Outbox.named`."""
        return outgoing.named(self._store, message_id)

    def receive(self, data: bytes, sequence: int | None, now: datetime) -> None:
        """See `Outbox.receive`."""
        receiving.receive(self._store, data, sequence, now)

    def lay_aside(self, data: bytes, why: str, now: datetime) -> None:
        """See `Outbox.lay_aside`."""
        receiving.lay_aside(self._store, data, why, now)

    def inquire(self, query: Query, seq_no: str | None, now: datetime) -> int:
        """See `Outbox.inquire`."""
        return outgoing.inquire(self._store, query.enterprise_no, query.data, query.message_id, now, seq_no)

    def waiting(self) -> tuple[Waiting, ...]:
        """See `Outbox.waiting`: handed over or under review; and those given up without customs' word."""
        return tuple(
            Waiting(
                each.enterprise_no,
                each.seq_no,
                f"{each.state.value} {each.updated_at.isoformat()}",
                _MOST_ABOUT_FAILED if each.state is State.SEND_FAILED else None,
            )
            for each in outgoing.unanswered(self._store, _MOST_WAITING)
        )

    def get(self, name: str) -> str | None:
        """See `Outbox.get`."""
        return settings.get(self._store, name)

    def put(self, name: str, value: str) -> None:
        """See `Outbox.put`."""
        settings.put(self._store, name, value)
