"""报关员 of each enterprise: whom a loan list may name (the list is chosen from, never typed into)."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from tempgoods_edi.declarant.store.database import put
from tempgoods_edi.declarant.store.tables import DECLARANTS


class DeclarantPerson(Struct, frozen=True):
    """A customs declarant (报关员)."""

    no: str
    name: str


def all_of(connection: Connection, enterprise_no: str) -> tuple[DeclarantPerson, ...]:
    """An enterprise's declarants, by number."""
    rows = connection.execute(
        select(DECLARANTS).where(DECLARANTS.c.enterprise_no == enterprise_no).order_by(DECLARANTS.c.no)
    )
    return tuple(DeclarantPerson(row.no, row.name) for row in rows)


def add(connection: Connection, enterprise_no: str, person: DeclarantPerson) -> None:
    """Put *person* on the list; one who is there gets the name."""
    put(connection, DECLARANTS, {"enterprise_no": enterprise_no, "no": person.no, "name": person.name})


def remove(connection: Connection, enterprise_no: str, no: str) -> None:
    """Take *no* off the list; what names it already stays as it is."""
    connection.execute(delete(DECLARANTS).where(DECLARANTS.c.enterprise_no == enterprise_no, DECLARANTS.c.no == no))
