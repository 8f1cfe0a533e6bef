"""What an officer does: decisions, clock, switches, tenants; and who may not."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta

import pytest

from h2018.push.callbacks import Callback, keep_callbacks
from h2018.tenant.tenants import Customs, Tenant
from tempgoods_edi.lifecycle.states import State
from tests.h2018.console.desk import HOST, Desk, make_customs, waiting
from tests.h2018.tenant import START, fixture, notes_of, signed, text_of

SCENARIO = '[[scenario]]\nname = "all wait"\nmatch = {message = "TMP101"}\naction = {outcome = "manual"}\n'


def last_receipt(tenant: Tenant, seq_no: str) -> bytes:
    """The receipt sent last for a declaration."""
    tenant.advance(60)
    return tenant.store.receipts_of(seq_no)[-1].data


def state(tenant: Tenant, seq_no: str) -> State:
    """Where a declaration stands."""
    case = tenant.store.case(seq_no)
    assert case is not None
    return case.state


def test_an_officer_approves(tenant: Tenant, desk: Desk) -> None:
    """Approval gives receipt 1 and the approved state, and leads back to the declaration."""
    seq_no = waiting(tenant)
    answer = desk.post(f"cases/{seq_no}/approve", {"note": "复核无误"})
    assert (answer.code, answer.headers["Location"]) == (303, f"/console/t/default/cases/{seq_no}?done=approved")
    assert text_of(last_receipt(tenant, seq_no), "manageResult") == "1"
    assert state(tenant, seq_no) is State.APPROVED


def test_an_officer_returns_with_a_reason_for_each_field(tenant: Tenant, desk: Desk) -> None:
    """Each reason is a note of receipt 3, with the field it is about; empty rows count for nothing."""
    seq_no = waiting(tenant)
    rows = [
        ("path", "Head/EndDate"), ("text", "展期过长"), ("path", ""), ("text", ""),
        ("path", "ExhibitList[1]/DclQty"), ("text", "数量存疑"),
    ]  # fmt: skip
    assert desk.post(f"cases/{seq_no}/return", rows).code == 303
    receipt = last_receipt(tenant, seq_no)
    assert text_of(receipt, "manageResult") == "3"
    notes = " ".join(notes_of(receipt))
    for wanted in ("展期过长", "Head/EndDate", "数量存疑", "ExhibitList[1]/DclQty"):
        assert wanted in notes
    assert state(tenant, seq_no) is State.REJECTED


def test_an_officer_asks_again(tenant: Tenant, desk: Desk) -> None:
    """The question goes out as receipt 2 and the declaration stays where it is."""
    seq_no = waiting(tenant)
    assert desk.post(f"cases/{seq_no}/ask", {"text": "请补充展位图"}).code == 303
    receipt = last_receipt(tenant, seq_no)
    assert text_of(receipt, "manageResult") == "2"
    assert "请补充展位图" in " ".join(notes_of(receipt))
    assert state(tenant, seq_no) is State.MANUAL_REVIEW


def test_a_return_without_a_reason_is_not_made(tenant: Tenant, desk: Desk) -> None:
    """The page comes back and says what is missing; what was typed is still there."""
    seq_no = waiting(tenant)
    answer = desk.post(f"cases/{seq_no}/return", [("path", "Head/EndDate"), ("text", " ")])
    assert answer.code == 422
    body = answer.body.decode()
    assert 'value="Head/EndDate"' in body
    assert f'href="/console/t/default/cases/{seq_no}?lang=en"' in body
    assert state(tenant, seq_no) is State.MANUAL_REVIEW


def test_nothing_is_decided_twice(tenant: Tenant, desk: Desk) -> None:
    """A second decision, from another open page, is refused and changes nothing."""
    seq_no = waiting(tenant)
    desk.post(f"cases/{seq_no}/approve")
    answer = desk.post(f"cases/{seq_no}/return", [("path", ""), ("text", "不行")])
    assert answer.code == 409
    assert state(tenant, seq_no) is State.APPROVED


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": f"http://{HOST}.evil.example"},
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"cookie": ""},
        {"cookie": "h2018_console=zh.0000000000000000000000000000000000000000"},
    ],
)  # fmt: skip
def test_another_sites_page_decides_nothing(tenant: Tenant, desk: Desk, headers: dict[str, str]) -> None:
    """A form posted from elsewhere, or without this browser's session, is refused even with a token that fits it."""
    seq_no = waiting(tenant)
    assert desk.post(f"cases/{seq_no}/approve", headers=headers).code == 403
    assert state(tenant, seq_no) is State.MANUAL_REVIEW


