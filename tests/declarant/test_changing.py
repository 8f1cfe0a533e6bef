"""Changes and deletions of what is approved: what is in force stays so until customs agree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tempgoods_edi.declarant import receiving
from tempgoods_edi.declarant.errors import NotAllowed
from tempgoods_edi.declarant.store import customs_facts
from tempgoods_edi.declarant.store.people import DeclarantPerson
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.rules import KnownExhibition
from tests.declarant.desk import Desk, receipt

NUMBER = "ZH222826000001"


def altered(at: Desk, seq_no: str, **head: str) -> None:
    """Save the change with these fields of the head."""
    found = at.filing.get(at.ours.actor, seq_no)
    content = {**found.tree, "Head": {**found.tree["Head"], **head}}
    at.filing.save(at.ours.actor, found.kind, content, seq_no=seq_no, revision=found.revision)


def test_a_change_begins_as_what_is_in_force(at: Desk) -> None:
    """With type, version and customs' number filled in; before/after shows just what is altered, once it is."""
    approved = at.approved()
    begun = at.filing.change(at.ours.actor, approved.seq_no)
    head = begun.tree["Head"]
    assert (head["DclTypeCd"], head["ChgTmsCnt"], head["ExhibitionNo"]) == ("2", "1", NUMBER)
    assert begun.state is State.DRAFT
    assert at.filing.before_after(begun) == ()
    altered(at, approved.seq_no, HallNm="西馆", ModReason="场馆调整")
    begun = at.filing.get(at.ours.actor, approved.seq_no)
    (difference,) = at.filing.before_after(begun)
    assert (difference.path, difference.before, difference.after) == ("Head/HallNm", "东岸会展中心3号馆", "西馆")
    assert begun.in_force is not None
    assert begun.in_force.content["Head"]["HallNm"] == "东岸会展中心3号馆"


def test_a_rejected_change_leaves_the_approved_version_in_force(at: Desk) -> None:
    """The next try goes on from the rejected draft; approved, it is what is in force."""
    seq_no = at.approved().seq_no
    at.filing.change(at.ours.actor, seq_no)
    altered(at, seq_no, HallNm="西馆", ModReason="场馆调整")
    at.declared(seq_no)
    at.told(seq_no, "3", version=1)
    rejected = at.filing.get(at.ours.actor, seq_no)
    assert rejected.state is State.REJECTED
    assert rejected.in_force is not None
    assert rejected.in_force.number == 0
    assert Action.DELETE_DRAFT not in rejected.actions
    at.clock.forward(minutes=1)
    at.declared(seq_no)
    at.told(seq_no, "1", version=1, business_id=NUMBER)
    approved = at.filing.get(at.ours.actor, seq_no)
    assert approved.in_force is not None
    assert (approved.in_force.number, approved.tree["Head"]["HallNm"]) == (1, "西馆")


def test_what_was_begun_can_be_taken_back(at: Desk) -> None:
    """One that customs never saw leaves no gap in the count; one they rejected stays in the series as laid aside."""
    seq_no = at.approved().seq_no
    with pytest.raises(NotAllowed):
        at.filing.withdraw(at.ours.actor, seq_no)
    assert at.filing.change(at.ours.actor, seq_no).withdrawable
    back = at.filing.withdraw(at.ours.actor, seq_no)
    assert (back.state, len(back.declaration.versions)) == (State.APPROVED, 1)
    assert at.filing.change(at.ours.actor, seq_no).tree["Head"]["ChgTmsCnt"] == "1"
    altered(at, seq_no, HallNm="西馆", ModReason="场馆调整")
    at.declared(seq_no)
    at.told(seq_no, "3", version=1)
    back = at.filing.withdraw(at.ours.actor, seq_no)
    assert [version.state for version in back.declaration.versions] == [State.APPROVED, State.DISCARDED]
    assert back.state is State.APPROVED


