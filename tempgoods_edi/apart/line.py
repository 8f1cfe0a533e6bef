"""A bounded waiting line for slow work: so many in all, few of one caller; more are refused as busy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

#: After so many seconds it is worth asking again.
_AGAIN = 5
_BUSY = Bilingual(
    "正在打开的文件太多，请在 {seconds} 秒后重试", "too many files are being opened; try again in {seconds} seconds"
)


class Busy(TempgoodsError):
    """The waiting line is full; another attempt is worthwhile after *seconds*."""

    def __init__(self, seconds: int = _AGAIN) -> None:
        super().__init__(_BUSY.format(seconds=seconds))
        self.seconds = seconds


class WaitingLine:
    """A bounded waiting line for slow work, for calls from any thread.

    :param most: places in all, those at work included.
    :param each: places of one caller.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._lock = Lock()
        self._taken: Counter[str] = Counter()

    def enter(self, caller: str) -> None:
        """Take a place in the line, which must be given back; raises `Busy`."""
        with self._lock:
            if self._taken.total() >= self._most or self._taken[caller] >= self._each:
                raise Busy
            self._taken[caller] += 1

    def leave(self, caller: str) -> None:
        """Give back a place in the line."""
        with self._lock:
            self._taken[caller] -= 1
            self._taken += Counter()  # forgets callers without a place

    @contextmanager
    def place(self, caller: str) -> Iterator[None]:
        """A place in the line for the time of a ``with``; raises `Busy`."""
        self.enter(caller)
        try:
            yield
        finally:
            self.leave(caller)
