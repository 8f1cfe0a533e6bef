"""HTTP that goes wrong: whatever comes back, there is a clear reason in both languages, and never a wrong conclusion."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
from urllib3 import HTTPConnectionPool, exceptions
from urllib3.connection import HTTPConnection

from tempgoods_edi.customs_channel.failures import ChannelError, Failing
from tempgoods_edi.customs_channel.http_wire import HttpWire
from tempgoods_edi.declarant.gateway.transports import Pulled
from tempgoods_edi.declarant.gateway.transports.http import Http
from tempgoods_edi.declarant.platform import SENDER_ID
from tempgoods_edi.http_client.errors import ExchangeError
from tests.carried import Carried
from tests.declarant.gateway.channels import free_port

POOL = HTTPConnectionPool("customs")
ANSWER = "<CommonResponeMessage><SeqNo>202700000000000001</SeqNo><CheckInfo>ok</CheckInfo><DealFlag>{}</DealFlag></CommonResponeMessage>"
TAKEN, NOT_TAKEN = ANSWER.format("0").encode(), ANSWER.format("-1").encode()
XML = {"content-type": "application/xml; charset=utf-8"}
JSON = {"content-type": "application/json"}


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> Http:
    """A channel whose other end answers so."""
    return Http(HttpWire("http://customs", client=Carried(answer)), SENDER_ID)


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    """Another end that is not there."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    return fail


@contextmanager
def saying(*parts: bytes, silent: bool = False) -> Iterator[str]:
    """A server that says this to whoever comes and hangs up; or takes the line and is silent."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                while line.recv(65536) and silent:
                    pass
                for part in parts:
                    line.sendall(part)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.close()
    thread.join(5)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx.Response(200, headers=XML, content=TAKEN[:-30]), Failing.GARBLED),
        (httpx.Response(200, headers=XML, content=b""), Failing.GARBLED),
        (httpx.Response(200, headers=XML, content=b"\x00\xff\x1f\x8b garbage"), Failing.GARBLED),
        (httpx.Response(200, headers=XML, content=TAKEN.replace(b">0<", b">7<")), Failing.GARBLED),
        (httpx.Response(200, headers=XML, content=b"<Package></Package>"), Failing.GARBLED),
        (httpx.Response(200, headers={"content-type": "text/html"}, content=TAKEN), Failing.GARBLED),
        (httpx.Response(200, content=TAKEN), Failing.GARBLED),
        (httpx.Response(404, headers=XML, content=TAKEN), Failing.GARBLED),
        (httpx.Response(302, headers={"location": "http://elsewhere"}), Failing.GARBLED),
        (httpx.Response(500, headers=XML, content=NOT_TAKEN), Failing.BROKEN),
        (httpx.Response(502, headers={"content-type": "text/html"}, content=b"<h1>Bad gateway"), Failing.BROKEN),
        (httpx.Response(503, headers={"retry-after": "30"}), Failing.BUSY),
        (httpx.Response(429), Failing.BUSY),
        (httpx.Response(401), Failing.REFUSED_US),
    ],
)
def test_an_answer_that_is_none_is_never_taken_for_one(response: httpx.Response, kind: Failing) -> None:
    """Half, empty, garbage, another page, their fault: the kind is told, with words in both languages."""
    with pytest.raises(ChannelError) as raised:
        answering(lambda _: response).hand_over("M1", b"<x/>")
    assert raised.value.kind is kind
    assert re.search("[\u4e00-\u9fff]", raised.value.text.zh)
    assert "http://customs" in raised.value.text.en


@pytest.mark.parametrize(
    ("status", "data", "taken"), [(200, TAKEN, True), (422, NOT_TAKEN, False), (409, NOT_TAKEN, False)]
)
def test_customs_own_word_counts_whatever_the_status(status: int, data: bytes, taken: bool) -> None:
    """DealFlag decides."""
    answer = answering(lambda _: httpx.Response(status, headers=XML, content=data)).hand_over("M1", b"<x/>")
    assert answer is not None
    assert (answer.taken, answer.seq_no, answer.data) == (taken, "202700000000000001", data)


@pytest.mark.parametrize(
    ("given", "seconds"), [("30", 30.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None), (None, None)]
)
def test_retry_after_is_heard(given: str | None, seconds: float | None) -> None:
    """In seconds; nothing else is understood."""
    headers = {} if given is None else {"retry-after": given}
    with pytest.raises(ChannelError) as raised:
        answering(lambda _: httpx.Response(503, headers=headers)).receipts(0)
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (exceptions.NewConnectionError(HTTPConnection("customs"), "refused"), Failing.UNREACHABLE),
        (exceptions.ConnectTimeoutError(), Failing.UNREACHABLE),
        (exceptions.ReadTimeoutError(POOL, "/", "timed out"), Failing.SLOW),
        (exceptions.ProtocolError("cut off", exceptions.IncompleteRead(5, 10)), Failing.GARBLED),
        (exceptions.ProtocolError("reset", ConnectionResetError()), Failing.GONE),
    ],
)
def test_a_line_that_breaks_is_told_for_what_it_is(error: Exception, kind: Failing) -> None:
    """Nobody there, too slow, broken off."""
    asks: tuple[Callable[[Http], object], ...] = (
        lambda each: each.hand_over("M1", b"<x/>"),
        lambda each: each.receipts(0),
    )
    for ask in asks:
        with pytest.raises(ChannelError) as raised:
            ask(answering(raising(error)))
        assert raised.value.kind is kind


def test_nobody_listening_is_unreachable() -> None:
    """A refused connection on a real port."""
    with pytest.raises(ChannelError) as raised:
        Http(HttpWire(f"http://127.0.0.1:{free_port()}"), SENDER_ID).hand_over("M1", b"<x/>")
    assert raised.value.kind is Failing.UNREACHABLE


def test_half_an_answer_on_a_real_line_is_garbled() -> None:
    """The announced length does not come."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 999\r\n\r\n"
    with saying(head, TAKEN) as url, pytest.raises(ChannelError) as raised:
        Http(HttpWire(url), SENDER_ID).hand_over("M1", b"<x/>")
    assert raised.value.kind is Failing.GARBLED


