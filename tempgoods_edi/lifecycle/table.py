"""The life cycle of a declaration as one table: every transition and every allowed action is here.

The diagram in the docs, the buttons of the forms and the tests derive from `TRANSITIONS`, `GUARDS`
and `PRINTS`.  A state belongs to one *version* of a declaration (see `versions`): 变更 and 备案删除 of an
approved one begin the next version as a draft, and the approved version stays in force meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.values import Bilingual


class IllegalTransition(TempgoodsError):
    """An event was applied to a state that does not know it."""

    def __init__(self, state: State, event: Event) -> None:
        text = Bilingual("状态“{state}”下不能“{event}”", "“{event}” is not possible in the state “{state}”")
        super().__init__(text.format(state=state.label, event=event.label))
        self.state, self.event = state, event


class Circumstances(Struct, frozen=True, kw_only=True):
    """The conditions that actions depend on beside the state.

    :ivar never_approved: no version of the declaration was ever approved.
    :ivar changeable: the declaration is of a kind that can be changed and deleted at customs.
    :ivar used: a loan list or a customs entry refers to it.
    """

    never_approved: bool = True
    changeable: bool = False
    used: bool = False


_S, _E, _A = State, Event, Action

_EDITING = {_E.SAVE: _S.DRAFT, _E.DECLARE: _S.DECLARED, _E.DELETE_DRAFT: _S.DISCARDED}
_FINAL = {
    _E.RECEIPT_APPROVED: _S.APPROVED,
    _E.RECEIPT_DELETION_APPROVED: _S.DELETED,
}
_REVIEWED = {_E.RECEIPT_MANUAL: _S.MANUAL_REVIEW, _E.RECEIPT_REJECTED: _S.REJECTED, **_FINAL}
_ANSWERED = {_E.RECEIPT_STORED: _S.STORED, _E.RECEIPT_NOT_STORED: _S.STORE_FAILED, **_REVIEWED}

TRANSITIONS: Mapping[State, Mapping[Event, State]] = MappingProxyType(
    {
        _S.NEW: {_E.SAVE: _S.DRAFT, _E.DECLARE: _S.DECLARED},
        # A message whose hand-over seemed to fail may have arrived: its receipts count, even after saving again.
        _S.DRAFT: {**_EDITING, **_ANSWERED},
        _S.SEND_FAILED: {**_EDITING, **_ANSWERED},
        # A receipt may overtake the note that the message was handed over.
        _S.DECLARED: {_E.HAND_OVER: _S.SENT, _E.HAND_OVER_FAILED: _S.SEND_FAILED, **_ANSWERED},
        # The technical answer (DealFlag -1) can come after the hand-over, for instance through folders.
        _S.SENT: {_E.HAND_OVER_FAILED: _S.SEND_FAILED, **_ANSWERED},
        # From here on a state knows only the receipts that outrank those it may have had (see `receipts`).
        _S.STORED: {_E.RECEIPT_NOT_STORED: _S.STORE_FAILED, **_REVIEWED},
        _S.STORE_FAILED: {**_EDITING, **_REVIEWED},
        _S.MANUAL_REVIEW: {_E.RECEIPT_REJECTED: _S.REJECTED, **_FINAL},
        _S.REJECTED: {**_EDITING, **_FINAL},
        _S.APPROVED: {_E.CHANGE: _S.DRAFT, _E.APPLY_DELETION: _S.DRAFT},
        _S.DELETED: {},
        _S.DISCARDED: {},
    }
)

GUARDS: Mapping[Action, Callable[[Circumstances], bool]] = MappingProxyType(
    {
        _A.DELETE_DRAFT: lambda given: given.never_approved,
        _A.CHANGE: lambda given: given.changeable,
        _A.APPLY_DELETION: lambda given: given.changeable and not given.used,
    }
)
"""Actions that need more than the right state (manual 3.1: 变更, 备案删除)."""

_CHECK_SHEET = frozenset({_A.PRINT_CHECK_SHEET})
PRINTS: Mapping[State, frozenset[Action]] = MappingProxyType(
    {
        _S.DRAFT: _CHECK_SHEET,
        _S.SEND_FAILED: _CHECK_SHEET,
        _S.DECLARED: _CHECK_SHEET,
        _S.SENT: _CHECK_SHEET,
        _S.STORED: _CHECK_SHEET,
        _S.STORE_FAILED: _CHECK_SHEET,
        _S.MANUAL_REVIEW: _CHECK_SHEET,
        _S.REJECTED: _CHECK_SHEET,
        _S.APPROVED: _CHECK_SHEET | {_A.PRINT_LIST, _A.PRINT_APPLICATION_FORM},
        _S.DELETED: _CHECK_SHEET,
    }
)
"""What can be printed (manual 1.1: before approval only the check sheet 核对单)."""


def step(state: State, event: Event) -> State:
    """The state that follows *event*; raises `IllegalTransition` when *state* does not allow it.

    >>> step(State.REJECTED, Event.DECLARE).label.en
    'declared'
    """
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise IllegalTransition(state, event) from None


def allowed(
    state: State, *, never_approved: bool = True, changeable: bool = False, used: bool = False
) -> frozenset[Action]:
    """The actions that the declarant may take now; see `Circumstances` for the parameters.

    >>> sorted(action.value for action in allowed(State.DECLARED))
    ['print_check_sheet']
    """
    given = Circumstances(never_approved=never_approved, changeable=changeable, used=used)
    events = {event.value for event in TRANSITIONS[state]}
    open_ = {action for action in Action if action.value in events and GUARDS.get(action, _always)(given)}
    return PRINTS.get(state, frozenset()) | open_


def _always(given: Circumstances) -> bool:
    return True
