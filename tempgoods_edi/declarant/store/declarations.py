"""Stored declarations: a row for lists, and the series of versions, whose states `lifecycle` alone changes.

Here a content is bytes (JSON of its tree): whoever only moves a state need not read five thousand lines.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, select, update

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.kinds import Kind, by_code
from tempgoods_edi.declarant.store import in_house
from tempgoods_edi.declarant.store.database import upsert
from tempgoods_edi.declarant.store.tables import DECLARATIONS, VERSIONS
from tempgoods_edi.declarant.store.times import from_stored, to_stored
from tempgoods_edi.lifecycle.receipts import Progress
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.lifecycle.versions import Declaration, Version

Bytes: TypeAlias = Declaration[bytes]

_PROGRESS = msgspec.json.Decoder(Progress)
_ROW = select(DECLARATIONS).where(DECLARATIONS.c.seq_no == bindparam("number"))
_SERIES = select(VERSIONS).where(VERSIONS.c.seq_no == bindparam("number")).order_by(VERSIONS.c.position)

#: Columns taken from the head of the content, with the first of these fields that it has.
FROM_HEAD: dict[str, tuple[str, ...]] = {
    "in_house": ("EtpsPreentNo",),
    "office": ("MasterCusCd",),
    "imp_exp": ("ImpExpMarkCd",),
    "exhibition_no": ("ExhibitionNo",),
    "entry_no": ("EntryNo", "AtaCarnetNo"),
    "dcl_date": ("DclDate",),
    "start_date": ("StartDate", "LoanStartDate", "PlannedIEDate", "IEDate"),
    "end_date": ("EndDate", "LoanEndDate", "PlannedReturnDate", "RequestedDeadline"),
}


class Held(Struct, frozen=True, kw_only=True):
    """A declaration as it is stored.

    :ivar declared: content as last declared, by position, where it differs from the content.
    """

    kind: Kind
    seq_no: str
    enterprise_no: str
    customs_no: str | None
    revision: int
    created_at: datetime
    updated_at: datetime
    updated_by: str
    declaration: Bytes
    declared: dict[int, bytes]


def load(connection: Connection, seq_no: str) -> Held | None:
    """Load the declaration *seq_no* of any enterprise; None when there is none."""
    row = connection.execute(_ROW, {"number": seq_no}).one_or_none()
    kind = None if row is None else by_code(row.code)
    if row is None or kind is None:
        return None
    series = connection.execute(_SERIES, {"number": seq_no}).all()
    return Held(
        kind=kind,
        seq_no=seq_no,
        enterprise_no=row.enterprise_no,
        customs_no=row.customs_no,
        revision=row.revision,
        created_at=from_stored(row.created_at),
        updated_at=from_stored(row.updated_at),
        updated_by=row.updated_by,
        declaration=Declaration(
            tuple(Version(bytes(each.content), _PROGRESS.decode(each.progress)) for each in series)
        ),
        declared={each.position: bytes(each.declared) for each in series if each.declared is not None},
    )


def load_numbered(connection: Connection, enterprise_no: str, codes: Collection[str], customs_no: str) -> Held | None:
    """Load the enterprise's declaration of one of these kinds with the customs number *customs_no*; None without one."""
    which = (
        DECLARATIONS.c.enterprise_no == enterprise_no,
        DECLARATIONS.c.listed.in_(sorted(codes)),
        DECLARATIONS.c.customs_no == customs_no,
    )
    seq_no = connection.execute(select(DECLARATIONS.c.seq_no).where(*which)).scalar()
    return None if seq_no is None else load(connection, seq_no)


def insert(
    connection: Connection, kind: Kind, enterprise_no: str, seq_no: str, declaration: Bytes, now: datetime, who: str
) -> None:
    """Insert a new declaration; raises `in_house.NumberTaken`."""
    row = _row(kind, declaration, None) | {"seq_no": seq_no, "enterprise_no": enterprise_no, "code": kind.code}
    row |= {"revision": 1, "created_at": to_stored(now), "updated_at": to_stored(now), "updated_by": who}
    connection.execute(DECLARATIONS.insert().values(row))
    if row["in_house"] is not None:
        in_house.take(connection, enterprise_no, row["in_house"], seq_no)
    _write_versions(connection, seq_no, (), declaration.versions, {})


