"""Delivery attempts: one row each, so that the fate of every receipt on every channel can be looked up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, insert, select

from h2018.store.database import Database, Row
from h2018.store.owner import Owner
from h2018.store.tables import DELIVERIES
from h2018.store.values import Attempt, instant, microseconds

_ALL = 1 << 62
_LONGEST = 1000

_COLUMN = DELIVERIES.c
_MINE = _COLUMN.world == bindparam("world")
_READ = (
    select(
        _COLUMN.id,
        _COLUMN.channel,
        _COLUMN.receipt,
        _COLUMN.attempt,
        _COLUMN.at,
        _COLUMN.outcome,
        _COLUMN.detail,
    )
    .where(_MINE)
    .limit(bindparam("most"))
)
_INSERT = insert(DELIVERIES)
_LAST = select(func.max(_COLUMN.id)).where(_MINE)
_OF_RECEIPT = _READ.where(_COLUMN.receipt == bindparam("receipt")).order_by(_COLUMN.id)
_OF_CHANNEL = _READ.where(_COLUMN.channel == bindparam("channel")).order_by(_COLUMN.id.desc())


class Deliveries:
    """The delivery attempts of one tenant."""

    __slots__ = ("_database", "_next", "_tenant")

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database = database
        self._tenant, self._next = tenant, 0

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._next = 0

    def note(self, channel: str, receipt: int, attempt: int, at: datetime, outcome: str, detail: str = "") -> Attempt:
        """Store one delivery attempt; see `Attempt` for the parameters."""
        if not self._next:
            self._next = (self._database.execute(_LAST, {"world": self._tenant.number}).fetchone()[0] or 0) + 1
        noted = Attempt(
            id=self._next,
            channel=channel,
            receipt=receipt,
            attempt=attempt,
            at=at,
            outcome=outcome,
            detail=detail[:_LONGEST],
        )
        self._database.execute(
            _INSERT,
            {
                "world": self._tenant.number,
                "id": noted.id,
                "channel": channel,
                "receipt": receipt,
                "attempt": attempt,
                "at": microseconds(at),
                "outcome": outcome,
                "detail": noted.detail,
            },
        )
        self._next += 1
        return noted

    def of_receipt(self, receipt: int, limit: int | None = None) -> tuple[Attempt, ...]:
        """The attempts to deliver that receipt, oldest first."""
        params = {"world": self._tenant.number, "receipt": receipt, "most": _ALL if limit is None else limit}
        return tuple(map(_attempt, self._database.execute(_OF_RECEIPT, params).fetchall()))

    def of_channel(self, channel: str, limit: int = 100) -> tuple[Attempt, ...]:
        """The last delivery attempts of a channel, newest first."""
        rows = self._database.execute(
            _OF_CHANNEL, {"world": self._tenant.number, "channel": channel, "most": limit}
        ).fetchall()
        return tuple(map(_attempt, rows))


def _attempt(row: Row) -> Attempt:
    id_, channel, receipt, attempt, at, outcome, detail = row
    return Attempt(
        id=id_, channel=channel, receipt=receipt, attempt=attempt, at=instant(at), outcome=outcome, detail=detail
    )
