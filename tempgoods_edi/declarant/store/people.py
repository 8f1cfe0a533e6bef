"""The declarants (报关员) of each enterprise: a loan list names one from this list, never a typed name."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from tempgoods_edi.declarant.store.database import upsert
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
    """Add *person* to the list of declarants, or change the name of one with that number."""
    upsert(connection, DECLARANTS, {"enterprise_no": enterprise_no, "no": person.no, "name": person.name})


def remove(connection: Connection, enterprise_no: str, no: str) -> None:
    """Remove the declarant *no* from the list; declarations that name the person stay as they are."""
    connection.execute(delete(DECLARANTS).where(DECLARANTS.c.enterprise_no == enterprise_no, DECLARANTS.c.no == no))
