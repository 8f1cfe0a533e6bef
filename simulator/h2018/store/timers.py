"""Timers as rows: a step is due at a business time, or after a count of pulls.  They survive a restart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, case, delete, func, insert, select, update

from h2018.store.database import Database, Row
from h2018.store.owner import Owner
from h2018.store.tables import TIMERS
from h2018.store.values import Timer, instant, microseconds

#: The kind of timer that is a receipt on its way.
PARCEL = "parcel"

_COLUMN = TIMERS.c
_MINE, _THIS = _COLUMN.world == bindparam("mine"), _COLUMN.id == bindparam("this")
_READ = select(_COLUMN.id, _COLUMN.due, _COLUMN.count, _COLUMN.about, _COLUMN.kind, _COLUMN.body).where(_MINE)
#: Parcels that are behind others wait for what is sent, everything else for pulls.
_COUNTED = (_MINE, _COLUMN.due.is_(None), case((_COLUMN.kind == PARCEL, 1), else_=0) == bindparam("parcels"))
_INSERT = insert(TIMERS)
_DELETE = delete(TIMERS).where(_MINE, _THIS)
_DELETE_ABOUT = delete(TIMERS).where(_MINE, _COLUMN.about == bindparam("of"))
_POSTPONE = update(TIMERS).where(_MINE, _THIS).values(due=bindparam("until"), count=_COLUMN.count + 1)
_LAST = select(func.max(_COLUMN.id)).where(_MINE)
_FIRST = _READ.where(_COLUMN.due.is_not(None)).order_by(_COLUMN.due, _COLUMN.id).limit(1)
_ABOUT = _READ.where(_COLUMN.about == bindparam("of")).order_by(_COLUMN.due, _COLUMN.id)
_WAITING = select(_COLUMN.id).where(_MINE, _COLUMN.due.is_(None)).limit(1)
_COUNT_DOWN_ALL = update(TIMERS).where(*_COUNTED).values(count=_COLUMN.count - 1)
_COUNT_DOWN = _COUNT_DOWN_ALL.where(_COLUMN.recipient == bindparam("who"))
_RIPE = _READ.where(*_COUNTED, _COLUMN.count <= 0).order_by(_COLUMN.id)


class Timers:
    """The timers of one tenant."""

    __slots__ = ("_database",
        "_next",
        "_tenant",
        "_waits",
    )  # fmt: skip

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database = database
        self._tenant, self._next = tenant, 0
        self._waits: bool | None = None

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._next, self._waits = 0, None

    def set(self, due: datetime, kind: str, body: bytes, about: str | None = None) -> None:
        """Set a timer: step *kind* is due at *due*.

        :param about: pre-entry number of the case it is a step of.
        """
        self._add({"due": microseconds(due), "recipient": None, "count": 0, "about": about, "kind": kind, "body": body})

    def count_down(self, recipient: str, count: int, kind: str, body: bytes, about: str | None = None) -> None:
        """Set a timer: step *kind* is due after *count* pulls of *recipient* from now on."""
        self._add({"due": None, "recipient": recipient, "count": count, "about": about, "kind": kind, "body": body})
        self._waits = True

    def _add(self, row: Mapping[str, object]) -> None:
        if not self._next:
            self._next = (self._database.execute(_LAST, {"mine": self._tenant.number}).fetchone()[0] or 0) + 1
        self._database.execute(_INSERT, {"world": self._tenant.number, "id": self._next, **row})
        self._next += 1

    def first(self) -> Timer | None:
        """The timer that is due first; None when none is set."""
        row = self._database.execute(_FIRST, {"mine": self._tenant.number}).fetchone()
        return None if row is None else _timer(row)

    def about(self, seq_no: str) -> tuple[Timer, ...]:
        """The timers of a case, in order."""
        return tuple(
            map(_timer, self._database.execute(_ABOUT, {"mine": self._tenant.number, "of": seq_no}).fetchall())
        )

    def done(self, timer: Timer) -> None:
        """Remove a timer whose step was taken."""
        self._database.execute(_DELETE, {"mine": self._tenant.number, "this": timer.id})

    def cancel(self, about: str) -> None:
        """Remove every timer of a case."""
        self._database.execute(_DELETE_ABOUT, {"mine": self._tenant.number, "of": about})

    def postpone(self, timer: Timer, until: datetime) -> None:
        """Set a timer to a later time, because its step failed."""
        self._database.execute(_POSTPONE, {"mine": self._tenant.number, "this": timer.id, "until": microseconds(until)})

    def counted(self, recipient: str | None, *, parcels: bool = False) -> tuple[Timer, ...]:
        """Count one pull of *recipient* (None: of everybody) and give the timers that are due now, in the order they were set.

        :param parcels: something was sent, which only parcels wait for; else something was pulled.
        """
        if self._waits is None:
            self._waits = self._database.execute(_WAITING, {"mine": self._tenant.number}).fetchone() is not None
        if not self._waits:
            return ()
        params: dict[str, object] = {"mine": self._tenant.number, "parcels": int(parcels)}
        if recipient is None:
            self._database.execute(_COUNT_DOWN_ALL, params)
        else:
            self._database.execute(_COUNT_DOWN, {**params, "who": recipient})
        self._waits = None
        return tuple(map(_timer, self._database.execute(_RIPE, params).fetchall()))


def _timer(row: Row) -> Timer:
    id_, due, count, about, kind, body = row
    return Timer(
        id=id_, due=None if due is None else instant(due), failures=count, about=about, kind=kind, body=bytes(body)
    )
