"""The tenants of a database: made, found, put in each other's place; what nobody needs any more is deleted bit by bit.

A tenant whose name begins with a tilde is none: it is being filled, or deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Delete, Table, bindparam, delete, func, insert, select, tuple_, update

from h2018.store.database import Database
from h2018.store.tables import TENANT_TABLES, WORLDS

_HIDDEN = "~"
#: Rows that are deleted at once; others are served between two of these.
ROWS = 50

_ALL = select(WORLDS.c.name, WORLDS.c.id).order_by(WORLDS.c.id)
_LAST = select(func.max(WORLDS.c.id))
_INSERT = insert(WORLDS)
_THIS = WORLDS.c.id == bindparam("this")
_DELETE = delete(WORLDS).where(_THIS)
_RENAME = update(WORLDS).where(_THIS).values(name=bindparam("called"), emptying=bindparam("now"))


def _some(table: Table) -> Delete:
    """Delete some rows of a tenant."""
    keys = tuple(column for column in table.primary_key if column.name != "world")
    mine = table.c.world == bindparam("this")
    key: ColumnElement[Any] = keys[0] if len(keys) == 1 else tuple_(*keys)
    return delete(table).where(mine, key.in_(select(*keys).where(mine).limit(ROWS)))


_SOME = {table.name: _some(table) for table in TENANT_TABLES}


def names(database: Database) -> dict[str, int]:
    """The tenants by name, in the order of their numbers."""
    return {name: number for name, number in _rows(database) if not name.startswith(_HIDDEN)}


def left_over(database: Database) -> tuple[int, ...]:
    """What was being filled or deleted when the last server ended."""
    return tuple(number for name, number in _rows(database) if name.startswith(_HIDDEN))


def make(database: Database, name: str | None = None) -> int:
    """A new, empty tenant, its number; None makes one that is yet to be filled."""
    with database.transaction():
        number = int(database.prepare(_LAST)({}).fetchone()[0] or 0) + 1
        database.prepare(_INSERT)({"id": number, "name": name or f"{_HIDDEN}{number}", "emptying": 0})
    return number


def hide(database: Database, tenant: int) -> None:
    """It is no tenant any more; its rows may be deleted, those of the journal too."""
    database.prepare(_RENAME)({"this": tenant, "called": f"{_HIDDEN}{tenant}", "now": 1})


def take_place(database: Database, name: str, before: int, after: int) -> None:
    """The tenant *name* has the rows of *after* from now on; those of *before* are nobody's."""
    with database.transaction():
        hide(database, before)
        database.prepare(_RENAME)({"this": after, "called": name, "now": 0})


def discarding(database: Database, tenant: int) -> Iterator[None]:
    """Delete what is nobody's, some rows with every step: the only way in which lines of a journal go."""
    with database.transaction():
        hide(database, tenant)
    yield
    for table in reversed(TENANT_TABLES):
        some, gone = database.prepare(_SOME[table.name]), ROWS
        while gone:
            with database.transaction():
                gone = some({"this": tenant}).rowcount
            yield
    with database.transaction():
        database.prepare(_DELETE)({"this": tenant})


def _rows(database: Database) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in database.prepare(_ALL)({}).fetchall()]
