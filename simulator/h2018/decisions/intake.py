"""Decides, without side effects, what customs do with an incoming message; `review` decides what they do afterwards.

Nothing here reads a clock, a store or the network; nothing is changed.  Each function gets what there is to know
and returns effects for the service to carry out, and why.  What the platform judges before it hands a message on
(bytes, signature, envelope, schema, numbers, states) makes the technical answer; what customs judges (the
business rules) makes the receipt.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from h2018 import problems
from h2018.cases import Answer, Case, Decision, Due, Keep, Later, Outcome, Resend, Send, Why
from h2018.decisions import receipt_texts
from h2018.decisions.queries import ANSWERS, Files
from h2018.decisions.review import Delays, asks_registry, reasons_of
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.desk import Checked
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.envelope.problems import REPLAYED
from tempgoods_edi.lifecycle.states import Event, State
from tempgoods_edi.lifecycle.table import IllegalTransition, step
from tempgoods_edi.lifecycle.versions import VersionKind
from tempgoods_edi.rules import Card
from tempgoods_edi.values import Bilingual, Finding, Severity, Verdict

#: Areas of findings that leave open what a message says, or who says it.
_READING = ("TG-XML-", "TG-ENV-", "TG-SIG-", "TG-XSD-")
#: What the platform judges: those areas, and the rules on numbers and cards that it judges with them
#: (published: the import client refuses both in its own answer).
_PLATFORM = (*_READING, "TG-HEAD-014", "TG-HEAD-015", "TG-HEAD-019")
RECEIPT_REQUEST = "TMP141"


class Situation(Struct, frozen=True, kw_only=True):
    """The facts needed to decide on an incoming message: time, way in, the cases it touches, what was taken before.

    :ivar source: the way it came in.
    :ivar taken: a message of this sender and message_id was taken before, with other content.
    :ivar case: the case of the pre-entry number in the message.
    :ivar of_number: the case of the customs number in the message.
    :ivar next_seq_no: the pre-entry number a new case would get.
    :ivar line: the journal line that the message stands in.
    :ivar files: what queries are answered from.
    :ivar kinds: DclTypeCd of the receipts made about the case that a request for receipts names.
    """

    now: datetime
    source: str
    trace_id: str
    taken: bool
    case: Case | None
    of_number: Case | None
    next_seq_no: str
    line: int
    delays: Delays
    files: Files
    kinds: frozenset[str | None] = frozenset()


def intake(checked: Checked, at: Situation) -> Decision:
    """Decide what to do with an incoming message."""
    errors = tuple(finding for finding in checked.findings if finding.is_error)
    unsure = tuple(finding for finding in checked.findings if finding.severity is Severity.UNDECIDED)
    message = checked.message
    if checked.verdict is Verdict.UNDECIDED:
        return _refused("undecided", (*unsure, *errors), message, stage="desk")
    if at.taken and message is not None:
        replayed = REPLAYED.at("EnvelopInfo/message_id", value=message.info.message_id)
        return _refused("conflict", (replayed,), message, stage="idempotency")
    platform = tuple(finding for finding in errors if finding.rule.startswith(_PLATFORM))
    # A fault of the declaration does not settle who signed it.
    if unsure and not platform:
        return _refused("undecided", (*unsure, *errors), message, stage="desk")
    if message is None:  # what the rules say beside what could not be read is told at once
        return _refused("refused", tuple(dict.fromkeys((*platform, *errors))), message, stage="desk")
    if platform:
        return _refused("refused", platform, message, stage="desk")
    if message.flag is None:
        return _refused("refused", (problems.NOT_HANDLED.at(value=message.spec.code),), message, stage="identify")
    if message.spec.declaration is not None:
        return _declaration(checked, message, at, errors)
    if message.spec.code == RECEIPT_REQUEST:
        return _receipt_request(checked, message, at, errors)
    if message.spec.code in ANSWERS:
        return _query(checked, message, at, errors)
    return _refused("refused", (problems.NOT_HANDLED.at(value=message.spec.code),), message, stage="identify")


def named_case(message: Message, case: Case | None, of_number: Case | None) -> Case | None:
    """The case that a request for receipts names."""
    return case if getattr(message.document, "seq_no", None) is not None else of_number


def number_changed(message: Message) -> str | None:
    """The customs number that a change to a declaration names as its own; None when it names none."""
    declared = message.spec.declaration
    if declared is None or not declared.changeable:
        return None
    number: str | None = getattr(message.document.head, declared.number.name)
    return number


def _is_changeable(message: Message) -> bool:
    return message.spec.declaration is not None and message.spec.declaration.changeable


def is_read(checked: Checked) -> bool:
    """True when the content and the sender of a message are known for certain, whether right or wrong."""
    errors = any(finding.is_error and finding.rule.startswith(_READING) for finding in checked.findings)
    return checked.message is not None and checked.verdict is not Verdict.UNDECIDED and not errors


def _declaration(checked: Checked, message: Message, at: Situation, errors: tuple[Finding, ...]) -> Decision:
    head = message.document.head
    owner, draft = enterprise(checked, message), message.flag == "0"
    case, objection = _case_meant(message, at, owner)
    if objection is None and draft and errors:
        return _refused("refused", errors, message, stage="rules", opening="暂存失败：")
    if objection is None and case is not None and not draft and _is_the_same(case, message):
        return _declared_again(case, message)
    if objection is None:
        try:
            state = _next_state(case, message, draft=draft)
        except IllegalTransition as illegal:
            objection = problems.NOT_NOW.at("Head/SeqNo", value=head.seq_no or "", reason=illegal.text)
    if objection is not None:
        return _refused("refused", (objection,), message, stage="lifecycle")
    kept = Case(
        seq_no=at.next_seq_no if case is None else case.seq_no,
        code=message.spec.code,
        enterprise_no=owner if case is None else case.enterprise_no,
        state=state,
        version=head.chg_tms_cnt,
        kind=head.dcl_type_cd,
        document=message.document,
        recipient=message.info.sender_id,
        source=at.source,
        message_id=message.info.message_id,
        trace_id=at.trace_id,
        received=at.now,
        attempt=(0 if case is None else case.attempt) + (0 if draft else 1),
        card=_card(checked),
        findings=checked.findings,
        etps_preent_no=head.etps_preent_no or (case.etps_preent_no if case is not None else None),
        customs_no=None if case is None else case.customs_no,
        document_at=at.line,
    )
    if case is None and head.seq_no is not None:
        kept = replace(kept, seq_no=head.seq_no)  # a platform that numbers by itself
    answer = _answer("accepted", message, receipt_texts.DRAFT_KEPT if draft else receipt_texts.TAKEN, kept.seq_no)
    if draft:
        return Decision((Keep(kept), answer), (_taken("已暂存", "kept as a draft"),))
    return Decision(
        (Keep(kept), answer, Later(at.delays.store, Due(kept.seq_no, kept.attempt, "store"), kept.recipient)),
        (_taken("已接收，发往海关", "taken, handed on to customs"),),
    )


def _case_meant(message: Message, at: Situation, owner: str) -> tuple[Case | None, Finding | None]:
    """The case a declaration goes on with, None for a new one; or what is wrong with the numbers it gives.

    A change of what is not on file, or not the sender's, makes a case of its own, which the review rejects.
    """
    head, case = message.document.head, at.case
    if case is not None and (case.code != message.spec.code or not _may_act(case, owner, at.files)):
        return None, problems.NOT_ONES_OWN.at("Head/SeqNo", value=head.seq_no)
    number = number_changed(message)
    if number is None or head.dcl_type_cd == VersionKind.FILING.value:
        return case, None
    by_number = at.of_number
    if by_number is not None and not _may_act(by_number, owner, at.files):
        by_number = None
    if head.seq_no is None:
        return by_number, None
    known = None if case is None else case.customs_no
    if known != number and (known, by_number) != (None, None):
        return None, problems.OTHER_FILING.at("Head/SeqNo", value=number, seq_no=head.seq_no)
    return case, None


def _may_act(case: Case, owner: str, files: Files) -> bool:
    """The unit that declared first may go on with a case, and whoever is on file for the exhibition."""
    known = files.registry.exhibitions.get(case.customs_no or "")
    return owner == case.enterprise_no or (known is not None and owner in known.enterprise_nos)


def _next_state(case: Case | None, message: Message, *, draft: bool) -> State:
    """The state after saving or declaring; raises `IllegalTransition`."""
    state, kind = State.NEW if case is None else case.state, message.document.head.dcl_type_cd
    if state is State.APPROVED and kind != VersionKind.FILING.value and _is_changeable(message):
        state = step(state, Event.CHANGE if kind == VersionKind.CHANGE.value else Event.APPLY_DELETION)
    if draft:
        return step(state, Event.SAVE)
    return step(step(state, Event.DECLARE), Event.HAND_OVER)


def _is_the_same(case: Case, message: Message) -> bool:
    """A declaration that came once more under another message_id, while or after it was dealt with."""
    editable = case.state in (State.DRAFT, State.REJECTED, State.STORE_FAILED, State.SEND_FAILED)
    return not editable and _with_number(message, case.seq_no) == _numbered(case)


def _with_number(message: Message, seq_no: str) -> Any:
    return replace(message.document, head=replace(message.document.head, seq_no=seq_no))


def _numbered(case: Case) -> Any:
    return replace(case.document, head=replace(case.document.head, seq_no=case.seq_no))


def _declared_again(case: Case, message: Message) -> Decision:
    text = Bilingual("与已申报的内容相同，不再登记", "the same as was declared; not registered again")
    answer = replace(_answer("accepted", message, receipt_texts.AGAIN, case.seq_no), trace_id=case.trace_id)
    return Decision((answer,), (Why(stage="idempotency", text=text),))


def _receipt_request(checked: Checked, message: Message, at: Situation, errors: tuple[Finding, ...]) -> Decision:
    document = message.document
    case, owner = named_case(message, at.case, at.of_number), enterprise(checked, message)
    named = case is not None and document.business_id in (None, case.customs_no)
    if errors:
        return _refused("refused", errors, message, stage="rules")
    if case is None or not named or case.enterprise_no != owner:
        path = "SeqNo" if document.seq_no is not None else "BusinessId"
        return _refused("refused", (problems.NO_RECEIPTS.at(path),), message, stage="registry")
    if document.dcl_type_cd not in (None, case.kind, *at.kinds):
        none = problems.NO_RECEIPTS.at("DclTypeCd", value=document.dcl_type_cd)
        return _refused("refused", (none,), message, stage="registry")
    return Decision(
        (
            _answer("accepted", message, receipt_texts.TAKEN, case.seq_no),
            Resend(seq_no=case.seq_no, kind=document.dcl_type_cd, recipient=message.info.sender_id, source=at.source),
        ),
        (_taken("补发回执", "receipts are sent again"),),
    )


def _query(checked: Checked, message: Message, at: Situation, errors: tuple[Finding, ...]) -> Decision:
    by_right = {rule.id for rule in BY_CODE[message.spec.code].rules if asks_registry(rule)}
    if any(finding.rule not in by_right for finding in errors):
        return _refused("refused", errors, message, stage="rules")
    code = message.spec.answers
    if code is None:
        return _refused("refused", (problems.NOT_HANDLED.at(value=message.spec.code),), message, stage="identify")
    document, why = ANSWERS[message.spec.code](message, enterprise(checked, message), errors, at.now, at.files)
    sent = Send(
        code=code,
        document=document,
        recipient=message.info.sender_id,
        source=at.source,
        about=message.info.message_id[:64],
        reply_to=message.info.message_id,
        trace_id=at.trace_id,
        seconds=at.delays.answer,
    )
    return Decision((_answer("accepted", message, receipt_texts.TAKEN), sent), (*reasons_of("rules", errors), why))


def _refused(
    outcome: Outcome, findings: tuple[Finding, ...], message: Message | None, *, stage: str, opening: str = ""
) -> Decision:
    answer = _answer(outcome, message, receipt_texts.check_info(findings, opening))
    return Decision((answer,), reasons_of(stage, findings))


def _answer(outcome: Outcome, message: Message | None, text: str, seq_no: str | None = None) -> Answer:
    head = None if message is None else getattr(message.document, "head", None)
    in_house = None if head is None else head.etps_preent_no
    return Answer(outcome=outcome, check_info=text, seq_no=seq_no, etps_preent_no=in_house)


def _taken(zh: str, en: str) -> Why:
    return Why(stage="intake", text=Bilingual(zh, en))


def enterprise(checked: Checked, message: Message) -> str:
    """The enterprise that sent a message: from the card's certificate, else as the message itself says."""
    certificate = checked.certificate
    code = None if certificate is None else certificate.enterprise_code
    return code or str(message.document.oper_cus_reg_code)


def _card(checked: Checked) -> Card | None:
    certificate = checked.certificate
    if certificate is None or certificate.enterprise_code is None:
        return None
    return Card(
        enterprise_no=certificate.enterprise_code,
        uscc=certificate.uscc,
        operator=certificate.operator_name,
        ic_card_no=certificate.ic_card_no,
    )
