"""A progress bar on standard error, for checks of many messages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from tempgoods_edi import steady

#: Columns of the bar itself, and seconds between two looks of it.
_WIDE, _PAUSE = 30, 0.1
#: To the beginning of the line, and everything after it gone.
_ANEW = "\r\x1b[K"


def watched(
    names: Sequence[str], doing: str, out: TextIO | None = None, seconds: Callable[[], float] = steady.seconds
) -> Iterator[str]:
    """Iterate over *names* while a bar shows the progress.

    :param out: the terminal; standard error when left out.
    :param seconds: a clock that nobody sets.
    """
    out = sys.stderr if out is None else out
    begun = seconds()
    shown = float("-inf")
    try:
        for done, name in enumerate(names):
            now = seconds()
            if now - shown >= _PAUSE:
                shown = now
                out.write(_ANEW + _bar(doing, done, len(names), now - begun))
                out.flush()
            yield name
        out.write(_ANEW + _bar(doing, len(names), len(names), 0.0))
    finally:
        out.write(_ANEW)
        out.flush()


def _bar(doing: str, done: int, count: int, spent: float) -> str:
    filled = _WIDE * done // count
    left = f" {_clock(spent / done * (count - done))}" if 0 < done < count else ""
    return f"{doing} [{'#' * filled}{'.' * (_WIDE - filled)}] {done}/{count}{left}"


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> _clock(3725.4)
    '1:02:05'
    """
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
