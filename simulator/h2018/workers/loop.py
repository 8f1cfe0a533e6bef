"""A periodic call that survives failures: Twisted's own loop ends for ever with the first failure."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from tempgoods_edi.databases import trouble

_log = Logger()


def every(seconds: float, call: Callable[[], object], reactor: IReactorTime) -> LoopingCall:
    """Call *call* now and every *seconds*; a failure is logged, and the calls go on.

    >>> from twisted.internet.task import Clock
    >>> clock, done = Clock(), []
    >>> loop = every(1.0, lambda: done.append(clock.seconds()) or 1 // 0, clock)
    >>> clock.pump([1, 1]); done
    [0.0, 1.0, 2.0]
    """

    def made() -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - see above
            away = trouble(error)
            if away is None:
                _log.failure("a turn failed; the next one comes in {seconds} s", seconds=seconds)
            else:
                _log.warn("{why}", why=away.en)

    loop = LoopingCall(made)
    loop.clock = reactor
    loop.start(seconds, now=True)
    return loop
