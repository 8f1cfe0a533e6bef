"""Snapshots: a whole tenant as bytes, packed and checked by threads, loaded a few rows at a time.

After a first line comes a zlib stream of *parts*: four bytes of length (big-endian), then MessagePack.  The first part
is the revision of the tables, then the rows follow, table by table, each as ``[table, [value, …]]``, and at last comes
how many they were.  Packed or unpacked, only few rows are in memory, whatever a snapshot claims to hold.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, insert, select

from h2018.store import schema
from h2018.store.database import Database, Row
from h2018.store.frozen import Frozen
from h2018.store.tables import SETTINGS, TENANT_TABLES
from tempgoods_edi.databases import trouble
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_MAGIC = b"h2018 tenant 2\n"
#: What a snapshot may unpack to (bytes): so many, and more for each of its own (honest ones unpack to 3 to 40 times), and
#: never beyond the last.
BESIDES, TIMES, LARGEST = 64 * 1024 * 1024, 50, 2 * 1024 * 1024 * 1024
#: The largest row (bytes): no body is kept in one piece.
LARGEST_ROW = 16 * 1024 * 1024
#: What is unpacked at once (bytes).
_PIECE = 256 * 1024
#: Rows, and bytes of them, that are filled in at once; others are served between two of these.
ROWS, BYTES = 200, 1024 * 1024

#: A row and its table, a number of rows, or a revision.
_Part = tuple[str, tuple[Any, ...]] | int | str
_LENGTH = 4
_SHOWN = 40

#: The columns of each table, without the tenant's number.
_COLUMNS = {
    table.name: tuple(column.name for column in table.columns if column.name != "world") for table in TENANT_TABLES
}
_FILL = {table.name: insert(table) for table in TENANT_TABLES}
_MINE = {table.name: table.c.world == bindparam("this") for table in TENANT_TABLES}
_READ = {
    table.name: select(*(table.columns[name] for name in _COLUMNS[table.name]))
    .where(_MINE[table.name])
    .order_by(*(c for c in table.primary_key if c.name != "world"))
    for table in TENANT_TABLES
}

_NO_SNAPSHOT = Bilingual("不是快照", "not a snapshot")
_DAMAGED = Bilingual("快照已损坏：{why}", "damaged snapshot: {why}")
_TOO_MUCH = Bilingual("快照解压后过大", "the snapshot unpacks to more than it may")
_OTHER = Bilingual("快照版本不符或不完整", "a snapshot of another revision, or not a whole one")
_UNUSABLE = Bilingual("快照中 {table} 不可用", "unusable {table} in the snapshot")


class BadSnapshot(TempgoodsError):
    """The bytes are no snapshot of a tenant, or a snapshot of another version of the tables."""


class Snapshot(Struct, frozen=True):
    """The bytes of a snapshot that was checked and is complete."""

    data: bytes

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Table and values of every row, in the order of the tables; values in the order of `_COLUMNS`."""
        return _rows(_unpacked_parts(self.data))


def packed(frozen: Frozen, tenant: int, settings: Mapping[str, bytes]) -> BinaryIO:
    """Pack a whole tenant into a file, in a form that any database can load.

    :param settings: what is to stand in the snapshot in the place of the settings of those names.
    """
    file: Any = TemporaryFile()  # noqa: SIM115 - it is handed on, to be read
    try:
        file.writelines(compressed(_parts(frozen, tenant, settings)))
    except BaseException:
        file.close()
        raise
    return file  # type: ignore[no-any-return]  # typeshed has a wrapper for it that is no BinaryIO


def compressed(parts: Iterable[Any]) -> Iterator[bytes]:
    """Compress the parts of a snapshot into its bytes."""
    encoded, packing = msgspec.msgpack.Encoder().encode, zlib.compressobj(1)
    yield _MAGIC
    for part in parts:
        written = encoded(part)
        yield packing.compress(len(written).to_bytes(_LENGTH) + written)
    yield packing.flush()


