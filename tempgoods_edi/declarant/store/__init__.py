"""The portal's store, in SQLite or PostgreSQL: declarations and their versions, files, messages, receipts, audit, logins."""

from sqlalchemy import Connection

from tempgoods_edi.declarant.store.database import Store

__all__ = ["Connection", "Store"]
