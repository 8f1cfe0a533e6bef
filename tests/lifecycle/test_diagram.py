"""What the docs show of the life cycle is derived from the table, whole, in both languages."""

from __future__ import annotations

import re

import pytest

from tempgoods_edi.lifecycle.diagram import action_table, mermaid, transition_table
from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.lifecycle.table import TRANSITIONS
from tempgoods_edi.values import LANGS, Lang

BOTH = pytest.mark.parametrize("lang", LANGS)


@BOTH
def test_the_diagram_draws_every_step_and_no_other(lang: Lang) -> None:
    """The arrows of the diagram, with their causes, are the table's."""
    drawn = {
        (source, cause, target)
        for source, target, causes in re.findall(r"^    (\w+) --> (\w+) : (.+)$", mermaid(lang), re.MULTILINE)
        for cause in causes.split(" / ")
    }
    expected = {
        (state.value, event.label.in_(lang), target.value)
        for state, arrows in TRANSITIONS.items()
        for event, target in arrows.items()
    }
    assert drawn == expected


@BOTH
def test_the_diagram_begins_and_ends(lang: Lang) -> None:
    """It starts at the new declaration and ends where nothing more can happen."""
    text = mermaid(lang)
    assert text.startswith("stateDiagram-v2\n    [*] --> new\n")
    assert re.findall(r"(\w+) --> \[\*\]", text) == ["deleted", "discarded"]


def cells(table: str) -> list[list[str]]:
    """The cells of a Markdown table without its rule."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [rows[0], *rows[2:]]


@BOTH
def test_the_transition_table_has_every_pair(lang: Lang) -> None:
    """One row per event, one column per state, each cell the state reached or a dash."""
    header, *rows = cells(transition_table(lang))
    assert header[1:] == [state.label.in_(lang) for state in State]
    for event, row in zip(Event, rows, strict=True):
        reached = (TRANSITIONS[state].get(event) for state in State)
        assert row == [event.label.in_(lang), *("–" if to is None else to.label.in_(lang) for to in reached)]


@BOTH
def test_the_action_table_says_the_conditions(lang: Lang) -> None:
    """A button that depends on more than the state shows on what; one that never lights shows a dash."""
    header, *rows = cells(action_table(lang))
    assert header[1:] == [action.label.in_(lang) for action in Action]
    shown = dict(zip(State, (dict(zip(Action, row[1:], strict=True)) for row in rows), strict=True))
    assert shown[State.DRAFT][Action.SAVE] == "✓"
    assert shown[State.DRAFT][Action.DELETE_DRAFT].startswith("✓ ")
    assert shown[State.APPROVED][Action.CHANGE] == {"zh": "✓ 展览会备案", "en": "✓ Exhibition filing"}[lang]
    assert set(shown[State.DISCARDED].values()) == {"–"}
