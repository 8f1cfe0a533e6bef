"""Attached files with their inspection results, by digest: a file that is listed twice is stored once."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from tempgoods_edi.declarant.store import database
from tempgoods_edi.declarant.store.tables import ATTACHMENTS
from tempgoods_edi.declarant.store.times import to_stored
from tempgoods_edi.rules import Attachment

#: The digest that files are known by, as ``DocHashAlg`` names it.
ALGORITHM = "SHA-256"


def put(connection: Connection, seq_no: str, found: Attachment, data: bytes, now: datetime) -> None:
    """Store the file *data* with its inspection result *found*, attached to the declaration *seq_no*."""
    row = {"seq_no": seq_no, "digest": found.hashes[ALGORITHM], "found": msgspec.json.encode(found)}
    database.upsert(connection, ATTACHMENTS, row | {"data": data, "created_at": to_stored(now)})


def data_of(connection: Connection, seq_no: str, digest: str | None) -> bytes | None:
    """The attached file with that digest; None when the declaration *seq_no* has none."""
    which = (ATTACHMENTS.c.seq_no == seq_no, ATTACHMENTS.c.digest == digest)
    data = connection.execute(select(ATTACHMENTS.c.data).where(*which)).scalar()
    return None if data is None else bytes(data)


def found_of(connection: Connection, seq_no: str) -> dict[str, Attachment]:
    """The inspection results of the files attached to the declaration *seq_no*, by digest."""
    rows = connection.execute(
        select(ATTACHMENTS.c.digest, ATTACHMENTS.c.found).where(ATTACHMENTS.c.seq_no == seq_no)
    ).all()
    return {row.digest: msgspec.json.decode(row.found, type=Attachment) for row in rows}


def remove(connection: Connection, seq_no: str, digest: str) -> None:
    """Delete the file with that digest."""
    connection.execute(delete(ATTACHMENTS).where(ATTACHMENTS.c.seq_no == seq_no, ATTACHMENTS.c.digest == digest))