def test_after_a_refused_deletion_a_change_is_possible(at: Desk) -> None:
    """It has the number customs expect, and what comes late about the deletion does not touch it."""
    seq_no = at.approved().seq_no
    at.filing.apply_deletion(at.ours.actor, seq_no, "展览会取消")
    at.declared(seq_no)
    late = receipt(seq_no, "1", at.clock(), version=1, business_id=NUMBER)
    at.clock.forward(minutes=1)
    refusal = receipt(seq_no, "3", at.clock(), version=1)
    receiving.receive(at.store, refusal, None, at.clock())
    at.filing.withdraw(at.ours.actor, seq_no)
    at.filing.change(at.ours.actor, seq_no)
    altered(at, seq_no, HallNm="西馆", ModReason="场馆调整")
    at.clock.forward(minutes=1)
    declared = at.declared(seq_no)
    assert declared.tree["Head"]["ChgTmsCnt"] == "1"
    for data in (late, refusal, receipt(seq_no, "3", at.clock() - timedelta(minutes=2), version=1)):
        receiving.receive(at.store, data, None, at.clock())
        assert at.filing.get(at.ours.actor, seq_no).state is State.DECLARED
    at.told(seq_no, "1", version=1, business_id=NUMBER)
    approved = at.filing.get(at.ours.actor, seq_no)
    assert (approved.state, approved.tree["Head"]["HallNm"]) == (State.APPROVED, "西馆")
    assert at.filing.change(at.ours.actor, seq_no).tree["Head"]["ChgTmsCnt"] == "2"


def test_a_deletion_that_customs_approve_ends_it(at: Desk) -> None:
    """Nothing is in force any more; only looking and printing remain."""
    seq_no = at.approved().seq_no
    begun = at.filing.apply_deletion(at.ours.actor, seq_no, "展览会取消")
    assert (begun.tree["Head"]["DclTypeCd"], begun.tree["Head"]["DelReason"]) == ("3", "展览会取消")
    at.declared(seq_no)
    at.told(seq_no, "1", version=1, business_id=NUMBER)
    gone = at.filing.get(at.ours.actor, seq_no)
    assert (gone.state, gone.in_force) == (State.DELETED, None)
    assert gone.actions == {Action.PRINT_CHECK_SHEET}


@pytest.mark.parametrize("by", ["a loan list", "what customs said"])
def test_a_used_exhibition_cannot_be_deleted(at: Desk, by: str) -> None:
    """Refused with its number and why; it can still be changed."""
    seq_no = at.approved().seq_no
    if by == "a loan list":
        at.filing.add_declarant(at.ours.actor, DeclarantPerson("31026577", "甲"))
        lent = at.saved("tmp111", ExhibitionNo=NUMBER, LoanStartDate="20270310", LoanEndDate="20270312")
        assert Action.APPLY_DELETION in at.filing.get(at.ours.actor, seq_no).actions
        at.declared(lent.seq_no)
    else:
        day = at.clock().date()
        known = KnownExhibition(
            exhibition_no=NUMBER, name="x", enterprise_nos=frozenset(), approved=True, start=day, end=day, used=True
        )
        customs_facts.remember(at.store, at.ours.actor.enterprise_no, known, at.clock())
    found = at.filing.get(at.ours.actor, seq_no)
    assert found.used
    assert {Action.CHANGE, Action.APPLY_DELETION} & found.actions == {Action.CHANGE}
    with pytest.raises(NotAllowed, match=NUMBER):
        at.filing.apply_deletion(at.ours.actor, seq_no, "展览会取消")


def test_only_an_exhibition_is_changed_or_deleted(at: Desk) -> None:
    """The other kinds have no versions at customs."""
    seq_no = at.approved("tmp121", "QR222826000001").seq_no
    with pytest.raises(NotAllowed):
        at.filing.change(at.ours.actor, seq_no)
    with pytest.raises(NotAllowed):
        at.filing.apply_deletion(at.ours.actor, seq_no, "x")
