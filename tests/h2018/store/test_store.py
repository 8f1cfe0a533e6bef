"""What every store does, wherever it lies: exact bytes, no change of the past, all or nothing, nothing lost by a restart."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import timedelta
from hashlib import sha256

import pytest
from msgspec.structs import replace

from h2018.config import Config
from h2018.store import Database, DatabaseError
from tests.h2018.cluster import Cluster
from tests.h2018.tenant import START, World, changed, fixture, make_world, signed


def opened(place: str | None, **settings: object) -> World:
    """A customs whose store is at *place*."""
    return make_world(replace(Config(database=place), **settings))


def filing(serial: int, in_house: str | None = None) -> bytes:
    """A right filing."""
    return signed(changed(fixture("tmp101-minimal"), {"Head/EtpsPreentNo": in_house} if in_house else {}), serial)


def test_the_journal_holds_what_came_and_went_to_the_byte(place: str | None) -> None:
    """Received, answered, decided, sent: bytes, hash, business time, trace, reasons."""
    world = opened(place)
    data = filing(1)
    reply = world.settled(data)
    records = world.world.store.journal(reply.message_id)
    assert [record.what for record in records] == ["received", "answered", "decided", "sent", "decided", "sent"]
    assert records[0].data == data
    assert records[1].data == reply.data
    assert [records[3].data, records[5].data] == [receipt.data for receipt in world.receipts()]
    assert all(record.hash == sha256(record.data).hexdigest() for record in records)
    assert {record.trace_id for record in records} == {reply.trace_id}
    assert [(record.at - START).total_seconds() for record in records] == [0, 0, 1, 1, 3, 3]
    assert all(record.why for record in records if record.what in ("answered", "decided"))
    assert world.world.store.journal(trace_id=reply.trace_id) == records


def test_the_journal_can_be_read_from_both_ends_and_by_declaration(place: str | None) -> None:
    """After, before, limit, newest first, by pre-entry number; a trace that is none finds nothing."""
    world = opened(place)
    first, second = world.settled(filing(1)), world.settled(filing(2))
    store = world.world.store
    whole = store.journal()
    assert [record.sequence for record in whole] == list(range(1, len(whole) + 1))
    assert store.journal(newest_first=True) == whole[::-1]
    assert store.journal(after=2, limit=3) == whole[2:5]
    assert store.journal(before=4, limit=2, newest_first=True) == whole[1:3][::-1]
    assert store.journal(seq_no=second.seq_no) == tuple(each for each in whole if each.seq_no == second.seq_no)
    assert store.journal(first.message_id, seq_no="none") == ()
    assert store.journal(trace_id="zzzzzzzz") == store.journal(trace_id="00000001" + "0" * 8) == ()
    assert store.record(len(whole) + 1) is None


@pytest.mark.parametrize(
    "sql", ["UPDATE journal SET data = ''", "DELETE FROM journal", "DELETE FROM journal WHERE sequence = 1"]
)
def test_the_past_cannot_be_changed(place: str | None, sql: str) -> None:
    """The database itself refuses to change or delete a line."""
    world = opened(place)
    world.settled(filing(1))
    before = world.world.store.journal()
    database = world.world.store.database
    with pytest.raises(database.error, match="append-only"):
        database.script(sql)
    world.world.store.forget()
    assert world.world.store.journal() == before


def test_a_restart_forgets_nothing(lasting_place: str) -> None:
    """Journal, cases, receipts, numbers, registry, clock and timers are there again; the same bytes get the same answer."""
    world = opened(lasting_place)
    first = world.settled(filing(1, "A-1"))
    waiting = world.send(filing(2))
    world.advance(0.5)
    store = world.world.store
    kept = (store.journal(), store.receipts(), store.cases(), world.clock.now())
    timers = store.timers.about(waiting.seq_no or "")
    world.customs.close()

    world = opened(lasting_place)
    store = world.world.store
    assert (store.journal(), store.receipts(), store.cases(), world.clock.now()) == kept
    assert store.timers.about(waiting.seq_no or "") == timers
    assert store.in_house_numbers[(fixture("tmp101-minimal")["document"]["Head"]["InputEtpsNo"], "A-1")] == first.seq_no
    again = world.send(filing(1, "A-1"))
    assert (again.data, again.trace_id, again.repeated) == (first.data, first.trace_id, True)
    world.advance(0.5)
    assert world.results(waiting.seq_no) == ["Y"]
    world.advance(2)
    assert world.results(waiting.seq_no) == ["Y", "1"]
    third = world.settled(filing(3))
    assert third.seq_no == "202600000000000003"
    assert sorted(world.world.registry.exhibitions) == ["ZH222826000001", "ZH222826000002", "ZH222826000003"]


def test_what_fails_half_way_has_not_happened(place: str | None) -> None:
    """A fault in the last effect of an intake: no case, no receipt, no number used; only the bytes and the fault are kept."""
    world = opened(place, progression="immediate")
    store = world.world.store
    registry = world.world.registry

    def broken(case: object) -> None:
        raise RuntimeError("disk on fire")

    registry_approve = type(registry).approve
    type(registry).approve = broken  # type: ignore[method-assign,assignment]  # a fault on purpose
    try:
        with pytest.raises(TypeError):
            world.send(filing(1))
    finally:
        type(registry).approve = registry_approve  # type: ignore[method-assign]  # as it was
    assert (store.cases(), store.receipts(), store.timers.first()) == ((), (), None)
    assert [(each.what, each.data) for each in store.journal()] == [("failed", filing(1))]
    reply = world.send(filing(1))
    assert (reply.outcome, reply.repeated, reply.seq_no) == ("accepted", False, "202600000000000001")
    assert world.results(reply.seq_no) == ["Y", "1"]


def test_cases_are_listed_by_their_last_change(place: str | None) -> None:
    """The latest first, by state and by message, in pages; without their documents."""
    world = opened(place)
    first, second, third = (world.send(filing(serial)) for serial in (1, 2, 3))
    store = world.world.store
    world.settle()
    fourth = world.send(filing(4))
    listed = store.cases()
    assert [case.seq_no for case in listed] == [fourth.seq_no, third.seq_no, second.seq_no, first.seq_no]
    assert {case.document for case in listed} == {None}
    page = store.cases(limit=2)
    assert page + store.cases(before=page[-1].changed, limit=2) == listed
    assert [case.seq_no for case in store.cases(state="sent")] == [fourth.seq_no]
    assert [case.seq_no for case in store.cases(state="approved", code="TMP101", limit=1)] == [third.seq_no]
    assert store.cases(code="TMP131") == ()


def test_settings_marks_and_attempts_are_kept(lasting_place: str) -> None:
    """By name, by channel, by receipt; undone with the transaction they were part of."""
    world = opened(lasting_place)
    store = world.world.store
    store.set_setting("a", b"1")
    store.set_mark("push:x", 7)
    with suppress(KeyError), store.transaction():
        store.set_setting("a", None)
        store.set_mark("push:x", 8)
        store.note_delivery("push:x", 1, 1, START, "no_answer")
        raise KeyError
    attempts = [store.note_delivery("push:x", 1, number, START, "no_answer", "x" * 2000) for number in (1, 2)]
    store.note_delivery("push:y", 1, 1, START + timedelta(seconds=1), "delivered")
    world.customs.close()
    store = opened(lasting_place).world.store
    assert (store.setting("a"), store.mark("push:x"), store.mark("other")) == (b"1", 7, 0)
    assert [each.channel for each in store.deliveries_of_receipt(1)] == ["push:x", "push:x", "push:y"]
    assert store.deliveries_of_channel("push:x") == tuple(attempts[::-1])
    assert len(attempts[0].detail) == 1000


def test_a_large_declaration_is_kept_whole(place: str | None) -> None:
    """A document too large to be kept in memory is read back as it was, step by step."""
    world = opened(place)
    tree = fixture("tmp101-minimal")
    line = tree["document"]["ExhibitList"][0]
    tree["document"]["ExhibitList"] = [{**line, "GdsSeqNo": str(number)} for number in range(1, 401)]
    reply = world.settled(signed(tree, 1))
    assert world.results(reply.seq_no) == ["Y", "1"]
    case = world.world.store.case(reply.seq_no)
    assert case is not None
    assert len(case.document.exhibit_list) == 400
    assert world.world.registry.in_force["ZH222826000001"] == case.document


def test_a_password_is_not_told() -> None:
    """Neither of a database that cannot be reached nor of one that is none of ours."""
    for place in ("mysql://me:secret@localhost/x", "postgresql://me:secret@127.0.0.1:1/x", "nosuch+x://me:secret@y/z"):
        with pytest.raises(DatabaseError) as failure:
            Database(place)
        assert "secret" not in str(failure.value)


def test_two_servers_cannot_work_with_one_database(lasting_place: str) -> None:
    """The second is told so at once, and can begin when the first has ended."""
    world = opened(lasting_place)
    with pytest.raises(DatabaseError, match="another simulated customs"):
        opened(lasting_place)
    world.customs.close()
    opened(lasting_place).customs.close()


@pytest.mark.parametrize(
    "place", ["mysql://nobody@localhost/x", "/nowhere/at/all.sqlite3", "postgresql://127.0.0.1:1/x", "oracle+x://y"]
)
def test_what_cannot_be_a_store_is_refused_with_its_reason(place: str) -> None:
    """Another kind of database, a folder that is not there, nobody listening."""
    with pytest.raises(DatabaseError):
        Database(place)


@pytest.mark.needs("postgres")
def test_a_cut_line_to_postgresql_is_joined_again(postgres: Cluster) -> None:
    """Its server was restarted, say: what was committed is there, and the next message is taken as if nothing were."""
    place = postgres.new_database()
    world = opened(place)
    first = world.settled(filing(1))
    with closing(Database(postgres.new_database())) as other:
        other.script("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert world.customs.trouble() is None
    second = world.settled(filing(2))
    assert (first.outcome, second.outcome, second.seq_no) == ("accepted", "accepted", "202600000000000002")
    assert [world.results(each.seq_no) for each in (first, second)] == [["Y", "1"]] * 2
