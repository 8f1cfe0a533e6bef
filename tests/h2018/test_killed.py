"""A server that is killed at any moment, again and again, under a client that only ever repeats what was not answered:
nothing that was acknowledged is lost, nothing is doubled, every receipt arrives."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from random import Random
from threading import Event, Thread
from time import monotonic
from typing import IO, Any

import msgspec
from hypothesis import settings

from h2018 import app
from h2018.config import Config
from tests.h2018.tenant import FIXTURES, REGISTRY, START, changed, fixture, make_tenant, signed, text_of

#: Submissions and kills, by profile.
AMOUNTS = {"few": (200, 4), "fast": (400, 6), "ci": (1500, 50), "big": (5000, 50)}
SEED = 20180501
#: Longest that a server may take to be there, or a client waits for one (seconds).
PATIENCE = 30.0
#: Longest from the word to the kill (seconds): longer than a submission takes.
LONGEST_BREATH = 0.005
OUR_CARD = "310196K27B"
SENDER = "DXPENT0000012345"


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
        assert line.startswith(app.LISTENING), line + (
            "" if self.process.stderr is None else self.process.stderr.read()
        )
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


class Killer:
    """Kills the server a few milliseconds after it is told to, and starts it again, beside whatever the client does."""

    def __init__(self, server: Server, random: Random) -> None:
        self._server, self._random = server, random
        self._overrides: Queue[bool] = Queue()
        self._breath = Event()
        self._thread = Thread(target=self._run)
        self._thread.start()

    def strike(self) -> None:
        """Once, soon."""
        self._overrides.put(True)

    def end(self) -> None:
        """When what was told is done."""
        self._overrides.put(False)
        self._thread.join()

    def _run(self) -> None:
        while self._overrides.get():
            self._breath.wait(self._random.uniform(0, LONGEST_BREATH))
            self._server.kill()
            self._server.start()


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    """Every filing has one pre-entry number, one customs number, and exactly the receipts Y and 1, in the right order."""
    count, deaths = AMOUNTS[settings.get_current_profile_name()]
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
    random = Random(SEED)
    at = set(random.sample(range(count), deaths))
    ready = list(messages(count))
    server = Server(tmp_path / "customs.json")
    client, killer = Client(server), Killer(server, random)
    answers: dict[str, bytes] = {}
    try:
        for number, message in enumerate(ready):
            if number in at:
                killer.strike()
            answers[f"K-{number}"] = client.insist("POST", "/v1/messages", message)
        killer.end()
        receipts = _pulled(client, 2 * count)
        assert server.starts == deaths + 1
    finally:
        killer.end()
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


def _pulled(client: Client, wanted: int) -> list[dict[str, Any]]:
    """The receipts, by the high-water mark, until all are there."""
    found: list[dict[str, Any]] = []
    until = monotonic() + PATIENCE
    while len(found) < wanted and monotonic() < until:
        after = found[-1]["sequence"] if found else 0
        found += json.loads(client.insist("GET", f"/v1/receipts?recipient={SENDER}&after={after}&limit=1000&wait=1"))
    return found


def _check_the_books(config: Config, acknowledged: dict[str, str], count: int) -> None:
    """What is on the disk: every number given once, and a journal without gaps in which each message was taken once."""
    tenant = make_tenant(config).tenant
    assert {in_house: tenant.store.in_house_numbers[(OUR_CARD, in_house)] for in_house in acknowledged} == acknowledged
    assert len(tenant.registry.exhibitions) == count
    taken = Counter[str]()
    for number, record in enumerate(tenant.store.journal(), 1):
        assert record.sequence == number
        if record.what == "received":
            taken[str(record.message_id)] += 1
    assert len(taken) == count
    assert set(taken.values()) == {1}
