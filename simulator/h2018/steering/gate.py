"""Decides, before a message is read, whether the request is admitted: outage windows and the rate limit.

The caller says what time it is: business time (aware) for outages, seconds of the machine's for the rate limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import ceil

from msgspec import Struct

OUTAGE_STATUS = 503
TOO_MANY = 429


class Outage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An outage of customs from *since* (None: already) until *until* (None: until it is switched off).

    :ivar status: HTTP status that is answered meanwhile; None refuses the connection.
    """

    since: datetime | None = None
    until: datetime | None = None
    status: int | None = OUTAGE_STATUS


class RateLimit(Struct, frozen=True, kw_only=True):
    """A token bucket: at most *requests* in each *seconds*, by sender; unused ones accumulate up to *burst*."""

    requests: int
    seconds: float
    burst: int | None = None


class Bucket(Struct, frozen=True):
    """The token bucket of one sender, as it was at a time."""

    left: float
    at: float


class Admission(Struct, frozen=True, kw_only=True):
    """Whether a request is admitted, and with which answer if not.

    :ivar status: None when it may; else what is answered; 0 when the connection is refused without an answer.
    :ivar retry_after: whole seconds until it is worth another try; None when nobody knows.
    """

    status: int | None = None
    retry_after: int | None = None


def outage_at(outages: Iterable[Outage], now: datetime) -> Admission:
    """Whether an outage refuses a request at *now*: the first outage gives the answer, the last end counts."""
    now_on = [each for each in outages if _is_on(each, now)]
    if not now_on:
        return Admission()
    ends = [each.until for each in now_on]
    known = [end for end in ends if end is not None]
    retry = ceil((max(known) - now).total_seconds()) if len(known) == len(ends) else None
    return Admission(status=now_on[0].status or 0, retry_after=retry)


def admit(limit: RateLimit, bucket: Bucket | None, now: float) -> tuple[Admission, Bucket]:
    """Whether the rate limit admits one more request of a sender at *now*, and the sender's bucket after that.

    :param bucket: what this gave for the sender's last request; None for the first.
    """
    most = float(limit.requests if limit.burst is None else limit.burst)
    per_second = limit.requests / limit.seconds
    left, now = (most, now) if bucket is None else (bucket.left, max(now, bucket.at))
    if bucket is not None:
        left = min(most, left + (now - bucket.at) * per_second)
    if left >= 1 - 1e-9:
        return Admission(), Bucket(max(left - 1, 0.0), now)
    return Admission(status=TOO_MANY, retry_after=max(1, ceil((1 - left) / per_second))), Bucket(left, now)


def _is_on(outage: Outage, now: datetime) -> bool:
    return (outage.since is None or outage.since <= now) and (outage.until is None or now < outage.until)
