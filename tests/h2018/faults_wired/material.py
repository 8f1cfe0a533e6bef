"""A whole customs on a real HTTP port, with faults, and clients that look at bare sockets."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from h2018.config import Config
from h2018.faults.kinds import Parameters, Step
from h2018.faults.live import Logged
from h2018.faults.plan import FaultPlan, Rule
from h2018.http import fault_middleware, server
from h2018.http_api import messages
from h2018.tenant.tenants import Customs, Tenant
from tests.h2018.reactor_thread import Served, on_reactor, reactor
from tests.h2018.tenant import REGISTRY, START, fixture, signed, trust


class Answer(Struct, frozen=True):
    """One HTTP answer."""

    code: int
    headers: dict[str, str]
    body: bytes


class Live(Struct, frozen=True):
    """A customs that listens; its business time is moved by hand."""

    customs: Customs
    port: int

    @property
    def tenant(self) -> Tenant:
        """Its default tenant."""
        return self.customs.tenant()

    def put(self, kind: str, *steps: Step, attempts: int | None = None, **parameters: object) -> None:
        """Put one fault in force."""
        rule = Rule(name=kind, kind=kind, steps=steps, attempts=attempts, parameters=Parameters(**parameters))  # type: ignore[arg-type]  # a test's shorthand
        on_reactor(self.tenant.faults.put, FaultPlan((rule,)))

    def post(self, serial: int = 1) -> Answer:
        """Post a good message."""
        return self.ask("POST", "/v1/messages", signed(fixture("tmp101-minimal"), serial))

    def pull(self) -> Answer:
        """Fetch receipts."""
        return self.ask("GET", "/v1/receipts")

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Ask by `http.client`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()

    def raw(self, method: str, path: str, body: bytes = b"", seconds: float = 20) -> bytes:
        """Everything that comes back at the socket until it is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            data = b""
            while part := connection.recv(65536):
                data += part
        return data

    def pass_by(self, seconds: float = 600) -> None:
        """Let business time pass."""
        on_reactor(self.tenant.advance, seconds)

    def receipts(self) -> list[bytes]:
        """The receipts that lie ready."""
        return [each.data for each in on_reactor(self.tenant.store.receipts)]

    def log(self) -> tuple[Logged, ...]:
        """The faults that struck."""
        found: tuple[Logged, ...] = on_reactor(self.tenant.faults.log)
        return found

    def taken(self) -> int:
        """How many messages were taken."""
        return sum(each.what == "received" for each in on_reactor(self.tenant.store.journal))


@contextmanager
def customs_on_a_port(database: Path | None = None, **changes: object) -> Iterator[Live]:
    """A customs, its clock standing still at the day of the fixtures."""
    place = None if database is None else str(database)
    config = Config(clock="manual", starts_at=START, registry=REGISTRY, database=place, **changes)  # type: ignore[arg-type]  # a test's shorthand
    customs: Customs = on_reactor(lambda: Customs(config, reactor, trust=trust()))
    try:
        middleware = (fault_middleware.fault_middleware(lambda tenant: tenant.faults, reactor),)
        site = server.site(customs, messages.routes(customs, reactor), reactor, middleware)
        with Served(lambda: reactor.listenTCP(0, site, interface="127.0.0.1")) as port:
            yield Live(customs, port)
    finally:
        on_reactor(customs.close)


HOUR = timedelta(hours=1)
