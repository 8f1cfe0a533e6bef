"""Measures two things side by side in one run and keeps the ratio: machines differ, ratios travel.

The rounds of both alternate, so that a busy moment of the machine hits both; the median of the rounds' ratios counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

TABLE = Path(__file__).parents[2] / "docs" / "performance.md"
_HEAD = """# Performance

Written by `tox -e bench`.  Ratios are of two things measured side by side in one run;
where a unit stands beside a figure (s, ms, MB, /s), it is this machine's.
Rows are replaced one by one, so they may come from different runs.

| what | against | ratio | wanted |
|---|---|---|---|
"""


class Ratio(Struct, frozen=True):
    """Rates of *ours* and *theirs* (per second) and the median of their per-round ratio."""

    ours: float
    theirs: float
    value: float


def rate(work: Callable[[], object], seconds: float) -> float:
    """Calls of *work* per second of this process's own CPU time, over about *seconds* of it.

    CPU time, for what else the machine does must not count; *work* computes and does not wait.
    """
    work()
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        work()
        count += 1
    return count / spent


def compare(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 15, seconds: float = 0.1) -> Ratio:
    """The rate of *ours* as a multiple of the rate of *theirs*."""
    pairs = [(rate(ours, seconds), rate(theirs, seconds)) for _ in range(rounds)]
    return Ratio(
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def report(what: str, against: str, value: str, wanted: str) -> None:
    """Print a row and keep it in the table, replacing an earlier one of the same name."""
    row = f"| {what} | {against} | {value} | {wanted} |"
    print(row)
    text = TABLE.read_text("utf-8") if TABLE.is_file() else _HEAD
    rows = [line for line in text.splitlines() if line.startswith("|") and not line.startswith(("| what", "|---"))]
    kept = [line for line in rows if not line.startswith(f"| {what} | {against} |")]
    TABLE.write_text(_HEAD + "".join(f"{line}\n" for line in sorted([*kept, row])), "utf-8")
