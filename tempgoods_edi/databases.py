"""The code that all our databases share: the URL, the pragmas, the migration of tables.

Alembic is imported only when there is something to migrate, so that a start with a present database stays quick.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.extras import need
from tempgoods_edi.values import Bilingual

#: SQLite in memory.
MEMORY = "sqlite://"
#: A lock of another program is waited for so long.
LOCK_SECONDS = 5
#: SQLite runs in WAL mode with ``synchronous=FULL``: with WAL's usual ``NORMAL`` a commit that was acknowledged can be
#: lost when the power goes, and what was acknowledged must never be.
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    f"busy_timeout = {LOCK_SECONDS * 1000}",
    "cache_size = -65536",
    "temp_store = MEMORY",
)
#: Gives the revision of the tables; fails in a database without.
REVISION = "SELECT version_num FROM alembic_version"

_SCHEME = re.compile(r"[a-z][a-z0-9+]*://")
_PASSWORD = re.compile(r"\A([^/]*//).*@", re.DOTALL)
_NO_DATABASE = Bilingual("数据库 {url} 不能使用：{why}", "database {url} cannot be used: {why}")
_TWO_KINDS = Bilingual("仅支持SQLite和PostgreSQL", "SQLite or PostgreSQL only")
_NEWER = Bilingual(
    "数据库的版本 {found} 不是本程序认识的，请升级程序",
    "this program does not know the database's revision {found}: upgrade it",
)

Kind = Literal["sqlite", "postgresql"]


class DatabaseError(TempgoodsError):
    """The database cannot be opened: no such place, no driver, in use by another server, or made by a newer program."""


def url_of(place: str | None) -> str:
    """The SQLAlchemy URL for a URL or path; None means in memory.

    >>> url_of(None), url_of("world.sqlite3"), url_of("postgresql://customs@localhost/h2018")
    ('sqlite://', 'sqlite:///world.sqlite3', 'postgresql+psycopg://customs@localhost/h2018')
    """
    if place is None or place == ":memory:":
        return MEMORY
    if _SCHEME.match(place) is None:
        return f"sqlite:///{place}"
    return re.sub(r"^postgres(?:ql)?://", "postgresql+psycopg://", place)


def kind_of(url: str) -> Kind:
    """The kind of database that *url* leads to.

    :raises DatabaseError: it is an unsupported one.
    :raises MissingExtra: it needs the extra ``postgres``, which is not installed.
    """
    try:
        kind = make_url(url).get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise unusable(url, error) from error
    if kind == "sqlite":
        return "sqlite"
    if kind == "postgresql":
        need("PostgreSQL", "postgres")
        return "postgresql"
    raise unusable(url, _TWO_KINDS)


def unusable(url: str, why: object) -> DatabaseError:
    """The error that the database at *url* cannot be used; its password is left out."""
    said = why.text if isinstance(why, TempgoodsError) else why
    return DatabaseError(_NO_DATABASE.format(url=_PASSWORD.sub(r"\1***@", url), why=said))


class Tables(Struct, frozen=True):
    """The tables of one program, with their migrations.

    :ivar metadata: as they are at present.
    :ivar current: the revision that this is; the newest of the migrations.
    :ivar migrations: the folder of the migrations.
    :ivar more: further statements that make them (triggers), by the kind of database.
    """

    metadata: MetaData
    current: str
    migrations: Path
    more: Mapping[str, tuple[str, ...]] = {}

    def create(self, connection: Connection) -> None:
        """Create all present tables in an empty database."""
        self.metadata.create_all(connection, checkfirst=False)
        for statement in self.more.get(connection.dialect.name, ()):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:found)"), {"found": self.current})

    def upgrade(self, connection: Connection) -> None:
        """Run the missing migrations, oldest first; raises `DatabaseError` for an unknown revision."""
        from alembic.operations import Operations
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory
        from alembic.script.revision import RevisionError
        from alembic.util import CommandError

        script, context = ScriptDirectory(str(self.migrations)), MigrationContext.configure(connection)
        found = context.get_current_revision()
        try:
            missing = list(script.iterate_revisions("head", found or "base"))
        except (CommandError, RevisionError):
            raise DatabaseError(_NEWER.format(found=found)) from None
        with Operations.context(context):
            for each in reversed(missing):
                each.module.upgrade()
                context.stamp(script, each.revision)

    def downgrade(self, connection: Connection, revision: str) -> None:
        """Undo the migrations after *revision*, newest first, so that an older program can use the database again."""
        from alembic.operations import Operations
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        script, context = ScriptDirectory(str(self.migrations)), MigrationContext.configure(connection)
        with Operations.context(context):
            for each in list(script.iterate_revisions(context.get_current_revision(), revision)):
                each.module.downgrade()
                context.stamp(script, str(each.down_revision))


#: A write that changes nothing, for whoever wants to know whether writing is possible; both in one transaction.
TRIAL = ("INSERT INTO alembic_version (version_num) VALUES ('-')", "DELETE FROM alembic_version WHERE version_num = '-'")
#: Seconds after which it is worth another try.
RETRY_AFTER = 5

_FULL = Bilingual("存储空间已满", "the disk is full")
_BROKEN = Bilingual("磁盘读写出错（可能已满）", "the disk cannot be read or written (it may be full)")
_LOCKED = Bilingual("数据库被其他程序占用", "the database is locked by another program")
_READ_ONLY = Bilingual("数据库不可写", "the database cannot be written")
_AWAY = Bilingual("数据库无法访问", "the database cannot be reached")
_TROUBLE = Bilingual(
    "{cause}，暂时不能办理；数据未丢失，{seconds} 秒后可重试。请通知管理员。",
    "{cause}: not possible just now. Nothing was lost; it may be tried again in {seconds} seconds. Please tell whoever runs it.",
)
#: What drivers say, in small letters; the first that fits.
_SAID = (
    (_FULL, ("disk is full", "no space left", "quota exceeded", "could not extend file", "disk full")),
    (_BROKEN, ("disk i/o error",)),
    (_LOCKED, ("is locked", "lock timeout", "canceling statement due to lock")),
    (_READ_ONLY, ("readonly", "read-only")),
    (_AWAY, ("unable to open", "queuepool limit")),
)
_CONNECTION_ERRORS = frozenset({"psycopg.OperationalError", "psycopg.InterfaceError", "sqlalchemy.TimeoutError"})
_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


def trouble(error: BaseException | None) -> Bilingual | None:
    """The text for people when *error* means that the store cannot work just now; None for other errors.

    >>> import sqlite3
    >>> trouble(sqlite3.OperationalError("database or disk is full")).en.partition(":")[0]
    'the disk is full'
    >>> trouble(ValueError("no")) is None
    True
    """
    while error is not None:
        cause = _cause(error)
        if cause is not None:
            return _TROUBLE.format(cause=cause, seconds=RETRY_AFTER)
        error = error.__cause__
    return None


def _cause(error: BaseException) -> Bilingual | None:
    if isinstance(error, OSError):
        if error.errno not in _DISK_ERRORS:
            return None
        return _READ_ONLY if error.errno == errno.EROFS else _FULL
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}
    if kinds.isdisjoint({"sqlite3.OperationalError", *_CONNECTION_ERRORS}):
        return None
    said = str(error).lower()
    found = next((cause for cause, words in _SAID if any(word in said for word in words)), None)
    # SQLite tells a mistake in a statement by the same kind; a server's kind is about its connection alone.
    return found or (None if kinds.isdisjoint(_CONNECTION_ERRORS) else _AWAY)
