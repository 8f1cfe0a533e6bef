"""The journal: every message that came or went and every decision with its reasons, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, func, insert, select

from h2018.cases import Why
from h2018.store.bodies import IN_PIECES, Bodies
from h2018.store.database import Database, Row
from h2018.store.overview import LINE, TRACE_NUMBER, fields_of
from h2018.store.owner import Owner
from h2018.store.tables import JOURNAL
from h2018.store.values import Record, What, microseconds

_ALL = 1 << 62

_COLUMN = JOURNAL.c
_MINE = select(*LINE, _COLUMN.data).where(_COLUMN.world == bindparam("world"))
_SPAN = _MINE.where(_COLUMN.sequence > bindparam("after"), _COLUMN.sequence < bindparam("before"))
_INSERT = insert(JOURNAL)
_ONE = _MINE.where(_COLUMN.sequence == bindparam("sequence"))
_LAST = select(func.max(_COLUMN.sequence)).where(_COLUMN.world == bindparam("world"))
#: What lines are picked by, and whether the newest comes first → the statement.
_READING: Mapping[tuple[str | None, bool], Select[Any]] = {
    (name, newest_first): (_SPAN if name is None else _SPAN.where(_COLUMN[name] == bindparam("value")))
    .order_by(_COLUMN.sequence.desc() if newest_first else _COLUMN.sequence)
    .limit(bindparam("most"))
    for name in (None, "message_id", "seq_no")
    for newest_first in (False, True)
}


class Journal:
    """The journal of one tenant.

    :ivar bodies: what is too large for its lines.
    :ivar written: told of each line as it is written, before it is committed.
    """

    __slots__ = ("_database", "_next", "_tenant", "bodies", "written")

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database = database
        self.written: list[Callable[[Record], None]] = []
        self._tenant, self._next = tenant, 0
        self.bodies = Bodies(database, tenant)

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._next = 0

    @property
    def next_sequence(self) -> int:
        """The number that the next journal line will get."""
        if not self._next:
            self._next = (self._database.execute(_LAST, {"world": self._tenant.number}).fetchone()[0] or 0) + 1
        return self._next

    def note(
        self,
        what: What,
        at: datetime,
        trace_id: str,
        *,
        message_id: str | None = None,
        seq_no: str | None = None,
        data: bytes = b"",
        digest: bytes | None = None,
        why: tuple[Why, ...] = (),
    ) -> int:
        """Write one journal line and return its number.

        :param digest: SHA-256 of *data*, when it is known.
        """
        sequence, digest = self.next_sequence, digest or sha256(data).digest()
        is_large = len(data) > IN_PIECES
        if is_large:
            self.bodies.put(digest, data)
        self._database.execute(
            _INSERT,
            {
                "world": self._tenant.number,
                "sequence": sequence,
                "at": microseconds(at),
                "what": what,
                "trace_id": trace_id,
                "message_id": message_id,
                "seq_no": seq_no,
                "data": b"" if is_large else data,
                "hash": digest,
                "why": msgspec.json.encode(why) if why else None,
            },
        )
        self._next = sequence + 1
        if self.written:
            record = Record(
                sequence=sequence,
                at=at,
                what=what,
                trace_id=trace_id,
                message_id=message_id,
                seq_no=seq_no,
                size=len(data),
                data=data,
                hash=digest.hex(),
                why=why,
            )
            for tell in self.written:
                tell(record)
        return sequence

    def record(self, sequence: int) -> Record | None:
        """The journal line with that number; None when there is none."""
        row = self._database.execute(_ONE, {"world": self._tenant.number, "sequence": sequence}).fetchone()
        return None if row is None else self._record(row, {})

    def read(
        self,
        message_id: str | None = None,
        *,
        seq_no: str | None = None,
        trace_id: str | None = None,
        after: int = 0,
        before: int | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> tuple[Record, ...]:
        """Journal lines after and before the given numbers, oldest first unless *newest_first*.

        :param message_id: only those about this message.
        :param seq_no: only those about this declaration.
        :param trace_id: only those of this submission.
        """
        if trace_id is not None:
            return self._traced(trace_id, limit)
        params: dict[str, Any] = {
            "world": self._tenant.number,
            "after": after,
            "before": _ALL if before is None else before,
            "most": _ALL if limit is None else limit,
        }
        by = None
        if message_id is not None:
            by, params["value"] = "message_id", message_id
        elif seq_no is not None:
            by, params["value"] = "seq_no", seq_no
        met: dict[bytes, bytes] = {}
        rows = self._database.execute(_READING[by, newest_first], params).fetchall()
        found = tuple(self._record(row, met) for row in rows)
        if message_id is not None and seq_no is not None:
            return tuple(record for record in found if record.seq_no == seq_no)
        return found

    def _traced(self, trace_id: str, limit: int | None) -> tuple[Record, ...]:
        """The lines of a submission: its first line's number begins the trace id."""
        try:
            first = self.record(int(trace_id[:TRACE_NUMBER], 16))
        except ValueError:
            return ()
        if first is None or first.trace_id != trace_id:
            return ()
        if first.message_id is None:
            found = self.read(after=first.sequence - 1, limit=2)
        else:
            found = self.read(first.message_id, after=first.sequence - 1)
        return tuple(record for record in found if record.trace_id == trace_id)[:limit]

    def _record(self, row: Row, met: dict[bytes, bytes]) -> Record:
        """The line of *row*; *met* holds the large bodies read so far, for one that came again is read once."""
        *line, data = row
        fields = fields_of(tuple(line))
        if not data and fields["size"]:
            key = bytes.fromhex(fields["hash"])
            data = met[key] if key in met else met.setdefault(key, self.bodies.read(key))
        return Record(data=bytes(data), **fields)


def trace_start(sequence: int) -> str:
    """The beginning of the trace id of a submission whose first journal line has that number."""
    return f"{sequence & 0xFFFFFFFF:0{TRACE_NUMBER}x}"
