"""What the database keeps by the machine's clock, when that is put back or forward: it ends in time all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempgoods_edi.declarant.store import challenges, limits, sessions
from tests.declarant.desk import Desk, chance

TOKEN = chance("jumps")
WINDOW = timedelta(minutes=5)
back = st.integers(1, 48 * 3600).map(lambda seconds: timedelta(seconds=seconds))
over_and_over = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@over_and_over
@given(back, st.text("abc", min_size=8, max_size=8))
def test_nobody_is_refused_for_longer_than_the_window(at: Desk, jump: timedelta, key: str) -> None:
    """Three tries, and the clock goes back: refused for five minutes at most, as he is told; then let in."""
    at.clock.forward(seconds=2 * WINDOW.total_seconds())
    assert [limits.strike(at.store, key, at.clock(), 3, WINDOW) for _ in range(3)] == [0, 0, 0]
    at.clock.at -= jump
    told = limits.strike(at.store, key, at.clock(), 3, WINDOW)
    assert 0 < told <= 300
    at.clock.forward(seconds=told - 1.5)
    assert 0 < limits.strike(at.store, key, at.clock(), 3, WINDOW) <= 2
    at.clock.forward(seconds=1.5)
    assert limits.strike(at.store, key, at.clock(), 3, WINDOW) == 0


@over_and_over
@given(back)
def test_a_session_survives_and_does_not_last_longer(at: Desk, jump: timedelta) -> None:
    """The clock goes back under it: it goes on, ends after half an hour without a page, and twelve hours at most."""
    idle, busy = (sessions.open(at.store, at.ours.actor, at.clock(), TOKEN)[0] for _ in range(2))
    at.clock.at -= jump
    sessions.put_back(at.store, at.clock())
    assert sessions.alive(at.store, idle, at.clock())
    for _ in range(12 * 3):
        assert sessions.find(at.store, busy, at.clock()) is not None
        at.clock.forward(minutes=20)
    assert not sessions.alive(at.store, idle, at.clock())
    assert sessions.find(at.store, busy, at.clock()) is None


def test_a_session_that_is_used_is_put_back_by_that(at: Desk) -> None:
    """Without anybody looking through all of them."""
    secret, _ = sessions.open(at.store, at.ours.actor, at.clock(), TOKEN)
    at.clock.forward(hours=-5)
    assert sessions.find(at.store, secret, at.clock()) is not None
    at.clock.forward(minutes=30)
    assert sessions.find(at.store, secret, at.clock()) is None


@pytest.mark.parametrize(("seconds", "good"), [(-7200, False), (-119, True), (119, True), (121, False)])
def test_a_challenge_is_good_for_two_minutes_of_any_clock(at: Desk, seconds: float, good: bool) -> None:
    """One that seems to come from the future is as old as it could be."""
    given_out = challenges.issue(at.store, "text", "b", at.clock(), TOKEN)
    taken = challenges.take(at.store, given_out, "b", at.clock() + timedelta(seconds=seconds))
    assert (taken is not None) is good
