"""The database tables; columns are integers, texts and bytes only, so that either database will do.

Times are whole microseconds since 1970, UTC.  Structured values are JSON in bytes.  A declaration's content lies in
`VERSIONS`; what lists look for and sort by stands in `DECLARATIONS`, each column in an index that begins with whose it is.
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
#: SQLite counts only in columns of just this type.
_COUNTED = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _COUNTED, primary_key=True, autoincrement=True)


#: Enterprises whose cards have logged in.
ENTERPRISES = Table(
    "enterprises",
    METADATA,
    Column("enterprise_no", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("sccd", String, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

#: The operators' cards that have logged in.
OPERATORS = Table(
    "operators",
    METADATA,
    Column("ic_card_no", String, primary_key=True),
    Column("enterprise_no", String, nullable=False),
    Column("name", String, nullable=False),
    Column("certificate_serial", String, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

#: 报关员 of each enterprise.
DECLARANTS = Table(
    "declarants",
    METADATA,
    Column("enterprise_no", String, nullable=False),
    Column("no", String, nullable=False),
    Column("name", String, nullable=False),
    PrimaryKeyConstraint("enterprise_no", "no", name="pk_declarants"),
)

#: One row per declaration.  `listed` is the kind's code while it can be found; null once its draft was deleted.
DECLARATIONS = Table(
    "declarations",
    METADATA,
    Column("seq_no", String, primary_key=True),
    Column("enterprise_no", String, nullable=False),
    Column("code", String, nullable=False),
    Column("listed", String),
    Column("state", String, nullable=False),
    Column("approved", SmallInteger, nullable=False),
    Column("customs_no", String),
    Column("in_house", String),
    Column("title", String),
    Column("office", String),
    Column("imp_exp", String),
    Column("exhibition_no", String),
    Column("entry_no", String),
    Column("dcl_date", String),
    Column("start_date", String),
    Column("end_date", String),
    Column("due", String),
    Column("lines", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String, nullable=False),
)
#: What lists can be sorted by; each has its index.
SORTED_BY = (
    "seq_no", "state", "customs_no", "in_house", "title", "office", "imp_exp", "exhibition_no", "entry_no", "dcl_date",
    "start_date", "end_date", "due", "updated_at",
)  # fmt: skip
for _name in SORTED_BY:
    _columns = dict.fromkeys(["enterprise_no", "listed", _name, "seq_no"])
    Index(f"ix_declarations_{_name}", *(DECLARATIONS.c[each] for each in _columns))
#: Who uses an exhibition, whoever it is.
Index("ix_declarations_uses", DECLARATIONS.c.exhibition_no, DECLARATIONS.c.listed)

#: The versions of a declaration, oldest first.  `declared` is the content as last declared, where `content` has changed since.
VERSIONS = Table(
    "versions",
    METADATA,
    Column("seq_no", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("progress", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("declared", LargeBinary),
    PrimaryKeyConstraint("seq_no", "position", name="pk_versions"),
)

#: The files beside a declaration, by their SHA-256 in Base64, as its list of documents names them.
ATTACHMENTS = Table(
    "attachments",
    METADATA,
    Column("seq_no", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("found", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("seq_no", "digest", name="pk_attachments"),
)

#: Packages that wait for a signature.
PREPARED = Table(
    "prepared",
    METADATA,
    Column("id", String, primary_key=True),
    Column("seq_no", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("message_id", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("package", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
Index("ix_prepared_seq_no", PREPARED.c.seq_no)

#: What goes to customs: put down in the transaction that decides it, sent by the gateway.
MESSAGES = Table(
    "messages",
    METADATA,
    _id(),
    Column("enterprise_no", String),
    Column("seq_no", String),
    Column("version", Integer),
    Column("kind", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),
    Column("last_error", LargeBinary),
    Column("answer", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    UniqueConstraint("message_id", name="uq_messages_message_id"),
    sqlite_autoincrement=True,
)
Index("ix_messages_due", MESSAGES.c.due_at, MESSAGES.c.id)
Index("ix_messages_seq_no", MESSAGES.c.seq_no, MESSAGES.c.id)

#: Whatever came from customs, as it came; `seq_no` only where it is about one of ours.
RECEIPTS = Table(
    "receipts",
    METADATA,
    _id(),
    Column("sequence", BigInteger),
    Column("message_id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("code", String),
    Column("enterprise_no", String),
    Column("seq_no", String),
    Column("claimed", String),
    Column("version", Integer),
    Column("result", String),
    Column("outcome", String, nullable=False),
    Column("notes", LargeBinary, nullable=False),
    Column("managed_at", BigInteger),
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("message_id", "digest", name="uq_receipts_message"),
    sqlite_autoincrement=True,
)
Index("ix_receipts_seq_no", RECEIPTS.c.seq_no, RECEIPTS.c.id)
Index("ix_receipts_claimed", RECEIPTS.c.claimed)

#: Who did what, when, and why; append-only, as triggers see to.
AUDIT = Table(
    "audit",
    METADATA,
    _id(),
    Column("at", BigInteger, nullable=False),
    Column("enterprise_no", String, nullable=False),
    Column("seq_no", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("who", String, nullable=False),
    Column("event", String, nullable=False),
    Column("from_state", String, nullable=False),
    Column("to_state", String, nullable=False),
    Column("why", LargeBinary),
    Column("receipt", BigInteger),
    Column("message", BigInteger),
    sqlite_autoincrement=True,
)
Index("ix_audit_seq_no", AUDIT.c.seq_no, AUDIT.c.id)
Index("ix_audit_enterprise", AUDIT.c.enterprise_no, AUDIT.c.id)

#: Which declaration an enterprise's in-house number belongs to; the key keeps a second one from having it.
IN_HOUSE_NUMBERS = Table(
    "in_house_numbers",
    METADATA,
    Column("enterprise_no", String, nullable=False),
    Column("number", String, nullable=False),
    Column("seq_no", String, nullable=False),
    PrimaryKeyConstraint("enterprise_no", "number", name="pk_in_house_numbers"),
)
Index("ix_in_house_numbers_seq_no", IN_HOUSE_NUMBERS.c.seq_no)

#: Ids of the packages that were signed and declared, so that the same signature handed in again declares nothing more.
DECLARED = Table(
    "declared",
    METADATA,
    Column("package", String, nullable=False),
    Column("seq_no", String, nullable=False),
    PrimaryKeyConstraint("package", name="pk_declared"),
)

#: What customs told an enterprise when asked (exhibitions, entries), by number.
FACTS = Table(
    "facts",
    METADATA,
    Column("enterprise_no", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("enterprise_no", "kind", "key", name="pk_facts"),
)
Index("ix_facts_key", FACTS.c.kind, FACTS.c.key)

#: Who is logged in; of the cookie's secret only its hash is kept.
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("secret", String, primary_key=True),
    Column("csrf", String, nullable=False),
    Column("ic_card_no", String, nullable=False),
    Column("actor", LargeBinary, nullable=False),
    Column("lang", String, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
Index("ix_sessions_card", SESSIONS.c.ic_card_no)

#: Login challenges that were given out and not used yet.
CHALLENGES = Table(
    "challenges",
    METADATA,
    Column("id", String, primary_key=True),
    Column("text", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
)

#: Tries that are counted, by what they are counted for.
STRIKES = Table(
    "strikes",
    METADATA,
    Column("key", String, primary_key=True),
    Column("times", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False),
)
Index("ix_strikes_until", STRIKES.c.until)

#: What programs of an enterprise show instead of a card; only the hash is kept.
TOKENS = Table(
    "tokens",
    METADATA,
    _id(),
    Column("digest", String, nullable=False),
    Column("enterprise_no", String, nullable=False),
    Column("name", String, nullable=False),
    Column("actor", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
    UniqueConstraint("digest", name="uq_tokens_digest"),
    sqlite_autoincrement=True,
)
Index("ix_tokens_enterprise", TOKENS.c.enterprise_no)

#: Small texts by name.
SETTINGS = Table(
    "settings",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

#: The last number used up, by name.
COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
