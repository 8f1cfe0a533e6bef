"""The declarants' addresses, without a socket."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from h2018.store import overview, receipts
from tests.h2018.http.web import CONFIG, Answered, Web, serving
from tests.h2018.tenant import changed, fixture, refusal_of, signed, text_of

SENDER = "DXPENT0000012345"
IMMEDIATE = replace(CONFIG, progression="immediate")
SMALL = replace(CONFIG, max_body=20_000)


def post(web: Web, serial: int = 1, **values: str | None) -> Answered:
    """Hand the smallest exhibition in."""
    named = {f"Head/{tag}": value for tag, value in values.items()}
    return web.ask("POST", "/v1/messages", signed(changed(fixture("tmp101-minimal"), named), serial))


def test_a_message_is_posted_and_its_receipts_are_fetched() -> None:
    """200 with the technical answer; then the list, one receipt by number, and the mark to go on from."""
    with serving() as web:
        posted = post(web)
        assert (posted.code, text_of(posted.body, "DealFlag")) == (200, "0")
        assert posted.headers["x-simulated"] == "h2018"
        assert posted.headers["content-type"] == "application/xml; charset=utf-8"
        web.settle()
        listed = web.ask("GET", f"/v1/receipts?recipient={SENDER}")
        assert [each["sequence"] for each in listed.json] == [1, 2]
        assert listed.headers["x-high-water-mark"] == "2"
        assert {each["trace_id"] for each in listed.json} == {posted.headers["x-trace-id"]}
        first = web.ask("GET", "/v1/receipts/1")
        assert first.body == web.tenant.store.receipts()[0].data == listed.json[0]["xml"].encode()
        assert refusal_of(first.body, "plain.xsd") is None
        assert web.ask("GET", "/v1/receipts?after=2").json == []


def test_receipts_are_fetched_by_recipient_and_in_pieces() -> None:
    """Somebody else's are not listed; with a limit the mark is the last one listed."""
    with serving(IMMEDIATE) as web:
        for serial in range(1, 4):
            post(web, serial)
        assert web.ask("GET", "/v1/receipts?recipient=DXPENT0000000000").json == []
        piece = web.ask("GET", "/v1/receipts?after=1&limit=2")
        assert [each["sequence"] for each in piece.json] == [2, 3]
        assert piece.headers["x-high-water-mark"] == "3"


