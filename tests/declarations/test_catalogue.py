"""The catalogue of rules as a whole."""

from __future__ import annotations

import re

import pytest

from tempgoods_edi.declarations import BY_CODE, all_declarations, all_rules
from tempgoods_edi.rules import Rule
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Basis

RULES = all_rules()


def test_ids_have_one_form_and_one_owner() -> None:
    """``TG-AREA-NNN``, each once, sorted."""
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert [each for each in ids if not re.fullmatch(r"TG-[A-Z]{3,4}-\d{3}", each)] == []


def test_every_outward_message_is_declared_once() -> None:
    """The tuple has exactly the messages that the schemas send outward."""
    assert [each.code for each in all_declarations()] == sorted(BY_CODE)
    assert set(BY_CODE) == {spec.code for spec in reader.messages() if spec.direction == "out"}
    assert all(each.spec.code == each.code for each in all_declarations())


def test_no_message_judges_a_rule_twice() -> None:
    """In each message every rule stands once."""
    for each in all_declarations():
        assert len({rule.id for rule in each.rules}) == len(each.rules)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_speaks_of_a_place_in_its_messages(rule: Rule[object]) -> None:
    """The path template exists in the spec tree of every message that has the rule."""
    owners = [each for each in all_declarations() if rule in each.rules]
    assert owners
    for each in owners:
        assert each.spec.root.at(rule.at) is not None, each.code


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_in_two_languages_what_is_wrong_and_what_to_do(rule: Rule[object]) -> None:
    """Text and fix in zh and en, the same parameters in both, and a source with its clause."""
    problem = rule.problem
    for text in (problem.text, problem.fix):
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert re.search(r"[A-Za-z]", text.en)
        assert not re.search(r"[\u4e00-\u9fff]", text.en)
    assert set(re.findall(r"{\w+}", problem.text.zh)) >= set(re.findall(r"{\w+}", problem.text.en)) - {"{value}"}
    assert problem.source.clause.strip()
    assert isinstance(problem.source.basis, Basis)


def test_areas_are_of_their_messages() -> None:
    """An area of rules is one message's own; heads and documents are of all, QRY of what is asked and not declared."""
    homes: dict[str, set[str]] = {}
    for each in all_declarations():
        for rule in each.rules:
            homes.setdefault(rule.id.split("-")[1], set()).add(each.code)
    asked = {each.code for each in all_declarations() if each.spec.declaration is None}
    assert homes.pop("QRY") <= asked
    assert {area for area, codes in homes.items() if len(codes) > 1} == {"HEAD", "DOC"}


def test_one_condition_on_lines_has_one_number_everywhere() -> None:
    """Rules made from the same line condition differ in area and list only."""
    by_number: dict[str, set[str]] = {}
    for rule in RULES:
        area, number = rule.id.split("-")[1:]
        if int(number) > 100 and area != "QRY" and number != "144":
            by_number.setdefault(number, set()).add(rule.problem.text.zh)
    assert {number: texts for number, texts in by_number.items() if len(texts) != 1} == {}
