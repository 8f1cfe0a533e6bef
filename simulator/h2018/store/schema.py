"""Brings a database to the present tables: creates them in a new database, migrates an older one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from h2018.store.database import Database
from h2018.store.tables import METADATA
from h2018.store.triggers import APPEND_ONLY, BODIES_APPEND_ONLY
from tempgoods_edi.databases import REVISION, Tables

#: The revision whose tables `tables` describes; the newest of the migrations.
CURRENT = "0002"
#: Where the migrations are.
MIGRATIONS = Path(__file__).parent / "migrations"

_TRIGGERS = {kind: (*statements, *BODIES_APPEND_ONLY[kind]) for kind, statements in APPEND_ONLY.items()}
#: Made, migrated and taken back a step.
TABLES = Tables(METADATA, CURRENT, MIGRATIONS, _TRIGGERS)


def bring_up_to_date(database: Database) -> None:
    """Create or migrate the tables; a single query when they are up to date.

    :raises DatabaseError: the database was made by a newer program.
    """
    found = revision(database)
    if found == CURRENT:
        return
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        if found is None:
            TABLES.create(connection)
        else:
            upgrade(connection)
        connection.commit()


def revision(database: Database) -> str | None:
    """The Alembic revision of the tables; None for a database without tables."""
    try:
        row = database.script(REVISION).fetchone()
    except database.error:
        return None
    return None if row is None else str(row[0])


def upgrade(connection: Connection) -> None:
    """Run the missing migrations, oldest first; raises `DatabaseError` for an unknown revision."""
    TABLES.upgrade(connection)
