"""Overrides over HTTP: the outcome of one message, of the next n, outages, the rate limit; and the catalogue of outcomes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct

from h2018.control.answering import FACE, route
from h2018.control.tenant import Instant
from h2018.http.routing import Handler, Refused, Request, Response, ResponseDoc, Route, json_response
from h2018.operations import overrides
from h2018.operations.operation import Face
from h2018.setup_files.durations import LONGEST
from h2018.steering.control import OverrideSet
from h2018.steering.gate import OUTAGE_STATUS
from h2018.steering.outcomes import CATALOGUE, PARTICULARS, Outcome, OutcomeKind
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

Text = Annotated[str, Meta(min_length=1, max_length=overrides.LONGEST_TEXT)]
Name = Annotated[str, Meta(min_length=1, max_length=overrides.LONGEST_NAME)]

_route = partial(route, "steering")


class Asking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of an outcome: its name in the catalogue, with the particulars that it takes."""

    name: Annotated[str, Meta(max_length=32, extra_json_schema={"enum": list(CATALOGUE)})]
    delay: Annotated[float, Meta(ge=0, le=LONGEST, description="seconds of business time")] | None = None
    rule: Annotated[str, Meta(max_length=32, description="id of the rule given as the ground")] | None = None
    path: Text | None = None
    note: Text | None = None
    code: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


class DecideThis(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form: the outcome of one message, or of the declaration with one pre-entry number, arrived already or not."""

    outcome: Asking
    message_id: Name | None = None
    seq_no: Name | None = None


class DecideNext(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form: the outcome of the next *count* messages: of all, of an enterprise, or of one type."""

    outcome: Asking
    count: Annotated[int, Meta(ge=1, le=overrides.MOST_MESSAGES)] = 1
    enterprise: Name | None = None
    message: Annotated[str, Meta(pattern="^TMP[0-9]{3}$")] | None = None


class Down(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of an outage of customs; *status* 0 breaks the connection instead of answering."""

    since: Instant | None = None
    until: Instant | None = None
    status: Annotated[int, Meta(ge=0, le=599, extra_json_schema={"enum": list(overrides.STATUSES)})] = OUTAGE_STATUS


class Limit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of a rate limit: at most *requests* messages in each *seconds* of business time, by sender."""

    requests: Annotated[int, Meta(ge=1, le=overrides.MOST_REQUESTS)]
    seconds: Annotated[float, Meta(ge=overrides.SHORTEST_WINDOW, le=overrides.LONGEST_WINDOW)] = 1.0
    burst: Annotated[int, Meta(ge=1, le=overrides.MOST_REQUESTS)] | None = None


class Listed(Struct, frozen=True, kw_only=True):
    """JSON form of one outcome in the catalogue."""

    name: str
    label: Bilingual
    does: Bilingual
    subjects: tuple[str, ...]
    answer: str
    receipts: tuple[str, ...] | None
    takes: tuple[str, ...]
    needs: tuple[str, ...]
    example: str


def routes() -> tuple[Route, ...]:
    """The routes for overrides."""
    now = {200: ResponseDoc(Bilingual("现有指令", "what is asked for now"), OverrideSet)}
    unfit = ResponseDoc(Bilingual("指令不成立", "the order makes no sense"), Refused)
    orders = {**now, 422: unfit}
    decide = {**orders, 409: ResponseDoc(Bilingual("为时已晚", "it is too late for that"), Refused)}
    return (
        _route("GET", "/orders", _orders, Bilingual("现有指令", "what is asked for now"), now),
        _route(
            "DELETE", "/orders", _without(overrides.take_back), Bilingual("撤销全部指令", "take everything back"), now
        ),
        _route("POST", "/decide", _decide, Bilingual("指定一份报文的结果", "decide this one"), decide, body=DecideThis),
        _route(
            "POST", "/next", _next, Bilingual("指定随后 n 份的结果", "outcomes of the next n"), orders, body=DecideNext
        ),
        _route("POST", "/outages", _add_outage, Bilingual("停机", "an outage"), orders, body=Down),
        _route("DELETE", "/outages", _without(overrides.end_outages), Bilingual("结束停机", "end all outages"), now),
        _route("PUT", "/rate-limit", _limit, Bilingual("限制流量", "limit the rate"), now, body=Limit),
        _route(
            "DELETE",
            "/rate-limit",
            _without(overrides.lift_rate_limit),
            Bilingual("取消限制", "take the limit away"),
            now,
        ),
        _route(
            "GET",
            "/outcomes",
            _outcomes,
            Bilingual("可指定的结果及保留测试值", "outcomes that can be asked for, and the reserved test values"),
            {200: ResponseDoc(Bilingual("目录", "the catalogue"), tuple[Listed, ...])},
        ),
    )


def _outcome(asked: Asking) -> Outcome:
    given: dict[str, object] = {name: value for name in PARTICULARS if (value := getattr(asked, name)) is not None}
    return overrides.outcome_of(asked.name, given)


def _orders(request: Request) -> Response:
    return json_response(request.tenant.overrides.control)


def _decide(request: Request) -> Response:
    wanted: DecideThis = request.body
    outcome = _outcome(wanted.outcome)
    overrides.decide_this(request.tenant, FACE, outcome, message_id=wanted.message_id, seq_no=wanted.seq_no)
    return _orders(request)


def _next(request: Request) -> Response:
    wanted: DecideNext = request.body
    outcome = _outcome(wanted.outcome)
    overrides.decide_next(
        request.tenant, FACE, outcome, wanted.count, enterprise=wanted.enterprise, message=wanted.message
    )
    return _orders(request)


def _add_outage(request: Request) -> Response:
    down: Down = request.body
    overrides.add_outage(request.tenant, FACE, since=down.since, until=down.until, status=down.status)
    return _orders(request)


def _limit(request: Request) -> Response:
    wanted: Limit = request.body
    overrides.limit_rate(request.tenant, FACE, wanted.requests, wanted.seconds, wanted.burst)
    return _orders(request)


def _without(take_away: Callable[[Tenant, Face], None]) -> Handler:
    def answer(request: Request) -> Response:
        take_away(request.tenant, FACE)
        return _orders(request)

    return answer


def _outcomes(request: Request) -> Response:
    return json_response([_listed(kind) for kind in CATALOGUE.values()])


def _listed(kind: OutcomeKind) -> Listed:
    return Listed(
        name=kind.name,
        label=kind.label,
        does=kind.does,
        subjects=kind.subjects,
        answer=kind.answer,
        receipts=kind.receipts,
        takes=kind.takes,
        needs=kind.needs,
        example=kind.example,
    )
