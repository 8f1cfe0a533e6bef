"""Stands before the declarants' addresses: during an outage nobody gets in, and nobody too often."""

from __future__ import annotations

from h2018.http.routing import Answered, Ask, Asked, Refusal, Response, Route
from h2018.message_head import told
from h2018.steering.gate import TOO_MANY
from tempgoods_edi.values import Bilingual

_DOWN = Bilingual("系统停机（控制接口指定）", "down, as the control interface asked")
_SLOWER = Bilingual("请求过多，请稍后再发", "too many requests; send again later")


def gate(route: Route, asked: Asked, ask: Ask) -> Answered:
    """An `Around`: outages for every gated route, the rate limit for messages."""
    if not route.gated:
        return ask(asked)
    sender = _sender(asked) if isinstance(asked.body, bytes) else None
    admission = asked.world.orders.admission(asked.world.clock.now(), sender)
    if admission.status is None:
        return ask(asked)
    if not admission.status:
        return Response(503, raw=lambda wire: wire.abort())
    headers = {} if admission.retry_after is None else {"Retry-After": str(admission.retry_after)}
    raise Refusal(admission.status, _SLOWER if admission.status == TOO_MANY else _DOWN, headers=headers)


def _sender(asked: Asked) -> str:
    """Who cannot be read is known by address."""
    return told(asked.body, "sender_id") or asked.peer
