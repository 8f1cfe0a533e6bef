"""Snapshots: a whole tenant as bytes, packed and unpacked by threads, loaded a few rows at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct
from sqlalchemy import Table, bindparam, func, insert, select

from h2018.store import schema
from h2018.store.database import Database, Row
from h2018.store.frozen import Frozen
from h2018.store.tables import SETTINGS, TENANT_TABLES
from tempgoods_edi.databases import trouble
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_MAGIC = b"h2018 world 1\n"
#: What a snapshot may grow to when unpacked (bytes).
LARGEST = 2 * 1024 * 1024 * 1024
#: Rows, and bytes of them, that are filled in at once; others are served between two of these.
ROWS, BYTES = 200, 1024 * 1024

_FILL = {table.name: insert(table) for table in TENANT_TABLES}
_MINE = {table.name: table.c.world == bindparam("this") for table in TENANT_TABLES}
_COUNT = {table.name: select(func.count()).select_from(table).where(_MINE[table.name]) for table in TENANT_TABLES}
_READ = {
    table.name: select(*(c for c in table.columns if c.name != "world"))
    .where(_MINE[table.name])
    .order_by(*(c for c in table.primary_key if c.name != "world"))
    for table in TENANT_TABLES
}

_NO_SNAPSHOT = Bilingual("不是快照", "not a snapshot")
_DAMAGED = Bilingual("快照已损坏：{why}", "damaged snapshot: {why}")
_OTHER = Bilingual("快照版本不符或不完整", "a snapshot of another revision, or not a whole one")
_UNUSABLE = Bilingual("快照中 {table} 不可用", "unusable {table} in the snapshot")


class BadSnapshot(TempgoodsError):
    """The bytes are no snapshot of a tenant, or a snapshot of another version of the tables."""


class Snapshot(Struct, frozen=True):
    """All rows of one tenant by table, with the columns of the revision, without the tenant's number."""

    revision: str
    tables: dict[str, list[tuple[Any, ...]]]


def packed(frozen: Frozen, tenant: int, settings: Mapping[str, bytes]) -> BinaryIO:
    """Pack a whole tenant into a file, in a form that any database can load.

    :param settings: what is to stand in the snapshot in the place of the settings of those names.
    """
    file: Any = TemporaryFile()  # noqa: SIM115 - it is handed on, to be read
    packing = zlib.compressobj(1)
    try:
        file.write(_MAGIC)
        for part in _parts(frozen, tenant, settings):
            file.write(packing.compress(part))
        file.write(packing.flush())
    except BaseException:
        file.close()
        raise
    return file  # type: ignore[no-any-return]  # typeshed has a wrapper for it that is no BinaryIO


def _parts(frozen: Frozen, tenant: int, settings: Mapping[str, bytes]) -> Iterator[bytes]:
    """A `Snapshot` as MessagePack, written row by row: only few of them are in memory."""
    encoded = msgspec.msgpack.Encoder().encode
    yield b"\x82" + encoded("revision") + encoded(schema.CURRENT)
    yield encoded("tables") + bytes([0x80 | len(TENANT_TABLES)])
    for table in TENANT_TABLES:
        rows: Iterable[Row] = frozen.read(_READ[table.name], {"this": tenant})
        if table is SETTINGS:
            rows = sorted([*(row for row in rows if row[0] not in settings), *settings.items()])
            count = len(rows)
        else:
            ((count,),) = frozen.read(_COUNT[table.name], {"this": tenant})
        yield encoded(str(table.name)) + b"\xdd" + int(count).to_bytes(4)
        for row in rows:
            yield encoded(tuple(map(_portable, row)))


def unpacked(data: bytes) -> Snapshot:
    """Unpack the bytes of a snapshot.

    :raises BadSnapshot: they are none, or not one of this revision.
    """
    if not data.startswith(_MAGIC):
        raise BadSnapshot(_NO_SNAPSHOT)
    unpacking = zlib.decompressobj()
    try:
        found = msgspec.msgpack.decode(unpacking.decompress(data[len(_MAGIC) :], LARGEST), type=Snapshot)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise BadSnapshot(_DAMAGED.format(why=error)) from error
    if not unpacking.eof or found.revision != schema.CURRENT:
        raise BadSnapshot(_OTHER)
    for table in TENANT_TABLES:
        width = len(_columns(table))
        if any(len(row) != width for row in found.tables.get(table.name, [()])):
            raise BadSnapshot(_UNUSABLE.format(table=table.name))
    return found


def filling(database: Database, tenant: int, found: Snapshot) -> Iterator[None]:
    """Load the snapshot *found* into an empty tenant, some rows with every step.

    :raises BadSnapshot: a value cannot stand in its column.
    """
    for table in TENANT_TABLES:
        fill, columns = database.prepare(_FILL[table.name]), _columns(table)
        for rows in _batches(found.tables[table.name]):
            try:
                with database.transaction():
                    for row in rows:
                        fill({"world": tenant, **dict(zip(columns, row, strict=True))})
            except database.error as error:
                if trouble(error) is not None:
                    raise
                raise BadSnapshot(_UNUSABLE.format(table=table.name)) from error
            yield


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row if isinstance(value, bytes))
        if len(batch) >= ROWS or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name != "world")


def _portable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
