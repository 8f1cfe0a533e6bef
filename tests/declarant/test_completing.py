"""Properties of filling in what no declarant types."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.completing import beginning, complete, prefilled
from tempgoods_edi.declarant.kinds import KINDS, Kind, by_code
from tempgoods_edi.drafting import assess
from tempgoods_edi.rules import Facts, KnownEntry, KnownExhibition, KnownLine
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.testing.sample import SENDER
from tempgoods_edi.testing.strategies import cases

ACTOR = Actor(
    enterprise_no=SENDER.enterprise_no,
    enterprise_nm=SENDER.name,
    sccd=SENDER.uscc,
    operator_nm=SENDER.operator,
    ic_card_no=SENDER.ic_card_no,
    certificate_serial="5A4101",
)
TODAY = date(2027, 3, 1)
ANY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)


def _kind(code: str) -> Kind:
    kind = by_code(code)
    assert kind is not None
    return kind


def _leaves(group: GroupSpec, tree: Tree, prefix: str = "") -> dict[str, tuple[FieldSpec, str]]:
    """Every text of *tree* with its field, by path."""
    found: dict[str, tuple[FieldSpec, str]] = {}
    for tag, value in tree.items():
        spec = group.at(tag)
        if isinstance(spec, FieldSpec):
            found[f"{prefix}{tag}"] = spec, value
        elif isinstance(spec, GroupSpec):
            rows = value if isinstance(value, list) else [value]
            for number, row in enumerate(rows, 1):
                found |= _leaves(spec, row, f"{prefix}{tag}[{number}]/" if spec.repeated else f"{prefix}{tag}/")
    return found


@ANY_KIND
def test_a_new_form_lacks_only_what_a_person_must_say(kind: Kind) -> None:
    """Every field that only the system fills, and a draft must have, is filled before anything is typed."""
    made = prefilled(ACTOR, kind, TODAY)
    judged = assess(kind.spec, made, Facts(today=TODAY, card=ACTOR.card), declared=False)
    asked = {path for path, field in kind.spec.root.fields() if field.need == "draft" and "[]" not in path}
    assert judged.malformed == {path for path in asked if kind.spec.root.at(path)}
    assert made["Head"]["InputEtpsNo"] == made["OperCusRegCode"] == made["Head"]["DclEtpsNo"] == ACTOR.enterprise_no
    assert made["Head"]["DclDate"] == "20270301"
    assert "DclCusCd" not in made["Head"]


@ANY_KIND
@given(data=st.data())
def test_what_a_person_typed_is_kept(kind: Kind, data: st.DataObject) -> None:
    """No field that a person may type into is changed or lost, and none of the others makes the draft malformed."""
    made = data.draw(cases(kind.spec, max_lines=4))
    tree = {tag: value for tag, value in made.tree.items() if tag != "Documents"}
    before = deepcopy(tree)
    full = complete(ACTOR, kind, tree, tree, TODAY)
    assert tree == before
    after = _leaves(kind.spec.root, full)
    computed = {"ModfMarkCd", "DclCusCd"}
    for path, (field, text) in _leaves(kind.spec.root, before).items():
        if not field.auto and field.tag not in computed and text.strip() == text and "\r" not in text:
            assert after[path][1] == text, path
    assert not assess(kind.spec, full, made.facts, declared=False).malformed


@ANY_KIND
@given(data=st.data())
def test_completing_twice_changes_nothing(kind: Kind, data: st.DataObject) -> None:
    """What is complete stays as it is."""
    made = data.draw(cases(kind.spec, max_lines=4))
    once = complete(ACTOR, kind, made.tree, made.tree, TODAY, in_force=made.tree, facts=made.facts)
    assert complete(ACTOR, kind, once, made.tree, TODAY, in_force=made.tree, facts=made.facts) == once


def test_texts_are_trimmed_and_blank_ones_left_out() -> None:
    """White space is nobody's statement, and line ends are plain."""
    tree = {"Head": {"Rmk": " 一\r\n二 ", "LinkMan": " \t", "HallNm": "　"}}
    head = complete(ACTOR, _kind("TMP101"), tree, None, TODAY)["Head"]
    assert head["Rmk"] == "一\n二"
    assert "LinkMan" not in head
    assert "HallNm" not in head


def test_the_card_has_the_last_word_on_who_enters() -> None:
    """Whatever is posted for a field that comes from the card, the card's is what stands."""
    forged = {
        "Head": {"InputEtpsNo": "3101960000", "OperatorNm": "x", "DclEtpsNo": "3101980462"},
        "OperCusRegCode": "1",
    }
    made = complete(ACTOR, _kind("TMP101"), forged, None, TODAY)
    assert (made["Head"]["InputEtpsNo"], made["Head"]["OperatorNm"]) == (ACTOR.enterprise_no, ACTOR.operator_nm)
    assert made["OperCusRegCode"] == ACTOR.enterprise_no
    assert made["Head"]["DclEtpsNo"] == "3101980462"
    extension = complete(ACTOR, _kind("TMP131"), forged, None, TODAY)
    assert extension["Head"]["DclEtpsNo"] == ACTOR.enterprise_no


