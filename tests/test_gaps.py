"""A message that the schema refuses somewhere is judged by envelope and rules everywhere else, and no ghost is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from lxml import etree
from msgspec import structs

from tempgoods_edi import codec
from tempgoods_edi.codec import Tree
from tempgoods_edi.declarations import NAMES
from tempgoods_edi.desk import Checked, Policy, Stage, check
from tempgoods_edi.envelope.message import DSIG, package_group
from tempgoods_edi.partial_judging import rules_of
from tempgoods_edi.partial_reading import ReadFaults, read_tolerantly, tree_of
from tempgoods_edi.placeholders import Agreeing, filled, typical
from tempgoods_edi.rules import Card, judge
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tempgoods_edi.testing.cases import Case
from tempgoods_edi.testing.rule_cases import RuleCase, load_rule_cases
from tempgoods_edi.testing.rule_mutants import whole
from tempgoods_edi.testing.sample import sample
from tempgoods_edi.testing.trees import Shape
from tempgoods_edi.values import MORE, MOST_FINDINGS, Verdict

_POLICY = Policy(now=datetime(2027, 3, 1, 4, tzinfo=UTC), allow_unsigned=True)
_CODES = tuple(NAMES)
#: No leaf is so long, and no number begins so.
_GARBAGE = "?" * 5000
_OTHER_DIGITS = str.maketrans("0123456789", "0123456798")
#: The rules that look at the remarks too.
_ABOUT_REMARKS = ("TG-HEAD-003", "TG-EXH-030")
_CASES = [
    each
    for each in load_rule_cases(Path(__file__).parents[1] / "fixtures" / "rules")
    if each.spec.direction == "out"
    and not each.passes
    and each.rule not in _ABOUT_REMARKS
    and each.spec.root.at("Head/Rmk") is not None
]
#: A show that ends before it begins.
_TOO_EARLY = next(each for each in _CASES if each.rule == "TG-EXH-001")

#: Changes a message's tree; its root is Signature.
Change = Callable[[etree._Element], object]


def judged(case: Case, change: Change | None = None) -> Checked:
    """What the desk says of *case*, changed; the signature, which is none, is not told."""
    root = etree.fromstring(case.data)
    if change is not None:
        change(root)
    return check(etree.tostring(root), case.facts, _POLICY)


def told(checked: Checked, *areas: str) -> set[tuple[str, str]]:
    """Rule and place of each finding, but for those of these areas and of the signature."""
    return {(each.rule, each.path) for each in checked.findings if not each.rule.startswith(("TG-SIG-", *areas))}


def at(root: etree._Element, path: str) -> etree._Element:
    """The first element of that path, anywhere below *root*."""
    found = root.find(".//" + "/".join(f"{{{DSIG}}}{step}" for step in path.split("/")))
    assert found is not None, path
    return found


def long_remark(root: etree._Element) -> None:
    """A remark that is longer than the schema allows."""
    head = at(root, "Head")
    remark = head.find(f"{{{DSIG}}}Rmk")
    if remark is None:
        remark = etree.SubElement(head, f"{{{DSIG}}}Rmk")
    remark.text = "字" * 4001


@pytest.mark.parametrize("rule_case", _CASES, ids=lambda each: f"{each.rule}-{each.name}")
def test_rules_speak_beside_a_value_that_the_schema_refuses(rule_case: RuleCase) -> None:
    """All that they say of the message without that fault, and the fault."""
    case = whole(rule_case)
    clean, broken = judged(case), judged(case, long_remark)
    assert told(broken, "TG-XSD-") == told(clean)
    assert {path for rule, path in told(broken) if rule.startswith("TG-XSD-")} == {"Head/Rmk"}
    assert broken.verdict is Verdict.INVALID
    assert broken.message is None
    assert Stage.RULES not in broken.stages


def leaves(case: Case) -> Iterator[tuple[int, etree._Element]]:
    """Every leaf of the document, with its number among the elements of the message."""
    root = etree.fromstring(case.data)
    document = at(root, f"BussinessData/{case.spec.root.tag}")
    for number, element in enumerate(root.iter(etree.Element)):
        if len(element) == 0 and document in element.iterancestors():
            yield number, element


@pytest.mark.parametrize("code", _CODES)
def test_a_refused_value_leaves_no_ghost(code: str) -> None:
    """Whichever value of a valid message is refused: its own fault is told, and nothing that follows from it."""
    case = sample(code, Shape(lines=2, documents=1, fill=8, declared=True))
    assert told(judged(case)) == set()
    for number, leaf in leaves(case):

        def spoilt(root: etree._Element, number: int = number) -> None:
            list(root.iter(etree.Element))[number].text = _GARBAGE

        found = told(judged(case, spoilt))
        places = {path for _, path in found}
        assert len(places) == 1, (leaf.tag, found)
        assert all(rule.startswith("TG-XSD-") for rule, _ in found)


@pytest.mark.parametrize("code", _CODES)
def test_a_missing_element_leaves_no_ghost(code: str) -> None:
    """Where the schema itself tells that an element is missing, no rule complains of it, nor of what depends on it."""
    case = sample(code, Shape(lines=2, documents=1, fill=8, declared=True))
    for number, leaf in leaves(case):

        def without(root: etree._Element, number: int = number) -> None:
            element = list(root.iter(etree.Element))[number]
            above = element.getparent()
            assert above is not None
            above.remove(element)

        found = told(judged(case, without))
        if any(rule.startswith("TG-XSD-") for rule, _ in found):
            assert len(found) == 1, (leaf.tag, found)


@pytest.mark.parametrize("code", _CODES)
def test_no_rule_stumbles_on_a_stand_in(code: str) -> None:
    """Whatever is refused, every rule can be asked of the document with values in the gaps, of both kinds."""
    case = sample(code, Shape(lines=2, documents=2, fill=8, declared=True))
    spec, today = case.spec, date(2027, 3, 1)
    assert case.message is not None
    for holed in _holed(spec.root, codec.to_tree(spec.root, case.message.document)):
        record = read_tolerantly(spec.root, holed, "", ReadFaults())
        for stand_in in (partial(typical, today), Agreeing(today)):
            whole_again = filled(spec.root, record, holed, "", (), stand_in)
            judge(rules_of(spec), whole_again, case.facts, declared=True)


def _holed(group: GroupSpec, tree: Tree) -> Iterator[Tree]:
    """*tree* with one thing refused or missing in it, each in turn."""
    for child in group.children:
        given = tree.get(child.tag)
        yield {tag: value for tag, value in tree.items() if tag != child.tag}
        if isinstance(child, FieldSpec):
            yield {**tree, child.tag: _GARBAGE}
        elif child.repeated:
            rows = given or []
            yield from ({**tree, child.tag: [holed, *rows[1:]]} for holed in _holed(child, rows[0] if rows else {}))
        else:
            yield from ({**tree, child.tag: holed} for holed in _holed(child, given or {}))


def test_other_rows_are_judged_beside_one_that_is_refused() -> None:
    """The name of one file is refused: that another's is no PDF's is told, though the rule reads all their names."""
    case = sample("TMP101", Shape(lines=1, documents=2, fill=8, declared=True))

    def change(root: etree._Element) -> None:
        names = list(root.iter(f"{{{DSIG}}}DocNm"))
        names[0].text, names[1].text = _GARBAGE, "plan.docx"

    found = told(judged(case, change))
    assert ("TG-DOC-011", "Documents[2]/DocNm") in found
    assert {path for rule, path in found if rule.startswith("TG-XSD-")} == {"Documents[1]/DocNm"}


def test_two_currencies_are_told_beside_a_third_that_is_refused() -> None:
    """And the verdict is that the message is invalid, not that it could not be judged."""
    case = sample("TMP101", Shape(lines=3, documents=1, fill=8, declared=True))

    def change(root: etree._Element) -> None:
        first, second, third = root.iter(f"{{{DSIG}}}CurrCd")
        first.text, second.text, third.text = "USD", "EUR", _GARBAGE

    found = judged(case, change)
    assert found.verdict is Verdict.INVALID
    assert ("TG-EXH-123", "ExhibitList[2]/CurrCd") in told(found)


def swapped(root: etree._Element) -> None:
    """The remarks before all else."""
    head = at(root, "Head")
    head.insert(0, head[-1])


def twice(root: etree._Element) -> None:
    """The title stands there two times."""
    title = at(root, "Head/ExhibitionNm")
    title.addnext(etree.fromstring(etree.tostring(title)))


_FAULTS: dict[str, Change] = {
    "an element nobody knows": lambda root: etree.SubElement(at(root, "Head"), f"{{{DSIG}}}Colour"),
    "one of another namespace": lambda root: etree.SubElement(at(root, "Head"), "{urn:x}Rmk"),
    "an element within a value": lambda root: etree.SubElement(at(root, "Head/ExhibitionNm"), f"{{{DSIG}}}b"),
    "an attribute": lambda root: at(root, "Head/ExhibitionNm").set("lang", "zh"),
    "text between elements": lambda root: setattr(at(root, "Head"), "text", "x"),
    "another order": swapped,
    "a value that stands there twice": twice,
    "no flag": lambda root: at(root, "BussinessData").remove(at(root, "DelcareFlag")),
    "a fault in the envelope": lambda root: setattr(at(root, "EnvelopInfo/send_time"), "text", "noon"),
    "no envelope": lambda root: at(root, "Package").remove(at(root, "EnvelopInfo")),
    "no parcel": lambda root: at(root, "DataInfo").remove(at(root, "PocketInfo")),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_whatever_the_schema_refuses_the_rules_speak_of_the_rest(fault: str) -> None:
    """Both dates are right by themselves, and their order is wrong."""
    case = whole(_TOO_EARLY)
    found = told(judged(case, _FAULTS[fault]))
    assert any(rule.startswith("TG-XSD-") for rule, _ in found)
    assert ("TG-EXH-001", "Head/EndDate") in found


def test_two_documents_or_none_are_no_accident() -> None:
    """The schema tells it, and what cannot be told apart is not judged."""
    case = whole(_TOO_EARLY)
    tag = case.spec.root.tag

    def doubled(root: etree._Element) -> None:
        document = at(root, tag)
        document.addnext(etree.fromstring(etree.tostring(document)))

    found = judged(case, doubled)
    assert found.verdict is Verdict.INVALID
    assert {rule for rule, _ in told(found)} == {"TG-XSD-003"}
    assert judged(case, lambda root: at(root, "BussinessData").remove(at(root, tag))).verdict is Verdict.INVALID


def test_the_envelope_is_judged_beside_a_broken_document() -> None:
    """And the part of it that is refused itself is not."""

    def other(root: etree._Element) -> None:
        at(root, "EnvelopInfo/message_type").text = "TMP111"
        at(root, "PocketInfo/total_pocket_qty").text = "2"
        long_remark(root)

    case = whole(_TOO_EARLY)
    rules = {rule for rule, _ in told(judged(case, other), "TG-XSD-", "TG-EXH-")}
    assert rules == {"TG-ENV-002", "TG-ENV-003"}

    def worse(root: etree._Element) -> None:
        other(root)
        at(root, "EnvelopInfo/send_time").text = "noon"

    assert {rule for rule, _ in told(judged(case, worse), "TG-XSD-", "TG-EXH-")} == rules - {"TG-ENV-002"}


def test_of_too_many_faults_no_more_are_looked_for() -> None:
    """What is told is bounded, and so is the work."""
    case = sample("TMP101", Shape(lines=MOST_FINDINGS + 2, fill=1))

    def all_lines(root: etree._Element) -> None:
        for quantity in root.iter(f"{{{DSIG}}}DclQty"):
            quantity.text = "x"
        at(root, "Head/EndDate").text = "20200101"

    found = told(judged(case, all_lines))
    assert (MORE.id, "") in found
    assert "TG-EXH-001" not in {rule for rule, _ in found}


@pytest.mark.parametrize("code", _CODES)
def test_a_valid_package_is_read_as_ever(code: str) -> None:
    """The tolerant reading gives of what is right the same as the strict one."""
    case = sample(code, Shape(lines=2, documents=1, fill=8))
    package, group = at(etree.fromstring(case.data), "Package"), package_group(case.spec)
    assert tree_of(group, package, DSIG) == codec.tree_of(group, package)


def test_rules_that_lack_a_value_are_not_judged() -> None:
    """They are named as those are that lack facts."""
    case = whole(_TOO_EARLY)
    facts_only = set(judged(case).not_judged)
    found = judged(case, lambda root: setattr(at(root, "Head/StartDate"), "text", "soon"))
    assert facts_only <= set(found.not_judged)
    assert "TG-EXH-001" not in {each.rule for each in found.findings}


def knowing(case: Case, **facts: object) -> Case:
    """*case* where other facts are known."""
    return structs.replace(case, facts=structs.replace(case.facts, **facts))


def test_the_card_is_known_beside_a_fault() -> None:
    """Whoever signed is compared with what the message says."""
    other = Card(enterprise_no="310196K27B", uscc=None, operator=None, ic_card_no=None)
    found = told(judged(knowing(sample("TMP101"), card=other), long_remark))
    assert ("TG-HEAD-015", "OperCusRegCode") in found


def test_a_line_that_cannot_be_read_hides_nothing_of_the_others() -> None:
    """Entries are looked up line by line: of the line whose number is refused nothing is said, of the next all."""
    case = knowing(sample("TMP111", Shape(lines=2, documents=1, fill=8, declared=True)), entries={})

    def two_entries(root: etree._Element) -> None:
        first = at(root, "LoanGoods")
        second = etree.fromstring(etree.tostring(first))
        first.addnext(second)
        at(second, "EntryNo").text = (at(first, "EntryNo").text or "").translate(_OTHER_DIGITS)

    def unreadable_first(root: etree._Element) -> None:
        two_entries(root)
        at(root, "LoanGoods/EntryNo").text = _GARBAGE

    def unknown(change: Change) -> set[str]:
        return {path for rule, path in told(judged(case, change)) if rule == "TG-LOAN-010"}

    assert unknown(two_entries) == {"LoanGoods[1]/EntryNo", "LoanGoods[2]/EntryNo"}
    assert unknown(unreadable_first) == {"LoanGoods[2]/EntryNo"}
