"""A database with one connection and one writer: statements compiled once, transactions durable when they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

from sqlalchemy import ClauseElement, Table, create_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.pool import PoolProxiedConnection, StaticPool
from sqlalchemy.sql.base import Executable

from h2018.store import locks
from tempgoods_edi.databases import PRAGMAS, DatabaseError, kind_of, unusable, url_of

__all__ = ["Cursor", "Database", "DatabaseError", "Params", "Row"]

_NO_FILE = (None, "", ":memory:")

#: How statements are written for each driver; parameters by name in both.
_DIALECTS: Mapping[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": cast(Dialect, postgresql.psycopg.dialect()),  # type: ignore[no-untyped-call]  # SQLAlchemy's own
}

Row: TypeAlias = tuple[Any, ...]
Params: TypeAlias = Mapping[str, object]


class Cursor(Protocol):
    """The result of a statement (DB-API)."""

    rowcount: int

    def fetchone(self) -> Any:
        """The next row, or None after the last."""

    def fetchall(self) -> list[Any]:
        """All rows that remain."""


Committed: TypeAlias = Callable[[Exception | None], None]


class Database:
    """An open database connection.

    :param place: path of an SQLite file, URL, or None for one in memory.
    :ivar engine: for what is not hot: creating tables, migrations.
    :raises DatabaseError: it cannot be opened.
    """

    __slots__ = ("_depth", "_dialect", "_lock", "_raw", "_run", "_waiting", "after_rollback", "engine", "error")

    def __init__(self, place: str | None = None) -> None:
        url = url_of(place)
        self.engine = _engine(url)
        self.after_rollback: list[Callable[[], None]] = []
        self._dialect = self.engine.dialect
        self.error: type[Exception] = self._dialect.loaded_dbapi.Error
        self._depth = 0
        self._waiting: list[Committed] | None = None
        self._lock: locks.Lock | None = None
        self._raw: PoolProxiedConnection | None = None
        try:
            if self.is_sqlite and not self.is_in_memory:
                self._lock = locks.file_lock(Path(str(self.engine.url.database)))
            self._connect()
        except (self.error, OSError, locks.InUse) as error:
            self.close()
            raise unusable(self.engine.url.render_as_string(), error) from error

    @property
    def is_sqlite(self) -> bool:
        """True for SQLite, False for PostgreSQL."""
        return self._dialect.name == "sqlite"

    @property
    def is_in_memory(self) -> bool:
        """True for a database that no second connection can see."""
        return self.is_sqlite and self.engine.url.database in _NO_FILE

    def second_connection(self) -> Any:
        """Open another connection to the same database, in autocommit mode; impossible for one in memory."""
        arguments, options = self._dialect.create_connect_args(self.engine.url)
        own: dict[str, Any] = {"autocommit": True}
        if self.is_sqlite:
            own = {"isolation_level": None, "check_same_thread": False}
        connection: Any = self._dialect.loaded_dbapi.connect(*arguments, **{**options, **own})
        return connection

    def copy_into(self, other: Any) -> None:
        """Copy the whole database into *other*, an SQLite connection."""
        if self._raw is not None:
            driver: Any = self._raw.driver_connection
            driver.backup(other)

    def _connect(self) -> None:
        self._raw = self.engine.raw_connection()
        driver: Any = self._raw.driver_connection
        self._run: Any = driver.execute
        if self.is_sqlite:
            for pragma in PRAGMAS:
                driver.execute(f"PRAGMA {pragma}")
        else:
            locks.advisory_lock(driver)

    def execute(self, statement: Executable, params: Params = {}) -> Cursor:  # noqa: B006 - nobody writes into a Params
        """Execute *statement*, a constant of its module, with all its parameters by name; it is compiled once."""
        if self._waiting is not None and not self._depth:
            self.commit()  # whoever looks from outside sees only what is on the disk
        # Not through SQLAlchemy's own execution: with it a third fewer submissions are taken for the same processor time.
        sql, constants = compiled(statement, self._dialect.name)
        cursor: Cursor = self._run(sql, {**constants, **params} if constants else params)
        return cursor

    def put(self, table: Table, row: Params) -> None:
        """Insert *row*, or update the row with its primary key."""
        self.execute(_putting(table, self._dialect.name), row)

    def script(self, sql: str) -> Cursor:
        """Run one SQL statement given as text."""
        self.commit()
        cursor: Cursor = self._run(sql)
        return cursor

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction: all or nothing, durable when it ends well; an inner one is part of the outer."""
        if self._depth:
            yield
            return
        self.commit()
        self._begin()
        self._depth = 1
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            self._roll_back("ROLLBACK")
            raise
        finally:
            self._depth = 0

    @contextmanager
    def group_commit(self, committed: Committed) -> Iterator[None]:
        """A transaction that becomes durable together with others at the next `commit`: one disk sync for them all.

        :param committed: called then, with None; or with what went wrong, and then nothing of this happened.
        """
        if self._waiting is None:
            self._begin()
            self._waiting = []
        self._depth = 1
        try:
            self._run("SAVEPOINT one")
            yield
            self._run("RELEASE one")
        except BaseException:
            self._roll_back("ROLLBACK TO one")
            raise
        finally:
            self._depth = 0
        self._waiting.append(committed)

    def commit(self) -> None:
        """Commit the transactions of the group to disk, and notify those who wait for that."""
        if self._waiting is None or self._depth:
            return
        waiting, self._waiting = self._waiting, None
        error: Exception | None = None
        try:
            self._run("COMMIT")
        except self.error as failed:
            self._roll_back("ROLLBACK")
            error = failed
        for committed in waiting:
            committed(error)

    def _begin(self) -> None:
        try:
            self._run("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        except self.error:
            if self.is_sqlite:
                raise
            # PostgreSQL was restarted, or the line was cut: once more on a new connection.
            self._reconnect()
            self._run("BEGIN")

    def _roll_back(self, how: str) -> None:
        # Either SQLite has rolled back by itself, or the connection is gone; the next `BEGIN` will tell.
        with suppress(self.error):
            self._run(how)
        for forget in self.after_rollback:
            forget()

    def _reconnect(self) -> None:
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.invalidate()
        self.engine.dispose()
        self._connect()
        # While the line was cut the lock was free: another server may have written, and given numbers, meanwhile.
        for forget in self.after_rollback:
            forget()

    def close(self) -> None:
        """Close the connection; committed data stays."""
        self.commit()
        if self._raw is not None:
            self._raw.close()
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()


@cache
def compiled(statement: Executable, dialect: str) -> tuple[str, Params]:
    """The SQL text and constants of a statement, compiled once per process, since tests make thousands of databases."""
    compiled: Any = cast("ClauseElement", statement).compile(dialect=_DIALECTS[dialect])
    constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    return str(compiled), constants


@cache
def _putting(table: Table, dialect: str) -> Executable:
    fresh: Any = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    keys = {column.name for column in table.primary_key}
    rest = {column.name: fresh.excluded[column.name] for column in table.columns if column.name not in keys}
    statement: Executable = fresh.on_conflict_do_update(index_elements=sorted(keys), set_=rest)
    return statement


def _engine(url: str) -> Engine:
    if kind_of(url) == "sqlite":
        # Autocommit, so that `transaction` alone begins and ends; the server runs in one thread, not always the one
        # that made it.
        options = {"isolation_level": None, "check_same_thread": False, "cached_statements": 256}
        return create_engine(url, poolclass=StaticPool, paramstyle="named", connect_args=options)
    try:
        return create_engine(url, poolclass=StaticPool, connect_args={"autocommit": True})
    except ImportError as error:
        raise unusable(url, error) from error
