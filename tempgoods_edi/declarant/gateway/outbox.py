"""The outbox as the gateway sees it: messages to send, a place for incoming ones, and small settings."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from tempgoods_edi.declarant.query_messages import Query
from tempgoods_edi.values import Bilingual


class Pending(Struct, frozen=True):
    """A message that waits to be sent; its bytes are read when its time has come.

    :ivar attempts: how often it was tried.
    """

    id: int
    message_id: str
    attempts: int


class Message(Protocol):
    """A message in the outbox, with its bytes."""

    @property
    def id(self) -> int:
        """The message's number in the store."""

    @property
    def message_id(self) -> str:
        """The id in the message's envelope: the same whenever it is sent."""

    @property
    def kind(self) -> str:
        """The kind of the message: ``declaration`` or ``inquiry``."""

    @property
    def seq_no(self) -> str | None:
        """The pre-entry number of the declaration that the message is, or asks about."""

    @property
    def data(self) -> bytes:
        """The signed bytes of the message."""

    @property
    def answer(self) -> bytes | None:
        """The technical answer to the message."""


class Waiting(Struct, frozen=True):
    """A declaration that waits for a receipt from customs.

    :ivar token: what changes as soon as something happens to it.
    :ivar most: how often customs are asked about it; None without end.
    """

    enterprise_no: str
    seq_no: str
    token: str
    most: int | None = None


class Outbox(Protocol):
    """The store as the gateway sees it.  Times are business time, aware."""

    def open(self, limit: int) -> tuple[Pending, ...]:
        """Messages to send, oldest first, including those that were being sent when a gateway was killed."""

    def sending(self, id: int, now: datetime) -> None:
        """Record that a message is being sent; this counts as an attempt."""

    def sent(self, id: int, answer: bytes | None, now: datetime) -> None:
        """Record that a message was sent; its *answer* may come later."""

    def retry(self, id: int, due_at: datetime, error: Bilingual, now: datetime) -> None:
        """Record that sending failed, or that its result is unknown; the next attempt is at *due_at*."""

    def failed(self, id: int, error: Bilingual, answer: bytes | None, now: datetime) -> None:
        """Record that a message was refused, or given up (发往海关失败)."""

    def again(self, seq_no: str, now: datetime) -> None:
        """Put the message of a declaration in once more, because customs do not know of the declaration."""

    def named(self, message_id: str) -> Message | None:
        """The message with that id in its envelope."""

    def receive(self, data: bytes, sequence: int | None, now: datetime) -> None:
        """Store an incoming message and apply its effect; an answer to a query settles the query."""

    def quarantine(self, data: bytes, why: str, now: datetime) -> None:
        """Put incoming bytes that could not be received into quarantine, for people to look at."""

    def inquire(self, query: Query, seq_no: str | None, now: datetime) -> int:
        """Put a query into the outbox and return its number."""

    def waiting(self) -> tuple[Waiting, ...]:
        """The declarations that wait for a receipt."""

    def get(self, name: str) -> str | None:
        """The value of the setting *name*."""

    def put(self, name: str, value: str) -> None:
        """Store the setting *name*."""
