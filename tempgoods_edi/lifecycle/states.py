"""The states of a version, its events, and the declarant's actions, named in both languages.

States marked M in the comments are named in the user manual, chapters 1.1 and 3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from tempgoods_edi.values import Bilingual


class State(Enum):
    """The state of one version of a declaration; `label` is its name for people."""

    NEW = "new"
    DRAFT = "draft"  # M
    DECLARED = "declared"
    SENT = "sent"
    SEND_FAILED = "send_failed"  # M
    STORED = "stored"
    STORE_FAILED = "store_failed"  # M
    MANUAL_REVIEW = "manual_review"
    REJECTED = "rejected"  # M
    APPROVED = "approved"  # M
    DELETED = "deleted"
    DISCARDED = "discarded"

    @property
    def label(self) -> Bilingual:
        """The state's name for people."""
        return _STATE_LABELS[self]


class Event(Enum):
    """An event in the life of a version; `label` is its name for people."""

    SAVE = "save"
    DECLARE = "declare"
    DELETE_DRAFT = "delete_draft"
    CHANGE = "change"
    APPLY_DELETION = "apply_deletion"
    HAND_OVER = "hand_over"
    HAND_OVER_FAILED = "hand_over_failed"
    RECEIPT_STORED = "receipt_Y"
    RECEIPT_NOT_STORED = "receipt_Z"
    RECEIPT_MANUAL = "receipt_2"
    RECEIPT_REJECTED = "receipt_3"
    RECEIPT_APPROVED = "receipt_1"
    RECEIPT_DELETION_APPROVED = "receipt_1_of_deletion"

    @property
    def label(self) -> Bilingual:
        """The event's name for people."""
        return _EVENT_LABELS[self]


class Action(Enum):
    """An action of the declarant; those that are also events have the event's value."""

    SAVE = "save"
    DECLARE = "declare"
    DELETE_DRAFT = "delete_draft"
    CHANGE = "change"
    APPLY_DELETION = "apply_deletion"
    PRINT_CHECK_SHEET = "print_check_sheet"
    PRINT_LIST = "print_list"
    PRINT_APPLICATION_FORM = "print_application_form"

    @property
    def label(self) -> Bilingual:
        """The action's name for people."""
        return _PRINT_LABELS.get(self) or Event(self.value).label


_STATE_LABELS: Mapping[State, Bilingual] = MappingProxyType(
    {
        State.NEW: Bilingual("新增", "new"),
        State.DRAFT: Bilingual("暂存", "draft"),
        State.DECLARED: Bilingual("申报中", "declared"),
        State.SENT: Bilingual("已发往海关", "sent to customs"),
        State.SEND_FAILED: Bilingual("发往海关失败", "sending to customs failed"),
        State.STORED: Bilingual("海关入库成功", "stored by customs, under review"),
        State.STORE_FAILED: Bilingual("海关入库失败", "not stored by customs"),
        State.MANUAL_REVIEW: Bilingual("转人工", "in manual review"),
        State.REJECTED: Bilingual("审核不通过", "rejected"),
        State.APPROVED: Bilingual("审核通过", "approved"),
        State.DELETED: Bilingual("已删除", "deleted"),
        State.DISCARDED: Bilingual("草稿已删除", "draft deleted"),
    }
)
_EVENT_LABELS: Mapping[Event, Bilingual] = MappingProxyType(
    {
        Event.SAVE: Bilingual("暂存", "save"),
        Event.DECLARE: Bilingual("申报", "declare"),
        Event.DELETE_DRAFT: Bilingual("删除", "delete draft"),
        Event.CHANGE: Bilingual("变更", "change"),
        Event.APPLY_DELETION: Bilingual("备案删除", "apply for deletion"),
        Event.HAND_OVER: Bilingual("发往海关", "handed over"),
        Event.HAND_OVER_FAILED: Bilingual("发往海关失败", "hand-over failed"),
        Event.RECEIPT_STORED: Bilingual("回执 Y 入库成功", "receipt Y stored"),
        Event.RECEIPT_NOT_STORED: Bilingual("回执 Z 入库失败", "receipt Z not stored"),
        Event.RECEIPT_MANUAL: Bilingual("回执 2 转人工", "receipt 2 to manual review"),
        Event.RECEIPT_REJECTED: Bilingual("回执 3 退单", "receipt 3 rejected"),
        Event.RECEIPT_APPROVED: Bilingual("回执 1 通过", "receipt 1 approved"),
        Event.RECEIPT_DELETION_APPROVED: Bilingual("回执 1 通过（删除）", "receipt 1 deletion approved"),
    }
)
_PRINT_LABELS: Mapping[Action, Bilingual] = MappingProxyType(
    {
        Action.PRINT_CHECK_SHEET: Bilingual("打印核对单", "print check sheet"),
        Action.PRINT_LIST: Bilingual("打印清单", "print list"),
        Action.PRINT_APPLICATION_FORM: Bilingual("打印备案申请表", "print application form"),
    }
)
