"""`simulate` and `up`: a simulated customs starts, says where it listens, and stops when told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import FIXTURES, Line

TRUST = str(FIXTURES / "keys" / "ca.pem")


@pytest.mark.parametrize(
    "command",
    [("simulate", "--trust", TRUST, "--clock", "2026-11-22T09:00"), ("up", "--portal-port", "0", "--agent-port", "0")],
)
def test_customs_start_answer_and_stop(tmp_path: Path, command: tuple[str, ...]) -> None:
    """The first line tells the address; an interruption ends it with exit 0."""
    arguments = [sys.executable, "-m", "tempgoods_edi.cli", *command, "--port", "0"]
    with subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[-1]
            with urllib.request.urlopen(f"{url}/healthz") as answer:  # noqa: S310 - our own server
                assert answer.headers["X-Simulated"] == "h2018"
        finally:
            process.send_signal(signal.SIGINT)
            said = process.stdout.read()
    assert process.returncode == 0
    assert "simulated customs is up" in said


def test_a_port_that_is_taken_is_told() -> None:
    """Exit 2 with the address, no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "tempgoods_edi.cli", "simulate", "--port", str(port)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert str(port) in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_time_that_is_none_is_told(line: Line) -> None:
    """The right form of a time is shown."""
    ran = line("simulate", "--clock", "noon")
    assert (ran.code, "2027-01-10T09:00" in ran.err) == (2, True)
