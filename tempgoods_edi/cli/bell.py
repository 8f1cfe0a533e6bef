"""A flag that a signal handler sets while the main thread waits for it."""

from __future__ import annotations

import os
import select
from contextlib import suppress


class Bell:
    """An event that signal handlers may set.

    `threading.Event` is none: a handler that sets it runs in the thread that waits, and where that thread holds the
    event's own lock just then, both wait for ever.
    """

    def __init__(self) -> None:
        self._ear, self._clapper = os.pipe()
        os.set_blocking(self._clapper, False)
        self._rung = False

    def ring(self) -> None:
        """Set the flag, and wake the thread that waits."""
        self._rung = True
        with suppress(BlockingIOError):  # it was rung 65536 times
            os.write(self._clapper, b"!")

    def rung(self) -> bool:
        """True once the flag was set."""
        return self._rung

    def wait(self, seconds: float) -> bool:
        """Wait at most *seconds* for the flag; True when it is set."""
        if not self._rung:
            select.select([self._ear], [], [], seconds)
        return self._rung
