"""Reads and formats durations as testers write them: ``500ms``, ``30s``, ``5m``, ``2h``, ``1d``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

#: Seconds of one unit.
UNITS: Mapping[str, float] = MappingProxyType({"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0})

#: The longest that makes sense: ten years, in seconds.
LONGEST = 3650 * UNITS["d"]

#: Nine digits and no more: what is longer is a number of something else.
FORM = r"[0-9]{1,9}(?:ms|s|m|h|d)"

_FORM = re.compile(rf"(?i:{FORM})")
_PARTS = re.compile(r"([0-9]+)([a-z]+)")


def seconds(text: str) -> float | None:
    """Parse a duration into seconds; None when *text* is no duration, or longer than `LONGEST`.

    >>> seconds("30s"), seconds("5M"), seconds("250ms"), seconds("soon")
    (30.0, 300.0, 0.25, None)
    """
    parts = _PARTS.fullmatch(text.lower()) if _FORM.fullmatch(text) else None
    if parts is None:
        return None
    length = int(parts[1]) * UNITS[parts[2]]
    return length if length <= LONGEST else None


def duration_text(length: float) -> str:
    """Format a duration for people, the inverse of `seconds` for whole units.

    >>> duration_text(90.0), duration_text(7200.0), duration_text(0.25), duration_text(0.0)
    ('90s', '2h', '250ms', '0s')
    """
    for unit in ("d", "h", "m", "s", "ms"):
        count = length / UNITS[unit]
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{length:g}s"
