"""Tenants, each apart from the others: listed, made and dropped."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from h2018.business_clock import ClockError
from h2018.control.tenant import Instant, Overview, overview
from h2018.http.routing import Refused, Request, Response, ResponseDoc, Route, http_error, json_response
from h2018.tenant.tenants import BadName, Customs, NameTaken, NoSuchTenant
from tempgoods_edi.values import Bilingual


class Create(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new tenant: settings as the server's own, but for what is given here."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    starts_at: Instant | None = None
    manual: bool | None = None


class Names(Struct, frozen=True):
    """The tenants there are."""

    tenants: tuple[str, ...]


def routes(customs: Customs) -> tuple[Route, ...]:
    """The addresses; they are the server's, not a tenant's."""
    refusal = ResponseDoc(text=Bilingual("名称不可用", "the name cannot be used"), kind=Refused)
    return (
        Route(
            method="GET",
            path="/control/tenants",
            handler=partial(_list, customs),
            tag="tenants",
            summary=Bilingual("租户", "the tenants"),
            tenants=False,
            responses={200: ResponseDoc(text=Bilingual("名称", "their names"), kind=Names)},
        ),
        Route(
            method="POST",
            path="/control/tenants",
            handler=partial(_create, customs),
            tag="tenants",
            summary=Bilingual("新建租户", "make a tenant"),
            tenants=False,
            body=Create,
            responses={
                201: ResponseDoc(
                    text=Bilingual("已建", "made"),
                    kind=Overview,
                    headers={"Location": Bilingual("其控制接口", "its control interface")},
                ),
                409: refusal,
                422: ResponseDoc(text=Bilingual("时间超出日历", "a time beyond the calendar"), kind=Refused),
            },
        ),
        Route(
            method="DELETE",
            path="/control/tenants/{name}",
            handler=partial(_drop, customs),
            tag="tenants",
            summary=Bilingual("删除租户", "drop a tenant with everything of it"),
            tenants=False,
            responses={
                204: ResponseDoc(text=Bilingual("已删除", "it is gone")),
                404: ResponseDoc(text=Bilingual("没有此租户", "there is none"), kind=Refused),
                409: refusal,
            },
        ),
    )


def _list(customs: Customs, _: Request) -> Response:
    return json_response(Names(customs.names()))


def _create(customs: Customs, request: Request) -> Response:
    wanted: Create = request.body
    config = customs.config
    if wanted.seed is not None:
        config = replace(config, seed=wanted.seed)
    if wanted.starts_at is not None:
        config = replace(config, starts_at=wanted.starts_at)
    if wanted.manual is not None:
        config = replace(config, clock="manual" if wanted.manual else "live")
    try:
        tenant = customs.create(wanted.name, config)
    except NameTaken as error:
        raise http_error(error) from error
    except BadName as error:
        raise http_error(error, 400) from error
    except ClockError as error:
        raise http_error(error, 422) from error
    return json_response(overview(tenant), 201, {"Location": f"/t/{wanted.name}/control"})


def _drop(customs: Customs, request: Request) -> Response:
    try:
        customs.drop(request.names["name"])
    except NoSuchTenant as error:
        raise http_error(error, 404) from error
    except BadName as error:
        raise http_error(error) from error
    return Response(204)
