"""Run the tests as if it were another day, or in another place: ``python -m tools.other_days [--only NAME]… [PYTEST…]``.

libfaketime shifts what every process, ours and the outside programs', reads from the clock; time that only passes
(monotonic) is left alone, so that nothing waits longer.  Left out are tests that need a browser, which stands still under
libfaketime, and those that talk to the internet, whose certificates are of today.  The library comes from PyPI's
``libfaketime``: Debian 12's own (0.9.10) breaks ``time.sleep`` of Python 3.11 when monotonic time is left alone, and
``lock.acquire(timeout=…)`` when it is not.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pytest

TOP = Path(__file__).resolve().parent.parent
#: What is run when nothing is said: everything, as `tox -e tests` runs it.
EVERYTHING = ("-n", "2", "--dist", "worksteal")
#: The walks through README and docs, and the command line: what `make test` runs on one other day.
SHORT = ("tests/cli", "tests/walks", "--ignore=tests/cli/test_up.py", "--ignore=tests/cli/test_virtual_card.py")
#: Tests that need one of these are left out.
BROWSERS = frozenset({"chromium", "playwright"})
#: Name of the setting, for who must know that it is one.
VARIABLE = "TEMPGOODS_OTHER_DAY"

_CHINA = timezone(timedelta(hours=8))
#: Of the environment, what makes time another.
_OURS = (VARIABLE, "LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "FAKETIME_FORCE_MONOTONIC_FIX")
#: Where processes under libfaketime agree on the time; what was killed leaves its file there.
_SHARED = Path("/dev/shm")  # noqa: S108 - its own place
#: Seconds that the clock may differ from what was asked for, a slow start included.
_NEAR = 300.0


class Setting(NamedTuple):
    """Another day, or another place.

    :ivar ahead: how far the clock is put forward.
    :ivar starts: or what it shows when the tests start.
    :ivar zone: the machine's time zone; "" leaves it as it is.
    """

    ahead: timedelta = timedelta(0)
    starts: datetime | None = None
    zone: str = ""


SETTINGS: Mapping[str, Setting] = {
    "tomorrow": Setting(ahead=timedelta(days=1)),
    "in-forty-days": Setting(ahead=timedelta(days=40)),
    "end-of-february": Setting(starts=datetime(2027, 2, 28, 10, tzinfo=_CHINA)),
    "leap-day": Setting(starts=datetime(2028, 2, 29, 10, tzinfo=_CHINA)),
    # The year ends while they start.
    "new-year": Setting(starts=datetime(2031, 12, 31, 23, 59, 30, tzinfo=_CHINA), zone="Asia/Shanghai"),
    "new-york": Setting(zone="America/New_York"),
}


class NoOtherDay(Exception):
    """The clock cannot be made to show another day here."""


def main(arguments: Sequence[str]) -> int:
    """Run the settings asked for; the exit code is 1 when one of them failed, 2 when none can be made here."""
    parser = argparse.ArgumentParser(prog="python -m tools.other_days", description=__doc__, allow_abbrev=False)
    parser.add_argument("--only", action="append", choices=SETTINGS, help="this setting; repeatable (usual: all of them)")
    parser.add_argument("--short", action="store_true", help="the walks of README and docs, and the command line, only")
    asked, more = parser.parse_known_args(arguments)
    tests = [*more, *(SHORT if asked.short else ())] or list(EVERYTHING)
    ended: dict[str, int] = {}
    for name in asked.only or SETTINGS:
        try:
            # Days are tried here, not messages: of what is drawn at random, less than on the usual day.
            around = {"TEMPGOODS_PROFILE": "few", **environment(SETTINGS[name], os.environ, time.time()), VARIABLE: name}
        except NoOtherDay as error:
            print(error)
            return 2
        print(f"== {name}: {shown(around)}", flush=True)
        command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tools.other_days", *tests)
        ended[name] = subprocess.run(command, cwd=TOP, env=around, check=False).returncode
        clear(_SHARED)
    for name, code in ended.items():
        print(f"== {name}: {'passed' if code == 0 else f'failed (pytest: {code})'}")
    return 1 if any(ended.values()) else 0


def environment(setting: Setting, usual: Mapping[str, str], now: float) -> dict[str, str]:
    """The environment in which processes live in *setting*; *usual* otherwise.

    :param now: seconds since 1970.
    :raises NoOtherDay: libfaketime is not installed, or does nothing here.
    """
    around = real(usual)
    if setting.zone:
        around["TZ"] = setting.zone
    ahead = setting.ahead.total_seconds() if setting.starts is None else setting.starts.timestamp() - now
    if ahead:
        # An offset, not a moment: that would be where every single process starts from anew.
        around |= {"LD_PRELOAD": str(library()), "FAKETIME": f"{ahead:+.0f}"}
        around |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0"}
        read = subprocess.run(
            [sys.executable, "-c", "import time; print(time.time())"], env=around, capture_output=True, text=True, check=False
        )
        if read.returncode or abs(float(read.stdout) - now - ahead) > _NEAR:
            raise NoOtherDay(f"libfaketime does nothing here: {read.stderr.strip() or read.stdout.strip()}")
    return around


def clear(folder: Path) -> None:
    """Remove what libfaketime shared in *folder* with processes that are no more."""
    for path in (*folder.glob("faketime_shm_*"), *folder.glob("sem.faketime_sem_*")):
        number = path.name.rpartition("_")[2]
        if number.isdecimal() and not Path("/proc", number).exists():
            with suppress(OSError):  # another's
                path.unlink()


def library() -> Path:
    """Where libfaketime lies.

    :raises NoOtherDay: it is not installed.
    """
    found = importlib.util.find_spec("libfaketime")
    for folder in (found and found.submodule_search_locations) or ():
        path = Path(folder) / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
        if path.is_file():
            return path
    raise NoOtherDay("needs libfaketime: pip install libfaketime")


def real(usual: Mapping[str, str]) -> dict[str, str]:
    """*usual*, where it is of a setting, with the machine's own time."""
    return {name: value for name, value in usual.items() if name not in _OURS or VARIABLE not in usual}


def shown(around: Mapping[str, str]) -> str:
    """What a process in *around* reads from its clock."""
    code = "import datetime; print(datetime.datetime.now().astimezone())"
    return subprocess.run([sys.executable, "-c", code], env=around, capture_output=True, text=True, check=True).stdout.strip()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what no other day can be had for: this module is a plugin of the runs that it starts."""
    without = [item for item in items if item.get_closest_marker("internet") or BROWSERS & _needed(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def _needed(item: pytest.Item) -> frozenset[object]:
    return frozenset(name for mark in item.iter_markers("needs") for name in mark.args)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
