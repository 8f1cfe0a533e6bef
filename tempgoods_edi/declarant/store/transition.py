"""The one transition from state to state: `lifecycle` decides it, the store keeps it, the audit log says why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from tempgoods_edi.declarant.store import audit, declarations
from tempgoods_edi.declarant.store.audit import Cause
from tempgoods_edi.declarant.store.declarations import Bytes, Held
from tempgoods_edi.lifecycle.states import Event, State


def transition(
    connection: Connection,
    held: Held,
    after: Bytes,
    event: Event,
    now: datetime,
    cause: Cause,
    *,
    written: bool = False,
    customs_no: str | None = None,
) -> Held:
    """Store *after*, the result of *event* on *held*, with its audit line; returns the declaration as stored.

    :param written: an operator changed what is written in it, which makes it a new revision.
    """
    who = cause.who if written else None
    declarations.replace(connection, held, after, now, who=who, customs_no=customs_no)
    if written or _states(held.declaration) != _states(after) or customs_no not in (None, held.customs_no):
        version, states = _moved(held.declaration, after)
        audit.write(connection, now, held.enterprise_no, held.seq_no, version, event, states, cause)
    kept = declarations.load(connection, held.seq_no)
    if kept is None:
        raise RuntimeError(f"{held.seq_no} is gone from its own transaction")
    return kept


def _states(declaration: Bytes) -> tuple[State, ...]:
    return tuple(version.state for version in declaration.versions)


def _moved(before: Bytes, after: Bytes) -> tuple[int, tuple[State, State]]:
    """Number of the version that moved, and from where to where."""
    for position, version in enumerate(after.versions):
        old = before.versions[position] if position < len(before.versions) else None
        if version is not old:
            return version.number, (State.NEW if old is None else old.state, version.state)
    lost = before.versions[len(after.versions) :] or before.versions[-1:]
    return lost[0].number, (lost[0].state, State.DISCARDED if len(lost) else after.state)
