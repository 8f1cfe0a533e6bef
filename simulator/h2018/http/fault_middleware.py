"""Fault middleware: wraps the routes of messages and receipts and applies the faults that the plan says.

``intake`` strikes before anything is done with a message, ``answer`` when it is dealt with, ``pull`` when receipts are
fetched.  Messages are known by their message_id, pulls by who pulls: so a plan strikes the same ones in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from math import ceil
from types import MappingProxyType

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.task import deferLater
from twisted.web.http import RESPONSES

from h2018.faults.kinds import Step
from h2018.faults.live import FaultsInForce
from h2018.faults.plan import Fault, Item
from h2018.faults.spoiling import spoil, trickle, wait
from h2018.http.routing import (
    XML,
    Answered,
    Handler,
    Middleware,
    RawConnection,
    Request,
    Response,
    Route,
    json_response,
)
from h2018.message_head import head_field
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

#: Addresses that faults strike at, with the step.
STEPS: Mapping[tuple[str, str], Step] = MappingProxyType(
    {("POST", "/v1/messages"): "intake", ("GET", "/v1/receipts"): "pull", ("GET", "/v1/receipts/{sequence}"): "pull"}
)

_PLACEHOLDER = b'<?xml version="1.0" encoding="UTF-8"?><CommonResponeMessage/>'
_SIMULATED = Bilingual("模拟故障：{name}", "simulated fault: {name}")
#: Beyond so many bytes it is hashed in a thread.
_AT_ONCE = 256 * 1024


def fault_middleware(faults_of: Callable[[Tenant], FaultsInForce], reactor: IReactorTime) -> Middleware:
    """Make the middleware that injects faults; the innermost one, so that outages and limits come first."""

    def meet(route: Route, request: Request, handler: Handler) -> Answered:
        step = STEPS.get((route.method, route.path))
        if step is None:
            return handler(request)
        faults = faults_of(request.tenant)
        if faults.idle:
            return handler(request)
        if step == "pull":
            fault = faults.strike("pull", _pull(request), each_time=True)
            return handler(request) if fault is None else _pulled(fault, request, handler, reactor)
        body = request.body if isinstance(request.body, bytes) else b""
        if len(body) <= _AT_ONCE:
            return _posted(faults, item_of(body), request, handler, reactor)
        finding: Deferred[Item] = request.tenant.workers.in_thread(item_of, body)
        return finding.addCallback(lambda item: _posted(faults, item, request, handler, reactor))

    return meet


def item_of(body: bytes) -> Item:
    """The item that a fault plan matches: message_id, type and sender of a message; a ZIP has a digest instead.

    >>> item_of(b"<EnvelopInfo><message_id>M1</message_id><message_type>TMP101</message_type>").key
    'M1'
    """
    key = head_field(body, "message_id") or f"sha256:{sha256(body).hexdigest()}"
    return Item(key=key, message=head_field(body, "message_type"), enterprise=head_field(body, "sender_id"))


def _pull(request: Request) -> Item:
    recipient = getattr(request.query, "recipient", None)
    return Item(key=f"pull:{recipient or '*'}", enterprise=recipient)


def _posted(faults: FaultsInForce, item: Item, request: Request, handler: Handler, reactor: IReactorTime) -> Answered:
    fault = faults.strike("intake", item)
    if fault is not None and fault.kind == "slow":
        later: Deferred[Response] = deferLater(reactor, wait(fault)).addCallback(lambda _none: handler(request))
        return later.addCallback(lambda response: _slowly(fault, response, reactor, waited=True))
    if fault is not None:
        return struck(fault, Response(200, _PLACEHOLDER, XML), reactor)
    return _then(handler(request), lambda response: _answered(faults, item, response, reactor))


def _answered(faults: FaultsInForce, item: Item, response: Response, reactor: IReactorTime) -> Response:
    fault = faults.strike("answer", item, response.body)
    return response if fault is None else struck(fault, response, reactor)


def _pulled(fault: Fault, request: Request, handler: Handler, reactor: IReactorTime) -> Answered:
    if fault.kind in ("slow", "truncated", "garbage", "empty"):
        return _then(handler(request), lambda response: struck(fault, response, reactor))
    return struck(fault, Response(200), reactor)


def _then(answered: Answered, call: Callable[[Response], Response]) -> Answered:
    return answered.addCallback(call) if isinstance(answered, Deferred) else call(answered)


def struck(fault: Fault, response: Response, reactor: IReactorTime) -> Response:
    """*response* after *fault* was applied to it."""
    parameters = fault.parameters
    match fault.kind:
        case "refuse":
            return _raw(response, lambda wire: wire.close())
        case "reset":
            return _raw(response, lambda wire: wire.abort())
        case "hang":
            return _raw(response, lambda _wire: None)
        case "error" | "outage":
            return _refused(fault, parameters.status or 500)
        case "too_many":
            return _refused(fault, 429)
        case "slow":
            return _slowly(fault, response, reactor)
        case "truncated":
            return _raw(response, partial(_break_off, spoil(fault, response.body), response))
        case "empty" | "garbage":
            return Response(200, spoil(fault, response.body), response.content_type)
    return Response(response.code, spoil(fault, response.body), response.content_type, response.headers)


def _refused(fault: Fault, status: int) -> Response:
    seconds = fault.parameters.retry_after
    headers = {} if seconds is None else {"Retry-After": str(ceil(seconds))}
    return json_response({"error": _SIMULATED.format(name=fault.about.label)}, status, headers)


def _raw(response: Response, write: Callable[[RawConnection], None]) -> Response:
    return Response(response.code, raw=write)


def _break_off(part: bytes, response: Response, wire: RawConnection) -> None:
    wire.write(_head(response) + part)
    wire.close()


def _slowly(fault: Fault, response: Response, reactor: IReactorTime, *, waited: bool = False) -> Response:
    return _raw(response, partial(_trickle, fault, response, reactor, waited))


def _trickle(fault: Fault, response: Response, reactor: IReactorTime, waited: bool, wire: RawConnection) -> None:
    """Write *response* piece by piece, each at its time, until the client has it or is gone."""
    pieces = iter(trickle(fault, response.body))
    calls: list[IDelayedCall] = []
    at = 0

    def go_on() -> None:
        piece = next(pieces, None)
        if piece is None:
            wire.close()
        else:
            seconds = 0.0 if waited and not at else piece.seconds
            calls[:] = [reactor.callLater(seconds, write, piece.size)]

    def write(size: int) -> None:
        nonlocal at
        wire.write((b"" if at else _head(response)) + response.body[at : at + size])
        at += size
        go_on()

    def stop() -> None:
        for call in calls:
            if call.active():
                call.cancel()

    wire.on_lost(stop)
    go_on()


def _head(response: Response) -> bytes:
    """Status line and headers; the length is that of the whole body."""
    reason = RESPONSES.get(response.code, b"").decode("ascii")
    lines = [
        f"HTTP/1.1 {response.code} {reason}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        "X-Simulated: h2018",
        "Connection: close",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
