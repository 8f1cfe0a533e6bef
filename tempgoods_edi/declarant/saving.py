"""Creating (新增), saving (暂存) and deleting (删除) of drafts, which are judged and get their pre-entry number."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import completing, facts
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.dependencies import Dependencies, load_own, require_allowed
from tempgoods_edi.declarant.errors import Conflict, RefusedContents, Stale, no_declaration
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.store import Connection, audit, counters, declarations, in_house, people, prepared
from tempgoods_edi.declarant.store.audit import Cause
from tempgoods_edi.declarant.store.declarations import Held, content_of, tree_of
from tempgoods_edi.declarant.store.transition import transition
from tempgoods_edi.declarant.stored import Stored, stored
from tempgoods_edi.declarations._head import in_house_number_is_new
from tempgoods_edi.drafting import Assessed, assess
from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.lifecycle.versions import VersionKind, filed, in_force, laid_aside, saved
from tempgoods_edi.rules import Facts, Hit
from tempgoods_edi.schema.spec import FieldSpec

SAVING = Action.SAVE.label


class Draft(Struct, frozen=True):
    """A document as it would be saved, with the facts that were known when it was filled in."""

    tree: Tree
    known: Facts


def draft_of(
    connection: Connection, deps: Dependencies, actor: Actor, kind: Kind, tree: Tree, held: Held | None
) -> Draft:
    """*tree* as it would be saved: automatic fields, numbers and documents are set, whatever *tree* has there."""
    today = deps.today()
    if held is not None:
        tree = _of_its_version(held, tree)
    known = facts.known(connection, actor, kind, tree, today, held)
    people_of = people.all_of(connection, actor.enterprise_no)
    base = None if held is None else tree_of(held.declaration.current.content)
    full = completing.complete(
        actor, kind, tree, base, today, in_force=_in_force(held), facts=known, declarants=people_of
    )
    documents = None if base is None else base.get("Documents")
    full = {tag: value for tag, value in full.items() if tag != "Documents"}
    full |= {"Documents": documents} if documents else {}
    if held is not None:
        full["Head"] = _official(held, full.get("Head"))
    return Draft(full, known)


def _of_its_version(held: Held, tree: Tree) -> Tree:
    """*tree*; of a deletion, what is in force with the reason that *tree* gives: it changes nothing else."""
    approved = in_force(held.declaration)
    if approved is None or held.declaration.current.kind is not VersionKind.DELETION:
        return tree
    begun, given = completing.beginning(held.kind, tree_of(approved.content)), tree.get("Head")
    head: Tree = given if isinstance(given, dict) else {}
    fields = [held.kind.spec.root.at(f"Head/{tag}") for tag in head]
    said = [field.tag for field in fields if isinstance(field, FieldSpec) and field.change_only]
    own = {held.kind.number_tag: held.customs_no} if held.customs_no else {}
    return {**begun, "Head": {**begun["Head"], **{tag: head[tag] for tag in said}, **own}}


def _official(held: Held, head: Any) -> Tree:
    """The head with the numbers that are not a declarant's to choose."""
    current = held.declaration.current
    numbers = {"SeqNo": held.seq_no, "DclTypeCd": current.kind.value, "ChgTmsCnt": str(current.number)}
    rest = {tag: value for tag, value in (head if isinstance(head, dict) else {}).items() if tag not in numbers}
    rest.pop(held.kind.number_tag, None)
    if current.number and held.customs_no is not None:
        rest[held.kind.number_tag] = held.customs_no
    return numbers | rest


def judge(deps: Dependencies, actor: Actor, kind: Kind, tree: Tree, *, declared: bool, seq_no: str | None) -> Assessed:
    """Judge *tree*: the findings about it, as far as the facts are known here."""
    with deps.store.reading() as connection:
        held = None if seq_no is None else load_own_of(connection, actor, kind, seq_no)
        known = facts.known(connection, actor, kind, tree, deps.today(), held)
    return assess(kind.spec, tree, known, declared=declared)


def complete(deps: Dependencies, actor: Actor, kind: Kind, tree: Tree, base: Tree | None) -> Tree:
    """*tree* completed for a form while the user fills it in.

    :param base: the declaration as it is kept now, as a form shows it; None for a new one.
    """
    with deps.store.reading() as connection:
        number = None if base is None else base.get("Head", {}).get("SeqNo")
        held = None if number is None else load_own_of(connection, actor, kind, number)
        return draft_of(connection, deps, actor, kind, tree, held).tree


