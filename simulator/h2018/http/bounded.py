"""Keeps a request within its limits of size and time while its body comes in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure
from twisted.web.server import Request

#: How much of a body that is too large is still read, so that an ordinary client gets to see the answer (bytes).
_PATIENCE = 16 * 1024 * 1024
#: How long a request may take to come in, however steadily it does (seconds of the machine's time).
SLOWEST = 300
_CUT_OFF = b"HTTP/1.1 413 Request Entity Too Large\r\nX-Simulated: h2018\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BoundedRequest(Request):
    """A request that stops storing its body beyond a limit (a subclass, because Twisted reads the body there).

    :ivar received: bytes of the body so far, or as announced.
    """

    def __init__(self, *args: Any, limit: int, time: IReactorTime, **kwargs: Any) -> None:
        Request.__init__(self, *args, **kwargs)
        self._limit = limit
        self._late = time.callLater(SLOWEST, self._give_up)
        self._cut_off = False
        self.received = 0

    def _give_up(self) -> None:
        self.channel.loseConnection()

    def _in_time(self) -> None:
        if self._late.active():
            self._late.cancel()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """The whole request was received: end its time-out and serve the request."""
        self._in_time()
        Request.requestReceived(self, command, path, version)

    def connectionLost(self, reason: Failure) -> None:
        """The connection was lost before the whole request came: end its time-out."""
        self._in_time()
        Request.connectionLost(self, reason)

    def gotLength(self, length: int | None) -> None:
        """Prepare to store a body of the announced length, but only when that is within the limit."""
        if length is not None and length > self._limit:
            self.content = BytesIO()
        else:
            Request.gotLength(self, length)

    def handleContentChunk(self, data: bytes) -> None:
        """Store the part of the body within the limit; read on for a while without storing; then close."""
        self.received += len(data)
        if self.received <= self._limit:
            Request.handleContentChunk(self, data)
        elif self.received > self._limit + _PATIENCE and not self._cut_off:
            self._cut_off = True
            self.channel.write(_CUT_OFF)
            self.channel.loseConnection()
