"""``tempgoods-edi web`` as a process: it says where it listens, ends in order, and says why it cannot start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.web.portal import authority
from tests.web.stack import TOP

BEGINS = "portal "


@contextmanager
def running(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it says where it listens (empty when it does not)."""
    (folder / "ca.pem").write_bytes(authority().certificate_pem)
    command = [sys.executable, "-m", "tempgoods_edi.cli", "web", "--database", str(folder / "portal.sqlite3")]
    command += ["--trust", str(folder / "ca.pem"), "--lang", "en", *options]
    env = {**os.environ, "PYTHONPATH": f"{TOP}{os.pathsep}{TOP / 'simulator'}", "TEMPGOODS_LANG": "en"}
    with (
        (folder / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, encoding="utf-8", cwd=TOP, env=env) as process,
    ):
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield process, line.removeprefix(BEGINS).strip()
        finally:
            process.kill()


def test_it_serves_and_ends_in_order(tmp_path: Path) -> None:
    """Health, no name of the server, a plain end by SIGTERM."""
    with running(tmp_path, "--port", "0") as (process, url):
        answer = httpx.get(f"{url}/readyz")
        assert answer.json() == {"status": "ok"}
        assert "server" not in answer.headers
        process.terminate()
        assert process.wait(20) == 0


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    """No traceback, but where and why."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        running(tmp_path, "--port", str(taken.getsockname()[1])) as one,
    ):
        assert one[0].wait(20) == 2
    assert "cannot listen on 127.0.0.1" in (tmp_path / "log").read_text("utf-8")
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "::"), "--origin"),
        (("--platform-key", "nowhere.p12"), "platform key"),
        (("--trust", "nowhere.pem"), "nowhere.pem"),
    ],
)
def test_settings_that_cannot_be_used_are_said(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """Each in words."""
    with running(tmp_path, "--port", "0", *options) as (process, url):
        assert (process.wait(20), url) == (2, "")
    log = (tmp_path / "log").read_text("utf-8")
    assert said in log
    assert "Traceback" not in log