def save(
    deps: Dependencies, actor: Actor, kind: Kind, tree: Tree, *, seq_no: str | None = None, revision: int | None = None
) -> Stored:
    """Save *tree* as a draft; the first time it gets its pre-entry number.

    :param revision: of what was edited; None does not ask whether somebody saved meanwhile.
    :raises Refused: the schema cannot take it even as a draft.
    :raises Conflict: its in-house number belongs to another declaration.
    :raises Stale: somebody else saved meanwhile.
    :raises NotAllowed: its state does not let it be edited.
    """
    with deps.store.reading() as connection:
        held = None if seq_no is None else _editable(connection, actor, kind, seq_no, revision)
        draft = draft_of(connection, deps, actor, kind, tree, held)
    full, judged = draft.tree, assess(kind.spec, draft.tree, draft.known, declared=False)
    if judged.malformed:
        raise RefusedContents([found for found in judged.findings if found.path in judged.malformed], SAVING)
    try:
        return _keep(deps, actor, kind, seq_no, held, full)
    except in_house.NumberTaken as taken:
        hit = Hit(value=taken.number, params={"existing": taken.seq_no})
        raise Conflict([in_house_number_is_new.finding(hit)], SAVING) from taken


def _keep(deps: Dependencies, actor: Actor, kind: Kind, seq_no: str | None, held: Held | None, full: Tree) -> Stored:
    now, cause = deps.now(), Cause(who=actor.operator_nm)
    with deps.store.writing() as connection:
        if seq_no is None:
            seq_no = counters.next_seq_no(connection, now)
            declaration = filed(content_of({**full, "Head": {"SeqNo": seq_no, **full["Head"]}}), seq_no)
            declarations.insert(connection, kind, actor.enterprise_no, seq_no, declaration, now, actor.operator_nm)
            states = (State.NEW, declaration.state)
            audit.write(connection, now, actor.enterprise_no, seq_no, 0, Event.SAVE, states, cause)
            return stored(connection, load_own(connection, actor, seq_no))
        assert held is not None  # noqa: S101 - for the type checker: there is a number
        held = _editable(connection, actor, kind, seq_no, held.revision)
        if held.declaration.state is State.DRAFT and tree_of(held.declaration.current.content) == full:
            return stored(connection, held)
        after = saved(held.declaration, content_of(full))
        return stored(connection, transition(connection, held, after, Event.SAVE, now, cause, written=True))


def get(deps: Dependencies, actor: Actor, seq_no: str) -> Stored:
    """The declaration *seq_no*; raises `NotFound`."""
    with deps.store.reading() as connection:
        return stored(connection, load_own(connection, actor, seq_no))


def discard(deps: Dependencies, actor: Actor, seq_no: str) -> None:
    """Delete a draft that customs never approved; the audit log, and receipts about it, remain."""
    with deps.store.writing() as connection:
        held = load_own(connection, actor, seq_no)
        require_allowed(Action.DELETE_DRAFT, held)
        prepared.forget(connection, seq_no)
        after, cause = laid_aside(held.declaration), Cause(who=actor.operator_nm)
        transition(connection, held, after, Event.DELETE_DRAFT, deps.now(), cause, written=True)


def load_own_of(connection: Connection, actor: Actor, kind: Kind, seq_no: str) -> Held:
    """The actor's declaration *seq_no*, which must be of the kind *kind*; raises `NotFound`."""
    held = load_own(connection, actor, seq_no)
    if held.kind is not kind:
        raise no_declaration(seq_no)
    return held


def _editable(connection: Connection, actor: Actor, kind: Kind, seq_no: str, revision: int | None) -> Held:
    held = load_own_of(connection, actor, kind, seq_no)
    require_allowed(Action.SAVE, held)
    if revision is not None and revision != held.revision:
        raise Stale
    return held


def _in_force(held: Held | None) -> Tree | None:
    """What a change is a change of."""
    if held is None or held.declaration.current.kind is not VersionKind.CHANGE:
        return None
    approved = in_force(held.declaration)
    return None if approved is None else tree_of(approved.content)
