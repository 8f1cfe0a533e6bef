"""What somebody sends who uses no page of ours: lines that are none, endless lists, log lines, more places than one."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tempgoods_edi.declarant import printing
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.printing import NotPrinted
from tempgoods_edi.declarant.store import tokens
from tests.declarant import desk
from tests.web.portal import Portal, TestClient, answered, challenge, log_in, portal, token
from tests.web.queries.filled import Filled


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Portal]:
    """A portal on the day of the fixtures."""
    with portal(tmp_path) as made:
        made.now = desk.START
        yield made


@pytest.fixture
def wang(at: Portal) -> TestClient:
    """Somebody who is logged in, and sends the token of forms with everything."""
    browser = log_in(at.browser())
    browser.headers["X-CSRF"] = token(browser)
    browser.headers["Accept"] = "text/html"
    return browser


@pytest.fixture
def program(at: Portal) -> TestClient:
    """A program of the same enterprise."""
    filled = Filled(at)
    plain = tokens.make_token(filled.store, filled.actor(), "program", at.now, at.app.state.context.token)
    client = at.browser()
    client.headers["Authorization"] = f"Bearer {plain}"
    return client


@pytest.mark.parametrize("goods", ["[]", '[{"GdsNm":"first"},{"GdsNm":"last"}]'])
def test_there_is_no_line_nought(wang: TestClient, goods: str) -> None:
    """Lines are counted from one: 0 as the open line neither fails nor writes into the last."""
    answer = wang.post(
        "/forms/exhibition", data={"action": "row-done", "goods": goods, "row-open": "0", "row/GdsNm": "written over"}
    )
    assert answer.status_code == 200
    assert "written over" not in answer.text


def test_an_endless_list_of_goods_costs_no_time(wang: TestClient, program: TestClient) -> None:
    """Hundreds of thousands of lines are refused before anybody looks at them, by the forms and by the API."""
    goods = "[" + ",".join(['{"GdsNm":"x"}'] * 300_000) + "]"
    document = {**desk.tree(), "ExhibitList": [{"GdsNm": "x"}] * 300_000}
    answers = [
        wang.post("/forms/exhibition", data={"action": "save", "goods": goods}, files={"none": b""}),
        program.post("/api/v1/check", json={"kind": "exhibition", "document": document}),
        program.post("/api/v1/declarations", json={"kind": "exhibition", "document": document}),
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all(len(answer.content) < 100_000 for answer in answers)


def test_a_form_of_percent_signs_keeps_nobody_waiting(at: Portal, wang: TestClient) -> None:
    """Megabytes to be decoded are refused unread, from whoever is not logged in too: the portal does nothing else meanwhile."""
    body = b"goods=" + b"%22" * 1_500_000
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    for browser in (at.browser(), wang):
        for address in ("/login", "/forms/exhibition"):
            assert browser.post(address, content=body, headers=headers).status_code == 413
    # What such a form may hold is read as ever.
    small = wang.post("/forms/exhibition", content=b"action=row-new&Head%2FExhibitionNm=" + b"%41" * 60, headers=headers)
    assert "A" * 60 in small.text


def test_no_request_writes_a_line_of_the_log(
    at: Portal, wang: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line break in an address or a log-in's field does not begin a line that somebody might believe."""
    forged = "x\n2027-03-01 INFO tempgoods.login logged in: 310173A546 2100000310173"
    browser = at.browser()
    with caplog.at_level(logging.INFO):
        given = challenge(browser)
        fields = {"id": given["id"], "algorithm": forged, "signature": "AAAA", "certificate": "AAAA"}
        assert browser.post("/login", data=fields, headers={"X-CSRF": token(browser)}).status_code == 422
        monkeypatch.setattr(Filing, "get", None)
        assert wang.get("/declarations/x%0Aforged").status_code == 500
    said = [record.getMessage() for record in caplog.records if record.name.startswith("tempgoods")]
    assert any("forged" in each for each in said)
    assert any("algorithm" in each for each in said)
    assert not [each for each in said if "\n" in each]
    # The same with a right log-in stays possible.
    assert answered(browser, challenge(browser)).status_code == 200


def test_a_number_of_the_last_character_is_no_failure(program: TestClient) -> None:
    """Saving twice under the same strange in-house number finds the first."""
    body = {"kind": "exhibition", "document": desk.tree(EtpsPreentNo="\U0010ffff")}
    answers = [program.post("/api/v1/declarations", json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]


def test_who_prints_all_the_time_stands_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two presses work, some wait, and one more is told so at once instead of keeping a thread of the portal."""
    go, working = Event(), []

    def press(job: bytes) -> bytes:
        working.append(job)
        assert go.wait(10)
        return job

    monkeypatch.setattr(printing, "_press", press)
    with ThreadPoolExecutor(20) as several:
        waiting = [several.submit(printing._pressed, b"%d" % number) for number in range(20)]
        refused = [each for each in _finished(waiting, 8) if isinstance(each.exception(), NotPrinted)]
        assert (len(refused), len(working)) == (8, 2)
        go.set()
        assert sum(each.exception() is None for each in waiting) == 12


def _finished(futures: list, count: int) -> list:  # type: ignore[type-arg]  # of whatever they give
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        done = [each for each in futures if each.done()]
        if len(done) >= count:
            return done
        Event().wait(0.01)
    return []
