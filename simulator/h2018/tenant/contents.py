"""The whole contents of a tenant: emptied, copied into a snapshot, restored from one.

What is put back is filled in beside what is there, a few rows at a time, and takes its place in one short transaction; what
was there before is deleted afterwards, a few rows at a time.  Nobody waits for any of it but who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from h2018.business_clock import BusinessClock, Reading
from h2018.config import Config
from h2018.registry import csv_file
from h2018.registry.registry import Registry
from h2018.steering.live import Overrides
from h2018.store import Store, snapshots, tenants
from h2018.store.frozen import frozen
from h2018.store.snapshots import BadSnapshot, Snapshot
from h2018.tenant.scheduler import CLOCK, Scheduler
from h2018.tenant.settings import CONFIG, KeptSettings, own
from h2018.tenant.unit_of_work import UnitOfWork
from h2018.workers.per_tenant import TenantWorkers
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual

_NO_CLOCK = Bilingual("快照没有时钟", "a snapshot without a clock")
_GONE = Bilingual("租户“{name}”已不在", "the tenant “{name}” is gone")


class Gone(TempgoodsError):
    """The tenant was deleted, or the server stopped, before the work was done."""


class Contents(Struct, frozen=True, kw_only=True):
    """The contents of one tenant as a whole.

    :ivar is_open: False once the tenant is closed.
    """

    name: str
    machine: IReactorTime
    store: Store
    settings: KeptSettings
    clock: BusinessClock
    work: UnitOfWork
    scheduler: Scheduler
    registry: Registry
    overrides: Overrides
    workers: TenantWorkers
    is_open: Callable[[], bool]

    def begin(self, config: Config | None = None) -> None:
        """Store what a new tenant begins with: its clock, its seed, the entries of the CSV; see `KeptSettings.begin`."""
        with self.work.transaction():
            self.settings.begin(config)
            self.clock.read_as(first_reading(self.settings.present, self.machine))
            self.scheduler.keep_clock()
            if self.settings.present.registry is not None:
                self.registry.add(csv_file.from_csv(self.settings.present.registry))

    def reset(self, config: Config | None = None) -> None:
        """Delete everything and store what a new tenant begins with."""
        with self._new() as number:
            self._replace(number, lambda: self.begin(config))

    def snapshot_file(self) -> Deferred[BinaryIO]:
        """Have a thread write a snapshot into a file; raises `apart.line.Busy`."""
        moment = frozen(self.store.database)

        def close(result: BinaryIO | Failure) -> BinaryIO | Failure:
            moment.close()
            return result

        making: Deferred[Any] = self.workers.in_thread(snapshots.packed, moment, *self._as_kept())
        return making.addBoth(close)

    def _as_kept(self) -> tuple[int, dict[str, bytes]]:
        """Whose rows, and what another place is to have instead of settings that only hold here."""
        now = Reading(at=self.clock.now(), machine=None if self.clock.manual else 0.0)
        kept = {CLOCK: msgspec.json.encode(now), CONFIG: msgspec.json.encode(own(self.settings.present))}
        return self.store.number, kept

    def restoring(self, found: Snapshot) -> Iterator[None]:
        """Restore the snapshot *found* step by step; the tenant stays as it was until the last step.

        :raises BadSnapshot: a value of it cannot be.
        :raises Gone: there is no tenant any more.
        """
        with self._new() as number:
            for _ in snapshots.filling(self.store.database, number, found):
                yield
                if not self.is_open():
                    raise Gone(_GONE.format(name=self.name))
            self._replace(number, self._go_on)

    @contextmanager
    def _new(self) -> Iterator[int]:
        """Room for other rows; deleted again when they do not take the place of those that are there."""
        number = tenants.create_tenant(self.store.database)
        try:
            yield number
        except Exception:
            self._discard(number)
            raise

    def _discard(self, number: int) -> None:
        self.workers.in_background(tenants.discarding(self.store.database, number))

    def _go_on(self) -> None:
        self.settings.read()
        reading = self.scheduler.kept_clock()
        if reading is None:
            raise BadSnapshot(_NO_CLOCK)
        machine = None if reading.machine is None else self.machine.seconds()
        self.clock.read_as(Reading(at=reading.at, machine=machine))
        self.scheduler.keep_clock()

    def _replace(self, number: int, begin: Callable[[], None]) -> None:
        """Have the rows of *number* from now on; *begin* sees to what is in memory."""
        before, reading, settings = self.store.number, self.clock.reading, self.settings.present
        try:
            with self.work.transaction():
                tenants.take_place(self.store.database, self.name, before, number)
                self._move_to(number)
                begin()
        except BaseException:
            self._move_to(before)
            self.clock.read_as(reading)
            self.settings.present = settings
            raise
        self.scheduler.arm()
        self._discard(before)

    def _move_to(self, number: int) -> None:
        self.store.move_to(number)
        self.overrides.forget()


def first_reading(config: Config, machine: IReactorTime) -> Reading:
    """The state of a new tenant's clock."""
    seconds = machine.seconds()
    at = config.starts_at or datetime.fromtimestamp(seconds, CHINA_TIME)
    return Reading(at=at, machine=None if config.clock == "manual" else seconds)
