"""The portal's tables: made at once or step by step they are the same; the log cannot be rewritten; two may open at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError as Refused

from tempgoods_edi.databases import DatabaseError
from tempgoods_edi.declarant.errors import Conflict
from tempgoods_edi.declarant.store import Store, database
from tempgoods_edi.declarant.store.database import CURRENT, TABLES
from tempgoods_edi.declarant.store.tables import METADATA
from tests.declarant.desk import EXHIBITION, Desk, tree


def test_the_present_is_the_newest_migration() -> None:
    """One line of migrations, and `CURRENT` is its end."""
    assert ScriptDirectory(str(TABLES.migrations)).get_heads() == [CURRENT]


def statements(connection: Connection) -> set[tuple[str, str, str]]:
    """What SQLite says its tables, indexes and triggers are."""
    rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master"))
    return {(kind, name, "".join((sql or "").split())) for kind, name, sql in rows}


def test_migrations_make_what_a_new_database_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statement for statement in SQLite."""
    with closing(Store.open(str(tmp_path / "made"))) as made, made.reading() as connection:
        new = statements(connection)
    monkeypatch.setattr(type(TABLES), "create", type(TABLES).upgrade)
    with closing(Store.open(str(tmp_path / "grown"))) as grown, grown.reading() as connection:
        assert statements(connection) == new


def test_migrations_make_the_tables_of_the_program(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared by Alembic itself, in each database."""
    with monkeypatch.context() as only:
        only.setattr(type(TABLES), "create", type(TABLES).upgrade)
        Store.open(place).close()
    with closing(Store.open(place)) as store, store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_migrations_can_be_undone_and_done_again(at: Desk, place: str) -> None:
    """Down to the first tables and up again: the same tables, every declaration, and each in-house number with its first.

    Before numbers were unique in the database two drafts could have one: the later draft is told when it is saved.
    """
    first, second = at.saved(EtpsPreentNo="HX-1"), at.saved(EtpsPreentNo="HX-2")
    with at.store.writing() as connection:
        TABLES.downgrade(connection, "0001")
        connection.execute(text("UPDATE declarations SET in_house = 'HX-1'"))
    with closing(Store.open(place)) as again, again.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.execute(text("SELECT number, seq_no FROM in_house_numbers")).all() == [("HX-1", first.seq_no)]
    for seq_no, number in ((first.seq_no, "HX-1"), (second.seq_no, "HX-2")):
        at.filing.save(at.ours.actor, EXHIBITION, tree(EtpsPreentNo=number, HallNm="3号馆"), seq_no=seq_no)
    with pytest.raises(Conflict):
        at.filing.save(at.ours.actor, EXHIBITION, tree(EtpsPreentNo="HX-1"), seq_no=second.seq_no)


def test_a_database_of_a_newer_program_is_left_alone(place: str) -> None:
    """It is said to be newer."""
    with closing(Store.open(place)) as store, store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="9999"):
        Store.open(place)


def test_several_processes_may_be_the_first(place: str) -> None:
    """Web and gateway begin together on an empty place: both get the same tables."""
    with ThreadPoolExecutor(4) as together:
        for store in together.map(lambda _: Store.open(place), range(4)):
            store.close()


@pytest.mark.parametrize("where", ["mysql://x@y/z", "nonsense://", ":memory:", "/no/such/folder/x.sqlite3"])
def test_what_cannot_be_used_is_said_so(where: str) -> None:
    """In words, not in a driver's."""
    with pytest.raises(DatabaseError):
        Store.open(where)


def test_no_password_is_told() -> None:
    """A database that cannot be reached is named without its password."""
    with pytest.raises(DatabaseError) as error:
        Store.open("postgresql://customs:secret@127.0.0.1:1/none")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("rewriting", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_log_cannot_be_rewritten(at: Desk, rewriting: str) -> None:
    """The database itself refuses."""
    saved = at.saved()
    with pytest.raises(Refused, match="append-only"), at.store.writing() as connection:
        connection.execute(text(rewriting))
    assert at.filing.history(at.ours.actor, saved.seq_no).audit[0].who == at.ours.actor.operator_nm


def test_a_transaction_that_fails_leaves_nothing(at: Desk) -> None:
    """Not even its first statement."""

    def fail() -> None:
        with at.store.writing() as connection:
            database.upsert(connection, METADATA.tables["settings"], {"name": "a", "value": "b"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with at.store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM settings")).scalar() == 0
