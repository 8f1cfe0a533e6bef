"""Counters for numbers that are given once: pre-entry numbers, serials of messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from tempgoods_edi.declarant.store.database import insert_new
from tempgoods_edi.declarant.store.tables import COUNTERS, RECEIPTS
from tempgoods_edi.numbers import CHINA_TIME, MessageId, SeqNo


def next_seq_no(connection: Connection, now: datetime) -> str:
    """A new pre-entry number of this year.

    It is above the moment (month to second, four digits more), so that a portal that is set up anew, or goes on from a
    backup, does not give numbers that customs know from before; nor one that customs already sent a receipt about.
    """
    local = now.astimezone(CHINA_TIME)
    name, start = f"seq_no {local.year}", int(f"{local:%m%d%H%M%S}") * 10_000
    connection.execute(update(COUNTERS).where(COUNTERS.c.name == name, COUNTERS.c.value < start).values(value=start))
    while True:
        number = str(SeqNo(local.year, _next(connection, name, start)))
        if connection.execute(select(RECEIPTS.c.id).where(RECEIPTS.c.claimed == number).limit(1)).scalar() is None:
            return number


def next_message_id(connection: Connection, sender: str, receiver: str, now: datetime) -> str:
    """A new message_id for an envelope."""
    return str(MessageId(sender, receiver, now, _next(connection, "message", 0)))


def _next(connection: Connection, name: str, start: int) -> int:
    insert_new(connection, COUNTERS, {"name": name, "value": start})
    # One statement counts and tells: two that count together never get the same number.
    counted = update(COUNTERS).where(COUNTERS.c.name == name).values(value=COUNTERS.c.value + 1)
    return int(connection.execute(counted.returning(COUNTERS.c.value)).scalar_one())