def test_numbers_come_from_what_was_saved() -> None:
    """Pre-entry number, type, count and customs' number are never what a page says they are."""
    posted = {"Head": {"SeqNo": "1", "DclTypeCd": "3", "ChgTmsCnt": "9", "ExhibitionNo": "XX"}}
    new = complete(ACTOR, _kind("TMP101"), posted, None, TODAY)["Head"]
    assert (new.get("SeqNo"), new["DclTypeCd"], new["ChgTmsCnt"], new.get("ExhibitionNo")) == (None, "1", "0", None)
    base = {"Head": {"SeqNo": "2", "DclTypeCd": "2", "ChgTmsCnt": "1", "ExhibitionNo": "ZH222827000001"}}
    old = complete(ACTOR, _kind("TMP101"), posted, base, TODAY)["Head"]
    assert {tag: old[tag] for tag in base["Head"]} == base["Head"]


def test_lines_and_documents_are_numbered_and_documents_kept() -> None:
    """Lines are numbered as they stand; a page that says nothing of documents does not lose them."""
    base = {"Head": {}, "Documents": [{"DocSeqNo": "5", "DocNm": "a.pdf"}, {"DocNm": "b.pdf"}]}
    made = complete(ACTOR, _kind("TMP121"), {"Goods": [{"GdsSeqNo": "7"}, {}, {"GdsNm": "琴"}]}, base, TODAY)
    assert [row["GdsSeqNo"] for row in made["Goods"]] == ["1", "2", "3"]
    assert [(row["DocSeqNo"], row["DocNm"]) for row in made["Documents"]] == [("1", "a.pdf"), ("2", "b.pdf")]
    assert complete(ACTOR, _kind("TMP121"), {"Documents": []}, base, TODAY)["Documents"] == []


def _completed_line(**line: str) -> Tree:
    row: Tree = complete(ACTOR, _kind("TMP101"), {"ExhibitList": [line]}, None, TODAY)["ExhibitList"][0]
    return row


def test_legal_units_come_from_the_tariff_and_their_quantities_where_they_follow() -> None:
    """A quantity in the declared unit is the declared one, in kilograms the net weight; a typed one stays."""
    line = _completed_line(Gdecd="9027809100", DclQty="2", DclUnitCd="007", NetWt="854.664", LawfUnitCd="999")
    assert (line["LawfUnitCd"], line["LawfQty"]) == ("007", "2")
    assert (line["SecdLawfUnitCd"], line["SecdLawfQty"]) == ("035", "854.664")
    typed = _completed_line(Gdecd="9027809100", DclQty="2", DclUnitCd="007", LawfQty="3")
    assert (typed["LawfQty"], "SecdLawfQty" in typed) == ("3", False)
    kilograms = _completed_line(Gdecd="4911101000", DclQty="50", DclUnitCd="035", NetWt="51", SecdLawfUnitCd="007")
    assert (kilograms["LawfQty"], "SecdLawfUnitCd" in kilograms) == ("50", False)


def test_units_of_a_code_that_is_not_in_our_tariff_stay() -> None:
    """Another edition of the tariff may know it; without any code there is no legal unit."""
    assert _completed_line(Gdecd="9999999999", LawfUnitCd="007")["LawfUnitCd"] == "007"
    assert "LawfUnitCd" not in _completed_line(LawfUnitCd="007")


@pytest.mark.parametrize(("entry", "mark"), [("222520271000000123", "I"), ("222520270000000123", "E"), ("2225", None)])
def test_the_direction_of_an_extension_is_the_entrys(entry: str, mark: str | None) -> None:
    """The ninth character of an entry number is 1 inward, 0 outward."""
    made = complete(ACTOR, _kind("TMP131"), {"Head": {"EntryNo": entry}}, None, TODAY)
    assert made["Head"].get("ImpExpMarkCd") == mark


