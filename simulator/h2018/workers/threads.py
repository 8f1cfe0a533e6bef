"""Executors of slow work, so that the reactor serves others meanwhile: a few threads, or small steps between its turns.

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
    """An executor of slow work."""

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Call *call* in a thread; it must touch nothing that others change."""

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """Run *steps* in the reactor's own thread, which serves others between two steps."""


class ThreadExecutor:
    """An executor with a few threads, started by the first call, and steps in the reactor.

    :param reactor: whose thread hears of what was found.
    :param most: calls at the same time; the others wait.
    """

    def __init__(self, reactor: Any, most: int, name: str) -> None:
        self._reactor, self._most, self._name = reactor, most, name
        self._pool: ThreadPool | None = None
        # One step, of whoever asked, in each turn of the reactor.
        self._steps = Cooperator(lambda: lambda: True, lambda call: reactor.callLater(0, call))

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Call *call* in a thread, as `Executor` says."""
        if self._pool is None:
            self._pool = ThreadPool(0, self._most, self._name)
            self._pool.start()
        return deferToThreadPool(self._reactor, self._pool, call, *arguments)

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """Run *steps* between turns of the reactor, as `Executor` says."""
        return self._steps.coiterate(steps)

    def close(self) -> None:
        """Wait for work under way, and stop the threads."""
        if self._pool is not None:
            self._pool.stop()
            self._pool = None


class ImmediateExecutor:
    """An executor that does all work at once, for tests with a clock of their own."""

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Call *call* at once."""
        return maybeDeferred(call, *arguments)

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """Run *steps* at once."""
        return execute(list, steps)
