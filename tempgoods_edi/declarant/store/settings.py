"""Small texts by name: customs' clock, the mark of receipts."""

from __future__ import annotations

from sqlalchemy import Connection, select

from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.database import put as put_row
from tempgoods_edi.declarant.store.tables import SETTINGS


class Settings:
    """The settings of one store."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> str | None:
        """The text, or None."""
        return get(self._store, name)

    def put(self, name: str, value: str) -> None:
        """Keep it."""
        put(self._store, name, value)


def get(store: Store, name: str) -> str | None:
    """The text called *name*, or None."""
    with store.reading() as connection:
        return value(connection, name)


def put(store: Store, name: str, text: str) -> None:
    """Keep *text* as *name*."""
    with store.writing() as connection:
        keep(connection, name, text)


def value(connection: Connection, name: str) -> str | None:
    """The text, or None, within a transaction."""
    found: str | None = connection.execute(select(SETTINGS.c.value).where(SETTINGS.c.name == name)).scalar()
    return found


def keep(connection: Connection, name: str, text: str) -> None:
    """Keep it, within a transaction."""
    put_row(connection, SETTINGS, {"name": name, "value": text})
