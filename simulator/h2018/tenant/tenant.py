"""A tenant: one isolated customs with its own clock, seed, journal, registry and overrides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from h2018.business_clock import BusinessClock
from h2018.cases import Case, OfficerDecision, Why
from h2018.config import Config
from h2018.faults.live import FaultsInForce
from h2018.registry.registry import Holdings, Registry, Returned
from h2018.steering.live import Overrides
from h2018.store import Database, Record, Reply, Store, StoredReceipt
from h2018.store.snapshots import Snapshot, unpacked
from h2018.tenant import settings
from h2018.tenant.contents import Contents, first_reading
from h2018.tenant.effects import Effects
from h2018.tenant.intake import IntakeService
from h2018.tenant.outbox import Outbox, Subscriber
from h2018.tenant.progress import Progress
from h2018.tenant.scheduler import Scheduler
from h2018.tenant.settings import UNUSABLE, BadSetting, KeptSettings
from h2018.tenant.unit_of_work import UnitOfWork
from h2018.workers.per_tenant import TenantWorkers, WorkerPool, worker_pool
from h2018.workers.preparation import PreparationQueue, PreparationThreads, PreparedMessage, SecondOpinions
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.values import Bilingual

_NO_RECEIPT = Bilingual("没有第 {sequence} 份回执", "there is no receipt {sequence}")


class NoSuchReceipt(TempgoodsError):
    """There is no receipt with that sequence."""


class Tenant:
    """One tenant: an isolated customs.  Its parts stay the same objects through `reset` and `restore`.

    :ivar name: what it is called in addresses.
    :ivar overrides: what testers asked for: control, scenarios.
    :ivar faults: what goes wrong on purpose.
    :ivar workers: threads for slow work, such as a look into what came and went.
    """

    def __init__(
        self,
        database: Database,
        number: int,
        name: str,
        base: Config,
        machine: IReactorTime,
        trust: Trust | None,
        threads: PreparationThreads | None = None,
        pool: WorkerPool | None = None,
        second_opinion: SecondOpinions | None = None,
    ) -> None:
        self.name = name
        self._database, self._machine = database, machine
        # A test's clock moves only when the test moves it: nobody would end the turn.
        self._together = not isinstance(machine, Clock)
        self._turn: IDelayedCall | None = None
        self.store = Store(database, number)
        self.workers = TenantWorkers(name, self.store, pool or worker_pool(None))
        self._queue = PreparationQueue(name, threads, self.store.bodies.putting, second_opinion)
        self._settings = KeptSettings(base, self.store)
        self.clock = BusinessClock(machine, first_reading(self._settings.present, machine))
        self._work = UnitOfWork(self.store)
        self._scheduler = Scheduler(machine, self.clock, self.store, self._work)
        self.registry = Registry(self.store)
        self.overrides = Overrides(self.store, machine.seconds)
        self.faults = FaultsInForce(self.store, lambda: self.config.seed, self.clock.now)
        self._outbox = Outbox(self._settings.get, self.clock, self.store, self.faults, self._work, self._scheduler)
        effects = Effects(
            self._settings.get, self.clock, self.store, self.registry, self._outbox, self._scheduler, self._work
        )
        self._progress = Progress(effects, self.overrides)
        self.intake_service = IntakeService(effects, self._progress, self.overrides, trust)
        self._is_open = True
        self._contents = Contents(
            name=name,
            machine=machine,
            store=self.store,
            settings=self._settings,
            clock=self.clock,
            work=self._work,
            scheduler=self._scheduler,
            registry=self.registry,
            overrides=self.overrides,
            workers=self.workers,
            is_open=lambda: self._is_open,
        )
        kept = self._scheduler.kept_clock()
        if kept is None:
            self._contents.begin()
        else:
            self.clock.go_on(kept)
        self._scheduler.arm()

    @property
    def config(self) -> Config:
        """The tenant's present settings."""
        return self._settings.present

    def intake(self, data: bytes, source: str) -> Reply:
        """Take a message and answer it, waiting until its files are opened; see `IntakeService.intake`."""
        return self.take(self._queue.at_once(data, self.intake_service.policy()), source)

    def prepared(self, data: bytes) -> Deferred[PreparedMessage]:
        """Prepare a message for `take`; a message with files takes a while, and others are served meanwhile.

        :raises apart.line.Busy: too many messages with files are waiting.
        """
        return self._queue.prepared(data, self.intake_service.policy())

    def take(self, prepared: PreparedMessage, source: str) -> Reply:
        """Take a prepared message and answer it; see `IntakeService.intake`."""
        return self.intake_service.intake(prepared, source)

    def submit(self, data: bytes, source: str) -> Deferred[Reply]:
        """Take a message; the deferred fires with the answer once it is committed.

        Under a reactor, those that come in within one of its turns are committed together: each is all or nothing for
        itself, but they share the sync of the disk.  With a clock of its own (a test) this is `intake`.

        :raises apart.line.Busy: too many messages with files are waiting.
        """
        if not self._together:
            return succeed(self.intake(data, source))
        return self.prepared(data).addCallback(self._taken_together, source)

    def _taken_together(self, prepared: PreparedMessage, source: str) -> Deferred[Reply]:
        waiting: Deferred[Reply] = Deferred()

        def then(error: Exception | None) -> None:
            if error is None:
                waiting.callback(reply)
            else:
                waiting.errback(Failure(error))

        reply = self.intake_service.intake(prepared, source, then)
        if self._turn is None or not self._turn.active():
            self._turn = self._machine.callLater(0, self._database.commit)
        return waiting

    def decide(self, seq_no: str, decision: OfficerDecision, officer: str = "") -> Case:
        """Carry out an officer's decision on a case; see `Progress.decide`."""
        return self._progress.decide(seq_no, decision, officer)

    def pulled(self, recipient: str | None) -> None:
        """Count a pull of *recipient* (None: of everybody) and first make the receipts that waited for the pull."""
        with self._work.transaction():
            ripe = self.store.timers.counted(recipient)
        for timer in ripe:
            self._scheduler.run(timer)

    def redeliver(self, sequence: int) -> StoredReceipt:
        """Lay a receipt ready once more: the same bytes under a new sequence; raises `NoSuchReceipt`."""
        receipt = self.store.receipt(sequence)
        if receipt is None:
            raise NoSuchReceipt(_NO_RECEIPT.format(sequence=sequence))
        with self._work.transaction():
            return self._outbox.release(receipt)

    def subscribe(self, tell: Callable[[StoredReceipt], None], source: str | None = None) -> None:
        """Call *tell* with every committed receipt from now on, or only with those for one way in."""
        self._outbox.subscribers.append(Subscriber(source, tell))

    def watch(self, tell: Callable[[Record], None]) -> None:
        """Call *tell* with every committed journal line from now on."""
        self._outbox.watch(tell)

    def advance(self, seconds: float) -> None:
        """Advance business time, stopping at every step that falls due; raises `ClockError` for a live clock."""
        self.advance_to(self.clock.after(seconds))

    def advance_to(self, instant: datetime) -> None:
        """Advance business time to *instant* (aware); raises `ClockError` when it is past, or the clock is live."""
        self._scheduler.advance_to(instant)
        self._note_time(Bilingual("业务时间拨至 {time}", "business time was moved to {time}"))

    def set_clock(self, mode: str, instant: datetime | None = None) -> None:
        """Make the clock ``live`` or ``manual``, at *instant* (aware; None: at now), which may be past.

        :raises ClockError: *instant* is beyond the calendar.
        :raises BadSetting: there is no such mode.
        """
        if mode not in ("live", "manual"):
            raise BadSetting(UNUSABLE.format(why=mode))
        text = Bilingual("业务时钟：{mode}，{time}", "business clock: {mode}, {time}").format(mode=mode)
        before = self.clock.reading
        try:
            with self._work.transaction():
                self.clock.set_manual(instant)
                if mode == "live":
                    self.clock.set_live()
                self._scheduler.keep_clock()
                self._note_time(text)
        except BaseException:
            self.clock.read_as(before)
            raise
        self._scheduler.arm()

    def _note_time(self, text: Bilingual) -> None:
        self.note("clock", text.format(time=self.clock.now().isoformat(" ", "seconds")))

    def set_seed(self, seed: int) -> None:
        """Use *seed* for every draw from now on."""
        self._change({"seed": seed})

    def configure(self, **changes: object) -> Config:
        """Change settings that `CHANGEABLE` names, from now on and after a restart.

        :raises BadSetting: there is no such setting, or it cannot have that value.
        """
        self._change(settings.changes(changes))
        return self.config

    def _change(self, changes: dict[str, Any]) -> None:
        present = self._settings.changed(changes)
        with self._work.transaction():
            self._settings.keep(changes)
            text = Bilingual("设置：{changes}", "settings: {changes}")
            self.note("settings", text.format(changes=", ".join(f"{name}={value}" for name, value in changes.items())))
        self._settings.present = present

    def add_entries(self, holdings: Holdings) -> None:
        """Put entries on file; raises `RegistryError` when one is there already, and then none is added."""
        with self._work.transaction():
            self.registry.add(holdings)
            text = Bilingual("登记报关单 {count} 份", "{count} entries put on file")
            self.note("registry", text.format(count=len(holdings.entries)))

    def record_return(self, lines: Sequence[Returned]) -> tuple[StoredReceipt, ...]:
        """Book one return entry, notify the declarants (TMP301), and return the notices; see `Progress.record_return`."""
        return self._progress.record_return(lines)

    def reset(self, config: Config | None = None) -> None:
        """Reset the tenant: the journal is empty too, the clock at its start, the entries of the CSV on file.

        :param config: how it is to be set up from now on; None leaves that as it was at the server's start.
        """
        self._contents.reset(config)

    def snapshot_file(self) -> Deferred[BinaryIO]:
        """Have a thread write a snapshot into a file; see `Contents.snapshot_file`."""
        return self._contents.snapshot_file()

    def restoring(self, found: Snapshot) -> Iterator[None]:
        """Restore a snapshot step by step; see `Contents.restoring`."""
        return self._contents.restoring(found)

    def restore(self, data: bytes) -> None:
        """Restore a snapshot from its bytes, at once; raises `BadSnapshot` and then changes nothing."""
        for _ in self.restoring(unpacked(data)):
            pass

    def pin(self) -> None:
        """Store the tenant's present settings, so that later changes of the server's settings leave them."""
        self._settings.pin()

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction, durable when it ends; part of the outer one, if any.  Subscribers are told afterwards."""
        return self._work.transaction()

    def note(self, stage: str, text: Bilingual, *, seq_no: str | None = None) -> None:
        """Write a journal line that says what was done to this tenant."""
        why = Why(stage=stage, plane="control", text=text)
        with self._work.transaction():
            self.store.note("control", self.clock.now(), "", seq_no=seq_no, why=(why,))

    def late(self) -> float:
        """Seconds of business time by which the first timer is overdue."""
        return self._scheduler.late()

    def close(self) -> None:
        """Stop the scheduler; nothing is lost."""
        self._is_open = False
        self._queue.close()
        self._database.commit()
        if self._turn is not None and self._turn.active():
            self._turn.cancel()
        self._scheduler.disarm()
        self.store.detach()
