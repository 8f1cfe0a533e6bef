"""The random source of the strategies: a seeded sequence of small decisions, cheap enough for thousands of lines.

Hypothesis draws the *structure* of a message (how many lines, how much is filled in) and one seed; everything else is
decided here.  Seed 0 always takes the first and plainest choice, so that a failing example shrinks to a readable one.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


class Choices:
    """A repeatable sequence of decisions.

    :param seed: the same one gives the same decisions; 0 gives the first choice every time.
    """

    __slots__ = ("_random",)

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random if seed else _never

    def below(self, limit: int) -> int:
        """A number from 0 to *limit* - 1."""
        return int(self._random() * limit)

    def between(self, low: int, high: int) -> int:
        """A number from *low* to *high*, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """One of *items*, chosen at random."""
        return items[int(self._random() * len(items))]

    def one_in(self, many: int) -> bool:
        """True once in *many* times; false for seed 0."""
        return int(self._random() * many) == many - 1

    def digits(self, count: int) -> str:
        """A text of *count* decimal digits."""
        return f"{int(self._random() * 10 ** min(count, 15)):0{min(count, 15)}d}" + (
            self.digits(count - 15) if count > 15 else ""
        )


def _never() -> float:
    return 0.0
