"""`up`: portal, gateway, card control and simulated customs together, with records; stopped, killed and started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from msgspec import Struct

from h2018.client import connect
from tempgoods_edi.cli.demo.cards import CARDS
from tempgoods_edi.cli.demo.seeding import SETTING
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.cli.up import _free, _port

#: What the demonstration's records come to: kind, state, and how many.
RECORDS = {
    ("TMP101", "approved"): 2, ("TMP101", "rejected"): 1, ("TMP101", "draft"): 1,
    ("TMP111", "approved"): 1, ("TMP111", "draft"): 2,
    ("TMP121", "approved"): 1, ("TMP121", "manual_review"): 1, ("TMP121", "draft"): 1,
    ("TMP131", "approved"): 1, ("TMP131", "rejected"): 1, ("TMP131", "draft"): 1,
}  # fmt: skip
DONE = "demonstration records: done"
PORTAL, CUSTOMS, AGENT = "portal", "simulated customs", "card control"


class Up(Struct):
    """A running `up`."""

    process: subprocess.Popen[str]
    folder: Path
    lines: list[str]

    def until(self, wanted: str) -> str:
        """Everything said up to the line with *wanted*."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if wanted in line:
                return "".join(self.lines)
        raise AssertionError("".join(self.lines))

    def url(self, name: str) -> str:
        """The address of the part called *name*."""
        return next(line.split()[0] for line in self.lines if line.startswith("http") and line.rstrip().endswith(name))

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop; the exit code."""
        self.process.send_signal(by)
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)
        return self.process.wait()


@contextmanager
def up(folder: Path, *more: str) -> Iterator[Up]:
    """`up` in *folder* on any free ports."""
    command = [sys.executable, "-m", "tempgoods_edi.cli", "up", str(folder), "--port", "0", "--portal-port", "0"]
    with subprocess.Popen([*command, "--agent-port", "0", "--no-pcsc", *more], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Up(process, folder, [])
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate()


def records(folder: Path) -> dict[tuple[str, str], int]:
    """How many declarations of each kind are in each state."""
    with closing(sqlite3.connect(folder / "portal.sqlite3")) as database:
        rows = database.execute("SELECT code, state, COUNT(*) FROM declarations GROUP BY code, state").fetchall()
    return {(code, state): count for code, state, count in rows}


def answers(url: str) -> bool:
    """True when something answers at *url*."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration that ran once, with its records, and was stopped by Ctrl-C."""
    folder = tmp_path_factory.mktemp("up") / "demo"
    with up(folder) as running:
        said = running.until("Ctrl-C stops it, the next start")
        assert said.startswith("h2018 http://127.0.0.1:")
        typed_as_they_stand(running.until(" --wait"))
        for card in CARDS:
            assert re.search(f"{card.holder.operator_name}.*{card.holder.enterprise_code}.*{card.pin}", said)
        urls = [running.url(each) for each in (PORTAL, CUSTOMS, AGENT)]
        assert all(map(answers, urls))
        running.until(DONE)
        assert running.stop() == 0
        assert not any(map(answers, urls))
        assert "Traceback" not in "".join(running.lines)
    return folder


def typed_as_they_stand(said: str) -> None:
    """What is shown to be typed goes in a new terminal, where nothing was activated."""
    lines = [line.strip() for line in said.splitlines() if re.match("  .*(build|submit) ", line)]
    assert len(lines) == 2
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", line], env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, capture_output=True, encoding="utf-8", timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_query_page_has_something_to_show(demonstration: Path) -> None:
    """The records are those of the table, none of them numbered at the office of the README's walk."""
    assert records(demonstration) == RECORDS
    with closing(sqlite3.connect(demonstration / "portal.sqlite3")) as database:
        numbers = [number for (number,) in database.execute("SELECT customs_no FROM declarations WHERE customs_no > ''")]
    assert len(numbers) == 5
    assert not [number for number in numbers if "2228" in number]


def test_a_second_start_goes_on_from_the_first(demonstration: Path) -> None:
    """Records are neither made again nor lost, customs' calendar has not gone back, and a part that dies comes back.

    The first one ended after the last record and before it could say that all were made.
    """
    with closing(sqlite3.connect(demonstration / "portal.sqlite3")) as database, database:
        assert database.execute("DELETE FROM settings WHERE name = ?", [SETTING]).rowcount == 1
    with up(demonstration) as running:
        running.until(DONE)
        assert records(demonstration) == RECORDS
        with connect(running.url(CUSTOMS)) as customs:
            now = customs.control.clock().now
            assert f"{now:%Y-%m}" == "2027-01"
            assert len(customs.control.cases(state="manual_review")) == 1
        web = portal_process(running.process.pid)
        os.kill(web, signal.SIGKILL)
        said = running.until("the portal is up again")
        assert "the portal ended (-9)" in said
        eventually(lambda: answers(running.url(PORTAL)))
        assert httpx.get(f"{running.url(PORTAL)}/login").status_code == 200
        assert running.stop(signal.SIGTERM) == 0
    assert records(demonstration) == RECORDS


def test_a_killed_supervisor_leaves_nothing_behind(demonstration: Path) -> None:
    """When `up` itself is killed its parts end, and the ports are free."""
    with up(demonstration, "--no-records") as running:
        running.until(" --wait")
        urls = [running.url(each) for each in (PORTAL, CUSTOMS, AGENT)]
        running.process.kill()
        running.process.wait()
        eventually(lambda: not any(map(answers, urls)))


def test_a_part_that_does_not_start_is_told_with_its_reason(tmp_path: Path) -> None:
    """A database that is none ends the start, with the part's own words, exit 2, and nothing left running."""
    (tmp_path / "portal.sqlite3").write_bytes(b"no database" * 1000)
    with up(tmp_path) as running:
        assert running.process.wait(120) == 2


def test_a_port_that_is_taken() -> None:
    """One that was asked for, or is in what people were told to type, is an error; another one gives way."""
    free = _free(0)
    assert free is not None
    assert _port(free, 1, "--x") == free
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        number = taken.getsockname()[1]
        for chosen, needed in ((number, False), (None, True)):
            with pytest.raises(CommandError):
                _port(chosen, number, "--x", needed=needed)
        assert _port(None, number, "--x") not in (number, 0)


def eventually(true: object, seconds: float = 30.0) -> None:
    """Wait until *true()* is; fail after so many seconds."""
    assert callable(true)
    pause = threading.Event()
    for _ in range(int(seconds * 10)):
        if true():
            return
        pause.wait(0.1)
    raise AssertionError(f"not so within {seconds} s")


def portal_process(supervisor: int) -> int:
    """The process that is the portal, among the children of *supervisor*."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return next(int(each) for each in children if b"\0web\0" in Path(f"/proc/{each}/cmdline").read_bytes())
