"""Backoff: how long to wait before the next delivery attempt, doubling up to a limit, with a jitter from the seed.

Without jitter, all that failed together would come back together.
"""

from __future__ import annotations

from msgspec import Struct

from h2018.push.attempts import Class
from h2018.seeded_random import chance


class Curve(Struct, frozen=True, kw_only=True):
    """The backoff of one class of failure, in seconds: *first*, then *factor* times the last, never more than *most*."""

    first: float
    factor: float
    most: float


class Backoff(Struct, frozen=True, kw_only=True):
    """The backoff settings of all classes of failure.

    :ivar blocking: after no answer or 5xx; the whole channel waits.
    :ivar delaying: after 3xx or 4xx; only the receipt waits, and longer.
    :ivar jitter: a wait is up to this share shorter or longer.
    :ivar expires_after: seconds from when a receipt was laid ready until it is given up.
    """

    blocking: Curve = Curve(first=1.0, factor=2.0, most=300.0)
    delaying: Curve = Curve(first=60.0, factor=4.0, most=3600.0)
    jitter: float = 0.2
    expires_after: float = 24 * 3600.0


def wait(backoff: Backoff, kind: Class, failures: int, seed: int, *about: object, asked: float | None = None) -> float:
    """Seconds to wait until the next delivery attempt.

    :param failures: how many tries failed in a row, this one included; from 1.
    :param about: what is waited for; each has a jitter of its own.
    :param asked: seconds that the receiver asked for: never less is waited, though never more than the curve's *most*.

    >>> wait(Backoff(jitter=0), Class.BLOCKING, 4, seed=1)
    8.0
    """
    curve = backoff.delaying if kind is Class.DELAYING else backoff.blocking
    length = curve.first
    for _ in range(failures - 1):
        length *= curve.factor
        if length >= curve.most:
            break
    random = chance(seed, "backoff", *about, failures)
    length = min(curve.most, length * (1 + backoff.jitter * random.uniform(-1, 1)))
    return length if asked is None else min(curve.most, max(length, asked))
