"""A server that is killed at any moment, again and again, under a client that only ever repeats what was not answered:
nothing that was acknowledged is lost, nothing is doubled, every receipt arrives."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Thread
from time import monotonic
from typing import IO

import msgspec

from h2018 import app
from h2018.config import Config
from tests.h2018.world import FIXTURES, REGISTRY, START, changed, fixture, make_world, signed, text_of

#: Submissions and kills: few for a quick run, all of them where tests are thorough.
FEW, ALL = (400, 6), (5000, 50)
SEED = 20180501
#: Longest that a server may take to be there, or a client waits for one (seconds).
PATIENCE = 30.0
OUR_CARD = "310196K27B"
SENDER = "DXPENT0000012345"


def amounts() -> tuple[int, int]:
    """How many submissions and kills."""
    profile = os.environ.get("TEMPGOODS_PROFILE") or ("ci" if os.environ.get("CI") else "fast")
    return FEW if profile == "fast" else ALL


class Server:
    """A server process on one port and one database, for ever killed and started again.

    :ivar starts: how often it was started.
    """

    def __init__(self, config: Path) -> None:
        self._command = [sys.executable, "-m", "h2018", "--config", str(config)]
        self.starts = 0
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens; the port stays the first one."""
        self.starts += 1
        command = [*self._command, *(["--port", str(self.port)] if self.port else [])]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        out: IO[str] | None = self.process.stdout
        line = "" if out is None else out.readline()
        assert line.startswith(app.LISTENING), line + ("" if self.process.stderr is None else self.process.stderr.read())
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self) -> None:
        """``kill -9``: no chance to finish anything."""
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> None:
        """Wait until it is gone."""
        self.process.kill()
        self.process.communicate()


class Client:
    """A declarant's system: repeats what it got no answer to, and nothing else."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._line: http.client.HTTPConnection | None = None
        self.repeated = 0

    def ask(self, method: str, path: str, body: bytes = b"") -> http.client.HTTPResponse | None:
        """One try; None when there was no whole answer."""
        try:
            if self._line is None:
                self._line = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=PATIENCE)
            self._line.request(method, path, body, {"Content-Type": "application/xml"} if body else {})
            answer = self._line.getresponse()
            self.body = answer.read()
        except (OSError, http.client.HTTPException):
            if self._line is not None:
                self._line.close()
            self._line = None
            return None
        return answer

    def insist(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The answer, however often it must be asked for."""
        until = monotonic() + PATIENCE
        while self.ask(method, path, body) is None:
            self.repeated += 1
            assert monotonic() < until, "no answer"
        return self.body

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()


def messages(count: int) -> Iterator[bytes]:
    """So many filings, each of its own."""
    for number in range(count):
        yield signed(changed(fixture("tmp101-minimal"), {"Head/EtpsPreentNo": f"K-{number}"}), number + 1)


def kills(server: Server, at: set[int], done: list[int]) -> None:
    """Kill the server whenever so many submissions were answered, in the midst of the next; start it again."""
    for number in sorted(at):
        while len(done) < number:
            if done and done[-1] < 0:
                return
        server.kill()
        server.start()


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    """Every filing has one pre-entry number, one customs number, and exactly the receipts Y and 1, in the right order."""
    count, deaths = amounts()
    config = Config(
        database=str(tmp_path / "customs.sqlite3"),
        port=0,
        starts_at=START,
        trust=(FIXTURES / "keys" / "ca.pem",),
        registry=REGISTRY,
        store_seconds=0.05,
        review_seconds=0.05,
    )
    (tmp_path / "customs.json").write_bytes(msgspec.json.encode(config, enc_hook=str))
    at = set(Random(SEED).sample(range(5, count - 5), deaths))
    ready = list(messages(count))
    server, done = Server(tmp_path / "customs.json"), list[int]()
    client = Client(server)
    killer = Thread(target=kills, args=(server, at, done))
    killer.start()
    answers: dict[str, bytes] = {}
    try:
        for number, message in enumerate(ready, 1):
            answers[f"K-{number - 1}"] = client.insist("POST", "/v1/messages", message)
            done.append(number)
        killer.join()
        receipts = _pulled(client, 2 * count)
        assert server.starts == deaths + 1
    finally:
        done.append(-1)
        killer.join()
        client.close()
        server.end()
    assert {text_of(answer, "DealFlag") for answer in answers.values()} == {"0"}
    acknowledged = {in_house: text_of(answer, "SeqNo") for in_house, answer in answers.items()}
    assert len(set(acknowledged.values())) == count
    came: dict[str, list[str]] = {}
    for receipt in receipts:
        came.setdefault(receipt["seq_no"], []).append(text_of(receipt["xml"].encode(), "manageResult"))
    assert came == {seq_no: ["Y", "1"] for seq_no in acknowledged.values()}
    assert [receipt["sequence"] for receipt in receipts] == list(range(1, 2 * count + 1))
    _check_the_books(config, acknowledged, count)


def _pulled(client: Client, wanted: int) -> list[dict[str, str]]:
    """The receipts, by the high-water mark, until all are there."""
    found: list[dict[str, str]] = []
    until = monotonic() + PATIENCE
    while len(found) < wanted and monotonic() < until:
        after = found[-1]["sequence"] if found else 0
        found += json.loads(client.insist("GET", f"/v1/receipts?recipient={SENDER}&after={after}&limit=1000&wait=1"))
    return found


def _check_the_books(config: Config, acknowledged: dict[str, str], count: int) -> None:
    """What is on the disk: every number given once, and a journal without gaps in which each message was taken once."""
    world = make_world(config).world
    assert {in_house: world.store.in_house_numbers[(OUR_CARD, in_house)] for in_house in acknowledged} == acknowledged
    assert len(world.registry.exhibitions) == count
    sequences, taken = 0, Counter[str]()
    for record in world.store.journal():
        sequences += 1
        assert record.sequence == sequences
        if record.what == "received":
            taken[str(record.message_id)] += 1
    assert len(taken) == count
    assert set(taken.values()) == {1}
