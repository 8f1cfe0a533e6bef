"""Tenants and what can be done to one: time, progression, officers, returns, snapshots; always isolated from the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from twisted.internet.task import Clock

from h2018.cases import Approve, AskAgain, Reason, Return
from h2018.config import Config
from h2018.registry import RegistryError, Returned
from h2018.review import NotDecidable
from h2018.store import BadSnapshot, Receipt
from h2018.worlds import BadName, BadSetting, Customs, NameTaken, NoSuchReceipt, NoSuchWorld, World
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.states import State
from tests.h2018.world import (
    ENTRY,
    ORGANISER,
    REGISTRY,
    RETURN_ENTRY,
    START,
    changed,
    fixture,
    make_world,
    notes_of,
    refusal_of,
    signed,
    text_of,
    trust,
)

SPRING = START.replace(year=2027, month=3)


def filing(serial: int, right: bool = True) -> bytes:
    """A filing, right or against a rule."""
    wrong = {} if right else {"Head/EndDate": "20270309"}
    return signed(changed(fixture("tmp101-minimal"), wrong), serial)


def results(world: World, seq_no: str | None = None) -> list[str]:
    """The manageResult of each receipt, in order."""
    return [text_of(each.data, "manageResult") for each in world.store.receipts() if seq_no in (None, each.seq_no)]


# Tenants


def test_tenants_share_nothing() -> None:
    """The same message in two worlds: registered in each, with each one's clock, seed, journal and registry."""
    base, later = make_world(), START + timedelta(hours=1)
    other = base.customs.create("team-b", Config(clock="manual", starts_at=later, seed=7, progression="immediate"))
    first = base.send(filing(1))
    second = other.intake(filing(1), "http")
    assert (first.outcome, first.repeated, second.outcome, second.repeated) == ("accepted", False, "accepted", False)
    assert first.trace_id != second.trace_id
    assert (base.receipts(), results(other)) == ((), ["Y", "1"])
    assert (base.clock.now(), other.clock.now()) == (START, later)
    base.advance(86400)
    assert other.clock.now() == later
    assert ENTRY in base.world.registry.entries
    assert list(other.registry.entries) == []
    base.world.reset()
    assert results(other) == ["Y", "1"]
    base.customs.drop("team-b")
    assert base.customs.names() == ("default",)


def test_names_of_tenants() -> None:
    """What can be one, is one, and is none; the default one stays."""
    customs = make_world().customs
    customs.create("ci-4711")
    assert customs.names() == ("default", "ci-4711")
    with pytest.raises(NameTaken):
        customs.create("ci-4711")
    for name in ("", "Team", "a/b", "-a", "ä", "a" * 64, "a\n"):
        with pytest.raises(BadName):
            customs.create(name)
    with pytest.raises(BadName):
        customs.drop("default")
    for act in (customs.world, customs.drop):
        with pytest.raises(NoSuchWorld):
            act("nobody")


def test_a_tenant_is_as_it_was_made_whatever_the_server_is_started_with(tmp_path: object) -> None:
    """What a tenant was set up with, and every change of a setting, outlives the server; the seed always does."""
    place = f"{tmp_path}/customs.sqlite3"
    world = make_world(Config(database=place, seed=1))
    world.customs.create("slow", Config(clock="manual", seed=2, store_seconds=60))
    world.world.configure(review_seconds=5, progression="manual")
    world.world.set_seed(11)
    world.customs.close()
    customs = make_world(Config(database=place, seed=3, store_seconds=9)).customs
    default, slow = customs.world().config, customs.world("slow").config
    assert (default.seed, default.store_seconds, default.review_seconds, default.progression) == (11, 9, 5, "manual")
    assert (slow.seed, slow.store_seconds) == (2, 60)
    for wrong in ({"progression": "sometimes"}, {"seed": 1}, {"host": "x"}, {"polls": "many"}):
        with pytest.raises(BadSetting):
            customs.world().configure(**wrong)


# Time


