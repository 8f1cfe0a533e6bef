"""Small named texts: customs' clock, the high-water mark of receipts."""

from __future__ import annotations

from sqlalchemy import Connection, select

from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.database import upsert as put_row
from tempgoods_edi.declarant.store.tables import SETTINGS


class Settings:
    """Reads and writes the named texts in one store, which the portal keeps between runs, such as customs' clock."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> str | None:
        """The stored text; None when there is none."""
        return get(self._store, name)

    def put(self, name: str, value: str) -> None:
        """Store *value* under *name*."""
        put(self._store, name, value)


def get(store: Store, name: str) -> str | None:
    """The text stored under *name*; None when there is none."""
    with store.reading() as connection:
        return value(connection, name)


def put(store: Store, name: str, text: str) -> None:
    """Store *text* under *name*."""
    with store.writing() as connection:
        keep(connection, name, text)


def value(connection: Connection, name: str) -> str | None:
    """The text stored under *name*, read within a transaction; None when there is none."""
    found: str | None = connection.execute(select(SETTINGS.c.value).where(SETTINGS.c.name == name)).scalar()
    return found


def keep(connection: Connection, name: str, text: str) -> None:
    """Store *text* under *name* within a transaction."""
    put_row(connection, SETTINGS, {"name": name, "value": text})
