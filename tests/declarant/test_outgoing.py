"""The outbox: what a gateway took and never finished comes again; what comes too late says nothing about a later attempt."""

from __future__ import annotations

from datetime import timedelta

from tempgoods_edi.declarant.store import outgoing
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.values import Bilingual
from tests.declarant.desk import Desk, due

ERROR = Bilingual("处理失败：[TG-EXH-004] 展期有误 (Head/EndDate)；[TG-HEAD-001] 卡不符 (OperCusRegCode)", "refused")


def test_a_message_is_taken_by_one_gateway_at_a_time(at: Desk) -> None:
    """While it is being sent it is not due; when the gateway that took it dies, the same bytes are due again."""
    at.declared(at.saved().seq_no)
    (waiting,) = due(at.store, at.clock(), 10)
    outgoing.sending(at.store, waiting.id, at.clock())
    assert due(at.store, at.clock(), 10) == ()
    at.clock.forward(seconds=outgoing.LEASE.total_seconds())
    (again,) = due(at.store, at.clock(), 10)
    assert (again.data, again.message_id, again.attempts) == (waiting.data, waiting.message_id, 1)


def test_a_failure_is_tried_again_and_then_given_up(at: Desk) -> None:
    """Due when it was put off to; after the last try 发往海关失败, which can be declared again under the same number."""
    draft = at.declared(at.saved().seq_no)
    (waiting,) = due(at.store, at.clock(), 10)
    outgoing.sending(at.store, waiting.id, at.clock())
    outgoing.retry(at.store, waiting.id, at.clock() + timedelta(minutes=2), ERROR, at.clock())
    assert due(at.store, at.clock(), 10) == ()
    (again,) = due(at.store, at.clock() + timedelta(minutes=2), 10)
    assert again.id == waiting.id
    assert outgoing.state_of(at.store, waiting.id) == ("queued", ERROR)
    outgoing.failed(at.store, waiting.id, ERROR, at.clock())
    failed = at.filing.get(at.ours.actor, draft.seq_no)
    assert failed.state is State.SEND_FAILED
    assert [reason.path for reason in at.filing.reasons(failed)] == ["Head/EndDate", "OperCusRegCode"]
    once_more = at.declared(draft.seq_no)
    assert (once_more.seq_no, once_more.state) == (draft.seq_no, State.DECLARED)
    (second,) = due(at.store, at.clock(), 10)
    assert second.message_id != waiting.message_id


def test_news_of_an_earlier_attempt_does_not_move_the_later_one(at: Desk) -> None:
    """Whether the first message was handed over or failed after all."""
    draft = at.declared(at.saved().seq_no)
    (first,) = due(at.store, at.clock(), 10)
    outgoing.failed(at.store, first.id, ERROR, at.clock())
    at.declared(draft.seq_no)
    outgoing.sent(at.store, first.id, b"", at.clock())
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.DECLARED
    outgoing.failed(at.store, first.id, ERROR, at.clock())
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.DECLARED


def test_a_note_that_comes_after_the_receipts_changes_nothing(at: Desk) -> None:
    """Receipts prove that the message arrived."""
    draft = at.declared(at.saved().seq_no)
    (message,) = due(at.store, at.clock(), 10)
    at.told(draft.seq_no, "Y")
    outgoing.failed(at.store, message.id, ERROR, at.clock())
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.STORED
    outgoing.sent(at.store, message.id, b"<ok/>", at.clock())
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.STORED
    (sent,) = at.filing.history(at.ours.actor, draft.seq_no).messages
    assert (sent.state, sent.last_error) == ("sent", None)
    assert at.filing.message(at.ours.actor, draft.seq_no, sent.id) == message.data


def test_an_inquiry_is_answered_once(at: Desk) -> None:
    """The first answer counts; a declaration is never answered so."""
    number = outgoing.inquire(at.store, at.ours.actor.enterprise_no, b"?", "Q1", at.clock())
    assert outgoing.answer_of(at.store, number) is None
    outgoing.sending(at.store, number, at.clock())
    for data in (b"1", b"2"):
        with at.store.writing() as connection:
            outgoing.answer(connection, number, data)
    outgoing.sent(at.store, number, b"<ok/>", at.clock())
    assert outgoing.answer_of(at.store, number) == b"1"
    named = outgoing.named(at.store, "Q1")
    assert named is not None
    assert named.state == "answered"
    assert outgoing.named(at.store, "Q2") is None
    assert due(at.store, at.clock() + timedelta(days=1), 10) == ()
