"""The proxy of a request: none for this machine itself, else the one that the environment names."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def is_here(host: str) -> bool:
    """True when *host* is this machine itself.

    >>> [is_here(host) for host in ("localhost", "127.8.0.1", "[::1]", "::ffff:127.0.0.1", "127.1", "10.0.0.1", "a.cn")]
    [True, True, True, True, True, False, False]
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        try:
            address = ip_address(socket.inet_aton(name))
        except (OSError, ValueError):
            return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for *url*; None for this machine, and where no proxy is named."""
    parts, named = urlsplit(url), getproxies()
    host = parts.hostname or ""
    if is_here(host) or proxy_bypass(host):
        return None
    found = named.get(parts.scheme) or named.get("all")
    return found if found is None or "://" in found else f"http://{found}"


def without_password(address: str) -> str:
    """*address* without user and password, for texts.

    >>> without_password("http://anna:secret@proxy.example:3128")
    'http://proxy.example:3128'
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return address.rpartition("@")[2]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
