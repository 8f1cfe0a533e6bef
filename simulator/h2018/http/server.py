"""The HTTP server: finds the route, reads the request, refuses what does not fit, calls the handler, and answers.

Nothing is decided here.  Every answer carries ``X-Simulated: h2018``; bodies are bounded while they come in; no
traceback leaves the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, BinaryIO, cast

from msgspec import structs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site
from twisted.web.server import Request as TwistedRequest

from h2018.http import openapi, request_reading
from h2018.http.admission import Admission, refusal, unauthorised
from h2018.http.bounded import BoundedRequest
from h2018.http.connection import PatientChannel
from h2018.http.responding import busy_response, failed, fault, send, send_if_there
from h2018.http.routing import (
    Answered,
    Handler,
    HttpError,
    Middleware,
    Request,
    Response,
    Route,
    Webhook,
    error_response,
    http_error,
    matched,
    split,
)
from h2018.tenant.tenants import DEFAULT, Customs, NoSuchTenant, Tenant
from tempgoods_edi.apart.line import Busy
from tempgoods_edi.values import Bilingual

#: Seconds after which a connection that says nothing is closed.
IDLE = 60
#: Beyond so many bytes a body is read and decoded by a thread.
_AT_ONCE = 256 * 1024

_NOT_FOUND = Bilingual("没有这个地址", "there is nothing at this address")
_NO_METHOD = Bilingual("该地址不支持此方法", "this address does not know that method")
_TOO_LARGE = Bilingual("内容过大，最多 {limit} 字节", "the body is too large; at most {limit} bytes")


def site(
    customs: Customs,
    routes: tuple[Route, ...],
    reactor: IReactorTime,
    middleware: tuple[Middleware, ...] = (),
    admitted: Admission | None = None,
    webhooks: tuple[Webhook, ...] = (),
) -> Site:
    """Make the HTTP server of *customs*.

    :param routes: everything that is served, ``/openapi.json`` apart.
    :param middleware: what stands around each route, the outermost first.
    :param admitted: by which names it may be addressed, and its token; None takes this machine's names, and no token.
    :param webhooks: the requests that it makes itself, to be described.
    """
    admitted = admitted or Admission()
    every = (*routes, *openapi.routes(routes, webhooks, with_token=admitted.token is not None))
    limit = customs.config.max_body
    api = _Api(customs, every, limit, middleware, admitted, reactor)
    factory = partial(BoundedRequest, limit=limit, time=reactor)
    site: Any = Site(api, requestFactory=factory, timeout=IDLE, parsePOSTFormSubmission=False, reactor=reactor)
    site.protocol = PatientChannel
    return cast("Site", site)


class _Instead(Exception):
    """A response that is given without asking the route."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.code)
        self.response = response


