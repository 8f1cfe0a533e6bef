"""The tests run on other days: the settings, and the short run that belongs to every `make test`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.needed import without
from tools.other_days import SETTINGS, VARIABLE, NoOtherDay, clear, environment, real

TOP = Path(__file__).resolve().parents[2]
READ = "import datetime; print(datetime.datetime.now().astimezone().isoformat())"
#: Time that only passes: as long as it should be, to Python and to what Python starts.
WAITS = (
    "import threading, time; begin = time.monotonic(); time.sleep(0.2); threading.Event().wait(0.2);"
    "lock = threading.Lock(); lock.acquire(); lock.acquire(timeout=0.2); print(0.6 <= time.monotonic() - begin < 60)"
)
#: What the machine's own slowness may come to.
SLOW = timedelta(minutes=10)
ONCE = pytest.mark.skipif(VARIABLE in os.environ, reason="it is another day already")


def made(name: str) -> Mapping[str, str]:
    """The environment of a setting; the test is left out where there is none."""
    try:
        return environment(SETTINGS[name], os.environ, time.time())
    except NoOtherDay as error:
        without(str(error))


def output(code: str, around: Mapping[str, str]) -> str:
    """What Python, started by a shell, prints in *around*."""
    command = ["sh", "-c", '"$0" -c "$1"', sys.executable, code]
    return subprocess.run(command, env=around, capture_output=True, text=True, check=True, timeout=120).stdout.strip()


@ONCE
@pytest.mark.parametrize("name", ["end-of-february", "leap-day", "new-year"])
def test_processes_live_on_the_day_of_the_setting(name: str) -> None:
    """The clock goes on from the moment of the setting, in all that is started; what is waited for takes as long as ever."""
    starts, around = SETTINGS[name].starts, made(name)
    assert starts is not None
    assert starts - SLOW < datetime.fromisoformat(output(READ, around)) < starts + SLOW
    assert output(WAITS, around) == "True"


@ONCE
def test_walks_and_command_line_are_right_on_a_leap_day() -> None:
    """README, docs and every command, two years from now on 29 February."""
    made("leap-day")
    command = [sys.executable, "-m", "tools.other_days", "--only", "leap-day", "--short"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert "leap-day: 2028-02-29" in done.stdout


def test_a_place_is_a_time_zone() -> None:
    """In New York it is still the day before when China's day begins."""
    around = made("new-york")
    assert output(READ, around)[-6:] in ("-05:00", "-04:00")


def test_the_real_time_is_had_back() -> None:
    """What talks to the internet gets an environment without the library, and with everything else."""
    usual = {"HOME": "/", "LD_PRELOAD": "theirs.so"}
    assert real(usual) == usual
    assert real({**usual, VARIABLE: "leap-day", "FAKETIME": "+1"}) == {"HOME": "/"}


def test_what_killed_processes_shared_is_cleared(tmp_path: Path) -> None:
    """A process that goes on keeps its own, and nobody else's files are touched."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    kept = {f"faketime_shm_{os.getpid()}", "faketime_shm_notes", "PostgreSQL.1"}
    gone = {f"faketime_shm_{ended.pid}", f"sem.faketime_sem_{ended.pid}"}
    for name in kept | gone:
        (tmp_path / name).touch()
    clear(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == kept