def test_a_live_clock_does_what_is_due_when_it_is_due() -> None:
    """Woken by the machine's clock alone; what fell due while the server was down is done at once when it is up."""
    machine = Clock()
    machine.advance(1.7e9)
    config = Config(starts_at=START, clock="live")
    customs = Customs(config, machine, trust=trust())
    world = customs.world()
    world.intake(filing(1), "http")
    machine.advance(0.9)
    assert results(world) == []
    machine.advance(0.2)
    assert results(world) == ["Y"]
    machine.advance(2)
    assert results(world) == ["Y", "1"]
    assert machine.getDelayedCalls() == []
    customs.close()


def test_a_live_clock_goes_on_while_the_server_is_down(tmp_path: object) -> None:
    """Business time is where it would be, and what was due meanwhile is done."""
    machine = Clock()
    machine.advance(1.7e9)
    config = Config(database=f"{tmp_path}/x", starts_at=START)
    customs = Customs(config, machine, trust=trust())
    customs.world().intake(filing(1), "http")
    customs.close()
    assert machine.getDelayedCalls() == []
    machine.advance(3600)
    customs = Customs(config, machine, trust=trust())
    world = customs.world()
    assert world.clock.now() == START + timedelta(hours=1)
    machine.advance(0)
    assert results(world) == ["Y"]
    machine.advance(2)
    assert [receipt.at for receipt in world.store.receipts()] == [START + timedelta(seconds=second) for second in (3600, 3602)]
    customs.close()


def test_a_clock_can_be_stopped_and_started() -> None:
    """Manual at an instant, nothing happens by itself; live again, what is due is done."""
    machine = Clock()
    customs = Customs(Config(starts_at=START), machine, trust=trust())
    world = customs.world()
    world.set_clock("manual", SPRING)
    world.intake(filing(1), "http")
    machine.advance(3600)
    assert (results(world), world.clock.now()) == ([], SPRING)
    world.advance(1)
    assert results(world) == ["Y"]
    world.set_clock("live")
    machine.advance(10)
    assert len(results(world)) == 2
    with pytest.raises(BadSetting):
        world.set_clock("backwards")
    customs.close()


# Progression


def test_after_polls_each_step_comes_when_the_recipient_asked_often_enough() -> None:
    """Two pulls to a step: its own recipient's only, or everybody's; time does nothing."""
    made = make_world(Config(progression="polls", polls=2))
    made.send(filing(1))
    world, recipient = made.world, "DXPENT0000012345"
    seen = []
    for asker in (recipient, "SOMEBODYELSE0001", recipient, None, recipient):
        world.advance(3600)
        world.pulled(asker)
        seen.append(results(world))
    assert seen == [[], [], ["Y"], ["Y"], ["Y", "1"]]


def test_with_manual_progression_every_review_is_an_officers() -> None:
    """Y, 2, and then nothing until somebody decides; a wrong one as well as a right one."""
    made = make_world(Config(progression="manual"))
    replies = [made.settled(filing(serial, right)) for serial, right in ((1, True), (2, False))]
    assert [made.results(reply.seq_no) for reply in replies] == [["Y", "2"], ["Y", "2"]]
    for reply, decision in zip(replies, (Return(), Approve()), strict=True):
        made.world.decide(reply.seq_no or "", decision)
    assert [made.results(reply.seq_no) for reply in replies] == [["Y", "2", "3"], ["Y", "2", "1"]]


# Officers


def waiting() -> tuple[World, str]:
    """A world, and a declaration in it that waits for an officer."""
    made = make_world(Config(progression="manual"))
    return made.world, made.settled(filing(1)).seq_no or ""


def test_an_officer_approves_with_a_number() -> None:
    """Receipt 1 with the customs number and the note; the exhibition is on file; the journal says who."""
    world, seq_no = waiting()
    case = world.decide(seq_no, Approve(note="准予备案"), "关员0042")
    receipt = world.store.receipts()[-1]
    assert (case.state, case.customs_no) == (State.APPROVED, "ZH222826000001")
    assert (text_of(receipt.data, "manageResult"), notes_of(receipt.data)) == ("1", ["准予备案"])
    assert list(world.registry.exhibitions) == ["ZH222826000001"]
    why = world.store.journal(seq_no=seq_no)[-2].why[0]
    assert (why.plane, "关员0042" in why.text.zh) == ("officer", True)


