"""The audit log: who did what, when, from which state to which, and why; written with every transition, never changed."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, and_, func, select

from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.tables import AUDIT, DECLARATIONS
from tempgoods_edi.declarant.store.times import from_stored, to_stored
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.values import Bilingual

#: Who acts when nobody at this portal does.
CUSTOMS, GATEWAY = "customs", "gateway"
_MOST_CHANGES = 500


class AuditLine(Struct, frozen=True, kw_only=True):
    """One line of the audit log.

    :ivar who: the operator's name; ``customs`` or ``gateway`` when it was no operator.
    :ivar receipt: number of the receipt that did it.
    :ivar message: number of the message it is about.
    """

    id: int
    at: datetime
    version: int
    who: str
    event: Event
    from_state: State
    to_state: State
    why: Bilingual | None = None
    receipt: int | None = None
    message: int | None = None


class Changed(Struct, frozen=True):
    """A declaration whose state, number or content changed.

    :ivar id: number of the audit line.
    """

    id: int
    seq_no: str
    state: State
    customs_no: str | None


class Cause(Struct, frozen=True, kw_only=True):
    """The person or party behind a transition, and the reason.

    :ivar as_event: set when the line is to show another event than the transition's own.
    """

    who: str
    why: Bilingual | None = None
    receipt: int | None = None
    message: int | None = None


def write(
    connection: Connection,
    now: datetime,
    enterprise_no: str,
    seq_no: str,
    version: int,
    event: Event,
    states: tuple[State, State],
    cause: Cause,
) -> None:
    """Write one line into the audit log."""
    connection.execute(
        AUDIT.insert().values(
            at=to_stored(now),
            enterprise_no=enterprise_no,
            seq_no=seq_no,
            version=version,
            who=cause.who,
            event=event.value,
            from_state=states[0].value,
            to_state=states[1].value,
            why=None if cause.why is None else msgspec.json.encode(cause.why),
            receipt=cause.receipt,
            message=cause.message,
        )
    )


def lines_of(connection: Connection, seq_no: str) -> tuple[AuditLine, ...]:
    """The audit log of one declaration, oldest first."""
    rows = connection.execute(select(AUDIT).where(AUDIT.c.seq_no == seq_no).order_by(AUDIT.c.id))
    return tuple(
        AuditLine(
            id=row.id,
            at=from_stored(row.at),
            version=row.version,
            who=row.who,
            event=Event(row.event),
            from_state=State(row.from_state),
            to_state=State(row.to_state),
            why=None if row.why is None else msgspec.json.decode(row.why, type=Bilingual),
            receipt=row.receipt,
            message=row.message,
        )
        for row in rows
    )


def changes(store: Store, enterprise_no: str, after: int) -> tuple[tuple[Changed, ...], int]:
    """The declarations of an enterprise that changed since line *after*, each once as it is now, and the last line.

    With *after* below zero: nothing, and the last line; for whoever begins to listen.
    """
    ours = AUDIT.c.enterprise_no == enterprise_no
    with store.reading() as connection:
        if after < 0:
            return (), int(connection.execute(select(func.coalesce(func.max(AUDIT.c.id), 0)).where(ours)).scalar_one())
        recent = select(AUDIT.c.id, AUDIT.c.seq_no).where(ours, AUDIT.c.id > after).order_by(AUDIT.c.id)
        last = {row.seq_no: row.id for row in connection.execute(recent.limit(_MOST_CHANGES))}
        rows = connection.execute(
            select(DECLARATIONS.c.seq_no, DECLARATIONS.c.state, DECLARATIONS.c.customs_no).where(
                and_(DECLARATIONS.c.enterprise_no == enterprise_no, DECLARATIONS.c.seq_no.in_(last))
            )
        ).all()
    found = [Changed(last[row.seq_no], row.seq_no, State(row.state), row.customs_no) for row in rows]
    return tuple(sorted(found, key=lambda each: each.id)), max(last.values(), default=after)
