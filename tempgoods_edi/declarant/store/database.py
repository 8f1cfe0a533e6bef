"""The portal's database: any number of readers and one writer at a time, in any process.

A writing transaction takes the writer's place at once (``BEGIN IMMEDIATE``; in PostgreSQL an advisory lock), so that what
it read stays true until it is done, and lines of the audit log are numbered in the order they appear in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError as Failed
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.pool import QueuePool

from tempgoods_edi.databases import (
    MEMORY,
    PRAGMAS,
    RETRY_AFTER,
    REVISION,
    TRIAL,
    DatabaseError,
    Tables,
    kind_of,
    trouble,
    unusable,
    url_of,
)
from tempgoods_edi.declarant.store.tables import METADATA
from tempgoods_edi.declarant.store.triggers import APPEND_ONLY
from tempgoods_edi.values import Bilingual

__all__ = ["NOT_KEPT", "RETRY_AFTER", "Store", "trouble", "upsert"]

#: The revision whose tables `tables` describes.
CURRENT = "0002"
TABLES = Tables(METADATA, CURRENT, Path(__file__).parent / "migrations", APPEND_ONLY)

#: Raised for values that the tables cannot take, as opposed to a database that is away.
NOT_KEPT = (DataError, IntegrityError)

_NOT_IN_MEMORY = Bilingual("须为文件或PostgreSQL地址", "a file or a PostgreSQL address is needed")
#: Says whose lock it is among all that may be taken in a PostgreSQL database.
_WRITER = 0x544D50474F4F4453
#: How long somebody waits for the writer's place before it is an error (seconds).
PATIENCE = 15.0
#: As everywhere, but other processes are waited for longer, and each of many connections has a smaller cache.
_OWN_PRAGMAS = (
    *(pragma for pragma in PRAGMAS if not pragma.startswith(("busy_timeout", "cache_size"))),
    "cache_size = -16384",
)
_BEGIN = "tempgoods_begin"


class Store:
    """An open database, made ready by `Store.open`; several threads may use it."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, place: str) -> Store:
        """Open the database at *place*, a path or URL; its tables are created or migrated.

        :raises DatabaseError: it cannot be used.
        """
        url = url_of(place)
        if url == MEMORY or url.startswith("sqlite:///:memory:"):
            raise unusable(url, _NOT_IN_MEMORY)
        store = cls(_engine(url))
        try:
            _for_its_owner_alone(url)
            store._bring_up_to_date()
        except (Failed, OSError, DatabaseError) as error:
            store.close()
            if isinstance(error, DatabaseError):
                raise
            raise unusable(url, error.orig if isinstance(error, Failed) else error) from error
        return store

    def close(self) -> None:
        """Close the database; committed data stays."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction: what is seen stays the same until its end."""
        options = {} if self._engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with self._engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The write transaction, the only one at a time: all or nothing, durable when it ends well."""
        with self._engine.connect().execution_options(**{_BEGIN: True}) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
            yield connection

    def try_writing(self) -> None:
        """Test that writing works by a write that changes nothing; raises what a real one would."""
        with self.writing() as connection:
            for statement in TRIAL:
                connection.exec_driver_sql(statement)

    def _bring_up_to_date(self) -> None:
        if self._revision() == CURRENT:
            return
        with self.writing() as connection:
            # Another process may have made them while this one waited.
            found = _revision(connection)
            if found is None:
                TABLES.create(connection)
            elif found != CURRENT:
                TABLES.upgrade(connection)

    def _revision(self) -> str | None:
        with self.reading() as connection:
            return _revision(connection)


def upsert(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Insert a row or replace the row with the same primary key (upsert)."""
    fresh: Any = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table).values(values)
    keys = [column.name for column in table.primary_key]
    rest = {name: fresh.excluded[name] for name in values if name not in keys}
    statement: Executable = fresh.on_conflict_do_update(index_elements=keys, set_=rest)
    connection.execute(statement)


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless there is one with its primary key; True when it was inserted."""
    fresh: Any = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table).values(values)
    keys = [column.name for column in table.primary_key]
    return bool(connection.execute(fresh.on_conflict_do_nothing(index_elements=keys)).rowcount)


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    row = connection.exec_driver_sql(REVISION).fetchone()
    return None if row is None else str(row[0])


def _for_its_owner_alone(url: str) -> None:
    """Make a file that is not there yet: what is declared, and who is logged in, is nobody's who shares the machine.

    SQLite gives the files beside it (``-wal``, ``-shm``) the rights of the database itself.
    """
    if kind_of(url) != "sqlite":
        return
    path = make_url(url).database
    if path and not path.startswith("file:"):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _engine(url: str) -> Engine:
    try:
        if kind_of(url) == "postgresql":
            return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
        engine = create_engine(url, poolclass=QueuePool, connect_args={"check_same_thread": False})
    except ImportError as error:
        raise unusable(url, error) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(driver: Any, _: object) -> None:
    driver.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where the driver thinks
    for pragma in (f"busy_timeout = {PATIENCE * 1000:.0f}", *_OWN_PRAGMAS):
        driver.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_BEGIN)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
