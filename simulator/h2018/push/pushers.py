"""The pushers of a whole server: one per tenant, also for tenants that are created while the server runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from h2018.faults.plan import Fault, Item
from h2018.push.attempts import Result
from h2018.push.backoff import Backoff
from h2018.push.callbacks import Callback
from h2018.push.pusher import Post, Pusher
from h2018.store import StoredReceipt
from h2018.tenant.tenants import Customs, Tenant
from h2018.workers.loop import every

#: How often is looked for new tenants.
_FOLLOW_SECONDS = 1.0


class Pushers:
    """Pushes receipts for every tenant that has callbacks.

    :param reactor: sockets and timers.
    :param now: the machine's time, aware.
    """

    __slots__ = ("_backoff", "_customs", "_known", "_loop", "_now", "_reactor")

    def __init__(
        self, customs: Customs, reactor: Any, now: Callable[[], datetime], backoff: Backoff | None = None
    ) -> None:
        self._customs, self._reactor, self._now, self._backoff = customs, reactor, now, backoff
        self._known: dict[str, tuple[Tenant, Pusher]] = {}
        self._loop: LoopingCall | None = None

    def start(self) -> None:
        """Start pushing for every tenant, where the last run stopped; look for new tenants every second."""
        self._loop = every(_FOLLOW_SECONDS, self.follow, self._reactor)

    def follow(self) -> None:
        """Start a pusher for each new tenant, stop those of deleted ones, and notice resets."""
        names = self._customs.names()
        for name in set(self._known).difference(names):
            self._known.pop(name)[1].stop()
        for name in names:
            self.of(self._customs.tenant(name)).in_step()

    def stop(self) -> None:
        """Stop pushing for every tenant."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()
        for _, pusher in self._known.values():
            pusher.stop()
        self._known.clear()

    def of(self, tenant: Tenant) -> Pusher:
        """The running pusher of a tenant."""
        known = self._known.get(tenant.name)
        if known is not None and known[0] is tenant:
            return known[1]
        if known is not None:
            known[1].stop()
        pusher = self._made(tenant)
        self._known[tenant.name] = tenant, pusher
        pusher.start()
        return pusher

    def _made(self, tenant: Tenant) -> Pusher:
        agents: Post | None = None

        def strike(item: Item, data: bytes) -> Fault | None:
            return tenant.faults.strike("push", item, data)

        def post(callback: Callback, receipt: StoredReceipt, attempt: int) -> Deferred[Result]:
            nonlocal agents
            if agents is None:
                # Twisted's HTTP client brings pyOpenSSL with it: not before there is something to push.
                from h2018.push.http_post import Agents

                agents = Agents(self._reactor, strike)
            return agents(callback, receipt, attempt)

        def there() -> bool:
            return tenant.name in self._customs.names() and self._customs.tenant(tenant.name) is tenant

        pusher = Pusher(tenant.store, post, self._reactor, self._now, lambda: tenant.config.seed, self._backoff, there)

        tenant.subscribe(pusher.receipt_ready)
        return pusher
