"""Decide, without side effects, what customs does with a case after intake: store it, then approve or reject it.

By the rules, unless somebody above them asked for a course of its own, or an officer decides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from h2018 import problems
from h2018.cases import (
    Approve,
    AskAgain,
    Case,
    Course,
    Decision,
    Due,
    Effect,
    Keep,
    Later,
    OfficerDecision,
    Register,
    Return,
    Send,
    Why,
)
from h2018.decisions import messages, receipt_texts
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import step
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.rules import Facts, Rule, judge
from tempgoods_edi.values import Bilingual, Finding

#: Facts that customs' registry knows; a rule that needs one is judged anew at review.
_REGISTRY = frozenset({"exhibitions", "entries", "extensions", "in_force"})
#: Where an officer can decide.
DECIDABLE = frozenset({State.STORED, State.MANUAL_REVIEW})

_NOT_DECIDABLE = Bilingual(
    "预录入编号 {seq_no}：{state}，不能人工审核", "pre-entry number {seq_no}: {state}, an officer cannot decide on it"
)
_NOTHING_ON_FILE = Bilingual(
    "预录入编号 {seq_no}：没有可变更或删除的备案，只能退单",
    "pre-entry number {seq_no}: nothing on file to change, return it",
)


class NotDecidable(TempgoodsError):
    """An officer decided on a declaration that does not wait, or no longer waits, for a decision."""


class Delays(Struct, frozen=True, kw_only=True):
    """Delays in seconds of business time: until receipt Y, from Y to the decision, until the answer to a query."""

    store: float
    review: float
    answer: float


def stored(case: Case, now: datetime, delays: Delays) -> Decision:
    """Decide the storing of a case: receipt Y and a review that is scheduled, or receipt Z when a failure was asked for."""
    results = _asked(case)
    if case.course is not None and results is not None and results[0] == "Z":
        kept = replace(case, state=step(case.state, Event.RECEIPT_NOT_STORED))
        return Decision((Keep(kept), _receipt(kept, "Z", now, *_ground(case.course))), (_by(case.course, "store"),))
    kept = replace(case, state=step(case.state, Event.RECEIPT_STORED))
    effects = (Keep(kept), _receipt(kept, "Y", now, receipt_texts.STORED))
    text = Bilingual("入库成功，等待审核", "stored, awaiting review")
    return Decision(_with_next(effects, kept, 1, delays), (Why(stage="store", text=text),))


def reviewed(case: Case, now: datetime, facts: Facts, next_number: str, delays: Delays) -> Decision:
    """Decide the review: receipt 1 with the customs number, or 3 with the reasons, or 2 when an officer is to decide.

    :param facts: the registry as it is now, with the day the message came in as today.
    """
    results = _asked(case)
    if case.course is not None and results is not None:
        turn = 1 if case.state is State.STORED else 2
        return _as_asked(case, case.course, results[turn], turn, now, next_number, delays)
    reasons = tuple(finding for finding in review_findings(case, facts) if finding.is_error) or _unfounded(case)
    if reasons:
        kept = replace(case, state=step(case.state, Event.RECEIPT_REJECTED))
        return Decision((Keep(kept), _receipt(kept, "3", now, *reasons)), reasons_of("rules", reasons))
    text = Bilingual("各项规则均通过，海关编号 {number}", "every rule passed, customs number {number}")
    number = case.customs_no or next_number
    return Decision(
        _approved(case, number, now, receipt_texts.APPROVED), (Why(stage="rules", text=text.format(number=number)),)
    )


def _as_asked(
    case: Case, course: Course, result: str, turn: int, now: datetime, next_number: str, delays: Delays
) -> Decision:
    """The next of the receipts that were asked for."""
    why = _by(course, "review")
    if result == "2":
        kept = replace(case, state=step(case.state, Event.RECEIPT_MANUAL))
        effects = (Keep(kept), _receipt(kept, "2", now, course.note or receipt_texts.TO_OFFICER))
        return Decision(_with_next(effects, kept, turn + 1, delays), (why,))
    unfounded = _unfounded(case)
    if result == "1" and not unfounded:
        return Decision(
            _approved(case, case.customs_no or next_number, now, course.note or receipt_texts.APPROVED), (why,)
        )
    reasons: tuple[str | Finding, ...] = unfounded if result == "1" else _ground(course)
    kept = replace(case, state=step(case.state, Event.RECEIPT_REJECTED))
    return Decision((Keep(kept), _receipt(kept, "3", now, *reasons)), (why, *reasons_of("rules", unfounded)))


def by_officer(case: Case, decision: OfficerDecision, officer: str, now: datetime, next_number: str) -> Decision:
    """Turn what an officer decided into a decision; raises `NotDecidable`."""
    if case.state not in DECIDABLE:
        raise NotDecidable(_NOT_DECIDABLE.format(seq_no=case.seq_no, state=case.state.label))
    match decision:
        case Approve(note=note):
            if _unfounded(case):
                raise NotDecidable(_NOTHING_ON_FILE.format(seq_no=case.seq_no))
            number = case.customs_no or next_number
            effects = _approved(case, number, now, note or receipt_texts.APPROVED)
            text = Bilingual(
                "关员{who}审核通过，海关编号 {number}", "officer{who} approved it, customs number {number}"
            )
            return Decision(effects, (_officers(text, officer, number=number),))
        case Return(reasons=reasons, note=note):
            kept = replace(case, state=step(case.state, Event.RECEIPT_REJECTED))
            findings = tuple(problems.OFFICER.at(each.path, value=each.text) for each in reasons)
            texts = (note,) if note or not findings else ()
            text = Bilingual("关员{who}退单", "officer{who} returned it")
            whys = tuple(replace(why, plane="officer") for why in reasons_of("officer", findings))
            return Decision(
                (Keep(kept), _receipt(kept, "3", now, *(each or receipt_texts.RETURNED for each in texts), *findings)),
                (_officers(text, officer), *whys),
            )
        case AskAgain(text=asked):
            kept = case
            if case.state is State.STORED:
                kept = replace(case, state=step(case.state, Event.RECEIPT_MANUAL))
            text = Bilingual("关员{who}要求补充：{asked}", "officer{who} asks: {asked}")
            return Decision((Keep(kept), _receipt(kept, "2", now, asked)), (_officers(text, officer, asked=asked),))


def review_findings(case: Case, facts: Facts) -> tuple[Finding, ...]:
    """The findings of the rules at review: on the message itself as at intake, on the registry as it is now."""
    rules = tuple(rule for rule in BY_CODE[case.code].rules if asks_registry(rule))
    anew = judge(rules, case.document, replace(facts, card=case.card), declared=True)
    ids = {rule.id for rule in rules}
    return (*(finding for finding in case.findings if finding.rule not in ids), *anew.findings)


def asks_registry(rule: Rule[Any]) -> bool:
    """True for a rule that cannot be judged without customs' registry."""
    return not _REGISTRY.isdisjoint(rule.needs)


