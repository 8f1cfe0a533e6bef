"""Tests of the receipt sequences, and by them of the precedence of receipts."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.lifecycle.receipts import EVENTS, RANKS, BusinessReceipt, Progress, advanced, apply_receipt
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.testing import sequences


def after(receipts: list[BusinessReceipt], progress: Progress) -> Progress:
    """*progress* after all of *receipts*."""
    return reduce(apply_receipt, receipts, progress)


@given(receipts=sequences.receipt_sequences(), deletion=st.booleans(), data=st.data())
def test_order_and_repetition_do_not_matter(
    receipts: list[BusinessReceipt], deletion: bool, data: st.DataObject
) -> None:
    """The same receipts in another order, with other duplicates, end in the same state and rank."""
    waiting = sequences.waiting(deletion=deletion)
    once = after(receipts, waiting)
    again = after(data.draw(sequences.disordered(receipts)), waiting)
    assert (once.state, once.rank) == (again.state, again.rank)


@given(receipts=sequences.receipt_sequences())
def test_the_highest_receipt_decides(receipts: list[BusinessReceipt]) -> None:
    """The state is that of the highest receipt about this version; without one it stays sent."""
    about = [r for r in receipts if r.seq_no == sequences.SEQ_NO and r.version == 0 and r.result in RANKS]
    state = after(receipts, sequences.waiting()).state
    if not about:
        assert state is State.SENT
        return
    highest = max(about, key=lambda receipt: RANKS[receipt.result])
    alone = after([highest], sequences.waiting())
    assert state is alone.state


@given(receipt=sequences.strays())
def test_strays_do_nothing(receipt: BusinessReceipt) -> None:
    """A receipt of another number, another version or unknown result changes no state and is kept."""
    waiting = sequences.waiting()
    found = apply_receipt(waiting, receipt)
    assert (found.state, found.rank) == (waiting.state, waiting.rank)
    assert [kept.receipt for kept in found.kept] == [receipt]


@given(receipts=sequences.receipt_sequences())
def test_every_receipt_is_kept_once(receipts: list[BusinessReceipt]) -> None:
    """Nothing that came is lost, and a duplicate is not kept twice."""
    kept = [each.receipt for each in after(receipts, sequences.waiting()).kept]
    assert kept == list(dict.fromkeys(kept))
    assert {*kept} == {*receipts}


@given(items=st.lists(sequences.receipts(), max_size=6), data=st.data())
def test_disorder_loses_nothing(items: list[BusinessReceipt], data: st.DataObject) -> None:
    """Each of the items is in what comes of them, and nothing else."""
    assert set(data.draw(sequences.disordered(items))) == set(items)


@given(life=sequences.lives())
def test_lives_keep_to_the_table(life: list[sequences.Step]) -> None:
    """Every life can be lived: no event is refused, no receipt fails; the last approval is never undone by a receipt."""
    progress = Progress(seq_no=sequences.SEQ_NO)
    for step in life:
        before = progress.state
        progress = advanced(progress, step) if isinstance(step, Event) else apply_receipt(progress, step)
        if before is State.APPROVED and isinstance(step, BusinessReceipt):
            assert progress.state is State.APPROVED


def test_every_result_can_be_drawn() -> None:
    """The receipts of the strategy have all the results customs gives."""
    from hypothesis import find

    def has(result: str) -> Callable[[BusinessReceipt], bool]:
        return lambda receipt: receipt.result == result

    for result in EVENTS:
        assert find(sequences.receipts(), has(result)).result == result