def test_what_repeats_the_registry_is_filled_from_it() -> None:
    """The name of the exhibition, and the columns of a lent line that only repeat the entry."""
    line = KnownLine(
        item_no=2, hs_code="9027809100", name="曝光表", quantity=Decimal("4.0"), unit="007", returned=Decimal(1)
    )
    entry = KnownEntry(
        entry_no="222520271000000123", ie_date=TODAY, deadline=TODAY, enterprise_nos=frozenset(), lines={2: line}
    )
    show = KnownExhibition(
        exhibition_no="ZH222827000001", name="机床展", enterprise_nos=frozenset(), approved=True, start=TODAY, end=TODAY
    )
    facts = Facts(today=TODAY, entries={entry.entry_no: entry}, exhibitions={show.exhibition_no: show})
    row = {"EntryNo": entry.entry_no, "EntryGNo": "2", "GdsNm": "x", "LoanQty": "1", "CurrCd": "EUR"}
    tree = {"Head": {"ExhibitionNo": show.exhibition_no}, "LoanGoods": [row]}
    made = complete(ACTOR, _kind("TMP111"), tree, None, TODAY, facts=facts)
    assert made["Head"]["ExhibitionNm"] == "机床展"
    lent = made["LoanGoods"][0]
    assert (lent["GdsNm"], lent["EntryQty"], lent["EntryUnitCd"], lent["LoanQty"]) == ("曝光表", "4.0", "007", "1")
    assert "CurrCd" not in lent
    extended = {"Head": {}, "Goods": [{"EntryNo": entry.entry_no, "EntryGNo": "2", "GdsNm": "x"}]}
    goods = complete(ACTOR, _kind("TMP131"), extended, None, TODAY, facts=facts)["Goods"][0]
    assert (goods["RemainQty"], goods["GdsNm"]) == ("3.0", "x")


def test_a_declarant_is_chosen_by_number() -> None:
    """The name follows from the number."""
    people = [SimpleNamespace(no="D1", name="周敏"), SimpleNamespace(no="D2", name="吴桐")]
    posted = {"Head": {"DeclarantNo": "D2", "DeclarantNm": "x"}}
    made = complete(ACTOR, _kind("TMP111"), posted, None, TODAY, declarants=people)
    assert made["Head"]["DeclarantNm"] == "吴桐"


def _marks(before: list[str], after: list[str]) -> str:
    """The marks of lines that are named by one letter each."""

    def tree(names: list[str]) -> Tree:
        return {"Head": {"DclTypeCd": "2"}, "ExhibitList": [{"GdsNm": name} for name in names]}

    made = complete(ACTOR, _kind("TMP101"), tree(after), tree(before), TODAY, in_force=tree(before))
    return "".join(row["ModfMarkCd"] for row in made["ExhibitList"])


@pytest.mark.parametrize(
    ("before", "after", "marks"),
    [
        ("abcd", "abcd", "0000"),
        ("abcd", "abXd", "0010"),
        ("abcd", "abd", "000"),
        ("abcd", "abdY", "0003"),
        ("abcd", "aXbcd", "03000"),
        ("abcd", "WXYZ", "1111"),
        ("abcd", "dabc", "0000"),
        ("aaa", "aaaa", "0003"),
        ("", "ab", "33"),
    ],
)
def test_lines_of_a_change_say_what_became_of_them(before: str, after: str, marks: str) -> None:
    """0 as before, 1 changed, 3 added; a line that was moved is as before."""
    assert _marks(list(before), list(after)) == marks


def test_a_line_marked_as_deleted_stays_so_and_other_declarations_have_no_marks() -> None:
    """Only a person can say that a line which is still there is to go."""
    before: Tree = {"Head": {"DclTypeCd": "2"}, "ExhibitList": [{"GdsNm": "a"}]}
    after: Tree = {"Head": {}, "ExhibitList": [{"GdsNm": "a", "ModfMarkCd": "2"}]}
    change = complete(ACTOR, _kind("TMP101"), after, before, TODAY, in_force=before)
    assert change["ExhibitList"][0]["ModfMarkCd"] == "2"
    assert "ModfMarkCd" not in complete(ACTOR, _kind("TMP101"), after, None, TODAY)["ExhibitList"][0]


def test_a_change_begins_without_the_reasons_of_the_last_one() -> None:
    """What was said about one change is not said again about the next."""
    in_force = {
        "Head": {"ModReason": "x", "LinkMan": "y"},
        "ExhibitList": [{"GdsNm": "a", "ModfMarkCd": "1"}],
        "OperCusRegCode": "z",
    }
    begun = beginning(_kind("TMP101"), in_force)
    assert begun == {"Head": {"LinkMan": "y"}, "ExhibitList": [{"GdsNm": "a"}], "OperCusRegCode": "z"}


_VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.just([]), st.just({}), st.just([1]))


@ANY_KIND
@given(data=st.data())
def test_no_posted_tree_makes_it_fall_over(kind: Kind, data: st.DataObject) -> None:
    """Whatever a page posts, it is completed as far as that goes, and then judged."""
    tags = [child.tag for child in kind.spec.root.children]
    inner = sorted({path.rpartition("/")[2] for path, _ in kind.spec.root.fields()})
    rows = st.lists(st.dictionaries(st.sampled_from(inner), _VALUES, max_size=3) | _VALUES, max_size=2)
    groups = st.one_of(_VALUES, rows, st.dictionaries(st.sampled_from(inner), _VALUES, max_size=5))
    tree: Any = data.draw(st.dictionaries(st.sampled_from(tags), groups))
    facts = Facts(today=TODAY, entries={}, exhibitions={})
    made = complete(ACTOR, kind, tree, data.draw(st.none() | st.just({"Head": {}})), TODAY, in_force={}, facts=facts)
    assert assess(kind.spec, made, facts, declared=True).findings
