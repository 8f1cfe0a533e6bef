"""Hypothesis strategies for the life of a declaration: receipts in any order, and whole lives.

For property tests of whoever keeps the state of declarations: the declarant's portal, an integrator's system, the
simulated customs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import structs

from tempgoods_edi.lifecycle.receipts import EVENTS, BusinessReceipt, Progress, advanced, apply_receipt
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import TRANSITIONS
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.testing.hypothesis_strategies import st

#: One step of a life: something that happens here, or a receipt that comes.
Step: TypeAlias = Event | BusinessReceipt

SEQ_NO = "202700000000000042"
_BEGIN = datetime(2027, 3, 1, 9, tzinfo=CHINA_TIME)
_OWN_EVENTS = (
    Event.SAVE, Event.DECLARE, Event.DELETE_DRAFT, Event.CHANGE, Event.APPLY_DELETION, Event.HAND_OVER,
    Event.HAND_OVER_FAILED,
)  # fmt: skip


def receipts(*, seq_no: str = SEQ_NO, version: int = 0) -> st.SearchStrategy[BusinessReceipt]:
    """Receipts about version *version* of the declaration *seq_no*, with any result that customs give."""
    return st.builds(
        _receipt,
        result=st.sampled_from(tuple(EVENTS)),
        seq_no=st.just(seq_no),
        version=st.just(version),
        minutes=st.integers(0, 600),
        serial=st.integers(0, 99),
    )


def strays(*, seq_no: str = SEQ_NO, version: int = 0) -> st.SearchStrategy[BusinessReceipt]:
    """Receipts that must have no effect on that version: another number or version, or an unknown result."""
    other = f"{int(seq_no) + 1:018d}"
    return st.one_of(
        receipts(seq_no=other, version=version),
        receipts(seq_no=seq_no, version=version + 1),
        st.builds(
            lambda receipt, result: structs.replace(receipt, result=result),
            receipts(seq_no=seq_no, version=version),
            st.sampled_from(("", "9", "y", "通过")),
        ),
    )


def _receipt(result: str, seq_no: str, version: int, minutes: int, serial: int) -> BusinessReceipt:
    return BusinessReceipt(
        result=result,
        seq_no=seq_no,
        version=version,
        managed_at=_BEGIN + timedelta(minutes=minutes),
        message_id=f"DXPH201800000001DXPENT000000000120270301090000{serial:011d}",
        business_id="ZH222827000042" if result == "1" else None,
        notes=("[TG-EXH-001] Head/EndDate",) if result in ("Z", "3") else (),
    )


@st.composite
def disordered(draw: st.DrawFn, items: Sequence[BusinessReceipt]) -> list[BusinessReceipt]:
    """*items* in any order, repeated any number of times, each at least once."""
    again = draw(st.lists(st.sampled_from(items), max_size=2 * len(items))) if items else []
    return draw(st.permutations([*items, *again]))


def receipt_sequences(*, seq_no: str = SEQ_NO, version: int = 0) -> st.SearchStrategy[list[BusinessReceipt]]:
    """The receipts of one declaring as they may arrive: any order, duplicates, and strays among them."""
    either = st.one_of(receipts(seq_no=seq_no, version=version), strays(seq_no=seq_no, version=version))
    return st.lists(either, min_size=1, max_size=5).flatmap(disordered)


def waiting(*, deletion: bool = False, seq_no: str = SEQ_NO) -> Progress:
    """A version that was declared and sent, and waits for its receipts."""
    progress = Progress(seq_no=seq_no, deletion=deletion)
    for event in (Event.SAVE, Event.DECLARE, Event.HAND_OVER):
        progress = advanced(progress, event)
    return progress


@st.composite
def lives(draw: st.DrawFn, *, max_steps: int = 30) -> list[Step]:
    """The life of a declaration from its first save: only allowed events, receipts at any time."""
    progress, steps = Progress(seq_no=SEQ_NO), []
    for _ in range(draw(st.integers(1, max_steps))):
        own = [event for event in _OWN_EVENTS if event in TRANSITIONS[progress.state]]
        step: Step
        if own and (progress.attempts == 0 or draw(st.booleans())):
            step = draw(st.sampled_from(own))
            progress = advanced(progress, step)
        else:
            step = draw(st.one_of(receipts(version=progress.version), strays(version=progress.version)))
            progress = apply_receipt(progress, step)
        steps.append(step)
        if progress.state in (State.DISCARDED, State.DELETED):
            break
    return steps
