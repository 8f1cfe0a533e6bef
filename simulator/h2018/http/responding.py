"""Sends responses: headers and bodies, whole or in pieces; a failure becomes a response without a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.server import Request as TwistedRequest

from h2018.http.routing import HttpError, Response, error_response
from h2018.http.streaming import send_pieces
from tempgoods_edi.apart.line import Busy
from tempgoods_edi.databases import RETRY_AFTER, trouble
from tempgoods_edi.values import Bilingual

_OUR_FAULT = Bilingual("模拟器内部错误，已记录", "a fault of the simulator; it was logged")

_log = Logger()


def send(incoming: TwistedRequest, response: Response, time: IReactorTime) -> None:
    """Send *response*, at once or piece by piece."""
    if response.raw is not None:
        response.raw(_Wire(incoming))
        return
    incoming.setResponseCode(response.code)
    headers = {"Content-Type": response.content_type, "X-Simulated": "h2018", **response.headers}
    pieces = response.pieces
    if response.code == 204:
        del headers["Content-Type"]
    else:
        headers["Content-Length"] = str(len(response.body) if pieces is None else pieces.size)
    for name, value in headers.items():
        incoming.setHeader(name, value)
    if pieces is not None and incoming.method != b"HEAD":
        send_pieces(incoming, pieces, time)
        return
    incoming.write(response.body)
    incoming.finish()


def send_if_there(incoming: TwistedRequest, time: IReactorTime, response: Response) -> None:
    """Send *response*, unless the client has gone."""
    # A client that has gone leaves a request that nothing can be written to.
    if not getattr(incoming, "_disconnected", False):
        send(incoming, response, time)


def failed(incoming: TwistedRequest, failure: Failure) -> Response:
    """The response to a request whose handler failed."""
    if isinstance(failure.value, HttpError):
        return error_response(failure.value)
    if isinstance(failure.value, Busy):
        return busy_response(failure.value)
    if failure.check(CancelledError):
        return Response(499)
    return fault(incoming, failure, failure.value)


def fault(incoming: TwistedRequest, failure: Failure, error: BaseException | None) -> Response:
    """The response to a fault of ours, which is logged."""
    away = trouble(error)
    if away is not None:
        # Without a traceback: it says all there is, and may come with every request.
        _log.warn("{why}", why=away.en)
        return error_response(HttpError(503, away, headers={"Retry-After": str(RETRY_AFTER)}))
    _log.failure("{method} {uri} failed", failure, method=incoming.method, uri=incoming.uri)
    return error_response(HttpError(500, _OUR_FAULT))


def busy_response(busy: Busy) -> Response:
    """The response when too much is under way: status 429 with the time to come again."""
    return error_response(HttpError(429, busy.text, headers={"Retry-After": str(busy.seconds)}))


class _Wire:
    """The connection of one request, for a response that writes itself."""

    def __init__(self, incoming: TwistedRequest) -> None:
        self._request = incoming
        self._transport: Any = incoming.channel.transport

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
