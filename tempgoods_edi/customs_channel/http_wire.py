"""Carries requests to customs over HTTP; failures on the way become `ChannelError`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from tempgoods_edi.customs_channel import failures
from tempgoods_edi.customs_channel.failures import ChannelError
from tempgoods_edi.customs_channel.http_api import MESSAGES
from tempgoods_edi.http_client.certificates import Tls
from tempgoods_edi.http_client.connection import MOST_BYTES, Connection
from tempgoods_edi.http_client.deadline import SILENCE
from tempgoods_edi.http_client.errors import ExchangeError, ExchangeFailure
from tempgoods_edi.http_client.proxies import without_password
from tempgoods_edi.http_client.response import HttpResponse

if TYPE_CHECKING:
    import urllib3


class HttpWire:
    """One kept-alive HTTP connection; when the server has closed it meanwhile, a new one is opened, once.

    :param url: ``http://host:port`` or ``https://…``; a path in it is put before every target.
    :param seconds: how long customs may be silent; a whole exchange may take four times as long.
    :param most: largest answer (bytes).
    :param tls: how TLS is spoken.
    :param token: sent with every request, where customs ask for one; never shown.
    :param client: for tests; made here when left out.
    """

    __slots__ = ("_connection", "_made", "_token", "_used", "where")

    def __init__(
        self,
        url: str,
        *,
        seconds: float = SILENCE,
        most: int = MOST_BYTES,
        tls: Tls | None = None,
        token: str | None = None,
        client: urllib3.PoolManager | None = None,
    ) -> None:
        self.where = without_password(url).rstrip("/")
        self._made = partial(Connection, url, seconds=seconds, most=most, tls=tls, client=client)
        self._connection: Connection | None = None
        self._token, self._used = token, False

    def __repr__(self) -> str:
        return f"HttpWire({self.where!r})"

    def open(self) -> HttpWire:
        """Open the connection before anything is sent, and return this wire.

        :raises ExchangeError: the address is none, or a file for TLS cannot be used.
        """
        self._ready()
        return self

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> HttpResponse:
        """Send one request and read its answer; see `http_api.Wire`.

        :raises ChannelError: there was no whole answer.
        """
        # A connection that was idle may have been closed meanwhile.  Taking a message twice registers it once; what may
        # have moved a clock is not sent twice.
        again = self._used and (method != "POST" or target.endswith(MESSAGES))
        try:
            try:
                return self._once(method, target, body, media)
            except ExchangeError as error:
                if not again or error.kind is not ExchangeFailure.GONE:
                    raise
            return self._once(method, target, body, media)
        except ExchangeError as error:
            raise _told(self.where, error) from None

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._used = None, False

    def _once(self, method: str, target: str, body: bytes | None, media: str) -> HttpResponse:
        headers = {"Accept": "application/xml, application/json, */*;q=0.1", **self._own(body, media)}
        try:
            answer = self._ready().ask(method, target, content=body, headers=headers)
        except ExchangeError:
            self.close()
            raise
        self._used = True
        return answer

    def _ready(self) -> Connection:
        if self._connection is None:
            self._connection = self._made()
        return self._connection

    def _own(self, body: bytes | None, media: str) -> Mapping[str, str]:
        own = {} if body is None else {"Content-Type": media}
        if self._token is not None:
            own["Authorization"] = f"Bearer {self._token}"
        return own


def _told(where: str, error: ExchangeError) -> ChannelError:
    if error.kind is ExchangeFailure.UNREACHABLE:
        return failures.unreachable(where, error.text)
    if error.kind is ExchangeFailure.SLOW:
        return failures.slow(where, error.text)
    if error.kind is ExchangeFailure.GONE:
        return failures.gone(where, error.text)
    return failures.garbled(where, b"", error.text)
