"""Brings a database to the present tables: a new one at once, an older one by its migrations, a present one not at all."""

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
    """Make or migrate the tables; nothing but one query when they are present.

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
    """The revision of the tables; None for a database without."""
    try:
        row = database.script(REVISION).fetchone()
    except database.error:
        return None
    return None if row is None else str(row[0])


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, oldest first; raises `DatabaseError` for a revision that is not ours."""
    TABLES.upgrade(connection)
