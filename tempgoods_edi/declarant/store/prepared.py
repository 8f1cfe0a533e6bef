"""Packages that wait for a signature, and the ids of declared ones, so that one signature declares once."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from tempgoods_edi.declarant.store.tables import DECLARED, PREPARED
from tempgoods_edi.declarant.store.times import to_stored


class PreparedPackage(Struct, frozen=True, kw_only=True):
    """A package that waits for a signature.

    :ivar revision: of the declaration when the package was made; after another save it must not be declared any more.
    :ivar message_id: id of its envelope.
    :ivar object_id: Id of the Object that is signed.
    :ivar package: its canonical XML, UTF-8.
    :ivar content: the declaration in it, as `declarations.content_of` gives it.
    """

    id: str
    seq_no: str
    revision: int
    message_id: str
    object_id: str
    package: bytes
    content: bytes


def put(connection: Connection, package: PreparedPackage, now: datetime) -> None:
    """Store a package until it is signed."""
    connection.execute(
        PREPARED.insert().values(
            id=package.id,
            seq_no=package.seq_no,
            revision=package.revision,
            message_id=package.message_id,
            object_id=package.object_id,
            package=package.package,
            content=package.content,
            created_at=to_stored(now),
        )
    )


def find(connection: Connection, id: str, seq_no: str) -> PreparedPackage | None:
    """The package *id* of the declaration *seq_no*; None when it does not wait, or belongs to another declaration."""
    row = connection.execute(select(PREPARED).where(PREPARED.c.id == id, PREPARED.c.seq_no == seq_no)).one_or_none()
    if row is None:
        return None
    return PreparedPackage(
        id=row.id,
        seq_no=row.seq_no,
        revision=row.revision,
        message_id=row.message_id,
        object_id=row.object_id,
        package=bytes(row.package),
        content=bytes(row.content),
    )


def revision_of(connection: Connection, id: str) -> int | None:
    """The draft revision that the package *id* was made from; None when it no longer waits."""
    found: int | None = connection.execute(select(PREPARED.c.revision).where(PREPARED.c.id == id)).scalar()
    return found


def forget(connection: Connection, seq_no: str) -> None:
    """Delete all packages of a declaration, so that none can be declared any more."""
    connection.execute(delete(PREPARED).where(PREPARED.c.seq_no == seq_no))


def forget_older(connection: Connection, than: datetime) -> None:
    """Delete the packages that were made before *than*, of any declaration."""
    connection.execute(delete(PREPARED).where(PREPARED.c.created_at < to_stored(than)))


def forget_all_but(connection: Connection, seq_no: str, count: int) -> None:
    """Delete a declaration's packages except the newest *count*, so that repeated visits fill no disk."""
    ours = select(PREPARED.c.id).where(PREPARED.c.seq_no == seq_no)
    newest = ours.order_by(PREPARED.c.created_at.desc(), PREPARED.c.message_id.desc()).limit(count)
    connection.execute(delete(PREPARED).where(PREPARED.c.seq_no == seq_no, PREPARED.c.id.not_in(newest)))


def mark_declared(connection: Connection, id: str, seq_no: str) -> None:
    """Record that the package *id* was declared; the primary key prevents a second time."""
    connection.execute(DECLARED.insert().values(package=id, seq_no=seq_no))


def was_declared(connection: Connection, id: str, seq_no: str) -> bool:
    """True when the package *id* was declared; a client that missed the answer may send the signature again."""
    found = connection.execute(select(DECLARED.c.seq_no).where(DECLARED.c.package == id)).scalar()
    return bool(found == seq_no)
