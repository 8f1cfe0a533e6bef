"""Tenants over HTTP, each isolated from the others: listed, created and deleted."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta, Struct

from h2018.control.answering import route
from h2018.control.tenant import Instant, Overview, overview
from h2018.http.routing import Refused, Request, Response, ResponseDoc, Route, json_response
from h2018.operations import tenants
from h2018.tenant.tenants import Customs
from tempgoods_edi.values import Bilingual

_route = partial(route, "tenants", tenants=False)


class Create(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of a new tenant: the server's settings, except for those given here."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    starts_at: Instant | None = None
    manual: bool | None = None


class Names(Struct, frozen=True):
    """JSON form: the names of all tenants."""

    tenants: tuple[str, ...]


def routes(customs: Customs) -> tuple[Route, ...]:
    """The routes for tenants; these are the server's, not a tenant's."""
    refusal = ResponseDoc(Bilingual("名称不可用", "the name cannot be used"), Refused)
    made = ResponseDoc(
        Bilingual("已建", "made"), Overview, headers={"Location": Bilingual("其控制接口", "its control interface")}
    )
    unfit = ResponseDoc(Bilingual("时间超出日历", "a time beyond the calendar"), Refused)
    gone = {
        204: ResponseDoc(Bilingual("已删除", "it is gone")),
        404: ResponseDoc(Bilingual("没有此租户", "there is none"), Refused),
        409: refusal,
    }
    return (
        _route(
            "GET",
            "/tenants",
            partial(_list, customs),
            Bilingual("租户", "the tenants"),
            {200: ResponseDoc(Bilingual("名称", "their names"), Names)},
        ),
        _route(
            "POST",
            "/tenants",
            partial(_create, customs),
            Bilingual("新建租户", "make a tenant"),
            {201: made, 409: refusal, 422: unfit},
            body=Create,
        ),
        _route(
            "DELETE",
            "/tenants/{name}",
            partial(_drop, customs),
            Bilingual("删除租户", "drop a tenant with everything of it"),
            gone,
        ),
    )


def _list(customs: Customs, _: Request) -> Response:
    return json_response(Names(customs.names()))


def _create(customs: Customs, request: Request) -> Response:
    wanted: Create = request.body
    made = tenants.create(customs, wanted.name, seed=wanted.seed, starts_at=wanted.starts_at, manual=wanted.manual)
    return json_response(overview(made), 201, {"Location": f"/t/{wanted.name}/control"})


def _drop(customs: Customs, request: Request) -> Response:
    tenants.drop(customs, request.names["name"])
    return Response(204)
