"""Threads for slow work of each tenant, such as reading journal bytes; few at a time, more are refused as busy."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.logger import Logger

from h2018.store import JournalLine, Store
from h2018.store.bodies import IN_PIECES
from h2018.workers.threads import Executor, ImmediateExecutor, ThreadExecutor
from tempgoods_edi.apart.line import WaitingLine as Waiting

#: Looked into, or waiting for it, in all and of one tenant.
MOST, EACH = 16, 8
#: Looked into at the same time.
_AT_ONCE = 2

Found = TypeVar("Found")
_OVER = object()
_log = Logger()


class WorkerPool:
    """A few threads for slow work with one queue, for all tenants of a server."""

    __slots__ = ("_closed", "executor", "waiting")

    def __init__(self, executor: Executor, waiting: Waiting) -> None:
        self.executor, self.waiting = executor, waiting
        self._closed = False

    def in_background(self, steps: Iterator[None]) -> None:
        """Run *steps* between turns of the reactor; nobody waits for them, and `close` ends them."""

        def until_closed() -> Iterator[None]:
            while not self._closed and next(steps, _OVER) is not _OVER:
                yield

        self.executor.by_steps(until_closed()).addErrback(lambda failure: _log.failure("left undone", failure))

    def close(self) -> None:
        """Stop the threads, if any were started."""
        self._closed = True
        if isinstance(self.executor, ThreadExecutor):
            self.executor.close()


def worker_pool(reactor: Any | None) -> WorkerPool:
    """Make the threads of *reactor*; with None all work is done at once, in the caller's thread."""
    return WorkerPool(
        ImmediateExecutor() if reactor is None else ThreadExecutor(reactor, _AT_ONCE, "looking"), Waiting(MOST, EACH)
    )


class TenantWorkers:
    """Runs one tenant's slow work, in threads or in small steps, through the `WorkerPool` that all tenants share."""

    __slots__ = ("_pool", "_store", "_tenant")

    def __init__(self, tenant: str, store: Store, pool: WorkerPool) -> None:
        self._tenant, self._store, self._pool = tenant, store, pool

    @inlineCallbacks
    def into(self, line: JournalLine, look: Callable[[BinaryIO], Found]) -> Generator[Deferred[Any], Any, Found]:
        """Have a thread call *look* with the bytes of *line*; large ones are copied into a temporary file.

        :raises apart.line.Busy: too many are waiting.
        """
        with self._pool.waiting.place(self._tenant), _room(line.size) as file:
            yield self._pool.executor.by_steps(self._copying(line.sequence, file))
            found: Found = yield self._pool.executor.in_thread(look, file)
            return found

    @inlineCallbacks
    def whole(self, line: JournalLine) -> Generator[Deferred[Any], Any, bytes]:
        """All bytes of *line* at once; raises `apart.line.Busy`."""
        with self._pool.waiting.place(self._tenant):
            pieces = BytesIO()
            yield self._pool.executor.by_steps(self._copying(line.sequence, pieces))
            return pieces.getvalue()

    @inlineCallbacks
    def in_thread(self, call: Callable[..., Found], *arguments: Any) -> Generator[Deferred[Any], Any, Found]:
        """Have a thread call *call*, and give its result; raises `apart.line.Busy`."""
        with self._pool.waiting.place(self._tenant):
            found: Found = yield self._pool.executor.in_thread(call, *arguments)
            return found

    @inlineCallbacks
    def by_steps(self, steps: Iterator[None]) -> Generator[Deferred[Any], Any, None]:
        """Run *steps* between turns of the reactor; raises `apart.line.Busy`."""
        with self._pool.waiting.place(self._tenant):
            yield self._pool.executor.by_steps(steps)

    def in_background(self, steps: Iterator[None]) -> None:
        """Run *steps* where nobody waits for them; see `WorkerPool.in_background`."""
        self._pool.in_background(steps)

    def _copying(self, sequence: int, into: BinaryIO) -> Iterator[None]:
        for piece in self._store.pieces(sequence):
            into.write(piece)
            yield


def _room(size: int) -> BinaryIO:
    return TemporaryFile() if size > IN_PIECES else BytesIO()
