"""The HTTP ways in and out, without a socket: requests as bytes into the server's own protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from h2018.cases import Why
from h2018.config import Config
from h2018.transports import http
from tests.h2018.world import World, changed, fixture, make_world, refusal_of, signed, text_of

SMALL = Config(max_body=20_000)


class Answered:
    """One HTTP answer, taken apart."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        self.code = int(status.split()[1])
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def asked(world: World, method: str, path: str, body: bytes = b"", chunked: bool = False) -> Answered:
    """What the server answers to one request."""
    protocol = http.site(world.service, world.time).buildProtocol(IPv4Address("TCP", "127.0.0.1", 9))
    assert protocol is not None
    transport = StringTransport()
    protocol.makeConnection(transport)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    protocol.dataReceived(f"{method} {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{length}\r\n\r\n".encode())
    if chunked:
        for start in range(0, len(body), 65536):
            part = body[start : start + 65536]
            if transport.disconnecting:
                break
            protocol.dataReceived(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        if not transport.disconnecting:
            protocol.dataReceived(b"0\r\n\r\n")
    elif body:
        protocol.dataReceived(body)
    protocol.connectionLost(Failure(ConnectionDone()))
    return Answered(transport.value())


def test_a_message_is_posted_and_its_receipts_are_fetched() -> None:
    """200 with the technical answer; then the list, one receipt by number, and the mark to go on from."""
    world = make_world()
    posted = asked(world, "POST", "/v1/messages", signed(fixture("tmp101-minimal"), 1))
    assert (posted.code, text_of(posted.body, "DealFlag")) == (200, "0")
    assert posted.headers["x-simulated"] == "h2018"
    assert posted.headers["content-type"] == "application/xml; charset=utf-8"
    world.settle()
    listed = asked(world, "GET", "/v1/receipts?recipient=DXPENT0000012345")
    assert [each["sequence"] for each in listed.json] == [1, 2]
    assert listed.headers["x-high-water-mark"] == "2"
    assert {each["trace_id"] for each in listed.json} == {posted.headers["x-trace-id"]}
    first = asked(world, "GET", "/v1/receipts/1")
    assert first.body == world.receipts()[0].data == listed.json[0]["xml"].encode()
    assert refusal_of(first.body, "plain.xsd") is None
    assert asked(world, "GET", "/v1/receipts?after=2").json == []


def test_receipts_are_fetched_by_recipient_and_in_pieces() -> None:
    """Somebody else's are not listed; with a limit the mark is the last one listed."""
    world = make_world(Config(progression="immediate"))
    for serial in range(1, 4):
        world.send(signed(fixture("tmp101-minimal"), serial))
    assert asked(world, "GET", "/v1/receipts?recipient=DXPENT0000000000").json == []
    piece = asked(world, "GET", "/v1/receipts?after=1&limit=2")
    assert [each["sequence"] for each in piece.json] == [2, 3]
    assert piece.headers["x-high-water-mark"] == "3"


@pytest.mark.parametrize(("serial", "hall", "code"), [(1, "4号馆", 409), (2, "", 422)])
def test_conflict_and_refusal_have_their_own_codes(serial: int, hall: str, code: int) -> None:
    """409 for other content under a known message_id, 422 for what is refused; the body says why in either."""
    world = make_world()
    asked(world, "POST", "/v1/messages", signed(fixture("tmp101-minimal"), 1))
    tree = changed(fixture("tmp101-minimal"), {"Head/HallNm": hall})
    answer = asked(world, "POST", "/v1/messages", signed(tree, serial))
    assert (answer.code, text_of(answer.body, "DealFlag")) == (code, "-1")


def test_a_repeated_message_says_that_it_is() -> None:
    """The same body as before, and a header."""
    world = make_world()
    data = signed(fixture("tmp101-minimal"), 1)
    first, again = (asked(world, "POST", "/v1/messages", data) for _ in range(2))
    assert (again.code, again.body, again.headers["x-repeated"]) == (200, first.body, "true")
    assert "x-repeated" not in first.headers


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_without_being_kept(chunked: bool) -> None:
    """413 with a technical answer, whether its length was announced or not; nothing reaches the service."""
    world = make_world(SMALL)
    answer = asked(world, "POST", "/v1/messages", b"x" * 50_000, chunked=chunked)
    assert (answer.code, text_of(answer.body, "DealFlag")) == (413, "-1")
    assert refusal_of(answer.body, "common_response.xsd") is None
    assert world.service.store.journal() == ()


def test_an_endless_body_is_cut_off() -> None:
    """After some patience the connection is closed with a 413."""
    answer = asked(make_world(SMALL), "POST", "/v1/messages", b"x" * (17 * 1024 * 1024), chunked=True)
    assert (answer.code, answer.body) == (413, b"")


def test_why_tells_every_step_of_a_message_with_rule_and_text() -> None:
    """Received, answered, decided, sent; the rejecting rule by id and path, in both languages."""
    world = make_world()
    reply = world.settled(signed(changed(fixture("tmp101-minimal"), {"Head/EndDate": "20270309"}), 1))
    answer = asked(world, "GET", f"/v1/messages/{reply.message_id}/why")
    records = answer.json["records"]
    assert [record["what"] for record in records] == ["received", "answered", "decided", "sent", "decided", "sent"]
    reasons = [why for record in records for why in record["why"] if why["rule"] == "TG-EXH-001"]
    assert reasons[0]["path"] == "Head/EndDate"
    assert reasons[0]["plane"] == "rules"
    assert set(reasons[0]["text"]) == {"zh", "en"}
    assert len(records[0]["sha256"]) == 64
    assert asked(world, "GET", "/v1/messages/unknown/why").code == 404


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/", 404),
        ("GET", "/v1", 404),
        ("GET", "/v1/receipts/0", 404),
        ("GET", "/v1/receipts/1x", 404),
        ("GET", "/v1/receipts?after=-1", 400),
        ("GET", "/v1/receipts?limit=x", 400),
        ("GET", "/v1/messages", 405),
        ("DELETE", "/v1/receipts", 405),
        ("GET", "/v1/messages/%ff%00/why", 404),
        ("GET", "/../../etc/passwd", 404),
    ],
)
def test_wrong_addresses_and_numbers_are_told_in_both_languages(method: str, path: str, code: int) -> None:
    """A JSON error, never a traceback, never a page."""
    answer = asked(make_world(), method, path)
    assert answer.code == code
    assert set(answer.json["error"]) == {"zh", "en"}


