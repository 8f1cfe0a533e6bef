"""One piece of work of a world: everything it changes is committed together, and only then is anybody told of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Work:
    """The pieces of work of one world, one after the other.

    :param transaction: all or nothing, and on the disk when it ends.
    :ivar undone: called when a piece of work failed, to forget what was prepared.
    :ivar done: called when one was committed.
    """

    __slots__ = ("_at_once", "_inside", "_transaction", "done", "undone")

    def __init__(self, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._transaction = transaction
        self._at_once: deque[Callable[[], None]] = deque()
        self._inside = False
        self.undone: list[Callable[[], None]] = []
        self.done: list[Callable[[], None]] = []

    def at_once(self, call: Callable[[], None]) -> None:
        """Have *call* made within this piece of work, after what is being done and what was put off before."""
        self._at_once.append(call)

    @contextmanager
    def piece(self) -> Iterator[None]:
        """A piece of work; within one, a part of it."""
        if self._inside:
            yield
            return
        self._inside = True
        try:
            with self._transaction():
                yield
                while self._at_once:
                    self._at_once.popleft()()
        except BaseException:
            self._at_once.clear()
            for call in self.undone:
                call()
            raise
        finally:
            self._inside = False
        for call in self.done:
            call()
