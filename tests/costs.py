"""What a running process costs, as Linux tells it: processor time, and the most memory it had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

#: Where there is no such telling, nothing can be measured.
only_linux = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").is_file(), reason="only Linux tells what a process costs"
)


class Costs:
    """One process, by its number; what it does after `forget` is what counts.

    :ivar pid: the process.
    """

    def __init__(self, pid: int) -> None:
        self.pid, self._begin, self._before = pid, 0.0, 0
        self.forget()

    def forget(self) -> None:
        """Count from here."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        self._begin, self._before = self._seconds(), self._peak()

    @property
    def seconds(self) -> float:
        """Processor time it took, its own and that of children it has waited for."""
        return self._seconds() - self._begin

    @property
    def megabytes(self) -> float:
        """By how much its memory grew at the most."""
        return (self._peak() - self._before) / 1024

    def _seconds(self) -> float:
        # After the name, which may hold anything, in brackets: utime, stime and those of children are 12th to 15th.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def _peak(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
