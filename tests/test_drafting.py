"""Properties of the desk for what is still being written."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi import desk
from tempgoods_edi.codec import Tree, markup, tree_markup
from tempgoods_edi.drafting import Assessed, assess, assess_field
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, MessageSpec
from tempgoods_edi.testing.cases import Case
from tempgoods_edi.testing.facet_faults import FacetFault, facet_faults
from tempgoods_edi.testing.rule_cases import RuleCase, load_rule_cases
from tempgoods_edi.testing.rule_mutants import whole
from tempgoods_edi.testing.sample import sample
from tempgoods_edi.testing.strategies import cases
from tempgoods_edi.testing.trees import Shape
from tempgoods_edi.values import Finding

FORMS = ("TMP101", "TMP111", "TMP121", "TMP131")
_POLICY = desk.Policy(now=datetime(2027, 3, 1, 4, tzinfo=UTC), allow_unsigned=True)
_RULE_CASES = [
    each for each in load_rule_cases(Path(__file__).parents[1] / "fixtures" / "rules") if each.spec.direction == "out"
]

#: The rules that look at the remarks too: at blank texts, and at whether anything was changed.
_ABOUT_REMARKS = ("TG-HEAD-003", "TG-EXH-030")


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.rule, finding.path, finding.text.zh, "" if finding.label is None else finding.label.zh


def _of_the_desk(case: Case, facts: Facts) -> list[tuple[str, str, str, str]]:
    """What the desk finds in the document of *case*, once each."""
    found = desk.check(case.data, facts, _POLICY).findings
    of_others = ("TG-SIG-", "TG-ENV-", "TG-XML-")
    return sorted({_key(each) for each in found if not each.rule.startswith(of_others)})


def _with(tree: Tree, path: str, text: object) -> Tree:
    """A copy of *tree* with *text* at *path*; None takes away what is there."""
    tree = deepcopy(tree)
    *above, last = path.replace("]", "").split("/")
    node: Any = tree
    for step in above:
        tag, _, number = step.partition("[")
        node = node[tag][int(number) - 1] if number else node[tag]
    if text is None:
        node.pop(last, None)
    else:
        node[last] = text
    return tree


def _leaves(spec: MessageSpec, tree: Tree) -> list[tuple[str, FieldSpec]]:
    """Every leaf that may stand in *tree*, with the address it would have there."""
    found: list[tuple[str, FieldSpec]] = []
    for child in spec.root.children:
        if isinstance(child, FieldSpec):
            found.append((child.tag, child))
            continue
        rows = tree.get(child.tag, [])
        for number, _ in enumerate(rows if isinstance(rows, list) else [rows], 1):
            place = f"{child.tag}[{number}]" if child.repeated else child.tag
            found += [(f"{place}/{leaf.tag}", leaf) for leaf in child.children if isinstance(leaf, FieldSpec)]
    return found


@pytest.mark.parametrize("code", [*FORMS, "TMP141", "TMP151", "TMP161", "TMP171"])
@given(data=st.data())
def test_nothing_is_found_in_what_is_right(code: str, data: st.DataObject) -> None:
    """A valid document has no finding, and its record is the one the desk reads from the message."""
    made = data.draw(cases(reader.message(code)))
    assert made.message is not None
    judged = assess(made.spec, made.tree, made.facts, declared=made.message.flag == "1")
    assert judged.findings == ()
    assert judged.malformed == frozenset()
    assert judged.record == made.document


@pytest.mark.parametrize("rule_case", _RULE_CASES, ids=lambda each: f"{each.rule}-{each.name}")
def test_rules_speak_as_at_the_desk(rule_case: RuleCase) -> None:
    """The rules find in a tree what they find in the message built from it, in the same words."""
    case = whole(rule_case)
    judged = assess(case.spec, case.tree, case.facts, declared=rule_case.declared)
    assert sorted(map(_key, judged.findings)) == _of_the_desk(case, case.facts)
    assert judged.malformed == frozenset()


def _broken(data: st.DataObject) -> tuple[Case, str, FacetFault]:
    """A valid document, one of the fields that people type into, and a way to break it."""
    made = data.draw(cases(reader.message(data.draw(st.sampled_from(FORMS))), max_lines=3))
    typed = [
        (path, field) for path, field in _leaves(made.spec, made.tree) if not field.auto and "Documents" not in path
    ]
    path, field = data.draw(st.sampled_from(typed))
    return made, path, data.draw(st.sampled_from(list(facet_faults(field))))


def _schema_only(judged: Assessed) -> bool:
    return all(each.rule.startswith("TG-XSD-") for each in judged.findings)


@given(st.data())
def test_a_malformed_value_is_told_at_its_field_and_leaves_no_ghost(data: st.DataObject) -> None:
    """One malformed value in a valid document: its own fault is found, and no rule complains that it is missing."""
    made, path, fault = _broken(data)
    assert made.message is not None
    tree = _with(made.tree, path, fault.text)
    judged = assess(made.spec, tree, made.facts, declared=made.message.flag == "1")
    assert (fault.problem.id, path) in [(each.rule, each.path) for each in judged.findings]
    assert judged.malformed == {path}
    assert judged.record is None
    assert _schema_only(judged)
    assert all(each.label is not None for each in judged.findings)


@pytest.mark.parametrize(
    "rule_case",
    [each for each in _RULE_CASES if not each.passes and each.spec.code in FORMS and each.rule not in _ABOUT_REMARKS],
    ids=lambda each: f"{each.rule}-{each.name}",
)
def test_rules_still_speak_beside_a_malformed_value(rule_case: RuleCase) -> None:
    """What rules say of other fields is not lost because one field is malformed."""
    case = whole(rule_case)
    judged = assess(case.spec, _with(case.tree, "Head/Rmk", "字" * 4001), case.facts, declared=rule_case.declared)
    clean = assess(case.spec, case.tree, case.facts, declared=rule_case.declared)
    assert [each for each in judged.findings if each.path != "Head/Rmk"] == list(clean.findings)


@given(st.data())
def test_any_text_is_judged_by_the_schema_as_at_the_desk(data: st.DataObject) -> None:
    """Whatever is typed into a field: the schema's findings are those of the desk on the message built from it."""
    made = data.draw(cases(reader.message(data.draw(st.sampled_from(FORMS))), max_lines=2))
    path, _ = data.draw(st.sampled_from(_leaves(made.spec, made.tree)))
    texts = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn")), max_size=20))
    text = data.draw(st.one_of(texts, st.from_regex(r"[ \n]?[+-]?0{0,2}[0-9]{0,8}(\.[0-9]{0,7})?[ \n]?", fullmatch=True)))
    tree = _with(made.tree, path, text)
    judged = assess(made.spec, tree, made.facts, declared=False)
    message = _wrapped(made, tree)
    checked = desk.check(message, made.facts, _POLICY).findings
    expected = sorted({_key(each) for each in checked if each.rule.startswith("TG-XSD-")})
    assert sorted(_key(each) for each in judged.findings if each.rule.startswith("TG-XSD-")) == expected


