"""The receipts that lie ready; their bytes stand in the journal, once."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, insert, select

from h2018.store.database import Database, Row
from h2018.store.tables import JOURNAL, RECEIPTS
from h2018.store.values import Receipt, instant, microseconds

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
        _COLUMN.number,
    )
    .select_from(RECEIPTS.join(JOURNAL, and_(JOURNAL.c.world == _COLUMN.world, JOURNAL.c.sequence == _COLUMN.sent)))
    .where(_WORLD_IS)
)
_INSERT = insert(RECEIPTS)
_ONE = _MINE.where(_COLUMN.sequence == bindparam("sequence"))
_TO_ALL = _MINE.where(_COLUMN.sequence > bindparam("after")).order_by(_COLUMN.sequence).limit(bindparam("most"))
_TO_ONE = _TO_ALL.where(_COLUMN.recipient == bindparam("recipient"))
_OF_CASE = _MINE.where(_COLUMN.seq_no == bindparam("seq_no")).order_by(_COLUMN.number)
_LAST = select(func.max(_COLUMN.number), func.max(_COLUMN.sequence)).where(_WORLD_IS)


class Receipts:
    """The receipts of one world."""

    __slots__ = ("_insert", "_last", "_last_ones", "_of_case", "_one", "_to_all", "_to_one", "_world")

    def __init__(self, database: Database, world: int) -> None:
        self._world = world
        self._last_ones: tuple[int, int] | None = None
        self._insert = database.prepare(_INSERT)
        self._one = database.prepare(_ONE)
        self._to_all = database.prepare(_TO_ALL)
        self._to_one = database.prepare(_TO_ONE)
        self._of_case = database.prepare(_OF_CASE)
        self._last = database.prepare(_LAST)

    def forget(self) -> None:
        """Know nothing that is not in the database."""
        self._last_ones = None

    def last(self) -> tuple[int, int]:
        """The number of the receipt made last, and the sequence of the one laid ready last."""
        if self._last_ones is None:
            number, sequence = self._last({"world": self._world}).fetchone()
            self._last_ones = number or 0, sequence or 0
        return self._last_ones

    def add(self, receipt: Receipt, sent: int) -> None:
        """Note a receipt, with the next number and (unless it is kept back) sequence; *sent* is the line with its bytes."""
        self._insert(
            {
                "world": self._world,
                "number": receipt.number,
                "sequence": receipt.sequence or None,
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
        self._last_ones = receipt.number, receipt.sequence or self.last()[1]

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
        """The receipts of one case as they were made, each message once, oldest first; those kept back too."""
        found: dict[str, Receipt] = {}
        for row in self._of_case({"world": self._world, "seq_no": seq_no}).fetchall():
            receipt = _receipt(row)
            found.setdefault(receipt.message_id, receipt)
        return tuple(found.values())


def _receipt(row: Row) -> Receipt:
    sequence, recipient, source, code, message_id, data, at, trace_id, seq_no, kind, number = row
    return Receipt(
        number=number,
        sequence=sequence or 0,
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
