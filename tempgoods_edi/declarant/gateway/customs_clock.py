"""Reads the clock of a simulated customs (demonstrations and tests only)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
import urllib3
from msgspec import Meta, Struct

from tempgoods_edi.http_client.certificates import Tls
from tempgoods_edi.http_client.connection import Connection
from tempgoods_edi.http_client.errors import ExchangeError

#: Years a clock may show: from one at the end of the calendar nobody can count on.
YEARS = range(1990, 2200)
_SECONDS, MOST_BYTES = 2.0, 4096


class Shown(Struct, frozen=True):
    """The reading of customs' clock; a manual clock stands still."""

    mode: Literal["live", "manual"]
    now: Annotated[datetime, Meta(tz=True)]


class CustomsClock:
    """The control clock of the simulated customs at *url*.

    :param tls: how TLS is spoken.
    :param client: for tests; made here when left out.
    """

    def __init__(self, url: str, *, tls: Tls | None = None, client: urllib3.PoolManager | None = None) -> None:
        self._connection = Connection(url, seconds=_SECONDS, most=MOST_BYTES, tls=tls, client=client)

    def read(self) -> Shown | None:
        """Read the clock; None when that is impossible, as with customs that are no simulator."""
        try:
            answer = self._connection.ask("GET", "/control/clock")
            shown = msgspec.json.decode(answer.body, type=Shown) if answer.status == 200 else None
        except (ExchangeError, msgspec.MsgspecError):
            return None
        return shown if shown is not None and shown.now.year in YEARS else None

    def close(self) -> None:
        """Close the connection to customs."""
        self._connection.close()
