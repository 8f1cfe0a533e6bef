"""Large messages: unpacked and hashed in a thread, kept piece by piece, others served between the pieces."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from twisted.internet.defer import Deferred, succeed

from h2018.config import Config
from h2018.store.bodies import IN_PIECES
from h2018.store.tables import BODIES, JOURNAL, TAKEN
from h2018.workers.preparation import PreparationQueue, PreparationThreads, PreparedMessage
from tempgoods_edi.envelope.archive import pack
from tests.h2018.tenant import Tenant, changed, fixture, make_tenant, signed, snapshot_of

#: Two files, more together than is kept in one piece.
FILES = {f"{name}.pdf": b"%PDF-1.7" + os.urandom(3 * 1024 * 1024) for name in "ab"}
TREE = fixture("tmp101-minimal")
XML = signed(TREE, 1)
LARGE = pack("message", XML, FILES)


class Executor(PreparationThreads):
    """A thread for what is to be done in one, and steps that are taken when the test says so."""

    def __init__(self) -> None:
        super().__init__(None)
        self.steps: list[tuple[Iterator[None], Deferred[Any]]] = []

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Wait for the thread, here."""
        with ThreadPoolExecutor(1) as pool:
            return succeed(pool.submit(call, *arguments).result())

    def reading(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Have it read at once."""
        return succeed(call(*arguments))

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """Remember them."""
        done: Deferred[Any] = Deferred()
        self.steps.append((steps, done))
        return done

    def finish(self) -> None:
        """Take the steps that are left."""
        while self.steps:
            steps, done = self.steps.pop(0)
            done.callback(list(steps))


def at_work(place: str | None = None) -> tuple[Tenant, Executor]:
    """A customs with a thread."""
    made, elsewhere = make_tenant(Config(database=place)), Executor()
    made.tenant._queue = PreparationQueue("default", elsewhere, made.tenant.store.bodies.putting)
    return made, elsewhere


def sent(made: Tenant, elsewhere: Executor, data: bytes) -> Any:
    """The answer to *data*."""
    ready: list[PreparedMessage] = []
    made.tenant.prepared(data).addCallback(ready.append)
    elsewhere.finish()
    return made.tenant.take(ready[0], "http")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is unpacked, and what is hashed beyond a message's size, in the thread of the test."""
    seen: list[str] = []
    me, sha256, new, unzip = threading.get_ident(), hashlib.sha256, hashlib.new, zipfile.ZipFile.open

    def note(what: str, size: int) -> None:
        if threading.get_ident() == me and size > len(XML) * 4:
            seen.append(what)

    def hashed(data: Any = b"", **more: Any) -> Any:
        note("sha256", len(data))
        return sha256(data, **more)

    def hashed_by(name: str, data: Any = b"", **more: Any) -> Any:
        note(name, len(data))
        return new(name, data, **more)

    def unpacked(archive: zipfile.ZipFile, name: Any, mode: Any = "r", **more: Any) -> Any:
        note("unzip", sys.maxsize if mode == "r" else 0)
        return unzip(archive, name, mode, **more)

    for name, module in list(sys.modules.items()):
        if name.startswith(("h2018", "tempgoods_edi")) and getattr(module, "sha256", None) is sha256:
            monkeypatch.setattr(module, "sha256", hashed)
    monkeypatch.setattr(hashlib, "sha256", hashed)
    monkeypatch.setattr(hashlib, "new", hashed_by)
    monkeypatch.setattr(zipfile.ZipFile, "open", unpacked)
    return seen


def test_nothing_large_is_unpacked_or_hashed_where_messages_are_taken(here: list[str]) -> None:
    """New, repeated, in other bytes, and in conflict with what was taken: the reactor's thread only compares."""
    made, elsewhere = at_work()
    first = sent(made, elsewhere, LARGE)
    assert first.outcome == "accepted"
    packed_anew = pack("renamed", signed(TREE, 1) + b"\n", FILES)
    for again in (LARGE, packed_anew):
        reply = sent(made, elsewhere, again)
        assert (reply.outcome, reply.repeated, reply.data) == ("accepted", True, first.data)
    other = pack("message", signed(changed(TREE, {"Head/HallNm": "4号馆"}), 1), FILES)
    without_one = pack("message", XML, {"a.pdf": FILES["a.pdf"]})
    for conflicting in (other, without_one, XML):
        assert sent(made, elsewhere, conflicting).outcome == "conflict"
    assert here == []


def test_what_watches_the_thread_would_see_it(here: list[str]) -> None:
    """Without a thread of its own the same message is unpacked and hashed right here."""
    assert make_tenant().send(LARGE).outcome == "accepted"
    assert {"unzip", "sha256"} <= set(here)


def test_others_are_taken_between_the_pieces_of_a_large_one() -> None:
    """A message that comes while half of a large one is written is answered; then the large one; nothing is mixed up."""
    made, elsewhere = at_work()
    ready: list[PreparedMessage] = []
    made.tenant.prepared(LARGE).addCallback(ready.append)
    steps, done = elsewhere.steps.pop()
    for _ in range(3):
        next(steps)
    assert made.send(signed(TREE, 2)).outcome == "accepted"
    assert ready == []
    done.callback(list(steps))
    assert made.tenant.take(ready[0], "http").outcome == "accepted"
    received = [line for line in made.tenant.store.journal() if line.what == "received"]
    assert [line.data for line in received] == [signed(TREE, 2), LARGE]


def test_a_tenant_that_goes_leaves_no_steps_to_be_taken() -> None:
    """What was being written for it goes no further."""
    made, elsewhere = at_work()
    waiting = made.tenant.prepared(LARGE).addErrback(lambda _: None)
    steps, _ = elsewhere.steps.pop()
    next(steps)
    made.tenant._queue.close()
    assert list(steps) == []
    assert waiting.called


def test_a_large_body_is_kept_once_and_no_row_is_large(tmp_path: Path) -> None:
    """However often it comes; broken off, it is gone on with; the journal gives it whole, before and after a snapshot."""
    place = str(tmp_path / "customs.sqlite3")
    made, elsewhere = at_work(place)
    steps = made.tenant.store.bodies.putting(hashlib.sha256(LARGE).digest(), LARGE)
    next(steps)  # and never more: the server stopped
    for _ in range(3):
        sent(made, elsewhere, LARGE)
    store = made.tenant.store
    run = store.database.execute
    kept = run(select(BODIES.c.piece, BODIES.c.data).order_by(BODIES.c.piece)).fetchall()
    assert b"".join(data for _, data in kept) == LARGE
    assert max(len(data) for _, data in kept) < IN_PIECES
    assert max(len(row[0]) for row in run(select(JOURNAL.c.data)).fetchall()) < IN_PIECES
    lines = [line for line in store.journal() if line.what in ("received", "repeated")]
    assert [(line.what, line.data == LARGE, line.hash) for line in lines] == [
        (what, True, hashlib.sha256(LARGE).hexdigest()) for what in ("received", "repeated", "repeated")
    ]
    assert len({id(line.data) for line in lines}) == 1
    made.tenant.restore(snapshot_of(made.tenant))
    assert [line.data == LARGE for line in store.journal() if line.what == "received"] == [True]


@pytest.mark.parametrize("data", [XML, LARGE], ids=["xml", "large"])
def test_what_was_taken_before_identities_were_kept_is_told_again(data: bytes) -> None:
    """Content in other bytes gets the first answer; from then on the identity is kept."""
    made = make_tenant()
    first, store = made.send(data), made.tenant.store
    with store.transaction():
        store.database.execute(TAKEN.update().values(identity=None))
    again = signed(TREE, 1) + b"\n" if data is XML else pack("anew", XML + b"\n", FILES)
    reply = made.send(again)
    assert (reply.outcome, reply.repeated, reply.data) == ("accepted", True, first.data)
    assert store.database.execute(select(TAKEN.c.identity)).fetchone()[0] is not None