@pytest.mark.parametrize("token", ["", "0" * 40, "中文"])
def test_a_form_without_its_token_does_nothing(tenant: Tenant, desk: Desk, token: str) -> None:
    """A missing or wrong token is refused, and so is one of another session."""
    seq_no = waiting(tenant)
    assert desk.post(f"cases/{seq_no}/approve", token=token).code == 403
    desk.token()
    other = Desk(make_customs())
    other.token()
    assert state(tenant, seq_no) is State.MANUAL_REVIEW


def test_a_token_is_of_one_session_only(customs: Customs, tenant: Tenant) -> None:
    """Another browser's token does not act here."""
    seq_no = waiting(tenant)
    mine, other = Desk(customs), Desk(customs)
    mine.token()
    # Both servers count their sessions alike: the second browser takes the next one.
    other.token()
    other.cookie = ""
    other.seen("cases")
    assert mine.post(f"cases/{seq_no}/approve", token=other.token()).code == 403


def test_the_clock_goes_forward(tenant: Tenant, desk: Desk) -> None:
    """By an amount, or to an instant; what falls due on the way happens."""
    tenant.intake(signed(fixture("tmp101-full"), 5), "http")
    assert desk.post("clock/forward", {"amount": "2", "unit": "day"}).code == 303
    assert tenant.clock.now() == START + timedelta(days=2)
    assert len(tenant.store.receipts()) >= 2
    assert desk.post("clock/to", {"instant": "2026-12-24T08:00"}).code == 303
    assert f"{tenant.clock.now():%Y-%m-%d %H:%M}" == "2026-12-24 08:00"


@pytest.mark.parametrize(
    ("page", "fields", "code"),
    [
        ("clock/forward", {"amount": "-1", "unit": "day"}, 400),
        ("clock/forward", {"amount": "1", "unit": "moon"}, 400),
        ("clock/forward", {"amount": "9999999999", "unit": "day"}, 422),
        ("clock/to", {"instant": "tomorrow"}, 400),
        ("clock/to", {"instant": "2020-01-01T00:00"}, 409),
        ("clock/mode", {"mode": "backwards"}, 400),
    ],
)
def test_the_clock_refuses_what_makes_no_sense(
    tenant: Tenant, desk: Desk, page: str, fields: dict[str, str], code: int
) -> None:
    """A page says why; time stays."""
    assert desk.post(page, fields).code == code
    assert tenant.clock.now() == START


def test_faults_are_switched(tenant: Tenant, desk: Desk) -> None:
    """A fault is made, switched off and on and removed; the main switch holds all of them."""
    desk.post("switches/add-fault", {"kind": "lost", "step": "receipt_Y", "share": "25", "key": "DXP"})
    (rule,) = tenant.faults.get().rules
    assert (rule.kind, rule.steps, rule.probability, rule.only.key, rule.on) == (
        "lost",
        ("receipt_Y",),
        0.25,
        "*DXP*",
        True,
    )
    desk.post("switches/fault", {"name": rule.name, "action": "off"})
    assert not tenant.faults.get().rules[0].on
    desk.post("switches/fault", {"name": rule.name, "action": "on"})
    desk.post("switches/faults", {"on": "0"})
    assert not tenant.faults.get().on
    assert tenant.faults.get().rules[0].on
    desk.post("switches/fault", {"name": rule.name, "action": "remove"})
    assert tenant.faults.get().rules == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "flood"},
        {"kind": "lost", "step": "intake"},
        {"kind": "lost", "share": "101"},
        {"kind": "lost", "share": "x"},
    ],
)
def test_a_fault_that_cannot_be_is_refused(tenant: Tenant, desk: Desk, fields: dict[str, str]) -> None:
    """An unknown kind, a step it cannot strike at, a share that is none."""
    assert desk.post("switches/add-fault", fields).code == (400 if fields["kind"] == "flood" else 422)
    assert tenant.faults.get().rules == ()


