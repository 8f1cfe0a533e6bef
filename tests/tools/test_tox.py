"""The checks start under tox wherever they run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(TOP / ".venv" not in Path(sys.executable).parents, reason="make test runs the tests in .venv")
def test_a_check_starts_where_ci_is_set(tmp_path: Path) -> None:
    """There tox lists what is installed first, and its own environments hold nothing that could."""
    done = subprocess.run(
        [sys.executable, "-m", "tox", "run", "-e", "lint", "--workdir", tmp_path, "--notest"],
        cwd=TOP,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pytest==" in done.stdout
