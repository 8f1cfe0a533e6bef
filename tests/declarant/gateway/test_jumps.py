"""Whatever somebody does to the machine's clock: what the gateway does, it does as often as before, no more and no less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.customs_channel import failures
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer
from tempgoods_edi.declarant.gateway import status
from tempgoods_edi.declarant.gateway.backoff import Backoff
from tempgoods_edi.declarant.gateway.breaker import Circuit, Limits
from tempgoods_edi.declarant.gateway.gateway import Gateway, Pace
from tempgoods_edi.declarant.gateway.transports import Arrival, Pulled
from tests.declarant.gateway.memory import MemoryOutbox
from tests.h2018.tenant import fixture, signed

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
#: How much time really passes at each step, and what is done to the clock then: both in seconds.  What passes is told in
#: parts that add up without rounding, for the tests count to the moment.
steps = st.lists(
    st.tuples(
        st.integers(1, 192).map(lambda parts: parts / 64),
        st.just(0.0) | st.floats(-1e6, 1e6) | st.sampled_from([-3600.0, 3600.0]),
    ),
    min_size=1,
    max_size=60,
)


class Counted:
    """A way to customs that notes when it was asked.

    :ivar down: nobody answers.
    """

    where = "http://customs"

    def __init__(self) -> None:
        self.seconds, self.down = 0.0, False
        self.pulled: list[float] = []
        self.handed: list[float] = []

    def hand_over(self, name: str, data: bytes) -> TechnicalAnswer | None:
        """Taken without a word, or nobody there."""
        self.handed.append(self.seconds)
        if self.down:
            raise failures.unreachable(self.where, "refused")
        return None

    def receipts(self, after: int) -> Pulled:
        """None, or nobody there."""
        self.pulled.append(self.seconds)
        if self.down:
            raise failures.unreachable(self.where, "refused")
        return Pulled((), after)

    def settle(self, arrival: Arrival) -> None:
        """Nothing comes."""

    def close(self) -> None:
        """Nothing is open."""


@given(steps)
def test_receipts_are_fetched_at_their_pace(jumps: list[tuple[float, float]]) -> None:
    """Every second, as it was told: never later than a turn after that, never twice within it; and it says it is alive."""
    way, outbox, wall = Counted(), MemoryOutbox(), NOW
    gateway = Gateway(outbox, way, Random(1), pace=Pace(poll=1, told=5), seconds=lambda: way.seconds)
    for passed, jump in jumps:
        way.seconds += passed
        wall += timedelta(seconds=passed + jump)
        gateway.turn(wall)
        assert way.seconds - way.pulled[-1] < 1
    assert all(later - earlier >= 1 for earlier, later in zip(way.pulled, way.pulled[1:], strict=False))
    way.seconds += 5
    gateway.turn(wall)
    assert status.trouble(outbox, wall) is None


@given(steps)
def test_what_failed_is_tried_again_when_its_wait_is_over(jumps: list[tuple[float, float]]) -> None:
    """Three seconds after each failure (breaker and back-off alike): not an hour later, and not all the time."""
    way, outbox, wall = Counted(), MemoryOutbox(), NOW
    way.down = True
    outbox.put_in(signed(fixture("tmp101-minimal"), 1))
    gateway = Gateway(
        outbox,
        way,
        Random(1),
        backoff=Backoff(first=3, most=3, jitter=0, tries=1000),
        limits=Limits(failures=1, first=3, most=3),
        seconds=lambda: way.seconds,
    )
    for passed, jump in jumps:
        way.seconds += passed
        wall += timedelta(seconds=passed + jump)
        gateway.turn(wall)
    gaps = [later - earlier for earlier, later in zip(way.handed, way.handed[1:], strict=False)]
    # One that finds the line closed when its own wait is over waits once more.
    assert all(3 <= gap <= 12 for gap in gaps)
    way.down, way.seconds = False, way.seconds + 3
    gateway.turn(wall)
    way.seconds += 3
    gateway.turn(wall)
    told = status.channel(outbox)
    assert told is not None
    assert told.circuit is Circuit.CLOSED
    assert outbox.messages[0].state == "sent"


@given(st.floats(-1e7, 1e7))
def test_a_gateway_that_is_gone_is_missed_whichever_way_the_clock_went(jump: float) -> None:
    """What it said last counts for a minute; what it seems to have said in the future counts no more than that."""
    outbox = MemoryOutbox()
    Gateway(outbox, Counted(), Random(1)).turn(NOW)
    told = status.trouble(outbox, NOW + timedelta(seconds=jump))
    assert (told is None) is (abs(jump) <= 60)
