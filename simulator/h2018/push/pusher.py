"""Pushes receipts to the callbacks of one tenant: in order, each channel on its own, retried until the receipt expires.

`rounds` decides; here is what it decides carried out: one try at a time on each channel, its result kept in
the same transaction as the row about it, one timer a channel.  What was begun when the server went down is tried again:
a receiver may see a receipt twice (same message_id), never not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from msgspec import Struct
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from h2018.push import callbacks, rounds
from h2018.push.attempts import Attempt, Result
from h2018.push.backoff import Backoff
from h2018.push.callbacks import BadCallback, Callback, NoSuchCallback, PushStore
from h2018.push.channel import ChannelEvent
from h2018.push.rounds import Channel, Parcel, Settled
from h2018.store import Attempt as Row
from h2018.store import StoredReceipt
from tempgoods_edi.values import Bilingual

#: So many that nothing was tried of are laid ready, and so many in all: those refused before must not fill it.
_FRESH, _MOST = 32, 512

#: Posts one receipt to a callback; the try's number is for the receiver to see.  Never fails: what goes wrong is a result.
Post = Callable[[Callback, StoredReceipt, int], Deferred[Result]]

_NO_RECEIPT = Bilingual("没有序号为 {value} 的回执，或不是给该企业的", "there is no receipt {value}, or it is for somebody else")

_log = Logger()


class ChannelStatus(Struct, frozen=True, kw_only=True):
    """A callback with the state of its channel.

    :ivar mark: receipts up to this sequence are delivered, given up, or among those that wait.
    :ivar next_at: when it is looked at again; None when nothing waits or a result is awaited.
    """

    callback: Callback
    channel: Channel
    mark: int
    next_at: datetime | None


class Pusher:
    """Pushes the receipts of one tenant to its callbacks.

    :param time: carries the timers: the reactor, or a `task.Clock`.
    :param now: the machine's time, aware: retries are about the network, not about customs' calendar.
    :param seed: gives the tenant's seed, for the jitter.
    :param there: False once the tenant was dropped: nothing may be written for it any more.
    """

    def __init__(
        self,
        store: PushStore,
        post: Post,
        time: IReactorTime,
        now: Callable[[], datetime],
        seed: Callable[[], int],
        backoff: Backoff | None = None,
        there: Callable[[], bool] = lambda: True,
    ) -> None:
        self._there, self._running = there, False
        self._store, self._post, self._time, self._now, self._seed = store, post, time, now, seed
        self._backoff = Backoff() if backoff is None else backoff
        self._callbacks: dict[str, Callback] = {}
        self._registered: bytes | None = None
        self._channels: dict[str, Channel] = {}
        self._timers: dict[str, IDelayedCall] = {}
        self._tries: dict[str, Deferred[Result]] = {}
        #: What the store was told last of each channel.
        self._kept: dict[str, tuple[bytes | None, int]] = {}

    def start(self) -> None:
        """Start pushing where the last run stopped."""
        self._running = True
        self._callbacks = callbacks.callbacks(self._store)
        self._registered = callbacks.kept_callbacks(self._store)
        for name in self._callbacks:
            kept = callbacks.channel(self._store, name)
            self._channels[name] = rounds.rearmed(kept, self._now(), self._backoff)
            self._kept[name] = callbacks.kept(self._store, name)
            self._look_soon(name)

    def stop(self) -> None:
        """Stop pushing; attempts under way are cut off."""
        self._running = False
        for name in tuple(self._channels):
            self._leave(name)
        self._callbacks, self._registered = {}, None

    def in_step(self) -> bool:
        """True when the store still agrees with memory; else the tenant was reset or restored, and the pusher starts anew."""
        if not self._running:
            return False
        if not self._there():
            self.stop()
            return False
        if callbacks.kept_callbacks(self._store) == self._registered and all(
            callbacks.kept(self._store, name) == kept for name, kept in self._kept.items()
        ):
            return True
        self.stop()
        self.start()
        return False

    def receipt_ready(self, receipt: StoredReceipt) -> None:
        """A receipt is ready: the channels that it may concern look into the store."""
        if not self.in_step():
            return
        for name, callback in self._callbacks.items():
            if callback.recipient == receipt.recipient and not self._channels[name].state.under_way:
                self._look_soon(name)

    def register(self, callback: Callback, after: int | None = None) -> ChannelStatus:
        """Register a callback for receipts from now on, or those above *after*; the same name again keeps its channel.

        :raises BadCallback: it cannot be used.
        """
        name = callbacks.checked(callback).name
        self.in_step()
        known = self._callbacks.get(name)
        with self._store.transaction():
            if known is None or known.recipient != callback.recipient or after is not None:
                self._leave(name)
                callbacks.forget_channel(self._store, name)
                self._store.set_mark(callbacks.mark_of(name), self._store.next_sequence - 1 if after is None else after)
            callbacks.keep_callbacks(self._store, {**self._callbacks, name: callback})
        self._callbacks[name], self._registered = callback, callbacks.kept_callbacks(self._store)
        self._channels.setdefault(name, Channel(name=name))
        self._kept[name] = callbacks.kept(self._store, name)
        self._look_soon(name)
        return self.view(name)

    def drop(self, name: str) -> None:
        """Delete a callback and its channel; raises `NoSuchCallback`."""
        self._known(name)
        left = {key: value for key, value in self._callbacks.items() if key != name}
        with self._store.transaction():
            callbacks.keep_callbacks(self._store, left)
            callbacks.forget_channel(self._store, name)
        self._leave(name)
        self._callbacks, self._registered = left, callbacks.kept_callbacks(self._store)

    def tell(self, name: str, event: ChannelEvent) -> ChannelStatus:
        """Pause, resume or unblock a channel; raises `NoSuchCallback`, `channel.IllegalStep`."""
        self._known(name)
        self._keep(rounds.after_event(self._channels[name], event))
        self._look_soon(name)
        return self.view(name)

    def redeliver(self, name: str, sequence: int) -> ChannelStatus:
        """Push a receipt once more, also one that was given up; raises `NoSuchCallback`, `BadCallback`."""
        callback, receipt = self._known(name), self._store.receipt(sequence)
        if receipt is None or receipt.recipient != callback.recipient:
            raise BadCallback(_NO_RECEIPT.format(value=sequence))
        self._keep(rounds.laid(self._channels[name], sequence, self._now()))
        self._look_soon(name)
        return self.view(name)

    def view(self, name: str) -> ChannelStatus:
        """One callback with the state of its channel; raises `NoSuchCallback`."""
        callback, channel = self._known(name), self._channels[name]
        mark = self._store.mark(callbacks.mark_of(name))
        return ChannelStatus(callback=callback, channel=channel, mark=mark, next_at=rounds.next_attempt(channel, self._backoff))

    def views(self) -> tuple[ChannelStatus, ...]:
        """All callbacks with the states of their channels, by name."""
        self.in_step()
        return tuple(self.view(name) for name in sorted(self._callbacks))

    def attempts(self, name: str, limit: int = 100) -> tuple[Row, ...]:
        """The delivery attempts on a channel, newest first; raises `NoSuchCallback`."""
        self._known(name)
        return self._store.deliveries_of_channel(callbacks.mark_of(name), limit)

    def _known(self, name: str) -> Callback:
        self.in_step()
        callback = self._callbacks.get(name)
        if callback is None:
            raise NoSuchCallback(name)
        return callback

    def _look_soon(self, name: str) -> None:
        self._set_timer(name, 0.0)

    def _set_timer(self, name: str, seconds: float) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None and timer.active():
            timer.cancel()
        self._timers[name] = self._time.callLater(seconds, self._look, name)

    def _look(self, name: str) -> None:
        """Fill the channel from the store, give up what is late, and begin the next try or wait for it."""
        try:
            if self.in_step():
                self._begin(name)
        except Exception:  # noqa: BLE001 - a channel whose look fails must not stop, nor disturb the others
            _log.failure("channel {name} could not be looked at", name=name)
            self._set_timer(name, self._backoff.blocking.most)

    def _begin(self, name: str) -> None:
        channel, now = self._filled(name), self._now()
        late = rounds.expired(channel, now, self._backoff)
        if late.rows:
            self._settle(late)
        channel, parcel = rounds.begun(late.channel, now)
        self._channels[name] = channel
        if parcel is not None:
            self._try(name, parcel)
            return
        again = rounds.next_attempt(channel, self._backoff)
        if again is not None:
            self._set_timer(name, max(0.0, (again - now).total_seconds()))

    def _filled(self, name: str) -> Channel:
        channel, callback = self._channels[name], self._callbacks[name]
        fresh = sum(parcel.attempts == 0 for parcel in channel.parcels)
        room = min(_FRESH - fresh, _MOST - len(channel.parcels))
        if room <= 0:
            return channel
        mark = callbacks.mark_of(name)
        found = self._store.laid(callback.recipient, self._store.mark(mark), room)
        if not found:
            return channel
        for receipt in found:
            channel = rounds.laid(channel, receipt.sequence, self._now())
        with self._store.transaction():
            self._store.set_mark(mark, found[-1].sequence)
            callbacks.keep_channel(self._store, channel)
        self._kept[name] = callbacks.kept(self._store, name)
        return channel

    def _try(self, name: str, parcel: Parcel) -> None:
        receipt = self._store.receipt(parcel.sequence)
        if receipt is None:
            # The store was put back to a time before it: there is nothing to send.
            self._answered(name, Result(status=200, detail="nothing to send"))
            return
        trying = self._post(self._callbacks[name], receipt, parcel.attempts)
        self._tries[name] = trying
        trying.addErrback(_failed).addCallback(partial(self._heard, name, trying))

    def _heard(self, name: str, trying: Deferred[Result], result: Result) -> None:
        """The result of a try, unless the callback was dropped meanwhile."""
        if self._tries.get(name) is not trying:
            return
        try:
            if self.in_step():
                self._answered(name, result)
        except Exception:  # noqa: BLE001 - what could not be written down counts as not tried: it is tried again
            _log.failure("the result of a try on channel {name} could not be kept", name=name)
            self._channels[name] = rounds.after_event(self._channels[name], ChannelEvent.RESTART)
            self._set_timer(name, self._backoff.blocking.first)

    def _answered(self, name: str, result: Result) -> None:
        self._tries.pop(name, None)
        self._settle(rounds.settled(self._channels[name], result, self._now(), self._backoff, self._seed()))
        self._look_soon(name)

    def _settle(self, settled: Settled) -> None:
        with self._store.transaction():
            callbacks.keep_channel(self._store, settled.channel)
            for row in settled.rows:
                self._note(row)
        self._channels[settled.channel.name] = settled.channel
        self._kept[settled.channel.name] = callbacks.kept(self._store, settled.channel.name)

    def _note(self, row: Attempt) -> None:
        channel = callbacks.mark_of(row.channel)
        detail = f"{row.reason.zh} / {row.reason.en}"
        self._store.note_delivery(channel, row.sequence, row.number, row.at, row.outcome, detail)

    def _keep(self, channel: Channel) -> None:
        callbacks.keep_channel(self._store, channel)
        self._channels[channel.name] = channel
        self._kept[channel.name] = callbacks.kept(self._store, channel.name)

    def _leave(self, name: str) -> None:
        timer, trying = self._timers.pop(name, None), self._tries.pop(name, None)
        self._channels.pop(name, None)
        self._kept.pop(name, None)
        if timer is not None and timer.active():
            timer.cancel()
        if trying is not None:
            trying.cancel()


def _failed(failure: Failure) -> Result:
    return Result(detail=failure.getErrorMessage() or type(failure.value).__name__)
