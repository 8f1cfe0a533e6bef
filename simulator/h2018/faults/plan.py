"""The fault plan: rules in order that decide which fault an item meets at a step, each with a probability.

The choice depends on the plan, the step, the item and the seed, and on nothing else: not on what came before, not on
the order of things.  Adding or switching off a rule does not change what the others draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from random import Random

from msgspec import Struct
from msgspec.structs import asdict, replace

from h2018.faults.kinds import CATALOGUE, FaultType, Parameters, Step
from h2018.seeded_random import chance
from tempgoods_edi.values import Bilingual


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message, receipt or request that a fault may strike.

    :ivar key: what it is, the same in every run: the message_id of the declarant's message, for one.
    :ivar attempt: which try it is, from 1; each try has its own chance.
    :ivar message: message type.
    :ivar enterprise: customs code of the unit, or the sender id, that it is from or for.
    """

    key: str
    attempt: int = 1
    message: str | None = None
    enterprise: str | None = None


class Only(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The items that a rule is limited to; an empty condition means all.

    :ivar key: form of the item's key; ``*`` stands for anything, ``?`` for one character.
    """

    key: str | None = None
    message: tuple[str, ...] = ()
    enterprise: tuple[str, ...] = ()


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of a fault plan.

    :ivar steps: where it strikes; empty for every step its kind can.
    :ivar probability: share of the items that it strikes, 0 to 1.
    :ivar attempts: it strikes only the first so many tries; None for all.
    :ivar since: only from then on; aware.
    :ivar until: only before then; aware.
    :ivar parameters: what is set; the kind's defaults fill the rest.
    :ivar on: False while it is switched off.
    """

    name: str
    kind: str
    steps: tuple[Step, ...] = ()
    probability: float = 1.0
    attempts: int | None = None
    only: Only = Only()
    since: datetime | None = None
    until: datetime | None = None
    parameters: Parameters = Parameters()
    on: bool = True

    @property
    def strikes_at(self) -> tuple[Step, ...]:
        """The steps at which the rule can strike."""
        return self.steps or CATALOGUE[self.kind].steps


class FaultPlan(Struct, frozen=True, omit_defaults=True):
    """A fault plan: rules in order; the first that strikes is the one fault of an item at a step."""

    rules: tuple[Rule, ...] = ()
    on: bool = True


class Fault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault with its parameters, as it strikes one item.

    :ivar rule: name of the rule that chose it.
    :ivar parameters: complete.
    :ivar seed: of the chance with which it is carried out.
    """

    kind: str
    step: Step
    rule: str
    seed: int
    parameters: Parameters = Parameters()

    @property
    def about(self) -> FaultType:
        """The fault's kind in the catalogue."""
        return CATALOGUE[self.kind]


def choose(plan: FaultPlan, step: Step, item: Item, seed: int, now: datetime | None = None) -> Fault | None:
    """The fault that *item* meets at *step*; None for no fault.

    :param now: business time, aware; without it no rule with a window strikes.
    """
    if not plan.on:
        return None
    for rule in plan.rules:
        if next(_reasons(rule, step, item, now), None) is None:
            random = _chance(rule, step, item, seed)
            if random.random() < rule.probability:
                parameters = _complete(CATALOGUE[rule.kind].defaults, rule.parameters)
                return Fault(
                    kind=rule.kind, step=step, rule=rule.name, seed=random.getrandbits(63), parameters=parameters
                )
    return None


def switched(plan: FaultPlan, name: str, *, on: bool) -> FaultPlan:
    """*plan* with the rule of that name switched on or off; KeyError when there is none."""
    if all(rule.name != name for rule in plan.rules):
        raise KeyError(name)
    return replace(plan, rules=tuple(replace(rule, on=on) if rule.name == name else rule for rule in plan.rules))


def with_rule(plan: FaultPlan, rule: Rule) -> FaultPlan:
    """*plan* with *rule* at its end, or in the place of the rule of the same name."""
    if any(each.name == rule.name for each in plan.rules):
        return replace(plan, rules=tuple(rule if each.name == rule.name else each for each in plan.rules))
    return replace(plan, rules=(*plan.rules, rule))


def without_rule(plan: FaultPlan, name: str) -> FaultPlan:
    """*plan* without the rule of that name."""
    return replace(plan, rules=tuple(rule for rule in plan.rules if rule.name != name))


def _chance(rule: Rule, step: Step, item: Item, seed: int) -> Random:
    return chance(seed, "fault", rule.name, step, item.key, item.attempt)


def _complete(defaults: Parameters, given: Parameters) -> Parameters:
    return replace(defaults, **{name: value for name, value in asdict(given).items() if value is not None})


def _reasons(rule: Rule, step: Step, item: Item, now: datetime | None) -> Iterator[Bilingual]:
    """Each reason, apart from chance, why *rule* does not strike."""
    if not rule.on:
        yield Bilingual("已关闭", "switched off")
    if step not in rule.strikes_at:
        yield Bilingual(f"不在步骤 {step}", f"does not strike at {step}")
    if rule.attempts is not None and item.attempt > rule.attempts:
        yield Bilingual(f"只作用于前 {rule.attempts} 次", f"only the first {rule.attempts} tries")
    if rule.only.key is not None and not fnmatchcase(item.key, rule.only.key):
        yield Bilingual(f"编号“{item.key}”不符“{rule.only.key}”", f"key “{item.key}” is not like “{rule.only.key}”")
    if rule.only.message and item.message not in rule.only.message:
        yield Bilingual(f"报文为 {item.message}", f"the message is {item.message}")
    if rule.only.enterprise and item.enterprise not in rule.only.enterprise:
        yield Bilingual(f"企业为 {item.enterprise}", f"the enterprise is {item.enterprise}")
    if (rule.since or rule.until) and now is None:
        yield Bilingual("时间未知", "the time is not known")
    elif now is not None and ((rule.since and now < rule.since) or (rule.until and now >= rule.until)):
        yield Bilingual("不在时段内", "outside its window")
