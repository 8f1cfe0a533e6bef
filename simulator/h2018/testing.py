"""A simulated customs for tests: a process with a port, or everything in memory behind the same client.

In memory there is no socket, no thread and no waiting: requests go through the same HTTP server by function calls, and
time passes only while the client waits, from due call to due call.  Same seed, same script: the same bytes as over HTTP.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import msgspec
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from h2018 import app
from h2018.client.customs import Customs, connect
from h2018.client.errors import NotUnderstood, Unreachable
from h2018.config import Config
from tempgoods_edi.customs_channel import failures
from tempgoods_edi.http_client.response import HttpResponse
from tempgoods_edi.values import Bilingual

if TYPE_CHECKING:
    from twisted.web.server import Site

#: What a test wants unless it says otherwise: any port, no file, every receipt at once, the test's own keys taken.
DEFAULTS = Config(port=0, progression="immediate", any_signer=True)

_WHERE = "localhost"
_NO_ANSWER = Bilingual("没有应答", "no answer")
#: How far time may run for one request that does not answer by itself (seconds).
_LONGEST = 3600.0


@contextmanager
def running_customs(config: Config | None = None, *, in_memory: bool = False, **changes: Any) -> Iterator[Customs]:
    """Run a simulated customs for the time of a ``with``, and give a client of it.

    >>> with running_customs(in_memory=True, seed=7) as customs:
    ...     customs.submit(b"<no").outcome
    'refused'

    :param config: how it is set up; `DEFAULTS` when left out.
    :param in_memory: no process and no port: for tests of what is answered, not of how it travels.
    :param changes: fields of `Config` in place of those of *config*.
    :raises TempgoodsError: it could not be set up or started.
    """
    config = msgspec.structs.replace(DEFAULTS if config is None else config, **changes)
    if in_memory:
        with _in_memory(config) as customs:
            yield customs
    else:
        with app.running(config) as url, connect(url) as customs:
            yield customs


@contextmanager
def _in_memory(config: Config) -> Iterator[Customs]:
    clock = Clock()
    customs = app.make_customs(config, clock)
    try:
        site = app.make_site(customs, clock)
        with Customs(MemoryWire(site, clock)) as client:
            yield client
    finally:
        customs.close()


class MemoryWire:
    """Carries a client's requests to a Twisted site by function calls (a `client.Wire`).

    :param clock: the site's time; it is moved on while an answer is waited for.
    """

    __slots__ = ("_clock", "_site")

    where = _WHERE

    def __init__(self, site: Site, clock: Clock) -> None:
        self._site, self._clock = site, clock

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> HttpResponse:
        """Send one request on a connection of its own and return the answer."""
        address = IPv4Address("TCP", "127.0.0.1", 0)
        protocol: Any = self._site.buildProtocol(address)
        transport: Any = _Connection()  # type: ignore[no-untyped-call]  # StringTransport has no types
        protocol.makeConnection(transport)
        protocol.dataReceived(_request(method, target, body, media))
        began = self._clock.seconds()
        while not transport.ended and self._clock.calls and self._clock.seconds() - began < _LONGEST:
            self._clock.advance(max(0.0, self._clock.calls[0].getTime() - self._clock.seconds()))
        transport.leave(protocol)
        return _answer(method, transport.value())

    def seconds(self) -> float:
        """The time of the site's clock in seconds."""
        return self._clock.seconds()

    def close(self) -> None:
        """Nothing to close: there is no connection."""


class _Connection(StringTransport):
    """The server's end of a connection (a subclass, because that is how Twisted's fake transport is told of aborts)."""

    aborted = False

    @property
    def ended(self) -> bool:
        """True when the server has closed it, in order or not."""
        return self.disconnecting or self.aborted

    def abortConnection(self) -> None:
        """The server resets the connection."""
        self.aborted = True

    def leave(self, protocol: Any) -> None:
        """Tell the server that the connection is gone."""
        from twisted.internet.error import ConnectionDone
        from twisted.python.failure import Failure

        protocol.connectionLost(Failure(ConnectionDone()))


class _Heard:
    """What `http.client` reads an answer from: it asks a socket for a file."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> BytesIO:
        """The bytes, as a file."""
        return BytesIO(self._data)


def _request(method: str, target: str, body: bytes | None, media: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {_WHERE}", "Connection: close"]
    if body is not None:
        lines += [f"Content-Type: {media}", f"Content-Length: {len(body)}"]
    elif method in ("POST", "PUT"):
        lines.append("Content-Length: 0")
    return "\r\n".join((*lines, "", "")).encode() + (body or b"")


def _answer(method: str, data: bytes) -> HttpResponse:
    if not data:
        raise Unreachable(failures.gone(_WHERE, _NO_ANSWER).text)
    heard: Any = _Heard(data)  # http.client asks for no more of a socket than this
    response = http.client.HTTPResponse(heard, method=method)
    try:
        response.begin()
        body = response.read()
    except http.client.HTTPException as error:
        name = type(error).__name__
        raise NotUnderstood(0, failures.garbled(_WHERE, b"", Bilingual(name, name)).text) from error
    return HttpResponse(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
