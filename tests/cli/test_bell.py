"""What signal handlers may do while the main thread waits."""

from __future__ import annotations

import subprocess
import sys

#: A signal every 50 µs, while the main thread waits again and again for what their handler does.
STORM = """
import signal
from tempgoods_edi.cli.bell import Bell

bells = [Bell() for _ in range(50)]
now = iter([])

def handler(*_):
    bells[at].ring()

at = 0
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 5e-5, 5e-5)
for at in range(len(bells)):
    while not bells[at].wait(1e-6):
        pass
signal.setitimer(signal.ITIMER_REAL, 0)
print("done")
"""


def test_a_signal_may_come_at_any_moment_of_waiting() -> None:
    """Every bell is heard, wherever in `wait` the handler that rings it interrupts the main thread; nothing stands still."""
    done = subprocess.run([sys.executable, "-c", STORM], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_who_waits_is_woken_at_once() -> None:
    """A signal ends a wait of an hour."""
    code = (
        "import signal; from tempgoods_edi.cli.bell import Bell; bell = Bell();"
        "signal.signal(signal.SIGALRM, lambda *_: bell.ring()); signal.setitimer(signal.ITIMER_REAL, 0.1);"
        "print(bell.wait(3600), bell.rung())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "True True\n"), done.stderr
