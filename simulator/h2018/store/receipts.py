"""The receipts that are ready to be fetched; the journal holds their bytes."""

from __future__ import annotations

from itertools import accumulate, takewhile
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select
from sqlalchemy.sql.base import Executable

from h2018.store.database import Database, Row
from h2018.store.owner import Owner
from h2018.store.tables import JOURNAL, RECEIPTS
from h2018.store.values import ReceiptSummary, StoredReceipt, instant, microseconds

_ALL = 1 << 62
#: Receipts that are read at once: so many bytes, but one at least.
MOST_BYTES = 8 * 1024 * 1024

_COLUMN = RECEIPTS.c
_TENANT_IS = _COLUMN.world == bindparam("world")
_WITH_BYTES = RECEIPTS.join(JOURNAL, and_(JOURNAL.c.world == _COLUMN.world, JOURNAL.c.sequence == _COLUMN.sent))
#: What both are made of: a receipt, and one without its bytes.
_SHARED = (
    _COLUMN.sequence, _COLUMN.recipient, _COLUMN.source, _COLUMN.code, _COLUMN.message_id, _COLUMN.at, _COLUMN.seq_no,
    _COLUMN.kind,
)  # fmt: skip
_MINE, _LAID = (
    select(*_SHARED, *others).select_from(_WITH_BYTES).where(_TENANT_IS)
    for others in ((JOURNAL.c.data, _COLUMN.trace_id, _COLUMN.number), (func.length(JOURNAL.c.data),))
)
_INSERT = insert(RECEIPTS)
_ONE = _MINE.where(_COLUMN.sequence == bindparam("sequence"))
_LAID_ONE = _LAID.where(_COLUMN.sequence == bindparam("sequence"))
_TO_ALL, _LAID_TO_ALL = (
    each.where(_COLUMN.sequence > bindparam("after")).order_by(_COLUMN.sequence).limit(bindparam("most"))
    for each in (_MINE, _LAID)
)
_TO_ONE, _LAID_TO_ONE = (each.where(_COLUMN.recipient == bindparam("recipient")) for each in (_TO_ALL, _LAID_TO_ALL))
#: Of those that were delivered again the first.
_FIRST = (
    select(func.min(_COLUMN.number))
    .where(_TENANT_IS, _COLUMN.seq_no == bindparam("seq_no"))
    .group_by(_COLUMN.message_id)
    .scalar_subquery()
)
_OF_CASE, _LAID_OF_CASE = (each.where(_COLUMN.number.in_(_FIRST)).order_by(_COLUMN.number) for each in (_MINE, _LAID))
_LAST = select(func.max(_COLUMN.number), func.max(_COLUMN.sequence)).where(_TENANT_IS)


class Receipts:
    """The receipts of one tenant."""

    __slots__ = ("_database",
        "_last_ones",
        "_tenant",
    )  # fmt: skip

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database = database
        self._tenant = tenant
        self._last_ones: tuple[int, int] | None = None

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._last_ones = None

    def last(self) -> tuple[int, int]:
        """The number of the newest receipt, and the sequence of the newest one that is ready."""
        if self._last_ones is None:
            number, sequence = self._database.execute(_LAST, {"world": self._tenant.number}).fetchone()
            self._last_ones = number or 0, sequence or 0
        return self._last_ones

    def add(self, receipt: StoredReceipt, sent: int) -> None:
        """Store a receipt under the next number and (unless held back) sequence; *sent* is the journal line with its bytes."""
        self._database.execute(
            _INSERT,
            {
                "world": self._tenant.number,
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
            },
        )
        self._last_ones = receipt.number, receipt.sequence or self.last()[1]

    def receipt(self, sequence: int) -> StoredReceipt | None:
        """The receipt with that sequence; None when there is none."""
        row = self._database.execute(_ONE, {"world": self._tenant.number, "sequence": sequence}).fetchone()
        return None if row is None else _receipt(row)

    def laid_one(self, sequence: int) -> ReceiptSummary | None:
        """The receipt with that sequence, without its bytes; None when there is none."""
        row = self._database.execute(_LAID_ONE, {"world": self._tenant.number, "sequence": sequence}).fetchone()
        return None if row is None else _laid(row)

    def read(self, recipient: str | None = None, after: int = 0, limit: int | None = None) -> tuple[StoredReceipt, ...]:
        """Receipts with a sequence above *after*, oldest first, at most *limit*."""
        return tuple(map(_receipt, self._above(recipient, after, limit, _TO_ALL, _TO_ONE)))

    def laid(self, recipient: str | None = None, after: int = 0, limit: int | None = None) -> tuple[ReceiptSummary, ...]:
        """Receipts with a sequence above *after*, oldest first, at most *limit*, without their bytes."""
        return tuple(map(_laid, self._above(recipient, after, limit, _LAID_TO_ALL, _LAID_TO_ONE)))

    def page(self, recipient: str | None, after: int, limit: int) -> tuple[tuple[StoredReceipt, ...], bool]:
        """Receipts as `read` gives them, up to `MOST_BYTES` (one at least), and whether more follow."""
        sizes = [each.size for each in self.laid(recipient, after, limit + 1)]
        fitting = sum(1 for _ in takewhile(lambda size: size <= MOST_BYTES, accumulate(sizes[:limit])))
        count = max(1, fitting)
        return self.read(recipient, after, count), len(sizes) > count

    def _above(
        self, recipient: str | None, after: int, limit: int | None, to_all: Executable, to_one: Executable
    ) -> list[Row]:
        """The rows above a high-water mark, from *to_all*, or for one recipient from *to_one*."""
        mine: dict[str, object] = {"world": self._tenant.number, "after": after}
        params = {**mine, "most": _ALL if limit is None else limit}
        if recipient is None:
            return self._database.execute(to_all, params).fetchall()
        return self._database.execute(to_one, {**params, "recipient": recipient}).fetchall()

    def of_case(self, seq_no: str) -> tuple[StoredReceipt, ...]:
        """The receipts of one case in the order in which they were made, each once, including those held back."""
        return tuple(
            map(_receipt, self._database.execute(_OF_CASE, {"world": self._tenant.number, "seq_no": seq_no}).fetchall())
        )

    def laid_of_case(self, seq_no: str) -> tuple[ReceiptSummary, ...]:
        """The receipts of one case as `of_case` gives them, without their bytes."""
        return tuple(
            map(
                _laid,
                self._database.execute(_LAID_OF_CASE, {"world": self._tenant.number, "seq_no": seq_no}).fetchall(),
            )
        )


def _receipt(row: Row) -> StoredReceipt:
    *shared, data, trace_id, number = row
    return StoredReceipt(data=bytes(data), trace_id=trace_id, number=number, **_shared(shared))


def _laid(row: Row) -> ReceiptSummary:
    *shared, size = row
    return ReceiptSummary(size=size, **_shared(shared))


def _shared(values: list[Any]) -> dict[str, Any]:
    sequence, recipient, source, code, message_id, at, seq_no, kind = values
    return {
        "sequence": sequence or 0,
        "recipient": recipient,
        "source": source,
        "code": code,
        "message_id": message_id,
        "at": instant(at),
        "seq_no": seq_no,
        "kind": kind,
    }
