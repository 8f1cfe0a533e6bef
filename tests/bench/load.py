"""Load for the simulator's benches: prepared HTTP requests over kept-alive connections, and the server to measure against.

The same few lines drive both servers, so that what the client costs weighs on both.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from urllib.parse import urlsplit

#: Answers every POST with two bytes once it has read it.
_NOTHING = """
from twisted.internet import reactor
from twisted.web.resource import Resource
from twisted.web.server import Site

class Nothing(Resource):
    isLeaf = True

    def render(self, request):
        request.content.read()
        return b"ok"

port = reactor.listenTCP(0, Site(Nothing()), interface="127.0.0.1")
print(f"http://127.0.0.1:{port.getHost().port}", flush=True)
reactor.run()
"""


@contextmanager
def doing_nothing() -> Iterator[str]:
    """A twisted.web server that does nothing, in a process of its own; gives its URL."""
    with subprocess.Popen([sys.executable, "-c", _NOTHING], stdout=subprocess.PIPE, encoding="ascii") as process:
        try:
            yield process.stdout.readline().strip() if process.stdout is not None else ""
        finally:
            process.terminate()


def post(body: bytes) -> bytes:
    """The whole request that hands *body* in."""
    head = f"POST /v1/messages HTTP/1.1\r\nHost: h\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def get(target: str) -> bytes:
    """The whole request for *target*."""
    return f"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n".encode()


class Connection:
    """One kept-alive connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def send(self, request: bytes) -> None:
        """Send a request; the answer is read later."""
        self._socket.sendall(request)

    def receive(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        status = int(self._file.readline().split()[1])
        length = 0
        while (line := self._file.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, self._file.read(length)

    def close(self) -> None:
        """Close it."""
        self._file.close()
        self._socket.close()


def answers_per_second(connections: Sequence[Connection], requests: Iterable[bytes]) -> float:
    """The rate at which all of *requests* are answered with 200, one at a time on each connection."""
    waiting = iter(requests)
    count, start = 0, time.perf_counter()
    busy: list[Connection] = []
    for connection, request in zip(connections, islice(waiting, len(connections)), strict=False):
        connection.send(request)
        busy.append(connection)
    while busy:
        connection = busy.pop(0)
        status, body = connection.receive()
        if status != 200:
            raise AssertionError(f"{status}: {body.decode()}")
        count += 1
        request = next(waiting, None)  # type: ignore[assignment]  # None at the end
        if request is not None:
            connection.send(request)
            busy.append(connection)
    return count / (time.perf_counter() - start)
