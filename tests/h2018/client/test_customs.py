"""The client's functions, against answers made up by the test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest

from h2018.cases import Answer as Decided
from h2018.client import Customs, NotInTime, NotUnderstood, Refused, TechnicalAnswer, Throttled, Unavailable
from h2018.decisions import messages
from tempgoods_edi.http_client.response import HttpResponse

XML, JSON = {"content-type": "application/xml"}, {"content-type": "application/json", "x-high-water-mark": "9"}
REFUSAL = {"error": {"zh": "没有", "en": "there is none"}}


class Made:
    """A wire whose answers are given beforehand; time passes by what a request waits (one second a request)."""

    def __init__(self, answers: Sequence[HttpResponse]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, bytes | None, str]] = []
        self.closed = False

    where = "http://made"

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> HttpResponse:
        """The next answer; the last one again and again."""
        self.asked.append((method, target, body, media))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def seconds(self) -> float:
        """One for each request."""
        return float(len(self.asked))

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def technical(status: int, outcome: Any, headers: dict[str, str] | None = None) -> HttpResponse:
    """A technical answer."""
    data = messages.technical(Decided(outcome=outcome, check_info="处理", seq_no="202600000000000001"))
    return HttpResponse(status, {**XML, "x-trace-id": "t1", **(headers or {})}, data)


def json(content: object, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status, {**JSON, **named}, msgspec.json.encode(content))


def receipt(sequence: int, result: str = "Y", **changes: Any) -> dict[str, Any]:
    """A listed receipt."""
    return {
        "sequence": sequence, "recipient": "E1", "name": "n.xml", "code": "TMP201", "message_id": f"m{sequence}",
        "seq_no": "202600000000000001", "at": "2026-11-22T09:30:00+08:00", "trace_id": "t1",
        "xml": f"<Package><manageResult>{result}</manageResult><businessId>ZH1</businessId><note>因为</note></Package>",
        **changes,
    }  # fmt: skip


def told(error: pytest.ExceptionInfo[Any]) -> tuple[str, str]:
    """Both languages of an error's text."""
    return error.value.text.zh, error.value.text.en


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "accepted"), (422, "refused"), (409, "conflict"), (413, "refused"), (500, "undecided")],
)
def test_every_technical_answer_is_an_answer(status: int, outcome: str) -> None:
    """A refusal, a conflict and a fault of the simulator are read like an acceptance; bytes are kept."""
    given = technical(status, outcome, {"x-repeated": "true"})
    answer = Customs(Made([given])).submit(b"<x/>")
    assert answer == TechnicalAnswer(
        outcome=outcome, seq_no="202600000000000001", etps_preent_no=None, check_info="处理", trace_id="t1",
        repeated=True, xml=given.body,
    )  # fmt: skip
    assert answer.accepted == (status == 200)


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(200, {}, b""),
        HttpResponse(200, XML, b"<CommonResponeMessage><DealFlag>0</Deal"),
        HttpResponse(200, XML, b"<html>hello</html>"),
        HttpResponse(200, XML, b"<CommonResponeMessage/>"),
        technical(200, "refused"),
    ],
    ids=["empty", "cut off", "another page", "no flag", "flag against status"],
)
def test_what_is_no_technical_answer_is_never_taken_for_one(answer: HttpResponse) -> None:
    """Garbled answers raise `NotUnderstood`, in both languages."""
    with pytest.raises(NotUnderstood) as error:
        Customs(Made([answer])).submit(b"<x/>")
    assert error.value.status == 200
    assert all("200" in text for text in told(error))


def test_refusals_are_typed() -> None:
    """404, 429 and 503 are three things; the server's own words and Retry-After arrive."""
    with pytest.raises(Refused) as refused:
        Customs(Made([json(REFUSAL, 404)])).why("m")
    assert (refused.value.status, *told(refused)) == (404, "没有", "there is none")
    with pytest.raises(Throttled) as throttled:
        Customs(Made([json(REFUSAL, 429, retry_after="7")])).submit(b"<x/>")
    assert throttled.value.retry_after == 7
    with pytest.raises(Unavailable) as unavailable:
        Customs(Made([HttpResponse(503, {}, b"down")])).submit(b"<x/>")
    assert not isinstance(unavailable.value, Throttled)
    assert (unavailable.value.retry_after, unavailable.value.text.en) == (None, "answered 503")


def test_receipts_are_read_page_by_page() -> None:
    """A full page is followed by another, after its last sequence; a limit stops it."""
    page = [receipt(number) for number in range(1, 1001)]
    wire = Made([json(page), json([receipt(1001)])])
    found = Customs(wire).receipts(recipient="E 1")
    assert [each.sequence for each in found] == list(range(1, 1002))
    assert wire.asked[1][1] == "/v1/receipts?after=1000&limit=1000&recipient=E+1"
    wire = Made([json(page[:2])])
    assert len(Customs(wire).receipts(limit=2)) == 2
    assert [each[:2] for each in wire.asked] == [("GET", "/v1/receipts?after=0&limit=2")]


