"""Finds declarations whose receipts are overdue, and asks customs for their receipts again (TMP141)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from tempgoods_edi.declarant.gateway.outbox import Waiting


class Patience(Struct, frozen=True, kw_only=True):
    """The time to wait for a receipt before asking customs for it again.

    :ivar first: seconds without anything until receipts are asked for; then twice as long, and so on.
    :ivar most: longest wait between two requests (seconds).
    :ivar every: seconds between two looks.
    """

    first: float = 600.0
    most: float = 86400.0
    every: float = 30.0


class _Since(Struct, frozen=True):
    token: str
    asked: int
    due: float


class MissingReceipts:
    """The declarations that wait for receipts, and since when.  In memory: a new gateway starts counting anew."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._since: dict[str, _Since] = {}
        self._looks_at: float | None = None

    def looks(self, now: float) -> bool:
        """True when it is time to look for overdue receipts; *now* is of a monotonic clock (`steady`)."""
        if self._looks_at is not None and now < self._looks_at:
            return False
        self._looks_at = now + self._patience.every
        return True

    def overdue(self, waiting: Iterable[Waiting], now: float) -> Iterator[Waiting]:
        """The declarations among *waiting* whose receipts are to be asked for now."""
        seen: dict[str, _Since] = {}
        for each in waiting:
            known = self._since.get(each.seq_no)
            if known is None or known.token != each.token:
                known = _Since(each.token, 0, now + self._patience.first)
            elif now >= known.due and (each.most is None or known.asked < each.most):
                yield each
                asked = known.asked + 1
                wait = min(self._patience.most, self._patience.first * 2 ** min(asked, 32))
                known = _Since(each.token, asked, now + wait)
            seen[each.seq_no] = known
        self._since = seen