def replace(
    connection: Connection,
    held: Held,
    declaration: Bytes,
    now: datetime,
    *,
    who: str | None = None,
    customs_no: str | None = None,
) -> None:
    """Store *declaration* in the place of what *held* has.

    :param who: the operator who changed what is written in it; None when only its state moved, which is no new revision.
    :param customs_no: the number customs gave, when they did.
    :raises in_house.NumberTaken: another declaration has the in-house number that is new in it.
    """
    row = _row(held.kind, declaration, customs_no or held.customs_no, held.declaration) | {"updated_at": to_stored(now)}
    if who is not None:
        row |= {"revision": held.revision + 1, "updated_by": who}
    _numbered(connection, held, row)
    connection.execute(update(DECLARATIONS).where(DECLARATIONS.c.seq_no == held.seq_no).values(row))
    _write_versions(connection, held.seq_no, held.declaration.versions, declaration.versions, held.declared)


def _numbered(connection: Connection, held: Held, row: dict[str, Any]) -> None:
    """The in-house number that is written in it is its own from now on; what customs never heard of is free again."""
    never_declared = all(version.progress.attempts == 0 for version in held.declaration.versions)
    if row["listed"] is None:
        if never_declared:
            in_house.free(connection, held.seq_no)
    elif "in_house" in row:
        number, before = row["in_house"], _of_content(held.kind, tree_of(held.declaration.current.content))["in_house"]
        if number not in (None, before):
            in_house.take(connection, held.enterprise_no, number, held.seq_no)
        if never_declared and number != before:
            in_house.free(connection, held.seq_no, keep=number)


def tree_of(content: bytes) -> Tree:
    """Decode a version's JSON *content* into its tree."""
    tree: Tree = msgspec.json.decode(content)
    return tree


def content_of(tree: Tree) -> bytes:
    """Encode *tree* as the JSON that is stored."""
    return msgspec.json.encode(tree)


def _write_versions(
    connection: Connection,
    seq_no: str,
    before: tuple[Version[bytes], ...],
    after: tuple[Version[bytes], ...],
    declared: dict[int, bytes],
) -> None:
    for position, version in enumerate(after):
        old = before[position] if position < len(before) else None
        if version is old:
            continue
        row: dict[str, Any] = {
            "seq_no": seq_no,
            "position": position,
            "progress": msgspec.json.encode(version.progress),
        }
        if old is None or version.content != old.content:
            row["content"] = version.content
        if "content" in row or old is None or old.progress.attempts != version.progress.attempts:
            row["declared"] = _as_declared(old, version, declared.get(position))
        if old is None:
            upsert(connection, VERSIONS, row)
        else:
            same = (VERSIONS.c.seq_no == seq_no, VERSIONS.c.position == position)
            connection.execute(update(VERSIONS).where(*same).values(row))
    if len(after) < len(before):
        gone = (VERSIONS.c.seq_no == seq_no, VERSIONS.c.position >= len(after))
        connection.execute(delete(VERSIONS).where(*gone))


def _as_declared(old: Version[bytes] | None, new: Version[bytes], known: bytes | None) -> bytes | None:
    """What is to be remembered of the content as last declared, now that the content changes."""
    if old is None or old.progress.attempts == 0 or new.progress.attempts != old.progress.attempts:
        return None
    declared = old.content if known is None else known
    return None if declared == new.content else declared


def _row(kind: Kind, declaration: Bytes, customs_no: str | None, before: Bytes | None = None) -> dict[str, Any]:
    """What lists look at, of the version worked on; nothing of its content where that is what it was *before*."""
    current = declaration.current
    same = before is not None and current.content is before.current.content
    return {
        **({} if same else _of_content(kind, tree_of(current.content))),
        "listed": None if current.state is State.DISCARDED else kind.code,
        "state": current.state.value,
        "approved": int(not declaration.never_approved),
        "customs_no": customs_no,
    }


def _of_content(kind: Kind, tree: Tree) -> dict[str, Any]:
    head: Tree = tree.get("Head") or {}
    found = {column: next((head[tag] for tag in tags if head.get(tag)), None) for column, tags in FROM_HEAD.items()}
    lines = len(tree.get(kind.goods.tag) or ())
    due = None if kind.due_tag is None else head.get(kind.due_tag)
    return {**found, "title": head.get(kind.title_tag), "due": due, "lines": lines}