def test_a_fault_of_ours_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """500 with a plain text; the server lives on."""
    world = make_world()
    monkeypatch.setattr(world.service, "intake", lambda *_: 1 / 0)
    answer = asked(world, "POST", "/v1/messages", b"<a/>")
    assert answer.code == 500
    assert b"ZeroDivisionError" not in answer.body
    assert b"Traceback" not in answer.body
    assert asked(world, "GET", "/healthz").json["status"] == "ok"


def test_health_says_what_it_is_and_what_time() -> None:
    """Simulated, with the business time and the names that no customs has."""
    world = make_world()
    world.clock.advance(3600)
    told = asked(world, "GET", "/healthz").json
    assert (told["simulated"], told["business_time"]) == (True, "2026-11-22T10:30:00+08:00")
    assert not told["sender_id"].startswith(("DXP", "CUS"))
    assert told["key_name"] == "SIMULATED-H2018"


def test_head_has_no_body() -> None:
    """As GET, without the body."""
    answer = asked(make_world(), "HEAD", "/healthz")
    assert (answer.code, answer.body) == (200, b"")


def test_reasons_are_shown_with_all_their_parts() -> None:
    """What `why` serialises is what was decided."""
    assert Why.__struct_fields__ == ("stage", "text", "plane", "rule", "path")
