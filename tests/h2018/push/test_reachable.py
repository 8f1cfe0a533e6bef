"""Nothing is pushed to the local link or a cloud's metadata service, however the address is written or arrived at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.address import IPv4Address as TwistedIPv4
from twisted.internet.address import IPv6Address as TwistedIPv6
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from zope.interface import implementer

from h2018.push.callbacks import BadCallback, Callback, checked
from h2018.push.reachable import NotReachable, Reachable, is_refused

METADATA = "169.254.169.254"
#: One address, as URLs may write it; what is no address to us, the machine's own resolver may take for one.
WRITTEN = [METADATA, "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::169.254.169.254]", "[2002:a9fe:a9fe::1]",
           "[64:ff9b::169.254.169.254]", "[fe80::1]", "[fe80::1%25eth0]", "[fd00:ec2::254]", "100.100.100.200",
           "168.63.129.16", "0.0.0.0", "[::]", "255.255.255.255", "[ff02::1]"]  # noqa: S104 - refused, not listened on  # fmt: skip


@pytest.mark.parametrize("host", WRITTEN)
def test_such_an_address_is_refused_when_it_is_registered(host: str) -> None:
    """Whoever registers it is told at once."""
    with pytest.raises(BadCallback):
        checked(Callback(name="a", url=f"http://{host}:80/latest/meta-data/", recipient="R1"))


@given(st.integers(0, 2**16 - 1), st.sampled_from(["{}", "::ffff:{}", "::{}", "64:ff9b::{}"]))
def test_the_whole_link_in_every_form(low: int, form: str) -> None:
    """Each of the 65,536 addresses of the local link is refused, alone and within an IPv6 one."""
    assert is_refused(form.format(IPv4Address((169 << 24) + (254 << 16) + low)))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "8.8.8.8", "2001:db8::1", "169.253.1.1"])
def test_receivers_within_the_house_are_reached(host: str) -> None:
    """Loopback, private networks and the tenant stay: receivers live there."""
    assert not is_refused(host)


@implementer(IHostResolution)
class _AtOnce:
    """A look-up that is over when it begins."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way."""


@implementer(IHostnameResolver)
class _Net:
    """A reactor whose names resolve as the test says; notes where it connects to."""

    def __init__(self, *answers: list[str]) -> None:
        self.reactor: Any = MemoryReactorClock()
        self.asked: list[str] = []
        self._answers = list(answers)
        self.reactor.nameResolver = self

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 - Twisted's name
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's name
    ) -> IHostResolution:
        """Answer with the next of the answers."""
        if set(hostName) <= set("0123456789."):  # an address stands for itself
            resolutionReceiver.addressResolved(TwistedIPv4("TCP", hostName, portNumber))
            resolutionReceiver.resolutionComplete()
            return _AtOnce(hostName)
        self.asked.append(hostName)
        for each in self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]:
            kind: Callable[..., Any] = TwistedIPv6 if ":" in each else TwistedIPv4
            resolutionReceiver.addressResolved(kind("TCP", each, portNumber))
        resolutionReceiver.resolutionComplete()
        return _AtOnce(hostName)

    def connect(self, host: str) -> list[BaseException]:
        """Try to connect; what failed at once."""
        failed: list[BaseException] = []
        made: Deferred[Any] = Reachable(self.reactor, host, 80, 10.0).connect(Factory.forProtocol(Protocol))

        def noted(failure: Failure) -> None:
            assert failure.value is not None
            failed.append(failure.value)

        made.addErrback(noted)
        return failed

    @property
    def reached(self) -> list[str]:
        """Where it connects to."""
        return [each[0] for each in self.reactor.tcpClients]


@pytest.mark.parametrize("answer", [[METADATA], ["10.0.0.1", METADATA], ["::ffff:169.254.169.254"], ["fe80::1"]])
def test_a_name_is_looked_at_when_it_is_connected_to(answer: list[str]) -> None:
    """A name that leads there, or there too, is refused before a byte is sent; also one like 0xA9FEA9FE."""
    for host in ("metadata.example", "0xA9FEA9FE"):
        net = _Net(answer)
        assert [type(each) for each in net.connect(host)] == [NotReachable]
        assert net.reached == []


def test_a_name_is_not_resolved_twice() -> None:
    """What was looked at is what is connected to: a second answer, elsewhere, is never asked for."""
    net = _Net(["10.0.0.1"], [METADATA])
    assert net.connect("rebound.example") == []
    assert net.asked == ["rebound.example"]
    assert net.reached == ["10.0.0.1"]
