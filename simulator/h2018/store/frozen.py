"""A consistent view of the database at one moment, which a thread reads while the server goes on writing.

An SQLite file and PostgreSQL show a second connection what was committed when its transaction began.  SQLite in memory has
no such thing, and is copied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy.sql.base import Executable

from h2018.store.database import Database, Params, Row, compiled

_AT_ONCE = 200


class Frozen:
    """A consistent view of a database at one moment.

    :param connection: of its own, within a transaction that has read already.
    """

    __slots__ = ("_connection", "_dialect")

    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection, self._dialect = connection, dialect

    def read(self, statement: Executable, params: Params) -> Iterator[Row]:
        """The rows of *statement*, a few at a time in memory."""
        sql, constants = compiled(statement, self._dialect)
        # Only a cursor with a name leaves PostgreSQL's rows where they are.
        cursor = self._connection.cursor() if self._dialect == "sqlite" else self._connection.cursor(name="frozen")
        try:
            cursor.execute(sql, {**constants, **params})
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from rows
        finally:
            cursor.close()

    def close(self) -> None:
        """Close the view and its connection."""
        self._connection.close()


def frozen(database: Database) -> Frozen:
    """Open a view of *database* as it is now; the open group of transactions is committed first."""
    database.commit()
    if not database.is_sqlite:
        connection = database.second_connection()
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    elif database.is_in_memory:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        database.copy_into(connection)
    else:
        connection = database.second_connection()
        connection.execute("BEGIN")
    # What is seen is what is there at the first look.
    connection.execute("SELECT count(*) FROM worlds").fetchone()
    return Frozen(connection, "sqlite" if database.is_sqlite else "postgresql")
