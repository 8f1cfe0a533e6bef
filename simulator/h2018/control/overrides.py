"""What testers ask for: this one, the next n, outages, the rate limit; and the catalogue of what can be asked."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace

from h2018.cases import Approve, Case, OfficerDecision, Reason, Return
from h2018.control.telling import note
from h2018.control.tenant import Instant
from h2018.decisions.review import DECIDABLE
from h2018.http.routing import HttpError, Refused, Request, Response, ResponseDoc, Route, json_response
from h2018.setup_files.durations import LONGEST
from h2018.steering.control import Control, Next, ThisOne
from h2018.steering.gate import OUTAGE_STATUS, Outage, RateLimit
from h2018.steering.outcomes import CATALOGUE, Kind, Outcome, ground, problems
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

_MOST_ORDERS = 1000
_OFFICER = "control"

_UNKNOWN = Bilingual("{name}：没有“{value}”", "{name}: there is no “{value}”")
_NOT_TAKEN = Bilingual("“{outcome}”不使用 {name}", "“{outcome}” does not take {name}")
_NEEDED = Bilingual("“{outcome}”需要 {name}", "“{outcome}” needs {name}")
_WHICH = Bilingual("请给出 message_id 或 seq_no", "give message_id or seq_no")
_TOO_LATE = Bilingual("申报已在等待人工审核，不能再“{outcome}”", "it waits for an officer already: too late for “{outcome}”")
_TOO_MANY = Bilingual("指令过多，最多 {n} 条", "too many orders; at most {n}")

Text = Annotated[str, Meta(min_length=1, max_length=200)]
Name = Annotated[str, Meta(min_length=1, max_length=128)]


class Asking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outcome, by its name in the catalogue, with the particulars it takes."""

    name: Annotated[str, Meta(max_length=32, extra_json_schema={"enum": list(CATALOGUE)})]
    delay: Annotated[float, Meta(ge=0, le=LONGEST, description="seconds of business time")] | None = None
    rule: Annotated[str, Meta(max_length=32, description="id of the rule given as the ground")] | None = None
    path: Text | None = None
    note: Text | None = None
    code: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


