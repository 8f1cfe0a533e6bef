"""How quickly the command line starts: a check of one small file against the import of lxml alone."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.ratios import report

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROUNDS = 11
MOST = 3.0
ALONE = ("-c", "import lxml.etree")
CHECK = (
    "-c",
    "from tempgoods_edi.cli import main; main()",
    "check",
    str(FIXTURES / "valid" / "tmp101-minimal.xml"),
    "--trust",
    str(FIXTURES / "keys" / "ca.pem"),
    "--today",
    "2026-11-22",
)


def seconds(arguments: Sequence[str]) -> float:
    """CPU time of one Python process, which must end well: what else the machine does must not count."""
    # A machine that never keeps compiled modules would measure the compiler.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def test_a_check_of_one_small_file_starts_quickly() -> None:
    """Signature, certificate, schema and rules of one file: at most three times the import of lxml."""
    seconds(CHECK)
    pairs = [(seconds(CHECK), seconds(ALONE)) for _ in range(ROUNDS)]
    ratio = statistics.median(check for check, _ in pairs) / statistics.median(alone for _, alone in pairs)
    report(
        "check of one small signed file (whole process)", "python -c 'import lxml.etree'", f"{ratio:.2f}×", "≤ 3×"
    )
    assert ratio <= MOST
