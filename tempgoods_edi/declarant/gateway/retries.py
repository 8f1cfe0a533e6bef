"""The schedule of retries: when a message that could not be sent is due again, by a monotonic clock (`steady`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from random import Random

from msgspec import Struct

from tempgoods_edi.declarant.gateway.backoff import Backoff

#: Due at once.
_NOW = float("-inf")


class _Try(Struct, frozen=True):
    failures: int
    due: float


class Failure(Struct, frozen=True):
    """A message that failed once more.

    :ivar failures: how often, this time included.
    :ivar wait: seconds until it is tried again; None when it is given up.
    """

    failures: int
    wait: float | None


class Retries:
    """The schedule of a gateway's retries.  Kept in memory: a new gateway tries everything at once.

    :param chance: for the jitter of waits.
    :param seconds: the clock.
    """

    def __init__(self, backoff: Backoff, chance: Random, seconds: Callable[[], float]) -> None:
        self._backoff, self._chance, self._seconds = backoff, chance, seconds
        self._tries: dict[int, _Try] = {}

    def keep_only(self, ids: Collection[int]) -> None:
        """Forget all messages but these: the others are settled."""
        self._tries = {number: each for number, each in self._tries.items() if number in ids}

    def is_due(self, id: int) -> bool:
        """True unless the message failed and its wait is not over."""
        known = self._tries.get(id)
        return known is None or self._seconds() >= known.due

    def failed(self, id: int, attempts: int, asked: float | None) -> Failure:
        """Schedule the next try of a message that failed, or give it up.

        :param attempts: how often it was tried before this gateway began.
        :param asked: seconds the other side asked for.
        """
        known = self._tries.get(id)
        failures = 1 + (attempts if known is None else known.failures)
        wait = self._backoff.wait(failures, self._chance, asked)
        if wait is None:
            self._tries.pop(id, None)
        else:
            self._tries[id] = _Try(failures, self._seconds() + wait)
        return Failure(failures, wait)

    def put_off(self, id: int) -> None:
        """Keep a message back for the longest wait, so that it holds up none of the others."""
        self._tries[id] = _Try(1, self._seconds() + self._backoff.most)

    def all_due(self) -> None:
        """The channel works again: what waits for its next try need not wait any longer."""
        self._tries = {number: _Try(each.failures, _NOW) for number, each in self._tries.items()}
