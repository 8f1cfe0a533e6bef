"""Messages that come in within one turn of the reactor: one commit, and nothing else is different."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from twisted.internet.task import Clock

from h2018.config import Config
from h2018.store import Reply, StoredReceipt
from h2018.tenant.tenants import Customs, Tenant
from h2018.workers.preparation import PreparedMessage
from tests.h2018.tenant import REGISTRY, START, fixture, signed, trust

CONFIG = Config(starts_at=START, clock="manual", progression="immediate", registry=REGISTRY)


class Turns:
    """A reactor's time that is no test clock: its turns end when the test says so."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.seconds, self.callLater = self.clock.seconds, self.clock.callLater

    def end(self) -> None:
        """The present turn ends."""
        self.clock.advance(0)


@pytest.fixture
def turns() -> Turns:
    """The machine's time."""
    return Turns()


@pytest.fixture
def customs(turns: Turns, tmp_path: object) -> Iterator[Customs]:
    """A customs of the test's own, in a file, with a second tenant."""
    time: Any = turns  # as much of a reactor as is asked for
    made = Customs(Config(**{**_fields(), "database": f"{tmp_path}/x"}), time, trust=trust())
    made.create("other")
    yield made
    made.close()


def _fields() -> dict[str, Any]:
    return {name: getattr(CONFIG, name) for name in Config.__struct_fields__}


def messages(count: int) -> list[bytes]:
    """Good ones, and an unreadable one at the end."""
    return [*(signed(fixture("tmp101-minimal"), serial + 1) for serial in range(count)), b"<no"]


def submitted(customs: Customs, sent: list[tuple[str, bytes]]) -> dict[int, Any]:
    """What each sender gets, once it does: a reply, or the type of an error."""
    got: dict[int, Any] = {}
    for number, (name, data) in enumerate(sent):
        try:
            waits = customs.tenant(name).submit(data, "http")
        except ZeroDivisionError as error:
            got[number] = type(error)
            continue
        waits.addCallbacks(
            lambda reply, number=number: got.__setitem__(number, reply),
            lambda failure, number=number: got.__setitem__(number, failure.type),
        )
    return got


def kept(tenant: Tenant) -> list[tuple[str, bytes]]:
    """The journal and every receipt."""
    return [(line.what, line.data) for line in tenant.store.journal()] + [
        ("", each.data) for each in tenant.store.receipts()
    ]


def test_together_or_one_by_one_the_same_comes_of_it(customs: Customs, turns: Turns) -> None:
    """Answers, journals and receipts, in two tenants; nobody is answered before the turn ends."""
    sent = [(name, data) for data in messages(20) for name in ("default", "other")]
    got = submitted(customs, sent)
    assert got == {}
    turns.end()
    alone = Customs(CONFIG, Clock(), trust=trust())
    alone.create("other")
    assert [got[number] for number in range(len(sent))] == [
        alone.tenant(name).intake(data, "http") for name, data in sent
    ]
    for name in ("default", "other"):
        assert kept(customs.tenant(name)) == kept(alone.tenant(name))
    alone.close()


def test_nobody_is_told_before_all_are_on_the_disk(customs: Customs, turns: Turns) -> None:
    """Listeners hear of receipts outside any transaction, each receipt once, in order."""
    tenant, heard = customs.tenant(), []

    def hear(receipt: StoredReceipt) -> None:
        with closing(tenant.store.database.engine.raw_connection()) as same:
            heard.append((receipt.sequence, same.in_transaction))

    tenant.subscribe(hear)
    submitted(customs, [("default", data) for data in messages(5)])
    assert heard == []
    turns.end()
    assert heard == [(sequence, False) for sequence in range(1, 11)]


def test_whoever_looks_from_outside_sees_only_what_is_on_the_disk(customs: Customs) -> None:
    """A pull in the midst of a turn ends the waiting: what it shows was committed, and the senders are answered."""
    tenant = customs.tenant()
    got = submitted(customs, [("default", data) for data in messages(3)])
    tenant.pulled(None)
    assert len(tenant.store.receipts()) == 6
    assert len(got) == 4


def test_one_that_makes_the_service_fail_fails_alone(
    customs: Customs, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are taken once and told of once; the fault is journalled once, with its bytes."""
    tenant, heard = customs.tenant(), []
    tenant.subscribe(lambda receipt: heard.append(receipt.sequence))
    good, poison = messages(3), b"<poison/>"
    really = tenant.intake_service._take

    def take(prepared: PreparedMessage, source: str) -> Reply:
        reply = really(prepared, source)
        if prepared.data == poison:
            raise ZeroDivisionError
        return reply

    monkeypatch.setattr(tenant.intake_service, "_take", take)
    got = submitted(customs, [("default", data) for data in (*good[:2], poison, *good[2:])])
    turns.end()
    assert [getattr(got[number], "outcome", got[number]) for number in range(5)] == [
        "accepted", "accepted", ZeroDivisionError, "accepted", "refused",
    ]  # fmt: skip
    assert heard == [1, 2, 3, 4, 5, 6]
    whats = [line.what for line in tenant.store.journal()]
    assert (whats.count("received"), whats.count("failed"), whats.count("sent")) == (4, 1, 6)
    assert [line.data for line in tenant.store.journal() if line.what == "failed"] == [poison]


def test_a_commit_that_fails_is_told_to_all_and_nothing_happened(customs: Customs, turns: Turns) -> None:
    """Nobody is answered as if it were taken; afterwards the same messages are taken as for the first time."""
    tenant = customs.tenant()
    database = tenant.store.database
    heard: list[StoredReceipt] = []
    tenant.subscribe(heard.append)
    run = database._run

    def full(sql: str, *params: object) -> object:
        if sql == "COMMIT":
            raise database.error("disk full")
        return run(sql, *params)

    sent = [("default", data) for data in messages(3)]
    got = submitted(customs, sent)
    database._run = full
    turns.end()
    database._run = run
    assert set(got.values()) == {database.error}
    assert (heard, tenant.store.journal(), tenant.store.cases()) == ([], (), ())
    again = submitted(customs, sent)
    turns.end()
    assert [(again[number].outcome, again[number].seq_no) for number in range(4)] == [
        ("accepted", "202600000000000001"),
        ("accepted", "202600000000000002"),
        ("accepted", "202600000000000003"),
        ("refused", None),
    ]
    assert [receipt.sequence for receipt in heard] == [1, 2, 3, 4, 5, 6]
