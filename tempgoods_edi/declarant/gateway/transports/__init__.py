"""The ways to customs and back: HTTP, exchange folders, SFTP.  All look the same from the gateway.

A transport carries bytes; what they mean is the gateway's business.  It keeps no state that matters: after a kill the
same message is handed over again under the same name, and what was not settled is found again.
"""

from __future__ import annotations

import re
from typing import Protocol

from msgspec import Struct

from tempgoods_edi.declarant.gateway.answers import Answer

#: Largest number that counts receipts: what no database takes is no mark.
LARGEST_MARK = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}")
#: Largest answer or receipt that is read (bytes).
MOST_BYTES = 64 * 1024 * 1024


class Arrival(Struct, frozen=True, kw_only=True):
    """Something that came from customs.

    :ivar data: as it came.
    :ivar sequence: the number it has on this channel; None where there are none.
    :ivar about: for a technical answer that comes later, the name that its message was handed over under; None for
        a receipt.
    :ivar taken: for such an answer, whether its file name says that the message was taken.
    :ivar place: where it lies, for `settle`.
    """

    data: bytes
    sequence: int | None = None
    about: str | None = None
    taken: bool | None = None
    place: str = ""


class Pulled(Struct, frozen=True):
    """What there was to fetch.

    :ivar mark: what to ask after next time, once all of *arrivals* are kept.
    :ivar more: there may be more right now.
    """

    arrivals: tuple[Arrival, ...]
    mark: int
    more: bool = False


def mark(text: str | None) -> int | None:
    """The mark in *text*; None where there is none: more digits than any counter has, a sign, no number.

    >>> mark("17"), mark("-1"), mark("1" + 30 * "0"), mark("²"), mark(None)
    (17, None, None, None, None)
    """
    if text is None or not _DIGITS.fullmatch(text) or int(text) > LARGEST_MARK:
        return None
    return int(text)


class Transport(Protocol):
    """One way to customs."""

    @property
    def where(self) -> str:
        """The destination in words, such as its URL; without secrets."""

    def hand_over(self, name: str, data: bytes) -> Answer | None:
        """Hand a message over.

        :param name: the message's own, the same whenever it is handed over again.
        :returns: the technical answer; None when it comes later, as an arrival.
        :raises ChannelError: it could not be handed over, or nobody knows whether it was.
        """

    def receipts(self, after: int) -> Pulled:
        """What has come that was not settled, oldest first.

        :param after: the mark of the last time.
        :raises ChannelError: it cannot be told.
        """

    def settle(self, arrival: Arrival) -> None:
        """*arrival* is kept in the store now: do not bring it again.  Never raises."""

    def close(self) -> None:
        """Let go of the connection."""
