"""Asks a server without a socket: requests as bytes into its own protocol, answers taken apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from h2018 import app
from h2018.config import Config
from h2018.tenant.tenants import Customs, Tenant
from tests.h2018.tenant import FIXTURES, REGISTRY, START

#: A tenant as the fixtures need it: their CA, the sample registry, a clock that only the test moves.
CONFIG = Config(
    clock="manual", starts_at=START, trust=(FIXTURES / "keys" / "ca.pem",), registry=REGISTRY, progression="timed"
)


class Answered:
    """One HTTP answer, taken apart; `code` is 0 when there was none."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        self.code = int(status.split()[1]) if status else 0
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Web:
    """A whole server in memory."""

    def __init__(self, customs: Customs, time: Clock) -> None:
        self.customs, self.time = customs, time
        self._site = app.make_site(customs, time)

    @property
    def tenant(self) -> Tenant:
        """The default tenant."""
        return self.customs.tenant()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        *,
        media: str | None = None,
        chunked: bool = False,
        **headers: str,
    ) -> Answered:
        """What the server answers; time goes on until it does, an hour at most."""
        transport = self.begin(method, path, body, media=media, chunked=chunked, **headers)
        for _ in range(3600):
            self._turns()
            if transport.value() or transport.disconnecting:
                break
            self.time.advance(1)
        transport.protocol.connectionLost(Failure(ConnectionDone()))
        return Answered(transport.value())

    def turn(self) -> None:
        """Have done the one thing that is due next, as a turn of the reactor would."""
        call = self.time.calls.pop(0)
        call.called = 1
        call.func(*call.args, **call.kw)

    def _turns(self) -> None:
        """Have done what is due now, and what that brings."""
        while self.time.calls and self.time.calls[0].getTime() <= self.time.seconds():
            self.time.advance(0)

    def begin(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        *,
        media: str | None = None,
        chunked: bool = False,
        **headers: str,
    ) -> Any:
        """Ask, and give the connection back as it then is."""
        if isinstance(body, dict):
            body, media = msgspec.json.encode(body), media or "application/json"
        body = body or b""
        protocol: Any = self._site.buildProtocol(IPv4Address("TCP", "127.0.0.1", 9))
        transport: Any = StringTransport()
        transport.abortConnection = transport.loseConnection
        protocol.makeConnection(transport)
        transport.protocol = protocol
        lines = [f"{method} {path} HTTP/1.1", "Connection: close"]
        lines += [] if "host" in headers else ["Host: localhost"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if media is not None:
            lines.append(f"Content-Type: {media}")
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}")
        protocol.dataReceived(("\r\n".join(lines) + "\r\n\r\n").encode())
        if chunked:
            for start in range(0, len(body), 65536):
                part = body[start : start + 65536]
                if transport.disconnecting:
                    break
                protocol.dataReceived(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            if not transport.disconnecting:
                protocol.dataReceived(b"0\r\n\r\n")
        elif body:
            protocol.dataReceived(body)
        return transport

    def connected(self) -> Any:
        """A connection on which nothing was said yet."""
        protocol: Any = self._site.buildProtocol(IPv4Address("TCP", "127.0.0.1", 9))
        transport: Any = StringTransport()
        transport.abortConnection = transport.loseConnection
        protocol.makeConnection(transport)
        transport.protocol = protocol
        return transport

    def begin_slowly(self, method: str, path: str, length: int) -> Any:
        """A connection whose body of *length* bytes is yet to come."""
        transport = self.connected()
        transport.protocol.dataReceived(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode())
        return transport

    def settle(self, seconds: float = 600) -> None:
        """Let business time pass."""
        self.tenant.advance(seconds)


@contextmanager
def serving(config: Config = CONFIG, **changes: Any) -> Iterator[Web]:
    """A server for the time of a ``with``."""
    time = Clock()
    customs = app.make_customs(msgspec.structs.replace(config, **changes), time)
    try:
        yield Web(customs, time)
    finally:
        customs.close()
