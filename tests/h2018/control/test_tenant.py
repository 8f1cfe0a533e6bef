"""A tenant as a whole by its control interface: clock, seed, settings, snapshot, reset, tenants, registry."""

from __future__ import annotations

from tests.h2018.http.web import Web, serving
from tests.h2018.tenant import ENTRY, REGISTRY, fixture, signed

LINE = {"item_no": 1, "hs_code": "85437099", "name": "展示屏", "quantity": "10", "unit": "001"}


def post(web: Web, serial: int = 1, tenant: str = "") -> int:
    """Hand the smallest exhibition in; the status."""
    return web.ask("POST", f"{tenant}/v1/messages", signed(fixture("tmp101-minimal"), serial)).code


def test_a_manual_clock_is_moved_and_a_live_one_is_not() -> None:
    """By seconds and to an instant, never back; 409 when it is live."""
    with serving() as web:
        assert web.ask("GET", "/control/clock").json == {"mode": "manual", "now": "2026-11-22T09:30:00+08:00"}
        post(web)
        web.ask("POST", "/control/clock/advance", {"seconds": 2})
        assert len(web.tenant.store.receipts()) == 1
        moved = web.ask("POST", "/control/clock/advance_to", {"instant": "2027-05-22T00:00:00+08:00"})
        assert moved.json["now"] == "2027-05-22T00:00:00+08:00"
        assert len(web.tenant.store.receipts()) == 2
        assert web.ask("POST", "/control/clock/advance_to", {"instant": "2027-01-01T00:00:00+08:00"}).code == 409
        assert web.ask("PUT", "/control/clock", {"mode": "live"}).json["mode"] == "live"
        assert web.ask("POST", "/control/clock/advance", {"seconds": 2}).code == 409


def test_settings_are_changed_and_kept_to_what_makes_sense() -> None:
    """What is left out stays; names and values are checked."""
    with serving() as web:
        changed = web.ask("PATCH", "/control/config", {"progression": "polls", "polls": 2}).json
        assert (changed["progression"], changed["polls"], changed["store_seconds"]) == ("polls", 2, 1.0)
        assert web.ask("PATCH", "/control/config", {"progression": "soon"}).code == 400
        assert web.ask("PUT", "/control/seed", {"seed": 7}).json["seed"] == 7
        post(web)
        for expected in (0, 1, 1, 2):
            assert len(web.ask("GET", "/v1/receipts").json) == expected


def test_a_snapshot_brings_a_tenant_back() -> None:
    """The same receipts follow from it as followed before; rubbish is refused and changes nothing."""
    with serving() as web:
        post(web)
        kept = web.ask("GET", "/control/snapshot")
        assert kept.headers["content-type"] == "application/octet-stream"
        web.settle()
        then = [each.data for each in web.tenant.store.receipts()]
        assert web.ask("POST", "/control/restore", kept.body, media="application/octet-stream").code == 200
        assert web.tenant.store.receipts() == ()
        web.settle()
        assert [each.data for each in web.tenant.store.receipts()] == then
        assert web.ask("POST", "/control/restore", b"no snapshot").code == 422
        assert len(web.tenant.store.receipts()) == 2


def test_reset_leaves_nothing_but_the_registry() -> None:
    """Journal and receipts gone, the clock at its start."""
    with serving() as web:
        post(web)
        web.settle()
        overview = web.ask("POST", "/control/reset").json
        assert (overview["receipts"], overview["clock"]["now"]) == (0, "2026-11-22T09:30:00+08:00")
        assert web.ask("GET", f"/control/entries/{ENTRY}").code == 200
        assert web.ask("GET", "/control/journal").json == []
        assert post(web) == 200


def test_tenants_come_and_go() -> None:
    """Made once, listed, dropped with everything; the default one stays."""
    with serving() as web:
        made = web.ask("POST", "/control/tenants", {"name": "ci-1", "seed": 5, "manual": True})
        assert (made.code, made.json["settings"]["seed"], made.headers["location"]) == (201, 5, "/t/ci-1/control")
        assert web.ask("POST", "/control/tenants", {"name": "ci-1"}).code == 409
        assert web.ask("POST", "/control/tenants", {"name": "No!"}).code == 400
        assert web.ask("GET", "/control/tenants").json == {"tenants": ["default", "ci-1"]}
        assert web.ask("DELETE", "/control/tenants/ci-1").code == 204
        assert web.ask("DELETE", "/control/tenants/ci-1").code == 404
        assert web.ask("GET", "/t/ci-1/control").code == 404
        assert web.ask("DELETE", "/control/tenants/default").code == 409


