"""Opens and closes the ways in and out beside plain HTTP: exchange folders, SFTP, push, TLS.

SFTP and TLS are imported only when they are switched on, so that a start without them stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from twisted.internet.defer import Deferred

from h2018.push.pushers import Pushers
from h2018.tenant.tenants import Customs
from h2018.transports.folders import Exchange
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_NO_EXCHANGE = Bilingual("SFTP 需要交换文件夹", "SFTP needs exchange folders")


class WayError(TempgoodsError):
    """A way in or out cannot be opened with its settings."""


class Sftp(Struct, frozen=True, kw_only=True):
    """The settings of SFTP.

    :ivar users: TOML file, ``[[user]]`` tables: name, tenant, password, keys (see `sftp.login.SftpUser`).
    :ivar data: folder of the host key.
    :ivar port: 0 takes any free one.
    """

    users: Path
    data: Path
    host: str = "127.0.0.1"
    port: int = 8022


class TlsSettings(Struct, frozen=True, kw_only=True):
    """The TLS settings of the HTTP port.

    :ivar certificate: PEM file with key and certificate; None makes a demonstration's in *data*.
    :ivar client_ca: PEM file of the CAs of clients' certificates; with it, a client without one is not served.
    """

    data: Path
    certificate: Path | None = None
    client_ca: Path | None = None


class Ways:
    """The ways in and out that are open.

    :ivar exchange: the folders; None without.
    :ivar pushers: the pushers of all tenants.
    :ivar sftp_port: where SFTP listens; None without.
    """

    def __init__(self, exchange: Exchange | None, pushers: Pushers, port: Any = None) -> None:
        self.exchange, self.pushers, self._port = exchange, pushers, port

    @property
    def sftp_port(self) -> int | None:
        """The port on which SFTP listens; None without SFTP."""
        return None if self._port is None else int(self._port.getHost().port)

    def close(self) -> Deferred[None] | None:
        """Close every way in and out."""
        if self.exchange is not None:
            self.exchange.stop()
        self.pushers.stop()
        closing: Deferred[None] | None = None if self._port is None else self._port.stopListening()
        return closing


def open_ways(customs: Customs, reactor: Any, now: Callable[[], datetime], sftp: Sftp | None = None) -> Ways:
    """Open exchange folders (as ``customs.config`` says), push, and SFTP if its settings are given.

    :param now: the machine's time, aware.
    :raises WayError: they cannot be opened so.
    :raises TempgoodsError: a key cannot be used.
    :raises twisted.internet.error.CannotListenError: SFTP's port is taken.
    """
    config = customs.config
    exchange = None if config.exchange is None else Exchange(customs, config.exchange)
    port = None
    if sftp is not None:
        if exchange is None:
            raise WayError(_NO_EXCHANGE)
        port = _listen(sftp, exchange, config.max_body, reactor)
    if exchange is not None:
        exchange.start(reactor, config.poll_seconds)
    pushers = Pushers(customs, reactor, now)
    pushers.start()
    return Ways(exchange, pushers, port)


def listen_http(reactor: Any, site: Any, host: str, port: int, tls: TlsSettings | None, now: Callable[[], datetime]) -> Any:
    """Listen for HTTP, or for HTTPS if *tls* is given, and return the port.

    :raises TempgoodsError: a certificate or key cannot be used.
    """
    if tls is None:
        return reactor.listenTCP(port, site, interface=host)
    from h2018.transports import tls as tls_files

    made = tls_files.demonstration(tls.data, now()) if tls.certificate is None else tls_files.ServerTls(certificate=tls.certificate)
    options = tls_files.server_options(msgspec.structs.replace(made, client_ca=tls.client_ca))
    return reactor.listenSSL(port, site, options, interface=host)


def _listen(sftp: Sftp, exchange: Exchange, most: int, reactor: Any) -> Any:
    from twisted.internet.threads import deferToThreadPool

    from h2018.transports.sftp import server as sftp_server
    from h2018.transports.sftp.login import read_users

    users = read_users(sftp.users)

    def in_thread(call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        return deferToThreadPool(reactor, reactor.getThreadPool(), call, *arguments)

    factory = sftp_server.factory(
        users,
        exchange.root_of,
        sftp_server.host_key(sftp.data),
        sftp_server.SftpLimits(largest=most),
        reactor,
        in_thread,
        exchange.being_written,
    )
    return reactor.listenTCP(sftp.port, factory, interface=sftp.host)
