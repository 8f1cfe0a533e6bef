"""Backoff: how long to wait before a message is sent again, and when to give up."""

from __future__ import annotations

from random import Random

from msgspec import Struct


class Backoff(Struct, frozen=True, kw_only=True):
    """Exponential backoff with a limit, and a jitter so that messages that failed together are not retried together.

    :ivar first: seconds after the first failure.
    :ivar most: longest wait, in seconds.
    :ivar jitter: a wait is up to this share shorter or longer.
    :ivar tries: after so many failures a message is given up: 发往海关失败.
    """

    first: float = 2.0
    factor: float = 2.0
    most: float = 300.0
    jitter: float = 0.2
    tries: int = 12

    def wait(self, failures: int, chance: Random, asked: float | None = None) -> float | None:
        """Seconds until the next attempt after *failures* in a row (from 1); None when there is no further attempt.

        :param asked: seconds the other side asked for: never less is waited, unless it asks for more than *most*.

        >>> [Backoff(jitter=0, tries=5).wait(n, Random(1)) for n in range(1, 6)]
        [2.0, 4.0, 8.0, 16.0, None]
        >>> Backoff(jitter=0).wait(1, Random(1), asked=30)
        30.0
        """
        if failures >= self.tries:
            return None
        length = min(self.most, self.first * self.factor ** min(failures - 1, 64))
        length = min(self.most, length * (1 + self.jitter * chance.uniform(-1, 1)))
        return length if asked is None else min(self.most, max(length, float(asked)))
