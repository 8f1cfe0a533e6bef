"""Business time: what customs' calendar says, apart from how fast the machine's clock runs.

Live, it runs with the machine's clock from a chosen instant on, also while the server is down.  Manual, it stands still
until it is moved.  What is due when is not the clock's business (see `tenant.scheduler`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual

#: The last moment a message can name.
_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=CHINA_TIME)


class ClockError(TempgoodsError):
    """A clock was asked for what is not possible: to jump while the clock is live, or to go back in time."""


class Machine(Protocol):
    """The source of the machine's time: the reactor, or a `task.Clock` in tests."""

    def seconds(self) -> float:
        """The machine's time in seconds; the reactor's are since 1970."""


class Reading(Struct, frozen=True, kw_only=True):
    """The stored state of a business clock: what must be kept to restore the clock later.

    :ivar at: business time, aware.
    :ivar machine: the machine's time then, for a live clock; None for a manual one.
    """

    at: datetime
    machine: float | None = None


class BusinessClock:
    """The business clock: gives aware times in China's zone, live or moved by hand.

    :param machine: the reactor, or a `task.Clock`.
    :param reading: what it stood at when it was looked at last.
    """

    __slots__ = ("_machine", "_reading")

    def __init__(self, machine: Machine, reading: Reading) -> None:
        self._machine = machine
        self._reading = reading
        self.read_as(reading)

    @property
    def manual(self) -> bool:
        """True for a manual clock, which moves only by a call; False for a live one."""
        return self._reading.machine is None

    @property
    def reading(self) -> Reading:
        """The clock's state to be kept; changes only when the clock is set or moved."""
        return self._reading

    def read_as(self, reading: Reading) -> None:
        """Restore the clock from *reading*."""
        _check(reading.at)
        self._reading = Reading(at=reading.at.astimezone(CHINA_TIME), machine=reading.machine)

    def now(self) -> datetime:
        """Business time, aware, in China's zone."""
        at, machine = self._reading.at, self._reading.machine
        if machine is None:
            return at
        # A machine's time that went back holds business time; it does not turn it back.
        return at + timedelta(seconds=max(0.0, self._machine.seconds() - machine))

    def go_on(self, reading: Reading) -> None:
        """Restore the clock from a *reading* that an earlier run of the server has kept.

        One from the future means that the machine's clock was put back since: it runs on from there at once.
        """
        machine = reading.machine
        self.read_as(Reading(at=reading.at, machine=None if machine is None else min(machine, self._machine.seconds())))

    def set_live(self, instant: datetime | None = None) -> None:
        """Make the clock run with the machine's clock, starting at *instant* (aware; None: at the present business time)."""
        self.read_as(Reading(at=instant or self.now(), machine=self._machine.seconds()))

    def set_manual(self, instant: datetime | None = None) -> None:
        """Stop the clock at *instant* (aware; None: at the present business time)."""
        self.read_as(Reading(at=instant or self.now()))

    def move_to(self, instant: datetime) -> None:
        """Move a manual clock to *instant* (aware); raises `ClockError` when live, or *instant* is past or off the calendar."""
        if not self.manual:
            raise ClockError(Bilingual("实时时钟不能拨动", "a live clock cannot be moved"))
        _check(instant)
        if instant < self._reading.at:
            raise ClockError(Bilingual("时间不能倒退", "time does not go back"))
        self.read_as(Reading(at=instant))

    def after(self, seconds: float) -> datetime:
        """The business time *seconds* from now; raises `ClockError` when the calendar ends before."""
        try:
            return self.now() + timedelta(seconds=seconds)
        except (OverflowError, ValueError):
            raise ClockError(_BEYOND) from None


_BEYOND = Bilingual("超出日历范围", "beyond the calendar")


def _check(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise ClockError(Bilingual("时间须带时区", "a time needs a zone"))
    if not instant <= _LAST or instant.year < 1970:
        raise ClockError(_BEYOND)
