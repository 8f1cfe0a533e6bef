"""The facts that the portal knows when it judges a declaration: less than customs know; unknown facts are not guessed.

A rule whose facts are not known here is not judged here (`Assessed.not_judged`); customs will.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from tempgoods_edi import codec
from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.kinds import EXHIBITION_NO, Kind, numbered
from tempgoods_edi.declarant.store import Connection, attachments, customs_facts, declarations, in_house, people
from tempgoods_edi.declarant.store.declarations import Held, tree_of
from tempgoods_edi.declarant.store.usage import used
from tempgoods_edi.lifecycle.versions import in_force
from tempgoods_edi.rules import Attachment, Facts, KnownEntry, KnownExhibition

_EXHIBITIONS = numbered(EXHIBITION_NO)


def known(connection: Connection, actor: Actor, kind: Kind, tree: Tree, today: date, held: Held | None = None) -> Facts:
    """The known facts about *tree*, which is to become a version of *held*."""
    head = {tag: value.strip() if isinstance(value, str) else value for tag, value in _head(tree).items()}
    return Facts(
        today=today,
        card=actor.card,
        in_house_numbers=_in_house(connection, actor, head.get("EtpsPreentNo")),
        exhibitions=_exhibitions(connection, actor, head.get("ExhibitionNo")),
        entries=_entries(connection, actor, kind, frozenset(_entry_numbers(tree, kind))),
        declarants=frozenset(person.no for person in people.all_of(connection, actor.enterprise_no)),
        in_force=_in_force(held),
        attachments={} if held is None else files_of(connection, held.seq_no, tree),
    )


def files_of(connection: Connection, seq_no: str, tree: Tree) -> dict[str, Attachment]:
    """The inspected attachments that *tree* lists, by the names in it."""
    found = attachments.found_of(connection, seq_no)
    listed = [document for document in tree.get("Documents", ()) if isinstance(document, dict)]
    return {
        str(document["DocNm"]): replace(found[document["DocHash"]], name=str(document["DocNm"]))
        for document in listed
        if document.get("DocHash") in found and document.get("DocNm")
    }


def _head(tree: Tree) -> Tree:
    head = tree.get("Head")
    return head if isinstance(head, dict) else {}


def _in_house(connection: Connection, actor: Actor, number: Any) -> dict[tuple[str, str], str]:
    """Which declaration has that number."""
    found = in_house.owner(connection, actor.enterprise_no, number) if isinstance(number, str) else None
    return {} if found is None else {(actor.enterprise_no, number): found}


def _exhibitions(connection: Connection, actor: Actor, number: Any) -> dict[str, KnownExhibition] | None:
    if not isinstance(number, str):
        return {}
    own = _own_exhibition(connection, actor, number)
    found = customs_facts.known(connection, actor.enterprise_no, KnownExhibition, [number])
    if own is not None:
        return {number: own}
    return found or None


def _own_exhibition(connection: Connection, actor: Actor, number: str) -> KnownExhibition | None:
    """The exhibition as this portal filed it; None when it did not, or when it is not in force."""
    held = declarations.load_numbered(connection, actor.enterprise_no, _EXHIBITIONS, number)
    approved = None if held is None else in_force(held.declaration)
    if approved is None:
        return None
    head = _head(tree_of(approved.content))
    begin, end = _day(head.get("StartDate")), _day(head.get("EndDate"))
    if begin is None or end is None:
        return None
    return KnownExhibition(
        exhibition_no=number,
        name=head.get("ExhibitionNm", ""),
        enterprise_nos=frozenset(
            filter(None, (head.get(f"{unit}No") for unit in ("InputEtps", "DclEtps", "Organizer")))
        ),
        approved=True,
        start=begin,
        end=end,
        organizer_nm=head.get("OrganizerNm"),
        used=number in used(connection, actor.enterprise_no, {number}),
    )


def _entries(connection: Connection, actor: Actor, kind: Kind, numbers: frozenset[str]) -> dict[str, KnownEntry] | None:
    """The entries that are referred to; None unless customs told of every one."""
    found = customs_facts.known(connection, actor.enterprise_no, KnownEntry, numbers) if numbers else {}
    if kind.spec.root.at("Head/ExhibitionNo") is not None:
        # Asked by entry alone, customs do not tell whose show it is for: that is not known then, rather than none.
        found = {number: entry for number, entry in found.items() if entry.exhibition_no is not None}
    return found if found.keys() == numbers else None


def _entry_numbers(tree: Tree, kind: Kind) -> Iterator[str]:
    lines = tree.get(kind.goods.tag)
    for group in (_head(tree), *(lines if isinstance(lines, list) else ())):
        number = group.get("EntryNo") if isinstance(group, dict) else None
        if isinstance(number, str) and number.strip():
            yield number.strip()


def _in_force(held: Held | None) -> dict[str, Any] | None:
    """The version in force as a record, by customs' number."""
    approved = None if held is None else in_force(held.declaration)
    if held is None or approved is None or held.customs_no is None:
        return {}
    tree = tree_of(approved.content)
    try:
        return {held.customs_no: codec.from_tree(held.kind.spec.root, tree)}
    except (ValueError, KeyError, TypeError):
        return None


def _day(text: Any) -> date | None:
    try:
        return datetime.strptime(f"{text}+0800", "%Y%m%d%z").date()
    except ValueError:
        return None
