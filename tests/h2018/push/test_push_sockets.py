"""Pushing to real sockets: good receivers, bad ones, and what faults make of a push.  None holds up another."""

from __future__ import annotations

import hashlib
import hmac
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from queue import Empty

import pytest

from h2018.faults.kinds import Parameters
from h2018.faults.latency import Profile
from h2018.faults.live import FaultsInForce
from h2018.faults.plan import FaultPlan, Rule
from h2018.push.backoff import Backoff, Curve
from h2018.push.callbacks import Callback
from h2018.push.http_post import Agents
from h2018.push.pusher import Pusher
from h2018.store import Store
from tempgoods_edi.numbers import CHINA_TIME
from tests.h2018.push.material import Receiver, answering, lay, make_store, silent
from tests.h2018.reactor_thread import on_reactor, reactor
from tests.h2018.tenant import START

YES = b"HTTP/1.1 204 No Content\r\n\r\n"
QUICK = Backoff(blocking=Curve(first=0.05, factor=1.0, most=0.05), delaying=Curve(first=0.05, factor=1.0, most=0.05), jitter=0)


def _now() -> datetime:
    return datetime.now(CHINA_TIME)


class Live:
    """A pusher on the real reactor."""

    def __init__(self) -> None:
        self.store: Store = make_store()
        self.faults = FaultsInForce(self.store, lambda: 7, lambda: START)
        self.agents = Agents(reactor, lambda item, data: self.faults.strike("push", item, data))
        self.pusher = Pusher(self.store, self.agents, reactor, _now, lambda: 7, QUICK)

    def register(self, name: str, url: str, **more: object) -> None:
        """A callback for recipient R1."""
        callback = Callback(name=name, url=url, recipient="R1", **more)  # type: ignore[arg-type]  # a test's shorthand
        on_reactor(self.pusher.register, callback)

    def lay(self, count: int = 1) -> None:
        """More receipts."""

        def more() -> None:
            for each in lay(self.store, "R1", count):
                self.pusher.receipt_ready(each)

        on_reactor(more)

    def rows(self, name: str) -> list[tuple[int, str, str]]:
        """Sequence, outcome and detail of each try, oldest first."""
        found = on_reactor(self.store.deliveries_of_channel, f"push:{name}")
        return [(each.receipt, each.outcome, each.detail) for each in reversed(found)]

    def awaited(self, name: str, enough: Callable[[list[tuple[int, str, str]]], bool]) -> list[tuple[int, str, str]]:
        """The rows, once there are *enough*."""
        until = time.monotonic() + 10
        rows = self.rows(name)
        while not enough(rows) and time.monotonic() < until:
            rows = self.rows(name)
        assert enough(rows), rows
        return rows


@pytest.fixture
def live() -> Iterator[Live]:
    """A pusher without callbacks."""
    made: Live = on_reactor(Live)
    on_reactor(made.pusher.start)
    yield made
    on_reactor(made.pusher.stop)


def delivered(count: int) -> Callable[[list[tuple[int, str, str]]], bool]:
    """Whether so many were delivered."""
    return lambda rows: sum(outcome == "delivered" for _, outcome, _ in rows) >= count


def test_a_receipt_arrives_as_it_is_signed_and_named(live: Live) -> None:
    """Bytes, HMAC, headers of ours and theirs."""
    with Receiver(answering(YES)) as receiver:
        live.register("good", receiver.url, secret="s", headers={"Authorization": "Bearer t"})
        live.lay()
        request = receiver.seen.get(timeout=10)
        assert request is not None
        head, _, body = request.partition(b"\r\n\r\n")
        lines = {line.decode().lower() for line in head.split(b"\r\n")}
        assert body == "<Package>第1份</Package>".encode()
        assert f"x-h2018-signature: sha256={hmac.new(b's', body, hashlib.sha256).hexdigest()}" in lines
        assert {"authorization: bearer t", "x-simulated: h2018", "x-sequence: 1", "x-attempt: 1", "x-trace-id: t1"} <= lines
        live.awaited("good", delivered(1))


