"""Looks into bytes of the journal: read in pieces, then given to a thread; few at a time, the next is told to come back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar

from msgspec import Struct
from twisted.internet.defer import Deferred, inlineCallbacks

from h2018.store import Line, Store
from h2018.store.bodies import IN_PIECES
from h2018.workers.threads import AtOnce, Elsewhere, Threads
from tempgoods_edi.apart.line import Line as Waiting

#: Looked into, or waiting for it, in all and of one tenant.
MOST, EACH = 16, 8
#: Looked into at the same time.
_AT_ONCE = 2

Found = TypeVar("Found")


class Lookers(Struct, frozen=True):
    """Who looks, for all tenants of a server."""

    elsewhere: Elsewhere
    waiting: Waiting

    def close(self) -> None:
        """End the threads, if there are any."""
        if isinstance(self.elsewhere, Threads):
            self.elsewhere.close()


def lookers(reactor: Any | None) -> Lookers:
    """Threads of *reactor*; None has everything done when it is asked for."""
    return Lookers(AtOnce() if reactor is None else Threads(reactor, _AT_ONCE, "looking"), Waiting(MOST, EACH))


class Looking:
    """One tenant's looks into what came and went."""

    __slots__ = ("_lookers", "_store", "_tenant")

    def __init__(self, tenant: str, store: Store, lookers: Lookers) -> None:
        self._tenant, self._store, self._lookers = tenant, store, lookers

    @inlineCallbacks
    def into(self, line: Line, look: Callable[[BinaryIO], Found]) -> Generator[Deferred[Any], Any, Found]:
        """What *look* finds in the bytes of *line*: large ones lie in a file of their own meanwhile.

        :raises apart.line.Busy: too many are waiting.
        """
        with self._lookers.waiting.place(self._tenant), _room(line.size) as file:
            yield self._lookers.elsewhere.by_steps(self._copying(line.sequence, file))
            found: Found = yield self._lookers.elsewhere.in_thread(look, file)
            return found

    @inlineCallbacks
    def whole(self, line: Line) -> Generator[Deferred[Any], Any, bytes]:
        """The bytes of *line*, for what needs them all at once; raises `apart.line.Busy`."""
        with self._lookers.waiting.place(self._tenant):
            pieces = BytesIO()
            yield self._lookers.elsewhere.by_steps(self._copying(line.sequence, pieces))
            return pieces.getvalue()

    @inlineCallbacks
    def apart(self, call: Callable[..., Found], *arguments: Any) -> Generator[Deferred[Any], Any, Found]:
        """What *call* gives, made in a thread; raises `apart.line.Busy`."""
        with self._lookers.waiting.place(self._tenant):
            found: Found = yield self._lookers.elsewhere.in_thread(call, *arguments)
            return found

    def _copying(self, sequence: int, into: BinaryIO) -> Iterator[None]:
        for piece in self._store.pieces(sequence):
            into.write(piece)
            yield


def _room(size: int) -> BinaryIO:
    return TemporaryFile() if size > IN_PIECES else BytesIO()
