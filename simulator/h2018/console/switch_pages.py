"""The page of switches for testers: faults, scenarios, the next outcomes, outages and the rate limit."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable

from h2018.console.web import PageResponse, Visit, page, seen_other, whole
from h2018.faults.kinds import CATALOGUE as FAULTS
from h2018.faults.kinds import STEPS
from h2018.faults.live import FaultsInForce
from h2018.operations import fault_plan, overrides, scenarios
from h2018.operations import operation as operations
from h2018.steering.outcomes import CATALOGUE as OUTCOMES
from tempgoods_edi.values import Finding

#: Through which face what is asked for here was asked for.
FACE: operations.Face = "console"

_LOGGED = 20


def switches(visit: Visit) -> PageResponse:
    """The page that shows every switch and override."""
    return _shown(visit)


def _shown(visit: Visit, findings: tuple[Finding, ...] = (), typed: str | None = None, about: str = "") -> PageResponse:
    tenant = visit.tenant
    faults, parked = tenant.faults, scenarios.parked(tenant)
    written = tenant.overrides.written.text or ("" if parked is None else parked.text)
    log = faults.log(after=max(0, _last(faults) - _LOGGED))
    return page(
        "switches.html",
        visit,
        "switches",
        422 if findings else 200,
        plan=faults.get(),
        kinds=FAULTS,
        steps=STEPS,
        log=tuple(reversed(log)),
        control=tenant.overrides.control,
        outcomes=[kind for kind in OUTCOMES.values() if not kind.needs],
        scenarios=tenant.overrides.scenarios,
        parked=parked is not None,
        text=typed if typed is not None and about == "scenarios" else written,
        plan_text=typed if typed is not None and about == "plan" else "",
        findings=findings,
        about=about,
    )


def _last(faults: FaultsInForce) -> int:
    """Number of the last line of the log, without reading the log: the first number that nothing comes after."""
    reach = 1
    while faults.log(reach, 1):
        reach *= 2
    return bisect_left(range(reach + 1), True, key=lambda number: not faults.log(number, 1))


def all_faults(visit: Visit) -> PageResponse:
    """Handle the main switch of all faults."""
    fault_plan.switch(visit.tenant, FACE, on=_is_on(visit))
    return _switched(visit)


def one_fault(visit: Visit) -> PageResponse:
    """Handle the switch of one fault rule, or its removal."""
    name, action = visit.field("name"), visit.field("action")
    if action == "remove":
        fault_plan.remove_rule(visit.tenant, FACE, name)
    else:
        fault_plan.switch_rule(visit.tenant, FACE, name, on=action == "on")
    return _switched(visit)


def add_fault(visit: Visit) -> PageResponse:
    """Handle the form that adds a fault rule of one kind, switched on."""
    steps = tuple(step for step in visit.form.get("step", ()) if step)
    probability = _share(visit.field("share") or "100")
    fault_plan.add_rule(visit.tenant, FACE, visit.field("kind"), steps, probability, key=visit.field("key"))
    return _switched(visit)


def load_plan(visit: Visit) -> PageResponse:
    """Handle the form that loads a whole fault plan from TOML."""
    return _stored(visit, "plan", lambda text: fault_plan.put_in_force(visit.tenant, FACE, text))


def store_scenarios(visit: Visit) -> PageResponse:
    """Handle the form that stores scenarios from TOML or JSON."""
    return _stored(
        visit, "scenarios", lambda text: scenarios.put_in_force(visit.tenant, FACE, scenarios.written_as(text))
    )


def switch_scenarios(visit: Visit) -> PageResponse:
    """Handle the switch of all scenarios: off, kept for later, or on again."""
    scenarios.switch(visit.tenant, FACE, on=_is_on(visit))
    return _switched(visit)


def next_outcome(visit: Visit) -> PageResponse:
    """Handle the form that sets the outcome of the next messages."""
    outcome = overrides.outcome_of(visit.field("outcome"), {})
    count, enterprise = whole(visit.field("count") or "1"), visit.field("enterprise") or None
    overrides.decide_next(visit.tenant, FACE, outcome, count, enterprise=enterprise)
    return _switched(visit)


def outage(visit: Visit) -> PageResponse:
    """Handle the form that starts or ends an outage of customs."""
    if _is_on(visit):
        overrides.add_outage(visit.tenant, FACE)
    else:
        overrides.end_outages(visit.tenant, FACE)
    return _switched(visit)


def rate_limit(visit: Visit) -> PageResponse:
    """Handle the form that sets the rate limit in messages a second; an empty field removes the limit."""
    typed = visit.field("requests")
    if typed:
        overrides.limit_rate(visit.tenant, FACE, whole(typed))
    else:
        overrides.lift_rate_limit(visit.tenant, FACE)
    return _switched(visit)


def forget(visit: Visit) -> PageResponse:
    """Handle the button that withdraws every override."""
    overrides.take_back(visit.tenant, FACE)
    return _switched(visit)


def _is_on(visit: Visit) -> bool:
    return visit.field("on") == "1"


def _switched(visit: Visit) -> PageResponse:
    return seen_other(visit, "switches", done="switched")


def _stored(visit: Visit, about: str, put: Callable[[str], None]) -> PageResponse:
    """What was typed is in force; or the page once more, with what is wrong with it."""
    text = next(iter(visit.form.get("text", ())), "").replace("\r\n", "\n")
    try:
        put(text)
    except operations.InvalidParameter as error:
        if not error.findings:
            raise
        return _shown(visit, error.findings, text, about)
    return seen_other(visit, "switches", done="stored")


def _share(text: str) -> float:
    """A share in per cent; what is no number is none that fits."""
    try:
        return float(text) / 100
    except ValueError:
        return math.nan