def test_an_officer_returns_it_with_a_reason_per_field() -> None:
    """Receipt 3; each note names our code and the field; what was corrected is taken."""
    world, seq_no = waiting()
    reasons = (Reason(path="Head/EndDate", text="展期与批件不符"), Reason(path="ExhibitList[1]/GdsNm", text="品名过于笼统"))
    assert world.decide(seq_no, Return(reasons=reasons, note="请更正")).state is State.REJECTED
    receipt = world.store.receipts()[-1]
    assert text_of(receipt.data, "manageResult") == "3"
    assert notes_of(receipt.data) == [
        "请更正",
        "[TG-CUS-006] 展期与批件不符 (Head/EndDate)",
        "[TG-CUS-006] 品名过于笼统 (ExhibitList[1]/GdsNm)",
    ]
    again = signed(changed(fixture("tmp101-minimal"), {"Head/SeqNo": seq_no, "Head/HallNm": "4号馆"}), 2)
    assert world.intake(again, "http").seq_no == seq_no


def test_an_officer_asks_for_more_and_decides_later() -> None:
    """Another receipt 2 with the question; the case stays; then an approval."""
    world, seq_no = waiting()
    assert world.decide(seq_no, AskAgain(text="请补交批准文件")).state is State.MANUAL_REVIEW
    receipt = world.store.receipts()[-1]
    assert (text_of(receipt.data, "manageResult"), notes_of(receipt.data)) == ("2", ["请补交批准文件"])
    assert world.decide(seq_no, Approve()).state is State.APPROVED
    assert results(world, seq_no) == ["Y", "2", "2", "1"]


def test_an_officer_may_step_in_before_the_review() -> None:
    """Stored, not yet reviewed: the officer's decision stands, the review that was due does not come."""
    made = make_world()
    reply = made.send(filing(1))
    made.advance(1)
    made.world.decide(reply.seq_no or "", Return(note="先行退单"))
    made.settle()
    assert made.results(reply.seq_no) == ["Y", "3"]


def test_what_is_not_to_be_decided_on_is_refused() -> None:
    """An unknown number, one not yet stored, one decided already: nothing is sent."""
    made = make_world()
    reply = made.send(filing(1))
    for seq_no in ("202600000000099999", reply.seq_no or ""):
        with pytest.raises(NotDecidable):
            made.world.decide(seq_no, Approve())
    made.settle()
    with pytest.raises(NotDecidable):
        made.world.decide(reply.seq_no or "", Return())
    assert made.results(reply.seq_no) == ["Y", "1"]


def test_an_officer_cannot_change_what_is_not_on_file() -> None:
    """A change of a number nobody has: it can only be returned."""
    made = make_world(Config(progression="manual"))
    head = {"Head/DclTypeCd": "2", "Head/ChgTmsCnt": "1", "Head/ExhibitionNo": "ZH222826000009", "Head/ModReason": "调整"}
    reply = made.settled(signed(changed(fixture("tmp101-minimal"), head), 1))
    with pytest.raises(NotDecidable, match="nothing on file"):
        made.world.decide(reply.seq_no or "", Approve())
    made.world.decide(reply.seq_no or "", Return())
    assert made.results(reply.seq_no) == ["Y", "2", "3"]


# Registry


def returned(item: int, quantity: str, entry_no: str = "222520270213647999", number: int = 1) -> Returned:
    """A line of a return entry."""
    return Returned(
        original=(ENTRY, item), entry_no=entry_no, item_no=number, quantity=Decimal(quantity), day=date(2027, 3, 20)
    )


