"""The scheduler: runs each timer when due, with a live clock at its time, with a manual one as the clock is moved.

Each thing that is due is one transaction, together with the removal of its row: a crash leaves it either due or done.
What fails is tried again, later each time, and never holds up the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from h2018.business_clock import BusinessClock, ClockError, Reading
from h2018.cases import Why
from h2018.store import Store, Timer
from h2018.tenant.unit_of_work import UnitOfWork
from tempgoods_edi.values import Bilingual

#: The setting that the clock's reading is kept in.
CLOCK = "clock"

_MOST_AT_ONCE, _LONGEST_AT_ONCE = 200, 0.02
_FIRST_PAUSE, _MOST_DOUBLINGS = 60, 10
#: The longest that a live clock waits without looking again (seconds): reactors do not like longer calls.
_LONGEST_WAIT = 86400.0
#: Seconds until what could not be read or done is looked at again.
_LOOK_AGAIN = 5.0
_STANDS_STILL = Bilingual("实时时钟不能拨动", "a live clock cannot be moved")
_NOT_BACK = Bilingual("时间不能倒退", "time does not go back")
_FAILED = Bilingual("{kind} 未能完成（{why}），将再试", "{kind} failed ({why}) and will be tried again")

_log = Logger()


class Scheduler:
    """The timers of one tenant, run when they are due.

    :param machine: the reactor, or a `task.Clock`.
    :ivar handlers: what is called, by kind of timer, with the timer's body.
    """

    __slots__ = ("_armed", "_armed_for", "_clock", "_machine", "_soonest", "_store", "_work", "handlers")

    def __init__(self, machine: IReactorTime, clock: BusinessClock, store: Store, work: UnitOfWork) -> None:
        self._machine, self._clock, self._store, self._work = machine, clock, store, work
        self._armed: IDelayedCall | None = None
        self._armed_for: datetime | None = None
        self._soonest: datetime | None = None
        self.handlers: dict[str, Callable[[bytes], None]] = {}
        work.on_commit.append(self._arm_if_sooner)

    def after(self, seconds: float, kind: str, body: bytes, about: str | None = None) -> None:
        """Schedule step *kind* in *seconds* of business time; see `Timers.set`."""
        due = self._clock.after(seconds)
        self._store.timers.set(due, kind, body, about)
        if self._soonest is None or due < self._soonest:
            self._soonest = due

    def advance_to(self, end: datetime) -> None:
        """Advance business time to *end* (aware), stopping at every step that falls due.

        :raises ClockError: the clock is live, or *end* is past.
        """
        if not self._clock.manual:
            raise ClockError(_STANDS_STILL)
        if end < self._clock.now():
            raise ClockError(_NOT_BACK)
        while (timer := self._store.timers.first()) is not None and timer.due is not None and timer.due <= end:
            self._clock.move_to(max(self._clock.now(), timer.due))
            self.run(timer)
        with self._work.transaction():
            self._clock.move_to(end)
            self.keep_clock()

    def run(self, timer: Timer, *, grouped: bool = False) -> None:
        """Run the step of *timer*; whatever goes wrong, the step is not lost.

        :param grouped: it is on the disk only after the next commit.
        """
        try:
            with self._work.group_commit(_log_lost) if grouped else self._work.transaction():
                self._store.timers.done(timer)
                if self._clock.manual:
                    self.keep_clock()
                self.handlers[timer.kind](timer.body)
        except Exception as error:  # noqa: BLE001 - one step that fails must not stop the others
            _log.failure("{kind} failed", kind=timer.kind)
            self._postpone(timer, type(error).__name__)

    def _postpone(self, timer: Timer, why: str) -> None:
        now = self._clock.now()
        pause = timedelta(seconds=_FIRST_PAUSE * 2 ** min(timer.failures, _MOST_DOUBLINGS))
        with self._work.transaction():
            if timer.due is not None:
                self._store.timers.postpone(timer, now + pause)
            text = _FAILED.format(kind=timer.kind, why=why)
            self._store.note("failed", now, "", seq_no=timer.about, why=(Why(stage="agenda", text=text),))

    def keep_clock(self) -> None:
        """Store the clock's state (within a transaction)."""
        self._store.set_setting(CLOCK, msgspec.json.encode(self._clock.reading))

    def kept_clock(self) -> Reading | None:
        """The stored state of the clock; None when there is none."""
        data = self._store.setting(CLOCK)
        return None if data is None else msgspec.json.decode(data, type=Reading)

    def arm(self) -> None:
        """Set a wake-up call for the first timer (none with a manual clock)."""
        self.disarm()
        self._soonest = None
        if self._clock.manual:
            return
        try:
            timer = self._store.timers.first()
        except self._store.database.error as error:
            _log.warn("what is due could not be read, and is looked for again: {error}", error=error)
            self._armed = self._machine.callLater(_LOOK_AGAIN, self._wake)
            return
        if timer is not None and timer.due is not None:
            wait = (timer.due - self._clock.now()).total_seconds()
            self._armed_for = timer.due
            self._armed = self._machine.callLater(min(max(0.0, wait), _LONGEST_WAIT), self._wake)

    def late(self) -> float:
        """Seconds of business time by which the first timer is overdue; 0 with a manual clock."""
        timer = None if self._clock.manual else self._store.timers.first()
        if timer is None or timer.due is None:
            return 0.0
        return max(0.0, (self._clock.now() - timer.due).total_seconds())

    def disarm(self) -> None:
        """Cancel the wake-up call."""
        if self._armed is not None and self._armed.active():
            self._armed.cancel()
        self._armed, self._armed_for = None, None

    def _arm_if_sooner(self) -> None:
        soonest, self._soonest = self._soonest, None
        if soonest is not None and (self._armed_for is None or soonest < self._armed_for):
            self.arm()

    def _wake(self) -> None:
        """Do what is due, but let others have the machine after a while."""
        self._armed = None
        try:
            self._do_what_is_due()
        except Exception as error:  # noqa: BLE001 - a store that is away for a while must not end the waking up
            _log.warn("what is due could not be done, and is tried again: {error}", error=error)
            self.disarm()
            self._armed = self._machine.callLater(_LOOK_AGAIN, self._wake)
        else:
            self.arm()

    def _do_what_is_due(self) -> None:
        until = self._machine.seconds() + _LONGEST_AT_ONCE
        for _ in range(_MOST_AT_ONCE):
            timer = self._store.timers.first()
            if timer is None or timer.due is None or timer.due > self._clock.now():
                break
            self.run(timer, grouped=True)
            if self._machine.seconds() > until:
                break
        self._store.database.commit()


def _log_lost(error: Exception | None) -> None:
    """What could not be committed is still due, and comes again."""
    if error is not None:
        _log.error("steps could not be committed: {error}", error=error)
