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
        _without_backports()
    from tempgoods_edi.cli.application import run

    code = run(arguments)
    if lasting:
        sys.exit(code)
    _leave(code)


def _without_backports() -> None:
    """Import msgspec as where `typing_extensions` is not installed: it needs nothing of it, and loads it where it is."""
    name = "typing_extensions"
    if name not in sys.modules:
        sys.modules[name] = None  # type: ignore[assignment]  # so the import system is told that there is none
        try:
            import msgspec  # noqa: F401 - for its effect
        finally:
            del sys.modules[name]


def _leave(code: int) -> None:
    """End at once: taking the modules down one by one would be another tenth of a short command."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or 1  # whoever read our output went away before its end
    os._exit(code)
