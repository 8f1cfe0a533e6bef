"""Makes messages ready before they are taken in: opened and hashed in threads, so that the others are served meanwhile.

A message with files is taken in when they have been looked into; those of one tenant in the order in which they came.
A large one is by then in the database, where it was put piece by piece, other work between the pieces.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from typing import Any

from msgspec import Struct
from twisted.internet.defer import Deferred, succeed

from h2018.elsewhere import Threads
from h2018.store import fingerprint
from h2018.store.bodies import IN_PIECES
from tempgoods_edi.apart.line import Line
from tempgoods_edi.desk import MAX_BYTES, Opened, opened
from tempgoods_edi.looks import is_archive

#: Archives that are being opened, or wait for it, in all and of one tenant; the next is told to come back.
_MOST, _EACH = 16, 8
#: Opened at the same time.
_AT_ONCE = 2


class Prepared(Struct, frozen=True):
    """A message ready to be taken in.

    :ivar digest: SHA-256 of it.
    :ivar content: its fingerprint.
    :ivar opened: what was in the ZIP; None when it is none.
    """

    data: bytes
    digest: bytes
    content: str
    opened: Opened | None = None


def prepare(data: bytes) -> Prepared:
    """Do now what there is to be done before a message is taken in; with files, that takes its time."""
    archive = opened(data) if is_archive(data) else None
    return Prepared(data, sha256(data).digest(), fingerprint(data, MAX_BYTES), archive)


#: Keeps bytes of that SHA-256, a piece with every step.
Keep = Callable[[bytes, bytes], Iterator[None]]


class Openings(Threads):
    """The threads that open archives, for all tenants of a server.

    :ivar line: who waits for them.
    """

    def __init__(self, reactor: Any) -> None:
        super().__init__(reactor, _AT_ONCE, "files")
        self.line = Line(_MOST, _EACH)


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
    :param keep: where large ones are put.
    """

    def __init__(self, name: str, openings: Openings | None, keep: Keep) -> None:
        self._name, self._openings, self._keep = name, openings, keep
        self._is_closed = False
        self._waiting: deque[_Waiting] = deque()

    def prepared(self, data: bytes) -> Deferred[Prepared]:
        """*data* made ready: at once, or, with files or large, when it and those that came before it were dealt with.

        :raises apart.line.Busy: too many are waiting.
        """
        openings = self._openings
        if openings is None or not (is_archive(data) or len(data) > IN_PIECES):
            return succeed(prepare(data))
        openings.line.enter(self._name)
        each = _Waiting()
        self._waiting.append(each)
        found = openings.in_thread(prepare, data).addCallback(partial(self._kept, openings))
        found.addBoth(partial(self._done, openings.line, each))
        return each.out

    def close(self) -> None:
        """Nothing that waits is taken in any more."""
        self._is_closed = True
        waiting, self._waiting = list(self._waiting), deque()
        for each in waiting:
            each.out.cancel()

    def _kept(self, openings: Openings, prepared: Prepared) -> Prepared | Deferred[Prepared]:
        if len(prepared.data) <= IN_PIECES:
            return prepared
        return openings.by_steps(self._pieces(prepared)).addCallback(lambda _: prepared)

    def _pieces(self, prepared: Prepared) -> Iterator[None]:
        pieces = self._keep(prepared.digest, prepared.data)
        while not self._is_closed and next(pieces, pieces) is None:
            yield

    def _done(self, line: Line, each: _Waiting, result: Any) -> None:
        line.leave(self._name)
        each.is_done, each.result = True, result
        while self._waiting and self._waiting[0].is_done:
            first = self._waiting.popleft()
            first.out.callback(first.result)
