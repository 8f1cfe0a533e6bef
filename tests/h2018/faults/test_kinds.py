"""The catalogue of faults is complete, consistent and readable."""

from __future__ import annotations

import pytest

from h2018.faults.kinds import CATALOGUE, RECEIPT_STEPS, STEPS, FaultType, Parameters
from h2018.faults.plan import FaultPlan, Item, Rule, choose
from tempgoods_edi.lifecycle.receipts import RANKS

KINDS = pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.name)


@KINDS
def test_each_fault_is_explained_in_both_languages(kind: FaultType) -> None:
    """Label and description stand in both, and are not the same text twice."""
    for text in (kind.label, kind.does):
        assert text.zh
        assert text.en
        assert text.zh != text.en


@KINDS
def test_each_fault_strikes_where_it_says(kind: FaultType) -> None:
    """A rule without steps strikes at each step of its kind, and nowhere else; its parameters are the kind's."""
    plan = FaultPlan((Rule(name="r", kind=kind.name),))
    for step in STEPS:
        found = choose(plan, step, Item(key="M"), 1)  # type: ignore[arg-type]  # keys of STEPS are steps
        assert (found is not None) is (step in kind.steps)
        if found is not None:
            assert found.parameters == kind.defaults
            assert found.about == kind


def test_every_parameter_belongs_to_some_fault() -> None:
    """There is nothing to set that no fault has."""
    taken = {name for kind in CATALOGUE.values() for name in kind.takes}
    assert taken == set(Parameters.__struct_fields__)


def test_every_step_can_be_struck_on_both_levels_where_it_has_both() -> None:
    """Every step has a fault; every receipt of the life cycle has its step."""
    struck = {step for kind in CATALOGUE.values() for step in kind.steps}
    assert struck == set(STEPS)
    assert set(RECEIPT_STEPS) == set(RANKS)
    levels = {(kind.level, step) for kind in CATALOGUE.values() for step in kind.steps}
    assert {("transport", "answer"), ("message", "answer")} <= levels