def reasons_of(stage: str, findings: tuple[Finding, ...]) -> tuple[Why, ...]:
    """Turn the errors and undecided rules among *findings* into reasons of a decision at *stage*."""
    return tuple(
        Why(stage=stage, rule=finding.rule, path=finding.path, text=finding.text)
        for finding in findings
        if finding.is_in_the_way
    )


def _asked(case: Case) -> tuple[str, ...] | None:
    return None if case.course is None else case.course.receipts


def _with_next(effects: tuple[Effect, ...], case: Case, turn: int, delays: Delays) -> tuple[Effect, ...]:
    """*effects*, and the next step unless the receipts that were asked for end before it."""
    course, results = case.course, _asked(case)
    if results is not None and len(results) <= turn:
        return effects
    asked = None if course is None else course.review_seconds
    seconds = delays.review if asked is None else asked
    due = Due(case.seq_no, case.attempt, "review")
    return (*effects, Later(seconds, due, case.recipient, at_its_time=asked is not None))


def _unfounded(case: Case) -> tuple[Finding, ...]:
    """What stands against changing or deleting something that never got a number."""
    if case.customs_no is not None or case.kind == VersionKind.FILING.value:
        return ()
    return (problems.NOT_ONES_OWN.at("Head/DclTypeCd", value=case.seq_no),)


def _approved(case: Case, number: str, now: datetime, note: str) -> tuple[Effect, ...]:
    event = Event.RECEIPT_DELETION_APPROVED if case.kind == VersionKind.DELETION.value else Event.RECEIPT_APPROVED
    kept = replace(case, state=step(case.state, event), customs_no=number)
    return Register(kept), Keep(kept), _receipt(kept, "1", now, note)


def _ground(course: Course) -> tuple[str | Finding, ...]:
    return (course.ground,) if course.ground is not None else (course.note or receipt_texts.RETURNED,)


def _by(course: Course, stage: str) -> Why:
    ground = course.ground
    rule, path = (None, "") if ground is None else (ground.rule, ground.path)
    return Why(stage=stage, text=course.text, plane=course.plane, rule=rule, path=path)


def _officers(text: Bilingual, officer: str, **params: object) -> Why:
    who = Bilingual(officer, f" {officer}" if officer else "")
    return Why(stage="officer", plane="officer", text=text.format(who=who, **params))


def _receipt(case: Case, result: str, now: datetime, *infos: str | Finding) -> Send:
    code = BY_CODE[case.code].spec.answers
    if code is None:
        raise ValueError(f"{case.code} has no receipt")
    findings = [info for info in infos if isinstance(info, Finding)]
    texts = [receipt_texts.plain_note(info) for info in infos if isinstance(info, str)]
    return Send(
        code=code,
        document=messages.receipt(code, case, result, now, (*texts, *receipt_texts.notes(findings))),
        recipient=case.recipient,
        source=case.source,
        about=case.customs_no or case.seq_no,
        reply_to=case.message_id,
        trace_id=case.trace_id,
        seq_no=case.seq_no,
        kind=case.kind,
        result=result,
    )
