"""Deliveries: the callbacks and how their channels stand, what was given up, and delivering a receipt once more."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from h2018.console.web import PageResponse, Visit, page, seen_other, whole
from h2018.push import callbacks
from h2018.push.callbacks import Callback
from h2018.push.rounds import Channel
from h2018.store import Attempt, ReceiptSummary
from h2018.tenant.tenants import Tenant

#: How many of the last receipts, and of the last attempts of a channel, are looked through.
_RECEIPTS, _ATTEMPTS = 50, 500
_DEAD = "dead"


class Way(Struct, frozen=True):
    """One callback with the last attempts on its channel, newest first."""

    callback: Callback
    channel: Channel
    attempts: tuple[Attempt, ...]


class Letter(Struct, frozen=True):
    """One receipt with the attempts to deliver it."""

    receipt: ReceiptSummary
    attempts: tuple[Attempt, ...]


def deliveries(visit: Visit) -> PageResponse:
    """The page of callbacks, dead letters and the last receipts."""
    tenant = visit.tenant
    ways = tuple(_ways(tenant))
    latest = tenant.store.laid(after=max(0, tenant.store.next_sequence - 1 - _RECEIPTS), limit=_RECEIPTS)
    letters = tuple(_letter(tenant, receipt) for receipt in reversed(latest))
    return page("deliveries.html", visit, "deliveries", ways=ways, dead=tuple(_dead(tenant, ways)), letters=letters)


def _ways(tenant: Tenant) -> Iterator[Way]:
    for name, callback in callbacks.callbacks(tenant.store).items():
        attempts = tenant.store.deliveries_of_channel(callbacks.mark_of(name), _ATTEMPTS)
        yield Way(callback, callbacks.channel(tenant.store, name), attempts)


def _dead(tenant: Tenant, ways: tuple[Way, ...]) -> Iterator[Letter]:
    """The receipts that a channel has given up lately, and that were not delivered since."""
    seen: set[tuple[str, int]] = set()
    for way in ways:
        for attempt in way.attempts:
            key = (attempt.channel, attempt.receipt)
            if key in seen:
                continue
            seen.add(key)
            receipt = tenant.store.laid_one(attempt.receipt) if attempt.outcome == _DEAD else None
            if receipt is not None:
                yield _letter(tenant, receipt)


def _letter(tenant: Tenant, receipt: ReceiptSummary) -> Letter:
    return Letter(receipt, tenant.store.deliveries_of_receipt(receipt.sequence))


def redeliver(visit: Visit) -> PageResponse:
    """Handle the button that delivers a receipt once more: the same bytes under a new sequence."""
    visit.tenant.redeliver(whole(visit.field("sequence")))
    return seen_other(visit, "deliveries", done="redelivered")
