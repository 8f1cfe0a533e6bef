"""Clients that say nothing, drip, or do not read: each is closed in its time, and the others are served meanwhile."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest
import uvicorn

from tempgoods_edi.patient import BACKLOG, Patience, Seldom, limited, protocol, quiet
from tests.web.portal import authority

#: Seconds that anything may take.
PATIENCE = 30.0
ROOT = Path(__file__).parent.parent
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


class Served:
    """A small application behind the protocol: it reads what is sent and answers with as many bytes as its path says.

    :ivar go: what a request for ``/wait`` waits for.
    """

    def __init__(self, patience: Patience, most: int = 100) -> None:
        self.go, self.here = Event(), Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        config = uvicorn.Config(
            limited(self.app, most), http=protocol(patience), backlog=BACKLOG, log_config=None, lifespan="on"
        )
        self.server = uvicorn.Server(config)
        self.thread = Thread(target=self.server.run, kwargs={"sockets": [self.listening]})

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """See above."""
        if scope["type"] == "lifespan":
            await receive()
            quiet()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        message = {"more_body": True}
        while message.get("more_body"):
            message = await receive()
        if scope["path"] == "/wait":
            self.here.set()
            await asyncio.to_thread(self.go.wait, PATIENCE)
        size = int(scope["query_string"] or b"2")
        length = [(b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": b"x" * size})

    def connected(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def well(self) -> bool:
        """True when somebody who asks is answered."""
        return httpx.get(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE).text == "xx"


@contextmanager
def serving(patience: Patience, most: int = 100) -> Iterator[Served]:
    """It, running."""
    served = Served(patience, most)
    served.thread.start()
    try:
        yield served
    finally:
        served.go.set()
        served.server.should_exit = True
        served.thread.join(PATIENCE)
        served.listening.close()


def closed(connection: socket.socket) -> bool:
    """True once the other side has ended it, in order or not."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def drip(connection: socket.socket, pause: Event) -> None:
    """A byte now and then, until the other side has had enough."""
    try:
        while not pause.wait(0.05):
            connection.sendall(b"x")
    except OSError:
        return


BAD = {
    "says nothing": (b"", False),
    "drips from the start": (b"", True),
    "drips a head": (HEAD + b"X-Pad: ", True),
    "stops in the head": (HEAD, False),
    "stops in the body": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nbegun", False),
    "drips a body": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nbegun", True),
    "does not read": (b"GET /?50000000 HTTP/1.1\r\nHost: x\r\n\r\n", False),
    "drips a second request": (HEAD + b"\r\n" + HEAD, True),
}


@pytest.mark.parametrize("what", BAD)
def test_whoever_keeps_a_connection_for_nothing_loses_it(what: str) -> None:
    """Whichever way: closed in its time, and others are served before and after."""
    said, drips = BAD[what]
    with serving(Patience(head=0.4, idle=0.4, body=0.8)) as served, served.connected() as connection:
        over = Event()
        connection.sendall(said)
        if drips:
            Thread(target=drip, args=(connection, over), daemon=True).start()
        assert served.well()
        if what == "does not read":
            # It is known by what it did not get: the rest never comes.
            until(lambda: not served.server.server_state.connections)
        assert closed(connection)
        over.set()
        assert served.well()


def until(so: Any, seconds: float = PATIENCE) -> None:
    """Go on until it is so."""
    pause = Event()
    for _ in range(int(seconds / 0.05)):
        if so():
            return
        pause.wait(0.05)
    raise AssertionError("it never came to that")


def test_a_slow_but_honest_client_is_served() -> None:
    """A body in pieces, each in time, and a second request on the same connection after a rest."""
    with serving(Patience(head=2, idle=2, body=20)) as served, served.connected() as connection:
        for _ in range(2):
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
            for at in range(5):
                Event().wait(0.1)
                connection.sendall(b"hello"[at : at + 1])
            assert answered(connection)


