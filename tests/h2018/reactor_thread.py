"""A running reactor for tests with real sockets: one thread for the whole run, started by the first that asks."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Any

from twisted.internet import reactor as installed
from twisted.internet.threads import blockingCallFromThread

reactor: Any = installed


def on_reactor(call: Callable[..., Any], *arguments: Any) -> Any:
    """Have *call* made in the reactor's thread; its result, also a Deferred's."""
    if not reactor.running:
        started = threading.Event()
        reactor.callWhenRunning(started.set)
        threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True).start()
        if not started.wait(10):
            raise TimeoutError("the reactor did not start")
        atexit.register(reactor.callFromThread, reactor.stop)
    return blockingCallFromThread(reactor, call, *arguments)


class Served:
    """A port that is listened on for the time of a ``with``; gives its number."""

    def __init__(self, listen: Callable[[], Any]) -> None:
        self._listen = listen
        self._port: Any = None

    def __enter__(self) -> int:
        self._port = on_reactor(self._listen)
        return int(self._port.getHost().port)

    def __exit__(self, *_: object) -> None:
        on_reactor(self._port.stopListening)
