"""The dependencies of the portal's services: the store, the clock, a random source, trusted CAs; and access rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeAlias

from msgspec import Struct

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import NotAllowed, no_declaration
from tempgoods_edi.declarant.store import Connection, Store, declarations
from tempgoods_edi.declarant.store.declarations import Held
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.lifecycle.table import allowed
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.rules import Attachment
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.signing.policy import SignaturePolicy

#: The enterprise's number and its files by name → what each is.
Inspect: TypeAlias = Callable[[str, Mapping[str, bytes]], Mapping[str, Attachment]]


class Dependencies(Struct, frozen=True, kw_only=True):
    """The resources that every service of the portal gets.

    :ivar now: business time, aware.
    :ivar token: so many random bytes.
    :ivar trust: the CAs whose cards may declare.
    :ivar inspect: judges files, by name, that are to go with an enterprise's declaration; may raise `apart.line.Busy`.
    """

    store: Store
    now: Callable[[], datetime]
    token: Callable[[int], bytes]
    trust: Trust
    signature: SignaturePolicy
    inspect: Inspect

    def today(self) -> date:
        """Today's date in China, the day of the declaration."""
        return self.now().astimezone(CHINA_TIME).date()


def load_own(connection: Connection, actor: Actor, seq_no: str, *, discarded: bool = False) -> Held:
    """Load the actor's declaration *seq_no*; raises `NotFound` for another enterprise's.

    :param discarded: a deleted draft is found too.
    :raises NotFound: there is none, or it is another enterprise's.
    """
    held = declarations.load(connection, seq_no)
    if held is None or held.enterprise_no != actor.enterprise_no:
        raise no_declaration(seq_no)
    if held.declaration.state is State.DISCARDED and not discarded:
        raise no_declaration(seq_no)
    return held


def actions_of(held: Held, used: bool) -> frozenset[Action]:
    """The actions that the declarant may take on the declaration now."""
    declaration = held.declaration
    return allowed(
        declaration.state, never_approved=declaration.never_approved, changeable=held.kind.changeable, used=used
    )


def require_allowed(action: Action, held: Held, used: bool = False) -> None:
    """Raise `NotAllowed` unless *action* is allowed now."""
    if action not in actions_of(held, used):
        raise NotAllowed(action, held.declaration.state)
