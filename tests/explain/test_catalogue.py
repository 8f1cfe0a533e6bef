"""The catalogue: every id once, documented, and none in the code that is not in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tempgoods_edi.cli.explain import simulators_problems
from tempgoods_edi.declarations import all_rules
from tempgoods_edi.explain.catalogue import Entry, areas, catalogue, entry
from tempgoods_edi.explain.rule_pages import FACTS, rule_page
from tempgoods_edi.rules import Facts

TOP = Path(__file__).parents[2]
_ID = re.compile(r"\bTG-[A-Z]+-[0-9]{3}\b")
SOURCES = sorted(
    path
    for folder in ("tempgoods_edi", "simulator", "tools", "docs")
    for path in (TOP / folder).rglob("*")
    if path.suffix in (".py", ".md") and "__pycache__" not in path.parts
)


def test_ids_are_unique_and_well_formed() -> None:
    """No id stands for two problems."""
    ids = [each.id for each in catalogue()]
    assert len(set(ids)) == len(ids)
    assert all(map(_ID.fullmatch, ids))
    assert set(ids).isdisjoint(each.id for each in simulators_problems())
    assert {each.split("-")[1] for each in (*ids, *(problem.id for problem in simulators_problems()))} <= set(areas())


def test_every_id_in_the_code_and_the_docs_is_in_the_catalogue() -> None:
    """Nobody meets an id that cannot be explained."""
    known = {each.id for each in catalogue()} | {each.id for each in simulators_problems()}
    used = {(found, str(path.relative_to(TOP))) for path in SOURCES for found in _ID.findall(path.read_text("utf-8"))}
    assert sorted((found, path) for found, path in used if found not in known) == []


def test_every_rule_is_in_the_catalogue_with_its_messages() -> None:
    """The catalogue is the rules and the problems, nothing left out."""
    assert {each.id for each in catalogue() if each.rule is not None} == {rule.id for rule in all_rules()}
    assert all(each.messages for each in catalogue() if each.rule is not None)


@pytest.mark.parametrize("found", catalogue(), ids=lambda found: found.id)
def test_every_id_has_a_page_in_both_languages(found: Entry) -> None:
    """Text and fix differ by language, the page names area and source."""
    zh, en = rule_page(found.id, ("zh",)), rule_page(found.id, ("en",))
    assert zh is not None
    assert en is not None
    assert found.problem.text.zh in zh
    assert found.problem.fix.en in en
    assert areas()[found.area].en in en
    assert found.problem.source.clause in zh


def test_an_id_is_found_however_it_is_written() -> None:
    """Capitals do not matter; what is none is None."""
    assert entry("tg-xml-001") is entry("TG-XML-001") is not None
    assert entry("TG-XML-999") is None
    assert rule_page("TG-XML-999") is None


def test_every_fact_that_rules_need_has_a_name() -> None:
    """People are told in words what a rule would have to know."""
    needed = {need for rule in all_rules() for need in rule.needs}
    assert needed <= set(FACTS) <= set(Facts.__struct_fields__)
