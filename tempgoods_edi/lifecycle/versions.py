"""A declaration as the series of its versions: 0 the first filing, n a change, the last may be a deletion.

What customs holds is the last *approved* version.  A rejected change or deletion leaves it in force, and
the next try goes on from the rejected draft, in the same version.
"""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tempgoods_edi.lifecycle.receipts import BusinessReceipt, Progress, advanced, apply_receipt
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import IllegalTransition

Content = TypeVar("Content")


class VersionKind(Enum):
    """The kind of a version; the values are those of DclTypeCd (published for sibling systems)."""

    FILING = "1"
    CHANGE = "2"
    DELETION = "3"


class Version(Struct, Generic[Content], frozen=True):
    """One version of a declaration: its content and its progress."""

    content: Content
    progress: Progress

    @property
    def number(self) -> int:
        """The version's number (ChgTmsCnt): 0 for the first filing."""
        return self.progress.version

    @property
    def kind(self) -> VersionKind:
        """The kind of this version: first filing, change or deletion."""
        if self.progress.deletion:
            return VersionKind.DELETION
        return VersionKind.CHANGE if self.number else VersionKind.FILING

    @property
    def state(self) -> State:
        """The state of this version."""
        return self.progress.state


class Declaration(Struct, Generic[Content], frozen=True):
    """All versions of a declaration, oldest first; never empty."""

    versions: tuple[Version[Content], ...]

    @property
    def current(self) -> Version[Content]:
        """The version in work: the last one that was not discarded."""
        kept = [version for version in self.versions if version.state is not State.DISCARDED]
        return kept[-1] if kept else self.versions[-1]

    @property
    def state(self) -> State:
        """The state of the declaration: that of its current version."""
        return self.current.state

    @property
    def never_approved(self) -> bool:
        """True while customs has approved no version."""
        return not any(version.state in _APPROVED for version in self.versions)


_APPROVED = frozenset({State.APPROVED, State.DELETED})


def filed(content: Content, seq_no: str) -> Declaration[Content]:
    """A new declaration at its first save, when it gets the pre-entry number *seq_no*."""
    return Declaration((Version(content, advanced(Progress(seq_no=seq_no), Event.SAVE)),))


def saved(declaration: Declaration[Content], content: Content) -> Declaration[Content]:
    """The declaration with *content* in its current version; raises `IllegalTransition` unless that may be edited."""
    current = declaration.current
    return _with_current(declaration, Version(content, advanced(current.progress, Event.SAVE)))


def changed(declaration: Declaration[Content], content: Content) -> Declaration[Content]:
    """The declaration with a change begun; raises `IllegalTransition` unless its current version is approved."""
    return _next(declaration, content, Event.CHANGE)


def deletion_applied(declaration: Declaration[Content], content: Content) -> Declaration[Content]:
    """The declaration with its deletion begun (to be declared, with DelReason); raises `IllegalTransition`."""
    return _next(declaration, content, Event.APPLY_DELETION)


def laid_aside(declaration: Declaration[Content]) -> Declaration[Content]:
    """The declaration without its editable current version, which stays in the series as discarded.

    The version in force, if any, is the current one again; without this a refused deletion could never be followed by
    a change.  Raises `IllegalTransition` unless the version may be edited.
    """
    return happened(declaration, Event.DELETE_DRAFT)


def happened(declaration: Declaration[Content], event: Event) -> Declaration[Content]:
    """The declaration after *event*, which begins no version; raises `IllegalTransition`."""
    current = declaration.current
    if event in {Event.CHANGE, Event.APPLY_DELETION}:
        raise IllegalTransition(current.state, event)
    return _with_current(declaration, replace(current, progress=advanced(current.progress, event)))


def received(declaration: Declaration[Content], receipt: BusinessReceipt) -> Declaration[Content]:
    """The declaration after *receipt*, applied to the version that it is about, else kept with the current one."""
    about = [version for version in declaration.versions if version.number == receipt.version]
    target = about[-1] if about else declaration.current
    return _with(declaration, target, replace(target, progress=apply_receipt(target.progress, receipt)))


def in_force(declaration: Declaration[Content]) -> Version[Content] | None:
    """The version in force at customs: the last approved one; None before the first approval and after a deletion."""
    approved = [version for version in declaration.versions if version.state in _APPROVED]
    return approved[-1] if approved and approved[-1].state is State.APPROVED else None


def _next(declaration: Declaration[Content], content: Content, event: Event) -> Declaration[Content]:
    progress = advanced(declaration.current.progress, event)
    # A version laid aside keeps its number, so that a late receipt about it cannot be taken for one about this.
    progress = replace(progress, version=len(declaration.versions))
    return Declaration((*declaration.versions, Version(content, progress)))


def _with_current(declaration: Declaration[Content], version: Version[Content]) -> Declaration[Content]:
    return _with(declaration, declaration.current, version)


def _with(declaration: Declaration[Content], old: Version[Content], new: Version[Content]) -> Declaration[Content]:
    return Declaration(tuple(new if version is old else version for version in declaration.versions))
