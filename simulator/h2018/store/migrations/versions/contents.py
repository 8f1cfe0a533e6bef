"""Migration: the content identity of a taken message is stored with it; large bodies are stored in pieces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from h2018.store.triggers import APPEND_ONLY, BODIES_APPEND_ONLY

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables and columns; identities are filled in on first use, existing lines stay as they are."""
    op.create_table(
        "bodies",
        sa.Column("world", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("piece", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("world", "hash", "piece", name="pk_bodies"),
    )
    dialect = op.get_bind().dialect.name
    for statement in BODIES_APPEND_ONLY[dialect]:
        op.execute(statement)
    if dialect == "sqlite":
        _remade(sa.Column("identity", sa.LargeBinary(), nullable=True))
    else:
        op.add_column("taken", sa.Column("identity", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Remove the tables and columns; bodies in pieces are put back into the lines."""
    dialect = op.get_bind().dialect.name
    op.execute("DROP TRIGGER journal_never_changes" if dialect == "sqlite" else "ALTER TABLE journal DISABLE TRIGGER USER")
    _put_back(op.get_bind())
    op.execute(APPEND_ONLY["sqlite"][0] if dialect == "sqlite" else "ALTER TABLE journal ENABLE TRIGGER USER")
    op.drop_table("bodies")
    if dialect == "sqlite":
        _remade()
    else:
        op.drop_column("taken", "identity")


def _put_back(bind: sa.Connection) -> None:
    read = sa.text("SELECT data FROM bodies WHERE world = :world AND hash = :hash ORDER BY piece")
    write = sa.text("UPDATE journal SET data = :data WHERE world = :world AND hash = :hash")
    for world, digest in bind.execute(sa.text("SELECT DISTINCT world, hash FROM bodies")).all():
        data = b"".join(bytes(row[0]) for row in bind.execute(read, {"world": world, "hash": digest}))
        bind.execute(write, {"world": world, "hash": digest, "data": data})


def _remade(*more: sa.Column[bytes]) -> None:
    """The table once more with its rows: SQLite would write an added column behind the constraints."""
    op.rename_table("taken", "taken_before")
    op.create_table(
        "taken",
        sa.Column("world", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("withheld", sa.SmallInteger(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("world", "content", name="pk_taken"),
        sa.UniqueConstraint("world", "sender", "message_id", name="uq_taken_message"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO taken (world, content, sender, message_id, answered, withheld) "
        "SELECT world, content, sender, message_id, answered, withheld FROM taken_before"
    )
    op.drop_table("taken_before")
