"""Tests of the envelope, signature and rule mutants: each leads to exactly its finding."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tempgoods_edi.declarations import all_rules
from tempgoods_edi.desk import check
from tempgoods_edi.envelope import problems as envelope_problems
from tempgoods_edi.schema import reader
from tempgoods_edi.signing import PROBLEMS as SIGNATURE_PROBLEMS
from tempgoods_edi.testing.envelope_mutants import envelope_mutants
from tempgoods_edi.testing.rule_mutants import rule_mutants
from tempgoods_edi.testing.signature_mutants import signature_mutants
from tempgoods_edi.values import Verdict
from tests.testing.conftest import Count
from tests.testing.test_schema_mutants import findings

RULES = Path(__file__).parents[2] / "fixtures" / "rules"
SPECS = {spec.code: spec for spec in reader.messages()}
OUTWARD = [spec.code for spec in reader.messages() if spec.direction == "out"]

#: Through the desk a fault of the XML is told as one (TG-XML-002, -004); and no library here signs by SHA-1 any more.
NOT_BY_THE_DESK = {"TG-SIG-004", "TG-SIG-005", "TG-SIG-021", "TG-SIG-039"}
#: Of policies, revocation lists and certificates that the sample's CA does not make: tests/signing/test_trust.py has them.
OF_TRUST = {"TG-SIG-046", "TG-SIG-047", "TG-SIG-048", "TG-SIG-049", "TG-SIG-050"}
#: A fault of ours, which no message may provoke.
NEVER = {"TG-XML-010"}
#: A message in XML 1.1, valid besides: tests/test_visible.py has it.
WARNED = {"TG-XML-043"}


@pytest.mark.parametrize("code", SPECS)
def test_each_envelope_mutant_leads_to_exactly_its_finding(code: str, count: Count) -> None:
    """One fault of file, archive or envelope, one finding, at its path."""
    spec = SPECS[code]
    mutants = [*envelope_mutants(spec)]
    assert [(m.name, found) for m in mutants if (found := findings(m)) != m.expected] == []
    count(spec.code, "envelope", len(mutants))


def test_every_problem_of_envelopes_has_its_mutant() -> None:
    """No id of the envelope's catalogue is without a message that provokes it, but the one for faults of our own."""
    provoked = {mutant.rule for spec in SPECS.values() for mutant in envelope_mutants(spec)}
    assert {problem.id for problem in envelope_problems.PROBLEMS} - provoked == NEVER | WARNED


@pytest.mark.parametrize("code", OUTWARD)
def test_each_signature_mutant_leads_to_exactly_its_finding(code: str, count: Count) -> None:
    """One fault of the signature, one finding, at its path; an error is never taken for a valid message."""
    mutants = [*signature_mutants(code)]
    assert [(m.name, found) for m in mutants if (found := findings(m)) != m.expected] == []
    count(code, "signature", len(mutants))


def test_every_problem_of_signatures_has_its_mutant() -> None:
    """No id of the signatures' catalogue is without a message that provokes it at the desk."""
    provoked = {mutant.rule for code in ("TMP101", "TMP151") for mutant in signature_mutants(code)}
    assert {problem.id for problem in SIGNATURE_PROBLEMS} - provoked == NOT_BY_THE_DESK | OF_TRUST


def test_each_rule_mutant_leads_to_exactly_its_findings(count: Count) -> None:
    """A failing case, sent as a whole message, is told by its own rule at its own path, and by no other but those named."""
    mutants = [*rule_mutants(RULES)]
    wrong = [(m.name, found) for m in mutants if (found := findings(m)) != m.expected]
    assert wrong == []
    by_message: Counter[str] = Counter()
    for mutant in mutants:
        spec = check(mutant.data, mutant.facts, mutant.policy).spec
        by_message[spec.code if spec else "?"] += 1
    for code, number in by_message.items():
        count(code, "rules", number)


def test_every_rule_has_a_mutant_that_breaks_it_alone() -> None:
    """For each rule of the catalogue some message breaks that rule and no other."""
    alone = {mutant.rule for mutant in rule_mutants(RULES) if all(rule == mutant.rule for rule, _ in mutant.others)}
    assert {rule.id for rule in all_rules()} - alone == set()


def test_rule_mutants_that_are_errors_are_invalid() -> None:
    """The verdict follows the severity: an error makes the message invalid, a warning does not."""
    severity = {rule.id: rule.problem.severity for rule in all_rules()}
    for mutant in rule_mutants(RULES):
        wanted = any(severity[rule].value == "error" for rule, _ in mutant.expected)
        verdict = check(mutant.data, mutant.facts, mutant.policy).verdict
        assert verdict is (Verdict.INVALID if wanted else Verdict.VALID), mutant.name
