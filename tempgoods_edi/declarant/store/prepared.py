"""Packages that wait for a signature, and the ids of those that were declared, so that one signature declares once."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from tempgoods_edi.declarant.store.tables import DECLARED, PREPARED
from tempgoods_edi.declarant.store.times import kept


class PreparedPackage(Struct, frozen=True, kw_only=True):
    """A package as it waits for a signature.

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
    """Keep a package until it is signed."""
    connection.execute(
        PREPARED.insert().values(
            id=package.id,
            seq_no=package.seq_no,
            revision=package.revision,
            message_id=package.message_id,
            object_id=package.object_id,
            package=package.package,
            content=package.content,
            created_at=kept(now),
        )
    )


def find(connection: Connection, id: str, seq_no: str) -> PreparedPackage | None:
    """The package *id* of the declaration *seq_no*; None when it does not wait, or not for that declaration."""
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
    """The revision that the package *id* was made of; None when it does not wait any more."""
    found: int | None = connection.execute(select(PREPARED.c.revision).where(PREPARED.c.id == id)).scalar()
    return found


def forget(connection: Connection, seq_no: str) -> None:
    """Delete all packages of a declaration: they are not to be signed any more."""
    connection.execute(delete(PREPARED).where(PREPARED.c.seq_no == seq_no))


def forget_older(connection: Connection, than: datetime) -> None:
    """Delete the packages, of whatever declaration, that were made before *than*."""
    connection.execute(delete(PREPARED).where(PREPARED.c.created_at < kept(than)))


def forget_all_but(connection: Connection, seq_no: str, count: int) -> None:
    """Keep the newest *count* packages of a declaration: whoever opens the page again and again fills no disk."""
    ours = select(PREPARED.c.id).where(PREPARED.c.seq_no == seq_no)
    newest = ours.order_by(PREPARED.c.created_at.desc(), PREPARED.c.message_id.desc()).limit(count)
    connection.execute(delete(PREPARED).where(PREPARED.c.seq_no == seq_no, PREPARED.c.id.not_in(newest)))


def mark_declared(connection: Connection, id: str, seq_no: str) -> None:
    """Remember that the package *id* was declared; the primary key keeps it from being declared twice."""
    connection.execute(DECLARED.insert().values(package=id, seq_no=seq_no))


def was_declared(connection: Connection, id: str, seq_no: str) -> bool:
    """True when the package *id* was declared: whoever did not get the answer hands the signature in again."""
    found = connection.execute(select(DECLARED.c.seq_no).where(DECLARED.c.package == id)).scalar()
    return bool(found == seq_no)