class _Api(Resource):
    """The routes as Twisted wants them (a subclass, because that is how Twisted is told)."""

    isLeaf = True

    def __init__(
        self,
        customs: Customs,
        routes: tuple[Route, ...],
        max_body: int,
        middleware: tuple[Middleware, ...],
        admitted: Admission,
        time: IReactorTime,
    ) -> None:
        Resource.__init__(self)  # not super(): only so can a call into untyped Twisted be told as such
        self._customs, self._max_body, self._admitted, self._time = customs, max_body, admitted, time
        # Found at once by the whole path, or, for an address with a name in it, among those of as many steps.
        self._fixed: dict[tuple[str, ...], list[tuple[tuple[str, ...], Route, Handler]]] = {}
        self._named: dict[int, list[tuple[tuple[str, ...], Route, Handler]]] = {}
        for route in routes:
            steps = route.steps
            alike = self._named.setdefault(len(steps), []) if "{" in route.path else self._fixed.setdefault(steps, [])
            alike.append((steps, route, _wrapped(route, middleware)))

    def render(self, incoming: TwistedRequest) -> int:
        """Answer, whatever happens."""
        answered = self._answered(incoming)
        if isinstance(answered, Response):
            send(incoming, answered, self._time)
        else:
            answered.addErrback(partial(failed, incoming))
            gone = incoming.notifyFinish()
            gone.addErrback(lambda _: answered.cancel())
            answered.addCallback(partial(send_if_there, incoming, self._time))
        return NOT_DONE_YET

    def _answered(self, incoming: TwistedRequest) -> Answered:
        try:
            return self._routed(incoming)
        except _Instead as instead:
            return instead.response
        except HttpError as refusal:
            return error_response(refusal)
        except Busy as busy:
            return busy_response(busy)
        except Exception as error:  # noqa: BLE001 - whatever it was, the client gets no traceback and the server goes on
            return fault(incoming, Failure(), error)

    def _routed(self, incoming: TwistedRequest) -> Answered:
        method, headers = incoming.method.decode("ascii", "replace"), _headers(incoming)
        hosts = [each.decode("latin-1") for each in incoming.requestHeaders.getRawHeaders(b"host", [])]
        not_admitted = refusal(self._admitted, method, hosts, headers, getattr(incoming.getHost(), "host", ""))
        if not_admitted is not None:
            raise not_admitted
        path = split(incoming.path.decode("ascii", "replace"))
        tenant, prefixed = DEFAULT, len(path) > 2 and path[0] == "t"
        if prefixed:
            tenant, path = path[1], path[2:]
        candidates: list[tuple[tuple[str, ...], Route, Handler]] = [
            *self._fixed.get(path, ()),
            *self._named.get(len(path), ()),
        ]
        found = [
            (route, handler, names)
            for steps, route, handler in candidates
            if (route.tenants or not prefixed) and (names := matched(steps, path)) is not None
        ]
        if not found:
            raise HttpError(404, _NOT_FOUND)
        for route, handler, names in found:
            if route.method == ("GET" if method == "HEAD" else method):
                without_token = unauthorised(self._admitted, route, headers)
                if without_token is not None:
                    raise without_token
                request = self._request(incoming, route, names, self._tenant(tenant), headers)
                whole = self._with_body(incoming, route, request)
                return handler(whole) if isinstance(whole, Request) else whole.addCallback(handler)
        raise HttpError(405, _NO_METHOD, headers={"Allow": ", ".join(sorted({route.method for route, _, _ in found}))})

    def _tenant(self, tenant: str) -> Tenant:
        try:
            return self._customs.tenant(tenant)
        except NoSuchTenant as error:
            raise http_error(error, 404) from error

    def _request(
        self, incoming: TwistedRequest, route: Route, names: dict[str, str], tenant: Tenant, headers: Mapping[str, str]
    ) -> Request:
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        return Request(
            tenant=tenant,
            names=request_reading.fitted(names, route.names or dict[str, str], "path", code=404),
            query=None if route.query is None else request_reading.query(incoming.args or {}, route.query),
            media=media,
            headers=headers,
            peer=getattr(incoming.getClientAddress(), "host", ""),
            path=incoming.path.decode("ascii", "replace"),
        )

    def _with_body(self, incoming: TwistedRequest, route: Route, request: Request) -> Request | Deferred[Request]:
        """*request* with its body; a large one lies in a file, and is read from there by a thread."""
        if route.body is None:
            return request
        size, most = getattr(incoming, "received", 0), self._max_body if route.most is None else route.most
        if size > most and route.too_large is not None:
            raise _Instead(route.too_large(size, most))
        if size > most:
            raise HttpError(413, _TOO_LARGE.format(limit=most))
        request_reading.plain(incoming.getHeader("content-encoding"))
        content = incoming.content
        if content is None or size <= _AT_ONCE:
            return _read(content, route, request)
        return request.tenant.workers.in_thread(_read, content, route, request)


def _read(content: BinaryIO | None, route: Route, request: Request) -> Request:
    data = b"" if content is None else content.read()
    return structs.replace(request, body=request_reading.body(data, route, request.media))


def _wrapped(route: Route, middleware: tuple[Middleware, ...]) -> Handler:
    handler = route.handler
    for each in reversed(middleware):
        handler = _inside(each, route, handler)
    return handler


def _inside(middleware: Middleware, route: Route, handler: Handler) -> Handler:
    return lambda request: middleware(route, request, handler)


def _headers(incoming: TwistedRequest) -> dict[str, str]:
    """The headers by lower-case name; of one given twice the last."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in incoming.requestHeaders.getAllRawHeaders()
    }
