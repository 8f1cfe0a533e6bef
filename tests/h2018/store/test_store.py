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
from tests.h2018.tenant import START, Tenant, changed, fixture, make_tenant, signed


def opened(place: str | None, **settings: object) -> Tenant:
    """A customs whose store is at *place*."""
    return make_tenant(replace(Config(database=place), **settings))


def filing(serial: int, in_house: str | None = None) -> bytes:
    """A right filing."""
    return signed(changed(fixture("tmp101-minimal"), {"Head/EtpsPreentNo": in_house} if in_house else {}), serial)


def test_the_journal_holds_what_came_and_went_to_the_byte(place: str | None) -> None:
    """Received, answered, decided, sent: bytes, hash, business time, trace, reasons."""
    tenant = opened(place)
    data = filing(1)
    reply = tenant.settled(data)
    records = tenant.tenant.store.journal(reply.message_id)
    assert [record.what for record in records] == ["received", "answered", "decided", "sent", "decided", "sent"]
    assert records[0].data == data
    assert records[1].data == reply.data
    assert [records[3].data, records[5].data] == [receipt.data for receipt in tenant.receipts()]
    assert all(record.hash == sha256(record.data).hexdigest() for record in records)
    assert {record.trace_id for record in records} == {reply.trace_id}
    assert [(record.at - START).total_seconds() for record in records] == [0, 0, 1, 1, 3, 3]
    assert all(record.why for record in records if record.what in ("answered", "decided"))
    assert tenant.tenant.store.journal(trace_id=reply.trace_id) == records


def test_the_journal_can_be_read_from_both_ends_and_by_declaration(place: str | None) -> None:
    """After, before, limit, newest first, by pre-entry number; a trace that is none finds nothing."""
    tenant = opened(place)
    first, second = tenant.settled(filing(1)), tenant.settled(filing(2))
    store = tenant.tenant.store
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
    tenant = opened(place)
    tenant.settled(filing(1))
    before = tenant.tenant.store.journal()
    database = tenant.tenant.store.database
    with pytest.raises(database.error, match="append-only"):
        database.script(sql)
    tenant.tenant.store.forget()
    assert tenant.tenant.store.journal() == before


def test_a_restart_forgets_nothing(lasting_place: str) -> None:
    """Journal, cases, receipts, numbers, registry, clock and timers are there again; the same bytes get the same answer."""
    tenant = opened(lasting_place)
    first = tenant.settled(filing(1, "A-1"))
    waiting = tenant.send(filing(2))
    tenant.advance(0.5)
    store = tenant.tenant.store
    kept = (store.journal(), store.receipts(), store.cases(), tenant.clock.now())
    timers = store.timers.about(waiting.seq_no or "")
    tenant.customs.close()

    tenant = opened(lasting_place)
    store = tenant.tenant.store
    assert (store.journal(), store.receipts(), store.cases(), tenant.clock.now()) == kept
    assert store.timers.about(waiting.seq_no or "") == timers
    assert store.in_house_numbers[(fixture("tmp101-minimal")["document"]["Head"]["InputEtpsNo"], "A-1")] == first.seq_no
    again = tenant.send(filing(1, "A-1"))
    assert (again.data, again.trace_id, again.repeated) == (first.data, first.trace_id, True)
    tenant.advance(0.5)
    assert tenant.results(waiting.seq_no) == ["Y"]
    tenant.advance(2)
    assert tenant.results(waiting.seq_no) == ["Y", "1"]
    third = tenant.settled(filing(3))
    assert third.seq_no == "202600000000000003"
    assert sorted(tenant.tenant.registry.exhibitions) == ["ZH222826000001", "ZH222826000002", "ZH222826000003"]


