"""The outbox: makes what customs send, lays it ready, and notifies subscribers after the commit.  Faults strike here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from twisted.logger import Logger

from h2018.business_clock import BusinessClock
from h2018.cases import Send, Why
from h2018.config import Config
from h2018.decisions import messages
from h2018.faults.kinds import RECEIPT_STEPS, Step
from h2018.faults.live import FaultsInForce
from h2018.faults.plan import Item
from h2018.faults.spoiling import Dispatch
from h2018.store import Record, Store, StoredReceipt
from h2018.store.timers import PARCEL
from h2018.tenant.scheduler import Scheduler
from h2018.tenant.unit_of_work import UnitOfWork
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Bilingual

_NOTICE = "TMP301"
_HEX_POCKET = 32
_STRUCK = Bilingual("按设置的故障发出", "sent with a fault that was asked for")
_LATER = Bilingual("按设置的故障暂不发出", "kept back by a fault that was asked for")

_log = Logger()


class Subscriber(Struct, frozen=True):
    """A subscriber, called with each receipt after the commit.

    :ivar source: only receipts of messages that came in this way; None for all.
    """

    source: str | None
    tell: Callable[[StoredReceipt], None]


class DelayedReceipt(Struct, frozen=True):
    """A receipt that is delayed: what to lay ready later, and the message_id of what it answers."""

    receipt: StoredReceipt
    reply_to: str | None


class Outbox:
    """The outbox of one tenant.

    :ivar subscribers: told of each receipt.
    :ivar watchers: told of each line of the journal.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        clock: BusinessClock,
        store: Store,
        faults: FaultsInForce,
        work: UnitOfWork,
        scheduler: Scheduler,
    ) -> None:
        self._config, self._clock, self._store, self._faults = config, clock, store, faults
        self._scheduler = scheduler
        self._ready: list[StoredReceipt] = []
        self._written: list[Record] = []
        self.subscribers: list[Subscriber] = []
        self.watchers: list[Callable[[Record], None]] = []
        work.on_commit.append(self._tell)
        work.savepoints.append(self._savepoint)
        work.on_rollback.append(self._forget)
        scheduler.handlers[PARCEL] = self._arrived

    def watch(self, tell: Callable[[Record], None]) -> None:
        """Call *tell* with every committed journal line."""
        if not self.watchers:
            self._store.lines.written.append(self._written.append)
        self.watchers.append(tell)

    def send(self, send: Send) -> None:
        """Make a message and lay it ready, unless a fault strikes it."""
        config, now, number = self._config(), self._clock.now(), self._store.next_number
        sent = messages.SendingContext(
            sender=config.sender_id,
            recipient=send.recipient,
            at=now,
            serial=number,
            pocket=drawn(config.seed, "pocket", number)[:_HEX_POCKET],
        )
        message_id, data = messages.packaged(send.code, send.document, send.about, sent)
        made = StoredReceipt(
            sequence=0,
            recipient=send.recipient,
            source=send.source,
            code=send.code,
            message_id=message_id,
            data=data,
            at=now,
            trace_id=send.trace_id,
            seq_no=send.seq_no,
            kind=send.kind,
        )
        reply_to = send.reply_to or None
        if self._faults.idle:
            self.release(made, reply_to)
            return
        item = Item(key=send.reply_to or message_id, message=_answered(send.code), enterprise=send.recipient)
        leaving = self._faults.leaving(_fault_step(send), item, data)
        if leaving == (Dispatch(data=data),):
            self.release(made, reply_to)
            return
        self._add(replace(made, number=number), reply_to, kept_back=True)
        for each in leaving:
            self._dispatch(each, DelayedReceipt(replace(made, data=each.data), reply_to))

    def _dispatch(self, dispatch: Dispatch, parcel: DelayedReceipt) -> None:
        if dispatch.seconds > 0:
            self._scheduler.after(dispatch.seconds, PARCEL, msgspec.json.encode(parcel))
        elif dispatch.behind > 0:
            recipient = parcel.receipt.recipient
            self._store.timers.count_down(recipient, dispatch.behind, PARCEL, msgspec.json.encode(parcel))
        else:
            self.release(parcel.receipt, parcel.reply_to, struck=True)

    def _arrived(self, body: bytes) -> None:
        parcel = msgspec.json.decode(body, type=DelayedReceipt)
        self.release(parcel.receipt, parcel.reply_to, struck=True)

    def release(self, receipt: StoredReceipt, reply_to: str | None = None, *, struck: bool = False) -> StoredReceipt:
        """Lay *receipt* ready under the next sequence, and return it as it was stored."""
        store = self._store
        laid = replace(receipt, number=store.next_number, sequence=store.next_sequence, at=self._clock.now())
        self._add(laid, reply_to, struck=struck)
        self._ready.append(laid)
        for timer in store.timers.counted(laid.recipient, parcels=True):
            store.timers.done(timer)
            self._arrived(timer.body)
        return laid

    def _add(
        self, receipt: StoredReceipt, reply_to: str | None, *, struck: bool = False, kept_back: bool = False
    ) -> None:
        why: tuple[Why, ...] = ()
        if struck or kept_back:
            why = (Why(stage="fault", plane="control", text=_LATER if kept_back else _STRUCK),)
        line = self._store.note(
            "made" if kept_back else "sent",
            self._clock.now(),
            receipt.trace_id,
            message_id=reply_to,
            seq_no=receipt.seq_no,
            data=receipt.data,
            why=why,
        )
        self._store.add_receipt(receipt, line)

    def _forget(self) -> None:
        self._ready.clear()
        self._written.clear()

    def _savepoint(self) -> Callable[[], None]:
        ready, written = len(self._ready), len(self._written)

        def forget() -> None:
            del self._ready[ready:]
            del self._written[written:]

        return forget

    def _tell(self) -> None:
        """Tell everybody; one who fails does not keep it from the others, and one may send more while being told."""
        ready, self._ready = self._ready, []
        written = self._written[:]
        self._written.clear()
        for record in written:
            for watcher in self.watchers:
                _tell_one(watcher, record)
        for receipt in ready:
            for subscriber in self.subscribers:
                if subscriber.source in (None, receipt.source):
                    _tell_one(subscriber.tell, receipt)


def drawn(seed: int, purpose: str, number: int) -> str:
    """64 hexadecimal digits that depend only on seed, purpose and number: the same after a restart."""
    return sha256(f"{seed}:{purpose}:{number}".encode()).hexdigest()


@cache
def _answered(code: str) -> str:
    """The message that *code* answers; itself for a notice."""
    return next((spec.code for spec in reader.messages() if spec.answers == code), code)


def _fault_step(send: Send) -> Step:
    if send.result is not None:
        return RECEIPT_STEPS[send.result]
    return "notice" if send.code == _NOTICE else "query_answer"


def _tell_one(tell: Callable[[Any], None], what: object) -> None:
    try:
        tell(what)
    except Exception:  # noqa: BLE001 - one listener that fails must not stop the others
        _log.failure("a listener failed")
