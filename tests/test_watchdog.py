"""Nothing of a test run outlives it, however it ends; and no server of it is reachable from other machines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.watchdog import MARK, PREFIX, Report, Watchdog

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

TOP = Path(__file__).resolve().parent.parent
SLEEPS = "import signal; signal.pause()"
#: A run that has started a process which left its parent's session; it says where it is and who it started.
RUN = f"""
import os, signal, subprocess, sys
from pathlib import Path
from tests.watchdog import Watchdog
watchdog = Watchdog(Path(sys.argv[1]))
away = {{**os.environ, **watchdog.environment()}}
child = subprocess.Popen([sys.executable, "-c", "{SLEEPS}"], env=away, start_new_session=True, stdout=subprocess.DEVNULL)
(watchdog.folder / "something").mkdir()
print(watchdog.folder, child.pid, watchdog.watching, flush=True)
signal.pause()
"""


def alive(process: int) -> bool:
    """True while it runs."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def until(found: Callable[[], bool]) -> None:
    """Wait until it is so."""
    pause = threading.Event()
    for _ in range(400):
        if found():
            return
        pause.wait(0.05)
    pytest.fail("it never came to that")


def run_in(parent: Path) -> tuple[subprocess.Popen[str], Path, int, int]:
    """A run of its own: its process, folder, a process that it started, and its watchdog."""
    command = [sys.executable, "-c", RUN, str(parent)]
    process = subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    folder, child, watchdog = process.stdout.readline().split()
    process.stdout.close()
    return process, Path(folder), int(child), int(watchdog)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_killed_leaves_neither_processes_nor_files(tmp_path: Path, by: signal.Signals) -> None:
    """Also not one that is in a session of its own."""
    process, folder, child, watchdog = run_in(tmp_path)
    assert alive(child)
    assert folder.name.startswith(PREFIX)
    process.send_signal(by)
    process.wait()
    until(lambda: not alive(child) and not folder.exists() and not alive(watchdog))


def test_the_next_run_clears_up_after_one_whose_watchdog_was_killed_too(tmp_path: Path) -> None:
    """And leaves alone one that still goes on."""
    process, folder, child, watchdog = run_in(tmp_path)
    other = run_in(tmp_path)
    os.kill(watchdog, signal.SIGKILL)
    process.kill()
    process.wait()
    until(lambda: not alive(watchdog))
    assert alive(child)
    assert Watchdog(tmp_path).ended() == Report(reachable=[], left=[])
    assert not alive(child)
    assert not folder.exists()
    assert other[1].exists()
    assert alive(other[2])
    other[0].kill()
    other[0].wait()
    until(lambda: not alive(other[2]) and not other[1].exists())


@pytest.mark.parametrize(("host", "told"), [("0.0.0.0", "0.0.0.0"), ("::", "::"), ("127.0.0.1", ""), ("::1", "")])  # noqa: S104 - to be found
def test_a_listener_that_others_can_reach_is_told(tmp_path: Path, host: str, told: str) -> None:
    """With its address, port and command; one on loopback is not, nor one of somebody else's."""
    family = "AF_INET6" if ":" in host else "AF_INET"
    code = f"""
import socket, sys, signal
with socket.socket(socket.{family}) as one:
    one.bind(("{host}", 0)); one.listen(); print(one.getsockname()[1], flush=True); sys.stdin.read()
"""
    watchdog, elsewhere = Watchdog(tmp_path), {**os.environ, MARK: "another"}
    ports = []
    for environment in ({**os.environ, **watchdog.environment()}, elsewhere):
        with subprocess.Popen(
            [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            if not port and family == "AF_INET6":
                pytest.skip("this machine has no IPv6")
            ports.append(port)
            watchdog.seen()
    report = watchdog.ended()
    assert report["left"] == []
    assert [each.partition(" by ")[0] for each in report["reachable"]] == ([f"{told} port {ports[0]}"] if told else [])


def test_a_process_that_is_left_is_told(tmp_path: Path) -> None:
    """By its command; it is ended."""
    watchdog = Watchdog(tmp_path)
    environment = {**os.environ, **watchdog.environment()}
    with subprocess.Popen([sys.executable, "-c", SLEEPS], env=environment) as child:
        (told,) = watchdog.ended()["left"]
        assert told.startswith(f"process {child.pid}: ")
        assert SLEEPS in told
        assert child.wait() == -signal.SIGTERM
