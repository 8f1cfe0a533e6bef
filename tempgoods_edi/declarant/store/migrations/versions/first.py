"""Migration: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tempgoods_edi.declarant.store.triggers import APPEND_ONLY

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "attachments",
        sa.Column("seq_no", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq_no", "digest", name="pk_attachments"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("seq_no", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_enterprise", "audit", ["enterprise_no", "id"], unique=False)
    op.create_index("ix_audit_seq_no", "audit", ["seq_no", "id"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "declarants",
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_no", "no", name="pk_declarants"),
    )
    op.create_table(
        "declarations",
        sa.Column("seq_no", sa.String(), nullable=False),
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("listed", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("approved", sa.SmallInteger(), nullable=False),
        sa.Column("customs_no", sa.String(), nullable=True),
        sa.Column("in_house", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("imp_exp", sa.String(), nullable=True),
        sa.Column("exhibition_no", sa.String(), nullable=True),
        sa.Column("entry_no", sa.String(), nullable=True),
        sa.Column("dcl_date", sa.String(), nullable=True),
        sa.Column("start_date", sa.String(), nullable=True),
        sa.Column("end_date", sa.String(), nullable=True),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq_no"),
    )
    op.create_index(
        "ix_declarations_customs_no", "declarations", ["enterprise_no", "listed", "customs_no", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_dcl_date", "declarations", ["enterprise_no", "listed", "dcl_date", "seq_no"], unique=False
    )
    op.create_index("ix_declarations_due", "declarations", ["enterprise_no", "listed", "due", "seq_no"], unique=False)
    op.create_index(
        "ix_declarations_end_date", "declarations", ["enterprise_no", "listed", "end_date", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_entry_no", "declarations", ["enterprise_no", "listed", "entry_no", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_exhibition_no",
        "declarations",
        ["enterprise_no", "listed", "exhibition_no", "seq_no"],
        unique=False,
    )
    op.create_index(
        "ix_declarations_imp_exp", "declarations", ["enterprise_no", "listed", "imp_exp", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_in_house", "declarations", ["enterprise_no", "listed", "in_house", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_office", "declarations", ["enterprise_no", "listed", "office", "seq_no"], unique=False
    )
    op.create_index("ix_declarations_seq_no", "declarations", ["enterprise_no", "listed", "seq_no"], unique=False)
    op.create_index(
        "ix_declarations_start_date", "declarations", ["enterprise_no", "listed", "start_date", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_state", "declarations", ["enterprise_no", "listed", "state", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_title", "declarations", ["enterprise_no", "listed", "title", "seq_no"], unique=False
    )
    op.create_index(
        "ix_declarations_updated_at", "declarations", ["enterprise_no", "listed", "updated_at", "seq_no"], unique=False
    )
    op.create_index("ix_declarations_uses", "declarations", ["exhibition_no", "listed"], unique=False)
    op.create_table(
        "enterprises",
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sccd", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_no"),
    )
    op.create_table(
        "facts",
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_no", "kind", "key", name="pk_facts"),
    )
    op.create_index("ix_facts_key", "facts", ["kind", "key"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("enterprise_no", sa.String(), nullable=True),
        sa.Column("seq_no", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", name="uq_messages_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_due", "messages", ["due_at", "id"], unique=False)
    op.create_index("ix_messages_seq_no", "messages", ["seq_no", "id"], unique=False)
    op.create_table(
        "operators",
        sa.Column("ic_card_no", sa.String(), nullable=False),
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("certificate_serial", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ic_card_no"),
    )
    op.create_table(
        "prepared",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq_no", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("package", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_prepared_seq_no", "prepared", ["seq_no"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("enterprise_no", sa.String(), nullable=True),
        sa.Column("seq_no", sa.String(), nullable=True),
        sa.Column("claimed", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.Column("managed_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "digest", name="uq_receipts_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_receipts_seq_no", "receipts", ["seq_no", "id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("ic_card_no", sa.String(), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("secret"),
    )
    op.create_index("ix_sessions_card", "sessions", ["ic_card_no"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "strikes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_strikes_until", "strikes", ["until"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("enterprise_no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tokens_enterprise", "tokens", ["enterprise_no"], unique=False)
    op.create_table(
        "versions",
        sa.Column("seq_no", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("progress", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("declared", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("seq_no", "position", name="pk_versions"),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
