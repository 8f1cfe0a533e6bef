"""Snapshots: one moment, whatever happens while they are packed; put back bit by bit, others served meanwhile, all or nothing."""

from __future__ import annotations

import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select
from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport

from h2018.config import Config
from h2018.store import BadSnapshot, schema, tenants
from h2018.store.snapshots import BESIDES, LARGEST_ROW, TIMES, Snapshot, compressed, filling, unpacked
from h2018.store.tables import JOURNAL, TENANT_TABLES, TENANTS
from h2018.workers.per_tenant import EACH, TenantWorkers, WorkerPool
from h2018.workers.threads import ImmediateExecutor
from tempgoods_edi.apart.line import WaitingLine
from tests.h2018.http.web import Web, serving
from tests.h2018.tenant import Tenant, changed, fixture, make_tenant, signed, snapshot_of

BYTES = "application/octet-stream"


class Held(ImmediateExecutor):
    """Calls for a thread, and steps: each done when the test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[[], Any], Deferred[Any]]] = []
        self.steps: list[tuple[Iterator[None], Deferred[Any]]] = []

    def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Remember it."""
        self.calls.append((lambda: call(*arguments), Deferred()))
        return self.calls[-1][1]

    def by_steps(self, steps: Iterator[None]) -> Deferred[Any]:
        """Remember them."""
        self.steps.append((steps, Deferred()))
        return self.steps[-1][1]

    def call(self) -> None:
        """The call that was made first is done."""
        call, done = self.calls.pop(0)
        try:
            found = call()
        except Exception as error:  # noqa: BLE001 - whoever asked is to hear of it
            done.errback(error)
        else:
            done.callback(found)

    def step(self) -> bool:
        """One more step of those that were begun first; False when there was none left."""
        steps, done = self.steps[0]
        try:
            next(steps)
        except StopIteration:
            self.steps.pop(0)
            done.callback(None)
            return False
        except Exception as error:  # noqa: BLE001 - likewise
            self.steps.pop(0)
            done.errback(error)
            return False
        return True


def held(tenant: Any) -> Held:
    """What is slow about *tenant* waits for the test."""
    hands = Held()
    tenant.workers = TenantWorkers(tenant.name, tenant.store, WorkerPool(hands, WaitingLine(16, EACH)))
    tenant._contents = msgspec.structs.replace(tenant._contents, workers=tenant.workers)
    return hands


def filing(serial: int) -> bytes:
    """A declaration of its own."""
    return signed(changed(fixture("tmp101-minimal"), {"Head/HallNm": f"{serial}号馆"}), serial)


def of(parts: Iterable[Any]) -> bytes:
    """A snapshot of these rows, and of their number."""
    rows = list(parts)
    return b"".join(compressed([schema.CURRENT, *rows, len(rows)]))


def journal(made: Tenant) -> list[tuple[str, bytes]]:
    """What happened to a tenant."""
    return [(line.what, line.data) for line in made.tenant.store.journal()]


def numbers(made: Tenant) -> list[int]:
    """Every number that has rows, or is one."""
    run = made.tenant.store.database.execute
    found = {row[0] for table in TENANT_TABLES for row in run(select(table.c.world).distinct()).fetchall()}
    return sorted(found | {row[0] for row in run(select(TENANTS.c.id)).fetchall()})


def test_a_snapshot_is_of_the_moment_it_was_asked_for(place: str | None) -> None:
    """What comes in while it is packed is not in it, wherever the store lies; the tenant goes on."""
    made = make_tenant(Config(database=place))
    made.settled(filing(1))
    hands, before, seed = held(made.tenant), journal(made), made.tenant.config.seed
    files: list[Any] = []
    made.tenant.snapshot_file().addCallback(files.append)
    made.settled(filing(2))
    made.tenant.set_seed(9)
    after = journal(made)
    hands.call()
    (file,) = files
    file.seek(0)
    other = make_tenant(Config(seed=77))
    other.tenant.restore(file.read())
    file.close()
    assert journal(other) == before
    assert other.tenant.config.seed == seed
    assert journal(made) == after != before


def test_a_tenant_goes_on_until_it_is_put_back_and_then_at_once(place: str | None) -> None:
    """Between all steps it takes messages and shows what it was; after the last it is the other, and nobody's rows are left."""
    one = make_tenant(Config(database=place))
    one.settled(filing(1))
    kept, then = snapshot_of(one.tenant), journal(one)
    one.settled(filing(2))
    hands = held(one.tenant)
    steps, count = one.tenant.restoring(unpacked(kept)), 0
    for count, _ in enumerate(steps, 1):
        one.settled(filing(2 + count))
        assert [what for what, _ in journal(one)].count("received") == 2 + count
    assert count > 5
    assert journal(one) == then
    assert len(numbers(one)) == 2
    others = [line.what for line in one.tenant.store.journal()]
    while hands.step():
        one.settled(filing(50))
    assert numbers(one) == [one.tenant.store.number]
    assert [line.what for line in one.tenant.store.journal()][: len(others)] == others


@pytest.mark.parametrize("spoil", [lambda row: (*row[:-1], None), lambda row: (None, *row[1:])], ids=["last", "first"])
def test_a_value_that_cannot_be_is_refused_and_nothing_is_left(place: str | None, spoil: Callable[[Any], Any]) -> None:
    """Half of it was filled in by then: it is deleted again, and the tenant is what it was."""
    made = make_tenant(Config(database=place))
    made.settled(filing(1))
    found, before = unpacked(snapshot_of(made.tenant)), journal(made)
    rows = list(found.rows())
    last = max(at for at, (name, _) in enumerate(rows) if name == "receipts")
    rows[last] = "receipts", spoil(rows[last][1])
    broken = unpacked(of(rows))
    with pytest.raises(BadSnapshot):
        list(made.tenant.restoring(broken))
    assert journal(made) == before
    assert numbers(made) == [made.tenant.store.number]


