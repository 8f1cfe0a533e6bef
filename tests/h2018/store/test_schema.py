"""The tables: made at once or step by step they are the same, and a present database is opened without migrating."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from h2018.config import Config
from h2018.store import Database, DatabaseError, schema
from h2018.store.tables import BODIES, JOURNAL, METADATA
from tempgoods_edi.envelope.archive import pack, unpack
from tests.h2018.tenant import fixture, make_tenant, signed


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


def test_migrations_can_be_undone_and_done_again(lasting_place: str) -> None:
    """Down to the first tables and up again: the same tables, every byte of the journal, and what was taken is known."""
    files = {"a.pdf": b"%PDF-1.7" + os.urandom(4_000_000), "b.pdf": b"%PDF-1.7" + os.urandom(1_000_000)}
    sent = [pack("m", signed(fixture("tmp101-minimal"), 1), files), signed(fixture("tmp101-minimal"), 2)]
    made = make_tenant(Config(database=lasting_place))
    answers = [made.send(data).data for data in sent]
    lines = [(line.data, line.hash) for line in made.tenant.store.journal()]
    made.customs.close()
    with closing(Database(lasting_place)) as database, database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        schema.TABLES.downgrade(connection, "0001")
        connection.commit()
        connection.exec_driver_sql("BEGIN")
        kept = [bytes(row[0]) for row in connection.exec_driver_sql("SELECT data FROM journal ORDER BY sequence")]
        assert kept == [data for data, _ in lines]
        connection.commit()
        schema.bring_up_to_date(database)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    again = make_tenant(Config(database=lasting_place))
    assert [(line.data, line.hash) for line in again.tenant.store.journal()] == lines
    replies = [again.send(data + b"\n" if data.startswith(b"<") else pack("n", unpack(data, 1 << 22).message, files)) for data in sent]
    assert [(reply.repeated, reply.data) for reply in replies] == [(True, answer) for answer in answers]
    with again.tenant.store.transaction(), pytest.raises(again.tenant.store.database.error, match="append-only"):
        again.tenant.store.database.execute(JOURNAL.update().values(what="sent"))


def test_large_bodies_are_append_only(lasting_place: str) -> None:
    """As every line of the journal is, by the database itself; they go when their tenant does."""
    made = make_tenant(Config(database=lasting_place))
    store = made.tenant.store
    with store.transaction():
        store.bodies.put(bytes(32), bytes(5_000_000))
    for statement in (BODIES.update().values(data=b""), BODIES.delete()):
        with pytest.raises(store.database.error, match="append-only"), store.transaction():
            store.database.execute(statement)
    assert store.bodies.read(bytes(32)) == bytes(5_000_000)
    made.tenant.reset()
    assert store.bodies.read(bytes(32)) == b""
