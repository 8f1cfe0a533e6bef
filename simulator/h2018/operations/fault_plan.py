"""Operations on a tenant's fault plan: put in force after a check, changed rule by rule, switched."""

from __future__ import annotations

from typing import Literal, cast

from msgspec.structs import replace

from h2018.faults import plan_file
from h2018.faults.kinds import CATALOGUE, Step
from h2018.faults.plan import FaultPlan, Only, Rule, switched, with_rule, without_rule
from h2018.operations.operation import Face, InvalidParameter, NotThere, Unknown, no_longer, noted
from h2018.operations.scenarios import small_enough
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

#: Rules of a plan: each message is held against all of them.
MOST = 1000
#: Characters of the part of a message id that a rule is about.
LONGEST_KEY = 128

_UNFIT = Bilingual("有 {n} 处不对，未生效", "{n} things are wrong; nothing was put in force")
_TOO_MANY = Bilingual("故障过多，最多 {n} 条", "too many faults; at most {n}")
_NO_RULE = Bilingual("没有故障“{name}”", "there is no fault “{name}”")
_NO_KIND = Bilingual("没有这种故障", "there is no such kind of fault")
_NO_STEP = Bilingual("这种故障不在此步骤发生", "this fault does not strike at that step")
_NO_CHANCE = Bilingual("概率应为 0 到 100%", "the share is 0 to 100 %")


def put_in_force(tenant: Tenant, face: Face, text: str, form: Literal["toml", "json"] = "toml") -> None:
    """Put the fault plan of a file in force; with findings nothing changes.  An empty text removes all faults."""
    small_enough(text)
    if not text.strip():
        remove(tenant, face)
        return
    found = plan_file.load_json(text) if form == "json" else plan_file.load(text)
    if found.findings:
        raise InvalidParameter(_UNFIT.format(n=len(found.findings)), found.findings)
    rules = len(found.plan.rules)
    _put(tenant, face, found.plan, Bilingual(f"启用 {rules} 条故障", f"{rules} faults are in force"))


def remove(tenant: Tenant, face: Face) -> None:
    """Remove the fault plan: no faults from now on."""
    _put(tenant, face, FaultPlan(), Bilingual("取消全部故障", "no faults"))


def switch(tenant: Tenant, face: Face, *, on: bool) -> None:
    """Switch all faults on or off; each rule keeps its own switch."""
    text = Bilingual("故障总开关：开", "faults on") if on else Bilingual("故障总开关：关", "faults off")
    _put(tenant, face, replace(tenant.faults.get(), on=on), text)


def switch_rule(tenant: Tenant, face: Face, name: str, *, on: bool) -> None:
    """Switch one fault rule on or off."""
    try:
        plan = switched(tenant.faults.get(), name, on=on)
    except KeyError:
        raise _no_rule(name) from None
    _put(
        tenant,
        face,
        plan,
        Bilingual(f"故障“{name}”：{'开' if on else '关'}", f"fault “{name}” {'on' if on else 'off'}"),
    )


def add_rule(
    tenant: Tenant,
    face: Face,
    kind: str,
    steps: tuple[str, ...] = (),
    probability: float = 1.0,
    *,
    key: str = "",
) -> None:
    """Add a fault rule of one kind, switched on, under a name of its own.

    :param steps: where it strikes; none for wherever it can.
    :param key: only messages with this in their id.
    """
    if kind not in CATALOGUE:
        raise Unknown(_NO_KIND)
    if not set(steps) <= set(CATALOGUE[kind].steps):
        raise InvalidParameter(_NO_STEP)
    if not 0 <= probability <= 1:
        raise InvalidParameter(_NO_CHANCE)
    no_longer("key", key, LONGEST_KEY)
    plan = tenant.faults.get()
    names = {rule.name for rule in plan.rules}
    name = next(f"{kind}-{n}" for n in range(1, len(names) + 2) if f"{kind}-{n}" not in names)
    rule = Rule(
        name=name,
        kind=kind,
        steps=cast("tuple[Step, ...]", steps),
        probability=probability,
        only=Only(key=f"*{key}*" if key else None),
    )
    _put(tenant, face, with_rule(plan, rule), Bilingual(f"新故障“{name}”", f"a new fault “{name}”"))


def remove_rule(tenant: Tenant, face: Face, name: str) -> None:
    """Remove one fault rule from the plan."""
    plan = tenant.faults.get()
    if all(rule.name != name for rule in plan.rules):
        raise _no_rule(name)
    _put(tenant, face, without_rule(plan, name), Bilingual(f"删除故障“{name}”", f"fault “{name}” removed"))


def _no_rule(name: str) -> NotThere:
    return NotThere(_NO_RULE.format(name=name[:LONGEST_KEY]))


def _put(tenant: Tenant, face: Face, plan: FaultPlan, text: Bilingual) -> None:
    if len(plan.rules) > MOST:
        raise InvalidParameter(_TOO_MANY.format(n=MOST))
    with noted(tenant, face, text):
        tenant.faults.put(plan)
