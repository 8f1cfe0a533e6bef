"""What testers ask for comes true over HTTP, in its precedence, and `why` says who decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.h2018.http.web import Answered, Web, serving
from tests.h2018.tenant import changed, fixture, signed, text_of

SCENARIO = """
[[scenario]]
name = "halls are questioned"
match = {message = "TMP101", field = {"Head/HallNm" = "4号馆"}}
action = {outcome = "reject", rule = "TG-EXH-004", note = "请说明"}
"""


def post(web: Web, serial: int = 1, **values: str | None) -> Answered:
    """Hand an exhibition in, and let ten minutes pass."""
    named = {f"Head/{tag}": value for tag, value in values.items()}
    answer = web.ask("POST", "/v1/messages", signed(changed(fixture("tmp101-minimal"), named), serial))
    web.settle()
    return answer


def results(web: Web) -> list[str]:
    """The manageResult of each receipt so far."""
    return [text_of(each.data, "manageResult") for each in web.tenant.store.receipts()]


def planes(web: Web) -> dict[str, str]:
    """By plane, what `why` says of the last message received."""
    message_id = [each.message_id for each in web.tenant.store.journal() if each.what == "received"][-1]
    records = web.ask("GET", f"/v1/messages/{message_id}/why").json["records"]
    whys: list[dict[str, Any]] = [why for record in records for why in record["why"] if why["stage"] == "steering"]
    return {why["plane"]: why["text"]["en"] for why in whys}


def put_scenario(web: Web) -> None:
    """Put the scenario in force."""
    assert web.ask("PUT", "/control/scenarios", SCENARIO.encode(), media="application/toml").code == 200


def test_the_first_plane_that_speaks_decides() -> None:
    """Control over scenario over reserved value over rules, each seen by its receipts and in `why`."""
    with serving() as web:
        put_scenario(web)
        overridden = {"EtpsPreentNo": "T-MANUAL_REJECT-0001", "HallNm": "4号馆"}
        web.ask("POST", "/control/next", {"outcome": {"name": "store_fail", "code": "H8001"}, "count": 1})
        post(web, 1, **overridden)
        assert results(web) == ["Z"]
        assert planes(web)["control"] == "control asked for the next 1: not stored, H8001"
        post(web, 2, **{**overridden, "EtpsPreentNo": "T-MANUAL_REJECT-0002"})
        assert results(web)[1:] == ["Y", "3"]
        assert "halls are questioned" in planes(web)["scenario"]
        post(web, 3, EtpsPreentNo="T-MANUAL_REJECT-0003", HallNm="5号馆")
        assert results(web)[3:] == ["Y", "2", "3"]
        assert planes(web).keys() == {"reserved", "scenario"}
        assert "nearest scenario “halls are questioned” missed: Head/HallNm" in planes(web)["scenario"]
        post(web, 4, EtpsPreentNo="A-0004", HallNm="5号馆")
        assert results(web)[6:] == ["Y", "1"]
        assert planes(web).keys() == {"rules", "scenario"}


def test_a_reserved_value_delays_and_rejects() -> None:
    """``T-REJECT-30S-…``: Y as usual, 3 after thirty seconds."""
    with serving() as web:
        web.ask("POST", "/v1/messages", signed(changed(fixture("tmp101-minimal"), {"Head/EtpsPreentNo": "T-REJECT-30S-1"}), 1))
        web.settle(30)
        assert results(web) == ["Y"]
        web.settle(2)
        assert results(web) == ["Y", "3"]


def test_one_message_is_decided_on_before_it_comes_or_while_it_waits() -> None:
    """By its message_id beforehand; by its pre-entry number when an officer has it."""
    with serving() as web:
        message = signed(fixture("tmp101-minimal"), 1)
        message_id = text_of(message, "message_id")
        web.ask("POST", "/control/decide", {"outcome": {"name": "manual"}, "message_id": message_id})
        web.ask("POST", "/v1/messages", message)
        web.settle()
        assert results(web) == ["Y", "2"]
        assert web.ask("GET", "/control/orders").json == {}
        seq_no = web.tenant.store.receipts()[0].seq_no
        late = web.ask("POST", "/control/decide", {"outcome": {"name": "stuck"}, "seq_no": seq_no})
        assert late.code == 409
        decided = web.ask("POST", "/control/decide", {"outcome": {"name": "approve"}, "seq_no": seq_no})
        assert (decided.code, results(web)) == (200, ["Y", "2", "1"])


def test_no_answer_and_busy() -> None:
    """The connection closes without an answer though the message is taken; busy lets the same bytes come again."""
    with serving() as web:
        web.ask("POST", "/control/next", {"outcome": {"name": "no_answer"}})
        assert post(web).code == 0
        assert results(web) == ["Y", "1"]
        web.ask("POST", "/control/next", {"outcome": {"name": "busy"}})
        assert post(web, 2).code == 422
        assert post(web, 2).code == 200


def test_a_delayed_answer_comes_late() -> None:
    """The technical answer waits as long as was asked for."""
    with serving() as web:
        web.ask("POST", "/control/next", {"outcome": {"name": "refuse", "delay": 20, "note": "no"}})
        waiting = web.begin("POST", "/v1/messages", signed(fixture("tmp101-minimal"), 1))
        web.time.advance(19)
        assert waiting.value() == b""
        web.time.advance(2)
        assert Answered(waiting.value()).code == 422


def test_an_outage_keeps_declarants_out_until_it_ends() -> None:
    """503 with Retry-After for messages and receipts, not for control; over at its end."""
    with serving() as web:
        web.ask("POST", "/control/outages", {"until": "2026-11-22T10:00:00+08:00"})
        down = web.ask("POST", "/v1/messages", signed(fixture("tmp101-minimal"), 1))
        assert (down.code, down.headers["retry-after"]) == (503, "1800")
        assert web.ask("GET", "/v1/receipts").code == 503
        web.settle(1800)
        assert post(web).code == 200
        web.ask("POST", "/control/outages", {"status": 0})
        assert web.ask("GET", "/v1/receipts").code == 0
        web.ask("DELETE", "/control/outages")
        assert web.ask("GET", "/v1/receipts").code == 200


def test_the_rate_is_limited_by_sender() -> None:
    """429 with Retry-After above the limit; another sender is not touched, and time makes room."""
    with serving() as web:
        web.ask("PUT", "/control/rate-limit", {"requests": 1, "seconds": 60})
        mine, other = fixture("tmp101-minimal"), "DXPENT0000099999"
        assert web.ask("POST", "/v1/messages", signed(mine, 1)).code == 200
        limited = web.ask("POST", "/v1/messages", signed(mine, 2))
        assert (limited.code, limited.headers["retry-after"]) == (429, "60")
        assert web.ask("POST", "/v1/messages", signed(mine, 3, sender=other)).code == 200
        web.settle(60)
        assert web.ask("POST", "/v1/messages", signed(mine, 2)).code == 200


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"outcome": {"name": "aprove"}}, 400),
        ({"outcome": {"name": "delay"}}, 422),
        ({"outcome": {"name": "stuck", "note": "x"}}, 422),
        ({"outcome": {"name": "reject", "rule": "TG-NO-1"}}, 422),
        ({"outcome": {"name": "approve"}, "count": 0}, 400),
    ],
)
def test_orders_that_make_no_sense_are_refused(order: dict[str, Any], code: int) -> None:
    """Before anything is asked for."""
    with serving() as web:
        assert web.ask("POST", "/control/next", order).code == code
        assert web.ask("GET", "/control/orders").json == {}


def test_a_scenario_file_is_checked_and_says_what_was_meant() -> None:
    """Findings with the nearest name; what is in force stays in force."""
    with serving() as web:
        put_scenario(web)
        wrong = SCENARIO.replace("Head/HallNm", "Head/HalNm").encode()
        refused = web.ask("PUT", "/control/scenarios", wrong, media="application/toml")
        assert refused.code == 422
        assert "Head/HallNm" in refused.json["findings"][0]["text"]["en"]
        checked = web.ask("POST", "/control/scenarios/check", wrong, media="application/toml").json
        assert checked["findings"] == refused.json["findings"]
        assert web.ask("GET", "/control/scenarios").json["text"] == SCENARIO
        assert web.ask("DELETE", "/control/scenarios").json["scenarios"] == []


def test_a_scenario_file_is_held_against_a_declaration_on_file() -> None:
    """Which scenario it would fit; else the nearest miss and what it lacked."""
    with serving() as web:
        post(web, HallNm="5号馆")
        check = f"/control/scenarios/check?seq_no={web.tenant.store.receipts()[0].seq_no}"
        missed = web.ask("POST", check, SCENARIO.encode(), media="application/toml").json
        assert missed["fits"] is None
        assert "Head/HallNm is “5号馆”, wanted “4号馆”" in missed["nearest"]["en"]
        fits = web.ask("POST", check, SCENARIO.replace("4号馆", "5号馆").encode(), media="application/toml").json
        assert (fits["fits"], fits["nearest"]) == ("halls are questioned", None)
        assert web.ask("POST", "/control/scenarios/check?seq_no=I0", b"", media="application/toml").code == 400


def test_every_outcome_is_listed_with_its_reserved_value() -> None:
    """The catalogue, from which reserved values can be copied."""
    with serving() as web:
        listed = web.ask("GET", "/control/outcomes").json
        assert {"reject", "busy", "no_answer"} <= {each["name"] for each in listed}
        assert all(each["example"].startswith("T-") for each in listed)


def test_what_is_asked_for_survives_snapshot_and_goes_with_reset() -> None:
    """Scenario counts and orders are part of the tenant."""
    with serving() as web:
        put_scenario(web)
        web.ask("POST", "/control/next", {"outcome": {"name": "stuck"}, "count": 2})
        overrides = web.ask("GET", "/control/orders").json
        kept = web.ask("GET", "/control/snapshot").body
        web.ask("POST", "/control/reset")
        assert web.ask("GET", "/control/orders").json == {}
        assert web.ask("GET", "/control/scenarios").json["scenarios"] == []
        assert web.ask("POST", "/control/restore", kept, media="application/octet-stream").code == 200
        assert web.ask("GET", "/control/orders").json == overrides
        assert web.ask("GET", "/control/scenarios").json["text"] == SCENARIO


def test_what_is_asked_for_survives_a_restart(tmp_path: Path) -> None:
    """Scenarios with their counts, orders and faults lie in the database; a delayed step is still due."""
    database = str(tmp_path / "customs.sqlite3")
    second = SCENARIO.replace("}}", "}, nth = 2}")
    with serving(database=database) as web:
        assert web.ask("PUT", "/control/scenarios", second.encode(), media="application/toml").code == 200
        post(web, 1, HallNm="4号馆")
        web.ask("POST", "/control/next", {"outcome": {"name": "reject", "delay": 3600}, "message": "TMP101"})
        web.ask("POST", "/v1/messages", signed(fixture("tmp101-minimal"), 2))
        assert results(web) == ["Y", "1"]
    with serving(database=database) as web:
        web.settle(3700)
        assert results(web) == ["Y", "1", "Y", "3"]
        post(web, 3, HallNm="4号馆")
        assert results(web)[4:] == ["Y", "3"]