BAD: dict[str, tuple[Callable[[socket.socket, bytes], None], str]] = {
    "hangs": (silent, "blocking"),
    "garbage": (answering(b"\x00\xff no http at all\r\n\r\n"), "blocking"),
    "closes": (answering(b""), "blocking"),
    "breaks off": (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), "blocking"),
    "fails": (answering(b"HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"), "blocking"),
    "refuses": (answering(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), "delaying"),
    "sends elsewhere": (answering(b"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), "delaying"),
    "never ends": (answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000), "delivered"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_receiver_blocks_only_its_own_channel(live: Live, kind: str) -> None:
    """What it does is on record; the good one gets everything meanwhile."""
    answer, outcome = BAD[kind]
    with Receiver(answer) as bad, Receiver(answering(YES)) as good:
        live.register("bad", bad.url, timeout_seconds=0.3)
        live.register("good", good.url)
        live.lay(3)
        assert [sequence for sequence, _, _ in live.awaited("good", delivered(3))] == [1, 2, 3]
        assert live.awaited("bad", bool)[0][:2] == (1, outcome)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nthank you",
        b"HTTP/1.0 204 No Content\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthank you",
        b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok",
    ],
)
def test_an_answer_may_end_as_its_protocol_lets_it(live: Live, answer: bytes) -> None:
    """With a length, in chunks, or with the connection, as HTTP/1.0 and small receivers do: delivered, once."""
    with Receiver(answering(answer)) as receiver:
        live.register("old", receiver.url)
        live.lay(2)
        assert [row[:2] for row in live.awaited("old", delivered(2))] == [(1, "delivered"), (2, "delivered")]


def test_nobody_there_is_no_answer(live: Live) -> None:
    """A port that nobody listens on, a name that nobody has: blocking, tried again, delivered once somebody is there."""
    with Receiver(answering(YES)) as receiver:
        url = receiver.url
    live.register("none", url)
    live.register("name", "http://nobody.invalid/", timeout_seconds=5)
    live.lay()
    assert [each[1] for each in live.awaited("none", lambda rows: len(rows) >= 3)[:3]] == ["blocking"] * 3
    assert live.awaited("name", bool)[0][1] == "blocking"


def strike(live: Live, kind: str, **parameters: object) -> None:
    """The first try of each push meets that fault."""
    rule = Rule(name=kind, kind=kind, steps=("push",), attempts=1, parameters=Parameters(**parameters))  # type: ignore[arg-type]  # a test's shorthand
    on_reactor(live.faults.put, FaultPlan((rule,)))


@pytest.mark.parametrize("kind", ["refuse", "reset", "garbage", "truncated"])
def test_a_fault_on_the_way_is_seen_by_the_receiver_and_made_up_for(live: Live, kind: str) -> None:
    """The receiver sees the fault at its socket; the next try is whole; both are on record."""
    strike(live, kind, **({"size": 64} if kind == "garbage" else {}))
    with Receiver(answering(YES)) as receiver:
        live.register("one", receiver.url)
        live.lay()
        first, second = receiver.seen.get(timeout=10), receiver.seen.get(timeout=10)
        whole = "<Package>第1份</Package>".encode()
        assert second is not None
        assert second.endswith(whole)
        if kind == "refuse":
            assert first == b""
        elif kind == "reset":
            assert first is None
        else:
            assert first is not None
            head, _, body = first.partition(b"\r\n\r\n")
            length = len(whole) if kind == "truncated" else 64
            assert f"Content-Length: {length}".encode() in head
            assert (len(body) < len(whole) and whole.startswith(body)) if kind == "truncated" else len(body) == 64
        assert [outcome for _, outcome, _ in live.awaited("one", delivered(1))] == ["blocking", "delivered"]
        assert [each.done.fault.kind for each in on_reactor(live.faults.log)] == [kind]
        with pytest.raises(Empty):
            receiver.seen.get_nowait()


def test_a_slow_push_trickles_and_is_delivered(live: Live) -> None:
    """The bytes come in pieces, all of them."""
    strike(live, "slow", profile=Profile(seconds=0.05), bytes_per_second=200)
    with Receiver(answering(YES)) as receiver:
        live.register("one", receiver.url)
        began = time.monotonic()
        live.lay()
        request = receiver.seen.get(timeout=10)
        assert time.monotonic() - began > 0.1
        assert request is not None
        assert request.endswith("<Package>第1份</Package>".encode())
        assert [outcome for _, outcome, _ in live.awaited("one", delivered(1))] == ["delivered"]