def test_entries_are_put_on_file_from_csv_and_json() -> None:
    """All or none; what is on file already is refused."""
    with serving(registry=None) as web:
        csv = REGISTRY.read_bytes()
        added = web.ask("POST", "/control/entries", csv, media="text/csv")
        assert added.code == 201
        assert ENTRY in added.json["entry_nos"]
        assert web.ask("POST", "/control/entries", csv, media="text/csv").code == 409
        entry = {"entry_no": "222520271147499999", "ie_date": "2027-03-01", "lines": [LINE]}
        assert web.ask("POST", "/control/entries", {"entries": [entry]}).code == 201
        shown = web.ask("GET", "/control/entries/222520271147499999").json
        assert (shown["deadline"], shown["lines"][0]["quantity"]) == ("2027-09-01", "10")
        assert web.ask("POST", "/control/entries", {"entries": [entry, entry]}).code == 422
        assert web.ask("POST", "/control/entries", b"a,b\n1,2\n", media="text/csv").code == 422
        assert web.ask("POST", "/control/entries", b"\xff", media="text/csv").code == 422


def test_a_return_changes_the_balance_and_is_told() -> None:
    """TMP301 goes out, the line's balance is what came back; more than is out is refused."""
    with serving() as web:
        before = web.ask("GET", f"/control/entries/{ENTRY}").json["lines"][0]
        back = {
            "original_entry_no": ENTRY,
            "original_item_no": before["item_no"],
            "entry_no": "222520270213699999",
            "item_no": 1,
            "quantity": "1",
        }
        told = web.ask("POST", "/control/returns", {"lines": [back]})
        assert told.code == 201
        receipts = [web.tenant.store.receipt(number) for number in told.json["receipts"]]
        assert {each.code for each in receipts if each is not None} == {"TMP301"}
        after = web.ask("GET", f"/control/entries/{ENTRY}").json["lines"][0]
        assert float(after["returned"]) == float(before["returned"]) + 1
        too_much = {**back, "entry_no": "222520270213699998", "quantity": "99999999"}
        assert web.ask("POST", "/control/returns", {"lines": [too_much]}).code == 409


def test_faults_are_planned_switched_and_logged() -> None:
    """A plan is put in force, strikes, is in the log, and is switched off by name and altogether."""
    plan = b'[[fault]]\nname = "pulls fail"\nkind = "error"\nsteps = "pull"\n'
    with serving() as web:
        put = web.ask("PUT", "/control/faults", plan, media="application/toml")
        assert (put.code, put.json["fault"][0]["name"]) == (200, "pulls fail")
        assert web.ask("GET", "/v1/receipts").code == 500
        log = web.ask("GET", "/control/faults/log").json
        assert [line["done"]["fault"]["rule"] for line in log] == ["pulls fail"]
        assert web.ask("POST", "/control/faults/rules/pulls%20fail/switch", {"on": False}).code == 200
        assert web.ask("GET", "/v1/receipts").code == 200
        web.ask("POST", "/control/faults/rules/pulls%20fail/switch", {"on": True})
        web.ask("POST", "/control/faults/switch", {"on": False})
        assert web.ask("GET", "/v1/receipts").code == 200
        assert web.ask("POST", "/control/faults/rules/none/switch", {"on": True}).code == 404
        assert web.ask("PUT", "/control/faults", plan.replace(b"error", b"eror"), media="application/toml").code == 422
        assert web.ask("DELETE", "/control/faults").json == {"on": True, "fault": []}
        assert {each["name"] for each in web.ask("GET", "/control/faults/kinds").json} >= {"slow", "lost"}


def test_what_control_did_stands_in_the_journal() -> None:
    """Each change is a line of its own, with its words."""
    with serving() as web:
        web.ask("PUT", "/control/seed", {"seed": 7})
        web.ask("POST", "/control/outages", {})
        lines = web.ask("GET", "/control/journal").json
        texts = [why["text"]["en"] for line in lines if line["what"] == "control" for why in line["why"]]
        assert texts == ["settings: seed=7", "an outage"]
