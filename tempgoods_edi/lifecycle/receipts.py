"""The effect of a receipt on a version's state, whatever its order, repetition or delay.

Receipts of one attempt are ranked; only one that outranks all before it acts, so any order and any
duplication of the same receipts ends in the same state.  The published order is Y/Z < 2/3 < 1; within
a pair the one that gives the document back to the declarant ranks higher: should both come, the
declarant can go on, and customs registers a repeated declaration only once (the order inside a pair
is our assumption).  Whatever does not act is kept with the reason, to be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import TRANSITIONS, step
from tempgoods_edi.values import Bilingual

EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        "Y": Event.RECEIPT_STORED,
        "Z": Event.RECEIPT_NOT_STORED,
        "2": Event.RECEIPT_MANUAL,
        "3": Event.RECEIPT_REJECTED,
        "1": Event.RECEIPT_APPROVED,
    }
)
"""The event of each manageResult, lowest rank first."""

RANKS: Mapping[str, int] = MappingProxyType({result: rank for rank, result in enumerate(EVENTS, start=1)})

_ENDING = frozenset({"Z", "3"})
_HAND_OVER_NOTES = frozenset({Event.HAND_OVER, Event.HAND_OVER_FAILED})
_NEXT_VERSION = frozenset({Event.CHANGE, Event.APPLY_DELETION})


class BusinessReceipt(Struct, frozen=True, kw_only=True):
    """The fields of a business receipt that matter for the state.

    :ivar result: manageResult as received.
    :ivar seq_no: the pre-entry number the receipt carries (in etpsPreentNo, as siblings do).
    :ivar version: tmsCnt.
    :ivar managed_at: manageDate, aware; None when missing or unreadable.
    :ivar message_id: the envelope's id; it tells a receipt sent twice from two receipts that say the same.
    """

    result: str
    seq_no: str
    version: int = 0
    managed_at: datetime | None = None
    message_id: str | None = None
    business_id: str | None = None
    notes: tuple[str, ...] = ()


class Effect(Enum):
    """The effect of a receipt; `label` tells people why it did nothing."""

    APPLIED = "applied"
    OUTRANKED = "outranked"
    STALE = "stale"
    OTHER_NUMBER = "other_number"
    OTHER_VERSION = "other_version"
    UNKNOWN_RESULT = "unknown_result"
    NOT_AWAITED = "not_awaited"

    @property
    def label(self) -> Bilingual:
        """The effect in words."""
        return _EFFECT_LABELS[self]


class AppliedReceipt(Struct, frozen=True):
    """A receipt in the form in which it is stored and shown.

    :ivar attempt: how often the version had been declared when the effect was judged.
    """

    receipt: BusinessReceipt
    effect: Effect
    attempt: int = 0


class Progress(Struct, frozen=True, kw_only=True):
    """The progress of one version: its state and its receipts.

    :ivar version: ChgTmsCnt of the version.
    :ivar deletion: an approval of this version deletes the declaration (DclTypeCd 3).
    :ivar attempts: how often it was declared.
    :ivar rank: rank of the highest receipt of the present attempt; 0 when there is none.
    :ivar ended_at: customs' time of the decision that ended the last attempt; anything older is about that attempt.
        Its receipts may also have come while nothing was known here of that attempt, as after a backup was restored.
    """

    seq_no: str
    version: int = 0
    deletion: bool = False
    state: State = State.NEW
    attempts: int = 0
    rank: int = 0
    ended_at: datetime | None = None
    kept: tuple[AppliedReceipt, ...] = ()


def advanced(progress: Progress, event: Event) -> Progress:
    """*progress* after an event that is no receipt; raises `IllegalTransition`.

    A change or a deletion gives the progress of the next version.  The note that a message was handed over, or was not,
    may come after receipts that prove it was: then it says nothing new and changes nothing.
    """
    known = TRANSITIONS[progress.state]
    if event in _HAND_OVER_NOTES and event not in known and progress.attempts:
        return progress
    state = step(progress.state, event)
    if event in _NEXT_VERSION:
        deletion = event is Event.APPLY_DELETION
        return Progress(seq_no=progress.seq_no, version=progress.version + 1, deletion=deletion, state=state)
    if event is not Event.DECLARE:
        return replace(progress, state=state)
    return replace(progress, state=state, attempts=progress.attempts + 1, rank=0, ended_at=_last_decision(progress))


def apply_receipt(progress: Progress, receipt: BusinessReceipt) -> Progress:
    """*progress* after *receipt*; never fails: a receipt without effect is stored, a duplicate changes nothing.

    A duplicate of one that could not act acts once it can: after a backup was restored receipts come for what is not yet
    declared again, and customs, asked once more, send the same bytes.

    >>> waiting = Progress(seq_no="202700000000000001", state=State.SENT, attempts=1)
    >>> approved = apply_receipt(waiting, BusinessReceipt(result="1", seq_no=waiting.seq_no))
    >>> late = apply_receipt(approved, BusinessReceipt(result="Y", seq_no=waiting.seq_no))
    >>> late.state.value, late.kept[-1].effect.label.en
    ('approved', 'a receipt of higher rank had come before')
    """
    known = next((kept for kept in progress.kept if kept.receipt == receipt), None)
    if known is not None and not _may_act_now(progress, known):
        return progress
    effect = effect_of(progress, receipt)
    if known is not None and effect is not Effect.APPLIED:
        return progress
    kept = (*(each for each in progress.kept if each is not known), AppliedReceipt(receipt, effect, progress.attempts))
    if effect is not Effect.APPLIED:
        return replace(progress, kept=kept)
    state = step(progress.state, _event(progress, receipt))
    return replace(progress, state=state, rank=RANKS[receipt.result], kept=kept)


def effect_of(progress: Progress, receipt: BusinessReceipt) -> Effect:
    """The effect that *receipt*, seen for the first time, would have."""
    if receipt.seq_no != progress.seq_no:
        return Effect.OTHER_NUMBER
    if receipt.result not in RANKS:
        return Effect.UNKNOWN_RESULT
    if receipt.version != progress.version:
        return Effect.OTHER_VERSION
    if progress.attempts == 0 or progress.state is State.DISCARDED:
        return Effect.NOT_AWAITED
    if progress.ended_at and receipt.managed_at and receipt.managed_at < progress.ended_at:
        return Effect.STALE
    if RANKS[receipt.result] <= progress.rank:
        return Effect.OUTRANKED
    if _event(progress, receipt) not in TRANSITIONS[progress.state]:
        return Effect.NOT_AWAITED
    return Effect.APPLIED


def _may_act_now(progress: Progress, known: AppliedReceipt) -> bool:
    """Whether a receipt that did nothing is judged again: the version was declared since, and this is no older attempt's."""
    if known.effect is Effect.APPLIED or known.attempt >= progress.attempts:
        return False
    ended_at, managed_at = progress.ended_at, known.receipt.managed_at
    return ended_at is None or (managed_at is not None and managed_at > ended_at)


