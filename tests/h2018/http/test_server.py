"""The server around the routes: addresses, refusals, tenants, what never leaves it."""

from __future__ import annotations

from typing import Any

import pytest

from h2018.tenant.tenants import Tenant
from tests.h2018.http.web import serving
from tests.h2018.tenant import fixture, signed


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1", 404),
        ("GET", "/v1/receipts/0", 404),
        ("GET", "/v1/receipts/1x", 404),
        ("GET", "/v1/receipts?after=-1", 400),
        ("GET", "/v1/receipts?limit=x", 400),
        ("GET", "/v1/receipts?limit=1&limit=2", 400),
        ("GET", "/v1/receipts?recipent=X", 400),
        ("GET", "/v1/messages", 405),
        ("DELETE", "/v1/receipts", 405),
        ("GET", "/v1/messages/%ff%00/why", 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/t/nobody/v1/receipts", 404),
        ("GET", "/t/default/healthz", 404),
    ],
)
def test_wrong_addresses_and_values_are_told_in_both_languages(method: str, path: str, code: int) -> None:
    """A JSON error, never a traceback, never a page."""
    with serving() as web:
        answer = web.ask(method, path)
        assert answer.code == code
        assert set(answer.json["error"]) == {"zh", "en"}


def test_a_wrong_method_is_told_the_right_ones() -> None:
    """405 with Allow."""
    with serving() as web:
        assert web.ask("PUT", "/control/orders").headers["allow"] == "DELETE, GET"


@pytest.mark.parametrize(
    ("body", "media", "code"),
    [
        (b'{"seconds": 1}', "application/json; charset=utf-8", 200),
        (b'{"seconds": 1}', "application/x-www-form-urlencoded", 415),
        (b'{"seconds": "1"}', "application/json", 400),
        (b'{"secnods": 1}', "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"seconds": 1, "x": "\\u0000"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"", "application/json", 400),
        (b'{"seconds": 1, "x": "' + b"x" * 1_100_000 + b'"}', "application/json", 413),
    ],
)
def test_bodies_are_held_against_their_form(body: bytes, media: str, code: int) -> None:
    """What does not fit is refused before anything is done."""
    with serving() as web:
        assert web.ask("POST", "/control/clock/advance", body, media=media).code == code


def test_requests_from_other_web_sites_change_nothing() -> None:
    """A browser says where a request comes from; 403 for what would change something."""
    with serving() as web:
        assert web.ask("POST", "/control/reset", Sec_Fetch_Site="cross-site").code == 403
        assert web.ask("POST", "/control/reset", Sec_Fetch_Site="same-origin").code == 200
        assert web.ask("GET", "/control", Sec_Fetch_Site="cross-site").code == 200


def test_tenants_have_the_same_addresses_under_their_name() -> None:
    """What is sent to one is not seen by another."""
    with serving(progression="immediate") as web:
        assert web.ask("POST", "/control/tenants", {"name": "ci-1"}).code == 201
        assert web.ask("POST", "/t/ci-1/v1/messages", signed(fixture("tmp101-minimal"), 1)).code == 200
        assert len(web.ask("GET", "/t/ci-1/v1/receipts").json) == 2
        assert web.ask("GET", "/v1/receipts").json == []
        assert web.ask("GET", "/t/ci-1/control").json["tenant"] == "ci-1"


def test_a_fault_of_ours_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """500 with a plain text; the server lives on."""

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    with serving() as web:
        monkeypatch.setattr(Tenant, "intake", fail)
        answer = web.ask("POST", "/v1/messages", b"<a/>")
        assert answer.code == 500
        assert b"ZeroDivisionError" not in answer.body + str(answer.headers).encode()
        assert b"secret" not in answer.body
        assert web.ask("GET", "/healthz").json["status"] == "ok"


def test_a_request_that_comes_in_by_drops_is_given_up() -> None:
    """However steadily: after five minutes the connection is closed; nothing was done."""
    with serving() as web:
        slow = web.begin_slowly("POST", "/v1/messages", 1000)
        for _ in range(30):
            assert not slow.disconnecting
            slow.protocol.dataReceived(b"x")
            web.time.advance(10)
        assert slow.disconnecting
        assert web.tenant.store.journal() == ()


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\n", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Pad: "])
def test_a_head_that_drips_is_given_up(said: bytes) -> None:
    """Half a minute after its first byte, also on a connection that was served before."""
    with serving() as web:
        for before in (b"", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            slow = web.connected()
            if before:
                slow.protocol.dataReceived(before)
            web.time.advance(20)
            for _ in range(30):
                slow.protocol.dataReceived(said if _ == 0 else b"")
                assert not slow.disconnecting
                slow.protocol.dataReceived(b"x")
                web.time.advance(1)
            assert slow.disconnecting


def test_a_client_that_does_not_read_is_given_up() -> None:
    """A minute after it was asked to; one that reads on in time is not."""
    with serving() as web:
        slow = web.connected()
        for _ in range(3):
            slow.producer.pauseProducing()
            web.time.advance(59)
            slow.producer.resumeProducing()
            slow.protocol.dataReceived(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert not slow.disconnecting
        slow.producer.pauseProducing()
        web.time.advance(61)
        assert slow.disconnecting


def test_head_has_no_body() -> None:
    """As GET, without the body."""
    with serving() as web:
        answer = web.ask("HEAD", "/healthz")
        assert (answer.code, answer.body) == (200, b"")
        assert int(answer.headers["content-length"]) > 0


def test_health_says_what_it_is_and_what_time() -> None:
    """Simulated, with the business time and the names that no customs has."""
    with serving() as web:
        web.settle(3600)
        told = web.ask("GET", "/healthz").json
        assert (told["simulated"], told["business_time"]) == (True, "2026-11-22T10:30:00+08:00")
        assert not told["sender_id"].startswith(("DXP", "CUS"))
        assert told["key_name"] == "SIMULATED-H2018"
