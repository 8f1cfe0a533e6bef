"""The catalogue of outcomes is complete, consistent and readable."""

from __future__ import annotations

import pytest

from h2018.decisions import receipt_texts
from h2018.steering import reserved
from h2018.steering.outcomes import CATALOGUE, Outcome, OutcomeKind, fits, ground, problems
from tempgoods_edi.lifecycle.receipts import RANKS
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.lifecycle.table import TRANSITIONS

KINDS = pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.name)


@KINDS
def test_each_outcome_is_explained_in_both_languages(kind: OutcomeKind) -> None:
    """Label and description stand in both, and are not the same text twice."""
    for text in (kind.label, kind.does):
        assert text.zh
        assert text.en
        assert text.zh != text.en


@KINDS
def test_each_outcome_is_one_the_life_cycle_allows(kind: OutcomeKind) -> None:
    """The receipts come in rising precedence, and the table knows each step from *sent* on."""
    receipts = kind.receipts or ()
    ranks = [RANKS[result] for result in receipts]
    assert ranks == sorted(set(ranks))
    state = State.SENT
    for result in receipts:
        (after,) = {to for event, to in TRANSITIONS[state].items() if event.value == f"receipt_{result}"}
        state = after
    assert kind.officer is (state is State.MANUAL_REVIEW)


@KINDS
def test_each_example_asks_for_its_outcome(kind: OutcomeKind) -> None:
    """The in-house number shown as an example is read as the outcome it is the example of."""
    found = reserved.parse(kind.example)
    assert isinstance(found, Outcome)
    assert found.name == kind.name


@KINDS
def test_only_a_declaration_has_business_receipts(kind: OutcomeKind) -> None:
    """What gives receipts 1, 2, 3, Y or Z fits declarations only."""
    if kind.receipts:
        assert kind.subjects == ("declaration",)
    assert fits(Outcome(name=kind.name), "declaration")


@KINDS
def test_each_ground_makes_a_note_that_fits_a_receipt(kind: OutcomeKind) -> None:
    """Whatever ground is named, the note leads with a code and has at most 255 characters."""
    for outcome in (
        Outcome(name=kind.name),
        Outcome(name=kind.name, code="H8001", note="系统无法入库" * 60),
        *(Outcome(name=kind.name, rule=rule, path="Head/EndDate") for rule in problems()),
    ):
        finding = ground(outcome)
        text = receipt_texts.note(finding)
        assert text.startswith(f"[{finding.rule}] ")
        assert len(text) <= 255
        assert "{" not in text


def test_a_ground_is_what_was_asked_for() -> None:
    """Rule and note both stand in the ground; a rule alone lends its own text; without either the code leads."""
    named = ground(Outcome(name="reject", rule="TG-EXH-004", path="Head/EndDate", note="请说明"))
    assert (named.rule, named.path, named.text.zh) == ("TG-EXH-004", "Head/EndDate", "请说明")
    assert ground(Outcome(name="reject", rule="TG-EXH-004")).text.zh != CATALOGUE["reject"].label.zh
    assert ground(Outcome(name="store_fail", code="H8001")).rule == "H8001"
    assert ground(Outcome(name="refuse")).rule == "SIM-REFUSE"
