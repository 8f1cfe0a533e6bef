"""One deadline for a whole HTTP exchange, because a socket's own time-out restarts with every byte."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Timer

from tempgoods_edi.values import Bilingual

#: How long a server may be silent (seconds).
SILENCE = 30.0
#: A whole exchange may take so many times the longest silence.
WHOLE = 4

_SLOW = Bilingual("{seconds:g} 秒内没有完整应答", "no whole answer within {seconds:g} s")


class Deadline:
    """Breaks off a connection when an exchange takes too long: a socket's own time-out restarts with every byte.

    Used as a context manager around each exchange.

    :param seconds: how long one may take.
    :ivar connection: the socket that is in use, as soon as there is one.
    :ivar passed: True once the last exchange was broken off.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.passed = seconds, False
        self.connection: socket.socket | None = None
        self._timer: Timer | None = None

    def __enter__(self) -> Deadline:
        self.passed = False
        self._timer = Timer(self.seconds, self._break_off)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def hold(self, connection: socket.socket) -> None:
        """Note that *connection* is in use now, so that the deadline can break it off."""
        self.connection = connection

    def _break_off(self) -> None:
        self.passed, connection = True, self.connection
        if connection is not None:
            with suppress(OSError):
                # Not the shutdown of TLS, which would wait for the other side.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


def too_slow(seconds: float) -> Bilingual:
    """The text that an exchange was given up after so many *seconds*."""
    return _SLOW.format(seconds=seconds)
