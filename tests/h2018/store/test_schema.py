"""The tables: made at once or step by step they are the same, and a present database is opened without migrating."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from h2018.store import Database, DatabaseError, schema
from h2018.store.tables import METADATA


def migrated(database: Database) -> Database:
    """*database*, its tables made by the migrations."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        schema.upgrade(connection)
        connection.commit()
    return database


def test_the_present_is_the_newest_migration() -> None:
    """One line of migrations, and `CURRENT` is its end."""
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.CURRENT]


def test_migrations_make_what_a_new_database_has(tmp_path: Path) -> None:
    """Statement for statement in SQLite: tables, indexes, triggers."""
    made, grown = Database(str(tmp_path / "made")), migrated(Database(str(tmp_path / "grown")))
    schema.bring_up_to_date(made)
    sql = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    new, old = (
        [(kind, name, "".join((text or "").split())) for kind, name, text in database.script(sql).fetchall()]
        for database in (made, grown)
    )
    made.close()
    grown.close()
    assert new == old
    assert {kind for kind, _, _ in new} == {"table", "index", "trigger"}


def test_migrations_make_the_tables_of_the_program(lasting_place: str) -> None:
    """Compared by Alembic itself, in each database."""
    with closing(migrated(Database(lasting_place))) as database:
        assert schema.revision(database) == schema.CURRENT
        with database.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        schema.bring_up_to_date(database)


def test_a_database_of_a_newer_program_is_left_alone(lasting_place: str) -> None:
    """It is said to be newer; nothing is changed."""
    with closing(Database(lasting_place)) as database:
        schema.bring_up_to_date(database)
        database.script("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(DatabaseError, match="9999"):
            schema.bring_up_to_date(database)
        assert schema.revision(database) == "9999"


def test_a_start_imports_no_migrations(tmp_path: Path) -> None:
    """Neither with a new nor with a present database is Alembic loaded."""
    code = (
        "import sys; from h2018.store import Database, schema; "
        f"schema.bring_up_to_date(Database({str(tmp_path / 'x')!r})); assert 'alembic' not in sys.modules"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], check=True)
