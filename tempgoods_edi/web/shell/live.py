"""Live states: changes in the store reach every open page of the enterprise without reloading (W9).

One reader of the store a process, however many pages are open; it sleeps while none is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from typing import Any, Protocol

import msgspec
from fastapi.concurrency import run_in_threadpool
from msgspec import Struct

from tempgoods_edi.values import Lang

log = logging.getLogger("tempgoods.live")

#: Seconds between two looks into the store, and between two signs of life to a page where nothing happens.
LOOK, HEARTBEAT = 0.5, 15.0
#: More than so many events a page has not taken yet: it is cut off, comes back, and catches up.
_MOST_WAITING = 200
#: Open pages of one session; with more, the oldest is let go.  All tabs of a browser share one connection (or have six),
#: and nobody who is logged in may hold every place that the server has.
_MOST_PAGES = 12


class Change(Protocol):
    """A changed declaration as `declarant.filing` reports it."""

    @property
    def id(self) -> int: ...  # noqa: D102 - the change's own number
    @property
    def seq_no(self) -> str: ...  # noqa: D102 - the declaration
    @property
    def state(self) -> Any: ...  # noqa: D102 - its new state
    @property
    def customs_no(self) -> str | None: ...  # noqa: D102 - its customs number


class ChangeNotice(Struct, frozen=True):
    """A changed declaration as pages get it."""

    id: int
    seq_no: str
    state: str
    label: str
    customs_no: str | None


#: Changes of an enterprise after one of them, and the number of the last; after a negative one: only that number.
Changes = Callable[[str, int], tuple[tuple[Change, ...], int]]


class Listener(Struct, eq=False):
    """One open page that gets live states.

    :ivar session: digest of its session's secret.
    :ivar sent: number of the last change it was told.
    """

    enterprise_no: str
    session: str
    lang: Lang
    sent: int
    waiting: asyncio.Queue[bytes | None]


def session_key(secret: str) -> str:
    """The key by which a session is known here, which is not its secret."""
    return sha256(secret.encode()).hexdigest()


class Live:
    """Sends changes to the open pages.

    :param changes: asked in a thread.
    :param alive: whether a session still is one, asked in a thread; being asked does not lengthen it.
    :param stopping: True once the server ends.
    """

    __slots__ = ("_alive", "_changes", "_ended", "_listeners", "_reader", "_stopping")

    def __init__(self, changes: Changes, alive: Callable[[str], bool], stopping: Callable[[], bool]) -> None:
        self._changes, self._alive, self._stopping = changes, alive, stopping
        self._listeners: list[Listener] = []
        self._ended: set[str] = set()
        self._reader: asyncio.Task[None] | None = None

    def since(self, enterprise_no: str, lang: Lang, after: int) -> tuple[ChangeNotice, ...]:
        """The changes after the change *after*, for a page that listens through another one.  Blocks."""
        changes, _ = self._changes(enterprise_no, after)
        return tuple(_told(change, lang) for change in changes)

    def latest(self, enterprise_no: str) -> int:
        """The number of the last change: a page made now shows everything up to that.  Blocks."""
        return self._changes(enterprise_no, -1)[1]

    def ended(self, secret: str) -> None:
        """Send the pages of a closed session to the log-in page.  Callable from any thread."""
        self._ended.add(session_key(secret))

    async def stream(self, enterprise_no: str, secret: str, lang: Lang, after: int | None) -> AsyncIterator[bytes]:
        """The events of one page, as Server-Sent Events, until the session, the page or the server ends.

        :param after: number of the last change the page knows; None: from now on.
        """
        if after is None:
            after = await run_in_threadpool(self.latest, enterprise_no)
        listener = Listener(enterprise_no, session_key(secret), lang, after, asyncio.Queue())
        same = [each for each in self._listeners if each.session == listener.session]
        for oldest in same[: max(0, len(same) + 1 - _MOST_PAGES)]:
            oldest.waiting.put_nowait(None)
        self._listeners.append(listener)
        if self._reader is None or self._reader.done():
            self._ended.clear()  # nobody was listening
            self._reader = asyncio.create_task(self._read())
        try:
            yield b"retry: 2000\n: here\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(listener.waiting.get(), HEARTBEAT)
                except TimeoutError:
                    if await run_in_threadpool(self._alive, secret):
                        event = b": still here\n\n"
                    else:
                        yield _BYE
                        return
                if event is None:
                    return
                yield event
                if event is _BYE:
                    return
        finally:
            self._listeners.remove(listener)

    async def _read(self) -> None:
        while self._listeners:
            if self._stopping():
                for listener in self._listeners:
                    listener.waiting.put_nowait(None)
                return
            self._say_goodbye()
            for enterprise_no in {each.enterprise_no for each in self._listeners}:
                await self._tell(enterprise_no)
            await asyncio.sleep(LOOK)

    def _say_goodbye(self) -> None:
        ended, self._ended = self._ended, set()
        for listener in self._listeners:
            if listener.session in ended:
                listener.waiting.put_nowait(_BYE)

    async def _tell(self, enterprise_no: str) -> None:
        here = [each for each in self._listeners if each.enterprise_no == enterprise_no]
        try:
            changes, last = await run_in_threadpool(self._changes, enterprise_no, min(each.sent for each in here))
        except Exception:
            log.exception("no changes could be read")
            return
        for listener in here:
            for event in _events(listener, changes):
                listener.waiting.put_nowait(event)
            listener.sent = max(listener.sent, last)
            if listener.waiting.qsize() > _MOST_WAITING:
                listener.waiting.put_nowait(None)


_BYE = b"event: bye\ndata: {}\n\n"


def _events(listener: Listener, changes: tuple[Change, ...]) -> Iterator[bytes]:
    for change in changes:
        if change.id > listener.sent:
            told = msgspec.json.encode(_told(change, listener.lang))
            yield b"id: %d\nevent: state\ndata: %b\n\n" % (change.id, told)


def _told(change: Change, lang: Lang) -> ChangeNotice:
    return ChangeNotice(change.id, change.seq_no, change.state.value, change.state.label.in_(lang), change.customs_no)
