"""The addresses for whoever watches: figures, alive, ready.

``/healthz`` says that the process answers; ``/readyz`` that it can do its work: its database can be written,
and what is due is done.  A process that is alive and not ready should be left alone; restarting it would not bring its database back.
"""

from __future__ import annotations

from functools import partial

import msgspec
from msgspec import Struct

from h2018.http.routing import RETRY_AFTER as WHEN
from h2018.http.routing import Asked, Reply, Response, Route, told
from h2018.tenant.tenants import Customs
from h2018.watching.watch import Watch
from tempgoods_edi.databases import RETRY_AFTER
from tempgoods_edi.values import Bilingual

_METRICS_TYPE = "text/plain"
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class Health(Struct, frozen=True):
    """The process answers, and this is what time it is at customs."""

    status: str
    simulated: bool
    business_time: str
    sender_id: str
    key_name: str


class Readiness(Struct, frozen=True):
    """Whether it can take messages.

    :ivar worlds: how many it has; 0 while it cannot take any.
    :ivar why: what is wrong, when it cannot.
    """

    status: str
    worlds: int = 0
    why: Bilingual | None = None


def routes(customs: Customs, watch: Watch) -> tuple[Route, ...]:
    """What a watcher asks of *customs*."""
    return (
        Route(
            method="GET",
            path="/metrics",
            answer=partial(_metrics, watch),
            tag="watching",
            summary=Bilingual("Prometheus指标", "figures for Prometheus"),
            replies={200: Reply(text=Bilingual("指标", "the figures"), kind=bytes, media=(_METRICS_TYPE,))},
            tenants=False,
        ),
        Route(
            method="GET",
            path="/healthz",
            answer=_health,
            tag="watching",
            summary=Bilingual("进程是否存活", "is the process alive"),
            replies={200: Reply(text=Bilingual("存活", "alive"), kind=Health)},
            tenants=False,
        ),
        Route(
            method="GET",
            path="/readyz",
            answer=partial(_ready, customs),
            tag="watching",
            summary=Bilingual("能否受理报文", "can it take messages"),
            replies={
                200: Reply(text=Bilingual("可以受理", "it can"), kind=Readiness),
                503: Reply(
                    text=Bilingual("数据库不可写，或到期的步骤没有进行", "the database cannot be written, or what is due is not done"),
                    kind=Readiness,
                    headers=WHEN,
                ),
            },
            tenants=False,
        ),
    )


def _metrics(watch: Watch, asked: Asked) -> Response:
    return Response(200, watch.exposition(), _EXPOSITION)


def _health(asked: Asked) -> Response:
    config = asked.world.config
    now = asked.world.clock.now()
    return told(Health("ok", True, now.isoformat(timespec="seconds"), config.sender_id, config.key_name))


def _ready(customs: Customs, asked: Asked) -> Response:
    why = customs.trouble()
    if why is not None:
        return msgspec.structs.replace(told(Readiness("unavailable", why=why), 503), headers={"Retry-After": str(RETRY_AFTER)})
    return told(Readiness("ready", len(customs.names())))