def _wrapped(made: Case, tree: Tree) -> bytes:
    """The message of *made* with *tree* for its document."""
    right, root = markup(made.spec.root, made.document).encode(), made.spec.root
    assert right in made.data
    return made.data.replace(right, tree_markup(root, tree).encode())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_TAGS = sorted(
    {
        step.partition("[")[0]
        for code in FORMS
        for path, _ in reader.message(code).root.walk()
        for step in path.split("/")
    }
)


@given(
    st.sampled_from(FORMS),
    st.dictionaries(
        st.sampled_from(_TAGS), _JSON | st.lists(st.dictionaries(st.sampled_from(_TAGS), _JSON, max_size=4), max_size=2)
    )
    | _JSON,
    st.booleans(),
)
def test_no_tree_makes_it_fall_over(code: str, tree: Any, declared: bool) -> None:
    """Whatever JSON comes in is judged, and every finding can be shown and sent."""
    judged = assess(reader.message(code), tree, sample(code).facts, declared=declared)
    assert judged.malformed
    for each in judged.findings:
        json.dumps([each.text.zh, each.fix.en, each.value, each.path], ensure_ascii=False).encode()


def test_what_a_draft_must_have_counts_as_malformed() -> None:
    """A draft without the office in charge cannot be saved; what only declaring needs is only told."""
    made = sample("TMP101")
    without = _with(_with(made.tree, "Head/MasterCusCd", None), "Head/LinkMan", None)
    judged = assess(made.spec, without, made.facts, declared=True)
    assert judged.malformed == {"Head/MasterCusCd"}
    assert {each.path for each in judged.findings} == {"Head/MasterCusCd", "Head/LinkMan"}


def test_findings_stand_in_document_order_each_once() -> None:
    """Schema and rules are mixed by where they point, rows by number and not by text."""
    made = sample("TMP101", Shape(lines=12, documents=2, fill=8, declared=True))
    tree = made.tree
    for path, text in (("ExhibitList[11]/DclQty", "x"), ("ExhibitList[2]/Gdecd", "1"), ("Head/LinkMan", None)):
        tree = _with(tree, path, text)
    tree = _with(tree, "Documents[1]/DocTypeCd", "1")
    judged = assess(made.spec, tree, made.facts, declared=True)
    paths = ["Head/LinkMan", "ExhibitList[2]/Gdecd", "ExhibitList[11]/DclQty", "Documents[1]/DocTypeCd"]
    assert [each.path for each in judged.findings] == paths


@pytest.mark.parametrize("text", ["a\x07b", "\x00", "x\ud800", "\uffff"])
def test_a_character_no_message_can_carry_is_told(text: str) -> None:
    """Control characters and half surrogates are named by their code, and can themselves be shown."""
    made = sample("TMP101")
    (found,) = assess(made.spec, _with(made.tree, "Head/Rmk", text), made.facts, declared=False).findings
    assert (found.rule, found.path) == ("TG-XSD-020", "Head/Rmk")
    assert "U+" in found.text.zh
    found.text.zh.encode()
    assert found.value is not None
    found.value.encode()


def test_what_the_schema_does_not_know_is_told() -> None:
    """An unknown tag is a finding at its address; one that is no name at all is told of the part it is in."""
    made = sample("TMP121")
    tree = _with(_with(made.tree, "Head/Colour", "red"), "Goods[1]/<b>", "x")
    found = assess(made.spec, tree, made.facts, declared=False).findings
    assert [(each.rule, each.path) for each in found] == [("TG-XSD-002", "Head/Colour"), ("TG-XSD-002", "Goods[1]")]


@given(st.data())
def test_one_field_is_judged_in_the_words_of_the_whole(data: st.DataObject) -> None:
    """The check of a field as it is left says exactly what the summary will say of it."""
    made, path, fault = _broken(data)
    tree = _with(made.tree, path, fault.text)
    whole_document = assess(made.spec, tree, made.facts, declared=False).findings
    assert assess_field(made.spec, tree, path, made.facts) == tuple(f for f in whole_document if f.path == path)
    assert assess_field(made.spec, tree, "Head/Nothing", made.facts) == ()
