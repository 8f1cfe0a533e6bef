"""An outbox in memory: what the gateway did with each message, for tests of the gateway alone."""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct

from tempgoods_edi.declarant.gateway.outbox import Pending, Waiting
from tempgoods_edi.declarant.query_messages import Query
from tempgoods_edi.values import Bilingual
from tests.h2018.tenant import text_of

_ASKED = re.compile(rb"<oriMessageId>(\w+)</oriMessageId>")


class Kept(Struct, kw_only=True):
    """A message and what became of it."""

    id: int
    message_id: str
    data: bytes
    kind: str = "declaration"
    seq_no: str | None = None
    state: str = "queued"
    attempts: int = 0
    answer: bytes | None = None
    errors: list[Bilingual]


class MemoryOutbox:
    """See `gateway.outbox.Outbox`.

    :ivar received: what came, in order.
    :ivar aside: what was laid aside, and why.
    :ivar silent: declarations that wait.
    :ivar poison: bytes that `receive` chokes on.
    :ivar choke: the message that `sent` chokes on.
    """

    def __init__(self) -> None:
        self.messages: list[Kept] = []
        self.received: list[bytes] = []
        self.aside: list[tuple[bytes, str]] = []
        self.silent: list[Waiting] = []
        self.again_: list[str] = []
        self.settings: dict[str, str] = {}
        self.poison: bytes | None = None
        self.choke: int | None = None

    def put_in(self, data: bytes, *, kind: str = "declaration", seq_no: str | None = None) -> Kept:
        """Put a signed message in."""
        kept = Kept(
            id=len(self.messages) + 1,
            message_id=text_of(data, "message_id"),
            data=data,
            kind=kind,
            seq_no=seq_no,
            errors=[],
        )
        self.messages.append(kept)
        return kept

    def results(self) -> list[str]:
        """The manageResult of what came."""
        return [text_of(data, "manageResult") for data in self.received]

    def open(self, limit: int) -> tuple[Pending, ...]:
        """What is not settled."""
        waiting = [each for each in self.messages if each.state in ("queued", "sending")]
        return tuple(Pending(each.id, each.message_id, each.attempts) for each in waiting[:limit])

    def sending(self, id: int, now: datetime) -> None:
        """Counts."""
        self._of(id).state = "sending"
        self._of(id).attempts += 1

    def sent(self, id: int, answer: bytes | None, now: datetime) -> None:
        """With its answer, if there is one."""
        if id == self.choke:
            raise ValueError(id)
        self._of(id).state = "sent"
        self._of(id).answer = answer

    def retry(self, id: int, due_at: datetime, error: Bilingual, now: datetime) -> None:
        """Keeps why."""
        self._of(id).state = "queued"
        self._of(id).errors.append(error)

    def failed(self, id: int, error: Bilingual, answer: bytes | None, now: datetime) -> None:
        """Keeps why."""
        self._of(id).state, self._of(id).answer = "failed", answer
        self._of(id).errors.append(error)

    def again(self, seq_no: str, now: datetime) -> None:
        """Notes it."""
        self.again_.append(seq_no)

    def named(self, message_id: str) -> Kept | None:
        """By the id in its envelope."""
        return next((each for each in self.messages if each.message_id == message_id), None)

    def receive(self, data: bytes, sequence: int | None, now: datetime) -> None:
        """Keeps it; an answer settles its query."""
        if self.poison is not None and self.poison in data:
            raise ValueError(sequence)
        self.received.append(data)
        asked = _ASKED.search(data)
        query = None if asked is None else self.named(asked[1].decode())
        if query is not None:
            query.state, query.answer = "answered", data

    def quarantine(self, data: bytes, why: str, now: datetime) -> None:
        """Keeps it."""
        self.aside.append((data, why))

    def inquire(self, query: Query, seq_no: str | None, now: datetime) -> int:
        """Puts it in."""
        return self.put_in(query.data, kind="inquiry", seq_no=seq_no).id

    def waiting(self) -> tuple[Waiting, ...]:
        """As the test says."""
        return tuple(self.silent)

    def get(self, name: str) -> str | None:
        """A setting."""
        return self.settings.get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a setting."""
        self.settings[name] = value

    def _of(self, id: int) -> Kept:
        return self.messages[id - 1]
