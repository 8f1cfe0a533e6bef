"""Everybody who asks by HTTP: this machine is never asked through a proxy, a proxy that fails is named, and nobody waits for ever."""

from __future__ import annotations

import re
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Event, Thread

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.client import ClientError, HttpWire
from tempgoods_edi.cli import exchange
from tempgoods_edi.cli.pulse import answers
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.declarant.gateway.customs_clock import CustomsClock
from tempgoods_edi.declarant.gateway.failures import ChannelError
from tempgoods_edi.declarant.gateway.transports.http import Http
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.reaching import Failed, Line, NotReached, is_here, proxy_for
from tests.carried import Carried

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
TAKEN = b"<CommonResponeMessage><SeqNo>202700000000000001</SeqNo><CheckInfo>ok</CheckInfo><DealFlag>0</DealFlag></CommonResponeMessage>"
XML, JSON = b"Content-Type: application/xml\r\n", b"Content-Type: application/json\r\nX-High-Water-Mark: 0\r\n"

#: Everybody in the house who asks a server, each with a short patience: what it asks, and what the server says.
CLIENTS: dict[str, tuple[Callable[[str], object], bytes, bytes]] = {
    "line": (lambda url: Line(url, seconds=0.3).ask("GET", "/"), b"", b"ok"),
    "submit": (lambda url: exchange.post(url, b"<x/>", 0.3), XML, TAKEN),
    "submit --wait": (lambda url: exchange.receipts(url, exchange.Mine("X", "", ""), 0, 0.3), JSON, b"[]"),
    "client": (lambda url: HttpWire(url, timeout=0.3).exchange("GET", "/"), b"", b"ok"),
    "gateway out": (lambda url: Http(url, "X", seconds=0.3).hand_over("M1", b"<x/>"), XML, TAKEN),
    "gateway in": (lambda url: Http(url, "X", seconds=0.3).receipts(0), JSON, b"[]"),
}
WRONG = (NotReached, CommandError, ClientError, ChannelError)


