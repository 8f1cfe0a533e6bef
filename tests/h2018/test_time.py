"""How business time and progression drive a declaration: live, manual, by pulls, by officers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from twisted.internet.task import Clock

from h2018.cases import Approve, OfficerDecision, Return
from h2018.config import Config
from h2018.tenant.tenants import BadSetting, Customs
from tests.h2018.filings import filing, results
from tests.h2018.tenant import (
    START,
    make_tenant,
    trust,
)

SPRING = START.replace(year=2027, month=3)


def test_a_live_clock_does_what_is_due_when_it_is_due() -> None:
    """Woken by the machine's clock alone; what fell due while the server was down is done at once when it is up."""
    machine = Clock()
    machine.advance(1.7e9)
    config = Config(starts_at=START, clock="live")
    customs = Customs(config, machine, trust=trust())
    tenant = customs.tenant()
    tenant.intake(filing(1), "http")
    machine.advance(0.9)
    assert results(tenant) == []
    machine.advance(0.2)
    assert results(tenant) == ["Y"]
    machine.advance(2)
    assert results(tenant) == ["Y", "1"]
    assert machine.getDelayedCalls() == []
    customs.close()


def test_a_live_clock_goes_on_while_the_server_is_down(tmp_path: object) -> None:
    """Business time is where it would be, and what was due meanwhile is done."""
    machine = Clock()
    machine.advance(1.7e9)
    config = Config(database=f"{tmp_path}/x", starts_at=START)
    customs = Customs(config, machine, trust=trust())
    customs.tenant().intake(filing(1), "http")
    customs.close()
    assert machine.getDelayedCalls() == []
    machine.advance(3600)
    customs = Customs(config, machine, trust=trust())
    tenant = customs.tenant()
    assert tenant.clock.now() == START + timedelta(hours=1)
    machine.advance(0)
    assert results(tenant) == ["Y"]
    machine.advance(2)
    assert [receipt.at for receipt in tenant.store.receipts()] == [
        START + timedelta(seconds=second) for second in (3600, 3602)
    ]
    customs.close()


def test_a_clock_can_be_stopped_and_started() -> None:
    """Manual at an instant, nothing happens by itself; live again, what is due is done."""
    machine = Clock()
    customs = Customs(Config(starts_at=START), machine, trust=trust())
    tenant = customs.tenant()
    tenant.set_clock("manual", SPRING)
    tenant.intake(filing(1), "http")
    machine.advance(3600)
    assert (results(tenant), tenant.clock.now()) == ([], SPRING)
    tenant.advance(1)
    assert results(tenant) == ["Y"]
    tenant.set_clock("live")
    machine.advance(10)
    assert len(results(tenant)) == 2
    with pytest.raises(BadSetting):
        tenant.set_clock("backwards")
    customs.close()


def test_after_polls_each_step_comes_when_the_recipient_asked_often_enough() -> None:
    """Two pulls to a step: its own recipient's only, or everybody's; time does nothing."""
    made = make_tenant(Config(progression="polls", polls=2))
    made.send(filing(1))
    tenant, recipient = made.tenant, "DXPENT0000012345"
    seen = []
    for asker in (recipient, "SOMEBODYELSE0001", recipient, None, recipient):
        tenant.advance(3600)
        tenant.pulled(asker)
        seen.append(results(tenant))
    assert seen == [[], [], ["Y"], ["Y"], ["Y", "1"]]


def test_with_manual_progression_every_review_is_an_officers() -> None:
    """Y, 2, and then nothing until somebody decides; a wrong one as well as a right one."""
    made = make_tenant(Config(progression="manual"))
    replies = [made.settled(filing(serial, right)) for serial, right in ((1, True), (2, False))]
    assert [made.results(reply.seq_no) for reply in replies] == [["Y", "2"], ["Y", "2"]]
    decisions: tuple[OfficerDecision, ...] = (Return(), Approve())
    for reply, decision in zip(replies, decisions, strict=True):
        made.tenant.decide(reply.seq_no or "", decision)
    assert [made.results(reply.seq_no) for reply in replies] == [["Y", "2", "3"], ["Y", "2", "1"]]


# Faults of ours


def test_a_step_that_fails_is_tried_again_and_holds_nobody_up() -> None:
    """The other declaration goes on; the failed one is approved at a later try; the journal says what happened."""
    made = make_tenant()
    doing = made.tenant._scheduler.handlers
    review = doing["review"]
    failures: list[datetime] = []

    def fragile(body: bytes) -> None:
        if str(first.seq_no).encode() in body and len(failures) < 2:
            failures.append(made.clock.now())
            raise RuntimeError("not today")
        review(body)

    doing["review"] = fragile
    first, second = made.send(filing(1)), made.send(filing(2))
    made.advance(3)
    assert (made.results(first.seq_no), made.results(second.seq_no)) == (["Y"], ["Y", "1"])
    made.advance(3600)
    assert made.results(first.seq_no) == ["Y", "1"]
    assert [(at - failures[0]).total_seconds() for at in failures] == [0, 60]
    failed = [record for record in made.tenant.store.journal(seq_no=first.seq_no) if record.what == "failed"]
    assert ["RuntimeError" in record.why[0].text.en for record in failed] == [True, True]
    approved = made.receipts(first.seq_no)[-1]
    assert (approved.at - failures[0]).total_seconds() == 60 + 120
