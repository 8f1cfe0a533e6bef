"""One tenant over HTTP: overview, reset, snapshot and restore, its clock, seed and settings."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from twisted.internet.defer import Deferred

from h2018.control.answering import route
from h2018.http.routing import Refused, Request, Response, ResponseDoc, Route, json_response
from h2018.http.streaming import of_file
from h2018.operations import clock, snapshots
from h2018.setup_files.durations import LONGEST
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

_SNAPSHOT = "application/octet-stream"

Instant = Annotated[datetime, Meta(tz=True, description="with zone, as in 2027-03-01T09:00:00+08:00")]
_route = partial(route, "control")
Seconds = Annotated[float, Meta(ge=0, le=LONGEST)]


class Clock(Struct, frozen=True):
    """JSON form of the state of the business clock."""

    mode: Literal["live", "manual"]
    now: datetime


class SetClock(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form: how the business clock goes on; *instant* is where it starts, now when left out."""

    mode: Literal["live", "manual"]
    instant: Instant | None = None


class Advance(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form: advance business time by some seconds, from one due step to the next."""

    seconds: Annotated[float, Meta(ge=0, le=clock.LONGEST.total_seconds())]


class AdvanceTo(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form: advance business time to an instant."""

    instant: Instant


class Seed(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form of the seed that trace ids, pockets and faults are derived from."""

    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)]


class Settings(Struct, frozen=True, kw_only=True):
    """JSON form of a tenant's settings."""

    progression: str
    polls: int
    store_seconds: float
    review_seconds: float
    answer_seconds: float
    allow_unsigned: bool
    seed: int


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of settings to change; those that are left out stay."""

    progression: Literal["immediate", "timed", "polls", "manual"] | UnsetType = UNSET
    polls: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET
    store_seconds: Seconds | UnsetType = UNSET
    review_seconds: Seconds | UnsetType = UNSET
    answer_seconds: Seconds | UnsetType = UNSET
    allow_unsigned: bool | UnsetType = UNSET


class Overview(Struct, frozen=True, kw_only=True):
    """JSON form of an overview of a tenant."""

    tenant: str
    clock: Clock
    settings: Settings
    receipts: int
    scenarios: int
    outages: int


def routes() -> tuple[Route, ...]:
    """The routes for one tenant."""
    overview = ResponseDoc(Bilingual("概况", "how it stands"), Overview)
    time = ResponseDoc(Bilingual("业务时钟", "the business clock"), Clock)
    moved = {200: time, 409: ResponseDoc(Bilingual("时钟不能拨动", "the clock cannot be moved"), Refused)}
    settings = ResponseDoc(Bilingual("设置", "the settings"), Settings)
    return (
        _route("GET", "", _overview, Bilingual("概况", "how the tenant stands"), {200: overview}),
        _route("POST", "/reset", _reset, Bilingual("清空并重新开始", "empty it and begin again"), {200: overview}),
        _route(
            "GET",
            "/snapshot",
            _snapshot,
            Bilingual("导出快照", "everything of the tenant as bytes"),
            {200: ResponseDoc(Bilingual("快照", "the snapshot"), bytes, media=(_SNAPSHOT,))},
        ),
        _route(
            "POST",
            "/restore",
            _restore,
            Bilingual("恢复快照", "put a snapshot in the place of the tenant"),
            {200: overview, 422: ResponseDoc(Bilingual("不是可用的快照", "no usable snapshot"), Refused)},
            body=bytes,
            media=(_SNAPSHOT,),
            most=None,
        ),
        _route("GET", "/clock", _clock, Bilingual("业务时钟", "the business clock"), {200: time}),
        _route(
            "PUT",
            "/clock",
            _set_clock,
            Bilingual("改为实时或手动", "make it live or manual"),
            {200: time, 409: ResponseDoc(Bilingual("时钟不能这样设置", "the clock cannot be set so"), Refused)},
            body=SetClock,
        ),
        _route(
            "POST",
            "/clock/advance",
            _advance,
            Bilingual("拨快（手动时钟）", "let time pass (manual clock)"),
            moved,
            body=Advance,
        ),
        _route(
            "POST",
            "/clock/advance_to",
            _advance_to,
            Bilingual("拨到（手动时钟）", "let time pass until an instant (manual clock)"),
            moved,
            body=AdvanceTo,
        ),
        _route("PUT", "/seed", _seed, Bilingual("设置种子", "set the seed"), {200: settings}, body=Seed),
        _route("GET", "/config", _config, Bilingual("设置", "the settings"), {200: settings}),
        _route("PATCH", "/config", _configure, Bilingual("更改设置", "change settings"), {200: settings}, body=Change),
    )


def _overview(request: Request) -> Response:
    return json_response(overview(request.tenant))


def overview(tenant: Tenant) -> Overview:
    """Make the overview of *tenant*."""
    return Overview(
        tenant=tenant.name,
        clock=_time(tenant),
        settings=_settings(tenant),
        receipts=tenant.store.next_sequence - 1,
        scenarios=len(tenant.overrides.scenarios),
        outages=len(tenant.overrides.control.outages),
    )


def _time(tenant: Tenant) -> Clock:
    return Clock("manual" if tenant.clock.manual else "live", tenant.clock.now())


def _settings(tenant: Tenant) -> Settings:
    return msgspec.convert(tenant.config, Settings, from_attributes=True)


def _reset(request: Request) -> Response:
    request.tenant.reset()
    return _overview(request)


def _snapshot(request: Request) -> Deferred[Response]:
    headers = {"Content-Disposition": f'attachment; filename="{request.tenant.name}.h2018"'}
    making = snapshots.take(request.tenant)
    return making.addCallback(lambda file: Response(200, b"", _SNAPSHOT, headers, pieces=of_file(file)))


def _restore(request: Request) -> Deferred[Response]:
    return snapshots.restore(request.tenant, request.body).addCallback(lambda _none: _overview(request))


def _clock(request: Request) -> Response:
    return json_response(_time(request.tenant))


def _set_clock(request: Request) -> Response:
    clock.set_mode(request.tenant, request.body.mode, request.body.instant)
    return _clock(request)


def _advance(request: Request) -> Response:
    clock.advance(request.tenant, request.body.seconds)
    return _clock(request)


def _advance_to(request: Request) -> Response:
    clock.advance_to(request.tenant, request.body.instant)
    return _clock(request)


def _seed(request: Request) -> Response:
    request.tenant.set_seed(request.body.seed)
    return _config(request)


def _config(request: Request) -> Response:
    return json_response(_settings(request.tenant))


def _configure(request: Request) -> Response:
    given = {name: value for name, value in msgspec.structs.asdict(request.body).items() if value is not UNSET}
    if given:
        request.tenant.configure(**given)
    return _config(request)
