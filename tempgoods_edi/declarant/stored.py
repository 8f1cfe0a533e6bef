"""A declaration as pages, print-outs and the API see it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.dependencies import actions_of
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.store import Connection, usage
from tempgoods_edi.declarant.store.declarations import Held, tree_of
from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.lifecycle.table import TRANSITIONS
from tempgoods_edi.lifecycle.versions import Declaration, Version, in_force


class Stored(Struct, frozen=True, kw_only=True):
    """One declaration with all its versions.

    :ivar revision: to be given back when saving: if somebody saved meanwhile, the two differ.
    :ivar used: a loan list or a customs entry refers to it.
    :ivar declared: the current version's content as last declared, where it was changed since; None otherwise.
    """

    kind: Kind
    seq_no: str
    declaration: Declaration[Tree]
    customs_no: str | None
    revision: int
    created_at: datetime
    updated_at: datetime
    updated_by: str
    actions: frozenset[Action]
    used: bool
    declared: Tree | None = None

    @property
    def version(self) -> Version[Tree]:
        """The version in work."""
        return self.declaration.current

    @property
    def tree(self) -> Tree:
        """The contents of the version in work, with customs' number once there is one."""
        tree = self.version.content
        if self.customs_no is None:
            return tree
        return {**tree, "Head": {**tree.get("Head", {}), self.kind.number_tag: self.customs_no}}

    @property
    def state(self) -> State:
        """The state of the version in work."""
        return self.declaration.state

    @property
    def in_force(self) -> Version[Tree] | None:
        """The version in force at customs; None before the first approval and after a deletion."""
        return in_force(self.declaration)

    @property
    def withdrawable(self) -> bool:
        """True while a change or deletion can be withdrawn, leaving only the version in force."""
        return bool(self.version.number) and Event.DELETE_DRAFT in TRANSITIONS[self.state]


def stored(connection: Connection, held: Held) -> Stored:
    """Turn a stored declaration into the form that pages, print-outs and the API show."""
    versions = tuple(Version(tree_of(version.content), version.progress) for version in held.declaration.versions)
    used = usage.is_used(connection, held)
    current = held.declaration.current
    declared = held.declared.get(held.declaration.versions.index(current)) if held.declared else None
    return Stored(
        kind=held.kind,
        seq_no=held.seq_no,
        declaration=Declaration(versions),
        customs_no=held.customs_no,
        revision=held.revision,
        created_at=held.created_at,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
        actions=actions_of(held, used),
        used=used,
        declared=None if declared is None else tree_of(declared),
    )
