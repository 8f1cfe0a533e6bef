"""urllib3 connections that report how far they came and give access to their socket; used by `connection`."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

#: How long a connection may take to be there (seconds), unless its server may be silent for less.
CONNECT_SECONDS = 5.0


class Watch:
    """The progress of the last connection.

    :param note: is given its socket, as soon as there is one.
    :ivar began: it was tried.
    :ivar met: somebody took it.
    :ivar ready: requests can be sent: TLS, and a proxy's tunnel, are there too.
    """

    def __init__(self, note: Callable[[socket.socket], None]) -> None:
        self._note = note
        self.began = self.met = self.ready = False

    def reset(self) -> None:
        """Note that a request is sent, perhaps on a connection that is there already."""
        self.began = self.met = self.ready = False

    def begin(self) -> None:
        """Note that a connection is attempted."""
        self.began, self.met, self.ready = True, False, False

    def meet(self, connection: socket.socket) -> None:
        """Note that the server accepted the connection."""
        self.met = True
        self._note(connection)

    def open(self, connection: Any) -> None:
        """Note that the connection is ready for requests, and its socket, which TLS within TLS has inside."""
        self.ready = True
        self._note(getattr(connection, "socket", connection))


class _Lines:
    """A file of lines, and whether it has ended."""

    def __init__(self, lines: Any) -> None:
        self._lines, self.ended = lines, False

    def readline(self, most: int = -1) -> bytes:
        """The next line; empty at the end."""
        line: bytes = self._lines.readline(most)
        self.ended = not line
        return line

    def flush(self) -> None:
        """Nothing is written."""

    def close(self) -> None:
        """No more is read."""
        self._lines.close()


class _Answer(HTTPResponse):
    """An answer whose head must be whole: `http.client` takes a head that was cut off for one that has ended."""

    def begin(self) -> None:
        """Read the head."""
        connection, lines = self.fp, _Lines(self.fp)
        self.fp = lines  # type: ignore[assignment]  # all that is asked of it
        super().begin()
        self.fp = connection
        if lines.ended:
            raise HTTPException("the connection ended within the head of the answer")


class _Watched:
    """What a connection does beside connecting."""

    response_class = _Answer
    watch: Watch
    patience: float

    def _new_conn(self) -> socket.socket:
        self.watch.begin()
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # as the class it is put before
        self.watch.meet(made)
        return made

    def connect(self) -> None:
        """Connect; from then on each piece that is sent may take as long as the server may be silent."""
        super().connect()  # type: ignore[misc]  # as the class it is put before
        connection: Any = self.sock  # type: ignore[attr-defined]  # as the class it is put before
        connection.settimeout(self.patience)
        self.watch.open(connection)

    def send(self, data: Any) -> None:
        """Send *data*; of a server that ended TLS meanwhile the alert is read, which says why."""
        try:
            super().send(data)  # type: ignore[misc]  # as the class it is put before
        except ssl.SSLEOFError:
            connection: Any = self.sock  # type: ignore[attr-defined]  # as the class it is put before
            if connection is not None:
                connection.recv(1)
            raise


def connections(watch: Watch, seconds: float, context: ssl.SSLContext | None, proxy: str | None) -> urllib3.PoolManager:
    """A pool that sends requests over one kept-open connection.

    :param seconds: how long the server may be silent.
    :param context: how the server's certificate is judged; None: by the CAs of the system.
    :param proxy: the address of the proxy it goes through.
    :raises ValueError: the proxy's address is none, or of a kind that is not known.
    """
    timeout = urllib3.Timeout(connect=min(seconds, CONNECT_SECONDS), read=seconds)
    settings: dict[str, Any] = {"num_pools": 1, "maxsize": 1, "timeout": timeout, "ssl_context": context}
    own = {"watch": watch, "patience": seconds}
    made = urllib3.PoolManager(**settings) if proxy is None else _through(proxy, settings)
    made.pool_classes_by_scheme = {
        "http": _pool(urllib3.HTTPConnectionPool, type("Plain", (_Watched, HTTPConnection), own)),
        "https": _pool(urllib3.HTTPSConnectionPool, type("Secure", (_Watched, HTTPSConnection), own)),
    }
    return made


def credentials(address: SplitResult, *, of_proxy: bool = False) -> dict[str, str]:
    """The authorisation header for user and password in *address*; empty when there are none."""
    if not address.username:
        return {}
    said = f"{unquote(address.username)}:{unquote(address.password or '')}"
    return dict(urllib3.make_headers(proxy_basic_auth=said) if of_proxy else urllib3.make_headers(basic_auth=said))


def _through(proxy: str, settings: dict[str, Any]) -> urllib3.ProxyManager:
    parts = urlsplit(proxy)
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return urllib3.ProxyManager(address, proxy_headers=credentials(parts, of_proxy=True), **settings)


def _pool(of: type[urllib3.HTTPConnectionPool], connection: type) -> type[urllib3.HTTPConnectionPool]:
    return type(of.__name__, (of,), {"ConnectionCls": connection})
