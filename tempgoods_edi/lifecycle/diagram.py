"""Draws the life cycle of a declaration from its table, for the docs and `explain lifecycle`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.lifecycle.table import GUARDS, TRANSITIONS, allowed
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Bilingual, Lang

_YES, _NO = "✓", "–"
_STATE = Bilingual("状态", "state")
_EVENT = Bilingual("事件", "event")
_CONDITIONS = {
    Action.DELETE_DRAFT: Bilingual("从未审核通过时", "while never approved"),
    Action.CHANGE: Bilingual("{kinds}", "{kinds}"),
    Action.APPLY_DELETION: Bilingual("{kinds}，未使用", "{kinds}, unused"),
}


def mermaid(lang: Lang) -> str:
    """A Mermaid state diagram; arrows between the same two states are drawn as one."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.NEW.value}"]
    lines += [f"    {state.value} : {state.label.in_(lang)}" for state in State]
    for state, arrows in TRANSITIONS.items():
        for target in dict.fromkeys(arrows.values()):
            causes = " / ".join(event.label.in_(lang) for event, to in arrows.items() if to is target)
            lines.append(f"    {state.value} --> {target.value} : {causes}")
    lines += [f"    {state.value} --> [*]" for state, arrows in TRANSITIONS.items() if not arrows]
    return "\n".join(lines) + "\n"


def action_table(lang: Lang) -> str:
    """The allowed actions in each state as a Markdown table; a condition stands where one decides."""
    header = [_STATE.in_(lang), *(action.label.in_(lang) for action in Action)]
    rows = ([state.label.in_(lang), *(_cell(state, action, lang) for action in Action)] for state in State)
    return _markdown([header, *rows])


def transition_table(lang: Lang) -> str:
    """Every State × Event pair, as a Markdown table of the states reached."""
    header = [_EVENT.in_(lang), *(state.label.in_(lang) for state in State)]
    return _markdown([header, *_transitions(lang)])


def _transitions(lang: Lang) -> Iterator[list[str]]:
    for event in Event:
        reached = (TRANSITIONS[state].get(event) for state in State)
        yield [event.label.in_(lang), *(_NO if to is None else to.label.in_(lang) for to in reached)]


def _cell(state: State, action: Action, lang: Lang) -> str:
    # The circumstances under which every guard holds.
    if action not in allowed(state, never_approved=True, changeable=True, used=False):
        return _NO
    return f"{_YES} {_CONDITIONS[action].format(kinds=_changeable()).in_(lang)}" if action in GUARDS else _YES


@cache
def _changeable() -> Bilingual:
    """What the messages that can be changed at customs are called."""
    titles = [spec.title for spec in reader.messages() if spec.declaration and spec.declaration.changeable]
    return Bilingual("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    header, *body = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([header, "|" + "---|" * len(rows[0]), *body]) + "\n"
