"""A declaration's versions: what is worked on and what customs holds."""

from __future__ import annotations

import pytest

from tempgoods_edi.lifecycle.receipts import BusinessReceipt, Effect
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import IllegalTransition
from tempgoods_edi.lifecycle.versions import (
    Declaration,
    VersionKind,
    changed,
    deletion_applied,
    filed,
    happened,
    in_force,
    laid_aside,
    received,
    saved,
)

NUMBER = "202700000000000001"


def decided(declaration: Declaration[str], result: str) -> Declaration[str]:
    """The current version declared, handed over and answered with *result*."""
    for event in (Event.DECLARE, Event.HAND_OVER):
        declaration = happened(declaration, event)
    version = declaration.current.number
    return received(
        declaration, BusinessReceipt(result=result, seq_no=NUMBER, version=version, message_id=f"{version}{result}")
    )


def approved() -> Declaration[str]:
    """An approved filing."""
    return decided(filed("first", NUMBER), "1")


def held(declaration: Declaration[str]) -> str | None:
    """The content customs holds."""
    version = in_force(declaration)
    return None if version is None else version.content


def test_a_filing_is_version_0_and_a_draft() -> None:
    """The first save makes version 0, which nobody holds yet."""
    declaration = filed("first", NUMBER)
    assert (declaration.current.number, declaration.current.kind) == (0, VersionKind.FILING)
    assert (declaration.state, declaration.never_approved, held(declaration)) == (State.DRAFT, True, None)


def test_an_approved_filing_is_in_force() -> None:
    """Customs holds what it approved."""
    assert (approved().state, approved().never_approved, held(approved())) == (State.APPROVED, False, "first")


def test_a_change_under_way_leaves_the_filing_in_force() -> None:
    """A change is the next version with its own state; the approved one stays in force until it is approved."""
    under_way = changed(approved(), "second")
    assert (under_way.current.number, under_way.current.kind) == (1, VersionKind.CHANGE)
    assert (under_way.state, held(under_way)) == (State.DRAFT, "first")
    assert held(decided(under_way, "Y")) == "first"
    assert held(decided(under_way, "1")) == "second"


def test_a_rejected_change_leaves_the_filing_in_force_and_goes_on() -> None:
    """The next try continues from the rejected draft, in the same version."""
    refused = decided(changed(approved(), "second"), "3")
    assert (refused.state, held(refused)) == (State.REJECTED, "first")
    corrected = saved(refused, "second, corrected")
    assert (corrected.current.number, corrected.current.content) == (1, "second, corrected")
    assert held(decided(corrected, "1")) == "second, corrected"


def test_an_approved_deletion_ends_the_declaration() -> None:
    """After it nothing is in force and nothing can be changed."""
    asked = deletion_applied(approved(), "deletion")
    assert (asked.current.kind, asked.state, held(asked)) == (VersionKind.DELETION, State.DRAFT, "first")
    gone = decided(asked, "1")
    assert (gone.state, held(gone)) == (State.DELETED, None)
    with pytest.raises(IllegalTransition):
        changed(gone, "third")


def test_a_refused_deletion_can_be_laid_aside_for_a_change() -> None:
    """The filing is the current version again; the refused one stays in the series and keeps its number."""
    again = laid_aside(decided(deletion_applied(approved(), "deletion"), "3"))
    assert (again.state, again.current.content, held(again)) == (State.APPROVED, "first", "first")
    third = changed(again, "third")
    assert [version.number for version in third.versions] == [0, 1, 2]
    assert held(decided(third, "1")) == "third"


def test_a_first_draft_laid_aside_is_discarded() -> None:
    """With nothing approved before, the declaration is a discarded draft."""
    assert laid_aside(filed("first", NUMBER)).state is State.DISCARDED


@pytest.mark.parametrize("event", [Event.CHANGE, Event.APPLY_DELETION, Event.HAND_OVER])
def test_only_the_functions_that_take_content_begin_a_version(event: Event) -> None:
    """A change without content, or an event out of place, is refused."""
    with pytest.raises(IllegalTransition):
        happened(filed("first", NUMBER), event)


def test_a_version_under_way_cannot_be_changed_or_saved() -> None:
    """While customs has it, nothing is edited."""
    waiting = decided(filed("first", NUMBER), "Y")
    for edit in (changed, saved, deletion_applied):
        with pytest.raises(IllegalTransition):
            edit(waiting, "second")


def test_a_receipt_goes_to_the_version_it_is_about() -> None:
    """A late receipt about the filing leaves the change under way alone; one about no version is kept and shown."""
    under_way = happened(changed(approved(), "second"), Event.DECLARE)
    late = received(under_way, BusinessReceipt(result="3", seq_no=NUMBER, version=0, message_id="late"))
    assert [version.state for version in late.versions] == [State.APPROVED, State.DECLARED]
    assert late.versions[0].progress.kept[-1].effect is Effect.OUTRANKED
    lost = received(under_way, BusinessReceipt(result="3", seq_no=NUMBER, version=9))
    assert lost.state is State.DECLARED
    assert lost.current.progress.kept[-1].effect is Effect.OTHER_VERSION


def test_the_first_declaration_values_never_change() -> None:
    """Every function gives a new value; the old one says what it said before."""
    first = approved()
    changed(first, "second")
    assert (len(first.versions), first.state) == (1, State.APPROVED)
