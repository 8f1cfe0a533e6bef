"""Sends a response body in pieces: one per turn of the reactor, and none while the client does not read."""

from __future__ import annotations

from collections.abc import Iterator
from io import SEEK_END
from typing import Any, BinaryIO

from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from twisted.web.server import Request
from zope.interface import implementer

from h2018.http.routing import Pieces

#: A file is sent in such pieces (bytes).
_PIECE = 1024 * 1024


def of_file(file: BinaryIO) -> Pieces:
    """The contents of *file* as pieces; the file is closed when all are sent."""
    size = file.seek(0, SEEK_END)

    def read() -> Iterator[bytes]:
        with file:
            file.seek(0)
            while piece := file.read(_PIECE):
                yield piece

    return Pieces(read, size)


def send_pieces(request: Request, pieces: Pieces, time: IReactorTime) -> None:
    """Send *pieces* as the body of the response to *request*, whose headers are already set."""
    if not pieces.size:
        request.finish()
        return
    sending = _Sending(request, pieces, time)
    request.registerProducer(sending, True)
    sending.resumeProducing()


@implementer(IPushProducer)
class _Sending:
    """The body of one answer, on its way."""

    def __init__(self, request: Request, pieces: Pieces, time: IReactorTime) -> None:
        self._request, self._time = request, time
        self._left = pieces.size
        self._pieces: Iterator[bytes] = pieces.read()
        self._next: IDelayedCall | None = None
        self._is_over, self._is_paused = False, False

    def resumeProducing(self) -> None:
        """The client reads."""
        self._is_paused = False
        if self._next is None and not self._is_over:
            self._next = self._time.callLater(0, self._piece)

    def pauseProducing(self) -> None:
        """It does not, for now."""
        self._is_paused = True
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def stopProducing(self) -> None:
        """It is gone."""
        self._is_over = True
        self.pauseProducing()
        # A generator lets go of what it has open.
        self._pieces = iter(())

    def _piece(self) -> None:
        self._next = None
        try:
            piece = next(self._pieces, b"")
        except Exception:
            self._break_off()
            raise
        if not piece or len(piece) > self._left:
            # What is sent was taken away meanwhile, by a reset perhaps.
            self._break_off()
            return
        self._left -= len(piece)
        self._request.write(piece)
        if not self._left:
            self._end()
        elif not self._is_paused:
            self.resumeProducing()

    def _end(self) -> None:
        self._is_over = True
        self._pieces = iter(())
        self._request.unregisterProducer()
        self._request.finish()

    def _break_off(self) -> None:
        self.stopProducing()
        self._request.unregisterProducer()
        transport: Any = self._request.channel.transport
        transport.abortConnection()
