"""Migration: the first tables."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)

from h2018.store.triggers import APPEND_ONLY

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "cases",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("seq_no", String(), nullable=False),
        Column("code", String(), nullable=False),
        Column("state", String(), nullable=False),
        Column("customs_no", String(), nullable=True),
        Column("unit", String(), nullable=True),
        Column("in_house", String(), nullable=True),
        Column("changed", BigInteger(), nullable=False),
        Column("document", BigInteger(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("world", "seq_no", name="pk_cases"),
    )
    op.create_index("ix_cases_changed", "cases", ["world", "changed"], unique=False)
    op.create_index("ix_cases_customs_no", "cases", ["world", "customs_no"], unique=False)
    op.create_index("ix_cases_in_house", "cases", ["world", "unit", "in_house"], unique=False)
    op.create_table(
        "counters",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("name", String(), nullable=False),
        Column("value", BigInteger(), nullable=False),
        PrimaryKeyConstraint("world", "name", name="pk_counters"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("id", BigInteger(), autoincrement=False, nullable=False),
        Column("channel", String(), nullable=False),
        Column("receipt", BigInteger(), nullable=False),
        Column("attempt", Integer(), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("outcome", String(), nullable=False),
        Column("detail", String(), nullable=False),
        PrimaryKeyConstraint("world", "id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_channel", "deliveries", ["world", "channel", "id"], unique=False)
    op.create_index("ix_deliveries_receipt", "deliveries", ["world", "receipt"], unique=False)
    op.create_table(
        "documents",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("sequence", BigInteger(), autoincrement=False, nullable=False),
        Column("code", String(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("world", "sequence", name="pk_documents"),
    )
    op.create_table(
        "journal",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("sequence", BigInteger(), autoincrement=False, nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("what", String(), nullable=False),
        Column("trace_id", String(), nullable=False),
        Column("message_id", String(), nullable=True),
        Column("seq_no", String(), nullable=True),
        Column("data", LargeBinary(), nullable=False),
        Column("hash", LargeBinary(), nullable=False),
        Column("why", LargeBinary(), nullable=True),
        PrimaryKeyConstraint("world", "sequence", name="pk_journal"),
    )
    op.create_index(
        "ix_journal_message_id",
        "journal",
        ["world", "message_id"],
        unique=False,
        sqlite_where=text("message_id IS NOT NULL"),
        postgresql_where=text("message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_seq_no",
        "journal",
        ["world", "seq_no"],
        unique=False,
        sqlite_where=text("seq_no IS NOT NULL"),
        postgresql_where=text("seq_no IS NOT NULL"),
    )
    op.create_table(
        "receipts",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("number", BigInteger(), autoincrement=False, nullable=False),
        Column("sequence", BigInteger(), nullable=True),
        Column("recipient", String(), nullable=False),
        Column("source", String(), nullable=False),
        Column("code", String(), nullable=False),
        Column("message_id", String(), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("trace_id", String(), nullable=False),
        Column("seq_no", String(), nullable=True),
        Column("kind", String(), nullable=True),
        Column("sent", BigInteger(), nullable=False),
        PrimaryKeyConstraint("world", "number", name="pk_receipts"),
        UniqueConstraint("world", "sequence", name="uq_receipts_sequence"),
    )
    op.create_index("ix_receipts_recipient", "receipts", ["world", "recipient", "sequence"], unique=False)
    op.create_index("ix_receipts_seq_no", "receipts", ["world", "seq_no", "number"], unique=False)
    op.create_table(
        "registry",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("kind", String(), nullable=False),
        Column("key", String(), nullable=False),
        Column("parent", String(), nullable=True),
        Column("label", String(), nullable=True),
        Column("body", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("world", "kind", "key", name="pk_registry"),
    )
    op.create_index("ix_registry_label", "registry", ["world", "kind", "label"], unique=False)
    op.create_index("ix_registry_parent", "registry", ["world", "kind", "parent"], unique=False)
    op.create_table(
        "settings",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("key", String(), nullable=False),
        Column("value", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("world", "key", name="pk_settings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "taken",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("content", LargeBinary(), nullable=False),
        Column("sender", String(), nullable=False),
        Column("message_id", String(), nullable=False),
        Column("answered", BigInteger(), nullable=False),
        Column("withheld", SmallInteger(), nullable=False),
        PrimaryKeyConstraint("world", "content", name="pk_taken"),
        UniqueConstraint("world", "sender", "message_id", name="uq_taken_message"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timers",
        Column("world", Integer(), autoincrement=False, nullable=False),
        Column("id", BigInteger(), autoincrement=False, nullable=False),
        Column("due", BigInteger(), nullable=True),
        Column("recipient", String(), nullable=True),
        Column("count", Integer(), nullable=False),
        Column("about", String(), nullable=True),
        Column("kind", String(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("world", "id", name="pk_timers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_timers_about", "timers", ["world", "about"], unique=False)
    op.create_index("ix_timers_due", "timers", ["world", "due", "id"], unique=False)
    op.create_index("ix_timers_recipient", "timers", ["world", "recipient"], unique=False)
    op.create_table(
        "worlds",
        Column("id", Integer(), autoincrement=False, nullable=False),
        Column("name", String(), nullable=False),
        Column("emptying", SmallInteger(), nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("name"),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