def test_a_return_is_booked_and_the_declarant_is_told() -> None:
    """TMP301 to whoever declared for the enterprise, valid by schema; balance down; the return entry is on file."""
    made = make_world(starts_at=SPRING)
    query = {**fixture("tmp101-minimal"), "message": "TMP171", "document": {"OriginalEntryNo": ENTRY, "OperCusRegCode": ORGANISER}}
    made.send(signed({**query, "flag": "0"}, 1, sender="DXPENT0000310173"))
    before = made.world.registry.entries[ENTRY].lines[1]
    (notice,) = made.world.record_return([returned(1, "1")])
    after = made.world.registry.entries[ENTRY].lines[1]
    assert (notice.recipient, notice.code, refusal_of(notice.data, "plain.xsd")) == ("DXPENT0000310173", "TMP301", None)
    assert [text_of(notice.data, tag) for tag in ("OriginalEntryNo", "OriginalEntryGNo", "ChangeQty", "RemainQty", "StatusCd")] == [
        ENTRY,
        "1",
        "1",
        "0",
        "2",
    ]
    assert (before.remaining - after.remaining, after.remaining) == (1, 0)
    assert made.world.registry.entries["222520270213647999"].lines[1].quantity == 1
    assert made.receipts()[-1] == notice


def test_whoever_never_wrote_is_told_by_customs_code() -> None:
    """Without any message of the enterprise the notice lies ready under its code."""
    (notice,) = make_world(starts_at=SPRING).world.record_return([returned(1, "1")])
    assert notice.recipient in ("310173A546", "3101983690")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [returned(1, "1000")],
        [returned(1, "0")],
        [returned(99, "1")],
        [returned(1, "1", "12")],
        [returned(1, "1", RETURN_ENTRY)],
        [returned(1, "0.5"), returned(2, "1000", number=2)],
        [returned(1, "0.5"), returned(2, "1", "222520270213647998")],
    ],
)
def test_a_return_that_does_not_fit_changes_nothing(lines: list[Returned]) -> None:
    """More than is here, an unknown line, no entry number, booked before, two return entries at once: nothing of it is booked."""
    world = make_world(starts_at=SPRING).world
    before = world.registry.entries[ENTRY]
    with pytest.raises(RegistryError):
        world.record_return(lines)
    assert (world.registry.entries[ENTRY], world.store.receipts(), world.store.journal()) == (before, (), ())
    assert "222520270213647999" not in world.registry.entries


def test_entries_are_added_once() -> None:
    """From the CSV or made by hand; one that is on file already stops the lot."""
    from h2018.registry_csv import from_csv

    made = make_world(starts_at=SPRING)
    other = made.customs.create("other", Config(clock="manual", starts_at=SPRING))
    holdings = from_csv(REGISTRY)
    other.add_entries(holdings)
    assert dict(other.registry.entries) == dict(made.world.registry.entries)
    assert other.registry.returns_of(ENTRY, 1) == made.world.registry.returns_of(ENTRY, 1) != ()
    with pytest.raises(RegistryError, match=ENTRY):
        other.add_entries(replace(holdings, entries={**holdings.entries, "222520271147491039": holdings.entries[ENTRY]}))
    assert "222520271147491039" not in other.registry.entries


# Receipts again


def test_a_receipt_is_delivered_again_with_the_same_bytes() -> None:
    """Under a new sequence; one that is not there is refused."""
    made = make_world()
    made.settled(filing(1))
    first = made.receipts()[0]
    again = made.world.redeliver(1)
    assert (again.sequence, again.data, again.message_id) == (3, first.data, first.message_id)
    assert made.world.store.receipts_of(first.seq_no or "")[0].number == 1
    for sequence in (0, -1, 4):
        with pytest.raises(NoSuchReceipt):
            made.world.redeliver(sequence)


def test_listeners_hear_of_what_is_committed_and_cannot_hurt() -> None:
    """Each receipt once, by way in; one that fails keeps nothing from the others; journal lines likewise."""
    made = make_world(Config(progression="immediate"))
    heard: list[Receipt] = []
    by_folder: list[Receipt] = []
    lines: list[str] = []

    def fail(receipt: Receipt) -> None:
        raise RuntimeError("no ears")

    made.world.subscribe(fail)
    made.world.subscribe(heard.append)
    made.world.subscribe(by_folder.append, "folder:/x")
    made.world.watch(lambda record: lines.append(record.what))
    made.send(filing(1))
    made.send(filing(1))
    assert [receipt.sequence for receipt in heard] == [1, 2]
    assert by_folder == []
    assert lines == ["received", "answered", "decided", "sent", "decided", "sent", "repeated"]
    assert heard == list(made.receipts())


