"""The gateway's outbox in the portal's database: implements `outbox.Outbox` with the store's functions."""

from __future__ import annotations

from datetime import datetime

from tempgoods_edi.declarant import receiving
from tempgoods_edi.declarant.gateway.outbox import Message, Pending, Waiting
from tempgoods_edi.declarant.query_messages import Query
from tempgoods_edi.declarant.store import Store, outgoing, settings
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.values import Bilingual

#: Most declarations watched for silence, oldest first.
_MOST_WAITING = 1000
#: How often customs are asked about a message that never seemed to arrive.
_MOST_ABOUT_FAILED = 3


class StoredOutbox:
    """The outbox in *store*."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, limit: int) -> tuple[Pending, ...]:
        """Messages to send; see `Outbox.open`.  The machine's clock holds nothing back here: the gateway knows what waits."""
        return tuple(
            Pending(each.id, each.message_id, each.attempts) for each in outgoing.unfinished(self._store, limit)
        )

    def sending(self, id: int, now: datetime) -> None:
        """Record that a message is being sent; see `Outbox.sending`."""
        outgoing.sending(self._store, id, now)

    def sent(self, id: int, answer: bytes | None, now: datetime) -> None:
        """Record that a message was sent; see `Outbox.sent`."""
        outgoing.sent(self._store, id, answer, now)

    def retry(self, id: int, due_at: datetime, error: Bilingual, now: datetime) -> None:
        """Record that sending failed for now; see `Outbox.retry`."""
        outgoing.retry(self._store, id, due_at, error, now)

    def failed(self, id: int, error: Bilingual, answer: bytes | None, now: datetime) -> None:
        """Record that a message was refused or given up; see `Outbox.failed`."""
        outgoing.failed(self._store, id, error, now, answer)

    def again(self, seq_no: str, now: datetime) -> None:
        """Put the message of a declaration in once more; see `Outbox.again`."""
        outgoing.queue_again(self._store, seq_no, now)

    def named(self, message_id: str) -> Message | None:
        """The message with that id in its envelope; see `Outbox.named`."""
        return outgoing.named(self._store, message_id)

    def receive(self, data: bytes, sequence: int | None, now: datetime) -> None:
        """Store an incoming message and apply its effect; see `Outbox.receive`."""
        receiving.receive(self._store, data, sequence, now)

    def quarantine(self, data: bytes, why: str, now: datetime) -> None:
        """Put incoming bytes into quarantine; see `Outbox.quarantine`."""
        receiving.quarantine(self._store, data, why, now)

    def inquire(self, query: Query, seq_no: str | None, now: datetime) -> int:
        """Put a query into the outbox; see `Outbox.inquire`."""
        return outgoing.inquire(self._store, query.enterprise_no, query.data, query.message_id, now, seq_no)

    def waiting(self) -> tuple[Waiting, ...]:
        """The declarations that wait: sent or under review, and those given up without customs' word."""
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
        """The setting *name*; see `Outbox.get`."""
        return settings.get(self._store, name)

    def put(self, name: str, value: str) -> None:
        """Store the setting *name*; see `Outbox.put`."""
        settings.put(self._store, name, value)
