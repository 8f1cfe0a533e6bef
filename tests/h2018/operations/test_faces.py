"""Whatever a tester does, console and control API do the same: same state, same journal, same limits, same refusals."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec import Struct

import h2018.operations
from h2018.operations import clock, fault_plan, officer, overrides, scenarios
from h2018.tenant.tenants import Tenant
from tests.h2018.console.desk import Desk, waiting
from tests.h2018.http.web import Web, serving
from tests.h2018.tenant import START

SCENARIO = '[[scenario]]\nname = "all wait"\nmatch = {message = "TMP101"}\naction = {outcome = "manual"}\n'
PLAN = '[[fault]]\nname = "some are lost"\nkind = "lost"\nsteps = "receipt_Y"\nprobability = 0.5\n'
SEQ_NO = "{seq_no}"


class Form(Struct, frozen=True):
    """What a person sends."""

    page: str
    fields: Mapping[str, str] | Sequence[tuple[str, str]] = {}


class Call(Struct, frozen=True):
    """What a program sends."""

    method: str
    path: str
    body: Any = None
    media: str | None = None


class Deed(Struct, frozen=True, kw_only=True):
    """One operation through both faces.

    :ivar does: the function of `operations` that it is.
    :ivar before: done first, through the control API, on both sides.
    :ivar fits: it is done; else it is refused by both.
    """

    name: str
    does: Any
    form: Form
    call: Call
    before: tuple[Call, ...] = ()
    fits: bool = True


def _toml(method: str, path: str, text: str) -> Call:
    return Call(method, path, text.encode(), "application/toml")


def _on(path: str, on: bool) -> Call:
    return Call("POST", path, {"on": on})


def _next(**order: Any) -> Call:
    return Call("POST", "/control/next", {"outcome": {"name": "manual"}, **order})


def _decided(**decision: Any) -> Call:
    return Call("POST", f"/control/cases/{SEQ_NO}/decision?officer=console", decision)


def _returned(*texts: str, path: str = "Head/EndDate", fits: bool = True, name: str) -> Deed:
    fields = [pair for text in texts for pair in (("path", path), ("text", text))]
    reasons = [{"path": path, "text": text} for text in texts]
    return Deed(
        name=name,
        does=officer.decide,
        form=Form(f"cases/{SEQ_NO}/return", fields),
        call=_decided(decision="return", reasons=reasons),
        fits=fits,
    )


def _long(size: int) -> str:
    """Scenarios of so many bytes."""
    return SCENARIO + "#" * (size - len(SCENARIO))


def _rules(count: int) -> str:
    return "".join(f'[[fault]]\nname = "{n}"\nkind = "lost"\n' for n in range(count))


DAYS = clock.LONGEST.days
SCENARIOS, FAULTS = "/control/scenarios", "/control/faults"
IN_FORCE, PLANNED = _toml("PUT", SCENARIOS, SCENARIO), _toml("PUT", FAULTS, PLAN)
LIMIT, OUTAGE = Call("PUT", "/control/rate-limit", {"requests": 5}), Call("POST", "/control/outages", {})
PLANNED_OUTAGE = Call("POST", "/control/outages", {"since": "2027-03-01T00:00:00+08:00", "until": "2027-03-02T00:00:00+08:00"})


def _deeds() -> Iterator[Deed]:
    yield from _clock_deeds()
    yield from _officer_deeds()
    yield from _override_deeds()
    yield from _scenario_deeds()
    yield from _fault_deeds()
    yield from _tenant_deeds()


def _clock_deeds() -> Iterator[Deed]:
    def forward(name: str, days: int, *, fits: bool = True, before: tuple[Call, ...] = ()) -> Deed:
        form = Form("clock/forward", {"amount": str(days), "unit": "day"})
        call = Call("POST", "/control/clock/advance", {"seconds": days * 86400})
        return Deed(name=name, does=clock.advance, form=form, call=call, fits=fits, before=before)

    def to(name: str, days: int, *, fits: bool = True) -> Deed:
        instant = (START + timedelta(days=days)).isoformat()
        form = Form("clock/to", {"instant": instant[:16]})
        call = Call("POST", "/control/clock/advance_to", {"instant": instant})
        return Deed(name=name, does=clock.advance_to, form=form, call=call, fits=fits)

    def mode(value: str) -> Deed:
        call = Call("PUT", "/control/clock", {"mode": value})
        return Deed(name=f"clock {value}", does=clock.set_mode, form=Form("clock/mode", {"mode": value}), call=call)

    yield forward("two days", 2)
    yield forward("a hundred years", DAYS)
    yield forward("more than a hundred years", DAYS + 1, fits=False)
    yield forward("a live clock", 1, fits=False, before=(Call("PUT", "/control/clock", {"mode": "live"}),))
    yield to("to tomorrow", 1)
    yield to("to a hundred years on", DAYS)
    yield to("to more than that", DAYS + 1, fits=False)
    yield to("to yesterday", -1, fits=False)
    yield mode("live")
    yield mode("manual")


def _officer_deeds() -> Iterator[Deed]:
    longest = "通" * officer.LONGEST_TEXT

    def one(name: str, page: str, fields: Mapping[str, str], fits: bool = True, **decision: Any) -> Deed:
        form = Form(f"cases/{SEQ_NO}/{page}", fields)
        return Deed(name=name, does=officer.decide, form=form, call=_decided(**decision), fits=fits)

    yield one("approve", "approve", {"note": " 复核\n无误 "}, decision="approve", note=" 复核\n无误 ")
    yield one("approve with a long note", "approve", {"note": longest}, decision="approve", note=longest)
    yield one("a note too long", "approve", {"note": longest + "x"}, fits=False, decision="approve", note=longest + "x")
    yield one("ask", "ask", {"text": "展位图？"}, decision="ask_again", text="展位图？")
    yield one("ask nothing", "ask", {"text": " "}, fits=False, decision="ask_again", text=" ")
    yield _returned("展期过长", "另一条", name="return")
    yield _returned(name="return without a reason", fits=False)
    yield _returned(longest, name="a long reason")
    yield _returned(longest + "x", name="a reason too long", fits=False)
    yield _returned("x", path="a" * officer.LONGEST_PATH, name="a long path")
    yield _returned("x", path="a" * (officer.LONGEST_PATH + 1), name="a path too long", fits=False)
    yield _returned(*["x"] * officer.MOST_REASONS, name="many reasons")
    yield _returned(*["x"] * (officer.MOST_REASONS + 1), name="too many reasons", fits=False)
    gone = Form("cases/I0/approve")
    yield Deed(
        name="no such declaration",
        does=officer.decide,
        form=gone,
        call=Call("POST", "/control/cases/I0/decision", {"decision": "approve"}),
        fits=False,
    )


def _override_deeds() -> Iterator[Deed]:
    def order(name: str, fields: Mapping[str, str], fits: bool = True, before: tuple[Call, ...] = (), **order: Any) -> Deed:
        form = Form("switches/next", {"outcome": "manual", **fields})
        return Deed(name=name, does=overrides.decide_next, form=form, call=_next(**order), fits=fits, before=before)

    def rate(name: str, requests: int, fits: bool = True) -> Deed:
        form = Form("switches/rate-limit", {"requests": str(requests)})
        call = Call("PUT", "/control/rate-limit", {"requests": requests})
        return Deed(name=name, does=overrides.limit_rate, form=form, call=call, fits=fits)

    most = overrides.MOST_MESSAGES
    yield order("the next", {})
    yield order("the next of one", {"count": "3", "enterprise": "3101983690"}, count=3, enterprise="3101983690")
    yield order("a million", {"count": str(most)}, count=most)
    yield order("more than a million", {"count": str(most + 1)}, fits=False, count=most + 1)
    yield order("none", {"count": "0"}, fits=False, count=0)
    long = "9" * overrides.LONGEST_NAME
    yield order("a long enterprise", {"enterprise": long}, enterprise=long)
    yield order("an enterprise too long", {"enterprise": long + "9"}, fits=False, enterprise=long + "9")
    yield order("the thousandth", {}, before=(_next(),) * (overrides.MOST - 1))
    yield order("too many orders", {}, fits=False, before=(_next(),) * overrides.MOST)
    yield order("no such outcome", {"outcome": "aprove"}, fits=False, outcome={"name": "aprove"})
    yield order("an outcome that needs more", {"outcome": "delay"}, fits=False, outcome={"name": "delay"})
    yield rate("a limit", 5)
    yield rate("the highest limit", overrides.MOST_REQUESTS)
    yield rate("a limit too high", overrides.MOST_REQUESTS + 1, fits=False)
    yield rate("a limit of none", 0, fits=False)
    yield Deed(
        name="no limit",
        does=overrides.lift_rate_limit,
        form=Form("switches/rate-limit", {"requests": ""}),
        call=Call("DELETE", "/control/rate-limit"),
        before=(LIMIT,),
    )
    for name, before in (("down", ()), ("down beside a planned outage", (PLANNED_OUTAGE,)), ("down twice", (OUTAGE,))):
        form = Form("switches/outage", {"on": "1"})
        yield Deed(name=name, does=overrides.add_outage, form=form, call=OUTAGE, before=before)
    up = Form("switches/outage", {"on": "0"})
    call = Call("DELETE", "/control/outages")
    yield Deed(name="up", does=overrides.end_outages, form=up, call=call, before=(OUTAGE, PLANNED_OUTAGE))
    back = Call("DELETE", "/control/orders")
    yield Deed(
        name="all back", does=overrides.take_back, form=Form("switches/forget"), call=back, before=(_next(), OUTAGE, LIMIT)
    )


def _scenario_deeds() -> Iterator[Deed]:
    def put(name: str, text: str, fits: bool = True, before: tuple[Call, ...] = ()) -> Deed:
        form = Form("switches/scenarios", {"text": text})
        call = _toml("PUT", SCENARIOS, text)
        return Deed(name=name, does=scenarios.put_in_force, form=form, call=call, fits=fits, before=before)

    def switch(name: str, on: bool, *before: Call) -> Deed:
        form = Form("switches/scenarios-on", {"on": "1" if on else "0"})
        return Deed(name=name, does=scenarios.switch, form=form, call=_on(f"{SCENARIOS}/switch", on), before=before)

    off = _on(f"{SCENARIOS}/switch", False)
    yield put("scenarios", SCENARIO)
    yield put("scenarios in place of those that are off", SCENARIO, before=(IN_FORCE, off))
    empty, none = Form("switches/scenarios", {"text": " "}), Call("DELETE", SCENARIOS)
    for name, before in (("no scenarios", (IN_FORCE,)), ("no scenarios where they are off", (IN_FORCE, off))):
        yield Deed(name=name, does=scenarios.remove, form=empty, call=none, before=before)
    yield put("scenarios with a mistake", SCENARIO.replace('"manual"', '"manuel"'), fits=False, before=(IN_FORCE,))
    yield put("a long text", _long(scenarios.LARGEST))
    yield put("a text too long", _long(scenarios.LARGEST + 1), fits=False)
    yield switch("scenarios off", False, IN_FORCE)
    yield switch("scenarios off twice", False, IN_FORCE, off)
    yield switch("scenarios on", True, IN_FORCE, off)
    yield switch("scenarios on that are none", True)


def _fault_deeds() -> Iterator[Deed]:
    def plan(name: str, text: str, fits: bool = True, before: tuple[Call, ...] = ()) -> Deed:
        form = Form("switches/plan", {"text": text})
        call = _toml("PUT", FAULTS, text)
        return Deed(name=name, does=fault_plan.put_in_force, form=form, call=call, fits=fits, before=before)

    def rule(name: str, rule: str, on: bool, fits: bool = True) -> Deed:
        form = Form("switches/fault", {"name": rule, "action": "on" if on else "off"})
        call = _on(f"{FAULTS}/rules/{rule.replace(' ', '%20')}/switch", on)
        return Deed(name=name, does=fault_plan.switch_rule, form=form, call=call, fits=fits, before=(PLANNED,))

    def every(on: bool) -> Deed:
        form = Form("switches/faults", {"on": "1" if on else "0"})
        call = _on(f"{FAULTS}/switch", on)
        return Deed(name=f"faults {on}", does=fault_plan.switch, form=form, call=call, before=(PLANNED,))

    yield plan("a plan", PLAN)
    empty, none = Form("switches/plan", {"text": ""}), Call("DELETE", FAULTS)
    yield Deed(name="no plan", does=fault_plan.remove, form=empty, call=none, before=(PLANNED,))
    yield plan("a plan with a mistake", PLAN.replace("lost", "lots"), fits=False, before=(PLANNED,))
    yield plan("a long plan", _rules(fault_plan.MOST))
    yield plan("a plan too long", _rules(fault_plan.MOST + 1), fits=False)
    yield rule("one fault off", "some are lost", False)
    yield rule("one fault on", "some are lost", True)
    yield rule("no such fault", "another", True, fits=False)
    yield every(True)
    yield every(False)


def _tenant_deeds() -> Iterator[Deed]:
    from h2018.operations import tenants

    def create(name: str, fits: bool = True, before: tuple[Call, ...] = ()) -> Deed:
        call = Call("POST", "/control/tenants", {"name": name})
        return Deed(
            name=f"tenant {name[:9]}", does=tenants.create, form=Form("tenants/create", {"name": name}), call=call, fits=fits,
            before=before,
        )  # fmt: skip

    def drop(name: str, fits: bool = True, before: tuple[Call, ...] = ()) -> Deed:
        call = Call("DELETE", f"/control/tenants/{name}")
        return Deed(
            name=f"drop {name}", does=tenants.drop, form=Form("tenants/drop", {"name": name}), call=call, fits=fits, before=before
        )

    made = Call("POST", "/control/tenants", {"name": "team-a"})
    yield create("team-b")
    yield create("team-a", fits=False, before=(made,))
    yield create("Team A", fits=False)
    yield create("a" * 63)
    yield create("a" * 64, fits=False)
    yield drop("team-a", before=(made,))
    yield drop("team-a", fits=False)
    yield drop("default", fits=False)
    reset = Call("POST", "/control/reset")
    yield Deed(
        name="empty", does=tenants.empty, form=Form("tenants/empty", {"name": "default"}), call=reset, before=(IN_FORCE, _next())
    )


DEEDS = tuple(_deeds())
#: What only one face has; the other does it as part of something else, or not at all.
ONE_FACE = {
    "overrides.decide_this": "control only: a person decides on the page of the declaration",
    "overrides.outcome_of": "a step of decide_next and decide_this",
    "scenarios.parked": "only shows",
    "scenarios.written_as": "only reads",
    "scenarios.small_enough": "a step of put",
    "fault_plan.add_rule": "console only: a program puts a whole plan",
    "fault_plan.remove_rule": "console only: a program puts a whole plan",
    "officer.case_of": "only shows",
    "snapshots.take": "control only: a snapshot is for programs",
    "snapshots.restore": "control only: a snapshot is for programs",
}


def ask(web: Web, call: Call) -> int:
    """Ask the control API; the status."""
    return web.ask(call.method, call.path, call.body, media=call.media).code


def state(web: Web) -> dict[str, Any]:
    """Everything that a tester can change, and what the journal says was done; who did it apart."""
    return {name: _state_of(web.customs.tenant(name)) for name in web.customs.names()}


def _state_of(tenant: Tenant) -> dict[str, Any]:
    lines = [(line.what, line.seq_no, [(why.plane, why.rule, why.text) for why in line.why]) for line in tenant.store.journal()]
    return {
        "clock": tenant.clock.reading,
        "control": tenant.overrides.control,
        "scenarios": tenant.overrides.written,
        "parked": scenarios.parked(tenant),
        "faults": tenant.faults.get(),
        "config": tenant.config,
        "cases": tenant.store.cases(limit=10),
        "receipts": tenant.store.receipts(),
        "journal": lines,
    }


def about(name: str, seq_no: str) -> str:
    """An address or path with the declaration's number in it."""
    return name.replace(SEQ_NO, seq_no)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name.replace(" ", "-"))
