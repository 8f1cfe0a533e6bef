"""What officers can decide, and on what."""

from __future__ import annotations

import pytest

from h2018.cases import Approve, AskAgain, Reason, Return
from h2018.config import Config
from h2018.decisions.review import NotDecidable
from h2018.tenant.tenants import Tenant
from tempgoods_edi.lifecycle.states import State
from tests.h2018.filings import filing, results
from tests.h2018.tenant import (
    changed,
    fixture,
    make_tenant,
    notes_of,
    signed,
    text_of,
)


def waiting() -> tuple[Tenant, str]:
    """A tenant, and a declaration in it that waits for an officer."""
    made = make_tenant(Config(progression="manual"))
    return made.tenant, made.settled(filing(1)).seq_no or ""


def test_an_officer_approves_with_a_number() -> None:
    """Receipt 1 with the customs number and the note; the exhibition is on file; the journal says who."""
    tenant, seq_no = waiting()
    case = tenant.decide(seq_no, Approve(note="准予备案"), "关员0042")
    receipt = tenant.store.receipts()[-1]
    assert (case.state, case.customs_no) == (State.APPROVED, "ZH222826000001")
    assert (text_of(receipt.data, "manageResult"), notes_of(receipt.data)) == ("1", ["准予备案"])
    assert list(tenant.registry.exhibitions) == ["ZH222826000001"]
    why = tenant.store.journal(seq_no=seq_no)[-2].why[0]
    assert (why.plane, "关员0042" in why.text.zh) == ("officer", True)


def test_an_officer_returns_it_with_a_reason_per_field() -> None:
    """Receipt 3; each note names our code and the field; what was corrected is taken."""
    tenant, seq_no = waiting()
    reasons = (
        Reason(path="Head/EndDate", text="展期与批件不符"),
        Reason(path="ExhibitList[1]/GdsNm", text="品名过于笼统"),
    )
    assert tenant.decide(seq_no, Return(reasons=reasons, note="请更正")).state is State.REJECTED
    receipt = tenant.store.receipts()[-1]
    assert text_of(receipt.data, "manageResult") == "3"
    assert notes_of(receipt.data) == [
        "请更正",
        "[TG-CUS-006] 展期与批件不符 (Head/EndDate)",
        "[TG-CUS-006] 品名过于笼统 (ExhibitList[1]/GdsNm)",
    ]
    again = signed(changed(fixture("tmp101-minimal"), {"Head/SeqNo": seq_no, "Head/HallNm": "4号馆"}), 2)
    assert tenant.intake(again, "http").seq_no == seq_no


def test_an_officer_asks_for_more_and_decides_later() -> None:
    """Another receipt 2 with the question; the case stays; then an approval."""
    tenant, seq_no = waiting()
    assert tenant.decide(seq_no, AskAgain(text="请补交批准文件")).state is State.MANUAL_REVIEW
    receipt = tenant.store.receipts()[-1]
    assert (text_of(receipt.data, "manageResult"), notes_of(receipt.data)) == ("2", ["请补交批准文件"])
    assert tenant.decide(seq_no, Approve()).state is State.APPROVED
    assert results(tenant, seq_no) == ["Y", "2", "2", "1"]


def test_an_officer_may_step_in_before_the_review() -> None:
    """Stored, not yet reviewed: the officer's decision stands, the review that was due does not come."""
    made = make_tenant()
    reply = made.send(filing(1))
    made.advance(1)
    made.tenant.decide(reply.seq_no or "", Return(note="先行退单"))
    made.settle()
    assert made.results(reply.seq_no) == ["Y", "3"]


def test_what_is_not_to_be_decided_on_is_refused() -> None:
    """An unknown number, one not yet stored, one decided already: nothing is sent."""
    made = make_tenant()
    reply = made.send(filing(1))
    for seq_no in ("202600000000099999", reply.seq_no or ""):
        with pytest.raises(NotDecidable):
            made.tenant.decide(seq_no, Approve())
    made.settle()
    with pytest.raises(NotDecidable):
        made.tenant.decide(reply.seq_no or "", Return())
    assert made.results(reply.seq_no) == ["Y", "1"]


def test_an_officer_cannot_change_what_is_not_on_file() -> None:
    """A change of a number nobody has: it can only be returned."""
    made = make_tenant(Config(progression="manual"))
    head = {
        "Head/DclTypeCd": "2",
        "Head/ChgTmsCnt": "1",
        "Head/ExhibitionNo": "ZH222826000009",
        "Head/ModReason": "调整",
    }
    reply = made.settled(signed(changed(fixture("tmp101-minimal"), head), 1))
    with pytest.raises(NotDecidable, match="nothing on file"):
        made.tenant.decide(reply.seq_no or "", Approve())
    made.tenant.decide(reply.seq_no or "", Return())
    assert made.results(reply.seq_no) == ["Y", "2", "3"]
