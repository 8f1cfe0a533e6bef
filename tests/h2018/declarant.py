"""The declarant's side as the lifecycle table has it: what a system believes that knows only its answers and receipts."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from h2018.store import StoredReceipt as Delivered
from tempgoods_edi.lifecycle.receipts import BusinessReceipt, Progress, advanced, apply_receipt
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import IllegalTransition
from tempgoods_edi.lifecycle.versions import VersionKind
from tests.h2018.tenant import Tree, changed, text_of

_EVENTS = {VersionKind.CHANGE: Event.CHANGE, VersionKind.DELETION: Event.APPLY_DELETION}


class Believed(Struct, frozen=True, kw_only=True):
    """What is believed of one declaration.

    :ivar tree: JSON form of what was declared last.
    :ivar number: the customs number, once there is one.
    :ivar right: the rules have nothing against it.
    :ivar approvals: versions that were approved.
    """

    progress: Progress
    tree: Tree
    right: bool
    number: str | None = None
    approvals: int = 0

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.progress.state


def declared(tree: Tree, seq_no: str, right: bool) -> Believed:
    """A filing that was taken."""
    return Believed(progress=_handed_over(Progress(seq_no=seq_no)), tree=tree, right=right)


def may_declare(believed: Believed, kind: VersionKind) -> bool:
    """True when the table lets the declaration be declared (again, or as its next version)."""
    try:
        next_progress(believed, kind)
    except IllegalTransition:
        return False
    return True


def next_progress(believed: Believed, kind: VersionKind) -> Progress:
    """The progress once it was declared so; raises `IllegalTransition`."""
    progress = believed.progress
    if believed.state is State.APPROVED and kind is not VersionKind.FILING:
        progress = advanced(progress, _EVENTS[kind])
    return _handed_over(progress)


def next_tree(believed: Believed, kind: VersionKind, hall: str, right: bool) -> Tree:
    """The message with which it is declared so."""
    progress, begins = believed.progress, believed.state is State.APPROVED and kind is not VersionKind.FILING
    version = progress.version + 1 if begins else progress.version
    values: dict[str, str | None] = {
        "Head/SeqNo": progress.seq_no,
        "Head/HallNm": hall,
        "Head/EndDate": "20270313" if right else "20270309",
    }
    if version:
        values |= {
            "Head/ExhibitionNo": believed.number,
            "Head/ChgTmsCnt": str(version),
            "Head/DclTypeCd": kind.value,
            "Head/ModReason": "场馆调整" if kind is VersionKind.CHANGE else None,
            "Head/DelReason": "展览会取消" if kind is VersionKind.DELETION else None,
        }
    return changed(believed.tree, values)


def told(believed: Believed, delivered: Delivered) -> Believed:
    """What is believed once that receipt came."""
    result = text_of(delivered.data, "manageResult")
    receipt = BusinessReceipt(
        result=result,
        seq_no=text_of(delivered.data, "etpsPreentNo"),
        version=int(text_of(delivered.data, "tmsCnt")),
        message_id=delivered.message_id,
    )
    progress = apply_receipt(believed.progress, receipt)
    if result != "1":
        return replace(believed, progress=progress)
    number = text_of(delivered.data, "businessId")
    return replace(believed, progress=progress, number=number, approvals=believed.approvals + 1)


def _handed_over(progress: Progress) -> Progress:
    return advanced(advanced(progress, Event.DECLARE), Event.HAND_OVER)
