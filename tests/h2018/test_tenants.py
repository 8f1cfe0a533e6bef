"""Tenants: made, isolated, told from one another, kept as they were made, copied and put back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace
from twisted.internet.task import Clock

from h2018.cases import Approve
from h2018.config import Config
from h2018.store import BadSnapshot, StoredReceipt
from h2018.tenant.tenants import BadName, BadSetting, Customs, NameTaken, NoSuchReceipt, NoSuchTenant, Tenant
from tempgoods_edi.errors import TempgoodsError
from tests.h2018.filings import filing, results
from tests.h2018.tenant import (
    ENTRY,
    START,
    make_tenant,
    snapshot_of,
    trust,
)

SPRING = START.replace(year=2027, month=3)


def test_tenants_share_nothing() -> None:
    """The same message in two tenants: registered in each, with each one's clock, seed, journal and registry."""
    base, later = make_tenant(), START + timedelta(hours=1)
    other = base.customs.create("team-b", Config(clock="manual", starts_at=later, seed=7, progression="immediate"))
    first = base.send(filing(1))
    second = other.intake(filing(1), "http")
    assert (first.outcome, first.repeated, second.outcome, second.repeated) == ("accepted", False, "accepted", False)
    assert first.trace_id != second.trace_id
    assert (base.receipts(), results(other)) == ((), ["Y", "1"])
    assert (base.clock.now(), other.clock.now()) == (START, later)
    base.advance(86400)
    assert other.clock.now() == later
    assert ENTRY in base.tenant.registry.entries
    assert list(other.registry.entries) == []
    base.tenant.reset()
    assert results(other) == ["Y", "1"]
    base.customs.drop("team-b")
    assert base.customs.names() == ("default",)


def test_names_of_tenants() -> None:
    """What can be one, is one, and is none; the default one stays."""
    customs = make_tenant().customs
    customs.create("ci-4711")
    assert customs.names() == ("default", "ci-4711")
    with pytest.raises(NameTaken):
        customs.create("ci-4711")
    for name in ("", "Team", "a/b", "-a", "ä", "a" * 64, "a\n"):
        with pytest.raises(BadName):
            customs.create(name)
    with pytest.raises(BadName):
        customs.drop("default")
    for act in (customs.tenant, customs.drop):
        with pytest.raises(NoSuchTenant):
            act("nobody")


def test_a_tenant_is_as_it_was_made_whatever_the_server_is_started_with(tmp_path: object) -> None:
    """What a tenant was set up with, and every change of a setting, outlives the server; the seed always does."""
    place = f"{tmp_path}/customs.sqlite3"
    tenant = make_tenant(Config(database=place, seed=1))
    tenant.customs.create("slow", Config(clock="manual", seed=2, store_seconds=60))
    tenant.tenant.configure(review_seconds=5, progression="manual")
    tenant.tenant.set_seed(11)
    tenant.customs.close()
    customs = make_tenant(Config(database=place, seed=3, store_seconds=9)).customs
    default, slow = customs.tenant().config, customs.tenant("slow").config
    assert (default.seed, default.store_seconds, default.review_seconds, default.progression) == (11, 9, 5, "manual")
    assert (slow.seed, slow.store_seconds) == (2, 60)
    for wrong in ({"progression": "sometimes"}, {"seed": 1}, {"host": "x"}, {"polls": "many"}):
        with pytest.raises(BadSetting):
            customs.tenant().configure(**wrong)


def test_a_receipt_is_delivered_again_with_the_same_bytes() -> None:
    """Under a new sequence; one that is not there is refused."""
    made = make_tenant()
    made.settled(filing(1))
    first = made.receipts()[0]
    again = made.tenant.redeliver(1)
    assert (again.sequence, again.data, again.message_id) == (3, first.data, first.message_id)
    assert made.tenant.store.receipts_of(first.seq_no or "")[0].number == 1
    for sequence in (0, -1, 4):
        with pytest.raises(NoSuchReceipt):
            made.tenant.redeliver(sequence)


def test_listeners_hear_of_what_is_committed_and_cannot_hurt() -> None:
    """Each receipt once, by way in; one that fails keeps nothing from the others; journal lines likewise."""
    made = make_tenant(Config(progression="immediate"))
    heard: list[StoredReceipt] = []
    by_folder: list[StoredReceipt] = []
    lines: list[str] = []

    def fail(receipt: StoredReceipt) -> None:
        raise RuntimeError("no ears")

    made.tenant.subscribe(fail)
    made.tenant.subscribe(heard.append)
    made.tenant.subscribe(by_folder.append, "folder:/x")
    made.tenant.watch(lambda record: lines.append(record.what))
    made.send(filing(1))
    made.send(filing(1))
    assert [receipt.sequence for receipt in heard] == [1, 2]
    assert by_folder == []
    assert lines == ["received", "answered", "decided", "sent", "decided", "sent", "repeated"]
    assert heard == list(made.receipts())