def answered(connection: socket.socket) -> bool:
    """True when a whole answer, all is well, has come."""
    heard = b""
    while not heard.endswith(b"xx") and (part := connection.recv(65536)):
        heard += part
    return heard.startswith(b"HTTP/1.1 200") and heard.endswith(b"xx")


def test_too_many_connections_make_room_for_the_next() -> None:
    """The one that has waited longest goes; one with a request under way stays."""
    with serving(Patience(connections=4)) as served, ExitStack() as stack:
        busy = stack.enter_context(served.connected())
        busy.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        assert served.here.wait(PATIENCE)
        silent = [stack.enter_context(served.connected()) for _ in range(12)]
        assert served.well()
        assert closed(silent[0])
        served.go.set()
        assert answered(busy)


def test_too_many_requests_are_told_to_come_again() -> None:
    """503 with Retry-After in both languages; whether all is well is answered all the same."""
    with serving(Patience(), most=1) as served, served.connected() as busy:
        busy.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        assert served.here.wait(PATIENCE)
        refused = httpx.get(f"http://127.0.0.1:{served.port}/")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert "请稍后" in refused.text
        assert httpx.get(f"http://127.0.0.1:{served.port}/healthz").status_code == 200
        served.go.set()
        assert answered(busy)
        until(served.well)


def test_lines_that_anybody_can_cause_are_written_seldom() -> None:
    """Five of a kind in a minute, another kind by itself, and how many were left out."""
    now = 0.0
    seldom = Seldom(5, lambda: now)

    def written(kind: str, count: int) -> list[str]:
        records = [logging.LogRecord("x", logging.WARNING, "", 0, kind, (number,), None) for number in range(count)]
        return [record.getMessage() for record in records if seldom.filter(record)]

    assert written("bad request from %s", 1000) == [f"bad request from {number}" for number in range(5)]
    assert written("other %s", 1) == ["other 0"]
    now = 61.0
    assert written("bad request from %s", 1) == ["bad request from 0 (and 995 lines like it or others before)"]


@pytest.mark.parametrize("part", ["web", "card-agent", "simulate"])
def test_a_part_with_few_descriptors_goes_on(tmp_path: Path, part: str) -> None:
    """Sixty-four of them, and 300 connections that say nothing: it answers, and its log stays small."""
    (tmp_path / "ca.pem").write_bytes(authority().certificate_pem)
    (tmp_path / "cards").mkdir()
    words = {
        "web": ["--database", str(tmp_path / "portal.sqlite3"), "--trust", str(tmp_path / "ca.pem"), "--port", "0"],
        "card-agent": ["--cards", str(tmp_path / "cards"), "--port", "0", "--no-pcsc", "--origin", "http://127.0.0.1:8020"],
        "simulate": ["--port", "0"],
    }[part]
    log = tmp_path / "log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tempgoods_edi.cli", part, *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'simulator'}", "TEMPGOODS_LANG": "en"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),  # noqa: PLW1509 - no thread holds a lock here
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = next(line for line in process.stdout if "http://127.0.0.1:" in line)
            port = int(said.partition("http://127.0.0.1:")[2].split()[0].strip("/"))
            url = f"http://127.0.0.1:{port}"
            with ExitStack() as stack:
                for _ in range(300):
                    stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
                # Three hundred lose their places by and by: some sixty at a time, half a minute each where nobody hurries.
                until(lambda: _answers(url), 10 * PATIENCE)
            until(lambda: _answers(url))
            assert log.stat().st_size < 100_000
            assert "Traceback" not in log.read_text("utf-8")
        finally:
            process.kill()


def test_a_limit_is_known_when_descriptors_have_run_out() -> None:
    """Nothing is imported or opened for it: a connection that is taken just then has its time-outs."""
    script = """
import os
from tempgoods_edi.patient import Patience
try:
    while True:
        os.open(os.devnull, os.O_RDONLY)
except OSError:
    print(Patience().most)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )
    assert (ran.stdout, ran.returncode) == ("32\n", 0), ran.stderr


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
