"""Each fault of the line, as a client sees it at its socket; what was registered meanwhile, and that it can be made up for."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from h2018.faults.kinds import CATALOGUE, Step
from h2018.faults.latency import Profile
from h2018.faults.plan import FaultPlan, Rule, switched
from tests.h2018.faults_wired.material import HOUR, Live, customs_on_a_port
from tests.h2018.reactor_thread import on_reactor
from tests.h2018.tenant import START, fixture, signed, text_of

LINE = [kind for kind in CATALOGUE.values() if kind.level == "transport"]
AT_THE_DOOR: list[tuple[str, Step]] = [
    (kind.name, step) for kind in LINE for step in kind.steps if step in ("intake", "answer", "pull")
]


@pytest.fixture(scope="module")
def server() -> Iterator[Live]:
    """One server for all of them."""
    with customs_on_a_port() as live:
        yield live


@pytest.fixture
def live(server: Live) -> Live:
    """It, empty again."""
    on_reactor(server.tenant.reset)
    return server


def ask(live: Live, step: Step, seconds: float = 20) -> bytes:
    """The bytes that come back to a post or a pull."""
    if step == "pull":
        return live.raw("GET", "/v1/receipts", seconds=seconds)
    return live.raw("POST", "/v1/messages", signed(fixture("tmp101-minimal"), 1), seconds)


def seen(live: Live, kind: str, step: Step) -> None:
    """What the client sees of that fault."""
    if kind == "refuse":
        assert ask(live, step) == b""
    elif kind == "reset":
        with pytest.raises(ConnectionResetError):
            ask(live, step)
    elif kind == "hang":
        with pytest.raises(TimeoutError):
            ask(live, step, seconds=0.3)
    else:
        answer = live.pull() if step == "pull" else live.post()
        assert answer.headers["x-simulated"] == "h2018"
        if kind == "empty":
            assert (answer.code, answer.body) == (200, b"")
        elif kind == "garbage":
            assert (answer.code, len(answer.body)) == (200, 512)
        elif kind == "error":
            assert answer.code == 500
        elif kind == "outage":
            assert answer.code == 503
        else:
            assert (answer.code, answer.headers["retry-after"]) == (429, "30")


@pytest.mark.parametrize(
    ("kind", "step"), [(kind, step) for kind, step in AT_THE_DOOR if kind not in ("slow", "truncated")]
)
def test_each_fault_is_seen_at_the_socket(live: Live, kind: str, step: Step) -> None:
    """At intake nothing is registered, at the answer everything is; the next try is as if nothing had been."""
    live.put(kind, step, attempts=1)
    seen(live, kind, step)
    assert live.taken() == (1 if step == "answer" else 0)
    assert [(each.done.fault.kind, each.done.fault.step) for each in live.log()] == [(kind, step)]
    again = live.pull() if step == "pull" else live.post()
    assert again.code == 200
    assert again.headers.get("x-repeated") == ("true" if step == "answer" else None)


@pytest.mark.parametrize("step", ["intake", "answer", "pull"])
def test_a_truncated_answer_breaks_off_with_the_full_length_stated(live: Live, step: Step) -> None:
    """`http.client` notices."""
    live.post(2)
    live.pass_by()
    live.put("truncated", step, keep=0.25)
    with pytest.raises(http.client.IncompleteRead) as caught:
        _ = live.pull() if step == "pull" else live.post()
    received, missing = len(caught.value.partial), caught.value.expected
    assert missing is not None
    assert received == (received + missing) // 4


@pytest.mark.parametrize("step", ["intake", "answer", "pull"])
def test_a_slow_answer_trickles_in_and_is_whole(live: Live, step: Step) -> None:
    """First nothing for a while, then piece by piece; others are served meanwhile."""
    live.post(2)
    live.pass_by()
    live.put("slow", step, attempts=1, profile=Profile(seconds=0.15), bytes_per_second=20_000)
    body = b"" if step == "pull" else signed(fixture("tmp101-minimal"), 1)
    line = "GET /v1/receipts" if step == "pull" else "POST /v1/messages"
    with socket.create_connection(("127.0.0.1", live.port), timeout=20) as connection:
        began = time.monotonic()
        connection.sendall(f"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        parts = [connection.recv(65536)]
        assert time.monotonic() - began > 0.14
        while parts[-1]:
            parts.append(connection.recv(65536))
    head, _, content = b"".join(parts).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(content)}".encode() in head
    assert text_of(content, "DealFlag") == "0" if step != "pull" else content.startswith(b"[")
    assert len(content) < 2000 or len(parts) > 2


@pytest.mark.parametrize("kind", ["misaddressed", "changed", "wrong_encoding", "schema_invalid"])
def test_the_technical_answer_is_spoiled_and_the_message_registered(live: Live, kind: str) -> None:
    """Other bytes than the ones on record; sent again, the message is answered with those."""
    live.put(kind, "answer", attempts=1)
    spoiled, right = live.post(), live.post()
    assert (spoiled.code, right.headers["x-repeated"]) == (200, "true")
    assert spoiled.body != right.body
    assert text_of(right.body, "DealFlag") == "0"
    assert live.taken() == 1


def test_an_outage_has_a_window_in_business_time(live: Live) -> None:
    """503 from since until until, as the business clock has it."""
    rule = Rule(name="noon", kind="outage", since=START + HOUR, until=START + 2 * HOUR)
    on_reactor(live.tenant.faults.put, FaultPlan((rule,)))
    codes = []
    for _ in range(3):
        codes.append(live.pull().code)
        live.pass_by(3600)
    assert codes == [200, 503, 200]


def test_faults_are_switched_while_running(live: Live) -> None:
    """On, one rule off, all off; never on other addresses."""
    live.put("error")
    assert live.pull().code == 500
    assert live.ask("GET", "/v1/messages/x/why").code == 404
    plan = on_reactor(live.tenant.faults.get)
    on_reactor(live.tenant.faults.put, switched(plan, "error", on=False))
    assert live.pull().code == 200
    on_reactor(live.tenant.faults.put, replace(plan, on=False))
    assert live.pull().code == 200
    on_reactor(live.tenant.faults.put, plan)
    assert live.pull().code == 500


def test_another_tenant_is_not_struck(live: Live) -> None:
    """Faults are of one tenant."""
    on_reactor(lambda: live.customs.create("calm") if "calm" not in live.customs.names() else None)
    live.put("error")
    assert live.ask("GET", "/t/calm/v1/receipts").code == 200
    assert live.pull().code == 500


def run(live: Live) -> list[int]:
    """The codes of forty posts and pulls."""
    on_reactor(live.tenant.reset)
    rule = Rule(name="sometimes", kind="error", probability=0.3)
    on_reactor(live.tenant.faults.put, FaultPlan((rule,)))
    return [answer.code for serial in range(1, 21) for answer in (live.post(serial), live.pull())]


def test_the_same_seed_strikes_the_same_and_a_log_can_be_played_again(live: Live) -> None:
    """Two runs alike; a third from the log of the first alone, without its plan."""
    first = run(live)
    lines = [each.done for each in live.log()]
    assert 0 < first.count(500) < 40
    assert run(live) == first
    on_reactor(live.tenant.reset)
    on_reactor(live.tenant.faults.repeat, lines)
    assert [answer.code for serial in range(1, 21) for answer in (live.post(serial), live.pull())] == first