def _parts(frozen: Frozen, tenant: int, settings: Mapping[str, bytes]) -> Iterator[Any]:
    yield schema.CURRENT
    count = 0
    for table in TENANT_TABLES:
        rows: Iterable[Row] = frozen.read(_READ[table.name], {"this": tenant})
        if table is SETTINGS:
            rows = sorted([*(row for row in rows if row[0] not in settings), *settings.items()])
        for row in rows:
            count += 1
            yield str(table.name), tuple(map(_portable, row))
    yield count


def unpacked(data: bytes) -> Snapshot:
    """Check the bytes of a snapshot from end to end: slow for many bytes, so call it in a thread.

    :raises BadSnapshot: they are none, not one of this revision, or unpack to more than they may.
    """
    if not data.startswith(_MAGIC):
        raise BadSnapshot(_NO_SNAPSHOT)
    found = Snapshot(data)
    left = list(_COLUMNS)
    try:
        for name, rows in groupby(found.rows(), key=itemgetter(0)):
            if name not in left:
                raise BadSnapshot(_UNUSABLE.format(table=name[:_SHOWN]))
            del left[: left.index(name) + 1]
            width = len(_COLUMNS[name])
            if any(len(row) != width for _, row in rows):
                raise BadSnapshot(_UNUSABLE.format(table=name))
    except (zlib.error, msgspec.MsgspecError) as error:
        raise BadSnapshot(_DAMAGED.format(why=error)) from error
    return found


def _rows(parts: Iterator[bytes]) -> Iterator[tuple[str, Row]]:
    """What stands in the parts, from the revision to the number of rows.

    :raises BadSnapshot: they are of another revision, or not all there.
    :raises MsgspecError: one of them is no row.
    """
    decoded = msgspec.msgpack.Decoder(_Part).decode
    if next(map(decoded, parts), None) != schema.CURRENT:
        raise BadSnapshot(_OTHER)
    for count, part in enumerate(map(decoded, parts)):
        if not isinstance(part, tuple):
            if part != count or next(parts, None) is not None:
                break
            return
        yield part
    raise BadSnapshot(_OTHER)


def _unpacked_parts(data: bytes) -> Iterator[bytes]:
    """The bytes of one part after another.

    :raises BadSnapshot: one of them is too large, or the last is cut off.
    """
    held = bytearray()
    for piece in _pieces(data):
        held += piece
        at = 0
        while len(held) >= (begin := at + _LENGTH):
            end = begin + int.from_bytes(held[at:begin])
            if end - begin > LARGEST_ROW:
                raise BadSnapshot(_TOO_MUCH)
            if len(held) < end:
                break
            yield bytes(held[begin:end])
            at = end
        del held[:at]
    if held:
        raise BadSnapshot(_OTHER)


def _pieces(data: bytes) -> Iterator[bytes]:
    """What *data* unpacks to, piece by piece.

    :raises BadSnapshot: it is more than may be, or the end is missing.
    :raises zlib.error: it cannot be unpacked.
    """
    unpacking, left = zlib.decompressobj(), min(BESIDES + TIMES * len(data), LARGEST)
    for at in range(len(_MAGIC), len(data), _PIECE):
        packed, piece = data[at : at + _PIECE], b""
        # What is packed may be used up, and something of it still to come.
        while not unpacking.eof and (packed or len(piece) == _PIECE):
            piece = unpacking.decompress(packed, _PIECE)
            packed = unpacking.unconsumed_tail
            left -= len(piece)
            if left < 0:
                raise BadSnapshot(_TOO_MUCH)
            yield piece
    if not unpacking.eof:
        raise BadSnapshot(_OTHER)


def filling(database: Database, tenant: int, found: Snapshot) -> Iterator[None]:
    """Load the snapshot *found* into an empty tenant, some rows with every step.

    :raises BadSnapshot: a value cannot stand in its column.
    """
    for name, found_rows in groupby(found.rows(), key=itemgetter(0)):
        columns = _COLUMNS[name]
        for rows in _batches(row for _, row in found_rows):
            try:
                with database.transaction():
                    for row in rows:
                        database.execute(_FILL[name], {"world": tenant, **dict(zip(columns, row, strict=True))})
            except database.error as error:
                if trouble(error) is not None:
                    raise
                raise BadSnapshot(_UNUSABLE.format(table=name)) from error
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


def _portable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
