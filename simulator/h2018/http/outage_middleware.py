"""Outage middleware: refuses declarants' requests during an outage and beyond the rate limit."""

from __future__ import annotations

from h2018.http.routing import Answered, Handler, HttpError, Request, Response, Route
from h2018.message_head import head_field
from h2018.steering.gate import TOO_MANY
from tempgoods_edi.values import Bilingual

_DOWN = Bilingual("系统停机（控制接口指定）", "down, as the control interface asked")
_SLOWER = Bilingual("请求过多，请稍后再发", "too many requests; send again later")


def outage_middleware(route: Route, request: Request, handler: Handler) -> Answered:
    """A `Middleware` that applies outages to every gated route and the rate limit to messages."""
    if not route.gated:
        return handler(request)
    sender = _sender(request) if isinstance(request.body, bytes) else None
    admission = request.tenant.overrides.admission(request.tenant.clock.now(), sender)
    if admission.status is None:
        return handler(request)
    if not admission.status:
        return Response(503, raw=lambda wire: wire.abort())
    headers = {} if admission.retry_after is None else {"Retry-After": str(admission.retry_after)}
    raise HttpError(admission.status, _SLOWER if admission.status == TOO_MANY else _DOWN, headers=headers)


def _sender(request: Request) -> str:
    """Who cannot be read is known by address."""
    return head_field(request.body, "sender_id") or request.peer
