"""Transport by HTTP: the technical answer is the response, receipts are pulled above a high-water mark."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tempgoods_edi.customs_channel.http_api import LARGEST_MARK, HttpApi
from tempgoods_edi.customs_channel.http_wire import HttpWire
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer
from tempgoods_edi.declarant.gateway.transports import Arrival, Pulled

#: Receipts asked for at once.
_PAGE = 50
#: After so many pulls that brought nothing, a look whether customs still count from where they did.
_LOOK_BACK = 50
#: Someone nothing is for: what is told then is the mark alone.
_NOBODY = "-"


class ListedReceipt(Struct, frozen=True):
    """The needed fields of a receipt in customs' list."""

    sequence: Annotated[int, Meta(ge=0, le=LARGEST_MARK)]
    xml: str | None = None


class Http:
    """The transport over HTTP to the customs behind *wire*.

    :param recipient: whose receipts to fetch: the ``sender_id`` of what is sent.
    """

    def __init__(self, wire: HttpWire, recipient: str) -> None:
        self._wire, self._api = wire, HttpApi(wire)
        self.where = wire.where
        self._recipient, self._empty = recipient, 0

    def hand_over(self, name: str, data: bytes) -> TechnicalAnswer | None:
        """Post the message; see `Transport.hand_over`."""
        return self._api.submit(data).answer

    def receipts(self, after: int) -> Pulled:
        """One page of receipts; see `Transport.receipts`."""
        page = self._api.receipts(after, recipient=self._recipient, limit=_PAGE)
        if not page.listed and after:
            self._empty += 1
            if self._empty % _LOOK_BACK == 1 and self._api.receipts(0, recipient=_NOBODY, limit=_PAGE).mark < after:
                # Customs count anew (a simulator was reset): what came before comes again, which is harmless.
                return Pulled((), 0, more=True)
        return Pulled(tuple(map(_arrival, page.listed)), max(page.mark, after), page.more)

    def settle(self, arrival: Arrival) -> None:
        """Nothing to do: the high-water mark says what was settled."""

    def close(self) -> None:
        """Close the connections to customs."""
        self._wire.close()


def _arrival(listed: Any) -> Arrival:
    """One of the list; one that is not as it should be is kept as it is, so that it holds up nothing."""
    try:
        receipt = msgspec.convert(listed, ListedReceipt)
    except msgspec.ValidationError:
        return Arrival(data=msgspec.json.encode(listed))
    data = msgspec.json.encode(listed) if receipt.xml is None else receipt.xml.encode("utf-8", "surrogatepass")
    return Arrival(data=data, sequence=receipt.sequence)
