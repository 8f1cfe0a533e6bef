"""Servers that say what a test wants, at a real socket; and an environment with a proxy that is dead."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@contextmanager
def serving(*parts: bytes, drip: float = 0.0, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says this to whoever comes, a byte every *drip* seconds; gives its port, and what it heard."""
    heard, over = list[bytes](), Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while not over.is_set():
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                try:
                    with plain if tls is None else tls.wrap_socket(plain, server_side=True) as connection:
                        heard.append(_heard(connection))
                        for part in parts:
                            for at in range(0, len(part), 1 if drip else max(1, len(part))):
                                over.wait(drip)
                                connection.sendall(part[at : at + 1] if drip else part)
                except OSError:
                    plain.close()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield str(listening.getsockname()[1]), heard
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _heard(connection: socket.socket) -> bytes:
    """A whole request, with its body; of anything else the first piece."""
    data = connection.recv(65536)
    while data.startswith((b"GET ", b"POST ")) and len(data) < _length(data):
        piece = connection.recv(65536)
        if not piece:
            break
        data += piece
    return data


def _length(data: bytes) -> int:
    """How long the request that begins so is, as far as can be told."""
    head, end, _ = data.partition(b"\r\n\r\n")
    if not end:
        return len(data) + 1
    lengths = (line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(head) + len(end) + int(next(lengths, b"0"))


def whole(head: bytes, body: bytes, status: bytes = b"200 OK") -> bytes:
    """A right answer."""
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, head, len(body), body)


def speaking_tls(certificate: Path, client_ca: Path | None = None) -> ssl.SSLContext:
    """How a server with that key and certificate speaks TLS.

    :param client_ca: the CA of clients' certificates; with it, a client without one is not served.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if client_ca is not None:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> str:
    """An environment whose proxy is dead; its address."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"127.0.0.1:{gone.getsockname()[1]}"
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in PROXIES[:3]:
        monkeypatch.setenv(name.upper(), f"http://anna:secret@{address}")
    return address
