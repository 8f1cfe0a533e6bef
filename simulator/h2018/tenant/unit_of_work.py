"""One piece of work of a world: everything it changes is committed together, and only then is anybody told of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Transactions(Protocol):
    """What work needs of a store; see `store.database.Database`."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, and on the disk when it ends well."""

    def joining(self, committed: Callable[[Exception | None], None]) -> AbstractContextManager[None]:
        """All or nothing, on the disk at the next commit."""


class Work:
    """The pieces of work of one world, one after the other.

    :ivar marks: called when a piece begins; what each gives back is called when the piece fails, to forget what the
        piece prepared.
    :ivar done: called when one or more were committed.
    :ivar lost: called when those that joined could not be committed: nothing of them happened.
    """

    __slots__ = ("_at_once", "_inside", "_store", "done", "lost", "marks")

    def __init__(self, store: Transactions) -> None:
        self._store = store
        self._at_once: deque[Callable[[], None]] = deque()
        self._inside = False
        self.marks: list[Callable[[], Callable[[], None]]] = []
        self.done: list[Callable[[], None]] = []
        self.lost: list[Callable[[], None]] = []

    def at_once(self, call: Callable[[], None]) -> None:
        """Have *call* made within this piece of work, after what is being done and what was put off before."""
        self._at_once.append(call)

    @contextmanager
    def piece(self) -> Iterator[None]:
        """A piece of work, on the disk when it ends; within one, a part of it."""
        if self._inside:
            yield
            return
        with self._within(self._store.transaction()):
            yield
        self._tell(None)

    @contextmanager
    def joining(self, then: Callable[[Exception | None], None]) -> Iterator[None]:
        """A piece of work that goes to the disk together with others, soon; see `Database.joining`.

        :param then: called when it is there, with None; or with what went wrong.
        """

        def committed(error: Exception | None) -> None:
            self._tell(error)
            then(error)

        with self._within(self._store.joining(committed)):
            yield

    @contextmanager
    def _within(self, transaction: AbstractContextManager[None]) -> Iterator[None]:
        undo = [mark() for mark in self.marks]
        self._inside = True
        try:
            with transaction:
                yield
                while self._at_once:
                    self._at_once.popleft()()
        except BaseException:
            self._at_once.clear()
            for call in undo:
                call()
            raise
        finally:
            self._inside = False

    def _tell(self, error: Exception | None) -> None:
        for call in self.done if error is None else self.lost:
            call()
