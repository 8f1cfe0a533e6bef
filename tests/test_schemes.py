"""https that meets a port of http, and http that meets one of https: told at once, with the address to write."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from h2018.transports import tls
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.patient import Patience
from tempgoods_edi.reaching import Failed, Line, NotReached
from tests.h2018.http.web import serving as simulator
from tests.test_patient import serving as portal
from tests.test_reaching import CLIENTS, serving, whole

#: What a port of http says to a client that begins TLS.
NO_HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def hello() -> bytes:
    """How a client begins TLS."""
    sent, context = ssl.MemoryBIO(), ssl.create_default_context()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost").do_handshake()
    return sent.read()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's key and certificate."""
    return tls.demonstration(tmp_path_factory.mktemp("tls"), datetime(2026, 11, 30, tzinfo=UTC)).certificate


@contextmanager
def secure(certificate: Path) -> Iterator[int]:
    """A port that speaks TLS only; what is not TLS is hung up on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    try:
                        context.wrap_socket(connection, server_side=True).close()
                    except OSError:
                        continue

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.mark.parametrize("name", CLIENTS)
def test_https_to_a_port_of_http_is_told(name: str) -> None:
    """Everybody who asks by HTTP says so, and which address to write."""
    with serving(NO_HTTP) as (port, _), pytest.raises(TempgoodsError) as told:
        CLIENTS[name][0](f"https://127.0.0.1:{port}")
    assert f"http://127.0.0.1:{port}" in told.value.text.en
    assert "speaks http, not https" in told.value.text.en
    assert "使用 http，不是 https" in told.value.text.zh


@pytest.mark.parametrize("name", CLIENTS)
def test_http_to_a_port_of_https_is_told(name: str, certificate: Path) -> None:
    """The same the other way round; nobody is told that a message may have arrived."""
    with secure(certificate) as port, pytest.raises(TempgoodsError) as told:
        CLIENTS[name][0](f"http://127.0.0.1:{port}")
    assert f"https://127.0.0.1:{port}" in told.value.text.en
    assert "speaks https, not http" in told.value.text.en
    assert "使用 https，不是 http" in told.value.text.zh
    assert "may have arrived" not in told.value.text.en


def test_a_port_that_is_silent_in_tls_is_told() -> None:
    """A server that waits for the end of a line is named as what it may be; user and password are not shown."""
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(NotReached) as told:
        Line(f"https://a:b@127.0.0.1:{listening.getsockname()[1]}", seconds=0.3).ask("GET", "/")
    assert told.value.kind is Failed.UNREACHABLE
    assert "no answer in TLS" in told.value.text.en
    assert "a:b" not in str(told.value)


def test_a_server_that_only_hangs_up_is_not_said_to_speak_tls() -> None:
    """What fails for another reason is told as before, and a right answer is one."""
    with serving() as (port, _), pytest.raises(NotReached) as told:
        Line(f"http://127.0.0.1:{port}", seconds=1).ask("GET", "/")
    assert told.value.kind is Failed.GONE
    with serving(whole(b"", b"ok")) as (port, _):
        assert Line(f"http://127.0.0.1:{port}", seconds=1).ask("GET", "/").body == b"ok"


def test_the_simulators_port_of_http_answers_tls_at_once() -> None:
    """Without any time passing: in plain HTTP, and the connection is ended."""
    with simulator() as web:
        connection = web.connected()
        connection.protocol.dataReceived(hello())
        assert connection.value().startswith(b"HTTP/1.1 400 ")
        assert "不是 https / this port speaks http".encode() in connection.value()
        assert connection.disconnecting


def test_the_portals_port_of_http_answers_tls_at_once() -> None:
    """Long before a head that drips would be given up."""
    with portal(Patience(head=300, idle=300)) as served, served.connected() as connection:
        connection.sendall(hello())
        assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")