def test_scenarios_are_checked_before_they_are_in_force(tenant: Tenant, desk: Desk) -> None:
    """A text with mistakes changes nothing, and comes back with what is wrong."""
    assert desk.post("switches/scenarios", {"text": SCENARIO}).code == 303
    answer = desk.post("switches/scenarios", {"text": SCENARIO.replace('"manual"', '"manuel"')})
    assert answer.code == 422
    assert "manuel" in answer.body.decode()
    assert [each.name for each in tenant.overrides.scenarios] == ["all wait"]


@pytest.mark.parametrize("text", [SCENARIO, json.dumps({"scenario": tomllib.loads(SCENARIO)["scenario"]})])
def test_scenarios_are_switched_off_and_on_again(tenant: Tenant, desk: Desk, text: str) -> None:
    """Off, none is in force and the text is kept; on, they are as before; written as TOML or as JSON."""
    assert desk.post("switches/scenarios", {"text": text}).code == 303
    desk.post("switches/scenarios-on", {"on": "0"})
    assert [each.name for each in tenant.overrides.scenarios] == []
    assert "all wait" in desk.text("switches")
    desk.post("switches/scenarios-on", {"on": "1"})
    assert [each.name for each in tenant.overrides.scenarios] == ["all wait"]


def test_orders_are_given_and_taken_back(tenant: Tenant, desk: Desk) -> None:
    """The next outcomes, an outage, a rate limit; and all of it gone again."""
    desk.post("switches/next", {"outcome": "manual", "count": "3"})
    desk.post("switches/outage", {"on": "1"})
    desk.post("switches/rate-limit", {"requests": "5"})
    control = tenant.overrides.control
    assert (control.next[0].left, len(control.outages), control.rate_limit and control.rate_limit.requests) == (3, 1, 5)
    desk.post("switches/forget")
    control = tenant.overrides.control
    assert (control.next, control.outages, control.rate_limit) == ((), (), None)


def test_tenants_come_and_go(customs: Customs, desk: Desk) -> None:
    """Made and dropped by name; the default one cannot go; bad names are refused."""
    assert desk.post("tenants/create", {"name": "team-a"}).code == 303
    assert "team-a" in customs.names()
    assert desk.post("tenants/create", {"name": "Team A"}).code == 422
    assert desk.post("tenants/drop", {"name": "default"}).code == 409
    assert desk.post("tenants/drop", {"name": "team-a"}).code == 303
    assert customs.names() == ("default",)


def test_a_receipt_is_delivered_again(tenant: Tenant, desk: Desk) -> None:
    """The same bytes under a new number."""
    waiting(tenant)
    count = len(tenant.store.receipts())
    assert desk.post("deliveries/redeliver", {"sequence": "1"}).code == 303
    receipts = tenant.store.receipts()
    assert len(receipts) == count + 1
    assert receipts[-1].data == receipts[0].data


def test_what_was_done_is_in_the_journal(tenant: Tenant, desk: Desk) -> None:
    """Switches and decisions leave their line."""
    seq_no = waiting(tenant)
    desk.post("switches/next", {"outcome": "manual", "count": "1"})
    desk.post(f"cases/{seq_no}/approve")
    text = desk.text("journal")
    assert "转人工" in text
    assert seq_no in text


def test_what_was_given_up_is_a_dead_letter(tenant: Tenant, desk: Desk) -> None:
    """A receipt that a callback's channel gave up is among the dead letters, until it is delivered after all."""
    seq_no = waiting(tenant)
    receipt = tenant.store.receipts_of(seq_no)[0]
    callback = Callback(name="erp", url="http://127.0.0.1:9/in", recipient=receipt.recipient)
    keep_callbacks(tenant.store, {"erp": callback})
    tenant.store.note_delivery("push:erp", receipt.sequence, 1, tenant.clock.now(), "blocking", "nobody there")
    tenant.store.note_delivery("push:erp", receipt.sequence, 1, tenant.clock.now(), "dead", "too late")
    page = desk.seen("deliveries")
    assert page.xpath("string(//*[@id='dead']/span)") == "1"
    assert "http://127.0.0.1:9/in" in page.text_content()
    tenant.store.note_delivery("push:erp", receipt.sequence, 2, tenant.clock.now(), "delivered")
    assert desk.seen("deliveries").xpath("string(//*[@id='dead']/span)") == "0"
