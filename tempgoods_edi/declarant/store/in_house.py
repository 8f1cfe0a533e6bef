"""In-house numbers (企业内部编号): each belongs to one declaration of an enterprise, whichever portal gave it.

The primary key decides, not what somebody read before.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from tempgoods_edi.declarant.store.database import insert_new
from tempgoods_edi.declarant.store.tables import IN_HOUSE_NUMBERS
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_TAKEN = Bilingual("企业内部编号“{number}”已用于 {seq_no}", "the in-house number {number} is that of {seq_no}")


class NumberTaken(TempgoodsError):
    """The in-house number belongs to another declaration of the enterprise."""

    def __init__(self, number: str, seq_no: str) -> None:
        super().__init__(_TAKEN.format(number=number, seq_no=seq_no))
        self.number, self.seq_no = number, seq_no


def owner(connection: Connection, enterprise_no: str, number: str) -> str | None:
    """The pre-entry number of the declaration that the in-house *number* belongs to; None when it is free."""
    found = connection.execute(select(IN_HOUSE_NUMBERS.c.seq_no).where(*_one(enterprise_no, number))).scalar()
    return None if found is None else str(found)


def take(connection: Connection, enterprise_no: str, number: str, seq_no: str) -> None:
    """Give the in-house *number* to the declaration *seq_no*; raises `NumberTaken` when it is another's."""
    insert_new(connection, IN_HOUSE_NUMBERS, {"enterprise_no": enterprise_no, "number": number, "seq_no": seq_no})
    has = owner(connection, enterprise_no, number)
    if has is not None and has != seq_no:
        raise NumberTaken(number, has)


def free(connection: Connection, seq_no: str, keep: str | None = None) -> None:
    """Release the in-house numbers of *seq_no*, except *keep*: customs never had them."""
    which: list[Any] = [IN_HOUSE_NUMBERS.c.seq_no == seq_no]
    if keep is not None:
        which.append(IN_HOUSE_NUMBERS.c.number != keep)
    connection.execute(delete(IN_HOUSE_NUMBERS).where(*which))


def _one(enterprise_no: str, number: str) -> tuple[Any, Any]:
    return IN_HOUSE_NUMBERS.c.enterprise_no == enterprise_no, IN_HOUSE_NUMBERS.c.number == number