def test_what_a_snapshot_may_unpack_to_grows_with_it() -> None:
    """Neither one huge row nor a great many make a few bytes cost more than they may; memory stays at some rows."""
    row = ("journal", (b"\0" * (LARGEST_ROW // 4),))
    bombs = [of([("journal", (b"\0" * (LARGEST_ROW + 1),))]), of([row] * (BESIDES // LARGEST_ROW * 8))]
    tracemalloc.start()
    for bomb in bombs:
        assert BESIDES + len(bomb) * TIMES < 2 * BESIDES
        with pytest.raises(BadSnapshot, match="more than it may"):
            deque(Snapshot(bomb).rows(), maxlen=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * LARGEST_ROW


def test_a_snapshot_is_whole_or_refused() -> None:
    """Cut off anywhere, with something behind it, a row too many or too few, tables in another order: nothing is put back."""
    made = make_tenant(Config())
    made.settled(filing(1))
    kept = snapshot_of(made.tenant)
    rows = list(unpacked(kept).rows())
    assert len(unpacked(of(rows)).data) == len(kept)
    broken = [kept[:end] for end in range(0, len(kept), 97)]
    broken += [b"".join(compressed([schema.CURRENT, *rows, len(rows) + more])) for more in (-1, 1)]
    broken += [b"".join(compressed([schema.CURRENT, *rows, len(rows), rows[0]])), b"".join(compressed([]))]
    broken += [b"".join(compressed(["another", *rows, len(rows)])), of([*rows, rows[0]]), of([("elsewhere", (1,))])]
    broken += [of([(name, row[1:]) for name, row in rows]), of([(1, 2), *rows])]
    for data in broken:
        with pytest.raises(BadSnapshot):
            unpacked(data)


def test_what_the_last_server_left_half_filled_or_half_deleted_goes(tmp_path: Path) -> None:
    """A server that ends in the middle begins again with the tenant as it was; the rest is deleted."""
    config = Config(database=str(tmp_path / "customs.sqlite3"))
    made = make_tenant(config)
    made.settled(filing(1))
    before, database = journal(made), made.tenant.store.database
    filled = filling(database, tenants.create_tenant(database), unpacked(snapshot_of(made.tenant)))
    next(filled)
    next(filled)
    deleted = tenants.discarding(database, tenants.create_tenant(database))
    next(deleted)
    assert len(numbers(made)) == 3
    made.customs.close()
    again = make_tenant(config)
    assert again.customs.names() == ("default",)
    assert journal(again) == before
    assert numbers(again) == [again.tenant.store.number]


def test_what_belongs_to_somebody_is_not_deleted(place: str | None) -> None:
    """A reset or a dropped tenant takes nothing of its neighbour's, and leaves nothing of its own."""
    made = make_tenant(Config(database=place))
    made.settled(filing(1))
    other = made.customs.create("other")
    other.intake(filing(2), "http")
    kept = other.store.journal()
    made.tenant.reset()
    assert other.store.journal() == kept
    assert numbers(made) == sorted([made.tenant.store.number, other.store.number])
    made.customs.drop("other")
    assert numbers(made) == [made.tenant.store.number]
    count = select(func.count()).select_from(JOURNAL)
    assert made.tenant.store.database.execute(count).fetchone()[0] == len(journal(made))


def answer(transport: StringTransport) -> tuple[bytes, bytes]:
    """Head and body of what came so far."""
    head, _, body = transport.value().partition(b"\r\n\r\n")
    return head, body


def goes_on(web: Web, serial: int) -> None:
    """Others are served."""
    assert web.ask("GET", "/healthz").code == 200
    assert web.ask("POST", "/v1/messages", filing(serial)).code == 200


def test_others_are_served_while_a_snapshot_is_fetched_and_put_back() -> None:
    """Packed and unpacked by a thread, filled in by steps: only who asked for it waits."""
    with serving() as web:
        goes_on(web, 1)
        then = len(web.tenant.store.journal())
        hands = held(web.tenant)
        fetching = web.begin("GET", "/control/snapshot")
        goes_on(web, 2)
        assert answer(fetching) == (b"", b"")
        hands.call()
        web.time.advance(0)
        head, kept = answer(fetching)
        assert head.startswith(b"HTTP/1.1 200")
        restoring = web.begin("POST", "/control/restore", kept, media=BYTES)
        goes_on(web, 3)
        hands.call()
        serial = 4
        while hands.step():
            assert answer(restoring) == (b"", b"")
            goes_on(web, serial)
            serial += 1
            if not hands.steps:
                break
        assert answer(restoring)[0].startswith(b"HTTP/1.1 200")
        assert len(web.tenant.store.journal()) == then
        while hands.steps:
            hands.step()
        goes_on(web, 99)


def test_a_tenant_that_is_dropped_meanwhile_is_told_to_who_waits() -> None:
    """409; nothing of what was filled in is left."""
    with serving() as web:
        made = web.customs.create("other")
        kept = snapshot_of(made)
        hands = held(made)
        restoring = web.begin("POST", "/t/other/control/restore", kept, media=BYTES)
        hands.call()
        hands.step()
        web.customs.drop("other")
        hands.step()
        assert answer(restoring)[0].startswith(b"HTTP/1.1 409")
        while hands.steps:
            hands.step()
        assert tenants.left_over(web.tenant.store.database) == ()