def test_a_listener_may_send_while_it_is_told() -> None:
    """What it sends is dealt with in turn; nothing is told twice."""
    made = make_world(Config(progression="immediate"))
    heard: list[int] = []

    def react(receipt: Receipt) -> None:
        heard.append(receipt.sequence)
        if receipt.sequence == 2:
            made.send(filing(2))

    made.world.subscribe(react)
    made.send(filing(1))
    assert sorted(heard) == [1, 2, 3, 4]


# Snapshot and reset


def played(world: World) -> list[object]:
    """What a world does next: answers and receipts to the byte."""
    replies = [world.intake(filing(serial, right), "http") for serial, right in ((21, True), (22, False), (1, True))]
    world.advance(600)
    return [*replies, *world.store.receipts(), world.store.journal()]


def test_a_restored_world_goes_on_exactly_as_the_first(tmp_path: object) -> None:
    """In the same database, in another, in memory: same answers, receipts, journal, with what was under way."""
    made = make_world(Config(progression="manual", seed=5, database=f"{tmp_path}/a"))
    made.settled(filing(1))
    made.world.configure(progression="timed", review_seconds=7)
    made.send(filing(2))
    made.advance(1.5)
    snapshot = made.world.snapshot()
    elsewhere = make_world(Config(database=f"{tmp_path}/b")).customs.create("copy", snapshot=snapshot)
    beside = made.customs.create("copy", snapshot=snapshot)
    anew = make_world(Config(seed=99)).world
    anew.intake(filing(9), "http")
    anew.restore(snapshot)
    assert anew.clock.now() == made.clock.now()
    assert anew.config.seed == 5
    expected = played(made.world)
    assert [played(world) == expected for world in (elsewhere, beside, anew)] == [True] * 3


def test_a_live_world_is_restored_at_its_business_time() -> None:
    """The clock goes on from where it stood, with the machine's pace of the new place."""
    machine, later = Clock(), Clock()
    customs = Customs(Config(starts_at=START), machine, trust=trust())
    machine.advance(100)
    customs.world().intake(filing(1), "http")
    snapshot = customs.world().snapshot()
    other = Customs(Config(starts_at=SPRING), later, trust=trust())
    later.advance(5)
    other.world().restore(snapshot)
    assert other.world().clock.now() == START + timedelta(seconds=100)
    later.advance(4)
    assert len(results(other.world())) >= 1
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
    """Empty, damaged, cut off: the world stays as it is, and no tenant is made of it."""
    made = make_world()
    made.settled(filing(1))
    before = (made.world.store.journal(), made.clock.now())
    data = spoil(made.world.snapshot())
    with pytest.raises(BadSnapshot):
        made.world.restore(data)
    with pytest.raises(BadSnapshot):
        made.customs.create("x", snapshot=data)
    assert (made.world.store.journal(), made.clock.now()) == before
    assert made.customs.names() == ("default",)


def test_reset_makes_a_world_as_new() -> None:
    """Same script, same bytes as the first time; what testers set is gone."""
    made = make_world(Config(seed=3))
    first = played(made.world)
    made.world.configure(progression="manual")
    made.world.reset()
    assert made.world.config.progression == "timed"
    assert made.clock.now() == START
    assert played(made.world) == first
    made.world.reset(replace(made.customs.config, seed=4, progression="immediate"))
    reply = made.send(filing(1))
    assert (made.world.config.seed, made.results(reply.seq_no)) == (4, ["Y", "1"])


def test_every_error_speaks_both_languages() -> None:
    """What callers are refused with is text for people."""
    customs = make_world().customs
    for act in (lambda: customs.world("x"), lambda: customs.create("X"), lambda: customs.world().decide("x", Approve())):
        with pytest.raises(TempgoodsError) as failure:
            act()
        assert failure.value.text.zh
        assert failure.value.text.en
