"""Detects https on an http port and http on an https port, and says which URL to write.

OpenSSL says "wrong version number" of the first, and a server simply hangs up at the second.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

from tempgoods_edi.http_client.proxies import without_password
from tempgoods_edi.values import Bilingual

#: How long a port may take to show that it speaks TLS.
_SECONDS = 1.0
#: What OpenSSL calls an answer that is not TLS, in its versions.
_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
)

_PLAIN = Bilingual(
    "该端口使用 http，不是 https：请将地址写为 {url}", "this port speaks http, not https: write the address as {url}"
)
_SECURE = Bilingual(
    "该端口使用 https，不是 http：请将地址写为 {url}", "this port speaks https, not http: write the address as {url}"
)
_SILENT = Bilingual(
    "已连接，但没有 TLS 应答；如果该端口使用 http，请将地址写为 {url}",
    "connected, but there was no answer in TLS; if this port speaks http, write the address as {url}",
)


def without_tls(url: str, said: str, *, silent: bool) -> Bilingual | None:
    """Explain why TLS with *url* failed: a text that names the http address if the server speaks no TLS, else None.

    :param said: what OpenSSL says.
    :param silent: nothing came at all.
    """
    if silent:
        return _SILENT.format(url=_as(url, "http"))
    return _PLAIN.format(url=_as(url, "http")) if any(each in said for each in _NOT_TLS) else None


def with_tls(url: str) -> Bilingual | None:
    """Ask the server at the http *url* whether its port speaks TLS: a text that names the https address, or None."""
    parts = urlsplit(url)
    secure = _speaks_tls(parts.hostname or "", parts.port or 80)
    return _SECURE.format(url=_as(url, "https")) if secure else None


def _as(url: str, scheme: str) -> str:
    return without_password(urlsplit(url)._replace(scheme=scheme).geturl())


def _speaks_tls(host: str, port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Nothing is sent and nothing believed: whose certificate it is does not matter.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with suppress(OSError, ValueError), socket.create_connection((host, port), _SECONDS) as plain:
        try:
            context.wrap_socket(plain, server_hostname=host).close()
        except ssl.SSLError as error:
            return "ALERT" in str(error.reason or "")
        return True
    return False
