"""The connection that carries a client's requests: over HTTP here, without a socket in `h2018.testing`."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from h2018.client.errors import ClientError, NotUnderstood, Unreachable
from tempgoods_edi import steady
from tempgoods_edi.reaching import Failed, Line, NotReached

#: Largest answer that is read: a snapshot is everything of a tenant.
MOST_BYTES = 512 * 1024 * 1024
#: Where messages are posted.
MESSAGES = "/v1/messages"


class Answer(Struct, frozen=True):
    """An HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire(Protocol):
    """The connection that carries requests to one server."""

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> Answer:
        """Send one request and read its answer; raises `ClientError`.

        :param target: path and query.
        :param media: content type of *body*.
        """

    def seconds(self) -> float:
        """A monotonic clock in seconds, to measure time-outs with."""

    def close(self) -> None:
        """Release the connection and what belongs to it."""


class Certificate(Struct, frozen=True):
    """The client's own certificate for TLS (files in PEM form).

    :ivar password: of the key; never shown.
    """

    certificate: Path
    key: Path | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Certificate({str(self.certificate)!r})"


class HttpWire(Struct):
    """One kept-alive HTTP connection; when the server has closed it meanwhile, a new one is opened, once.

    :ivar url: ``http://host:port`` or ``https://…``; a path in it is put before every target.
    :ivar timeout: seconds that the server may be silent; a whole exchange may take four times as long.
    :ivar certificate: shown to the server, which may ask for one.
    :ivar ca: the CA the server's certificate is checked against; None takes the system's.
    :ivar token: what control and callbacks need where the server was started with a token; never shown.
    """

    url: str
    timeout: float = 30.0
    certificate: Certificate | None = None
    ca: Path | None = None
    token: str | None = None
    _open: list[Line] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"HttpWire({self.url!r})"

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> Answer:
        """Send one request and read its answer."""
        # A connection that was idle may have been closed meanwhile.  Taking a message twice registers it once; what may
        # have moved a clock is not sent twice.
        again = bool(self._open) and (method != "POST" or target.endswith(MESSAGES))
        headers = {} if body is None else {"Content-Type": media}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            return self._once(method, target, body, headers)
        except NotReached as error:
            self.close()
            if not again or error.kind is not Failed.GONE:
                raise self._failed(error) from error
        try:
            return self._once(method, target, body, headers)
        except NotReached as error:
            self.close()
            raise self._failed(error) from error

    def _once(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if not self._open:
            self._open.append(Line(self.url, seconds=self.timeout, most=MOST_BYTES, verify=self._verify()))
        answer = self._open[0].ask(method, target, content=body, headers=headers)
        return Answer(answer.status, answer.headers, answer.body)

    def _failed(self, error: NotReached) -> ClientError:
        return NotUnderstood(0, error.text) if error.kind is Failed.BROKEN else Unreachable(self.url, error.text)

    def _verify(self) -> ssl.SSLContext | None:
        if not self.url.startswith("https:"):
            return None
        context = ssl.create_default_context(cafile=None if self.ca is None else str(self.ca))
        if self.certificate is not None:
            own = self.certificate
            context.load_cert_chain(own.certificate, own.key, own.password)
        return context

    def seconds(self) -> float:
        """A monotonic clock in seconds, which nobody can set."""
        return steady.seconds()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        for line in self._open:
            line.close()
        self._open.clear()
