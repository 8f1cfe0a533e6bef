"""The machine's clock is put back or forward: the simulator's timers, limits and pushes take no notice for longer than they may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from h2018.business_clock import BusinessClock, Reading
from h2018.config import Config
from h2018.push import rounds
from h2018.push.attempts import Result
from h2018.push.backoff import Backoff
from h2018.push.rounds import Channel
from h2018.steering.control import OverrideSet
from h2018.steering.gate import RateLimit
from h2018.tenant.tenants import Customs
from tests.h2018.tenant import START, make_tenant, trust

seconds = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(seconds, st.floats(0, 5)), max_size=40))
def test_the_rate_limit_goes_on_whatever_the_clocks_do(jumps: list[tuple[float, float]]) -> None:
    """Business time is set to any instant: whoever stays away as told comes in, and nobody before his share."""
    machine = Clock()
    customs = Customs(Config(starts_at=START, clock="manual"), machine, trust=trust())
    tenant = customs.tenant()
    tenant.overrides.control = OverrideSet(rate_limit=RateLimit(requests=1, seconds=60))
    assert tenant.overrides.admission(START, "anna").status is None
    for jump, passed in jumps:
        machine.rightNow += passed
        refused = tenant.overrides.admission(START + timedelta(seconds=jump), "bert")
        if refused.retry_after is not None:
            assert refused.retry_after <= 60
    refused = tenant.overrides.admission(START, "bert")
    machine.rightNow += refused.retry_after or 60
    assert tenant.overrides.admission(START, "bert").status is None
    customs.close()


def test_a_reset_forgets_who_sent_how_much() -> None:
    """Also when it puts business time back by years."""
    tenant = make_tenant().tenant
    limit = OverrideSet(rate_limit=RateLimit(requests=1, seconds=1e6))
    tenant.overrides.control = limit
    tenant.advance(1e8)
    assert [tenant.overrides.admission(tenant.clock.now(), "anna").status for _ in range(2)] == [None, 429]
    tenant.reset()
    assert tenant.overrides.admission(tenant.clock.now(), "anna").status is None
    tenant.overrides.control = limit
    assert tenant.overrides.admission(tenant.clock.now(), "anna").status is None


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_clock_that_was_put_back_while_the_server_was_down_does_not_stand_still(jump: float, passed: float) -> None:
    """From the first moment of the next run business time passes again."""
    machine = Clock()
    machine.advance(1.7e9)
    clock = BusinessClock(machine, Reading(at=START, machine=1.7e9))
    machine.rightNow -= jump
    clock.go_on(Reading(at=START, machine=1.7e9))
    machine.advance(passed)
    assert abs(clock.now() - START - timedelta(seconds=passed)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("status", [None, 404])
@given(jump=st.floats(0, 1e6))
def test_no_push_waits_longer_than_it_may(status: int | None, jump: float) -> None:
    """What was kept before the clock was put back is due after the longest wait of its kind at the latest."""
    backoff, now = Backoff(), START
    channel, parcel = rounds.begun(rounds.laid(Channel(name="erp"), 7, now), now)
    assert parcel is not None
    channel = rounds.settled(channel, Result(status=status, detail="no"), now, backoff, 1).channel
    now -= timedelta(seconds=jump)
    channel = rounds.rearmed(channel, now, backoff)
    again = rounds.next_attempt(channel, backoff)
    assert again is not None
    assert again - now <= timedelta(seconds=backoff.blocking.most if status is None else backoff.delaying.most)
    assert rounds.due(channel, again) is not None
    assert channel.parcels[0].laid_at <= now
