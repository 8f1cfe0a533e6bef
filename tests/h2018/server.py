"""A simulated customs in a process of its own, whose number is known: for tests of what it costs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import msgspec
from msgspec import Struct

from h2018.app import LISTENING
from h2018.config import Config
from tests.costs import Costs


class Server(Struct, frozen=True):
    """It.

    :ivar sftp: the port of SFTP; 0 without.
    """

    port: int
    costs: Costs
    sftp: int = 0

    def connection(self) -> HTTPConnection:
        """A connection that waits as long as it takes."""
        return HTTPConnection("127.0.0.1", self.port, timeout=300)

    def ask(
        self, method: str, path: str, body: bytes | None = None, media: str = "application/octet-stream"
    ) -> tuple[int, bytes]:
        """Status and body of the answer."""
        connection = self.connection()
        try:
            connection.request(method, path, body, {} if body is None else {"Content-Type": media})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def started(config: Config, folder: Path) -> Iterator[Server]:
    """One for the time of a ``with``; *folder* is for its files."""
    written, errors = folder / "config.json", folder / "errors.txt"
    written.write_bytes(msgspec.json.encode(config, enc_hook=str))
    command = [sys.executable, "-m", "h2018", "--config", str(written)]
    with (
        errors.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, encoding="utf-8") as process,
    ):
        try:
            first = "" if process.stdout is None else process.stdout.readline()
            assert first.startswith(LISTENING), errors.read_text()
            port, sftp = int(first.rpartition(":")[2]), 0
            while config.sftp_users is not None and not sftp:
                said = "" if process.stdout is None else process.stdout.readline()
                assert said, errors.read_text()
                sftp = int(said.rpartition(":")[2]) if said.startswith("SFTP: ") else 0
            yield Server(port, Costs(process.pid), sftp)
        finally:
            process.terminate()
            process.communicate()
