"""Brings a database to the present tables: a new one at once, an older one by its migrations, a present one not at all.

Alembic is imported only when there is something to migrate, so that a start with a present database stays quick.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from h2018.store.database import Database, DatabaseError
from h2018.store.tables import METADATA
from h2018.store.triggers import APPEND_ONLY
from tempgoods_edi.values import Bilingual

#: The revision whose tables `tables` describes; the newest of the migrations.
CURRENT = "0001"
#: Where the migrations are.
MIGRATIONS = Path(__file__).parent / "migrations"

_VERSION = "SELECT version_num FROM alembic_version"
_NEWER = Bilingual(
    "数据库的版本 {found} 不是本程序认识的，请升级程序",
    "this program does not know the database's revision {found}: upgrade it",
)


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
            create(connection)
        else:
            upgrade(connection)
        connection.commit()


def revision(database: Database) -> str | None:
    """The revision of the tables; None for a database without."""
    try:
        row = database.script(_VERSION).fetchone()
    except database.error:
        return None
    return None if row is None else str(row[0])


def create(connection: Connection) -> None:
    """All tables of the present, in an empty database."""
    METADATA.create_all(connection, checkfirst=False)
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:found)"), {"found": CURRENT})


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, oldest first; raises `DatabaseError` for a revision that is not ours."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.script.revision import RevisionError
    from alembic.util import CommandError

    script, context = ScriptDirectory(str(MIGRATIONS)), MigrationContext.configure(connection)
    found = context.get_current_revision()
    try:
        missing = list(script.iterate_revisions("head", found or "base"))
    except (CommandError, RevisionError):
        raise DatabaseError(_NEWER.format(found=found)) from None
    with Operations.context(context):
        for each in reversed(missing):
            each.module.upgrade()
            context.stamp(script, each.revision)
