"""The examples of ``docs/testing-with-customs.md`` run as they stand, in a pytest of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.h2018.tenant import TOP

GUIDE = TOP / "docs" / "testing-with-customs.md"


def test_the_guides_examples_run(tmp_path: Path) -> None:
    """The tests pass under the plugin, warnings as errors; the script runs."""
    tests, script = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "test_guide.py").write_text(tests, "utf-8")
    (tmp_path / "script.py").write_text(script, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -W error\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TOP), str(TOP / "simulator")))}
    # As an installed package the plugin is found by its entry point; from a checkout it is named.
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugin = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "h2018.pytest_plugin", str(tmp_path)]
    for command in (plugin, [sys.executable, str(tmp_path / "script.py")]):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_plugin_imports_next_to_nothing() -> None:
    """It is imported in every pytest session of the environment: no server, no core, no Twisted."""
    code = (
        "import sys, pytest; before = set(sys.modules); import h2018.pytest_plugin;"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=TOP / "simulator")
    assert done.stdout.strip() == "['h2018', 'h2018.pytest_plugin']"
