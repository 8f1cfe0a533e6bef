"""What a pull may return: only receipts below a mark under which nothing can appear any more.

Sequence numbers are given out before the receipts that bear them are seen by everybody: two transactions may
finish in the other order, a receipt may be held back on purpose.  A reader who had gone past such a number would never
see it.  So nothing is shown above the first number whose fate is open; below the mark everything is final.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tempgoods_edi.values import Bilingual


class HighWater(Struct, frozen=True, omit_defaults=True):
    """Which sequence numbers are given out, and which of them are final.

    :ivar given: the highest number given out; 0 for none.
    :ivar open: numbers given out whose receipt is neither visible nor known never to come.
    """

    given: int = 0
    open: frozenset[int] = frozenset()

    @property
    def mark(self) -> int:
        """Up to and including this number everything is final."""
        return min(self.open) - 1 if self.open else self.given


class Page(Struct, frozen=True, kw_only=True):
    """What one pull returns.

    :ivar sequences: of the receipts, ascending.
    :ivar after: what to ask with next time; nothing at or below it will ever be added.  Lower than what was asked with
        when that came from no page of ours: the reader may then see a receipt again, but misses none.
    :ivar more: there is more to pull at once.
    :ivar warning: the reader asked from beyond all there is; None when it did not.
    """

    sequences: tuple[int, ...]
    after: int
    more: bool = False
    warning: Bilingual | None = None


def given(water: HighWater, count: int = 1) -> tuple[HighWater, tuple[int, ...]]:
    """The next *count* numbers, open until they are settled."""
    numbers = tuple(range(water.given + 1, water.given + count + 1))
    return HighWater(water.given + count, water.open | frozenset(numbers)), numbers


def final(water: HighWater, sequences: Iterable[int]) -> HighWater:
    """*water* when these numbers are final: their receipts are visible, or will never come.  Settled ones stay so."""
    return HighWater(water.given, water.open.difference(sequences))


def page(visible: Sequence[int], water: HighWater, after: int, limit: int) -> Page:
    """What a pull with ``after=`` *after* returns.

    :param visible: sequences of the reader's receipts that are visible, ascending; those above the mark are held back.
    :param limit: at most this many, from 1.
    """
    mark = water.mark
    if after > water.given:
        # A snapshot was restored, or this is another world: the reader has to begin anew, or it would miss something.
        text = Bilingual("after={after} 超过最大序号 {given}", "after={after} is beyond the highest number, {given}")
        return Page(sequences=(), after=0, warning=text.format(after=after, given=water.given))
    first, last = bisect_right(visible, after), bisect_right(visible, mark)
    sequences = tuple(visible[first : min(last, first + limit)])
    more = last - first > len(sequences)
    # From above the mark, which no page ever said, the reader is taken back to it: it would skip what is still open.
    return Page(sequences=sequences, after=sequences[-1] if more else mark, more=more)
