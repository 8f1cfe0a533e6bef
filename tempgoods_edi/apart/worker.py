"""The separate process: limits itself, then runs one task on untrusted files, from standard input to standard output.

``python -m tempgoods_edi.apart.worker MODULE:FUNCTION SECONDS BYTES`` — started by `apart.run`, once for each task.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

#: Others are served first.
_NICE = 5


def main() -> None:
    """Run the task that the command line names, within the limits of time and memory given there too."""
    task, seconds, memory = sys.argv[1:4]
    _bound(int(seconds), int(memory))
    # Only now is the task's module loaded: that is bounded too.
    module, _, name = task.partition(":")
    getattr(import_module(module), name)(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _bound(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: only the time is bounded, from outside
        return
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    os.nice(_NICE)


if __name__ == "__main__":
    main()
