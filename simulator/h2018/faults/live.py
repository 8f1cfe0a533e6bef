"""The faults of one running tenant: the plan in force, the fault that each item meets, and the log of faults.

The plan, the log and the numbers of the tries are settings of the tenant: they survive a restart and belong to its
snapshots.  Nothing is written while no fault is switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from h2018.faults.kinds import Step
from h2018.faults.log import Done, done, replay
from h2018.faults.plan import Fault, FaultPlan, Item, choose
from h2018.faults.spoiling import Dispatch, dispatches, spoil

#: Lines of the log that are kept.
KEPT = 1000

_PLAN, _REPLAY, _COUNT = "faults/plan", "faults/replay", "faults/logged"


class SettingsStore(Protocol):
    """The store of a tenant's named settings, as the faults need it."""

    def setting(self, key: str) -> bytes | None:
        """The stored value; None when there is none."""

    def set_setting(self, key: str, value: bytes | None) -> None:
        """Store *value* under *key*; None removes the setting."""

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction that makes several writes one."""


class Logged(Struct, frozen=True, kw_only=True):
    """One line of the fault log with its number, from 1."""

    number: int
    done: Done


class FaultsInForce:
    """The fault plan in force in one tenant, with its log.

    :param seed: gives the tenant's seed.
    :param now: gives business time, aware.
    """

    __slots__ = ("_decoded", "_now", "_seed", "_settings")

    def __init__(self, settings: SettingsStore, seed: Callable[[], int], now: Callable[[], datetime]) -> None:
        self._settings, self._seed, self._now = settings, seed, now
        self._decoded: tuple[bytes, FaultPlan] | None = None

    def get(self) -> FaultPlan:
        """The fault plan in force."""
        data = self._settings.setting(_PLAN)
        if data is None:
            return FaultPlan()
        if self._decoded is None or self._decoded[0] != data:
            self._decoded = (data, msgspec.json.decode(data, type=FaultPlan))
        return self._decoded[1]

    def put(self, plan: FaultPlan) -> None:
        """Put *plan* in force at once; what is under way keeps the fault it met."""
        with self._settings.transaction():
            self._settings.set_setting(_PLAN, msgspec.json.encode(plan))
            self._settings.set_setting(_REPLAY, None)

    def repeat(self, log: Iterable[Done]) -> None:
        """Repeat the faults in *log*, for the same items at the same steps, whatever the plan; until the next `put`."""
        self._settings.set_setting(_REPLAY, msgspec.json.encode(tuple(log)))

    def log(self, after: int = 0, limit: int = 100) -> tuple[Logged, ...]:
        """The faults that struck, oldest first, with numbers above *after*; only the last `KEPT` are known."""
        last = self._count()
        first = max(after, last - KEPT) + 1
        found = (self._settings.setting(_line(number)) for number in range(first, min(last, first + limit - 1) + 1))
        return tuple(msgspec.json.decode(data, type=Logged) for data in found if data is not None)

    @property
    def idle(self) -> bool:
        """True when no fault can strike at present."""
        if self._settings.setting(_REPLAY) is not None:
            return False
        plan = self.get()
        return not plan.on or not any(rule.on for rule in plan.rules)

    def strike(self, step: Step, item: Item, before: bytes | None = None, *, each_time: bool = False) -> Fault | None:
        """Choose the fault that *item* meets at *step* and write it into the log; None for no fault.

        Its number of the try is filled in here: one more than the tries of this item that were struck at this step.

        :param before: the bytes it may be done to.
        :param each_time: every try counts, also those that met no fault (pulls).
        """
        if self.idle:
            return None
        counter = _try(step, item.key)
        tries = int(self._settings.setting(counter) or b"0")
        item = replace(item, attempt=max(item.attempt, tries + 1))
        fault = self._chosen(step, item)
        if fault is None and not each_time:
            return None
        with self._settings.transaction():
            self._settings.set_setting(counter, str(item.attempt).encode())
            if fault is not None:
                self._note(done(fault, item, self._now(), before, None if before is None else spoil(fault, before)))
        return fault

    def leaving(self, step: Step, item: Item, data: bytes) -> tuple[Dispatch, ...]:
        """Choose and log the fault of the receipt *data*, and give what is sent instead: nothing, one message, or several."""
        return dispatches(self.strike(step, item, data), data)

    def _chosen(self, step: Step, item: Item) -> Fault | None:
        again = self._settings.setting(_REPLAY)
        if again is not None:
            return replay(msgspec.json.decode(again, type=tuple[Done, ...])).choose(step, item)
        return choose(self.get(), step, item, self._seed(), self._now())

    def _count(self) -> int:
        return int(self._settings.setting(_COUNT) or b"0")

    def _note(self, line: Done) -> None:
        number = self._count() + 1
        self._settings.set_setting(_line(number), msgspec.json.encode(Logged(number=number, done=line)))
        self._settings.set_setting(_COUNT, str(number).encode())


def _line(number: int) -> str:
    return f"faults/log/{number % KEPT}"


def _try(step: Step, key: str) -> str:
    # A key may be long and hold anything.
    return f"faults/try/{step}/{sha256(key.encode()).hexdigest()[:24]}"
