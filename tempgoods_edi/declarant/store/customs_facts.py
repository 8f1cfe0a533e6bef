"""Facts that customs told an enterprise on request: exhibitions and entries, stored with the time of the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from tempgoods_edi.declarant.store.database import Store, upsert
from tempgoods_edi.declarant.store.tables import FACTS
from tempgoods_edi.declarant.store.times import to_stored
from tempgoods_edi.records.tmp301 import WriteOffChange
from tempgoods_edi.rules import KnownEntry, KnownExhibition

Known = TypeVar("Known", KnownExhibition, KnownEntry)

_KINDS: dict[type, str] = {KnownExhibition: "exhibition", KnownEntry: "entry"}


def remember(store: Store, enterprise_no: str, known: KnownExhibition | KnownEntry, now: datetime) -> None:
    """Store what customs told *enterprise_no*, replacing the earlier answer."""
    key = known.entry_no if isinstance(known, KnownEntry) else known.exhibition_no
    row = {"enterprise_no": enterprise_no, "kind": _KINDS[type(known)], "key": key}
    with store.writing() as connection:
        upsert(connection, FACTS, row | {"body": msgspec.json.encode(known), "at": to_stored(now)})


def forget(store: Store, enterprise_no: str, exhibition_no: str) -> None:
    """Delete an exhibition from the stored facts, because customs said that there is none."""
    gone = (FACTS.c.enterprise_no == enterprise_no, FACTS.c.kind == "exhibition", FACTS.c.key == exhibition_no)
    with store.writing() as connection:
        connection.execute(FACTS.delete().where(*gone))


def known(connection: Connection, enterprise_no: str, kind: type[Known], keys: Iterable[str]) -> dict[str, Known]:
    """The stored facts of the enterprise about *keys*, by number."""
    which = (FACTS.c.enterprise_no == enterprise_no, FACTS.c.kind == _KINDS[kind], FACTS.c.key.in_(sorted(set(keys))))
    rows = connection.execute(select(FACTS.c.key, FACTS.c.body).where(*which))
    return {row.key: msgspec.json.decode(row.body, type=kind) for row in rows}


def entries(connection: Connection, enterprise_no: str) -> tuple[KnownEntry, ...]:
    """All customs entries that the enterprise was told of."""
    which = (FACTS.c.enterprise_no == enterprise_no, FACTS.c.kind == "entry")
    rows = connection.execute(select(FACTS.c.body).where(*which).order_by(FACTS.c.key))
    return tuple(msgspec.json.decode(row.body, type=KnownEntry) for row in rows)


def note_write_off(connection: Connection, change: WriteOffChange) -> None:
    """Update the stored facts of every enterprise about an entry: goods went back, or its deadline moved."""
    # What only takes goods back has no goods of its own, and no deadline.
    if change.return_entry_no is not None:
        returning = (FACTS.c.kind == "entry", FACTS.c.key == change.return_entry_no)
        connection.execute(FACTS.delete().where(*returning))
    which = (FACTS.c.kind == "entry", FACTS.c.key == change.original_entry_no)
    for row in connection.execute(select(FACTS).where(*which)).all():
        entry = msgspec.json.decode(row.body, type=KnownEntry)
        line = entry.lines.get(change.original_entry_g_no)
        lines = dict(entry.lines)
        if line is not None:
            lines[line.item_no] = replace(line, returned=change.returned_qty)
        body = msgspec.json.encode(replace(entry, deadline=change.deadline, lines=lines))
        same = (FACTS.c.enterprise_no == row.enterprise_no, *which)
        connection.execute(update(FACTS).where(*same).values(body=body))