@contextmanager
def serving(*parts: bytes, drip: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says this to whoever comes, a byte every *drip* seconds; gives its port, and what it heard."""
    heard, over = list[bytes](), Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    try:
                        heard.append(connection.recv(65536))
                        for part in parts:
                            for at in range(0, len(part), 1 if drip else len(part)):
                                over.wait(drip)
                                connection.sendall(part[at : at + 1] if drip else part)
                    except OSError:
                        continue

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield str(listening.getsockname()[1]), heard
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def whole(head: bytes, body: bytes) -> bytes:
    """A right answer."""
    return b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


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


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_asked_directly(proxied: str, name: str, host: str) -> None:
    """By every client, though a proxy is set that does not answer."""
    ask, head, body = CLIENTS[name]
    with serving(whole(head, body)) as (port, heard):
        ask(f"http://{host}:{port}")
    assert len(heard) == 1


@pytest.mark.usefixtures("proxied")
def test_signs_of_life_and_clocks_of_this_machine_are_asked_directly() -> None:
    """Those two tell no errors: they would only see nothing."""
    with serving(whole(b"", b"ok")) as (port, _):
        assert answers(f"http://127.0.0.1:{port}/healthz")
    clock = b'{"mode": "live", "now": "2027-01-10T09:00:00+08:00"}'
    with serving(whole(JSON, clock)) as (port, _):
        assert CustomsClock(f"http://127.0.0.1:{port}").read() is not None


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_fails_is_named(proxied: str, name: str, scheme: str) -> None:
    """In both languages, without its password, with where it comes from and how to do without it."""
    with pytest.raises(WRONG) as raised:
        CLIENTS[name][0](f"{scheme}://customs.example")
    text = raised.value.text
    assert proxied in text.zh
    assert proxied in text.en
    assert "secret" not in text.zh + text.en
    assert "NO_PROXY" in text.en
    assert re.search("代理", text.zh)


def test_what_no_proxy_names_is_asked_directly(proxied: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a proxy without a scheme is one for HTTP."""
    monkeypatch.setenv("NO_PROXY", ".example")
    assert proxy_for("https://customs.example/v1") is None
    monkeypatch.setenv("HTTPS_PROXY", proxied)
    assert proxy_for("https://customs.cn/v1") == f"http://{proxied}"


@pytest.mark.parametrize("proxy", ["socks5://10.0.0.1:1080", "nothing://x"])
def test_a_proxy_that_cannot_be_used_is_named(proxied: str, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """One of a kind that is not known: an error for people, no traceback."""
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(TempgoodsError, match=proxy):
        Line("http://customs.example").ask("GET", "/")


@given(st.ip_addresses())
def test_this_machine_is_its_loopback_addresses_and_nothing_else(address: IPv4Address | IPv6Address) -> None:
    """127.0.0.0/8 and ::1, also as an address of version 4 within one of 6; in brackets or not."""
    assert is_here(str(address)) is is_here(f"[{address}]") is (address.is_loopback and address != ip_address("::"))
    if isinstance(address, IPv4Address):
        assert is_here(f"::ffff:{address}") is address.is_loopback
        assert is_here(f"::ffff:127.{str(address).partition('.')[2]}")


@pytest.mark.parametrize("where", ["head", "body"])
@pytest.mark.parametrize("name", CLIENTS)
def test_a_server_that_drips_holds_nobody(proxied: str, name: str, where: str) -> None:
    """A byte every while, each in time, and right in the end: given up at the deadline of the whole exchange."""
    ask, head, body = CLIENTS[name]
    answer = whole(head + (b"X-Pad: " + b"x" * 100 + b"\r\n" if where == "head" else b""), body + b" " * 100)
    with serving(answer, drip=0.05) as (port, _), pytest.raises(WRONG) as raised:
        ask(f"http://127.0.0.1:{port}")
    assert "1.2" in raised.value.text.en


def test_an_answer_without_end_is_given_up() -> None:
    """At its limit; so is one that is compressed, which nobody asked for."""
    endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 100_000
    with serving(endless) as (port, _), pytest.raises(NotReached) as raised:
        Line(f"http://127.0.0.1:{port}", most=1000).ask("GET", "/")
    assert (raised.value.kind, "1000" in raised.value.text.zh) == (Failed.BROKEN, True)
    with serving(whole(b"Content-Encoding: gzip\r\n", b"\x1f\x8b")) as (port, heard), pytest.raises(NotReached):
        Line(f"http://127.0.0.1:{port}").ask("GET", "/")
    assert b"accept-encoding: identity" in heard[0].lower()


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: te", b"HTTP/1.1 200 OK\r\nX: y\r\n"]
)
def test_a_head_that_is_cut_off_is_no_answer(head: bytes) -> None:
    """Not even one without a body, which it would otherwise look like."""
    with serving(head) as (port, _), pytest.raises(NotReached) as raised:
        Line(f"http://127.0.0.1:{port}").ask("GET", "/")
    assert raised.value.kind is Failed.BROKEN


def test_an_answer_that_ends_with_its_connection_is_whole_unless_we_ended_it() -> None:
    """Without a length it is as long as it comes; broken off at the deadline it is none."""
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100
    with serving(endless) as (port, _):
        assert Line(f"http://127.0.0.1:{port}").ask("GET", "/").body == b"x" * 100
    with serving(endless, drip=0.02) as (port, _), pytest.raises(NotReached) as raised:
        Line(f"http://127.0.0.1:{port}", seconds=0.2).ask("GET", "/")
    assert raised.value.kind is Failed.SLOW


def test_user_and_password_of_an_address_are_sent_as_such() -> None:
    """In their header, decoded; not in the line of the request."""
    with serving(whole(b"", b"ok")) as (port, heard):
        Line(f"http://anna:p%40ss@127.0.0.1:{port}").ask("GET", "/v1?a=b")
    assert heard[0].startswith(b"GET /v1?a=b HTTP/1.1\r\n")
    assert b"\r\nauthorization: Basic " + b64encode(b"anna:p@ss") + b"\r\n" in heard[0]


def test_a_proxy_is_given_its_own_password_and_the_whole_address(proxied: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its answer is the answer; nothing is sent beside it."""
    with serving(whole(b"", b"ok")) as (port, heard):
        monkeypatch.setenv("HTTP_PROXY", f"http://anna:secret@127.0.0.1:{port}")
        assert Line("http://customs.example").ask("POST", "/v1/messages", content=b"<x/>").body == b"ok"
    assert heard[0].startswith(b"POST http://customs.example/v1/messages HTTP/1.1\r\n")
    assert b"\r\nproxy-authorization: Basic " + b64encode(b"anna:secret") + b"\r\n" in heard[0]


@pytest.mark.parametrize("mark", ["1" + "0" * 30, "-1", "9223372036854775808", "1_0", "²", "x", ""])
def test_a_mark_that_is_none_is_not_believed(mark: str) -> None:
    """Whatever a server counts with: no mark moves, nothing is concluded, and the next answer is read again."""
    headers = {"content-type": "application/json", "x-high-water-mark": mark.encode()}
    client = Carried(lambda _: httpx.Response(200, headers=headers, content=b"[]"))  # type: ignore[arg-type]  # bytes are taken too
    with pytest.raises(ChannelError):
        Http("http://customs", "X", client=client).receipts(3)
