"""A progress bar on standard error, for who waits for many messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def watched(names: Sequence[str], doing: str) -> Iterator[str]:
    """Each of *names*, while a bar shows how far we are."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        # On one terminal the results scroll above the bar; into a file they go as they are.
        redirect_stdout=sys.stdout.isatty(),
    )
    with progress:
        yield from progress.track(names, description=doing)
