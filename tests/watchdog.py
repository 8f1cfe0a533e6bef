"""A watchdog process for a test run: nothing that the run started outlives it, and nothing of it listens to the network.

All processes of a run carry the path of the run's folder in their environment.  The watchdog, in a session of its own,
notices the end of the run however it ends (``kill -9`` too), ends what still carries the mark, and removes the folder.
It also reports every listener of the run that other machines could reach.  Linux only; elsewhere nothing is watched.
"""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict

#: The environment variable that marks the processes of a run.
MARK = "TEMPGOODS_TEST_RUN"
PREFIX = "tempgoods-test-"

_LOCK = ".lock"
_LISTENS = "0A"
#: How long a process may take to end (seconds).
_PATIENCE = 5.0
_PAUSE = 0.5
_LOOK, _END = b"?", b"."
#: Helpers of Python's own that end with the process that they help.
_PYTHONS_OWN = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")


class Report(TypedDict):
    """What a run left, or should not have done.

    ``reachable``: listeners on an address that is no loopback address.  ``left``: processes that should have ended.
    """

    reachable: list[str]
    left: list[str]


class Watchdog:
    """The watchdog of this process; `folder` is the run's, and its temporary files lie there.

    :param parent: where the folder is made.
    """

    def __init__(self, parent: Path) -> None:
        _sweep(parent)
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self.folder.chmod(0o711)  # PostgreSQL runs as another user, in a folder of its own below
        lock = _locked(self.folder)
        assert lock is not None
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__, str(self.folder), str(os.getpid()), str(lock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[lock],
            start_new_session=True,
        )
        os.close(lock)
        # It watches from here on.
        assert self._process.stdout is not None
        self._process.stdout.readline()

    @property
    def watching(self) -> int:
        """Its process."""
        return self._process.pid

    def seen(self) -> None:
        """Wait until it has looked at the listeners as they are now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(_LOOK)
        self._process.stdin.flush()
        self._process.stdout.readline()

    def environment(self) -> dict[str, str]:
        """What all processes of the run have in their environment."""
        folder = str(self.folder)
        return {MARK: folder, "TMPDIR": folder, "PYTEST_DEBUG_TEMPROOT": folder}

    def ended(self) -> Report:
        """The run is over: what the watchdog has seen.  It removes the folder and ends."""
        said, _ = self._process.communicate(_END)
        report: Report = json.loads(said)
        return report


def main(folder: Path, run: int) -> None:
    """Watch the process *run* until it has ended or says that it is done."""
    _say("watching")
    reachable: dict[str, str] = {}
    over = [sys.stdin.fileno()]
    with contextlib.suppress(OSError):
        over.append(os.pidfd_open(run))
    while True:
        ready = select.select(over, [], [], _PAUSE)[0]
        reachable.update(_reachable(folder, reachable))
        order = os.read(over[0], 1) if over[0] in ready else b""
        if order == _LOOK:
            _say("seen")
        elif ready:
            break
    ours = {os.getpid(), run}
    left: list[str] = []
    if order == _END:
        left = [_name(each) for each in _gone(lambda: _marked(folder) - ours)]
    _end(folder, ours)
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        _say(json.dumps(Report(reachable=[each for each in reachable.values() if each], left=left)))


def _say(line: str) -> None:
    os.write(1, line.encode() + b"\n")  # not by sys.stdout, which would complain at the end that nobody reads


def _sweep(parent: Path) -> None:
    """End and remove what is left of runs whose watchdog was killed as well."""
    for folder in parent.glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid != os.getuid():
                continue
            lock = _locked(folder)
            if lock is not None:
                _end(folder, {os.getpid()})
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _locked(folder: Path) -> int | None:
    """The lock of *folder*, taken; None when a watchdog has it."""
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _end(folder: Path, ours: set[int]) -> None:
    """End all processes of the run, first as asked, then the hard way."""
    for by in (signal.SIGTERM, signal.SIGKILL):
        for each in _marked(folder) - ours:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(each, by)
        if not _gone(lambda: _marked(folder) - ours):
            return


def _gone(found: Callable[[], set[int]]) -> set[int]:
    """Wait until *found* finds no process; those that it still finds after a while."""
    end = time.monotonic() + _PATIENCE
    while (left := found()) and time.monotonic() < end:
        select.select([], [], [], _PAUSE)
    return left


def _marked(folder: Path) -> set[int]:
    """The processes that carry the mark of the run."""
    mark = f"{MARK}={folder}".encode()
    found = set()
    for each in _processes():
        with contextlib.suppress(OSError):
            if mark in Path(f"/proc/{each}/environ").read_bytes().split(b"\0") and not _helper(each):
                found.add(each)
    return found


def _helper(process: int) -> bool:
    words = Path(f"/proc/{process}/cmdline").read_bytes()
    return any(each in words for each in _PYTHONS_OWN)


def _processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").glob("[0-9]*")] if sys.platform == "linux" else []


def _name(process: int) -> str:
    """What a person knows a process by."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return f"process {process}: {words[:300]}"
    return f"process {process}"


def _reachable(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """Listeners that other machines can reach and that are not *known*: the number of each and whose it is.

    One that belongs to another program has an empty text.
    """
    new = {number: address for number, address in _listeners() if number not in known}
    if not new:
        return {}
    found = dict.fromkeys(new, "")
    for process in _marked(folder):
        with contextlib.suppress(OSError):
            for link in Path(f"/proc/{process}/fd").iterdir():
                number = str(link.readlink()).removeprefix("socket:[").removesuffix("]")
                if number in new:
                    found[number] = f"{new[number]} by {_name(process)}"
    return found


def _listeners() -> Iterator[tuple[str, str]]:
    """Number (inode) and address of each TCP socket that listens on no loopback address."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                words = line.split()
                address, port = words[1].split(":")
                # In the order of the machine, four bytes at a time.
                raw = b"".join(bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8))
                where = ipaddress.ip_address(raw)
                inside = where.ipv4_mapped if isinstance(where, ipaddress.IPv6Address) else None
                if words[3] == _LISTENS and not (inside or where).is_loopback:
                    yield words[9], f"{where} port {int(port, 16)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
