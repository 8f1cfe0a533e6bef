"""Two portals in two processes on one database: whatever both are asked at the same time, one wins, and neither lies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import func, select

from tempgoods_edi.declarant.store import challenges, tokens
from tempgoods_edi.declarant.store.tables import DECLARATIONS, MESSAGES
from tests.declarant import desk
from tests.h2018 import cluster
from tests.web.portal import authority, portal, signer
from tests.web.queries.filled import Filled

TOP = Path(__file__).resolve().parents[2]
#: 50 where many examples are asked for, as by a CI.
ROUNDS = max(10, min(50, settings().max_examples // 2))
JSON, XML = "application/json", "application/xml"


class Racers:
    """Two portals that are asked at the same time."""

    def __init__(self, filled: Filled, processes: list[subprocess.Popen[str]]) -> None:
        self.filled, self._processes = filled, processes

    def both(self, *asked: dict[str, Any]) -> list[dict[str, Any]]:
        """What each answers; one question is put to both."""
        for process, question in zip(self._processes, asked * (2 // len(asked)), strict=True):
            assert process.stdin is not None
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in self._processes if process.stdout is not None]

    def counted(self, table: Any, *which: Any) -> int:
        """How many rows there are."""
        with self.filled.store.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one())


def new(**head: str) -> dict[str, Any]:
    """A draft, to be saved."""
    return asking("declarations", json.dumps({"kind": "exhibition", "document": desk.tree(**head)}).encode())


def asking(path: str, body: bytes = b"", kind: str = JSON) -> dict[str, Any]:
    """A POST."""
    return {"method": "POST", "path": path, "body": b64encode(body).decode(), "type": kind}


@contextmanager
def racing(folder: Path, database: str) -> Iterator[Racers]:
    """Two portals on *database*."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TOP), str(TOP / "simulator")))}
    with ExitStack() as stack:
        made = stack.enter_context(portal(folder, database=database))
        made.now, filled = desk.START, Filled(made)
        token = tokens.make_token(filled.store, filled.actor(), "program", made.now, made.app.state.context.token)
        (folder / "trusted.pem").write_bytes(authority().certificate_pem)
        processes = []
        for seed in "12":
            command = [sys.executable, "-m", "tests.web.racer", database, str(folder / "trusted.pem"), token, seed]
            process = subprocess.Popen(
                command, cwd=TOP, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            processes.append(stack.enter_context(process))
            stack.callback(process.kill)
        yield Racers(filled, processes)


@pytest.fixture(scope="module")
def racers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Racers]:
    """Two portals on one PostgreSQL database."""
    with cluster.running() as postgres, racing(tmp_path_factory.mktemp("races"), postgres.new_database()) as made:
        yield made


@pytest.mark.needs("postgres")
def test_an_in_house_number_makes_one_declaration_whoever_is_asked(racers: Racers) -> None:
    """The same document twice at once: one declaration, told to both; two documents: one has the number, the other 409."""
    for turn in range(ROUNDS):
        number = f"R-{turn}"
        halls = ("东馆", "东馆" if turn % 2 else "西馆")
        first, second = racers.both(*(new(EtpsPreentNo=number, HallNm=hall) for hall in halls))
        assert sorted((first["status"], second["status"])) == ([200, 201] if turn % 2 else [201, 409])
        assert racers.counted(DECLARATIONS, DECLARATIONS.c.in_house == number) == 1
        if turn % 2:
            assert first["json"]["status"]["seq_no"] == second["json"]["status"]["seq_no"]


@pytest.mark.needs("postgres")
def test_one_signed_message_is_declared_once_whoever_is_asked(racers: Racers) -> None:
    """Signed twice, handed in at both at once: both say that it is declared, and customs get one message."""
    card = desk.Card(racers.filled.actor(), signer("wang"))
    for turn in range(ROUNDS):
        seq_no = racers.filled.saved(EtpsPreentNo=f"S-{turn}").seq_no
        prepared = racers.filled.filing.prepare(racers.filled.actor(), seq_no)
        signed = (desk.message(f"M{turn}{n}", prepared.package, card) for n in range(2))
        answers = racers.both(*(asking("declarations/signed", each, XML) for each in signed))
        assert [(each["status"], each["json"].get("state")) for each in answers] == [(202, "declared")] * 2
        assert racers.counted(MESSAGES, MESSAGES.c.seq_no == seq_no) == 1


@pytest.mark.needs("postgres")
def test_one_signature_declares_once_whoever_is_asked(racers: Racers) -> None:
    """A prepared package with its signature, handed in at both at once: the same."""
    own = signer("wang")
    for turn in range(ROUNDS):
        seq_no = racers.filled.saved(EtpsPreentNo=f"P-{turn}").seq_no
        prepared = racers.filled.filing.prepare(racers.filled.actor(), seq_no)
        value = desk.signature(prepared.object_id, prepared.package, desk.Card(racers.filled.actor(), own))
        body = {"prepared": prepared.id, "algorithm": own.algorithm, "signature": b64encode(value).decode()}
        body |= {"certificate": b64encode(own.certificate_der).decode()}
        answers = racers.both(asking(f"declarations/{seq_no}/declare", json.dumps(body).encode()))
        assert [(each["status"], each["json"].get("state")) for each in answers] == [(202, "declared")] * 2
        assert racers.counted(MESSAGES, MESSAGES.c.seq_no == seq_no) == 1


@pytest.mark.needs("postgres")
def test_numbers_are_given_once_whoever_gives_them(racers: Racers) -> None:
    """Pre-entry numbers of drafts, message ids of packages: never the same from both."""
    for turn in range(ROUNDS):
        drafts = racers.both(*(new(EtpsPreentNo=f"N-{turn}-{n}") for n in range(2)))
        numbers = [each["json"]["status"]["seq_no"] for each in drafts]
        assert len(set(numbers)) == 2
        packages = racers.both(*(asking(f"declarations/{number}/prepare") for number in numbers))
        ids = {each["json"]["package"].partition("<message_id>")[2][:57] for each in packages}
        assert len(ids) == 2


@pytest.mark.needs("postgres")
def test_a_challenge_logs_in_once_whoever_is_asked(racers: Racers) -> None:
    """The answer to one challenge, played back at the other portal at the same moment, is worth nothing."""
    context = racers.filled.portal.app.state.context
    for _ in range(ROUNDS):
        given = challenges.issue(racers.filled.store, "text", "browser", desk.START, context.token)
        answers = racers.both({"challenge": given})
        assert sorted(each["status"] for each in answers) == [200, 404]
