"""Posts one receipt to a callback over HTTP and gives a result in time, whatever the receiver does.

Not believed: redirects (never followed), names (looked at once they are addresses),
bodies (read to a limit, for the record), an answer that breaks off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.error import TimeoutError as TookTooLong
from twisted.internet.interfaces import IConsumer, IStreamClientEndpoint
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent, PartialDownloadError, ResponseDone, ResponseFailed
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgentEndpointFactory, IBodyProducer, IResponse
from zope.interface import implementer

from h2018.faults.latency import Piece
from h2018.faults.plan import Fault, Item
from h2018.faults.spoiling import trickle
from h2018.push import broken_post, request
from h2018.push.attempts import Result
from h2018.push.callbacks import Callback
from h2018.push.reachable import Reachable
from h2018.store import StoredReceipt

#: So much of an answer is read.
_MOST_ANSWER = 64 * 1024
#: Longest wait for a connection, within the time that the callback allows altogether (seconds).
CONNECT_SECONDS = 10.0
_LONGEST_DETAIL = 200

#: The fault that a push meets; None for none.
Strike = Callable[[Item, bytes], Fault | None]


class Agents:
    """Posts each receipt on a new connection: a receiver may close a kept-alive one just when it is needed.

    :param reactor: sockets and timers.
    :param strike: gives the fault of each push.
    """

    def __init__(self, reactor: Any, strike: Strike | None = None) -> None:
        self._reactor, self._strike = reactor, strike

    def __call__(self, callback: Callback, receipt: StoredReceipt, attempt: int) -> Deferred[Result]:
        """Post *receipt*; the result never fails and comes within the callback's time."""
        item = Item(key=f"{receipt.message_id}@{callback.name}", message=receipt.code, enterprise=receipt.recipient)
        fault = None if self._strike is None else self._strike(item, receipt.data)
        headers = request.head(callback, receipt, attempt)
        result: Deferred[Result]
        try:
            if fault is not None and fault.kind != "slow":
                result = broken_post.spoiled(self._reactor, callback, receipt.data, headers, fault)
            else:
                result = self._posted(callback, receipt.data, headers, fault)
        except Exception as error:  # noqa: BLE001 - an address or a key that cannot be used is a result too
            result = succeed(Result(detail=_told(error)))
        result.addTimeout(callback.timeout_seconds, self._reactor)
        return result.addErrback(partial(_failed, callback))

    def _posted(self, callback: Callback, data: bytes, headers: Headers, fault: Fault | None) -> Deferred[Result]:
        agent = self._agent(callback)
        body = _Body(self._reactor, data, () if fault is None else trickle(fault, data))
        asked: Deferred[IResponse] = agent.request(b"POST", callback.url.encode(), headers, body)
        return asked.addCallback(_read)

    def _agent(self, callback: Callback) -> Agent:
        """An agent that follows no redirect."""
        made: Agent = Agent.usingEndpointFactory(self._reactor, _Endpoints(self._reactor, callback))
        return made


@implementer(IAgentEndpointFactory)
class _Endpoints:
    """How the receiver of one callback is connected to."""

    def __init__(self, reactor: Any, callback: Callback) -> None:
        self._reactor, self._callback = reactor, callback

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:
        """The endpoint of the callback's address."""
        seconds = min(CONNECT_SECONDS, self._callback.timeout_seconds)
        endpoint: IStreamClientEndpoint = Reachable(self._reactor, uri.host.decode("ascii"), uri.port, seconds)
        if uri.scheme != b"https":
            return endpoint
        from h2018.push import trust

        context = trust.push_policy(self._callback.tls).creatorForNetloc(uri.host, uri.port)
        return wrapClientTLS(context, endpoint)


def _read(response: IResponse) -> Deferred[Result]:
    """The result that *response* is, when its body has come or is long enough."""
    after = response.headers.getRawHeaders("Retry-After", [""])[0]
    asked = float(after) if after.isascii() and after.isdigit() and len(after) < 10 else None
    answered: Deferred[Result] = Deferred(lambda _it: reader.give_up())
    reader = _Reader(lambda: Result(status=response.code, retry_after=asked), answered)
    response.deliverBody(reader)
    return answered


class _Reader(Protocol):
    """Reads the body of an answer, to a limit (a subclass, because that is how Twisted delivers it)."""

    def __init__(self, result: Callable[[], Result], answered: Deferred[Result]) -> None:
        self._result, self._answered = result, answered
        self._size = 0

    def dataReceived(self, data: bytes) -> None:
        """Count; enough is enough."""
        self._size += len(data)
        if self._size > _MOST_ANSWER:
            self._fire(self._result())
            self.give_up()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The whole body is there, or it broke off."""
        # HTTP/1.0, or no Content-Length: the end of the connection is the end of the answer, and nobody can tell more.
        if reason.check(ResponseDone, PotentialDataLoss, PartialDownloadError):
            self._fire(self._result())
        else:
            self._fire(Result(detail=_told(reason.value)))

    def give_up(self) -> None:
        """Read no more."""
        if self.transport is not None and hasattr(self.transport, "abortConnection"):
            self.transport.abortConnection()

    def _fire(self, result: Result) -> None:
        if not self._answered.called:
            self._answered.callback(result)


@implementer(IBodyProducer)
class _Body:
    """The body of a push: at once, or in a trickle."""

    def __init__(self, reactor: Any, data: bytes, pieces: tuple[Piece, ...]) -> None:
        self.length = len(data)
        self._reactor, self._data = reactor, data
        self._pieces: Iterator[Piece] = iter(pieces or (Piece(0.0, len(data)),))
        self._done: Deferred[None] = Deferred()
        self._at = 0
        self._call: Any = None

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """Begin; fires when all is written."""
        self._next(consumer)
        return self._done

    def _next(self, consumer: IConsumer) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self._done.callback(None)
        elif piece.seconds <= 0:
            self._write(consumer, piece.size)
        else:
            self._call = self._reactor.callLater(piece.seconds, self._write, consumer, piece.size)

    def _write(self, consumer: IConsumer, size: int) -> None:
        self._call = None
        consumer.write(self._data[self._at : self._at + size])
        self._at += size
        self._next(consumer)

    def pauseProducing(self) -> None:
        """Not needed: bodies are small."""

    def resumeProducing(self) -> None:
        """Not needed either."""

    def stopProducing(self) -> None:
        """The receiver is gone."""
        if self._call is not None and self._call.active():
            self._call.cancel()


def _failed(callback: Callback, failure: Failure) -> Result:
    if failure.check(TookTooLong):
        return Result(detail=f"> {callback.timeout_seconds:g} s")
    return Result(detail=_told(failure.value))


def _told(error: BaseException | None) -> str:
    """An error in few words; those that wrap others give the first of them."""
    reasons = getattr(error, "reasons", None)
    if isinstance(error, ResponseFailed) or reasons:
        first = reasons[0] if reasons else None
        error = first.value if isinstance(first, Failure) else error
    if error is None:
        return ""
    return (f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)[:_LONGEST_DETAIL]
