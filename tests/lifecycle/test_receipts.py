"""Receipts do the same whatever order, repetition and delay they come with, and never do harm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tempgoods_edi.lifecycle.receipts import EVENTS, RANKS, BusinessReceipt, Effect, Progress, advanced, apply_receipt
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import TRANSITIONS, IllegalTransition

NUMBER = "202700000000000001"
NOON = datetime(2027, 1, 5, 4, tzinfo=UTC)
SENT = Progress(seq_no=NUMBER, state=State.SENT, attempts=1)
TARGETS = {
    "Y": State.STORED,
    "Z": State.STORE_FAILED,
    "2": State.MANUAL_REVIEW,
    "3": State.REJECTED,
    "1": State.APPROVED,
}

some_receipts = st.builds(
    BusinessReceipt,
    result=st.sampled_from([*EVENTS, "9", ""]),
    seq_no=st.sampled_from([NUMBER, NUMBER, NUMBER, "202700000000000002"]),
    version=st.sampled_from([0, 0, 0, 1]),
    managed_at=st.sampled_from([None, NOON, NOON + timedelta(seconds=1), NOON - timedelta(days=1)]),
    message_id=st.sampled_from([None, "a", "b", "c"]),
)


def after(progress: Progress, receipts: Iterable[BusinessReceipt]) -> Progress:
    """*progress* after all *receipts*."""
    return reduce(apply_receipt, receipts, progress)


def receipt(result: str, *, at: datetime = NOON, message_id: str | None = None, version: int = 0) -> BusinessReceipt:
    """A receipt about our declaration."""
    return BusinessReceipt(result=result, seq_no=NUMBER, managed_at=at, message_id=message_id, version=version)


@pytest.mark.parametrize("result", EVENTS)
def test_each_receipt_alone_leads_to_its_state(result: str) -> None:
    """One receipt after sending gives the state the table names."""
    assert apply_receipt(SENT, receipt(result)).state is TARGETS[result]


def test_the_precedence_is_the_published_one() -> None:
    """Y and Z rank below 2 and 3, and those below 1."""
    assert max(RANKS["Y"], RANKS["Z"]) < min(RANKS["2"], RANKS["3"])
    assert max(RANKS["2"], RANKS["3"]) < RANKS["1"]


@given(st.lists(some_receipts, max_size=6), st.data(), st.sampled_from([State.DECLARED, State.SENT, State.SEND_FAILED]))
def test_order_and_repetition_change_nothing(
    receipts: list[BusinessReceipt], data: st.DataObject, state: State
) -> None:
    """Any order and any repetition of the same receipts ends in the same state with the same receipts kept."""
    start = replace(SENT, state=state)
    repeats = data.draw(st.lists(st.sampled_from(receipts), max_size=4)) if receipts else []
    shuffled: Sequence[BusinessReceipt] = data.draw(st.permutations([*receipts, *repeats]))
    once, again = after(start, receipts), after(start, shuffled)
    assert (once.state, once.rank) == (again.state, again.rank)
    assert {kept.receipt for kept in once.kept} == {kept.receipt for kept in again.kept}


@given(st.lists(some_receipts, max_size=8))
def test_the_highest_receipt_decides(receipts: list[BusinessReceipt]) -> None:
    """The state is that of the highest known receipt about this number and version, or the state before."""
    about_us = [r.result for r in receipts if r.seq_no == NUMBER and r.version == 0 and r.result in RANKS]
    expected = TARGETS[max(about_us, key=lambda result: RANKS[result])] if about_us else State.SENT
    assert after(SENT, receipts).state is expected


@given(some_receipts)
def test_a_duplicate_changes_nothing_at_all(one: BusinessReceipt) -> None:
    """The second time, not even what is kept changes."""
    once = apply_receipt(SENT, one)
    assert apply_receipt(once, one) is once


USER_EVENTS = st.sampled_from([event for event in Event if event not in set(EVENTS.values())])


@given(st.lists(st.one_of(some_receipts, USER_EVENTS), max_size=25))
def test_no_history_breaks_the_bookkeeping(history: list[BusinessReceipt | Event]) -> None:
    """Whatever happens in whatever order: receipts never raise, all are kept, and states follow the table."""
    progress = Progress(seq_no=NUMBER)
    for happened in history:
        before = progress
        if isinstance(happened, BusinessReceipt):
            progress = apply_receipt(before, happened)
            assert happened in [kept.receipt for kept in progress.kept]
            assert progress.state is before.state or progress.state in TRANSITIONS[before.state].values()
        else:
            try:
                progress = advanced(before, happened)
            except IllegalTransition:
                assert happened not in TRANSITIONS[before.state]
            else:
                assert progress is before or progress.state is TRANSITIONS[before.state][happened]


@pytest.mark.parametrize(
    ("progress", "one", "effect"),
    [
        (SENT, receipt("9"), Effect.UNKNOWN_RESULT),
        (SENT, replace(receipt("1"), seq_no="202700000000000002"), Effect.OTHER_NUMBER),
        (SENT, receipt("1", version=1), Effect.OTHER_VERSION),
        (Progress(seq_no=NUMBER, state=State.DRAFT), receipt("1"), Effect.NOT_AWAITED),
        (replace(SENT, state=State.DISCARDED), receipt("1"), Effect.NOT_AWAITED),
        (after(SENT, [receipt("1")]), receipt("Y"), Effect.OUTRANKED),
    ],
)
def test_what_cannot_act_is_kept_with_the_reason(progress: Progress, one: BusinessReceipt, effect: Effect) -> None:
    """A receipt that does nothing leaves the state alone and is kept with a reason in both languages."""
    result = apply_receipt(progress, one)
    assert result.state is progress.state
    assert (result.kept[-1].receipt, result.kept[-1].effect) == (one, effect)
    assert effect.label.zh
    assert effect.label.en


def rejected_and_declared_again() -> Progress:
    """A declaration that customs returned and that was corrected and declared again."""
    returned = after(SENT, [receipt("Y", message_id="1"), receipt("3", message_id="2", at=NOON + timedelta(hours=1))])
    return advanced(advanced(advanced(returned, Event.SAVE), Event.DECLARE), Event.HAND_OVER)


def test_a_second_attempt_is_judged_by_its_own_receipts() -> None:
    """After declaring again the same results act once more, even within the second of the first decision."""
    again = rejected_and_declared_again()
    assert (again.state, again.attempts) == (State.SENT, 2)
    stored = apply_receipt(again, receipt("Y", message_id="3", at=NOON + timedelta(hours=1)))
    assert stored.state is State.STORED
    refused = apply_receipt(stored, receipt("3", message_id="4", at=NOON + timedelta(hours=1)))
    assert refused.state is State.REJECTED


def test_a_late_receipt_of_the_first_attempt_does_not_touch_the_second() -> None:
    """What customs dated before its last decision is about the attempt that decision ended."""
    again = rejected_and_declared_again()
    late = apply_receipt(again, receipt("2", message_id="late", at=NOON + timedelta(minutes=30)))
    assert (late.state, late.kept[-1].effect) == (State.SENT, Effect.STALE)
    repeated = apply_receipt(again, receipt("3", message_id="2", at=NOON + timedelta(hours=1)))
    assert repeated is again


def test_a_message_thought_lost_that_arrived_is_followed() -> None:
    """After a failed hand-over, even when saved since, customs' receipts show where the declaration really is."""
    failed = advanced(SENT, Event.HAND_OVER_FAILED)
    assert apply_receipt(failed, receipt("Y")).state is State.STORED
    assert apply_receipt(advanced(failed, Event.SAVE), receipt("1")).state is State.APPROVED


@pytest.mark.parametrize("note", [Event.HAND_OVER, Event.HAND_OVER_FAILED])
def test_a_late_note_about_the_hand_over_changes_nothing(note: Event) -> None:
    """When receipts were quicker than the transport's own note, the note says nothing new."""
    stored = apply_receipt(replace(SENT, state=State.DECLARED), receipt("Y"))
    assert advanced(stored, note) is stored


def test_a_note_about_what_was_never_declared_is_refused() -> None:
    """There is no hand-over before a declaration."""
    with pytest.raises(IllegalTransition):
        advanced(Progress(seq_no=NUMBER), Event.HAND_OVER)


def test_approving_a_deletion_deletes() -> None:
    """Receipt 1 on a version that asks for deletion ends in deleted, and nothing undoes it."""
    deleted = apply_receipt(replace(SENT, deletion=True), receipt("1"))
    assert deleted.state is State.DELETED
    assert after(deleted, [receipt("3"), receipt("Z")]).state is State.DELETED
