"""Deliveries: the callbacks and how their channels stand, what was given up, and delivering a receipt once more."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from h2018.console.web import Answer, Visit, page, seen_other, whole
from h2018.push import callbacks
from h2018.push.callbacks import Callback
from h2018.push.rounds import Channel
from h2018.store import Attempt, Laid
from h2018.tenant.tenants import World

#: How many of the last receipts, and of the last attempts of a channel, are looked through.
_RECEIPTS, _ATTEMPTS = 50, 500
_DEAD = "dead"


class Way(Struct, frozen=True):
    """One callback with the last attempts on its channel, newest first."""

    callback: Callback
    channel: Channel
    attempts: tuple[Attempt, ...]


class Letter(Struct, frozen=True):
    """A receipt with what was tried to hand it out."""

    receipt: Laid
    attempts: tuple[Attempt, ...]


def deliveries(visit: Visit) -> Answer:
    """Callbacks, dead letters and the last receipts."""
    world = visit.world
    ways = tuple(_ways(world))
    latest = world.store.laid(after=max(0, world.store.next_sequence - 1 - _RECEIPTS), limit=_RECEIPTS)
    letters = tuple(_letter(world, receipt) for receipt in reversed(latest))
    return page("deliveries.html", visit, "deliveries", ways=ways, dead=tuple(_dead(world, ways)), letters=letters)


def _ways(world: World) -> Iterator[Way]:
    for name, callback in callbacks.callbacks(world.store).items():
        attempts = world.store.deliveries_of_channel(callbacks.mark_of(name), _ATTEMPTS)
        yield Way(callback, callbacks.channel(world.store, name), attempts)


def _dead(world: World, ways: tuple[Way, ...]) -> Iterator[Letter]:
    """The receipts that a channel has given up lately, and that were not delivered since."""
    seen: set[tuple[str, int]] = set()
    for way in ways:
        for attempt in way.attempts:
            key = (attempt.channel, attempt.receipt)
            if key in seen:
                continue
            seen.add(key)
            receipt = world.store.laid_one(attempt.receipt) if attempt.outcome == _DEAD else None
            if receipt is not None:
                yield _letter(world, receipt)


def _letter(world: World, receipt: Laid) -> Letter:
    return Letter(receipt, world.store.deliveries_of_receipt(receipt.sequence))


def redeliver(visit: Visit) -> Answer:
    """The same bytes once more, under a new number."""
    visit.world.redeliver(whole(visit.field("sequence")))
    return seen_other(visit, "deliveries", done="redelivered")
