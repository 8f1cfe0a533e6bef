"""Conversion of times: stored as whole microseconds since 1970, UTC; shown to people in China's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tempgoods_edi.numbers import CHINA_TIME

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_stored(moment: datetime) -> int:
    """Convert an aware time into its stored number.

    >>> to_stored(datetime(1970, 1, 1, 8, 0, 1, tzinfo=CHINA_TIME))
    1000000
    """
    return (moment - _EPOCH) // _MICROSECOND


def from_stored(microseconds: int) -> datetime:
    """Convert a stored number into a time in China's zone."""
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(CHINA_TIME)
