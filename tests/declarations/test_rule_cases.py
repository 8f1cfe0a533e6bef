"""Every rule against its data file, and the valid messages against every rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tempgoods_edi import codec
from tempgoods_edi.declarations import BY_CODE, all_rules
from tempgoods_edi.rules import Judged, judge
from tempgoods_edi.testing.rule_cases import RuleCase, changed, load_rule_cases, load_valid

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CASES = load_rule_cases(FIXTURES / "rules")
VALID = sorted(path.stem for path in (FIXTURES / "valid").glob("*.json") if path.stem[:6].upper() in BY_CODE)


def judged(case: RuleCase) -> Judged:
    """What all rules of the case's message say of it."""
    return judge(BY_CODE[case.spec.code].rules, case.record, case.facts, declared=case.declared)


def title(case: RuleCase) -> str:
    """Name of a case as a test shows it."""
    return f"{case.rule}-{'pass' if case.passes else 'fail'}-{case.name}"


@pytest.mark.parametrize("case", CASES, ids=title)
def test_exactly_what_is_expected_is_found(case: RuleCase) -> None:
    """All rules of the message together find what the file says, at those paths, and nothing else."""
    assert tuple(sorted((found.rule, found.path) for found in judged(case).findings)) == case.expected


@pytest.mark.parametrize("case", CASES, ids=title)
def test_a_case_is_about_its_rule(case: RuleCase) -> None:
    """A failing case expects its own rule, a passing one does not, and the rule is one of the message's."""
    assert (case.rule in {rule for rule, _ in case.expected}) is not case.passes
    assert case.rule in {rule.id for rule in BY_CODE[case.spec.code].rules}


@pytest.mark.parametrize("case", CASES, ids=title)
def test_findings_can_be_read_and_found(case: RuleCase) -> None:
    """Every text is filled in both languages, and every path leads to a node of the message."""
    for found in judged(case).findings:
        for text in (found.text, found.fix):
            assert text.zh.strip()
            assert text.en.strip()
            assert not set("{}") & set(text.zh + text.en), text
        assert case.spec.root.at(found.path) is not None


def test_every_rule_has_its_file_and_every_file_its_rule() -> None:
    """The catalogue and the files name the same rules."""
    assert {path.stem for path in (FIXTURES / "rules").iterdir()} == {f"{rule.id}" for rule in all_rules()}


@pytest.mark.parametrize("rule", [rule.id for rule in all_rules()])
def test_every_rule_passes_somewhere_and_fails_somewhere(rule: str) -> None:
    """Each rule has at least one case of each kind."""
    assert {case.passes for case in CASES if case.rule == rule} == {True, False}


@pytest.mark.parametrize("name", VALID)
def test_nothing_is_wrong_with_a_valid_message(name: str) -> None:
    """With everything known every rule is judged, and none finds anything, not even a warning."""
    case = load_valid(FIXTURES, name)
    assert judged(case) == Judged((), ())


def test_every_outward_message_has_a_minimal_and_a_full_form() -> None:
    """The folder of valid messages is complete."""
    assert {f"{code.lower()}-{form}" for code in BY_CODE for form in ("minimal", "full")} <= set(VALID)


@pytest.mark.parametrize("name", [name for name in VALID if name.endswith("-full")])
def test_no_rule_minds_what_is_left_out(name: str) -> None:
    """Whatever optional value is missing, no rule raises and every finding has a place in the message."""
    case = load_valid(FIXTURES, name)
    for path, node in case.spec.root.walk():
        if node.required or path.endswith("[]"):
            continue
        tree = codec.to_tree(case.spec.root, case.record)
        try:
            lesser = changed(tree, {}, [path.replace("[]", "[1]")])
        except (KeyError, IndexError):
            continue
        record = codec.from_tree(case.spec.root, lesser)
        for found in judged(replace(case, record=record)).findings:
            assert case.spec.root.at(found.path) is not None


def test_five_thousand_lines_are_judged_like_five() -> None:
    """A long list has no other findings than a short one, and a fault in its last line is found there."""
    case = load_valid(FIXTURES, "tmp101-full")
    five = case.record.exhibit_list
    lines = [replace(five[number % 5], gds_seq_no=number + 1) for number in range(5000)]
    assert judged(replace(case, record=replace(case.record, exhibit_list=tuple(lines)))).findings == ()
    lines[-1] = replace(lines[-1], net_wt=lines[-1].gross_wt * 2)
    found = judged(replace(case, record=replace(case.record, exhibit_list=tuple(lines)))).findings
    assert [(each.rule, each.path) for each in found] == [("TG-EXH-124", "ExhibitList[5000]/NetWt")]
