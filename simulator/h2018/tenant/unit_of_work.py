"""Unit of work: all changes of one step of a tenant are committed together, and only then is anybody told of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Transactions(Protocol):
    """The part of a store that a unit of work needs; see `store.database.Database`."""

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction: all or nothing, durable when it ends well."""

    def group_commit(self, committed: Callable[[Exception | None], None]) -> AbstractContextManager[None]:
        """A transaction: all or nothing, durable at the next commit."""


class UnitOfWork:
    """The unit of work of one tenant: its transactions, one after the other.

    :ivar savepoints: called when a transaction begins; what each gives back is called when the transaction fails, to
        forget what was prepared in it.
    :ivar on_commit: called when one or more were committed.
    :ivar on_rollback: called when those of a group could not be committed: nothing of them happened.
    """

    __slots__ = ("_inside", "_next", "_store", "on_commit", "on_rollback", "savepoints")

    def __init__(self, store: Transactions) -> None:
        self._store = store
        self._next: deque[Callable[[], None]] = deque()
        self._inside = False
        self.savepoints: list[Callable[[], Callable[[], None]]] = []
        self.on_commit: list[Callable[[], None]] = []
        self.on_rollback: list[Callable[[], None]] = []

    def do_next(self, call: Callable[[], None]) -> None:
        """Call *call* within this transaction, after the present call and those deferred before."""
        self._next.append(call)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction, durable when it ends; part of the outer one, if any."""
        if self._inside:
            yield
            return
        with self._within(self._store.transaction()):
            yield
        self._tell(None)

    @contextmanager
    def group_commit(self, then: Callable[[Exception | None], None]) -> Iterator[None]:
        """A transaction that is committed soon, together with others; see `Database.group_commit`.

        :param then: called when it is there, with None; or with what went wrong.
        """

        def committed(error: Exception | None) -> None:
            self._tell(error)
            then(error)

        with self._within(self._store.group_commit(committed)):
            yield

    @contextmanager
    def _within(self, transaction: AbstractContextManager[None]) -> Iterator[None]:
        undo = [savepoint() for savepoint in self.savepoints]
        self._inside = True
        try:
            with transaction:
                yield
                while self._next:
                    self._next.popleft()()
        except BaseException:
            self._next.clear()
            for call in undo:
                call()
            raise
        finally:
            self._inside = False

    def _tell(self, error: Exception | None) -> None:
        for call in self.on_commit if error is None else self.on_rollback:
            call()
