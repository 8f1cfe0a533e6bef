"""Run inside the copy that has the tenth message: everything a message of the product can do, done with it."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given, settings

from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.explain.topics import explained
from tempgoods_edi.interchange import json_form
from tempgoods_edi.outbound import build, seal
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import reader, validator
from tempgoods_edi.signing import SignaturePolicy
from tempgoods_edi.testing import sample, strategies
from tempgoods_edi.testing.cases import OBJECT_ID, Case
from tempgoods_edi.testing.envelope_mutants import envelope_mutants
from tempgoods_edi.testing.mutants import Mutant
from tempgoods_edi.testing.schema_mutants import schema_mutants
from tempgoods_edi.testing.signature_mutants import signature_mutants
from tempgoods_edi.values import Verdict

CODE = "TMP901"
SPEC = reader.message(CODE)
FACTS = Facts(today=date(2026, 11, 22))
DRAFTS = Policy(now=datetime(2026, 11, 22, 4, tzinfo=UTC), allow_unsigned=True)


def built(fixture: Path) -> Message:
    """The fixture's JSON becomes a message that its desk finds valid."""
    sheet = json_form.read(fixture.read_bytes(), {})
    assert (sheet.findings, sheet.spec) == ((), SPEC)
    assert sheet.package is not None
    data = seal(SPEC, sheet.package, OBJECT_ID, None, SignaturePolicy()).data
    assert data is not None
    checked = check(data, FACTS, DRAFTS)
    assert checked.verdict is Verdict.VALID, checked.findings
    assert checked.message is not None
    return checked.message


def written_as_json_again(message: Message) -> None:
    """JSON and back is the same message; its JSON Schema knows its own fields."""
    sheet = json_form.read(json_form.write(message), {})
    assert sheet.package is not None
    assert seal(SPEC, sheet.package, OBJECT_ID, None, SignaturePolicy()) == build(
        message, OBJECT_ID, None, SignaturePolicy()
    )
    assert "VenueNm" in json_form.json_schema(SPEC)["properties"]["Head"]["properties"]


def signed(message: Message) -> None:
    """It is signed and verified."""
    checked = check(sample.signed(message), FACTS, sample.policy())
    assert {finding.rule for finding in checked.findings} <= {
        "TG-HEAD-015",
        "TG-HEAD-016",
        "TG-HEAD-017",
        "TG-HEAD-018",
    }
    assert checked.message == message


@settings(max_examples=60, database=None, deadline=None)
@given(strategies.cases(SPEC))
def drawn(made: Case) -> None:
    """Strategies make valid ones."""
    checked = check(made.data, made.facts, DRAFTS)
    assert [finding.rule for finding in checked.findings] == ["TG-SIG-001"]
    assert checked.message == made.message


def broken() -> int:
    """Mutants of schema, envelope and signature lead to exactly their findings; how many."""
    mutants = [*schema_mutants(SPEC), *envelope_mutants(SPEC), *signature_mutants(CODE)]
    wrong = [mutant.name for mutant in mutants if found(mutant) != mutant.expected]
    assert wrong == []
    return len(mutants)


def found(mutant: Mutant) -> list[tuple[str, str]]:
    """(rule, path) of the desk's findings: apart from the rules, for the values are made up, and of an unsigned draft."""
    findings = check(mutant.data, mutant.facts, mutant.policy).findings
    told = [
        f for f in findings if f.rule == mutant.rule or f.rule.startswith(("TG-XSD-", "TG-ENV-", "TG-XML-", "TG-SIG-"))
    ]
    return sorted((f.rule, f.path) for f in told if f.rule != "TG-SIG-001" or mutant.rule == f.rule)


def told() -> None:
    """Its fields and its rule are explained in both languages."""
    page = explained([CODE], ("zh", "en")) or ""
    assert "场所名称" in page
    assert "Name of the venue" in page
    rule = explained(["TG-VEN-001"], ("zh", "en")) or ""
    assert "Give the square metres" in rule
    assert explained(["rules"], ("en",))


def main() -> None:
    """Everything, in turn."""
    assert CODE in BY_CODE
    validator.compiled("signed.xsd")
    message = built(Path("fixtures/valid/tmp901-minimal.json"))
    written_as_json_again(message)
    signed(message)
    drawn()
    number = broken()
    told()
    sys.stdout.write(f"{number} mutants\n")


if __name__ == "__main__":
    main()