def test_something_that_does_not_speak_http_is_garbled() -> None:
    """Another service behind the address."""
    with saying(b"SSH-2.0-OpenSSH_9.2\r\n") as url, pytest.raises(ChannelError) as raised:
        Http(HttpWire(url), SENDER_ID).hand_over("M1", b"<x/>")
    assert raised.value.kind is Failing.GARBLED


def test_a_silent_line_is_slow() -> None:
    """Taken, and no word: nobody knows whether it arrived."""
    with saying(silent=True) as url, pytest.raises(ChannelError) as raised:
        Http(HttpWire(url, seconds=0.2), SENDER_ID).hand_over("M1", b"<x/>")
    assert raised.value.kind is Failing.SLOW


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, headers=JSON, content=b"[]"),
        httpx.Response(200, headers={**JSON, "x-high-water-mark": "x"}, content=b"[]"),
        httpx.Response(200, headers={**JSON, "x-high-water-mark": "7"}, content=b"[{"),
        httpx.Response(200, headers={**JSON, "x-high-water-mark": "7"}, content=b'{"a": 1}'),
        httpx.Response(200, headers={"content-type": "text/plain", "x-high-water-mark": "7"}, content=b"[]"),
        httpx.Response(404, headers={**JSON, "x-high-water-mark": "7"}, content=b"[]"),
    ],
)
def test_a_list_that_is_none_moves_no_mark(response: httpx.Response) -> None:
    """Without the mark, or not a list: nothing is concluded."""
    with pytest.raises(ChannelError) as raised:
        answering(lambda _: response).receipts(3)
    assert raised.value.kind is Failing.GARBLED


def test_a_poisoned_receipt_comes_along_as_it_is() -> None:
    """Those before and behind it come too, and the mark moves on."""
    listed = b'[{"sequence": 4, "xml": "<a/>"}, {"sequence": "x"}, 17, {"sequence": 6}, {"sequence": 7, "xml": "<b/>"}]'
    pulled = answering(
        lambda _: httpx.Response(200, headers={**JSON, "x-high-water-mark": "7"}, content=listed)
    ).receipts(3)
    assert [(each.sequence, each.data) for each in pulled.arrivals] == [
        (4, b"<a/>"), (None, b'{"sequence":"x"}'), (None, b"17"), (6, b'{"sequence":6}'), (7, b"<b/>"),
    ]  # fmt: skip
    assert pulled.mark == 7


def test_a_mark_goes_back_only_where_customs_count_anew() -> None:
    """Not while something comes; but when all they have is below it, everything is fetched from the beginning."""
    headers = {**JSON, "x-high-water-mark": "2"}
    some = httpx.Response(200, headers=headers, content=b'[{"sequence": 10, "xml": "<a/>"}]')
    assert answering(lambda _: some).receipts(9).mark == 9
    none = httpx.Response(200, headers=headers, content=b"[]")
    pulled = answering(lambda _: none).receipts(9)
    assert (pulled.arrivals, pulled.mark, pulled.more) == ((), 0, True)
    usual = httpx.Response(200, headers={**JSON, "x-high-water-mark": "9"}, content=b"[]")
    assert answering(lambda _: usual).receipts(9) == Pulled((), 9)


@pytest.mark.parametrize("url", ["ftp://customs", "customs", "file:///etc/passwd"])
def test_only_http_addresses_are_taken(url: str) -> None:
    """Anything else is told at once."""
    with pytest.raises(ExchangeError):
        HttpWire(url).open()
