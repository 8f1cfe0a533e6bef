"""Killed at any moment: what was acknowledged is there, nothing is half done, nothing is there twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

from sqlalchemy import select

from tempgoods_edi.declarant.store.tables import DECLARATIONS, MESSAGES, RECEIPTS
from tempgoods_edi.lifecycle.states import State
from tests.declarant.desk import Desk, due

TOP = Path(__file__).resolve().parents[2]
ROUNDS = 6


def killed_after(place: str, seed: str, lines: int) -> list[tuple[str, str]]:
    """What a worker acknowledged before it was killed, some time after so many lines."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TOP), str(TOP / "simulator")))}
    command = [sys.executable, "-m", "tests.declarant.worker", place, seed]
    with subprocess.Popen(command, cwd=TOP, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        said = [worker.stdout.readline() for _ in range(lines)]
        worker.send_signal(signal.SIGKILL)
        said += worker.stdout.readlines()
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(what, number) for what, number in whole]


def test_what_was_acknowledged_survives_being_killed(at: Desk, place: str) -> None:
    """A declaration is declared exactly when its message is in the outbox; a receipt is kept exactly when it took effect."""
    random, acknowledged = Random(7), []
    for turn in range(ROUNDS):
        acknowledged += killed_after(place, f"w{turn}", random.randint(1, 12))
    with at.store.reading() as connection:
        rows = connection.execute(select(DECLARATIONS.c.seq_no, DECLARATIONS.c.state))
        states: dict[str, str] = {row.seq_no: row.state for row in rows}
        messages = connection.execute(select(MESSAGES.c.seq_no)).scalars().all()
        receipts = connection.execute(select(RECEIPTS.c.seq_no)).scalars().all()
    assert len(set(messages)) == len(messages)
    assert set(messages) == {number for number, state in states.items() if state != State.DRAFT.value}
    assert set(receipts) == {number for number, state in states.items() if state == State.STORED.value}
    least = {"saved": {"draft", "declared", "stored"}, "declared": {"declared", "stored"}, "stored": {"stored"}}
    assert acknowledged
    for what, number in acknowledged:
        assert states[number] in least[what]
    for number, state in states.items():
        found = at.filing.history(at.ours.actor, number)
        assert found.audit[-1].to_state.value == state == found.stored.state.value
        assert len(found.audit) == {"draft": 1, "declared": 2, "stored": 3}[state]
    assert len(due(at.store, at.clock(), 1000)) == len(messages)
