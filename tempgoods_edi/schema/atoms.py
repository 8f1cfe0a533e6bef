"""Converts leaf values to text and back.  The text is what is signed, so a decimal keeps its scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.schema.spec import Atom


def to_datetime(text: str) -> datetime:
    """Parse ``2027-03-18 09:30:00``, or the same with ``T``, into an aware time in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA_TIME)


def decimal_text(value: Decimal) -> str:
    """A decimal in plain digits, never with an exponent, keeping its scale.

    >>> decimal_text(Decimal("1.50")), decimal_text(Decimal("1E+3"))
    ('1.50', '1000')
    """
    text = str(value)
    return text if "E" not in text else f"{value:f}"


#: How a text becomes the record's value; None where it is the text itself.
PARSE: Mapping[Atom, Callable[[str], Any] | None] = {
    "string": None,
    "decimal": Decimal,
    "integer": int,
    "date": date.fromisoformat,  # takes 20270318 as it takes 2027-03-18
    "datetime": to_datetime,
    "isodatetime": to_datetime,
}

#: The same few days stand in message after message.  (Equal times are one moment, whatever their zones.)
_REMEMBERED = lru_cache(maxsize=1024)

#: The inverse of `PARSE`.
FORMAT: Mapping[Atom, Callable[[Any], str] | None] = {
    "string": None,
    "decimal": decimal_text,
    "integer": str,
    "date": _REMEMBERED(lambda day: day.isoformat().replace("-", "")),
    "datetime": _REMEMBERED(lambda time: time.astimezone(CHINA_TIME).isoformat(" ", "seconds")[:19]),
    "isodatetime": _REMEMBERED(lambda time: time.astimezone(CHINA_TIME).isoformat("T", "seconds")[:19]),
}
