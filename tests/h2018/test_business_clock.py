"""Business time: exact stepping, and no way back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from h2018.business_clock import BusinessClock, ClockError, Reading
from tests.h2018.tenant import START, make_tenant


def standing() -> BusinessClock:
    """A manual clock."""
    return BusinessClock(Clock(), Reading(at=START))


@given(st.lists(st.floats(0.001, 1e7, allow_nan=False), max_size=30), st.floats(0, 1e7))
def test_everything_is_done_at_its_own_time_and_in_order(delays: list[float], whole: float) -> None:
    """However far the clock is advanced, what is due sees the time it was due, and what lies beyond is not done."""
    tenant = make_tenant().tenant
    seen: list[datetime] = []
    tenant._scheduler.handlers["noted"] = lambda body: seen.append(tenant.clock.now())
    for delay in delays:
        tenant._scheduler.after(delay, "noted", b"")
    end = tenant.clock.after(whole)
    tenant.advance(whole)
    due = sorted(START + timedelta(seconds=delay) for delay in delays)
    assert seen == [each for each in due if each <= end]
    assert tenant.clock.now() == end


def test_what_falls_due_because_of_something_due_is_done_within_the_same_advance() -> None:
    """A chain of hourly calls over six months: each at its hour."""
    tenant, seen = make_tenant().tenant, []

    def again(body: bytes) -> None:
        seen.append(tenant.clock.now())
        tenant._scheduler.after(3600, "hourly", b"")

    tenant._scheduler.handlers["hourly"] = again
    tenant._scheduler.after(3600, "hourly", b"")
    tenant.advance_to(START + timedelta(days=181))
    assert len(seen) == 181 * 24
    assert seen[0] - START == timedelta(hours=1)
    assert seen[-1] == START + timedelta(days=181) == tenant.clock.now()


def test_time_does_not_go_back() -> None:
    """Neither by a negative advance nor to a past instant."""
    tenant, clock = make_tenant().tenant, standing()
    with pytest.raises(ClockError):
        tenant.advance(-1)
    with pytest.raises(ClockError):
        tenant.advance_to(START - timedelta(seconds=1))
    with pytest.raises(ClockError):
        clock.move_to(START - timedelta(seconds=1))
    assert tenant.clock.now() == clock.now() == START


def test_the_calendar_has_an_end() -> None:
    """Farther than any message can name is refused, and nothing has changed."""
    tenant = make_tenant().tenant
    with pytest.raises(ClockError):
        tenant.advance(1e30)
    with pytest.raises(ClockError):
        tenant.advance(1e12)
    assert tenant.clock.now() == START


def test_a_live_clock_runs_with_the_machine_and_cannot_be_moved() -> None:
    """It goes at the machine's pace, does not go back with it, and stands where it is when made manual."""
    machine = Clock()
    machine.advance(1e9)
    clock = BusinessClock(machine, Reading(at=START, machine=machine.seconds()))
    machine.advance(90)
    assert clock.now() == START + timedelta(seconds=90)
    assert not clock.manual
    with pytest.raises(ClockError):
        clock.move_to(START + timedelta(days=1))
    clock.set_live()
    machine.rightNow -= 1000
    assert clock.now() == START + timedelta(seconds=90)
    clock.set_manual()
    machine.advance(5000)
    assert clock.now() == START + timedelta(seconds=90)


def test_a_time_without_zone_is_refused() -> None:
    """Naive times have no place here."""
    with pytest.raises(ClockError):
        BusinessClock(Clock(), Reading(at=datetime(2027, 1, 1)))  # noqa: DTZ001 - the naive time is the test
