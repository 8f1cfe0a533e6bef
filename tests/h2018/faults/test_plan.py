"""The choice of a fault depends on plan, step, item and seed alone; so a run can be repeated in any order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from h2018.faults.kinds import Parameters, Step
from h2018.faults.log import Done, done, replay
from h2018.faults.plan import FaultPlan, Item, Rule, choose, switched, with_rule, without_rule
from tests.h2018.faults.material import items, plans, seeds, steps
from tests.h2018.samples import START

happenings = st.lists(st.tuples(steps, items), max_size=12)
SOMETIMES = FaultPlan((Rule(name="some", kind="lost", probability=0.3),))


@given(plans, happenings, seeds)
def test_the_order_of_things_changes_nothing(plan: FaultPlan, happened: list[tuple[Step, Item]], seed: int) -> None:
    """Each item meets the same fault whenever its turn comes, and however often it is asked about."""
    straight = {(step, item): choose(plan, step, item, seed) for step, item in happened}
    backwards = {(step, item): choose(plan, step, item, seed) for step, item in [*reversed(happened), *happened]}
    assert straight == backwards


@given(plans, steps, items, seeds)
def test_the_first_rule_that_strikes_is_the_fault(plan: FaultPlan, step: Step, item: Item, seed: int) -> None:
    """It is what the rules up to it choose, and those before it choose nothing."""
    found = choose(plan, step, item, seed)
    alone = [choose(FaultPlan((rule,)), step, item, seed) for rule in plan.rules]
    assert found == next((each for each in alone if each is not None), None)


@given(plans, steps, items, seeds)
def test_a_fault_is_one_that_can_strike_there(plan: FaultPlan, step: Step, item: Item, seed: int) -> None:
    """Never at a step that its kind does not know, never to whom the rule is not about, never while switched off."""
    found = choose(plan, step, item, seed)
    if found is not None:
        rule = next(each for each in plan.rules if each.name == found.rule)
        assert rule.on
        assert step in found.about.steps
        assert rule.attempts is None or item.attempt <= rule.attempts
        assert rule.only.enterprise in ((), (item.enterprise,))
        assert rule.only.key is None or item.key.startswith("M")
    assert choose(FaultPlan(plan.rules, on=False), step, item, seed) is None


@given(plans, steps, items, seeds, st.data())
def test_switching_one_rule_leaves_the_others_alone(
    plan: FaultPlan, step: Step, item: Item, seed: int, data: st.DataObject
) -> None:
    """A rule that is switched off only gives way to those behind it; nobody else's luck changes."""
    if not plan.rules:
        return
    name = data.draw(st.sampled_from(plan.rules)).name
    before, after = choose(plan, step, item, seed), choose(switched(plan, name, on=False), step, item, seed)
    if before is None or before.rule != name:
        assert after == before
    assert after == choose(without_rule(plan, name), step, item, seed)


def test_a_probability_is_the_share_that_is_struck() -> None:
    """Of many items about that share, and another seed strikes others."""
    struck = [{n for n in range(4000) if choose(SOMETIMES, "receipt_Y", Item(key=str(n)), seed)} for seed in (1, 2)]
    assert all(0.27 < len(each) / 4000 < 0.33 for each in struck)
    assert struck[0] != struck[1]


def test_each_try_has_its_own_chance() -> None:
    """What fails once need not fail for ever; with ``attempts`` it surely does not."""
    fates = [choose(SOMETIMES, "receipt_Y", Item(key="M", attempt=n), 3) is not None for n in range(1, 60)]
    assert any(fates)
    assert not all(fates)
    twice = FaultPlan((Rule(name="twice", kind="reset", attempts=2),))
    assert [choose(twice, "push", Item(key="M", attempt=n), 3) is not None for n in (1, 2, 3)] == [True, True, False]


def test_a_window_is_business_time() -> None:
    """From *since* on and before *until*; without a time, never."""
    rule = Rule(name="o", kind="outage", since=START, until=START + timedelta(hours=1))
    plan = FaultPlan((rule,))
    for offset, struck in ((-1, False), (0, True), (3599, True), (3600, False)):
        now = START + timedelta(seconds=offset)
        assert (choose(plan, "intake", Item(key="M"), 1, now) is not None) is struck
    assert choose(plan, "intake", Item(key="M"), 1) is None


def test_the_parameters_of_a_rule_go_before_those_of_its_kind() -> None:
    """What is set is taken, the rest comes from the catalogue."""
    plan = FaultPlan((Rule(name="s", kind="slow", parameters=Parameters(bytes_per_second=5)),))
    found = choose(plan, "answer", Item(key="M"), 1)
    assert found is not None
    assert found.parameters.bytes_per_second == 5
    assert found.parameters.profile == found.about.defaults.profile


def test_a_plan_is_changed_by_giving_another() -> None:
    """Add, replace, switch and remove leave the plan they were given as it was."""
    first = with_rule(FaultPlan(), Rule(name="a", kind="lost"))
    second = with_rule(first, Rule(name="a", kind="late"))
    assert [rule.kind for rule in first.rules] == ["lost"]
    assert [rule.kind for rule in second.rules] == ["late"]
    assert not switched(second, "a", on=False).rules[0].on
    assert second.rules[0].on
    assert without_rule(second, "a") == FaultPlan()
    with pytest.raises(KeyError):
        switched(second, "b", on=False)


@given(plans, happenings, seeds)
def test_a_run_is_repeated_from_its_log(plan: FaultPlan, happened: list[tuple[Step, Item]], seed: int) -> None:
    """The log alone gives every item the fault it met, and spares whom it spared."""
    log: list[Done] = []
    for step, item in happened:
        found = choose(plan, step, item, seed)
        if found is not None:
            log.append(done(found, item, START, b"before", b"after"))
    again = replay(log)
    for step, item in happened:
        # The log knows an item by key and try; the rest of it does not make another item.
        same = [
            choose(plan, s, i, seed) for s, i in happened if (s, i.key, i.attempt) == (step, item.key, item.attempt)
        ]
        assert again.choose(step, item) == next((each for each in same if each is not None), None)


def test_a_line_of_the_log_says_what_was_done_to_the_bytes() -> None:
    """Hashes before and after, and none where no bytes were touched."""
    found = choose(FaultPlan((Rule(name="l", kind="late"),)), "receipt_Y", Item(key="M"), 1)
    assert found is not None
    line = done(found, Item(key="M"), START, b"x", b"y")
    assert (line.before, line.after) != (None, None)
    assert line.before != line.after
    assert done(found, Item(key="M"), START).before is None
    assert replace(line, after=None).fault == found