def test_both_faces_do_the_same(deed: Deed) -> None:
    """The same state and journal through a form as through the API; what one refuses the other does, and nothing changes."""
    with serving() as one, serving() as other:
        seq_nos = {waiting(web.tenant) for web in (one, other)}
        for web in (one, other):
            assert all(ask(web, call) < 300 for call in deed.before)
        assert len(seq_nos) == 1
        (seq_no,) = seq_nos
        before = state(one)
        assert before == state(other)
        form = Desk(one.customs).post(about(deed.form.page, seq_no), deed.form.fields)
        asked = ask(other, Call(deed.call.method, about(deed.call.path, seq_no), deed.call.body, deed.call.media))
        assert (form.code == 303, asked < 300) == (deed.fits, deed.fits), (form.code, asked)
        assert state(one) == state(other)
        if not deed.fits:
            assert {form.code, asked} <= {400, 404, 409, 413, 422}
            assert state(one) == before


def test_every_operation_is_held_against_the_other_face() -> None:
    """Whoever adds one says how both faces do it, or why only one has it."""
    found = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(h2018.operations.__path__)
        if module.name != "operation"
        for name, function in inspect.getmembers(importlib.import_module(f"h2018.operations.{module.name}"), inspect.isfunction)
        if function.__module__ == f"h2018.operations.{module.name}" and not name.startswith("_")
    }
    held = {f"{deed.does.__module__.rpartition('.')[2]}.{deed.does.__name__}" for deed in DEEDS}
    assert found == held | ONE_FACE.keys()
    assert not held & ONE_FACE.keys()


def test_every_limit_is_met_from_both_sides() -> None:
    """Of what is refused for a limit there is a neighbour that is not."""
    for does in {deed.does for deed in DEEDS if not deed.fits}:
        assert any(deed.fits for deed in DEEDS if deed.does is does)
