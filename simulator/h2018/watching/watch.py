"""Monitors every tenant: feeds its journal into metrics and log, and measures HTTP requests.

A tenant is followed from the start of the server, or else from the first request that is for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from prometheus_client import Counter, Histogram
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from h2018.http.routing import Answered, Handler, HttpError, Request, Response, Route
from h2018.push.pusher import Pusher
from h2018.store import Record
from h2018.tenant.tenants import Customs, Tenant
from h2018.watching import logs, metrics

_OUR_FAULT = 500
_MOST_ATTEMPTS = 1000


class Watch:
    """The metrics of one server, and the log of its journals.

    :param now: seconds of a clock that only goes forward, for how long things take.
    :param wall: the machine's time, seconds since 1970, to compare business time with.
    :param log: also log each journal line.
    :param channels: the channels on which a tenant pushes its receipts.
    """

    __slots__ = ("_channels", "_customs", "_followed", "_last_attempt", "_log", "_now", "_of_route", "metrics")

    def __init__(
        self,
        customs: Customs,
        now: Callable[[], float],
        wall: Callable[[], float],
        *,
        log: bool = False,
        channels: Callable[[Tenant], Pusher] | None = None,
    ) -> None:
        self.metrics = metrics.make_metrics()
        self._customs, self._now, self._log = customs, now, log
        self._channels = channels
        self._followed: dict[str, Tenant] = {}
        self._last_attempt: dict[tuple[str, str], int] = {}
        # The figures of each route and status, found once.
        self._of_route: dict[tuple[str, str, int], tuple[Histogram, Counter]] = {}
        self.metrics.registry.register(metrics.Present(customs, wall))
        self.follow_all()

    def follow_all(self) -> None:
        """Follow every tenant, and remove the metrics of deleted ones."""
        names = self._customs.names()
        for name in names:
            self._follow(self._customs.tenant(name))
        for name in set(self._followed) - set(names):
            del self._followed[name]
            self._last_attempt = {key: number for key, number in self._last_attempt.items() if key[0] != name}
            metrics.forget(self.metrics, name)

    def _follow(self, tenant: Tenant) -> None:
        if self._followed.get(tenant.name) is not tenant:
            self._followed[tenant.name] = tenant
            tenant.watch(partial(self._noted, tenant.name))

    def _noted(self, tenant: str, record: Record) -> None:
        metrics.count(self.metrics, tenant, record)
        if self._log:
            logs.follow(tenant, record)

    def middleware(self, route: Route, request: Request, handler: Handler) -> Answered:
        """Middleware around every route (see `routing.Middleware`): counts and times requests, and follows the tenant."""
        self._follow(request.tenant)
        began = self._now()
        try:
            answered = handler(request)
        except HttpError as refusal:
            self._answered(route, began, refusal.code)
            raise
        except Exception:
            self._answered(route, began, _OUR_FAULT)
            raise
        if isinstance(answered, Deferred):
            return answered.addBoth(partial(self._later, route, began))
        self._answered(route, began, answered.code)
        return answered

    def _later(self, route: Route, began: float, result: Response | Failure) -> Response | Failure:
        if isinstance(result, Failure):
            code = result.value.code if isinstance(result.value, HttpError) else _OUR_FAULT
        else:
            code = result.code
        self._answered(route, began, code)
        return result

    def _answered(self, route: Route, began: float, code: int) -> None:
        key = (route.method, route.path, code)
        known = self._of_route.get(key)
        if known is None:
            seconds = self.metrics.seconds.labels(route.method, route.path)
            known = self._of_route[key] = (seconds, self.metrics.requests.labels(route.method, route.path, str(code)))
        known[0].observe(self._now() - began)
        known[1].inc()

    def exposition(self) -> bytes:
        """The metrics as Prometheus reads them."""
        self.follow_all()
        if self._channels is not None:
            for tenant in self._followed.values():
                self._count_channels(tenant, self._channels(tenant))
        return metrics.exposition(self.metrics)

    def _count_channels(self, tenant: Tenant, pusher: Pusher) -> None:
        """Count the tries made since the last time (of a channel that was tried more often, the last ones)."""
        for view in pusher.views():
            name = view.callback.name
            self.metrics.waiting.labels(tenant.name, name).set(len(view.channel.parcels))
            before = self._last_attempt.get((tenant.name, name), 0)
            for attempt in pusher.attempts(name, _MOST_ATTEMPTS):
                if attempt.id > before:
                    self.metrics.deliveries.labels(tenant.name, name, attempt.outcome).inc()
                    self._last_attempt[tenant.name, name] = max(attempt.id, self._last_attempt.get((tenant.name, name), 0))