def test_a_list_ends_before_it_is_too_much_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Receipts by their bytes, the journal and reasons by theirs: X-More, and the next page begins where it ended."""
    with serving(IMMEDIATE) as web:
        for serial in range(1, 4):
            post(web, serial)
        whole = [each["sequence"] for each in web.ask("GET", "/v1/receipts").json]
        assert len(whole) > 3
        monkeypatch.setattr(receipts, "MOST_BYTES", 1)
        monkeypatch.setattr(overview, "MOST_WHY", 1)
        for path, number in (("/v1/receipts", "x-high-water-mark"), ("/control/journal", None)):
            after, found, more = 0, [], True
            while more:
                page = web.ask("GET", f"{path}?after={after}")
                found += [each["sequence"] for each in page.json]
                after, more = found[-1], "x-more" in page.headers
                assert number is None or int(page.headers[number]) == after
            assert found == (whole if number else [line.sequence for line in web.tenant.store.journal()])
        message_id = str(web.tenant.store.journal()[0].message_id)
        first = web.ask("GET", f"/v1/messages/{message_id}/why?limit=1")
        rest = web.ask("GET", f"/v1/messages/{message_id}/why?after={first.json['records'][0]['sequence']}")
        assert (len(first.json["records"]), first.headers["x-more"]) == (1, "true")
        assert rest.json["records"][0]["sequence"] > first.json["records"][0]["sequence"]
        assert web.ask("GET", f"/v1/messages/{message_id}/why?after=999").json["records"] == []


def test_a_pull_waits_for_a_receipt_but_not_for_ever() -> None:
    """With `wait` the answer comes with the receipt; without one, after the time given, empty."""
    with serving() as web:
        post(web)
        waiting = web.begin("GET", "/v1/receipts?wait=60")
        assert waiting.value() == b""
        web.settle(1.5)
        assert [each["sequence"] for each in Answered(waiting.value()).json] == [1]
        empty = web.begin("GET", "/v1/receipts?after=9&wait=5")
        web.time.advance(4.9)
        assert empty.value() == b""
        web.time.advance(0.2)
        assert Answered(empty.value()).json == []


def test_a_client_that_leaves_while_it_waits_disturbs_nobody() -> None:
    """The receipt comes, nobody is there, the server goes on."""
    from twisted.internet.error import ConnectionDone
    from twisted.python.failure import Failure

    with serving() as web:
        post(web)
        waiting = web.begin("GET", "/v1/receipts?wait=60")
        waiting.protocol.connectionLost(Failure(ConnectionDone()))
        web.settle()
        assert web.ask("GET", "/v1/receipts").code == 200


@pytest.mark.parametrize(("serial", "hall", "code"), [(1, "4号馆", 409), (2, "", 422)])
def test_conflict_and_refusal_have_their_own_codes(serial: int, hall: str, code: int) -> None:
    """409 for other content under a known message_id, 422 for what is refused; the body says why in either."""
    with serving() as web:
        post(web)
        answer = post(web, serial, HallNm=hall)
        assert (answer.code, text_of(answer.body, "DealFlag")) == (code, "-1")


@pytest.mark.parametrize("changes", [{"HallNm": "4号馆"}, {"HallNm": ""}])
def test_a_refused_message_under_a_known_message_id_does_not_change_what_is_said_of_the_first(changes: dict[str, str]) -> None:
    """How an approved message stands is asked by its message_id: taken, approved, with its numbers, as before."""
    with serving() as web:
        post(web)
        web.settle()
        message_id = web.tenant.store.journal()[0].message_id
        before = web.ask("GET", f"/v1/messages/{message_id}").json
        assert (before["taken"], before["state"]) == (True, "approved")
        assert post(web, 1, **changes).code in (409, 422)
        assert web.ask("GET", f"/v1/messages/{message_id}").json == before


def test_a_repeated_message_says_that_it_is() -> None:
    """The same body as before, and a header."""
    with serving() as web:
        first, again = post(web), post(web)
        assert (again.code, again.body, again.headers["x-repeated"]) == (200, first.body, "true")
        assert "x-repeated" not in first.headers


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_without_being_kept(chunked: bool) -> None:
    """413 with a technical answer, whether its length was announced or not; nothing reaches the service."""
    with serving(SMALL) as web:
        answer = web.ask("POST", "/v1/messages", b"x" * 50_000, chunked=chunked)
        assert (answer.code, text_of(answer.body, "DealFlag")) == (413, "-1")
        assert refusal_of(answer.body, "common_response.xsd") is None
        assert web.tenant.store.journal() == ()


def test_an_endless_body_is_cut_off() -> None:
    """After some patience the connection is closed with a 413."""
    with serving(SMALL) as web:
        answer = web.ask("POST", "/v1/messages", b"x" * (17 * 1024 * 1024), chunked=True)
        assert (answer.code, answer.body) == (413, b"")


def test_a_message_tells_how_it_stands_and_when_its_next_step_is_due() -> None:
    """State, numbers, the step that comes next with its business time; nothing next when it is over."""
    with serving() as web:
        posted = post(web)
        message_id = web.tenant.store.journal()[0].message_id
        told = web.ask("GET", f"/v1/messages/{message_id}").json
        assert (told["taken"], told["next"]) == (True, {"step": "store", "due": "2026-11-22T09:30:01+08:00"})
        assert told["trace_id"] == posted.headers["x-trace-id"]
        web.settle()
        told = web.ask("GET", f"/v1/messages/{message_id}").json
        assert (told["state"], told["next"], told["receipts"]) == ("approved", None, [1, 2])
        assert told["customs_no"]


def test_why_tells_every_step_of_a_message_with_rule_and_text() -> None:
    """Received, answered, decided, sent; the rejecting rule by id and path, in both languages."""
    with serving() as web:
        post(web, EndDate="20270309")
        web.settle()
        message_id = web.tenant.store.journal()[0].message_id
        records = web.ask("GET", f"/v1/messages/{message_id}/why").json["records"]
        assert [record["what"] for record in records] == ["received", "answered", "decided", "sent", "decided", "sent"]
        reasons = [why for record in records for why in record["why"] if why["rule"] == "TG-EXH-001"]
        assert reasons[0]["path"] == "Head/EndDate"
        assert reasons[0]["plane"] == "rules"
        assert set(reasons[0]["text"]) == {"zh", "en"}
        assert len(records[0]["sha256"]) == 64
        assert web.ask("GET", "/v1/messages/unknown/why").code == 404


def test_a_receipt_is_delivered_again_on_request() -> None:
    """The same bytes under a new sequence; 404 for one that is not there."""
    with serving(IMMEDIATE) as web:
        post(web)
        again = web.ask("POST", "/v1/receipts/1/redeliver")
        assert (again.code, again.json["sequence"]) == (201, 3)
        assert web.ask("GET", "/v1/receipts/3").body == web.ask("GET", "/v1/receipts/1").body
        assert web.ask("POST", "/v1/receipts/99/redeliver").code == 404
