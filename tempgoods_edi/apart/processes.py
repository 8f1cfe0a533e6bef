"""Starts the processes that read untrusted files, and makes sure that they end.

Plain functions that block; who must not block calls them in a thread.  Nothing of the environment, and no open file,
reaches the process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Thread, Timer

from tempgoods_edi.apart import Ended, ProcessLimits, ProcessOutcome

_WORKER = "tempgoods_edi.apart.worker"
#: Processes at the same time; the others wait.
AT_ONCE = 2
_places = BoundedSemaphore(AT_ONCE)
#: How the system ends a process whose processor time is used up (SIGXCPU, which Windows does not know).
_TIME_USED_UP = -24


def run(task: str, given: Iterable[bytes], limits: ProcessLimits) -> Ended:
    """Run *task* in a separate process.

    :param task: ``module:function`` of ours, a function of two binary streams: what it is given, and where it answers.
    :param given: the input, in pieces.
    """
    return _run(_command(task, limits), given, limits)


def _command(task: str, limits: ProcessLimits) -> list[str]:
    # Without `site`, which only takes time: where modules lie is handed on.
    return [sys.executable, "-S", "-P", "-m", _WORKER, task, str(limits.seconds), str(limits.memory)]


def _run(command: list[str], given: Iterable[bytes], limits: ProcessLimits) -> Ended:
    with _places, _started(command) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker: both are pipes
        late = Timer(limits.patience, process.kill)
        late.start()
        feeder = Thread(target=_feed, args=(process, given), daemon=True)
        feeder.start()
        try:
            answer = process.stdout.read(limits.answer + 1)
            in_bounds = len(answer) <= limits.answer
            if in_bounds:
                process.wait()
        finally:
            was_late = not late.is_alive()
            late.cancel()
            late.join()
            process.kill()
            feeder.join()
            process.wait()
    if was_late or process.returncode == _TIME_USED_UP:
        return Ended(ProcessOutcome.TOO_LONG, answer)
    return Ended(ProcessOutcome.DONE if in_bounds and process.returncode == 0 else ProcessOutcome.DIED, answer)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    places = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    # Passwords may stand in the environment; Windows' programs do not start without one.
    environment = None if os.name == "nt" else {"PYTHONPATH": os.pathsep.join(places)}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )


def _feed(process: subprocess.Popen[bytes], given: Iterable[bytes]) -> None:
    assert process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
    # A process that has ended reads no more.
    with suppress(OSError):
        for piece in given:
            process.stdin.write(piece)
    with suppress(OSError):
        process.stdin.close()
