"""How a client's requests travel: over HTTP here, without a socket in `h2018.testing`."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from msgspec import Struct, field

from h2018.client.errors import ClientError, NotUnderstood, Unreachable
from tempgoods_edi.values import Bilingual

#: Where messages are posted.
MESSAGES = "/v1/messages"


class Answer(Struct, frozen=True):
    """An HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire(Protocol):
    """What carries requests to one server."""

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> Answer:
        """Send one request and read its answer; raises `ClientError`.

        :param target: path and query.
        :param media: content type of *body*.
        """

    def seconds(self) -> float:
        """A clock that only goes forward, for giving up in time."""

    def close(self) -> None:
        """Let go of what it holds."""


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
    """One kept-alive connection; a connection that the server has closed meanwhile is made anew, once.

    :ivar url: ``http://host:port`` or ``https://…``; a path in it is put before every target.
    :ivar timeout: seconds that the server may be silent.
    :ivar certificate: shown to the server, which may ask for one.
    :ivar ca: the CA the server's certificate is checked against; None takes the system's.
    :ivar token: what control and callbacks need where the server was started with a token; never shown.
    """

    url: str
    timeout: float = 30.0
    certificate: Certificate | None = None
    ca: Path | None = None
    token: str | None = None
    _open: list[http.client.HTTPConnection] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"HttpWire({self.url!r})"

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> Answer:
        """Send one request and read its answer."""
        headers = {} if body is None else {"Content-Type": media}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        target = urlsplit(self.url).path.rstrip("/") + target
        # A connection that was idle may have been closed meanwhile.  Taking a message twice registers it once; what may
        # have moved a clock is not sent twice.
        again = bool(self._open) and (method != "POST" or target.endswith(MESSAGES))
        try:
            return self._once(method, target, body, headers)
        except ConnectionError as error:
            self.close()
            if not again:
                raise self._failed(error) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._failed(error) from error
        try:
            return self._once(method, target, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._failed(error) from error

    def _once(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if not self._open:
            self._open.append(self._connection())
        connection = self._open[0]
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        # Without a limit: with one, a body that was cut off would come back as if it were whole.
        data = response.read()
        if response.will_close:
            self.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, data)

    def _failed(self, error: Exception) -> ClientError:
        if isinstance(error, http.client.HTTPException) and not isinstance(error, http.client.RemoteDisconnected):
            return NotUnderstood(0, type(error).__name__)
        return Unreachable(self.url, str(error) or type(error).__name__)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ClientError(Bilingual("不是HTTP地址：{url}", "not an HTTP address: {url}").format(url=self.url))
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=self.timeout)
        context = ssl.create_default_context(cafile=None if self.ca is None else str(self.ca))
        if self.certificate is not None:
            own = self.certificate
            context.load_cert_chain(own.certificate, own.key, own.password)
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=self.timeout, context=context)

    def seconds(self) -> float:
        """The machine's monotonic clock."""
        return time.monotonic()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        for connection in self._open:
            connection.close()
        self._open.clear()
