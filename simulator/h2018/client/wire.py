"""The connection that carries a client's requests: over HTTP here, without a socket in `h2018.testing`."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from msgspec import Struct

from h2018.client.errors import ClientError, NotUnderstood, Unreachable
from tempgoods_edi import steady
from tempgoods_edi.customs_channel import http_api, http_wire
from tempgoods_edi.customs_channel.failures import ChannelError, Failing
from tempgoods_edi.http_client.certificates import Tls
from tempgoods_edi.http_client.response import HttpResponse

#: Largest answer that is read: a snapshot is everything of a tenant.
MOST_BYTES = 512 * 1024 * 1024


class Wire(http_api.Wire, Protocol):
    """The connection that carries requests to one server; its errors are `ClientError`."""

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


class HttpWire:
    """One kept-alive HTTP connection; when the server has closed it meanwhile, a new one is opened, once.

    :param url: ``http://host:port`` or ``https://…``; a path in it is put before every target.
    :param timeout: seconds that the server may be silent; a whole exchange may take four times as long.
    :param certificate: shown to the server, which may ask for one.
    :param ca: the CA the server's certificate is checked against; None takes the system's.
    :param token: what control and callbacks need where the server was started with a token; never shown.
    """

    __slots__ = ("_wire",)

    def __init__(
        self,
        url: str,
        timeout: float = 30.0,
        certificate: Certificate | None = None,
        ca: Path | None = None,
        token: str | None = None,
    ) -> None:
        tls = Tls(ca=ca)
        if certificate is not None:
            own = certificate
            tls = Tls(ca=ca, certificate=own.certificate, key=own.key, password=own.password)
        self._wire = http_wire.HttpWire(url, seconds=timeout, most=MOST_BYTES, tls=tls, token=token)

    def __repr__(self) -> str:
        return f"HttpWire({self.where!r})"

    @property
    def where(self) -> str:
        """The address of the server."""
        return self._wire.where

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> HttpResponse:
        """Send one request and read its answer."""
        try:
            return self._wire.exchange(method, target, body, media)
        except ChannelError as error:
            raise _told(error) from error

    def seconds(self) -> float:
        """A monotonic clock in seconds, which nobody can set."""
        return steady.seconds()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._wire.close()


def _told(error: ChannelError) -> ClientError:
    return NotUnderstood(0, error.text) if error.kind is Failing.GARBLED else Unreachable(error.text)
