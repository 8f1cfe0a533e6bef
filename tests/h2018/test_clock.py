"""Business time: exact stepping, and no way back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import Clock

from h2018.clock import BusinessClock, ClockError, manual_clock
from tests.h2018.world import START


@given(st.lists(st.floats(0, 1e7, allow_nan=False), max_size=30), st.floats(0, 1e7))
def test_each_call_is_made_at_its_own_time_and_in_order(delays: list[float], whole: float) -> None:
    """However far the clock is advanced, a call sees the time it was due, and those beyond the end are not made."""
    time = Clock()
    clock = BusinessClock(time, START)
    seen: list[float] = []
    for delay in delays:
        clock.call_later(delay, lambda: seen.append(time.seconds()))
    clock.advance(whole)
    assert seen == sorted(delay for delay in delays if delay <= whole)
    assert time.seconds() == whole


def test_calls_made_by_calls_fall_due_within_the_same_advance() -> None:
    """A chain of hourly calls over six months: each at its hour."""
    clock, seen = manual_clock(START), []

    def again() -> None:
        seen.append(clock.now())
        clock.call_later(3600, again)

    clock.call_later(3600, again)
    clock.advance_to(START + timedelta(days=181))
    assert len(seen) == 181 * 24
    assert seen[0] - START == timedelta(hours=1)
    assert seen[-1] == START + timedelta(days=181) == clock.now()


def test_time_does_not_go_back() -> None:
    """Neither by a negative advance nor to a past instant."""
    clock = manual_clock(START)
    with pytest.raises(ClockError):
        clock.advance(-1)
    with pytest.raises(ClockError):
        clock.advance_to(START - timedelta(seconds=1))


def test_a_live_clock_runs_with_the_reactor_and_cannot_be_moved() -> None:
    """It begins at the chosen instant and goes at the reactor's pace."""

    class Running:
        """A reactor's time, without the manual clock's way to be advanced."""

        def __init__(self) -> None:
            self.elapsed = 1e9

        def seconds(self) -> float:
            return self.elapsed

    running = Running()
    live: IReactorTime = running  # type: ignore[assignment]  # only seconds() is asked for here
    clock = BusinessClock(live, START)
    running.elapsed += 90
    assert clock.now() == START + timedelta(seconds=90)
    assert not clock.manual
    with pytest.raises(ClockError):
        clock.advance(1)


def test_a_time_without_zone_is_refused() -> None:
    """Naive times have no place here."""
    with pytest.raises(ClockError):
        manual_clock(datetime(2027, 1, 1))  # noqa: DTZ001 - the naive time is the test
