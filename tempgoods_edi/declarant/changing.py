"""Changes (变更) and deletions (备案删除) of approved declarations: a new draft version; the one in force stays until approval."""

from __future__ import annotations

from msgspec.structs import replace

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import completing
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.dependencies import Dependencies, actions_of, load_own, require_allowed
from tempgoods_edi.declarant.errors import NotAllowed, RefusedContents
from tempgoods_edi.declarant.saving import draft_of
from tempgoods_edi.declarant.store import Connection, prepared, usage
from tempgoods_edi.declarant.store.audit import Cause
from tempgoods_edi.declarant.store.declarations import Bytes, Held, content_of, tree_of
from tempgoods_edi.declarant.store.transition import transition
from tempgoods_edi.declarant.stored import Stored, stored
from tempgoods_edi.drafting import assess
from tempgoods_edi.lifecycle.states import Action, Event
from tempgoods_edi.lifecycle.table import TRANSITIONS
from tempgoods_edi.lifecycle.versions import Declaration, changed, deletion_applied, in_force, laid_aside
from tempgoods_edi.values import Bilingual

_USED = Bilingual(
    "展览会 {number} 已被外借清单或报关单使用，不能删除；如需调整，请办理变更",
    "exhibition {number} is in use by a loan list or an entry and cannot be deleted; change it instead",
)
_NOTHING_BEGUN = Bilingual("没有可撤回的变更或删除", "there is no change or deletion to take back")


def change(deps: Dependencies, actor: Actor, seq_no: str) -> Stored:
    """Begin a change: a new draft version, copied from the version in force."""
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        require_allowed(Action.CHANGE, held)
        return _begun(connection, deps, actor, held, Event.CHANGE, None)


def apply_deletion(deps: Dependencies, actor: Actor, seq_no: str, reason: str) -> Stored:
    """Begin the deletion of the version in force; raises `NotAllowed`, with the reason, when it is in use."""
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        used = usage.is_used(connection, held)
        if used and Action.APPLY_DELETION in actions_of(held, False):
            why = _USED.format(number=held.customs_no)
            raise NotAllowed(Action.APPLY_DELETION, held.declaration.state, why)
        require_allowed(Action.APPLY_DELETION, held, used)
        return _begun(connection, deps, actor, held, Event.APPLY_DELETION, reason.strip() or None)


def withdraw(deps: Dependencies, actor: Actor, seq_no: str) -> Stored:
    """Withdraw a change or deletion that was begun; only the version in force remains.

    One that customs never saw leaves no trace in the series, so that the next one bears its number; one they refused
    stays there as laid aside.
    """
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        declaration, current = held.declaration, held.declaration.current
        if not current.number or Event.DELETE_DRAFT not in TRANSITIONS[current.state]:
            raise NotAllowed(Action.DELETE_DRAFT, current.state, _NOTHING_BEGUN)
        prepared.forget(connection, seq_no)
        unseen = current.progress.attempts == 0 and declaration.versions[-1] is current
        after: Bytes = Declaration(declaration.versions[:-1]) if unseen else laid_aside(declaration)
        cause = Cause(who=actor.operator_nm)
        return stored(
            connection, transition(connection, held, after, Event.DELETE_DRAFT, deps.now(), cause, written=True)
        )


def _begun(
    connection: Connection, deps: Dependencies, actor: Actor, held: Held, event: Event, reason: str | None
) -> Stored:
    approved = in_force(held.declaration)
    if approved is None:
        raise NotAllowed(Action(event.value), held.declaration.state)
    begin = deletion_applied if event is Event.APPLY_DELETION else changed
    tree: Tree = completing.beginning(held.kind, tree_of(approved.content))
    # Its numbers follow from the version that it is: begun first, then filled in.
    after = _counted(begin(held.declaration, content_of(tree)), approved.number + 1)
    if reason is not None:
        tree = {**tree, "Head": {**tree["Head"], "DelReason": reason}}
    draft = draft_of(connection, deps, actor, held.kind, tree, replace(held, declaration=after))
    judged = assess(held.kind.spec, draft.tree, draft.known, declared=False)
    if judged.malformed:
        raise RefusedContents([found for found in judged.findings if found.path in judged.malformed], event.label)
    after = _counted(begin(held.declaration, content_of(draft.tree)), approved.number + 1)
    cause = Cause(who=actor.operator_nm)
    return stored(connection, transition(connection, held, after, event, deps.now(), cause, written=True))


def _counted(declaration: Bytes, number: int) -> Bytes:
    """The same, its new version numbered as customs count: one more than what is in force (TG-EXH-029).

    One that they refused and that was laid aside had that number too.  What they said of it goes with the number, so that
    a late receipt about it is known for what it is, as after declaring a refused one again.
    """
    *before, begun = declaration.versions
    said = tuple(kept for version in before if version.number == number for kept in version.progress.kept)
    progress = replace(begun.progress, version=number, kept=said)
    return Declaration((*before, replace(begun, progress=progress)))
