"""One HTTP connection with time-outs: for a head that drips, a client that does not read, or a client that wants TLS."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IDelayedCall, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel, Request

#: From the first byte of a request until its head is whole, and for a client to read on (seconds).
HEAD_SECONDS, READ_SECONDS = 30, 60
#: How a TLS handshake begins.  It may have no end of line, for which HTTP would wait.
_TLS = b"\x16\x03"
_NO_TLS = "该端口使用 http，不是 https / this port speaks http, not https\n".encode()
_NOT_TLS = (
    b"HTTP/1.1 400 Bad Request\r\nX-Simulated: h2018\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(_NO_TLS), _NO_TLS)
)


class PatientChannel(HTTPChannel):
    """An HTTP connection with time-outs for the head and for slow clients (a subclass of Twisted's channel)."""

    _head: IDelayedCall | None = None
    _unread: IDelayedCall | None = None

    def dataReceived(self, data: bytes) -> None:
        """Receive bytes; the first ones start the head's time-out, and a TLS handshake is answered with an error."""
        begins = self._head is None and not self.requests
        transport: Any = self.transport
        if begins and data.startswith(_TLS) and not ISSLTransport.providedBy(transport):
            transport.write(_NOT_TLS)
            transport.loseConnection()
            return
        if begins:
            self._head = self._after(HEAD_SECONDS)
        HTTPChannel.dataReceived(self, data)

    def allHeadersReceived(self) -> None:
        """The head was received: end its time-out; `BoundedRequest` limits the body."""
        self._head = _cancelled(self._head)
        HTTPChannel.allHeadersReceived(self)

    def requestDone(self, request: Request) -> None:
        """The request is answered: the next request may begin."""
        self._head = _cancelled(self._head)
        HTTPChannel.requestDone(self, request)

    def pauseProducing(self) -> None:
        """The client reads too slowly: start the write time-out."""
        if self._unread is None:
            self._unread = self._after(READ_SECONDS)
        HTTPChannel.pauseProducing(self)

    def resumeProducing(self) -> None:
        """The client reads again: end the write time-out."""
        self._unread = _cancelled(self._unread)
        HTTPChannel.resumeProducing(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is closed: end every time-out."""
        self._head, self._unread = _cancelled(self._head), _cancelled(self._unread)
        HTTPChannel.connectionLost(self, reason)

    def _after(self, seconds: float) -> IDelayedCall:
        later: Any = self.callLater  # which has no types
        call: IDelayedCall = later(seconds, self._give_up)
        return call

    def _give_up(self) -> None:
        transport: Any = self.transport
        if transport is not None:
            transport.abortConnection()


def _cancelled(call: IDelayedCall | None) -> IDelayedCall | None:
    if call is not None and call.active():
        call.cancel()
    return None
