"""Review, purely: what customs does with a case once it has it: store it, then approve or reject it by the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from h2018 import outgoing, problems, wording
from h2018.cases import Case, Decision, Due, Keep, Later, Register, Send, Why
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.lifecycle.states import Event
from tempgoods_edi.lifecycle.table import step
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.rules import Facts, Rule, judge
from tempgoods_edi.values import Bilingual, Finding

#: Facts that customs' registry knows; a rule that needs one is judged anew at review.
_REGISTRY = frozenset({"exhibitions", "entries", "extensions", "in_force"})


class Delays(Struct, frozen=True, kw_only=True):
    """Seconds of business time: until Y, from Y to the decision, until the answer to a query."""

    store: float
    review: float
    answer: float


def stored(case: Case, now: datetime, delays: Delays) -> Decision:
    """The case is stored at customs: receipt Y, and the review is due."""
    kept = replace(case, state=step(case.state, Event.RECEIPT_STORED))
    text = Bilingual("入库成功，等待审核", "stored, awaiting review")
    return Decision(
        (
            Keep(kept),
            _receipt(kept, "Y", now, wording.STORED),
            Later(delays.review, Due(case.seq_no, case.attempt, "review")),
        ),
        (Why(stage="store", text=text),),
    )


def reviewed(case: Case, now: datetime, facts: Facts, next_number: str) -> Decision:
    """The automatic review: receipt 1 with the customs number, or 3 with the reasons.

    :param facts: the registry as it is now, with the day the message came in as today.
    """
    reasons = tuple(finding for finding in review_findings(case, facts) if finding.is_error)
    if not reasons and case.customs_no is None and case.kind != VersionKind.FILING.value:
        reasons = (problems.NOT_ONES_OWN.at("Head/DclTypeCd", value=case.seq_no),)
    if reasons:
        kept = replace(case, state=step(case.state, Event.RECEIPT_REJECTED))
        return Decision((Keep(kept), _receipt(kept, "3", now, *reasons)), reasons_of("rules", reasons))
    event = Event.RECEIPT_DELETION_APPROVED if case.kind == VersionKind.DELETION.value else Event.RECEIPT_APPROVED
    kept = replace(case, state=step(case.state, event), customs_no=case.customs_no or next_number)
    text = Bilingual("各项规则均通过，海关编号 {number}", "every rule passed, customs number {number}")
    return Decision(
        (Register(kept), Keep(kept), _receipt(kept, "1", now, wording.APPROVED)),
        (Why(stage="rules", text=text.format(number=kept.customs_no)),),
    )


def review_findings(case: Case, facts: Facts) -> tuple[Finding, ...]:
    """What the rules say at review: those on the message itself as at intake, those on the registry as it is now."""
    rules = tuple(rule for rule in BY_CODE[case.code].rules if asks_registry(rule))
    anew = judge(rules, case.document, replace(facts, card=case.card), declared=True)
    ids = {rule.id for rule in rules}
    return (*(finding for finding in case.findings if finding.rule not in ids), *anew.findings)


def asks_registry(rule: Rule[Any]) -> bool:
    """True for a rule that cannot be judged without customs' registry."""
    return not _REGISTRY.isdisjoint(rule.needs)


def reasons_of(stage: str, findings: tuple[Finding, ...]) -> tuple[Why, ...]:
    """The errors among *findings*, as reasons of a decision at *stage*."""
    return tuple(
        Why(stage=stage, rule=finding.rule, path=finding.path, text=finding.text)
        for finding in findings
        if finding.is_error
    )


def _receipt(case: Case, result: str, now: datetime, *infos: str | Finding) -> Send:
    code = BY_CODE[case.code].spec.answers
    if code is None:
        raise ValueError(f"{case.code} has no receipt")
    findings = [info for info in infos if isinstance(info, Finding)]
    texts = [wording.plain_note(info) for info in infos if isinstance(info, str)]
    return Send(
        code=code,
        document=outgoing.receipt(code, case, result, now, (*texts, *wording.notes(findings))),
        recipient=case.recipient,
        source=case.source,
        about=case.customs_no or case.seq_no,
        reply_to=case.message_id,
        trace_id=case.trace_id,
        seq_no=case.seq_no,
        kind=case.kind,
    )
