"""The examples of ``docs/cli.md`` do what they say."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import FIXTURES, Line

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")


def test_every_example_runs(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ``sh`` line in the order of the page, in a folder with the JSON they begin with, ends with 0."""
    shutil.copy(FIXTURES / "valid" / "tmp101-minimal.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    commands = [each for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for each in block.splitlines()]
    assert len(commands) > 10
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "tempgoods-edi"
        ran = line(*arguments)
        assert ran.code == 0, (command, ran)
