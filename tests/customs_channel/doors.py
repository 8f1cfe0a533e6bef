"""Everybody who speaks with customs over HTTP, each with a short patience: the command line, the client, the gateway."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from h2018.client import Certificate, ClientError, connect
from tempgoods_edi.cli.exchange import Exchange, Mine
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.customs_channel.failures import ChannelError
from tempgoods_edi.customs_channel.http_wire import HttpWire
from tempgoods_edi.declarant.gateway.transports.http import Http
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.http_client.certificates import Tls
from tests.http_client.servers import whole

#: What each raises.
ERRORS: tuple[type[TempgoodsError], ...] = (CommandError, ClientError, ChannelError)
#: How long customs may be silent, and how long a whole exchange may take (seconds).
SECONDS, WHOLE = 0.3, 1.2

TAKEN = b"<CommonResponeMessage><SeqNo>202700000000000001</SeqNo><CheckInfo>ok</CheckInfo><DealFlag>0</DealFlag></CommonResponeMessage>"
XML, JSON = b"Content-Type: application/xml\r\n", b"Content-Type: application/json\r\nX-High-Water-Mark: 0\r\n"


class Door(Struct, frozen=True):
    """One of them, in one direction.

    :ivar ask: asks the customs at an address.
    :ivar head: headers of a right answer.
    :ivar body: the right answer.
    """

    ask: Callable[[str, Tls | None], object]
    head: bytes
    body: bytes

    @property
    def right(self) -> bytes:
        """The whole right answer."""
        return whole(self.head, self.body)


def _submit(url: str, tls: Tls | None) -> object:
    with Exchange(url, SECONDS, tls) as customs:
        return customs.post(b"<x/>")


def _follow(url: str, tls: Tls | None) -> object:
    with Exchange(url, SECONDS, tls) as customs:
        return customs.receipts(Mine("X", "", ""), 0)


def _client(url: str, tls: Tls | None, ask: Callable[..., object]) -> object:
    own = None
    if tls is not None and tls.certificate is not None:
        own = Certificate(tls.certificate, tls.key, tls.password)
    with connect(url, timeout=SECONDS, certificate=own, ca=None if tls is None else tls.ca) as customs:
        return ask(customs)


def _gateway(url: str, tls: Tls | None) -> Http:
    return Http(HttpWire(url, seconds=SECONDS, tls=tls), "X")


DOORS = {
    "submit": Door(_submit, XML, TAKEN),
    "submit --wait": Door(_follow, JSON, b"[]"),
    "client out": Door(lambda url, tls: _client(url, tls, lambda each: each.submit(b"<x/>")), XML, TAKEN),
    "client in": Door(lambda url, tls: _client(url, tls, lambda each: each.receipts()), JSON, b"[]"),
    "gateway out": Door(lambda url, tls: _gateway(url, tls).hand_over("M1", b"<x/>"), XML, TAKEN),
    "gateway in": Door(lambda url, tls: _gateway(url, tls).receipts(0), JSON, b"[]"),
}
