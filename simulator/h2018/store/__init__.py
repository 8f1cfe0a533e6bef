"""The simulator's store: one implementation for an SQLite file, SQLite in memory, and PostgreSQL.

From top to bottom, a module imports only what is below it::

    snapshots                 a tenant as bytes
    store | tenants | frozen  one tenant; all tenants of a database; what a thread reads
    filed | taken | receipts | timers | deliveries | stored_mapping
    journal | settings        each one table
    overview                  the journal's lines without their bytes
    bodies                    what is too large for a line of the journal
    schema                    tables made and migrated
    database                  connection, transactions, statements compiled once
    tables | triggers | locks
    values | forms | cache | owner
"""

from __future__ import annotations

from h2018.store.database import Database, DatabaseError
from h2018.store.overview import JournalPage
from h2018.store.snapshots import BadSnapshot
from h2018.store.store import Store
from h2018.store.values import (
    Attempt,
    JournalLine,
    ReceiptSummary,
    Record,
    Reply,
    StoredReceipt,
    Timer,
    What,
    fingerprint,
)

__all__ = [
    "Attempt", "BadSnapshot", "Database", "DatabaseError", "JournalLine", "JournalPage", "ReceiptSummary", "Record", "Reply", "Store",
    "StoredReceipt", "Timer", "What", "fingerprint",
]  # fmt: skip
