"""The one entry point, ``tempgoods-edi``: the wiring that meets the clock, chance, the environment and the terminal.

Every command is a module of its own, loaded only when it is asked for: a check of one file starts quickly.
"""

from __future__ import annotations

import gc
import os
import sys

#: Commands that go on until they are stopped: they need the collector, and an orderly end.
_LASTING = ("simulate", "gateway", "web", "card-agent", "up")


def main() -> None:
    """Run the command line and leave with its exit code."""
    arguments = sys.argv[1:]
    lasting = arguments[:1] != [] and arguments[0] in _LASTING
    if not lasting:
        # Nearly everything a start makes lives to the end: looking for garbage among it is a tenth of a short command.
        gc.set_threshold(200_000, 20, 20)
    from tempgoods_edi.cli.application import run

    code = run(arguments)
    if lasting:
        sys.exit(code)
    _leave(code)


def _leave(code: int) -> None:
    """End at once: taking the modules down one by one would be another tenth of a short command."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or 1  # whoever read our output went away before its end
    os._exit(code)
