"""Where slow work is done, so that the reactor serves others meanwhile: a few threads, or many small steps between its turns.

>>> heard = []
>>> _ = ImmediateExecutor().in_thread(sum, (1, 2)).addCallback(heard.append)
>>> heard
[3]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from twisted.internet.defer import Deferred, execute, maybeDeferred
from twisted.internet.task import Cooperator
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool


class Executor(Protocol):
    """A place for slow work."""

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Have *call* made; it touches nothing that others change."""

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """Have *steps* taken in the reactor's own thread, which serves others between two of them."""


class ThreadExecutor:
    """A few threads, started with the first call, and steps.

    :param reactor: whose thread hears of what was found.
    :param most: calls at the same time; the others wait.
    """

    def __init__(self, reactor: Any, most: int, name: str) -> None:
        self._reactor, self._most, self._name = reactor, most, name
        self._pool: ThreadPool | None = None
        # One step, of whoever asked, in each turn of the reactor.
        self._steps = Cooperator(lambda: lambda: True, lambda call: reactor.callLater(0, call))

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """As `Executor`."""
        if self._pool is None:
            self._pool = ThreadPool(0, self._most, self._name)
            self._pool.start()
        return deferToThreadPool(self._reactor, self._pool, call, *arguments)

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """As `Executor`."""
        return self._steps.coiterate(steps)

    def close(self) -> None:
        """Wait for what is being done, and end the threads."""
        if self._pool is not None:
            self._pool.stop()
            self._pool = None


class ImmediateExecutor:
    """Does everything when it is asked for it, as a test with a clock of its own wants it."""

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """As `Executor`."""
        return maybeDeferred(call, *arguments)

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """As `Executor`."""
        return execute(list, steps)
