"""The table decides every pair of state and event, and lights exactly the buttons the design's grid shows."""

from __future__ import annotations

from itertools import product

import pytest

from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.lifecycle.table import GUARDS, PRINTS, TRANSITIONS, IllegalTransition, allowed, step

#: Every legal step, row by row, in the words of the table; what is not here must be refused.
LEGAL = """
new            save>draft declare>declared
draft          save>draft declare>declared delete_draft>discarded receipt_Y>stored receipt_Z>store_failed
draft          receipt_2>manual_review receipt_3>rejected receipt_1>approved receipt_1_of_deletion>deleted
declared       hand_over>sent hand_over_failed>send_failed receipt_Y>stored receipt_Z>store_failed
declared       receipt_2>manual_review receipt_3>rejected receipt_1>approved receipt_1_of_deletion>deleted
sent           hand_over_failed>send_failed receipt_Y>stored receipt_Z>store_failed
sent           receipt_2>manual_review receipt_3>rejected receipt_1>approved receipt_1_of_deletion>deleted
send_failed    save>draft declare>declared delete_draft>discarded receipt_Y>stored receipt_Z>store_failed
send_failed    receipt_2>manual_review receipt_3>rejected receipt_1>approved receipt_1_of_deletion>deleted
stored         receipt_Z>store_failed
stored         receipt_2>manual_review receipt_3>rejected receipt_1>approved receipt_1_of_deletion>deleted
store_failed   save>draft declare>declared delete_draft>discarded
store_failed   receipt_2>manual_review receipt_3>rejected receipt_1>approved receipt_1_of_deletion>deleted
manual_review  receipt_3>rejected receipt_1>approved receipt_1_of_deletion>deleted
rejected       save>draft declare>declared delete_draft>discarded receipt_1>approved receipt_1_of_deletion>deleted
approved       change>draft apply_deletion>draft
"""

#: The grid of the design: states, then what is lit (a condition in brackets), then what can be printed.
GRID = """
new                                          | save declare                                | -
draft send_failed store_failed rejected      | save declare delete_draft[never_approved]   | check_sheet
declared sent stored manual_review           | -                                           | check_sheet
approved                       | change[changeable] apply_deletion[changeable,unused] | check_sheet list application_form
deleted                                      | -                                           | check_sheet
discarded                                    | -                                           | -
"""


def legal_steps() -> dict[tuple[State, Event], State]:
    """LEGAL as a mapping."""
    steps: dict[tuple[State, Event], State] = {}
    for line in LEGAL.strip().splitlines():
        state, *arrows = line.split()
        for arrow in arrows:
            event, target = arrow.split(">")
            steps[State(state), Event(event)] = State(target)
    return steps


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_pair_of_state_and_event_is_decided(state: State, event: Event) -> None:
    """A pair either leads to the state named here or is refused in both languages; there is no third way."""
    expected = legal_steps().get((state, event))
    if expected is not None:
        assert step(state, event) is expected
        return
    with pytest.raises(IllegalTransition) as refused:
        step(state, event)
    assert (refused.value.state, refused.value.event) == (state, event)
    assert state.label.zh in refused.value.text.zh
    assert event.label.en in refused.value.text.en


def lit(state: State, *, never_approved: bool, changeable: bool, used: bool) -> set[Action]:
    """What the grid lights."""
    given = {"never_approved": never_approved, "changeable": changeable, "unused": not used}
    for line in GRID.strip().splitlines():
        states, actions, prints = (cell.split() for cell in line.split("|"))
        if state.value in states:
            found = {Action(f"print_{name}") for name in prints if name != "-"}
            for action in actions:
                name, _, conditions = action.rstrip("]").partition("[")
                if name != "-" and all(given[condition] for condition in conditions.split(",") if condition):
                    found.add(Action(name))
            return found
    raise AssertionError(f"{state} is not in the grid")


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("never_approved", "changeable", "used"), list(product([True, False], repeat=3)))
def test_the_buttons_are_those_of_the_grid(state: State, never_approved: bool, changeable: bool, used: bool) -> None:
    """In each state and under all circumstances exactly the actions of the grid are allowed."""
    found = allowed(state, never_approved=never_approved, changeable=changeable, used=used)
    assert found == lit(state, never_approved=never_approved, changeable=changeable, used=used)


def test_the_table_names_every_state() -> None:
    """No state is left out of the table, and every state can be reached from a new declaration."""
    assert set(TRANSITIONS) == set(State)
    reached, waiting = {State.NEW}, [State.NEW]
    while waiting:
        found = set(TRANSITIONS[waiting.pop()].values()) - reached
        reached |= found
        waiting.extend(found)
    assert reached == set(State)


@pytest.mark.parametrize("named", [*State, *Event, *Action])
def test_everything_has_a_name_in_both_languages(named: State | Event | Action) -> None:
    """Each state, event and action has a label for people."""
    assert named.label.zh
    assert named.label.en


def test_guards_and_prints_are_about_what_exists() -> None:
    """A guard stands before an action that is an event; prints are no events."""
    events = {event.value for event in Event}
    assert {action.value for action in GUARDS} <= events
    assert not {action.value for actions in PRINTS.values() for action in actions} & events


def test_no_receipt_moves_what_customs_has_decided_for_good() -> None:
    """An approval, a deletion and a discarded draft know no receipt."""
    for state in (State.APPROVED, State.DELETED, State.DISCARDED):
        assert not [event for event in TRANSITIONS[state] if event.value.startswith("receipt")]
