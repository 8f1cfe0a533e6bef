"""Business time: what customs' calendar says, apart from how fast the machine's clock runs.

Live, it begins at a chosen instant and runs with the reactor.  Manual, it stands still until it is advanced, and
then goes from one due call to the next, so that each sees its own time (`task.Clock.advance` shows all of them
the end).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.task import Clock

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual


class ClockError(TempgoodsError):
    """A clock was asked for what it cannot do: to jump while it is live, or to go back."""


class BusinessClock:
    """Aware time in China, and calls that are due at one.

    :param time: the reactor for a live clock, a `task.Clock` for a manual one.
    :param starts_at: business time now; aware.
    """

    __slots__ = ("_began", "_starts_at", "_time")

    def __init__(self, time: IReactorTime, starts_at: datetime) -> None:
        if starts_at.tzinfo is None:
            raise ClockError(Bilingual("起始时间须带时区", "the time to start at needs a zone"))
        self._time = time
        self._starts_at = starts_at.astimezone(CHINA_TIME)
        self._began = time.seconds()

    @property
    def manual(self) -> bool:
        """True when it moves only when told to."""
        return isinstance(self._time, Clock)

    def now(self) -> datetime:
        """Business time, aware, in China's zone."""
        return self._starts_at + timedelta(seconds=self._time.seconds() - self._began)

    def call_later(self, seconds: float, call: Callable[[], None]) -> IDelayedCall:
        """Have *call* made in *seconds* of business time."""
        return self._time.callLater(seconds, call)

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass, stopping at every call that falls due; raises `ClockError`."""
        if not isinstance(self._time, Clock):
            raise ClockError(Bilingual("实时时钟不能拨动", "a live clock cannot be moved"))
        if seconds < 0:
            raise ClockError(Bilingual("时间不能倒退", "time does not go back"))
        step_through(self._time, seconds)

    def advance_to(self, instant: datetime) -> None:
        """Let time pass until *instant* (aware); raises `ClockError` when that is past."""
        self.advance((instant - self.now()).total_seconds())


def manual_clock(starts_at: datetime) -> BusinessClock:
    """A clock that stands still at *starts_at* (aware) until it is advanced.

    >>> from datetime import timezone
    >>> clock = manual_clock(datetime(2027, 1, 10, 1, tzinfo=timezone.utc))
    >>> _ = clock.call_later(60, lambda: print(clock.now()))
    >>> clock.advance(3600)
    2027-01-10 09:01:00+08:00
    """
    return BusinessClock(Clock(), starts_at)


def step_through(time: Clock, seconds: float) -> None:
    """Advance *time* by *seconds*, making each due call at its own time, in order."""
    end = time.seconds() + seconds
    while time.calls and time.calls[0].getTime() <= end:
        # Set, not added up: a sum of differences may stop a hair before the call.
        time.rightNow = max(time.rightNow, time.calls[0].getTime())
        time.advance(0)
    time.rightNow = end