def test_what_fails_half_way_has_not_happened(place: str | None) -> None:
    """A fault in the last effect of an intake: no case, no receipt, no number used; only the bytes and the fault are kept."""
    tenant = opened(place, progression="immediate")
    store = tenant.tenant.store
    registry = tenant.tenant.registry

    def broken(case: object) -> None:
        raise RuntimeError("disk on fire")

    registry_approve = type(registry).approve
    type(registry).approve = broken  # type: ignore[method-assign,assignment]  # a fault on purpose
    try:
        with pytest.raises(TypeError):
            tenant.send(filing(1))
    finally:
        type(registry).approve = registry_approve  # type: ignore[method-assign]  # as it was
    assert (store.cases(), store.receipts(), store.timers.first()) == ((), (), None)
    assert [(each.what, each.data) for each in store.journal()] == [("failed", filing(1))]
    reply = tenant.send(filing(1))
    assert (reply.outcome, reply.repeated, reply.seq_no) == ("accepted", False, "202600000000000001")
    assert tenant.results(reply.seq_no) == ["Y", "1"]


def test_cases_are_listed_by_their_last_change(place: str | None) -> None:
    """The latest first, by state and by message, in pages; without their documents."""
    tenant = opened(place)
    first, second, third = (tenant.send(filing(serial)) for serial in (1, 2, 3))
    store = tenant.tenant.store
    tenant.settle()
    fourth = tenant.send(filing(4))
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
    tenant = opened(lasting_place)
    store = tenant.tenant.store
    store.set_setting("a", b"1")
    store.set_mark("push:x", 7)
    with suppress(KeyError), store.transaction():
        store.set_setting("a", None)
        store.set_mark("push:x", 8)
        store.note_delivery("push:x", 1, 1, START, "no_answer")
        raise KeyError
    attempts = [store.note_delivery("push:x", 1, number, START, "no_answer", "x" * 2000) for number in (1, 2)]
    store.note_delivery("push:y", 1, 1, START + timedelta(seconds=1), "delivered")
    tenant.customs.close()
    store = opened(lasting_place).tenant.store
    assert (store.setting("a"), store.mark("push:x"), store.mark("other")) == (b"1", 7, 0)
    assert [each.channel for each in store.deliveries_of_receipt(1)] == ["push:x", "push:x", "push:y"]
    assert store.deliveries_of_channel("push:x") == tuple(attempts[::-1])
    assert len(attempts[0].detail) == 1000


def test_a_large_declaration_is_kept_whole(place: str | None) -> None:
    """A document too large to be kept in memory is read back as it was, step by step."""
    tenant = opened(place)
    tree = fixture("tmp101-minimal")
    line = tree["document"]["ExhibitList"][0]
    tree["document"]["ExhibitList"] = [{**line, "GdsSeqNo": str(number)} for number in range(1, 401)]
    reply = tenant.settled(signed(tree, 1))
    assert tenant.results(reply.seq_no) == ["Y", "1"]
    case = tenant.tenant.store.case(reply.seq_no)
    assert case is not None
    assert len(case.document.exhibit_list) == 400
    assert tenant.tenant.registry.in_force["ZH222826000001"] == case.document


def test_a_password_is_not_told() -> None:
    """Neither of a database that cannot be reached nor of one that is none of ours."""
    for place in ("mysql://me:secret@localhost/x", "postgresql://me:secret@127.0.0.1:1/x", "nosuch+x://me:secret@y/z"):
        with pytest.raises(DatabaseError) as failure:
            Database(place)
        assert "secret" not in str(failure.value)


def test_two_servers_cannot_work_with_one_database(lasting_place: str) -> None:
    """The second is told so at once, and can begin when the first has ended."""
    tenant = opened(lasting_place)
    with pytest.raises(DatabaseError, match="another simulated customs"):
        opened(lasting_place)
    tenant.customs.close()
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
    tenant = opened(place)
    first = tenant.settled(filing(1))
    with closing(Database(postgres.new_database())) as other:
        other.script("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert tenant.customs.trouble() is None
    second = tenant.settled(filing(2))
    assert (first.outcome, second.outcome, second.seq_no) == ("accepted", "accepted", "202600000000000002")
    assert [tenant.results(each.seq_no) for each in (first, second)] == [["Y", "1"]] * 2