def test_a_page_that_ends_early_is_followed_by_the_next() -> None:
    """Receipts and reasons that were too many bytes for one answer: the server says so, all of them are fetched."""
    wire = Made([json([receipt(1)], x_more="true"), json([receipt(2), receipt(3)])])
    assert [each.sequence for each in Customs(wire).receipts()] == [1, 2, 3]
    assert [target for _, target, *_ in wire.asked] == [f"/v1/receipts?after={after}&limit=1000" for after in (0, 1)]
    step = {"at": "2026-11-22T09:30:00+08:00", "what": "received", "trace_id": "t1"}
    pages = [
        json({"message_id": "m", "records": [{"sequence": n, **step}]}, x_more=more)
        for n, more in ((4, "true"), (9, ""))
    ]
    wire = Made(pages)
    assert [each.sequence for each in Customs(wire).why("m")] == [4, 9]
    assert [target for _, target, *_ in wire.asked] == ["/v1/messages/m/why?after=0", "/v1/messages/m/why?after=4"]


def test_a_receipt_tells_its_result_number_and_reasons() -> None:
    """Read from the XML; exact bytes and an aware time."""
    (found,) = Customs(Made([json([receipt(1, "3")])])).receipts()
    assert (found.result, found.customs_no, found.notes) == ("3", "ZH1", ("因为",))
    assert found.data == receipt(1, "3")["xml"].encode()
    assert found.at == datetime.fromisoformat("2026-11-22T09:30:00+08:00")
    (answer,) = Customs(Made([json([receipt(1, xml="<Package/>", code="TMP251")])])).receipts()
    assert (answer.result, answer.customs_no, answer.notes) == (None, None, ())


def test_waiting_ends_with_the_first_receipt_that_is_as_wanted() -> None:
    """By submission, by pre-entry number; a result, several, or a condition; nobody else's receipt counts."""
    other = receipt(1, "1", trace_id="t2", seq_no="202600000000000002")
    pages = [json([other]), json([receipt(2)]), json([]), json([receipt(3, "1")])]
    answer = Customs(Made([technical(200, "accepted")])).submit(b"<x/>")
    assert Customs(Made(pages)).wait_for(answer, "1").sequence == 3
    assert Customs(Made(pages)).wait_for(answer).sequence == 2
    assert Customs(Made(pages)).wait_for("202600000000000001", ("1", "3")).sequence == 3
    assert Customs(Made(pages)).wait_for("202600000000000002", lambda each: each.customs_no == "ZH1").sequence == 1
    wire = Made(pages)
    Customs(wire).wait_for(answer, "1")
    assert [target.partition("wait=")[2] for _, target, _, _ in wire.asked] == ["", "0.050", "0.100", "0.200"]


def test_waiting_by_message_id_goes_by_its_trace() -> None:
    """The journal names the submission; a message that is not there yet is waited for."""
    step = {"sequence": 1, "at": "2026-11-22T09:30:00+08:00", "what": "received", "trace_id": "t1"}
    wire = Made([json([receipt(1, "Y")]), json(REFUSAL, 404), json([receipt(2, "1")]), json({"records": [step]})])
    assert Customs(wire).wait_for("MESSAGE-1", "1").sequence == 2


def test_what_does_not_come_in_time_says_what_did() -> None:
    """`NotInTime` after the time given, with the receipts seen, in both languages."""
    answer = Customs(Made([technical(200, "accepted")])).submit(b"<x/>")
    with pytest.raises(NotInTime) as error:
        Customs(Made([json([receipt(1)]), json([])])).wait_for(answer, "1", timeout=5)
    assert [each.sequence for each in error.value.seen] == [1]
    assert all("TMP201 Y" in text and "202600000000000001" in text for text in told(error))


def test_a_tenant_has_addresses_of_its_own() -> None:
    """Under ``/t/{tenant}``; what is the server's as a whole stays at the top."""
    wire = Made([json({"tenants": ["default"]})])
    customs = Customs(wire, "team-a")
    customs.control.tenants()
    wire.answers = [json([])]
    customs.receipts()
    customs.of("default").receipts()
    assert [target for _, target, _, _ in wire.asked] == [
        "/control/tenants", "/t/team-a/v1/receipts?after=0&limit=1000", "/v1/receipts?after=0&limit=1000",
    ]  # fmt: skip


def test_a_zip_is_announced_as_one() -> None:
    """XML and ZIP by their first bytes."""
    wire = Made([technical(200, "accepted")])
    Customs(wire).submit(b"<x/>")
    Customs(wire).submit(b"PK\x03\x04")
    assert [media for _, _, _, media in wire.asked] == ["application/xml", "application/zip"]


def test_it_closes_what_it_was_given() -> None:
    """As a context manager."""
    wire = Made([json([])])
    with Customs(wire):
        assert not wire.closed
    assert wire.closed
