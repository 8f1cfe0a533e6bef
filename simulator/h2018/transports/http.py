"""Serves tables of routes over HTTP: finds the route, reads what was asked, refuses what does not fit, answers.

Nothing is decided here.  Every answer carries ``X-Simulated: h2018``; bodies are bounded while they come in; no
traceback leaves the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any

import msgspec
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from h2018.transports import openapi
from h2018.transports.routing import (
    JSON,
    XML,
    Answered,
    Around,
    Ask,
    Asked,
    Refusal,
    Reply,
    Response,
    Route,
    Wire,
    refused,
    refusing,
    split,
    told,
)
from h2018.worlds import DEFAULT, Customs, NoSuchWorld, World
from tempgoods_edi.values import Bilingual

__all__ = [
    "JSON",
    "XML",
    "Answered",
    "Around",
    "Ask",
    "Asked",
    "Refusal",
    "Reply",
    "Response",
    "Route",
    "Wire",
    "refused",
    "refusing",
    "site",
    "told",
]

#: How much of a body that is too large is still read, so that an ordinary client gets to see the answer (bytes).
_PATIENCE = 16 * 1024 * 1024
#: Seconds after which a connection that says nothing is closed.
_IDLE = 60
_CUT_OFF = b"HTTP/1.1 413 Request Entity Too Large\r\nX-Simulated: h2018\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#: What curl and browsers say when nobody told them what they send.
_ANY_MEDIA = frozenset({"", "application/octet-stream", "application/x-www-form-urlencoded"})
_SAFE = frozenset({"GET", "HEAD"})
_LONGEST_WHY = 300

_NOT_FOUND = Bilingual("没有这个地址", "there is nothing at this address")
_NO_METHOD = Bilingual("该地址不支持此方法", "this address does not know that method")
_NO_MEDIA = Bilingual("不接受此内容类型，应为 {media}", "this content type is not taken; send {media}")
_TOO_LARGE = Bilingual("内容过大，最多 {limit} 字节", "the body is too large; at most {limit} bytes")
_NO_BODY = Bilingual("缺少内容", "a body is needed")
_TWICE = Bilingual("参数 {name} 重复", "{name} is given twice")
_UNFIT = Bilingual("{where}：{why}", "{where}: {why}")
_CROSS_SITE = Bilingual("不接受其他网站发来的请求", "requests from other web sites are not taken")
_OUR_FAULT = Bilingual("模拟器内部错误，已记录", "a fault of the simulator; it was logged")

_log = Logger()


def site(
    customs: Customs, routes: tuple[Route, ...], reactor: IReactorTime, around: tuple[Around, ...] = ()
) -> Site:
    """The HTTP server of *customs*.

    :param routes: everything that is served; ``/openapi.json`` is added.
    :param around: what stands around each route, the outermost first.
    """
    every = (*routes, *openapi.routes(routes))
    limit = customs.config.max_body
    api = _Api(customs, every, limit, around)
    factory = partial(_BoundedRequest, limit=limit)
    return Site(api, requestFactory=factory, timeout=_IDLE, parsePOSTFormSubmission=False, reactor=reactor)


class _Instead(Exception):
    """A response that is given without asking the route."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.code)
        self.response = response


class _Api(Resource):
    """The routes as Twisted wants them (a subclass, because that is how Twisted is told)."""

    isLeaf = True

    def __init__(self, customs: Customs, routes: tuple[Route, ...], max_body: int, around: tuple[Around, ...]) -> None:
        Resource.__init__(self)  # not super(): only so can a call into untyped Twisted be told as such
        self._customs, self._max_body = customs, max_body
        self._asks = tuple((route, _wrapped(route, around)) for route in routes)

    def render(self, request: Request) -> int:
        """Answer, whatever happens."""
        answered = self._answered(request)
        if isinstance(answered, Response):
            _send(request, answered)
        else:
            answered.addErrback(partial(_failed, request))
            gone = request.notifyFinish()
            gone.addErrback(lambda _: answered.cancel())
            answered.addCallback(partial(_send_if_there, request))
        return NOT_DONE_YET

    def _answered(self, request: Request) -> Answered:
        try:
            return self._routed(request)
        except _Instead as instead:
            return instead.response
        except Refusal as refusal:
            return refused(refusal)
        except Exception:  # noqa: BLE001 - whatever it was, the client gets no traceback and the server goes on
            _log.failure("{method} {uri} failed", method=request.method, uri=request.uri)
            return refused(Refusal(500, _OUR_FAULT))

    def _routed(self, request: Request) -> Answered:
        path = split(request.path.decode("ascii", "replace"))
        tenant, prefixed = DEFAULT, len(path) > 2 and path[0] == "t"
        if prefixed:
            tenant, path = path[1], path[2:]
        found = [
            (route, ask, names)
            for route, ask in self._asks
            if (route.tenants or not prefixed) and (names := route.match(path)) is not None
        ]
        if not found:
            raise Refusal(404, _NOT_FOUND)
        method = request.method.decode("ascii", "replace")
        for route, ask, names in found:
            if route.method == ("GET" if method == "HEAD" else method):
                if method not in _SAFE and _header(request, "sec-fetch-site") == "cross-site":
                    raise Refusal(403, _CROSS_SITE)
                return ask(self._asked(request, route, names, self._world(tenant)))
        raise Refusal(405, _NO_METHOD, headers={"Allow": ", ".join(sorted({route.method for route, _, _ in found}))})

    def _world(self, tenant: str) -> World:
        try:
            return self._customs.world(tenant)
        except NoSuchWorld as error:
            raise refusing(error, 404) from error

    def _asked(self, request: Request, route: Route, names: dict[str, str], world: World) -> Asked:
        media = _header(request, "content-type").partition(";")[0].strip().lower()
        return Asked(
            world=world,
            names=names if route.names is None else _fit(names, route.names, "path", code=404),
            query=None if route.query is None else _query(request, route.query),
            body=None if route.body is None else self._body(request, route, media),
            media=media,
            headers={
                name.decode("latin-1").lower(): values[-1].decode("latin-1")
                for name, values in request.requestHeaders.getAllRawHeaders()
            },
            peer=getattr(request.getClientAddress(), "host", ""),
            path=request.path.decode("ascii", "replace"),
        )

    def _body(self, request: Request, route: Route, media: str) -> Any:
        size, most = getattr(request, "received", 0), self._max_body if route.most is None else route.most
        if size > most and route.too_large is not None:
            raise _Instead(route.too_large(size, most))
        if size > most:
            raise Refusal(413, _TOO_LARGE.format(limit=most))
        data = b"" if request.content is None else request.content.read()
        if not data:
            if route.needs_body and route.body is not bytes:
                raise Refusal(400, _NO_BODY)
            return b"" if route.body is bytes else None
        if media not in route.media and not (route.body is bytes and media in _ANY_MEDIA):
            raise Refusal(415, _NO_MEDIA.format(media=", ".join(route.media)))
        if route.body is bytes:
            return data
        try:
            return msgspec.json.decode(data, type=route.body)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise _unfit("body", error) from error


