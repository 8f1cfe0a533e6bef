"""Whether an exhibition is in use: by a loan list filed here by anybody, or by an entry that customs told its owner of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from tempgoods_edi.declarant.kinds import EXHIBITION_NO, naming
from tempgoods_edi.declarant.store import customs_facts
from tempgoods_edi.declarant.store.declarations import Held
from tempgoods_edi.declarant.store.tables import DECLARATIONS
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.rules import KnownExhibition

#: Kinds that name an exhibition: loan lists.
_REFERRING = sorted(naming(EXHIBITION_NO))
#: One of them in one of these has been handed in and was not given back.
_HANDED_IN = tuple(
    state.value for state in (State.DECLARED, State.SENT, State.STORED, State.MANUAL_REVIEW, State.APPROVED)
)


def used(connection: Connection, enterprise_no: str, exhibition_nos: Collection[str]) -> frozenset[str]:
    """The exhibitions among *exhibition_nos*, the enterprise's own, that something refers to."""
    if not exhibition_nos:
        return frozenset()
    lent = connection.execute(
        select(DECLARATIONS.c.exhibition_no)
        .distinct()
        .where(
            DECLARATIONS.c.exhibition_no.in_(sorted(exhibition_nos)),
            DECLARATIONS.c.listed.in_(_REFERRING),
            DECLARATIONS.c.state.in_(_HANDED_IN),
        )
    ).scalars()
    entered = {entry.exhibition_no for entry in customs_facts.entries(connection, enterprise_no)}
    told = customs_facts.known(connection, enterprise_no, KnownExhibition, exhibition_nos)
    said = {number for number, known in told.items() if known.used}
    return frozenset({*lent, *entered, *said}) & frozenset(exhibition_nos)


def is_used(connection: Connection, held: Held) -> bool:
    """True when something refers to the exhibition that *held* is."""
    if held.customs_no is None or not held.kind.changeable:
        return False
    return bool(used(connection, held.enterprise_no, {held.customs_no}))
