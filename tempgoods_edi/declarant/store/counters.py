"""Numbers that are given once: pre-entry numbers, serials of messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from tempgoods_edi.declarant.store.database import put_new
from tempgoods_edi.declarant.store.tables import COUNTERS
from tempgoods_edi.numbers import CHINA_TIME, MessageId, SeqNo


def next_seq_no(connection: Connection, now: datetime) -> str:
    """A new pre-entry number of this year.

    The first of a year is taken from the moment (month to second, four digits more), so that a portal set up anew does
    not give numbers that customs know from the one before it.
    """
    local = now.astimezone(CHINA_TIME)
    return str(SeqNo(local.year, _next(connection, f"seq_no {local.year}", int(f"{local:%m%d%H%M%S}") * 10_000)))


def next_message_id(connection: Connection, sender: str, receiver: str, now: datetime) -> str:
    """A new id for an envelope."""
    return str(MessageId(sender, receiver, now, _next(connection, "message", 0)))


def _next(connection: Connection, name: str, start: int) -> int:
    put_new(connection, COUNTERS, {"name": name, "value": start})
    # One statement counts and tells: two that count together never get the same number.
    counted = update(COUNTERS).where(COUNTERS.c.name == name).values(value=COUNTERS.c.value + 1)
    return int(connection.execute(counted.returning(COUNTERS.c.value)).scalar_one())
