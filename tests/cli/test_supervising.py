"""Parts that are kept running: one that dies starts again, and so does one that only seems to be there."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from tempgoods_edi.cli.pulse import Part
from tempgoods_edi.cli.supervising import Supervisor
from tempgoods_edi.values import Bilingual

#: Seconds that anything may take.
PATIENCE = 60.0
SERVER = """
import http.server, os, sys
class Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Well)
print("ready", os.getpid(), flush=True)
server.serve_forever()
"""
BEATING = """
import os, sys, time
from pathlib import Path
from tempgoods_edi import steady
print("ready", os.getpid(), flush=True)
while True:
    Path(sys.argv[1]).write_text(str(steady.seconds()))
    time.sleep(0.05)
"""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def watched(part: Part) -> Iterator[Queue[str]]:
    """A supervisor at work on one part; gives what it says."""
    said: Queue[str] = Queue()
    supervisor = Supervisor((part,), lambda text: said.put(text.en), patience=1.0)
    supervisor.start()
    thread = Thread(target=supervisor.watch)
    thread.start()
    try:
        yield said
    finally:
        supervisor._stop.ring()
        thread.join(PATIENCE)
        supervisor.stop()


def pid(part: Part) -> int:
    """The process that runs now."""
    return int(part.log.read_text("utf-8").split()[-1])


def serving(folder: Path) -> Part:
    """A part that answers at an address."""
    port = free_port()
    command = (sys.executable, "-c", SERVER, str(port))
    health = f"http://127.0.0.1:{port}/healthz"
    return Part(name=Bilingual("甲", "A"), command=command, log=folder / "a.log", health=health)


def beating(folder: Path) -> Part:
    """A part that writes a file."""
    beat = folder / "beat"
    command = (sys.executable, "-c", BEATING, str(beat))
    return Part(name=Bilingual("甲", "A"), command=command, log=folder / "a.log", ready="ready", beat=beat)


@pytest.mark.parametrize("make", [serving, beating])
def test_a_part_that_hangs_starts_again(tmp_path: Path, make: object) -> None:
    """It runs, but says nothing any more: it is told, ended, and another is up in its place."""
    part: Part = make(tmp_path)  # type: ignore[operator]  # one of the two above
    with watched(part) as said:
        first = pid(part)
        os.kill(first, signal.SIGSTOP)
        assert "has not answered" in said.get(timeout=PATIENCE)
        assert "ended" in said.get(timeout=PATIENCE)
        assert "is up again" in said.get(timeout=PATIENCE)
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)


def test_a_part_that_dies_starts_again(tmp_path: Path) -> None:
    """Killed: the supervisor says so, and how it ended."""
    part = beating(tmp_path)
    with watched(part) as said:
        os.kill(pid(part), signal.SIGKILL)
        assert "A ended (-9)" in said.get(timeout=PATIENCE)
        assert "is up again" in said.get(timeout=PATIENCE)
