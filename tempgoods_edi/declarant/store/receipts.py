"""The messages that customs sent, unchanged, with their effects; one row per message and content, however often it came."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from tempgoods_edi.declarant.store.declarations import Held
from tempgoods_edi.declarant.store.tables import RECEIPTS
from tempgoods_edi.declarant.store.times import from_stored, to_stored
from tempgoods_edi.values import Bilingual


class Outcome(Enum):
    """The result of receiving a message; `label` is for people."""

    RECEIPT = "receipt"
    ANSWER = "answer"
    NOTICE = "notice"
    UNKNOWN_NUMBER = "unknown_number"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> Bilingual:
        """The result in words."""
        return _LABELS[self]


_LABELS = {
    Outcome.RECEIPT: Bilingual("回执", "receipt"),
    Outcome.ANSWER: Bilingual("查询答复", "answer to a query"),
    Outcome.NOTICE: Bilingual("通知", "notice"),
    Outcome.UNKNOWN_NUMBER: Bilingual("预录入编号不在本系统", "its pre-entry number is not of this portal"),
    Outcome.UNREADABLE: Bilingual("无法识别", "cannot be read"),
}


class Arrived(Struct, frozen=True, kw_only=True):
    """An incoming message that is to be stored.

    :ivar digest: of `data` (`hashes.digest`); with `message_id` it is the key.
    :ivar sequence: customs' number of it, where the channel counts.
    :ivar code: its message type, where it could be read.
    """

    message_id: str
    digest: str
    data: bytes
    outcome: Outcome
    notes: tuple[str, ...] = ()
    sequence: int | None = None
    code: str | None = None


class Known(Struct, frozen=True):
    """An incoming message that is stored already, with its result."""

    id: int
    outcome: Outcome
    seq_no: str | None


class Said(Struct, frozen=True, kw_only=True):
    """The fields read from a receipt: pre-entry number, version, result, and the time of customs' processing.

    :ivar claimed: the pre-entry number in it, whether or not there is such a declaration here.
    """

    claimed: str
    version: int
    result: str
    managed_at: datetime


class ReceiptRow(Struct, frozen=True, kw_only=True):
    """A receipt about a declaration, without its bytes."""

    id: int
    message_id: str
    code: str
    result: str
    version: int
    notes: tuple[str, ...]
    managed_at: datetime | None
    received_at: datetime


def find_stored(connection: Connection, message_id: str, digest: str) -> Known | None:
    """The stored message with the same id and content, if it came before."""
    row = connection.execute(
        select(RECEIPTS.c.id, RECEIPTS.c.outcome, RECEIPTS.c.seq_no).where(
            RECEIPTS.c.message_id == message_id, RECEIPTS.c.digest == digest
        )
    ).one_or_none()
    return None if row is None else Known(row.id, Outcome(row.outcome), row.seq_no)


def put(connection: Connection, arrived: Arrived, now: datetime) -> int:
    """Store a message that came for the first time; returns its number."""
    row: dict[str, Any] = {"sequence": arrived.sequence, "message_id": arrived.message_id, "digest": arrived.digest}
    row |= {"data": arrived.data, "code": arrived.code, "outcome": arrived.outcome.value, "received_at": to_stored(now)}
    row |= {"notes": msgspec.json.encode(arrived.notes)}
    return int(connection.execute(RECEIPTS.insert().values(row).returning(RECEIPTS.c.id)).scalar_one())


def note_read(connection: Connection, id: int, arrived: Arrived) -> None:
    """Store how *arrived*, which is stored as *id*, was read when it came again."""
    notes = msgspec.json.encode(arrived.notes)
    _note(connection, id, code=arrived.code, outcome=arrived.outcome.value, notes=notes)


def note_asker(connection: Connection, id: int, enterprise_no: str | None) -> None:
    """Store the enterprise whose query the message answers."""
    _note(connection, id, enterprise_no=enterprise_no)


def note_declaration(connection: Connection, id: int, said: Said, about: Held) -> None:
    """Store the receipt's fields, and the declaration that it is about."""
    _note(connection, id, seq_no=about.seq_no, enterprise_no=about.enterprise_no, **_columns(said))


def note_unknown(connection: Connection, id: int, said: Said) -> None:
    """Store the receipt's fields, for a declaration that is not one of this portal's."""
    _note(connection, id, outcome=Outcome.UNKNOWN_NUMBER.value, **_columns(said))


def of_declaration(connection: Connection, seq_no: str) -> tuple[ReceiptRow, ...]:
    """The receipts about a declaration, oldest first."""
    rows = connection.execute(select(RECEIPTS).where(RECEIPTS.c.seq_no == seq_no).order_by(RECEIPTS.c.id))
    return tuple(
        ReceiptRow(
            id=row.id,
            message_id=row.message_id,
            code=row.code,
            result=row.result,
            version=row.version,
            notes=msgspec.json.decode(row.notes, type=tuple[str, ...]),
            managed_at=None if row.managed_at is None else from_stored(row.managed_at),
            received_at=from_stored(row.received_at),
        )
        for row in rows
    )


def data_of(connection: Connection, seq_no: str, id: int) -> bytes | None:
    """The bytes of the receipt *id*; None unless it is about the declaration *seq_no*."""
    data = connection.execute(select(RECEIPTS.c.data).where(RECEIPTS.c.id == id, RECEIPTS.c.seq_no == seq_no)).scalar()
    return None if data is None else bytes(data)


def _columns(said: Said) -> dict[str, Any]:
    return {
        "claimed": said.claimed,
        "version": said.version,
        "result": said.result,
        "managed_at": to_stored(said.managed_at),
    }


def _note(connection: Connection, id: int, **values: Any) -> None:
    connection.execute(update(RECEIPTS).where(RECEIPTS.c.id == id).values(values))
