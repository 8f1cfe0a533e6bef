"""Drafts: numbers, the lock between two editors, what a declarant cannot choose, and what deleting leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tempgoods_edi.declarant import kinds
from tempgoods_edi.declarant.errors import Conflict, NotAllowed, NotFound, RefusedContents, Stale
from tempgoods_edi.declarant.kinds import KINDS, Kind
from tempgoods_edi.declarant.store import Store
from tempgoods_edi.declarant.store.listing import Search
from tempgoods_edi.lifecycle.states import Action, Event, State
from tempgoods_edi.numbers import read_seq_no
from tests.declarant.desk import EXHIBITION, Desk, desk, tree

FORMS = [kind.code.lower() for kind in KINDS]


@pytest.mark.parametrize("code", FORMS)
def test_a_draft_is_reopened_as_it_was_saved(at: Desk, code: str) -> None:
    """For every kind: content, state and buttons are there again, under a well-formed number of this year."""
    first = at.saved(code)
    number = read_seq_no(first.seq_no)
    assert number is not None
    assert number.year == 2026
    assert first.tree["Head"]["SeqNo"] == first.seq_no
    again = at.filing.get(at.ours.actor, first.seq_no)
    assert again == first
    assert again.state is State.DRAFT
    assert {Action.SAVE, Action.DECLARE, Action.DELETE_DRAFT, Action.PRINT_CHECK_SHEET} == again.actions


def test_saving_is_refused_only_for_what_the_schema_cannot_take(at: Desk) -> None:
    """A rule's error is kept in the draft; a malformed or missing draft field is refused, at its path, and nothing is kept."""
    wrong = at.saved(EndDate="20270301")
    assert wrong.tree["Head"]["EndDate"] == "20270301"
    judged = at.filing.judge(at.ours.actor, EXHIBITION, wrong.tree, declared=False, seq_no=wrong.seq_no)
    assert any(found.path == "Head/EndDate" for found in judged.findings)
    with pytest.raises(RefusedContents) as refused:
        at.saved(StartDate="soon", MasterCusCd=None)
    assert {found.path for found in refused.value.findings} == {"Head/StartDate", "Head/MasterCusCd"}
    assert at.filing.find(at.ours.actor, Search(kind=EXHIBITION)).total == 1


def test_two_editors_cannot_overwrite_each_other(at: Desk) -> None:
    """Of many who save with the same revision exactly one wins; the others are told, and lose nothing of the winner's."""
    begun = at.saved()

    def edit(name: int) -> str | None:
        try:
            changed = tree(HallNm=f"{name}")
            at.filing.save(at.ours.actor, EXHIBITION, changed, seq_no=begun.seq_no, revision=begun.revision)
        except Stale:
            return None
        return f"{name}"

    with ThreadPoolExecutor(6) as together:
        winners = [name for name in together.map(edit, range(6)) if name is not None]
    assert [at.filing.get(at.ours.actor, begun.seq_no).tree["Head"]["HallNm"]] == winners


def test_saving_what_is_unchanged_changes_nothing(at: Desk) -> None:
    """The revision stays, so that another window is not told of a change that is none."""
    begun = at.saved()
    again = at.filing.save(at.ours.actor, EXHIBITION, begun.tree, seq_no=begun.seq_no, revision=begun.revision)
    assert again.revision == begun.revision


def test_numbers_are_given_once(at: Desk, place: str) -> None:
    """Two processes' worth of stores on one database, several threads each: no number twice."""
    with closing(Store.open(place)) as other:
        desks = [at, desk(other, "other")]
        with ThreadPoolExecutor(4) as together:
            numbers = [each.seq_no for each in together.map(lambda turn: desks[turn % 2].saved(), range(12))]
    assert len(set(numbers)) == len(numbers)


