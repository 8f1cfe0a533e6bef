"""The receipts that lie ready; their bytes stand in the journal, once."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, insert, select

from h2018.storage.database import Database, Row
from h2018.storage.tables import JOURNAL, RECEIPTS
from h2018.storage.values import Receipt, instant, microseconds

_ALL = 1 << 62

_COLUMN = RECEIPTS.c
_WORLD_IS = _COLUMN.world == bindparam("world")
_MINE = (
    select(
        _COLUMN.sequence,
        _COLUMN.recipient,
        _COLUMN.source,
        _COLUMN.code,
        _COLUMN.message_id,
        JOURNAL.c.data,
        _COLUMN.at,
        _COLUMN.trace_id,
        _COLUMN.seq_no,
        _COLUMN.kind,
    )
    .select_from(RECEIPTS.join(JOURNAL, and_(JOURNAL.c.world == _COLUMN.world, JOURNAL.c.sequence == _COLUMN.sent)))
    .where(_WORLD_IS)
)
_INSERT = insert(RECEIPTS)
_ONE = _MINE.where(_COLUMN.sequence == bindparam("sequence"))
_TO_ALL = _MINE.where(_COLUMN.sequence > bindparam("after")).order_by(_COLUMN.sequence).limit(bindparam("most"))
_TO_ONE = _TO_ALL.where(_COLUMN.recipient == bindparam("recipient"))
_OF_CASE = _MINE.where(_COLUMN.seq_no == bindparam("seq_no")).order_by(_COLUMN.sequence)
_LAST = select(func.max(_COLUMN.sequence)).where(_WORLD_IS)


class Receipts:
    """The receipts of one world."""

    __slots__ = ("_insert", "_last", "_next", "_of_case", "_one", "_to_all", "_to_one", "_world")

    def __init__(self, database: Database, world: int) -> None:
        self._world, self._next = world, 0
        self._insert = database.prepare(_INSERT)
        self._one = database.prepare(_ONE)
        self._to_all = database.prepare(_TO_ALL)
        self._to_one = database.prepare(_TO_ONE)
        self._of_case = database.prepare(_OF_CASE)
        self._last = database.prepare(_LAST)

    def forget(self) -> None:
        """Know nothing that is not in the database."""
        self._next = 0

    @property
    def next_sequence(self) -> int:
        """Sequence of the next receipt."""
        if not self._next:
            self._next = (self._last({"world": self._world}).fetchone()[0] or 0) + 1
        return self._next

    def add(self, receipt: Receipt, sent: int) -> None:
        """Lay a receipt ready; its sequence is `next_sequence`, *sent* the journal line with its bytes."""
        self._insert(
            {
                "world": self._world,
                "sequence": receipt.sequence,
                "recipient": receipt.recipient,
                "source": receipt.source,
                "code": receipt.code,
                "message_id": receipt.message_id,
                "at": microseconds(receipt.at),
                "trace_id": receipt.trace_id,
                "seq_no": receipt.seq_no,
                "kind": receipt.kind,
                "sent": sent,
            }
        )
        self._next = receipt.sequence + 1

    def receipt(self, sequence: int) -> Receipt | None:
        """One receipt."""
        row = self._one({"world": self._world, "sequence": sequence}).fetchone()
        return None if row is None else _receipt(row)

    def read(self, recipient: str | None = None, after: int = 0, limit: int | None = None) -> tuple[Receipt, ...]:
        """Receipts with a sequence above *after*, oldest first, at most *limit*."""
        params: dict[str, object] = {"world": self._world, "after": after, "most": _ALL if limit is None else limit}
        if recipient is None:
            return tuple(map(_receipt, self._to_all(params).fetchall()))
        params["recipient"] = recipient
        return tuple(map(_receipt, self._to_one(params).fetchall()))

    def of_case(self, seq_no: str) -> tuple[Receipt, ...]:
        """The receipts of one case, each message once, oldest first."""
        found: dict[str, Receipt] = {}
        for row in self._of_case({"world": self._world, "seq_no": seq_no}).fetchall():
            receipt = _receipt(row)
            found.setdefault(receipt.message_id, receipt)
        return tuple(found.values())


def _receipt(row: Row) -> Receipt:
    sequence, recipient, source, code, message_id, data, at, trace_id, seq_no, kind = row
    return Receipt(
        sequence=sequence,
        recipient=recipient,
        source=source,
        code=code,
        message_id=message_id,
        data=bytes(data),
        at=instant(at),
        trace_id=trace_id,
        seq_no=seq_no,
        kind=kind,
    )
