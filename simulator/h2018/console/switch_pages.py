"""What testers ask for, as switches: faults, scenarios, the next outcomes, outages and the rate limit."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from h2018.cases import Why
from h2018.console.web import Answer, Unfit, Visit, page, seen_other, whole
from h2018.faults import plan_file
from h2018.faults.kinds import CATALOGUE as FAULTS
from h2018.faults.kinds import STEPS, Step
from h2018.faults.live import FaultsInForce
from h2018.faults.plan import FaultPlan, Only, Rule, switched, with_rule, without_rule
from h2018.steering.control import Control, Next
from h2018.steering.gate import Outage, RateLimit
from h2018.steering.live import ScenarioText
from h2018.steering.outcomes import CATALOGUE as OUTCOMES
from h2018.steering.outcomes import Outcome
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual, Finding

_PARKED = "console/parked-scenarios"
_LONGEST_TEXT = 256 * 1024
_MOST_RULES = 200
_LOGGED = 20

_NO_KIND = Bilingual("没有这种故障", "there is no such fault")
_NO_RULE = Bilingual("没有这条故障规则", "there is no such fault rule")
_NO_STEP = Bilingual("这种故障不在此步骤发生", "this fault does not strike at that step")
_NO_OUTCOME = Bilingual("没有这种结果", "there is no such outcome")
_NO_CHANCE = Bilingual("概率应为 0 到 100", "the share is 0 to 100")
_TOO_MANY = Bilingual("规则过多", "too many rules")
_TOO_LONG = Bilingual("文本过长", "the text is too long")


def switches(visit: Visit) -> Answer:
    """Everything that can be asked for."""
    return _shown(visit)


def _shown(visit: Visit, findings: tuple[Finding, ...] = (), typed: str | None = None, about: str = "") -> Answer:
    tenant = visit.tenant
    faults, parked = tenant.faults, tenant.store.setting(_PARKED)
    written = tenant.overrides.written.text or ("" if parked is None else parked.decode())
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


def all_faults(visit: Visit) -> Answer:
    """The main switch."""
    on = visit.field("on") == "1"
    return _plan(visit, lambda plan: replace(plan, on=on), Bilingual(f"故障总开关：{on}", f"all faults: {on}"))


def one_fault(visit: Visit) -> Answer:
    """One rule on or off, or away with it."""
    name, action = visit.field("name"), visit.field("action")
    if all(rule.name != name for rule in visit.tenant.faults.get().rules):
        raise Unfit(_NO_RULE)
    text = Bilingual(f"故障“{name}”：{action}", f"fault “{name}”: {action}")
    if action == "remove":
        return _plan(visit, lambda plan: without_rule(plan, name), text)
    return _plan(visit, lambda plan: switched(plan, name, on=action == "on"), text)


def add_fault(visit: Visit) -> Answer:
    """A rule of one kind, on at once."""
    kind, plan = FAULTS.get(visit.field("kind")), visit.tenant.faults.get()
    if kind is None:
        raise Unfit(_NO_KIND)
    steps = tuple(step for step in visit.form.get("step", ()) if step)
    if not set(steps) <= set(kind.steps):
        raise Unfit(_NO_STEP)
    if len(plan.rules) >= _MOST_RULES:
        raise Unfit(_TOO_MANY)
    names = {rule.name for rule in plan.rules}
    name = next(f"{kind.name}-{n}" for n in range(1, _MOST_RULES + 2) if f"{kind.name}-{n}" not in names)
    key = visit.field("key")
    rule = Rule(
        name=name,
        kind=kind.name,
        steps=cast("tuple[Step, ...]", steps),
        probability=_share(visit.field("share") or "100"),
        only=Only(key=f"*{key}*" if key else None),
    )
    return _plan(visit, lambda plan: with_rule(plan, rule), Bilingual(f"新故障“{name}”", f"a new fault “{name}”"))


def load_plan(visit: Visit) -> Answer:
    """A whole plan from its TOML."""
    text = _long(visit)
    loaded = plan_file.load(text)
    if loaded.findings:
        return _shown(visit, loaded.findings, text, "plan")
    return _plan(visit, lambda plan: loaded.plan, Bilingual("故障计划已载入", "a fault plan was loaded"), done="stored")


def _plan(visit: Visit, change: Callable[[FaultPlan], FaultPlan], text: Bilingual, done: str = "switched") -> Answer:
    faults = visit.tenant.faults
    with visit.tenant.store.transaction():
        faults.put(change(faults.get()))
        _note(visit.tenant, text)
    return seen_other(visit, "switches", done=done)


def store_scenarios(visit: Visit) -> Answer:
    """The scenarios from their TOML; with findings nothing is changed."""
    text = _long(visit)
    findings = visit.tenant.overrides.set_scenarios(_scenarios(text))
    if findings:
        return _shown(visit, findings, text, "scenarios")
    with visit.tenant.store.transaction():
        visit.tenant.store.set_setting(_PARKED, None)
        _note(visit.tenant, Bilingual("场景已更改", "the scenarios were changed"))
    return seen_other(visit, "switches", done="stored")


def _scenarios(text: str) -> ScenarioText:
    """A text as it is to be read: JSON begins with a brace, TOML never does."""
    return ScenarioText(text, "json" if text.lstrip().startswith("{") else "toml")


def switch_scenarios(visit: Visit) -> Answer:
    """All scenarios off, kept for later; or on again."""
    tenant = visit.tenant
    parked, on = tenant.store.setting(_PARKED), visit.field("on") == "1"
    with tenant.store.transaction():
        if on and parked is not None:
            tenant.overrides.set_scenarios(_scenarios(parked.decode()))
            tenant.store.set_setting(_PARKED, None)
        elif not on and tenant.overrides.written.text:
            tenant.store.set_setting(_PARKED, tenant.overrides.written.text.encode())
            tenant.overrides.set_scenarios(ScenarioText())
        _note(tenant, Bilingual(f"场景开关：{on}", f"scenarios: {on}"))
    return seen_other(visit, "switches", done="switched")


def next_outcome(visit: Visit) -> Answer:
    """The next so many messages are to have this outcome."""
    kind = OUTCOMES.get(visit.field("outcome"))
    if kind is None or kind.needs:
        raise Unfit(_NO_OUTCOME)
    left = min(whole(visit.field("count") or "1", 1), 1_000_000)
    each = Next(outcome=Outcome(name=kind.name), left=left, enterprise=visit.field("enterprise")[:20] or None)
    return _control(visit, lambda control: replace(control, next=(*control.next, each)), each.outcome.text)


def outage(visit: Visit) -> Answer:
    """Customs down, or up again."""
    on = visit.field("on") == "1"
    outages = (Outage(),) if on else ()
    return _control(visit, lambda control: replace(control, outages=outages), Bilingual(f"停机：{on}", f"outage: {on}"))


def rate_limit(visit: Visit) -> Answer:
    """At most so many messages a second; none for no limit."""
    typed = visit.field("requests")
    limit = RateLimit(requests=min(whole(typed, 1), 1_000_000), seconds=1.0) if typed else None
    text = Bilingual(f"每秒至多：{typed or '不限'}", f"at most a second: {typed or 'no limit'}")
    return _control(visit, lambda control: replace(control, rate_limit=limit), text)


def forget(visit: Visit) -> Answer:
    """Everything that was asked for is taken back."""
    return _control(visit, lambda control: Control(), Bilingual("撤销全部指令", "all orders are taken back"))


def _control(visit: Visit, change: Callable[[Control], Control], text: Bilingual) -> Answer:
    overrides = visit.tenant.overrides
    with visit.tenant.store.transaction():
        overrides.control = change(overrides.control)
        _note(visit.tenant, text)
    return seen_other(visit, "switches", done="switched")


def _note(tenant: Tenant, text: Bilingual) -> None:
    tenant.store.note("control", tenant.clock.now(), "", why=(Why(stage="console", plane="control", text=text),))


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 100:
        raise Unfit(_NO_CHANCE)
    return share / 100


def _long(visit: Visit) -> str:
    text = next(iter(visit.form.get("text", ())), "").replace("\r\n", "\n")
    if len(text) > _LONGEST_TEXT:
        raise Unfit(_TOO_LONG)
    return text
