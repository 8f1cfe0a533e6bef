"""Seeded randomness per item: a draw depends on the seed and its purpose only, never on earlier draws.

So a run can be repeated in any order, on any number of connections, and each item meets the same fate.
"""

from __future__ import annotations

from random import Random


def chance(seed: int, *about: object) -> Random:
    """A random source for the purpose that *about* names; the same for the same seed and names.

    >>> chance(7, "answer", "M1").random() == chance(7, "answer", "M1").random()
    True
    >>> chance(7, "a", "bc").random() == chance(7, "ab", "c").random()
    False
    """
    # A text seeds by its SHA-512: alike on every machine and in every process, as hash() is not.
    return Random(repr((seed, *map(str, about))))
