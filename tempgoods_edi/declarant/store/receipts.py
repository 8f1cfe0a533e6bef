"""Whatever came from customs, as it came, and what became of it; one row for each message and content, however often it came."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from tempgoods_edi.declarant.store.declarations import Held
from tempgoods_edi.declarant.store.tables import RECEIPTS
from tempgoods_edi.declarant.store.times import kept, shown
from tempgoods_edi.values import Bilingual


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


class Arrived(Struct, frozen=True, kw_only=True):
    """Something that came in, as it is to be kept.

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
    """Something that is kept already, and what became of it."""

    id: int
    outcome: Outcome
    seq_no: str | None


class Said(Struct, frozen=True, kw_only=True):
    """What a receipt says.

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


def find(connection: Connection, message_id: str, digest: str) -> Known | None:
    """The same message with the same content, if it came before."""
    row = connection.execute(
        select(RECEIPTS.c.id, RECEIPTS.c.outcome, RECEIPTS.c.seq_no).where(
            RECEIPTS.c.message_id == message_id, RECEIPTS.c.digest == digest
        )
    ).one_or_none()
    return None if row is None else Known(row.id, Outcome(row.outcome), row.seq_no)


def put(connection: Connection, arrived: Arrived, now: datetime) -> int:
    """Keep what was not kept yet; its number."""
    row: dict[str, Any] = {"sequence": arrived.sequence, "message_id": arrived.message_id, "digest": arrived.digest}
    row |= {"data": arrived.data, "code": arrived.code, "outcome": arrived.outcome.value, "received_at": kept(now)}
    row |= {"notes": msgspec.json.encode(arrived.notes)}
    return int(connection.execute(RECEIPTS.insert().values(row).returning(RECEIPTS.c.id)).scalar_one())


def note_read(connection: Connection, id: int, arrived: Arrived) -> None:
    """Note how *arrived*, which is kept as *id*, was read when it came again."""
    notes = msgspec.json.encode(arrived.notes)
    _note(connection, id, code=arrived.code, outcome=arrived.outcome.value, notes=notes)


def note_asker(connection: Connection, id: int, enterprise_no: str | None) -> None:
    """Note whose question it answers."""
    _note(connection, id, enterprise_no=enterprise_no)


def note_declaration(connection: Connection, id: int, said: Said, about: Held) -> None:
    """Note what it says, and which declaration it is about."""
    _note(connection, id, seq_no=about.seq_no, enterprise_no=about.enterprise_no, **_columns(said))


def note_unknown(connection: Connection, id: int, said: Said) -> None:
    """Note what it says of a declaration that is not one of this portal's."""
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
            managed_at=None if row.managed_at is None else shown(row.managed_at),
            received_at=shown(row.received_at),
        )
        for row in rows
    )


def data_of(connection: Connection, seq_no: str, id: int) -> bytes | None:
    """The receipt *id* as it came; None unless it is about the declaration *seq_no*."""
    data = connection.execute(select(RECEIPTS.c.data).where(RECEIPTS.c.id == id, RECEIPTS.c.seq_no == seq_no)).scalar()
    return None if data is None else bytes(data)


def _columns(said: Said) -> dict[str, Any]:
    return {
        "claimed": said.claimed,
        "version": said.version,
        "result": said.result,
        "managed_at": kept(said.managed_at),
    }


def _note(connection: Connection, id: int, **values: Any) -> None:
    connection.execute(update(RECEIPTS).where(RECEIPTS.c.id == id).values(values))
