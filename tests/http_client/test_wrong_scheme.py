"""https that meets a port of http, and http that meets one of https: told at once, with the address to write."""

from __future__ import annotations

import socket
import ssl

import pytest

from tempgoods_edi.http_client.connection import Connection
from tempgoods_edi.http_client.errors import ExchangeError, ExchangeFailure
from tempgoods_edi.patient import Patience
from tests.h2018.http.web import serving as simulator
from tests.http_client.servers import serving, whole
from tests.test_patient import serving as portal


def hello() -> bytes:
    """How a client begins TLS."""
    sent, context = ssl.MemoryBIO(), ssl.create_default_context()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost").do_handshake()
    return sent.read()


def test_a_port_that_is_silent_in_tls_is_told() -> None:
    """A server that waits for the end of a line is named as what it may be; user and password are not shown."""
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(ExchangeError) as told:
        Connection(f"https://a:b@127.0.0.1:{listening.getsockname()[1]}", seconds=0.3).ask("GET", "/")
    assert told.value.kind is ExchangeFailure.UNREACHABLE
    assert "no answer in TLS" in told.value.text.en
    assert "a:b" not in str(told.value)


def test_a_server_that_only_hangs_up_is_not_said_to_speak_tls() -> None:
    """What fails for another reason is told as before, and a right answer is one."""
    with serving() as (port, _), pytest.raises(ExchangeError) as told:
        Connection(f"http://127.0.0.1:{port}", seconds=1).ask("GET", "/")
    assert told.value.kind is ExchangeFailure.GONE
    with serving(whole(b"", b"ok")) as (port, _):
        assert Connection(f"http://127.0.0.1:{port}", seconds=1).ask("GET", "/").body == b"ok"


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