def _wrapped(route: Route, around: tuple[Around, ...]) -> Ask:
    ask = route.answer
    for each in reversed(around):
        ask = partial(each, route, ask=ask)
    return ask


def _query(request: Request, wanted: Any) -> Any:
    args: Mapping[bytes, list[bytes]] = request.args or {}
    given: dict[str, str] = {}
    for name, values in args.items():
        if len(values) > 1:
            raise Refusal(400, _TWICE.format(name=name.decode("utf-8", "replace")))
        given[name.decode("utf-8", "replace")] = values[0].decode("utf-8", "replace")
    return _fit(given, wanted, "query")


def _fit(given: Mapping[str, str], wanted: Any, where: str, code: int = 400) -> Any:
    try:
        return msgspec.convert(given, wanted, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise _unfit(where, error, code) from error


def _unfit(where: str, error: Exception, code: int = 400) -> Refusal:
    return Refusal(code, _UNFIT.format(where=where, why=str(error)[:_LONGEST_WHY]))


def _header(request: Request, name: str) -> str:
    return request.getHeader(name) or ""


def _send(request: Request, response: Response) -> None:
    if response.raw is not None:
        response.raw(_Wire(request))
        return
    request.setResponseCode(response.code)
    headers = {"Content-Type": response.content_type, "X-Simulated": "h2018", **response.headers}
    if response.code == 204:
        del headers["Content-Type"]
    else:
        headers["Content-Length"] = str(len(response.body))
    for name, value in headers.items():
        request.setHeader(name, value)
    request.write(response.body)
    request.finish()


def _send_if_there(request: Request, response: Response) -> None:
    # A client that has gone leaves a request that nothing can be written to.
    if request.channel is not None and not getattr(request, "_disconnected", False):
        _send(request, response)


def _failed(request: Request, failure: Failure) -> Response:
    if isinstance(failure.value, Refusal):
        return refused(failure.value)
    _log.failure("{method} {uri} failed", failure, method=request.method, uri=request.uri)
    return refused(Refusal(500, _OUR_FAULT))


class _Wire:
    """The connection of one request, for a response that writes itself."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._transport: Any = request.channel.transport

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._transport.write(data)

    def close(self) -> None:
        """End the connection in order."""
        self._transport.loseConnection()

    def abort(self) -> None:
        """End it at once."""
        self._transport.abortConnection()

    def on_lost(self, call: Callable[[], None]) -> None:
        """Have *call* made when the client is gone."""
        lost: Deferred[None] = self._request.notifyFinish()
        lost.addErrback(lambda _: call())


class _BoundedRequest(Request):
    """A request that stops keeping its body beyond a limit (a subclass, because that is where Twisted reads it).

    :ivar received: bytes of the body so far, or as announced.
    """

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        Request.__init__(self, *args, **kwargs)
        self._limit = limit
        self._cut_off = False
        self.received = 0

    def gotLength(self, length: int | None) -> None:
        """An announced length that is too large is not even prepared for."""
        if length is not None and length > self._limit:
            self.content = BytesIO()
        else:
            Request.gotLength(self, length)

    def handleContentChunk(self, data: bytes) -> None:
        """Keep what fits; read on for a while without keeping; then close."""
        self.received += len(data)
        if self.received <= self._limit:
            Request.handleContentChunk(self, data)
        elif self.received > self._limit + _PATIENCE and not self._cut_off:
            self._cut_off = True
            self.transport.write(_CUT_OFF)
            self.channel.loseConnection()
