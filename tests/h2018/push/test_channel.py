"""The table of channel states is whole: nothing is unreachable, no result is lost, everything comes to flow again."""

from __future__ import annotations

import pytest

from h2018.push.attempts import Class
from h2018.push.channel import TRANSITIONS, ChannelEvent, ChannelState, IllegalStep, step

RESULTS = [ChannelEvent(kind.value) for kind in Class]


def test_the_table_has_every_state_and_every_event() -> None:
    """No state without a row, no event that nothing knows."""
    assert set(TRANSITIONS) == set(ChannelState)
    assert {event for row in TRANSITIONS.values() for event in row} == set(ChannelEvent)


@pytest.mark.parametrize("state", ChannelState)
@pytest.mark.parametrize("event", ChannelEvent)
def test_each_pair_is_in_the_table_or_refused(state: ChannelState, event: ChannelEvent) -> None:
    """A step the table does not know is refused in both languages, never taken silently."""
    if event in TRANSITIONS[state]:
        assert step(state, event) is TRANSITIONS[state][event]
    else:
        with pytest.raises(IllegalStep) as refused:
            step(state, event)
        assert state.label.zh in refused.value.text.zh
        assert state.label.en in refused.value.text.en


@pytest.mark.parametrize("state", ChannelState)
def test_results_come_exactly_while_something_is_under_way(state: ChannelState) -> None:
    """Whoever waits for a result takes each kind of it, nobody else takes any; nobody begins twice."""
    for event in RESULTS:
        assert (event in TRANSITIONS[state]) is state.under_way
    assert not (state.under_way and ChannelEvent.ATTEMPT in TRANSITIONS[state])


@pytest.mark.parametrize("state", ChannelState)
def test_from_every_state_a_channel_can_come_to_flow(state: ChannelState) -> None:
    """There is a way back to *open* from anywhere, and from *open* to everywhere."""
    assert ChannelState.OPEN in _reachable(state)
    assert _reachable(ChannelState.OPEN) == set(ChannelState)


@pytest.mark.parametrize("state", ChannelState)
def test_a_restart_leaves_nothing_under_way(state: ChannelState) -> None:
    """After the server came up again no result is waited for that nobody will bring."""
    assert not step(state, ChannelEvent.RESTART).under_way


def _reachable(start: ChannelState) -> set[ChannelState]:
    found, edge = {start}, [start]
    while edge:
        for after in TRANSITIONS[edge.pop()].values():
            if after not in found:
                found.add(after)
                edge.append(after)
    return found
