"""Protects push against server-side request forgery: never to the machine's own network or a cloud's metadata service.

Whoever may register a callback could else have the simulator ask, in its place, what only it can reach.  Addresses are
looked at when the connection is made, after names were resolved: a name may lead anywhere, and elsewhere tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import (
    IAddress,
    IHostResolution,
    IProtocolFactory,
    IResolutionReceiver,
    IStreamClientEndpoint,
)
from zope.interface import implementer

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_REFUSED = Bilingual(
    "不向 {address} 推送：链路本地、组播或云元数据地址",
    "nothing is pushed to {address}: an address of the local link, of many, or of a cloud's metadata",
)
_MOST_ADDRESSES = 16

_NETWORKS: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("169.254.0.0/16"),  # local link; metadata of most clouds
    IPv4Network("100.100.100.200/32"),  # Alibaba Cloud
    IPv4Network("168.63.129.16/32"),  # Azure
    IPv4Network("192.0.0.192/32"),  # Oracle Cloud
    IPv4Network("0.0.0.0/8"),  # "this" network
    IPv4Network("224.0.0.0/4"),  # multicast
    IPv4Network("240.0.0.0/4"),  # reserved, broadcast
    IPv6Network("fe80::/10"),  # local link
    IPv6Network("fec0::/10"),  # site-local, of old
    IPv6Network("fd00:ec2::/32"),  # Amazon
    IPv6Network("fd20:ce::/32"),  # Google
    IPv6Network("ff00::/8"),  # multicast
    IPv6Network("::/128"),
)
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class NotReachable(TempgoodsError):
    """The address is one that nothing is pushed to."""

    def __init__(self, address: object) -> None:
        super().__init__(_REFUSED.format(address=address))


def is_refused(text: str) -> bool:
    """True for an address that nothing is pushed to, in whatever notation; False for a text that is no address.

    >>> [is_refused(a) for a in ("169.254.169.254", "::ffff:169.254.169.254", "fe80::1%eth0", "127.0.0.1", "10.0.0.1")]
    [True, True, True, False, False]
    """
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return False
    return any(_within(each) for each in _meanings(address))


def _within(address: IPv4Address | IPv6Address) -> bool:
    plain = ip_address(str(address).partition("%")[0])
    return any(plain.version == network.version and plain in network for network in _NETWORKS)


def _meanings(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address | IPv6Address]:
    """The address, and the IPv4 one within it: mapped, compatible, 6to4, Teredo, NAT64."""
    yield address
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    plain = int(address) & ((1 << 128) - 1)
    if 1 < plain < 1 << 32 or any(ip_address(plain.to_bytes(16)) in network for network in _NAT64):
        yield IPv4Address(plain & 0xFFFFFFFF)


@implementer(IStreamClientEndpoint)
class Reachable:
    """An endpoint that refuses a host with a forbidden address, and else tries its addresses in turn.

    :param seconds: longest wait for one connection.
    """

    def __init__(self, reactor: Any, host: str, port: int, seconds: float) -> None:
        self._reactor, self._host, self._port, self._seconds = reactor, host, port, seconds

    def connect(self, factory: IProtocolFactory) -> Deferred[Any]:
        """Connect; fails with `NotReachable` before anything is sent to a refused address."""
        if is_refused(self._host):
            return fail(NotReachable(self._host))
        found: Deferred[tuple[str, ...]] = _resolved(self._reactor, self._host, self._port)
        return found.addCallback(self._first, factory)

    def _first(self, addresses: tuple[str, ...], factory: IProtocolFactory) -> Deferred[Any]:
        refused = next((each for each in addresses if is_refused(each)), None)
        if refused is not None:
            return fail(NotReachable(refused))
        if not addresses:
            return fail(DNSLookupError(self._host))
        return self._next(list(addresses), factory)

    def _next(self, left: list[str], factory: IProtocolFactory) -> Deferred[Any]:
        # An address as host: nothing is resolved a second time, perhaps to something else.
        from twisted.internet.endpoints import HostnameEndpoint  # brings pyOpenSSL with it

        endpoint: Any = HostnameEndpoint(self._reactor, left.pop(0), self._port, timeout=self._seconds)
        connecting: Deferred[Any] = endpoint.connect(factory)
        if left:
            connecting.addErrback(lambda _failed: self._next(left, factory))
        return connecting


def _resolved(reactor: Any, host: str, port: int) -> Deferred[tuple[str, ...]]:
    receiver = _Receiver()
    reactor.nameResolver.resolveHostName(receiver, host, portNumber=port)
    return receiver.done


@implementer(IResolutionReceiver)
class _Receiver:
    """Collects the addresses of a name."""

    def __init__(self) -> None:
        self.done: Deferred[tuple[str, ...]] = Deferred()
        self._found: list[str] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        """Nothing yet."""

    def addressResolved(self, address: IAddress) -> None:
        """One more."""
        host = str(getattr(address, "host", ""))
        if host and host not in self._found and len(self._found) < _MOST_ADDRESSES:
            self._found.append(host)

    def resolutionComplete(self) -> None:
        """That was all."""
        if not self.done.called:
            self.done.callback(tuple(self._found))
