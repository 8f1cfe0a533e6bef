"""The examples of ``docs/simulator.md`` that steer the server run as they stand."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from h2018 import app
from h2018.config import DEMO_START
from tests.h2018.http.web import CONFIG
from tests.h2018.tenant import TOP

GUIDE = TOP / "docs" / "simulator.md"


@pytest.mark.needs("curl")
def test_every_command_that_steers_is_taken(tmp_path: Path) -> None:
    """Each answers with a status below 400, in the order of the page, with the page's own files."""
    text = GUIDE.read_text("utf-8")
    for name, content in re.findall(r"```toml (\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(content, "utf-8")
    blocks = re.findall(r"```sh control\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if not line.startswith("#")]
    assert len(lines) > 20
    with app.running(replace(CONFIG, port=0, starts_at=DEMO_START, clock="live")) as url:
        for line in lines:
            command = line.replace("http://127.0.0.1:8018", url).replace("curl ", "curl -sS --fail-with-body ", 1)
            done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=30)
            assert done.returncode == 0, (line, done.stdout, done.stderr)