def test_a_listener_may_send_while_it_is_told() -> None:
    """What it sends is dealt with in turn; nothing is told twice."""
    made = make_tenant(Config(progression="immediate"))
    heard: list[int] = []

    def react(receipt: StoredReceipt) -> None:
        heard.append(receipt.sequence)
        if receipt.sequence == 2:
            made.send(filing(2))

    made.tenant.subscribe(react)
    made.send(filing(1))
    assert sorted(heard) == [1, 2, 3, 4]


def played(tenant: Tenant) -> list[object]:
    """What a tenant does next: answers and receipts to the byte."""
    replies = [tenant.intake(filing(serial, right), "http") for serial, right in ((21, True), (22, False), (1, True))]
    tenant.advance(600)
    return [*replies, *tenant.store.receipts(), tenant.store.journal()]


def test_a_restored_tenant_goes_on_exactly_as_the_first(tmp_path: object) -> None:
    """In the same database, in another, in memory: same answers, receipts, journal, with what was under way."""
    made = make_tenant(Config(progression="manual", seed=5, database=f"{tmp_path}/a"))
    made.settled(filing(1))
    made.tenant.configure(progression="timed", review_seconds=7)
    made.send(filing(2))
    made.advance(1.5)
    snapshot = snapshot_of(made.tenant)
    elsewhere = make_tenant(Config(database=f"{tmp_path}/b")).customs.create("copy", snapshot=snapshot)
    beside = made.customs.create("copy", snapshot=snapshot)
    anew = make_tenant(Config(seed=99)).tenant
    anew.intake(filing(9), "http")
    anew.restore(snapshot)
    assert anew.clock.now() == made.clock.now()
    assert anew.config.seed == 5
    expected = played(made.tenant)
    assert [played(tenant) == expected for tenant in (elsewhere, beside, anew)] == [True] * 3


def test_a_live_tenant_is_restored_at_its_business_time() -> None:
    """The clock goes on from where it stood, with the machine's pace of the new place."""
    machine, later = Clock(), Clock()
    customs = Customs(Config(starts_at=START), machine, trust=trust())
    machine.advance(100)
    customs.tenant().intake(filing(1), "http")
    snapshot = snapshot_of(customs.tenant())
    other = Customs(Config(starts_at=SPRING), later, trust=trust())
    later.advance(5)
    other.tenant().restore(snapshot)
    assert other.tenant().clock.now() == START + timedelta(seconds=100)
    later.advance(4)
    assert len(results(other.tenant())) >= 1
    customs.close()
    other.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"x" + data,
        lambda data: data[:-10],
        lambda data: data[:40] + b"\0" + data[41:],
        lambda data: data[:14],
    ],
)
def test_what_is_no_snapshot_is_refused_and_nothing_changes(spoil: Callable[[bytes], bytes]) -> None:
    """Empty, damaged, cut off: the tenant stays as it is, and no tenant is made of it."""
    made = make_tenant()
    made.settled(filing(1))
    before = (made.tenant.store.journal(), made.clock.now())
    data = spoil(snapshot_of(made.tenant))
    with pytest.raises(BadSnapshot):
        made.tenant.restore(data)
    with pytest.raises(BadSnapshot):
        made.customs.create("x", snapshot=data)
    assert (made.tenant.store.journal(), made.clock.now()) == before
    assert made.customs.names() == ("default",)


def test_reset_makes_a_tenant_as_new() -> None:
    """Same script, same bytes as the first time; what testers set is gone."""
    made = make_tenant(Config(seed=3))
    first = played(made.tenant)
    made.tenant.configure(progression="manual")
    made.tenant.reset()
    assert made.tenant.config.progression == "timed"
    assert made.clock.now() == START
    assert played(made.tenant) == first
    made.tenant.reset(replace(made.customs.config, seed=4, progression="immediate"))
    reply = made.send(filing(1))
    assert (made.tenant.config.seed, made.results(reply.seq_no)) == (4, ["Y", "1"])


def test_every_error_speaks_both_languages() -> None:
    """What callers are refused with is text for people."""
    customs = make_tenant().customs
    for act in (
        lambda: customs.tenant("x"),
        lambda: customs.create("X"),
        lambda: customs.tenant().decide("x", Approve()),
    ):
        with pytest.raises(TempgoodsError) as failure:
            act()
        assert failure.value.text.zh
        assert failure.value.text.en
