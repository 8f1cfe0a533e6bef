"""The routes for monitoring: metrics, health, readiness.

``/healthz`` says that the process answers; ``/readyz`` that it can do its work: its database can be written,
and what is due is done.  A process that is alive and not ready should be left alone; restarting it would not bring its database back.
"""

from __future__ import annotations

from functools import partial

import msgspec
from msgspec import Struct

from h2018.http.routing import RETRY_AFTER as WHEN
from h2018.http.routing import Request, Response, ResponseDoc, Route, json_response
from h2018.tenant.tenants import Customs
from h2018.watching.watch import Watch
from tempgoods_edi.databases import RETRY_AFTER
from tempgoods_edi.values import Bilingual

_METRICS_TYPE = "text/plain"
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class Health(Struct, frozen=True):
    """JSON form of the server's health: the process answers, with the business time at customs."""

    status: str
    simulated: bool
    business_time: str
    sender_id: str
    key_name: str


class Readiness(Struct, frozen=True):
    """JSON form of the server's readiness to take messages.

    :ivar worlds: how many tenants it has; 0 while it cannot take any.
    :ivar why: what is wrong, when it cannot.
    """

    status: str
    worlds: int = 0
    why: Bilingual | None = None


def routes(customs: Customs, watch: Watch) -> tuple[Route, ...]:
    """The routes for monitoring *customs*."""
    watching = partial(Route, "watching", tenants=False)
    return (
        watching(
            "GET",
            "/metrics",
            partial(_metrics, watch),
            Bilingual("Prometheus指标", "figures for Prometheus"),
            {200: ResponseDoc(Bilingual("指标", "the figures"), bytes, media=(_METRICS_TYPE,))},
        ),
        watching(
            "GET",
            "/healthz",
            _health,
            Bilingual("进程是否存活", "is the process alive"),
            {200: ResponseDoc(Bilingual("存活", "alive"), Health)},
        ),
        watching(
            "GET",
            "/readyz",
            partial(_ready, customs),
            Bilingual("能否受理报文", "can it take messages"),
            {
                200: ResponseDoc(Bilingual("可以受理", "it can"), Readiness),
                503: ResponseDoc(
                    Bilingual(
                        "数据库不可写，或到期的步骤没有进行",
                        "the database cannot be written, or what is due is not done",
                    ),
                    Readiness,
                    headers=WHEN,
                ),
            },
        ),
    )


def _metrics(watch: Watch, request: Request) -> Response:
    return Response(200, watch.exposition(), _EXPOSITION)


def _health(request: Request) -> Response:
    config = request.tenant.config
    now = request.tenant.clock.now()
    return json_response(Health("ok", True, now.isoformat(timespec="seconds"), config.sender_id, config.key_name))


def _ready(customs: Customs, request: Request) -> Response:
    why = customs.trouble()
    if why is not None:
        return msgspec.structs.replace(
            json_response(Readiness("unavailable", why=why), 503), headers={"Retry-After": str(RETRY_AFTER)}
        )
    return json_response(Readiness("ready", len(customs.names())))
