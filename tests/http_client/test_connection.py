"""The HTTP client: this machine is never asked through a proxy, and nobody waits for ever."""

from __future__ import annotations

from base64 import b64encode
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.cli.pulse import answers
from tempgoods_edi.declarant.gateway.customs_clock import CustomsClock
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.http_client.connection import Connection
from tempgoods_edi.http_client.errors import ExchangeError, ExchangeFailure
from tempgoods_edi.http_client.proxies import is_here, proxy_for
from tests.http_client.servers import serving, whole


@pytest.mark.usefixtures("proxied")
def test_signs_of_life_and_clocks_of_this_machine_are_asked_directly() -> None:
    """Those two tell no errors: they would only see nothing."""
    with serving(whole(b"", b"ok")) as (port, _):
        assert answers(f"http://127.0.0.1:{port}/healthz")
    clock = b'{"mode": "live", "now": "2027-01-10T09:00:00+08:00"}'
    with serving(whole(b"Content-Type: application/json\r\n", clock)) as (port, _):
        assert CustomsClock(f"http://127.0.0.1:{port}").read() is not None


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
        Connection("http://customs.example").ask("GET", "/")


@given(st.ip_addresses())
def test_this_machine_is_its_loopback_addresses_and_nothing_else(address: IPv4Address | IPv6Address) -> None:
    """127.0.0.0/8 and ::1, also as an address of version 4 within one of 6; in brackets or not."""
    assert is_here(str(address)) is is_here(f"[{address}]") is (address.is_loopback and address != ip_address("::"))
    if isinstance(address, IPv4Address):
        assert is_here(f"::ffff:{address}") is address.is_loopback
        assert is_here(f"::ffff:127.{str(address).partition('.')[2]}")


def test_an_answer_without_end_is_given_up() -> None:
    """At its limit; so is one that is compressed, which nobody asked for."""
    endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 100_000
    with serving(endless) as (port, _), pytest.raises(ExchangeError) as raised:
        Connection(f"http://127.0.0.1:{port}", most=1000).ask("GET", "/")
    assert (raised.value.kind, "1000" in raised.value.text.zh) == (ExchangeFailure.BROKEN, True)
    with serving(whole(b"Content-Encoding: gzip\r\n", b"\x1f\x8b")) as (port, heard), pytest.raises(ExchangeError):
        Connection(f"http://127.0.0.1:{port}").ask("GET", "/")
    assert b"accept-encoding: identity" in heard[0].lower()


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: te", b"HTTP/1.1 200 OK\r\nX: y\r\n"]
)
def test_a_head_that_is_cut_off_is_no_answer(head: bytes) -> None:
    """Not even one without a body, which it would otherwise look like."""
    with serving(head) as (port, _), pytest.raises(ExchangeError) as raised:
        Connection(f"http://127.0.0.1:{port}").ask("GET", "/")
    assert raised.value.kind is ExchangeFailure.BROKEN


def test_an_answer_that_ends_with_its_connection_is_whole_unless_we_ended_it() -> None:
    """Without a length it is as long as it comes; broken off at the deadline it is none."""
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100
    with serving(endless) as (port, _):
        assert Connection(f"http://127.0.0.1:{port}").ask("GET", "/").body == b"x" * 100
    with serving(endless, drip=0.02) as (port, _), pytest.raises(ExchangeError) as raised:
        Connection(f"http://127.0.0.1:{port}", seconds=0.2).ask("GET", "/")
    assert raised.value.kind is ExchangeFailure.SLOW


def test_user_and_password_of_an_address_are_sent_as_such() -> None:
    """In their header, decoded; not in the line of the request."""
    with serving(whole(b"", b"ok")) as (port, heard):
        Connection(f"http://anna:p%40ss@127.0.0.1:{port}").ask("GET", "/v1?a=b")
    assert heard[0].startswith(b"GET /v1?a=b HTTP/1.1\r\n")
    assert b"\r\nauthorization: Basic " + b64encode(b"anna:p@ss") + b"\r\n" in heard[0]


def test_a_proxy_is_given_its_own_password_and_the_whole_address(proxied: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its answer is the answer; nothing is sent beside it."""
    with serving(whole(b"", b"ok")) as (port, heard):
        monkeypatch.setenv("HTTP_PROXY", f"http://anna:secret@127.0.0.1:{port}")
        assert Connection("http://customs.example").ask("POST", "/v1/messages", content=b"<x/>").body == b"ok"
    assert heard[0].startswith(b"POST http://customs.example/v1/messages HTTP/1.1\r\n")
    assert b"\r\nproxy-authorization: Basic " + b64encode(b"anna:secret") + b"\r\n" in heard[0]
