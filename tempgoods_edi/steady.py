"""Monotonic time for schedules, limits and time-outs: a clock that somebody sets does not affect it.

What has to outlive the process is kept by the wall clock instead, and held against its bound when it is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable

#: Linux counts the time a machine sleeps only in this one; where it is not, the usual one is taken.
_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)


def seconds() -> float:
    """Monotonic seconds since some moment, which also count while the machine sleeps.

    >>> before = seconds()
    >>> seconds() >= before
    True
    """
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


def since_1970(wall: float) -> Callable[[], float]:
    """A monotonic clock that starts at *wall* (seconds since 1970), whatever happens to the wall clock.

    >>> shown = since_1970(1.8e9)
    >>> 1.8e9 <= shown() < 1.8e9 + 60
    True
    """
    ahead = wall - seconds()
    return lambda: seconds() + ahead
