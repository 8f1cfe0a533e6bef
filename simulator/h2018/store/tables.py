"""The tables: every row belongs to a tenant (column `world`); columns are integers, texts and bytes only, for any database.

Business times are whole microseconds since 1970, UTC.  Structured values are JSON in bytes: the text of a `datetime`
keeps its zone, that of a `Decimal` its scale.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

METADATA = MetaData()


def _tenant() -> Column[int]:
    return Column("world", Integer, nullable=False, autoincrement=False)


#: The tenants.  Only while `emptying` is 1 may lines of its journal be deleted, and then all of them.
TENANTS = Table(
    "worlds",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False, unique=True),
    Column("emptying", SmallInteger, nullable=False),
)

#: What came, what was decided, what went; append-only, as triggers see to.
JOURNAL = Table(
    "journal",
    METADATA,
    _tenant(),
    Column("sequence", BigInteger, nullable=False, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("what", String, nullable=False),
    Column("trace_id", String, nullable=False),
    Column("message_id", String),
    Column("seq_no", String),
    Column("data", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("why", LargeBinary),
    PrimaryKeyConstraint("world", "sequence", name="pk_journal"),
)
#: The bodies that are too large for a line of the journal, in pieces, each body once; append-only as the journal is.
#: Such a line has no data, but the hash of it.
BODIES = Table(
    "bodies",
    METADATA,
    _tenant(),
    Column("hash", LargeBinary, nullable=False),
    Column("piece", Integer, nullable=False, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world", "hash", "piece", name="pk_bodies"),
)

for _name in ("message_id", "seq_no"):
    _filled = JOURNAL.c[_name].is_not(None)
    Index(f"ix_journal_{_name}", JOURNAL.c.world, JOURNAL.c[_name], sqlite_where=_filled, postgresql_where=_filled)

#: The messages that were taken, by content and by sender and id; `answered` is the journal line of the answer.
#: `identity` is null for those that were taken before it was kept.
TAKEN = Table(
    "taken",
    METADATA,
    _tenant(),
    Column("content", LargeBinary, nullable=False),
    Column("sender", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("answered", BigInteger, nullable=False),
    Column("withheld", SmallInteger, nullable=False),
    Column("identity", LargeBinary),
    PrimaryKeyConstraint("world", "content", name="pk_taken"),
    UniqueConstraint("world", "sender", "message_id", name="uq_taken_message"),
    sqlite_with_rowid=False,
)

#: Declarations as they stand.  `changed` is the journal line at which the case changed last.
CASES = Table(
    "cases",
    METADATA,
    _tenant(),
    Column("seq_no", String, nullable=False),
    Column("code", String, nullable=False),
    Column("state", String, nullable=False),
    Column("customs_no", String),
    Column("unit", String),
    Column("in_house", String),
    Column("changed", BigInteger, nullable=False),
    Column("document", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world", "seq_no", name="pk_cases"),
)
Index("ix_cases_customs_no", CASES.c.world, CASES.c.customs_no)
Index("ix_cases_in_house", CASES.c.world, CASES.c.unit, CASES.c.in_house)
Index("ix_cases_changed", CASES.c.world, CASES.c.changed)

#: The declared documents, by the journal line each came in with; they never change.
DOCUMENTS = Table(
    "documents",
    METADATA,
    _tenant(),
    Column("sequence", BigInteger, nullable=False, autoincrement=False),
    Column("code", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world", "sequence", name="pk_documents"),
)

#: What customs made for a recipient, in the order in which it was made; `sequence` counts what lies ready to be fetched,
#: null for what a fault keeps back.  The bytes stand in the journal line `sent`.
RECEIPTS = Table(
    "receipts",
    METADATA,
    _tenant(),
    Column("number", BigInteger, nullable=False, autoincrement=False),
    Column("sequence", BigInteger),
    Column("recipient", String, nullable=False),
    Column("source", String, nullable=False),
    Column("code", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("trace_id", String, nullable=False),
    Column("seq_no", String),
    Column("kind", String),
    Column("sent", BigInteger, nullable=False),
    PrimaryKeyConstraint("world", "number", name="pk_receipts"),
    UniqueConstraint("world", "sequence", name="uq_receipts_sequence"),
)
Index("ix_receipts_recipient", RECEIPTS.c.world, RECEIPTS.c.recipient, RECEIPTS.c.sequence)
Index("ix_receipts_seq_no", RECEIPTS.c.world, RECEIPTS.c.seq_no, RECEIPTS.c.number)

#: What is due at a business time, or (`due` is then null) when `count` has been counted down by pulls of a recipient, or
#: by what is sent to it.  Of what is due, `count` are the failures so far.
TIMERS = Table(
    "timers",
    METADATA,
    _tenant(),
    Column("id", BigInteger, nullable=False, autoincrement=False),
    Column("due", BigInteger),
    Column("recipient", String),
    Column("count", Integer, nullable=False),
    Column("about", String),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world", "id", name="pk_timers"),
    sqlite_with_rowid=False,
)
Index("ix_timers_due", TIMERS.c.world, TIMERS.c.due, TIMERS.c.id)
Index("ix_timers_recipient", TIMERS.c.world, TIMERS.c.recipient)
Index("ix_timers_about", TIMERS.c.world, TIMERS.c.about)

#: The registry: one value per kind and key; `parent` and `label` are what a value is looked up by otherwise.
REGISTRY = Table(
    "registry",
    METADATA,
    _tenant(),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("parent", String),
    Column("label", String),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world", "kind", "key", name="pk_registry"),
)
Index("ix_registry_parent", REGISTRY.c.world, REGISTRY.c.kind, REGISTRY.c.parent)
Index("ix_registry_label", REGISTRY.c.world, REGISTRY.c.kind, REGISTRY.c.label)

#: Attempts to hand a receipt out by a channel, one row each.
DELIVERIES = Table(
    "deliveries",
    METADATA,
    _tenant(),
    Column("id", BigInteger, nullable=False, autoincrement=False),
    Column("channel", String, nullable=False),
    Column("receipt", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", String, nullable=False),
    PrimaryKeyConstraint("world", "id", name="pk_deliveries"),
)
Index("ix_deliveries_receipt", DELIVERIES.c.world, DELIVERIES.c.receipt)
Index("ix_deliveries_channel", DELIVERIES.c.world, DELIVERIES.c.channel, DELIVERIES.c.id)

#: Small things of a tenant: clock, seed, what control asked for, the marks of channels.
SETTINGS = Table(
    "settings",
    METADATA,
    _tenant(),
    Column("key", String, nullable=False),
    Column("value", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world", "key", name="pk_settings"),
    sqlite_with_rowid=False,
)

#: Numbers that were used up: pre-entry numbers by year, customs numbers by prefix.
COUNTERS = Table(
    "counters",
    METADATA,
    _tenant(),
    Column("name", String, nullable=False),
    Column("value", BigInteger, nullable=False),
    PrimaryKeyConstraint("world", "name", name="pk_counters"),
    sqlite_with_rowid=False,
)

#: What belongs to a tenant, in the order in which it can be filled.
TENANT_TABLES: tuple[Table, ...] = (
    JOURNAL, BODIES, DOCUMENTS, TAKEN, CASES, RECEIPTS, TIMERS, REGISTRY, DELIVERIES, SETTINGS, COUNTERS,
)  # fmt: skip
