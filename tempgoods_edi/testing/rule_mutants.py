"""Mutants that violate one business rule: the failing cases of ``fixtures/rules``, in their envelopes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tempgoods_edi._resources import rule_cases_dir
from tempgoods_edi.testing.cases import Case, enveloped
from tempgoods_edi.testing.mutants import Mutant
from tempgoods_edi.testing.rule_cases import RuleCase, load_rule_cases


def rule_mutants(folder: Path | None = None) -> Iterator[Mutant]:
    """Every failing case in *folder* as a whole message; its own rule's finding comes first.

    :param folder: of cases; None takes those that come with the package.
    :raises FileNotFoundError: there is no such folder, or no case in it.
    :raises ValueError: a failing case expects nothing of its own rule.
    """
    for each in load_rule_cases(rule_cases_dir() if folder is None else folder):
        if not each.passes:
            yield _mutant(each)


def _mutant(rule_case: RuleCase) -> Mutant:
    own = next((path for rule, path in rule_case.expected if rule == rule_case.rule), None)
    if own is None:
        raise ValueError(f"{rule_case.rule}, {rule_case.name}: a failing case without a finding of its rule")
    others = list(rule_case.expected)
    others.remove((rule_case.rule, own))
    return Mutant(
        name=f"{rule_case.rule}: {rule_case.name}",
        rule=rule_case.rule,
        path=own,
        data=whole(rule_case).data,
        facts=rule_case.facts,
        others=tuple(others),
    )


def whole(rule_case: RuleCase) -> Case:
    """The document of *rule_case* in an envelope."""
    spec, document, facts = rule_case.spec, rule_case.record, rule_case.facts
    message = None
    if spec.direction != "answer":
        message = enveloped(spec, document, facts.today, declared=rule_case.declared)
    return Case(spec=spec, document=document, message=message, facts=facts)
