"""Receipts: any order, any repetition, any bytes; kept as they came, and every transition is on record."""

from __future__ import annotations

from itertools import permutations

import pytest

from tempgoods_edi.declarant import receiving
from tempgoods_edi.declarant.store.receipts import Outcome
from tempgoods_edi.declarant.store.tables import RECEIPTS
from tempgoods_edi.lifecycle.receipts import Effect
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.lifecycle.table import TRANSITIONS
from tests.declarant.desk import Desk, receipt


@pytest.mark.parametrize(
    ("results", "end"), [("Y21", State.APPROVED), ("Y3", State.REJECTED), ("Z", State.STORE_FAILED)]
)
def test_receipts_end_the_same_in_any_order_and_number(at: Desk, results: str, end: State) -> None:
    """Each order, each receipt twice, overtaking the hand-over too: one end, one number, and all receipts in the history."""
    for order in permutations(results):
        draft = at.declared(at.saved().seq_no)
        came = [receipt(draft.seq_no, result, at.clock(), business_id=f"ZH{draft.seq_no[-12:]}") for result in order]
        for data in came * 2:
            receiving.receive(at.store, data, None, at.clock())
        at.handed_over()
        found = at.filing.get(at.ours.actor, draft.seq_no)
        assert found.state is end
        assert (found.customs_no is not None) is (end is State.APPROVED)
        history = at.filing.history(at.ours.actor, draft.seq_no)
        assert [each.result for each in history.receipts] == list(order)
        assert [at.filing.receipt(at.ours.actor, draft.seq_no, each.id) for each in history.receipts] == came


def test_every_transition_is_on_record(at: Desk) -> None:
    """The log is an unbroken path through the table of transitions, from new to the present state."""
    seq_no = at.declared(at.saved().seq_no).seq_no
    at.handed_over()
    for result in "Y23":
        at.told(seq_no, result, notes=("[TG-EXH-004] 展期有误 (Head/EndDate)",))
    at.clock.forward(minutes=1)
    at.declared(seq_no)
    at.told(seq_no, "1", business_id="ZH222826000001")
    at.handed_over()
    path = at.filing.history(at.ours.actor, seq_no).audit
    assert [line.from_state for line in path][1:] == [line.to_state for line in path][:-1]
    assert path[0].from_state is State.NEW
    assert path[-1].to_state is at.filing.get(at.ours.actor, seq_no).state is State.APPROVED
    for line in path:
        assert TRANSITIONS[line.from_state][line.event] is line.to_state
    rejected = next(line for line in path if line.to_state is State.REJECTED)
    assert rejected.who == "customs"
    assert rejected.receipt is not None
    assert rejected.why is not None
    assert "TG-EXH-004" in rejected.why.zh


def test_a_receipt_about_nothing_of_ours_is_kept(at: Desk) -> None:
    """An unknown number, another kind's receipt, garbage: kept as it came, and no declaration moves."""
    draft = at.declared(at.saved().seq_no)
    unknown = receipt("202600000000000001", "1", at.clock(), business_id="ZH222826000001")
    other_kind = receipt(draft.seq_no, "1", at.clock(), business_id="WJ222826000001", code="tmp111")
    came = [unknown, other_kind, b"", b"\xff\xfe", b"<Package/>", unknown[:-9]]
    outcomes = [receiving.receive(at.store, data, None, at.clock()).outcome for data in came]
    assert outcomes == [Outcome.UNKNOWN_NUMBER] * 2 + [Outcome.UNREADABLE] * 4
    with at.store.reading() as connection:
        assert [bytes(row.data) for row in connection.execute(RECEIPTS.select().order_by(RECEIPTS.c.id))] == came
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.DECLARED


def test_what_customs_say_at_last_holds(at: Desk) -> None:
    """A receipt of lower rank that comes late is kept and shown, with why it did nothing."""
    approved = at.approved()
    late = at.told(approved.seq_no, "3")
    assert late.effect is Effect.OUTRANKED
    assert at.filing.get(at.ours.actor, approved.seq_no).state is State.APPROVED
    assert at.filing.history(at.ours.actor, approved.seq_no).receipts[-1].effect is Effect.OUTRANKED


def test_a_reason_is_told_without_its_tag(at: Desk) -> None:
    """Whoever wrote the note: the code in brackets is no part of what people read."""
    seq_no = at.declared(at.saved().seq_no).seq_no
    at.told(seq_no, "3", notes=("[SIM-REJECT] 请核对展期 (Head/EndDate)",))
    (reason,) = at.filing.reasons(at.filing.get(at.ours.actor, seq_no))
    assert (reason.rule, reason.path, reason.text.zh) == ("SIM-REJECT", "Head/EndDate", "请核对展期")


def test_reasons_lead_to_their_fields(at: Desk) -> None:
    """With what was declared there and what stands there now; a note that names no field is told as it is."""
    seq_no = at.declared(at.saved().seq_no).seq_no
    notes = (
        "[TG-EXH-004] 展期有误 (Head/EndDate)",
        "[TG-EXH-101] 单价过低 (ExhibitList[1]/UnitPrice)",
        "请补充说明(见附件)",
    )
    at.told(seq_no, "3", notes=notes)
    rejected = at.filing.get(at.ours.actor, seq_no)
    tree = rejected.tree
    tree["Head"]["EndDate"] = "20270314"
    at.filing.save(at.ours.actor, rejected.kind, tree, seq_no=seq_no)
    at.filing.save(at.ours.actor, rejected.kind, {**tree, "Head": {**tree["Head"], "HallNm": "x"}}, seq_no=seq_no)
    first, second, third = at.filing.reasons(at.filing.get(at.ours.actor, seq_no))
    assert (first.rule, first.path, first.old, first.new) == ("TG-EXH-004", "Head/EndDate", "20270313", "20270314")
    assert first.text.zh == "展期有误"
    assert first.label is not None
    assert (second.path, second.old) == ("ExhibitList[1]/UnitPrice", "38600.00")
    assert (third.rule, third.path, third.text.zh) == (None, None, "请补充说明(见附件)")
    at.declared(seq_no)
    assert at.filing.reasons(at.filing.get(at.ours.actor, seq_no)) == ()
