"""The result of a delivery attempt, the class of that result, and the row that is kept of the attempt.

The class decides on blocking or delaying: nobody there (no answer, 5xx) blocks the channel, as whatever comes next
would fare no better; somebody who will not have *this* one (3xx, 4xx) delays this one only.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from msgspec import Struct

from tempgoods_edi.values import Bilingual


class Class(Enum):
    """The class of a delivery result: what it means for the channel and the receipt."""

    DELIVERED = "delivered"
    BLOCKING = "blocking"
    DELAYING = "delaying"

    @property
    def label(self) -> Bilingual:
        """The name of the class for people."""
        return _LABELS[self]


class Result(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of one delivery attempt.

    :ivar status: HTTP status; None when no whole answer came: refused, reset, hung up, too late, not HTTP at all.
    :ivar detail: what happened, for people.
    :ivar retry_after: seconds that the receiver asked to wait; None when it did not.
    """

    status: int | None = None
    detail: str = ""
    retry_after: float | None = None


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The row kept of one delivery attempt, or of giving a receipt up; never changed.

    :ivar channel: name of the channel.
    :ivar sequence: of the receipt.
    :ivar number: which try of this receipt, from 1; the last one made when it was given up.
    :ivar at: when the result was known; aware.
    :ivar outcome: ``delivered`` · ``blocking`` · ``delaying`` by the result, or ``dead`` when it was given up.
    :ivar next_at: when it is tried again; None when it is not.
    """

    channel: str
    sequence: int
    number: int
    at: datetime
    outcome: str
    reason: Bilingual
    status: int | None = None
    next_at: datetime | None = None


def classify(result: Result) -> Class:
    """The class of a delivery result.

    Anything from 200 to 299 is delivered, whatever the body says.  A status outside 200 to 499 is no answer we could
    go by, so it blocks like one that never came; 429 means "not so fast" and delays only.

    >>> classify(Result(status=204)), classify(Result(status=404)), classify(Result())
    (<Class.DELIVERED: 'delivered'>, <Class.DELAYING: 'delaying'>, <Class.BLOCKING: 'blocking'>)
    """
    status = result.status
    if status is None or not 200 <= status < 500:
        return Class.BLOCKING
    return Class.DELIVERED if status < 300 else Class.DELAYING


def reason(result: Result) -> Bilingual:
    """A delivery result in words."""
    detail = f"：{result.detail}" if result.detail else ""
    detail_en = f": {result.detail}" if result.detail else ""
    label = classify(result).label
    if result.status is None:
        return Bilingual(f"无应答{detail}，{label.zh}", f"no answer{detail_en}; {label.en}")
    return Bilingual(f"应答 {result.status}{detail}，{label.zh}", f"answered {result.status}{detail_en}; {label.en}")


_LABELS = {
    Class.DELIVERED: Bilingual("已送达", "delivered"),
    Class.BLOCKING: Bilingual("通道暂停，稍后重试", "the channel is blocked until it is tried again"),
    Class.DELAYING: Bilingual("此份稍后重试，其余照常", "this one is tried again later, the others go on"),
}
