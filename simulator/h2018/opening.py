"""Opens what messages bring along before they are taken in: in threads, so that the others are served meanwhile.

A message with files is taken in when they have been looked into; those of one tenant in the order in which they came.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Struct
from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

from h2018.store import fingerprint
from tempgoods_edi.apart.line import Line
from tempgoods_edi.desk import MAX_BYTES, Opened, opened
from tempgoods_edi.envelope.archive import is_archive

#: Archives that are being opened, or wait for it, in all and of one tenant; the next is told to come back.
_MOST, _EACH = 16, 8
#: Opened at the same time.
_AT_ONCE = 2


class Prepared(Struct, frozen=True):
    """A message ready to be taken in.

    :ivar content: its fingerprint.
    :ivar opened: what was in the ZIP; None when it is none.
    """

    data: bytes
    content: str
    opened: Opened | None = None


def prepare(data: bytes) -> Prepared:
    """Do now what there is to be done before a message is taken in; with files, that takes its time."""
    return Prepared(data, fingerprint(data, MAX_BYTES), opened(data) if is_archive(data) else None)


#: Has a call made in a thread.
InThread = Callable[..., "Deferred[Any]"]


class Openings:
    """The threads that open archives, for all tenants of a server.

    :param reactor: whose thread hears of what they found.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._pool: ThreadPool | None = None
        self.line = Line(_MOST, _EACH)

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Have *call* made; the threads are started with the first."""
        if self._pool is None:
            self._pool = ThreadPool(0, _AT_ONCE, "files")
            self._pool.start()
        return deferToThreadPool(self._reactor, self._pool, call, *arguments)

    def close(self) -> None:
        """Wait for what is being opened, and end the threads."""
        if self._pool is not None:
            self._pool.stop()
            self._pool = None


class _Waiting:
    """One archive; *result* once there is one."""

    __slots__ = ("is_done", "out", "result")

    def __init__(self) -> None:
        self.out: Deferred[Prepared] = Deferred()
        self.is_done = False
        self.result: Any = None


class Doorway:
    """Where one tenant's messages are made ready.

    :param name: the tenant's.
    :param openings: None does everything at once, as a test with a clock of its own wants it.
    """

    def __init__(self, name: str, openings: Openings | None) -> None:
        self._name, self._openings = name, openings
        self._waiting: deque[_Waiting] = deque()

    def prepared(self, data: bytes) -> Deferred[Prepared]:
        """*data* made ready: at once, or, for an archive, when it and those that came before it were opened.

        :raises apart.line.Busy: too many are waiting.
        """
        if self._openings is None or not is_archive(data):
            return succeed(prepare(data))
        self._openings.line.enter(self._name)
        each = _Waiting()
        self._waiting.append(each)
        self._openings.in_thread(prepare, data).addBoth(partial(self._done, self._openings.line, each))
        return each.out

    def close(self) -> None:
        """Nothing that waits is taken in any more."""
        waiting, self._waiting = list(self._waiting), deque()
        for each in waiting:
            each.out.cancel()

    def _done(self, line: Line, each: _Waiting, result: Any) -> None:
        line.leave(self._name)
        each.is_done, each.result = True, result
        while self._waiting and self._waiting[0].is_done:
            first = self._waiting.popleft()
            first.out.callback(first.result)
