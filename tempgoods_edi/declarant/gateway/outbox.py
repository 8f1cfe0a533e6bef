"""What the gateway asks of the store: the outbox, a place for what comes in, and small settings."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from tempgoods_edi.declarant.querying import Query
from tempgoods_edi.values import Bilingual


class Pending(Struct, frozen=True):
    """A message that is to be handed over; its bytes are read when its time has come.

    :ivar attempts: how often it was tried.
    """

    id: int
    message_id: str
    attempts: int


class Message(Protocol):
    """A message in the outbox."""

    @property
    def id(self) -> int:
        """Its number in the store."""

    @property
    def message_id(self) -> str:
        """The id in its envelope: the same whenever it is handed over."""

    @property
    def kind(self) -> str:
        """``declaration`` or ``inquiry``."""

    @property
    def seq_no(self) -> str | None:
        """The declaration it is, or asks about."""

    @property
    def data(self) -> bytes:
        """The signed bytes."""

    @property
    def answer(self) -> bytes | None:
        """The technical answer it got."""


class Waiting(Struct, frozen=True):
    """A declaration that waits for customs.

    :ivar token: what changes as soon as something happens to it.
    :ivar most: how often customs are asked about it; None without end.
    """

    enterprise_no: str
    seq_no: str
    token: str
    most: int | None = None


class Outbox(Protocol):
    """The store, as the gateway sees it.  Times are business time, aware."""

    def open(self, limit: int) -> tuple[Pending, ...]:
        """What is to be handed over, oldest first, also what was being handed over when a gateway was killed."""

    def sending(self, id: int, now: datetime) -> None:
        """It is being handed over: counts as a try."""

    def sent(self, id: int, answer: bytes | None, now: datetime) -> None:
        """It was handed over; the *answer* may come later."""

    def retry(self, id: int, due_at: datetime, error: Bilingual, now: datetime) -> None:
        """It was not handed over, or nobody knows: it is tried again about *due_at*."""

    def failed(self, id: int, error: Bilingual, answer: bytes | None, now: datetime) -> None:
        """It was not taken, or given up: 发往海关失败."""

    def again(self, seq_no: str, now: datetime) -> None:
        """Customs do not know of the declaration, though they should: hand its message over once more."""

    def named(self, message_id: str) -> Message | None:
        """The message of that id."""

    def receive(self, data: bytes, sequence: int | None, now: datetime) -> None:
        """Keep what came and let it take effect, whatever it is; the answer to a query settles the query."""

    def lay_aside(self, data: bytes, why: str, now: datetime) -> None:
        """Keep what could not be received, for people to look at."""

    def inquire(self, query: Query, seq_no: str | None, now: datetime) -> int:
        """Put a query in; gives its number."""

    def waiting(self) -> tuple[Waiting, ...]:
        """The declarations that wait for a receipt."""

    def get(self, name: str) -> str | None:
        """A setting."""

    def put(self, name: str, value: str) -> None:
        """Keep a setting."""
