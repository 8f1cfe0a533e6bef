"""Tests of the schema mutants: each is refused by everybody, and by the desk with exactly its finding."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from tempgoods_edi import recogniser
from tempgoods_edi.desk import check
from tempgoods_edi.envelope.message import info_group, pocket_group
from tempgoods_edi.schema import problems, reader, validator
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.testing.envelope_mutants import envelope_mutants
from tempgoods_edi.testing.facet_faults import facet_faults
from tempgoods_edi.testing.mutants import Mutant
from tempgoods_edi.testing.schema_mutants import full_tree, schema_mutants
from tests.testing.conftest import Count, Judge

SPECS = {spec.code: spec for spec in reader.messages()}
#: xmlschema 4.3 reads a whole number by `int`, which takes the digits of any script; XML Schema 1.0 has 0 to 9 alone.
NOT_SEEN_BY_XMLSCHEMA = "integer '１'"

every_message = pytest.mark.parametrize("code", SPECS)


def findings(mutant: Mutant) -> list[tuple[str, str]]:
    """(rule, path) of everything the desk says: apart from the rules, for the values are made up, and of an unsigned draft."""
    found = check(mutant.data, mutant.facts, mutant.policy).findings
    told = [f for f in found if f.rule == mutant.rule or f.rule.startswith(("TG-XSD-", "TG-ENV-", "TG-XML-", "TG-SIG-"))]
    return sorted((f.rule, f.path) for f in told if f.rule != "TG-SIG-001" or mutant.rule == f.rule)


@every_message
def test_each_is_refused_with_exactly_its_finding(code: str, count: Count) -> None:
    """The desk finds the one fault, at its path, and nothing else; the recogniser never takes it."""
    spec = SPECS[code]
    recognised = recogniser.matcher(spec.root)
    mutants = [*schema_mutants(spec)]
    wrong = [
        (mutant.name, found)
        for mutant in mutants
        if (found := findings(mutant)) != mutant.expected or recognised(mutant.part or "")
    ]
    assert wrong == []
    facets = sum(": " in mutant.name and mutant.rule in _FACET_IDS for mutant in mutants)
    count(spec.code, "fields", sum(1 for _ in spec.root.fields()))
    count(spec.code, "facet", facets)
    count(spec.code, "structure", len(mutants) - facets)


_FACET_IDS = {
    problem.id
    for problem in (
        problems.NOT_A_DECIMAL, problems.NOT_AN_INTEGER, problems.TOO_SHORT, problems.TOO_LONG, problems.WRONG_FORM,
        problems.NOT_IN_LIST, problems.TOO_MANY_DIGITS, problems.TOO_MANY_DECIMALS, problems.TOO_LOW, problems.TOO_HIGH,
        problems.NOT_ABOVE,
    )
}  # fmt: skip


@every_message
def test_both_judges_refuse_each(code: str, second_judge: Callable[[str], Judge]) -> None:
    """libxml2 and xmlschema refuse every mutant of the document, judging by the document's own schema."""
    spec = SPECS[code]
    judge = second_judge(spec.schema)
    taken = []
    for mutant in schema_mutants(spec):
        part = etree.fromstring(mutant.part or "")
        if validator.refusal(spec.schema, part) is None:
            taken.append(f"libxml2: {mutant.name}")
        if NOT_SEEN_BY_XMLSCHEMA not in mutant.name and judge(part) is None:
            taken.append(f"xmlschema: {mutant.name}")
    assert taken == []


@every_message
def test_what_is_broken_was_right(code: str, second_judge: Callable[[str], Judge]) -> None:
    """The tree that the mutants break is itself taken by both judges, so the one fault is the only one."""
    spec = SPECS[code]
    from tempgoods_edi import codec

    whole = etree.fromstring(codec.tree_markup(spec.root, full_tree(spec.root)))
    assert validator.refusal(spec.schema, whole) is None
    assert second_judge(spec.schema)(whole) is None


@pytest.mark.parametrize("code", ["TMP101", "TMP201"])
def test_both_judges_refuse_each_fault_of_the_envelope(code: str, second_judge: Callable[[str], Judge]) -> None:
    """libxml2 and xmlschema refuse each broken EnvelopInfo and PocketInfo within its message."""
    spec = SPECS[code]
    schema = "signed.xsd" if spec.direction == "out" else "plain.xsd"
    judge = second_judge(schema)
    taken, judged = [], 0
    for mutant in envelope_mutants(spec):
        if mutant.part is None:
            continue
        judged += 1
        root = etree.fromstring(mutant.data)
        if validator.refusal(schema, root) is None:
            taken.append(f"libxml2: {mutant.name}")
        if NOT_SEEN_BY_XMLSCHEMA not in mutant.name and judge(root) is None:
            taken.append(f"xmlschema: {mutant.name}")
    assert judged > 100
    assert taken == []


@every_message
def test_every_facet_of_every_field_is_broken(code: str) -> None:
    """Whatever facet a field has, some mutant breaks it: none is forgotten."""
    spec = SPECS[code]
    broken = {(m.path.replace("[2]", "[]"), m.name.partition(": ")[2].partition(" ")[0]) for m in schema_mutants(spec)}
    wanted = {(path, facet) for path, field in spec.root.fields() for facet in _facets(field)}
    assert wanted - broken == set()


def _facets(field: FieldSpec) -> set[str]:
    facets = field.facets
    if facets.options:
        return {"enumeration"}
    if facets.pattern is not None:
        return {"pattern"}
    names = {
        "minLength": facets.min_length,
        "maxLength": facets.max_length,
        "totalDigits": facets.total_digits,
        "fractionDigits": facets.fraction_digits,
        "minInclusive": facets.min_inclusive,
        "maxInclusive": facets.max_inclusive,
        "minExclusive": facets.min_exclusive,
    }
    kind = {field.atom} & {"decimal", "integer"}
    return {name for name, value in names.items() if value is not None} | kind


def test_each_text_breaks_one_facet_alone() -> None:
    """A text made to break a facet is found wrong once, with that facet's problem."""
    from tempgoods_edi.schema.faults import value_faults

    groups = [*(spec.root for spec in SPECS.values()), info_group(), pocket_group()]
    for path, field in {item for group in groups for item in group.fields()}:
        for fault in facet_faults(field):
            found = [f.rule for f in value_faults(field, fault.text, path)]
            assert found == [fault.problem.id], (path, fault)


@every_message
def test_names_tell_them_apart(code: str) -> None:
    """No two mutants of a message have the same name."""
    spec = SPECS[code]
    names = [mutant.name for mutant in (*schema_mutants(spec), *envelope_mutants(spec))]
    assert len(set(names)) == len(names)
