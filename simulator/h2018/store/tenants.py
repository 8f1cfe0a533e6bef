"""The tenants in a database: created, found, replaced by each other; rows of deleted ones are removed step by step.

A tenant whose name begins with a tilde is none: it is being filled, or deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Delete, Table, bindparam, delete, func, insert, select, tuple_, update

from h2018.store.database import Database
from h2018.store.tables import TENANT_TABLES, TENANTS

_HIDDEN = "~"
#: Rows that are deleted at once; others are served between two of these.
ROWS = 50

_ALL = select(TENANTS.c.name, TENANTS.c.id).order_by(TENANTS.c.id)
_LAST = select(func.max(TENANTS.c.id))
_INSERT = insert(TENANTS)
_THIS = TENANTS.c.id == bindparam("this")
_DELETE = delete(TENANTS).where(_THIS)
_RENAME = update(TENANTS).where(_THIS).values(name=bindparam("called"), emptying=bindparam("now"))


def _some(table: Table) -> Delete:
    """Delete some rows of a tenant."""
    keys = tuple(column for column in table.primary_key if column.name != "world")
    mine = table.c.world == bindparam("this")
    key: ColumnElement[Any] = keys[0] if len(keys) == 1 else tuple_(*keys)
    return delete(table).where(mine, key.in_(select(*keys).where(mine).limit(ROWS)))


_SOME = {table.name: _some(table) for table in TENANT_TABLES}


def names(database: Database) -> dict[str, int]:
    """The numbers of the tenants by name, in order."""
    return {name: number for name, number in _rows(database) if not name.startswith(_HIDDEN)}


def left_over(database: Database) -> tuple[int, ...]:
    """The tenants that were being loaded or deleted when the last server ended."""
    return tuple(number for name, number in _rows(database) if name.startswith(_HIDDEN))


def create_tenant(database: Database, name: str | None = None) -> int:
    """Create an empty tenant and return its number; without a name it is still to be loaded."""
    with database.transaction():
        number = int(database.execute(_LAST).fetchone()[0] or 0) + 1
        database.execute(_INSERT, {"id": number, "name": name or f"{_HIDDEN}{number}", "emptying": 0})
    return number


def hide(database: Database, tenant: int) -> None:
    """Delete a tenant's name; all its rows may then be removed, also those of the journal."""
    database.execute(_RENAME, {"this": tenant, "called": f"{_HIDDEN}{tenant}", "now": 1})


def take_place(database: Database, name: str, before: int, after: int) -> None:
    """Give the tenant *name* the rows of the tenant number *after*, and release those of *before* for deletion."""
    with database.transaction():
        hide(database, before)
        database.execute(_RENAME, {"this": after, "called": name, "now": 0})


def discarding(database: Database, tenant: int) -> Iterator[None]:
    """Remove the rows of a deleted tenant, some with every step: the only way in which journal lines are removed."""
    with database.transaction():
        hide(database, tenant)
    yield
    for table in reversed(TENANT_TABLES):
        gone = ROWS
        while gone:
            with database.transaction():
                gone = database.execute(_SOME[table.name], {"this": tenant}).rowcount
            yield
    with database.transaction():
        database.execute(_DELETE, {"this": tenant})


def _rows(database: Database) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in database.execute(_ALL).fetchall()]
