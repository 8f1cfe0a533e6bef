"""How quickly we start: a check of one small file against the import of lxml alone, and what a first check imports."""

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
MOST_IMPORT_MS = 80
PROGRAM = f"""
from datetime import UTC, datetime
from tempgoods_edi import Facts, Policy, Trust, check

now = datetime(2026, 11, 22, tzinfo=UTC)
trust = Trust([open({str(FIXTURES / "keys" / "ca.pem")!r}, "rb").read()])
message = open({str(FIXTURES / "valid" / "tmp101-minimal.xml")!r}, "rb").read()
assert not check(message, Facts(today=now.date()), Policy(now=now, trust=trust)).findings
"""
#: The core installed alone has no such module, and msgspec does without.
AS_ALONE = "import sys; sys.modules['typing_extensions'] = None"
IMPORTING = AS_ALONE + """
from importlib import import_module
for name in {names!r}:
    try:
        import_module(name)
    except ImportError:
        pass  # a name that a module made for itself
"""
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


def test_the_library_and_a_first_check_import_little() -> None:
    """What a program pays that imports the everyday names and checks one message, beyond Python itself and the check's work."""
    listed = f"{AS_ALONE}\nbefore = set(sys.modules)\n{PROGRAM}\nprint(*(name for name in sys.modules if name not in before))"
    names = subprocess.run([sys.executable, "-c", listed], check=True, capture_output=True, text=True).stdout.split()
    imports = ("-c", IMPORTING.format(names=names))
    seconds(imports)
    pairs = [(seconds(imports), seconds(("-c", ""))) for _ in range(ROUNDS)]
    spent = 1000 * statistics.median(imported - bare for imported, bare in pairs)
    report("import tempgoods_edi and one check: its imports", "python -c ''", f"{spent:.0f} ms", f"≤ {MOST_IMPORT_MS} ms")
    assert spent <= MOST_IMPORT_MS
