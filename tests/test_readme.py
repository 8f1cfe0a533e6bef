"""The README does what it says: its walk is walked from a bare copy of the checkout, its program is run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
#: Where the README has customs.
_PORT = 8018
README = (TOP / "README.md").read_text("utf-8")


def block(before: str, language: str) -> str:
    """The code block of *language* that follows the text *before*."""
    found = re.search(re.escape(before) + r".*?```" + language + r"\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


@contextmanager
def started(command: str, folder: Path, until: str) -> Iterator[None]:
    """*command* running in *folder*, from the moment its output says *until*."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TOX_", "VIRTUAL_ENV"))}
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            seen = []
            for line in process.stdout:
                seen.append(line)
                if until in line:
                    break
            else:
                pytest.fail("".join(seen[-20:]))
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.internet
@pytest.mark.needs("git")
def test_the_walk_ends_with_an_approved_exhibition(tmp_path: Path) -> None:
    """Five commands, typed as they stand in the README in a bare copy, end with 审核通过 and the number issued."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (TOP / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, tmp_path / name)
    serve, declare = block("<!-- walk: server -->", "sh"), block("<!-- walk: declarant -->", "sh")
    assert len((serve + declare.replace("\\\n", "")).splitlines()) == 5
    # Where somebody's own `make run` goes on meanwhile, its ports are taken: all that differs from the text.
    port = free_port()
    serve = serve.replace("make run", f"make run PORT={port} PORTAL_PORT=0 AGENT_PORT=0")
    assert f"127.0.0.1:{_PORT}" in declare
    declare = declare.replace(f"127.0.0.1:{_PORT}", f"127.0.0.1:{port}")
    with started(serve, tmp_path, f"127.0.0.1:{port}"):
        done = subprocess.run(["bash", "-ec", declare], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"审核通过 ZH2228\d{8}\b", done.stdout)
