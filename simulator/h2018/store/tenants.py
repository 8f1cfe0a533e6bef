"""The tenants of a database: made, found, emptied, dropped, copied out as bytes and put back."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from h2018.store import schema
from h2018.store.database import Database
from h2018.store.tables import SETTINGS, TENANT_TABLES, WORLDS
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_MAGIC = b"h2018 world 1\n"
#: What a snapshot may grow to when unpacked (bytes).
_LARGEST = 2 * 1024 * 1024 * 1024

_ALL = select(WORLDS.c.name, WORLDS.c.id).order_by(WORLDS.c.id)
_LAST = select(func.max(WORLDS.c.id))
_INSERT = insert(WORLDS)
_DELETE = delete(WORLDS).where(WORLDS.c.id == bindparam("this"))
_EMPTYING = update(WORLDS).where(WORLDS.c.id == bindparam("this")).values(emptying=bindparam("now"))
_EMPTY = tuple(delete(table).where(table.c.world == bindparam("this")) for table in TENANT_TABLES)
_FILL = {table.name: insert(table) for table in TENANT_TABLES}
_READ = {
    table.name: select(*(c for c in table.columns if c.name != "world"))
    .where(table.c.world == bindparam("this"))
    .order_by(*(c for c in table.primary_key if c.name != "world"))
    for table in TENANT_TABLES
}


class BadSnapshot(TempgoodsError):
    """Bytes that are no snapshot of a tenant, or one of other tables than ours."""


class Snapshot(Struct, frozen=True):
    """All rows of one tenant, by table; the columns are those of the revision, without the tenant's number."""

    revision: str
    tables: dict[str, list[tuple[Any, ...]]]


def names(database: Database) -> dict[str, int]:
    """The tenants by name, in the order in which they were made."""
    return {row[0]: row[1] for row in database.prepare(_ALL)({}).fetchall()}


def make(database: Database, name: str) -> int:
    """A new, empty tenant; its number."""
    with database.transaction():
        number = int(database.prepare(_LAST)({}).fetchone()[0] or 0) + 1
        database.prepare(_INSERT)({"id": number, "name": name, "emptying": 0})
    return number


def empty(database: Database, tenant: int) -> None:
    """Delete everything of a tenant, its journal too: the only way in which lines of a journal go."""
    with database.transaction():
        emptying = database.prepare(_EMPTYING)
        emptying({"this": tenant, "now": 1})
        for statement in _EMPTY:
            database.prepare(statement)({"this": tenant})
        emptying({"this": tenant, "now": 0})


def drop(database: Database, tenant: int) -> None:
    """Delete a tenant and everything of it."""
    with database.transaction():
        empty(database, tenant)
        database.prepare(_DELETE)({"this": tenant})


def snapshot(database: Database, tenant: int, settings: Mapping[str, bytes]) -> bytes:
    """Everything of a tenant as bytes that any database can take in.

    :param settings: what is to stand in the snapshot in the place of the settings of those names.
    """
    with database.transaction():
        tables = {
            name: [tuple(map(_portable, row)) for row in database.prepare(statement)({"this": tenant}).fetchall()]
            for name, statement in _READ.items()
        }
    kept = [row for row in tables[SETTINGS.name] if row[0] not in settings]
    tables[SETTINGS.name] = sorted([*kept, *settings.items()])
    return _MAGIC + zlib.compress(msgspec.msgpack.encode(Snapshot(schema.CURRENT, tables)), 1)


def restore(database: Database, tenant: int, data: bytes) -> None:
    """Put everything that *data* holds in the place of what the tenant holds.

    :raises BadSnapshot: it is no snapshot, or not one of this revision.
    """
    found = _unpacked(data)
    with database.transaction():
        empty(database, tenant)
        for table in TENANT_TABLES:
            fill, columns = database.prepare(_FILL[table.name]), _columns(table)
            for row in found.tables[table.name]:
                fill({"world": tenant, **dict(zip(columns, row, strict=True))})


def _unpacked(data: bytes) -> Snapshot:
    if not data.startswith(_MAGIC):
        raise BadSnapshot(Bilingual("不是快照", "not a snapshot"))
    unpacking = zlib.decompressobj()
    try:
        found = msgspec.msgpack.decode(unpacking.decompress(data[len(_MAGIC) :], _LARGEST), type=Snapshot)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise BadSnapshot(Bilingual("快照已损坏：{why}", "damaged snapshot: {why}").format(why=error)) from error
    if not unpacking.eof or found.revision != schema.CURRENT:
        raise BadSnapshot(Bilingual("快照版本不符或不完整", "a snapshot of another revision, or not a whole one"))
    for table in TENANT_TABLES:
        width = len(_columns(table))
        if any(len(row) != width for row in found.tables.get(table.name, [()])):
            raise BadSnapshot(
                Bilingual("快照中 {table} 不可用", "unusable {table} in the snapshot").format(table=table.name)
            )
    return found


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name != "world")


def _portable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
