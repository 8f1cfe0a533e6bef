"""Time-outs of a web server: silent, dripping and unread connections are closed, and rarely logged.

For everything that uvicorn serves here.  Requests are limited where they are answered; connections only so that there are
descriptors left: when they run out, the one that has waited longest without a request makes room.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import h11
from msgspec import Struct
from uvicorn.protocols.http.h11_impl import H11Protocol

from tempgoods_edi import steady
from tempgoods_edi.values import Bilingual

#: Connections that the kernel keeps until they are taken; asyncio tries as many at once, each with a line of log when
#: there are no descriptors.
BACKLOG = 64
#: Connections at a time, however many descriptors there are; lines of log of one kind in a minute.
MOST_CONNECTIONS, MOST_LINES = 4096, 5

_ALWAYS = ("/healthz", "/readyz")
_BUSY = Bilingual("同时处理的请求过多，请稍后再试。", "Too many requests at once; please try again in a moment.")
_BUSY_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"2"), (b"cache-control", b"no-store"),
]  # fmt: skip
_ACCEPTING = "socket.accept() out of system resource"
_log = logging.getLogger("tempgoods.connections")


# Imported here, not where it is used: when descriptors have run out nothing can be imported any more.
try:
    from resource import RLIMIT_NOFILE, getrlimit
except ImportError:  # Windows bounds descriptors by memory only

    def _descriptors() -> int:
        return 2 * MOST_CONNECTIONS
else:

    def _descriptors() -> int:
        return getrlimit(RLIMIT_NOFILE)[0]


class Patience(Struct, frozen=True, kw_only=True):
    """The time-outs of the server for its clients, in seconds.

    :ivar head: until a request's head is whole, from its first byte or from the connection.
    :ivar idle: between two pieces of a body, and for a client to read.
    :ivar body: until a whole body is there.
    :ivar connections: at most so many at a time; None: half of the descriptors this process may have.
    """

    head: float = 15.0
    idle: float = 30.0
    body: float = 300.0
    connections: int | None = None

    @property
    def most(self) -> int:
        """The most connections at once; see *connections*."""
        if self.connections is not None:
            return self.connections
        return max(8, min(_descriptors() // 2, MOST_CONNECTIONS))


def protocol(patience: Patience) -> type[H11Protocol]:
    """The protocol class with which uvicorn is to serve each connection (its setting ``http``)."""
    waiting: dict[_Patient, None] = {}

    class Served(_Patient):
        """With these settings (a subclass, because that is how uvicorn asks for it)."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.patience, self.waiting = patience, waiting

    return Served


class _Patient(H11Protocol):
    """One connection.

    :ivar waiting: those that have no request under way, the one that has waited longest first.
    """

    patience: Patience
    waiting: dict[_Patient, None]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late: dict[str, asyncio.TimerHandle] = {}
        # How many there are is no measure of what there is to do: see `limited`.
        self.limit_concurrency = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a request; somebody who only waits makes room when there are too many."""
        super().connection_made(transport)
        # First of all: whatever fails below, this connection ends.
        self.waiting[self] = None
        self._wait("head", self.patience.head)
        if len(self.connections) > self.patience.most:
            oldest = next(iter(self.waiting))
            self.waiting.pop(oldest, None)
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece: a head that has begun must end in time, so must a body, however steadily it drips."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        state = self.conn.their_state
        if state is h11.IDLE:
            if "head" not in self._late:
                self._wait("head", self.patience.head)
            return
        self._stop("head", "idle")
        self.waiting.pop(self, None)
        if state is h11.SEND_BODY:
            self._wait("idle", self.patience.idle)
            if "body" not in self._late:
                self._wait("body", self.patience.body)
        else:
            self._stop("body")

    def on_response_complete(self) -> None:
        """The next request may come; uvicorn itself closes a connection on which none does."""
        self._stop("head", "idle", "body")
        super().on_response_complete()
        # A next one may have been there already.
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.waiting[self] = None

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on another protocol has it, with time-outs of its own."""
        self._leave()
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        """The client reads too slowly, or not at all."""
        super().pause_writing()
        self._wait("reading", self.patience.idle)

    def resume_writing(self) -> None:
        """It reads."""
        self._stop("reading")
        super().resume_writing()

    def _wait(self, what: str, seconds: float) -> None:
        self._stop(what)
        self._late[what] = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self, *whats: str) -> None:
        for what in whats:
            timer = self._late.pop(what, None)
            if timer is not None:
                timer.cancel()

    def _leave(self) -> None:
        self.waiting.pop(self, None)
        self._stop(*tuple(self._late))


def limited(app: Any, most: int) -> Any:
    """Limit *app*, an ASGI application, to so many requests at once; more are answered with status 503.

    Whether all is well is always answered.
    """
    under_way = 0

    async def served(scope: Any, receive: Any, send: Any) -> None:
        nonlocal under_way
        if scope["type"] != "http" or scope["path"] in _ALWAYS:
            await app(scope, receive, send)
            return
        if under_way >= most:
            await send({"type": "http.response.start", "status": 503, "headers": _BUSY_HEADERS})
            await send({"type": "http.response.body", "body": f"{_BUSY.zh}\n{_BUSY.en}\n".encode()})
            return
        under_way += 1
        try:
            await app(scope, receive, send)
        finally:
            under_way -= 1

    return served


class Seldom(logging.Filter):
    """A log filter that passes a kind of line a few times a minute, and then says how many it suppressed.

    :param most: of one kind, in a minute.
    :param seconds: a clock that nobody sets.
    """

    def __init__(self, most: int = MOST_LINES, seconds: Callable[[], float] = steady.seconds) -> None:
        super().__init__()
        self._most, self._seconds = most, seconds
        self._begun: float = float("-inf")
        self._counts: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """True for a line that is to be written."""
        now = self._seconds()
        if now - self._begun >= 60:
            before, self._begun, self._counts = self._counts, now, {}
            left_out = sum(max(0, count - self._most) for count in before.values())
            if left_out:
                record.msg, record.args = f"{record.getMessage()} (and {left_out} lines like it or others before)", ()
        kind = str(record.msg)
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        return count <= self._most


def quiet() -> None:
    """Log rarely what clients can cause by themselves.  Called where the event loop runs."""
    loop = asyncio.get_running_loop()
    for name in ("uvicorn.error", "tempgoods.connections", "tempgoods.storage", "asyncio"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, Seldom) for each in logger.filters):
            logger.addFilter(Seldom())

    def told(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == _ACCEPTING:
            _log.warning("no descriptors left: connections wait")
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(told)