def test_what_the_system_fills_is_not_the_declarants_to_choose(at: Desk) -> None:
    """Number, type, version, documents and the card's own fields are as they are, whatever is typed."""
    begun = at.saved()
    forged = tree(SeqNo="202600000000000001", DclTypeCd="3", ChgTmsCnt="7", ExhibitionNo="ZH222826000009", IcCardNo="1")
    forged["Documents"] = [{"DocSeqNo": "1", "DocNm": "x.pdf"}]
    saved = at.filing.save(at.ours.actor, EXHIBITION, forged, seq_no=begun.seq_no)
    head = saved.tree["Head"]
    assert (head["SeqNo"], head["DclTypeCd"], head["ChgTmsCnt"]) == (begun.seq_no, "1", "0")
    assert head["IcCardNo"] == at.ours.actor.ic_card_no
    assert "ExhibitionNo" not in head
    assert "Documents" not in saved.tree


def test_a_number_of_another_kind_is_not_found(at: Desk) -> None:
    """An exhibition cannot be saved over by a loan list."""
    begun = at.saved()
    other: Kind | None = kinds.by_slug("loan-list")
    assert other is not None
    with pytest.raises(NotFound):
        at.filing.save(at.ours.actor, other, tree("tmp111"), seq_no=begun.seq_no)


def test_a_deleted_draft_is_gone_but_for_the_log(at: Desk) -> None:
    """Neither opened nor found nor declared; who deleted it is on record."""
    begun = at.saved()
    at.filing.delete(at.ours.actor, begun.seq_no)
    for asked in (at.filing.get, at.filing.prepare, at.filing.delete):
        with pytest.raises(NotFound):
            asked(at.ours.actor, begun.seq_no)
    assert at.filing.find(at.ours.actor, Search(kind=EXHIBITION)).total == 0
    last = at.filing.history(at.ours.actor, begun.seq_no).audit[-1]
    assert (last.event, last.to_state, last.who) == (Event.DELETE_DRAFT, State.DISCARDED, "顾念慈")


def test_what_customs_hold_or_look_at_can_be_neither_edited_nor_deleted(at: Desk) -> None:
    """From declaring to approval and after it the draft's buttons are closed, by hand too."""
    seq_no = at.declared(at.saved().seq_no).seq_no
    for _ in range(2):
        with pytest.raises(NotAllowed):
            at.filing.save(at.ours.actor, EXHIBITION, tree(), seq_no=seq_no)
        with pytest.raises(NotAllowed):
            at.filing.delete(at.ours.actor, seq_no)
        at.told(seq_no, "1", business_id="ZH222826000001")
    assert at.filing.get(at.ours.actor, seq_no).state is State.APPROVED


def test_an_in_house_number_belongs_to_one_declaration(at: Desk) -> None:
    """A second draft cannot have it, and is told which has; free again once the draft lost it or was deleted undeclared."""
    first = at.saved(EtpsPreentNo="HX-1")
    with pytest.raises(Conflict) as taken:
        at.saved(EtpsPreentNo="HX-1")
    (found,) = taken.value.findings
    assert (found.rule, found.path) == ("TG-HEAD-019", "Head/EtpsPreentNo")
    assert first.seq_no in found.text.en
    for document, seq_no in ((first.tree, first.seq_no), (tree(EtpsPreentNo="HX-1"), None)):
        judged = at.filing.judge(at.ours.actor, EXHIBITION, document, declared=True, seq_no=seq_no)
        assert any(each.rule == found.rule for each in judged.findings) is (seq_no is None)
    at.filing.save(at.ours.actor, EXHIBITION, tree(EtpsPreentNo="HX-2"), seq_no=first.seq_no)
    second = at.saved(EtpsPreentNo="HX-1")
    with pytest.raises(Conflict):
        at.filing.save(at.ours.actor, EXHIBITION, tree(EtpsPreentNo="HX-1"), seq_no=first.seq_no)
    at.filing.delete(at.ours.actor, second.seq_no)
    assert at.saved(EtpsPreentNo="HX-1").state is State.DRAFT


def test_an_in_house_number_that_customs_know_is_not_given_again(at: Desk) -> None:
    """Customs would refuse it for another declaration, also after the first was given back and deleted here."""
    first = at.declared(at.saved(EtpsPreentNo="HX-1").seq_no)
    at.handed_over()
    at.told(first.seq_no, "3")
    at.filing.delete(at.ours.actor, first.seq_no)
    with pytest.raises(Conflict):
        at.saved(EtpsPreentNo="HX-1")