class DecideThis(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one message, or the declaration of one pre-entry number, is to have; whether it is here yet or not."""

    outcome: Asking
    message_id: Name | None = None
    seq_no: Name | None = None


class DecideNext(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the next *count* messages are to have: all, or an enterprise's, or those of one type."""

    outcome: Asking
    count: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    enterprise: Name | None = None
    message: Annotated[str, Meta(pattern="^TMP[0-9]{3}$")] | None = None


class Down(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Customs is down; *status* 0 breaks the connection instead of answering."""

    since: Instant | None = None
    until: Instant | None = None
    status: Annotated[int, Meta(ge=0, le=599, extra_json_schema={"enum": [0, *range(500, 600)]})] = OUTAGE_STATUS


class Limit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At most *requests* messages in each *seconds* of business time, by sender."""

    requests: Annotated[int, Meta(ge=1, le=1_000_000)]
    seconds: Annotated[float, Meta(ge=0.001, le=86400)] = 1.0
    burst: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class Listed(Struct, frozen=True, kw_only=True):
    """One outcome of the catalogue."""

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
    """The addresses."""
    now = {200: ResponseDoc(text=Bilingual("现有指令", "what is asked for now"), kind=Control)}
    unfit = ResponseDoc(text=Bilingual("指令不成立", "the order makes no sense"), kind=Refused)
    orders = {**now, 422: unfit}
    decide = {**orders, 409: ResponseDoc(text=Bilingual("为时已晚", "it is too late for that"), kind=Refused)}
    return (
        _route("GET", "orders", _overrides, Bilingual("现有指令", "what is asked for now"), now),
        _route("DELETE", "orders", _forget, Bilingual("撤销全部指令", "take everything back"), now),
        _route("POST", "decide", _decide, Bilingual("指定一份报文的结果", "decide this one"), decide, DecideThis),
        _route("POST", "next", _next, Bilingual("指定随后 n 份的结果", "outcomes of the next n"), orders, DecideNext),
        _route("POST", "outages", _outage, Bilingual("停机", "an outage"), orders, Down),
        _route("DELETE", "outages", _up, Bilingual("结束停机", "end all outages"), now),
        _route("PUT", "rate-limit", _limit, Bilingual("限制流量", "limit the rate"), now, Limit),
        _route("DELETE", "rate-limit", _unlimited, Bilingual("取消限制", "take the limit away"), now),
        _route(
            "GET",
            "outcomes",
            _outcomes,
            Bilingual("可指定的结果及保留测试值", "outcomes that can be asked for, and the reserved test values"),
            {200: ResponseDoc(text=Bilingual("目录", "the catalogue"), kind=tuple[Listed, ...])},
        ),
    )


def _route(
    method: str, path: str, answer: Any, summary: Bilingual, responses: dict[int, ResponseDoc], body: Any = None
) -> Route:
    return Route(
        method=method, path=f"/control/{path}", handler=answer, tag="steering", summary=summary, responses=responses, body=body
    )


def outcome_of(request: Asking) -> Outcome:
    """The outcome that is asked for; raises `HttpError` for one that makes no sense."""
    kind = CATALOGUE.get(request.name)
    if kind is None:
        raise HttpError(400, _UNKNOWN.format(name="outcome", value=request.name))
    particulars = {name: getattr(request, name) for name in ("delay", "rule", "path", "note", "code")}
    given = {name: value for name, value in particulars.items() if value is not None}
    for name in given:
        if name not in kind.takes:
            raise HttpError(422, _NOT_TAKEN.format(outcome=kind.name, name=name))
    for needed in kind.needs:
        if needed not in given:
            raise HttpError(422, _NEEDED.format(outcome=kind.name, name=needed))
    if request.rule is not None and request.rule not in problems():
        raise HttpError(422, _UNKNOWN.format(name="rule", value=request.rule))
    return Outcome(name=kind.name, **given)


def _overrides(request: Request) -> Response:
    return json_response(request.tenant.overrides.control)


def _forget(request: Request) -> Response:
    return _change(request, Control(), Bilingual("撤销全部指令", "everything that was asked for is taken back"))


def _decide(request: Request) -> Response:
    wanted: DecideThis = request.body
    if wanted.message_id is None and wanted.seq_no is None:
        raise HttpError(422, _WHICH)
    tenant, outcome = request.tenant, outcome_of(wanted.outcome)
    text = Bilingual("指定 {which} 的结果：{outcome}", "{which} is to be: {outcome}")
    which = " ".join(filter(None, (wanted.message_id, wanted.seq_no)))
    case = _waiting(tenant, wanted)
    if case is not None:
        decision = _officers(outcome)
        said = text.format(which=which, outcome=outcome.text)
        note(tenant, said.zh, said.en, seq_no=case.seq_no)
        tenant.decide(case.seq_no, decision, _OFFICER)
        return _overrides(request)
    control = tenant.overrides.control
    this = ThisOne(outcome=outcome, message_id=wanted.message_id, seq_no=wanted.seq_no)
    changed = replace(control, these=(*control.these, this))
    return _change(request, changed, text.format(which=which, outcome=outcome.text))


def _waiting(tenant: Tenant, wanted: DecideThis) -> Case | None:
    """The case that is meant, when it waits for a decision that comes by nothing else."""
    seq_no = wanted.seq_no
    if seq_no is None and wanted.message_id is not None:
        lines = tenant.store.page(wanted.message_id, newest_first=True).lines
        seq_no = next((each.seq_no for each in lines if each.seq_no is not None), None)
    case = tenant.store.case(seq_no)
    if case is None or case.state not in DECIDABLE or tenant.store.timers.about(case.seq_no):
        return None
    return case if wanted.message_id in (None, case.message_id) else None


def _officers(outcome: Outcome) -> OfficerDecision:
    """What an officer would decide to the same effect; raises `HttpError` for what none can."""
    if outcome.delay is None and outcome.name in ("approve", "manual_approve"):
        return Approve(note=outcome.note or "")
    if outcome.delay is None and outcome.name in ("reject", "manual_reject"):
        found = ground(outcome)
        return Return(reasons=(Reason(path=found.path, text=f"[{found.rule}] {found.text.zh}"),))
    raise HttpError(409, _TOO_LATE.format(outcome=outcome.text))


def _next(request: Request) -> Response:
    wanted: DecideNext = request.body
    outcome, control = outcome_of(wanted.outcome), request.tenant.overrides.control
    each = Next(outcome=outcome, left=wanted.count, enterprise=wanted.enterprise, message=wanted.message)
    text = Bilingual("指定随后 {n} 份的结果：{outcome}", "the next {n} are to be: {outcome}")
    return _change(
        request, replace(control, next=(*control.next, each)), text.format(n=wanted.count, outcome=outcome.text)
    )


def _outage(request: Request) -> Response:
    down: Down = request.body
    if down.since is not None and down.until is not None and down.until <= down.since:
        raise HttpError(422, Bilingual("结束早于开始", "it ends before it begins"))
    control = request.tenant.overrides.control
    outage = Outage(since=down.since, until=down.until, status=down.status or None)
    return _change(request, replace(control, outages=(*control.outages, outage)), Bilingual("停机", "an outage"))


def _up(request: Request) -> Response:
    return _change(request, replace(request.tenant.overrides.control, outages=()), Bilingual("结束停机", "outages end"))


def _limit(request: Request) -> Response:
    wanted: Limit = request.body
    limit = RateLimit(requests=wanted.requests, seconds=wanted.seconds, burst=wanted.burst)
    text = Bilingual("每 {seconds} 秒至多 {requests} 份", "at most {requests} in {seconds} s")
    return _change(
        request,
        replace(request.tenant.overrides.control, rate_limit=limit),
        text.format(seconds=limit.seconds, requests=limit.requests),
    )


def _unlimited(request: Request) -> Response:
    return _change(
        request, replace(request.tenant.overrides.control, rate_limit=None), Bilingual("取消流量限制", "the rate is not limited")
    )


def _change(request: Request, control: Control, text: Bilingual) -> Response:
    if max(len(control.these), len(control.next), len(control.outages)) > _MOST_ORDERS:
        raise HttpError(422, _TOO_MANY.format(n=_MOST_ORDERS))
    with request.tenant.store.transaction():
        request.tenant.overrides.control = control
        note(request.tenant, text.zh, text.en)
    return _overrides(request)


def _outcomes(request: Request) -> Response:
    return json_response([_listed(kind) for kind in CATALOGUE.values()])


def _listed(kind: Kind) -> Listed:
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
