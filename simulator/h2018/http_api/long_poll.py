"""Long polling: holds a request for receipts until there is a receipt, with one subscription per tenant."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from h2018.store import StoredReceipt
from h2018.tenant.tenants import Tenant


class LongPoll:
    """The requests that wait for receipts.

    :param time: the machine's time.
    """

    __slots__ = ("_subscriptions", "_time")

    def __init__(self, time: IReactorTime) -> None:
        self._time = time
        self._subscriptions: dict[str, tuple[Tenant, list[Deferred[None]]]] = {}

    def receipt(self, tenant: Tenant, seconds: float) -> Deferred[None]:
        """A deferred that fires with the next receipt of *tenant*, or after *seconds*."""
        waits: Deferred[None] = Deferred()
        waiting = self._waiting_for(tenant)
        waiting.append(waits)
        late = self._time.callLater(seconds, waits.callback, None)

        def over(result: object) -> None:
            if waits in waiting:
                waiting.remove(waits)
            if late.active():
                late.cancel()

        waits.addBoth(over)
        return waits

    def _waiting_for(self, tenant: Tenant) -> list[Deferred[None]]:
        known = self._subscriptions.get(tenant.name)
        if known is None or known[0] is not tenant:
            waiting: list[Deferred[None]] = []

            def tell(_: StoredReceipt) -> None:
                for waits in tuple(waiting):
                    if not waits.called:
                        waits.callback(None)

            tenant.subscribe(tell)
            known = self._subscriptions[tenant.name] = tenant, waiting
        return known[1]
