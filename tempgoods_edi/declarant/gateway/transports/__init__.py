"""Transports to customs and back: HTTP, exchange folders, SFTP.  All look the same to the gateway.

A transport carries bytes; what they mean is the gateway's business.  It keeps no state that matters: after a kill the
same message is handed over again under the same name, and what was not settled is found again.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer

#: Largest answer or receipt that is read (bytes).
MOST_BYTES = 64 * 1024 * 1024


class Arrival(Struct, frozen=True, kw_only=True):
    """One message that came from customs by a transport.

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
    """The messages that one fetch from customs gave.

    :ivar mark: what to ask after next time, once all of *arrivals* are kept.
    :ivar more: there may be more right now.
    """

    arrivals: tuple[Arrival, ...]
    mark: int
    more: bool = False


class Transport(Protocol):
    """One way to customs, as the gateway uses it."""

    @property
    def where(self) -> str:
        """The destination in words, such as its URL; without secrets."""

    def hand_over(self, name: str, data: bytes) -> TechnicalAnswer | None:
        """Send a message to customs.

        :param name: the message's own, the same whenever it is handed over again.
        :returns: the technical answer; None when it comes later, as an arrival.
        :raises ChannelError: it could not be handed over, or nobody knows whether it was.
        """

    def receipts(self, after: int) -> Pulled:
        """The incoming messages that were not settled yet, oldest first.

        :param after: the mark of the last time.
        :raises ChannelError: it cannot be told.
        """

    def settle(self, arrival: Arrival) -> None:
        """Confirm that *arrival* is in the store now, so that it does not come again.  Never raises."""

    def close(self) -> None:
        """Close the connection to customs."""