def _event(progress: Progress, receipt: BusinessReceipt) -> Event:
    event = EVENTS[receipt.result]
    return Event.RECEIPT_DELETION_APPROVED if progress.deletion and event is Event.RECEIPT_APPROVED else event


def _last_decision(progress: Progress) -> datetime | None:
    """Customs' own time of the last decision that gave the document back: no other clock is compared with it.

    One that came while nothing was declared here is about an attempt all the same, whose memory was lost.
    """
    decisions = (kept.receipt for kept in progress.kept if kept.effect in (Effect.APPLIED, Effect.NOT_AWAITED))
    times = (receipt.managed_at for receipt in decisions if receipt.result in _ENDING)
    return max((time for time in times if time is not None), default=None)


_EFFECT_LABELS: Mapping[Effect, Bilingual] = MappingProxyType(
    {
        Effect.APPLIED: Bilingual("已生效", "took effect"),
        Effect.OUTRANKED: Bilingual("此前已收到优先级更高的回执", "a receipt of higher rank had come before"),
        Effect.STALE: Bilingual("属于上一次申报", "belongs to an earlier attempt to declare"),
        Effect.OTHER_NUMBER: Bilingual("预录入编号不符", "carries another pre-entry number"),
        Effect.OTHER_VERSION: Bilingual("变更次数不符", "is about another version"),
        Effect.UNKNOWN_RESULT: Bilingual("处理结果代码不识别", "its result code is not known"),
        Effect.NOT_AWAITED: Bilingual("该单证并未申报", "the document had not been declared"),
    }
)
