"""Operations of an officer: decide on a declaration that waits."""

from __future__ import annotations

from msgspec.structs import replace

from h2018.cases import Approve, AskAgain, Case, OfficerDecision, Return
from h2018.decisions.review import NotDecidable
from h2018.operations.operation import Conflict, InvalidParameter, NotThere, no_longer
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

#: Characters of a text, as a receipt's note has them, and of a field's path; reasons of one return.
LONGEST_TEXT, LONGEST_PATH, MOST_REASONS = 255, 200, 100

_NO_CASE = Bilingual("没有预录入编号 {seq_no}", "there is no pre-entry number {seq_no}")
_NO_REASON = Bilingual("退单须至少写一条理由", "a return needs at least one reason")
_NO_QUESTION = Bilingual("请写明要求补充什么", "say what is asked for")
_TOO_MANY = Bilingual("理由最多 {most} 条", "at most {most} reasons")


def case_of(tenant: Tenant, seq_no: str) -> Case:
    """The case with that pre-entry number; raises `NotThere`."""
    case = tenant.store.case(seq_no)
    if case is None:
        raise NotThere(_NO_CASE.format(seq_no=seq_no[:40]))
    return case


def decide(tenant: Tenant, seq_no: str, decision: OfficerDecision, officer: str) -> Case:
    """Decide on a declaration and return the changed case.  Texts lose blanks that a receipt would not show."""
    case = case_of(tenant, seq_no)
    try:
        return tenant.decide(case.seq_no, _fitting(decision), officer)
    except NotDecidable as error:
        raise Conflict(error.text) from error


def _fitting(decision: OfficerDecision) -> OfficerDecision:
    match decision:
        case Approve(note=note):
            return Approve(note=_text("note", note))
        case AskAgain(text=text):
            if not text.strip():
                raise InvalidParameter(_NO_QUESTION)
            return AskAgain(text=_text("text", text))
        case Return(reasons=reasons, note=note):
            if len(reasons) > MOST_REASONS:
                raise InvalidParameter(_TOO_MANY.format(most=MOST_REASONS))
            for each in reasons:
                no_longer("path", each.path, LONGEST_PATH)
            given = tuple(replace(each, text=_text("text", each.text)) for each in reasons)
            if not note.strip() and not any(each.text for each in given):
                raise InvalidParameter(_NO_REASON)
            return Return(reasons=given, note=_text("note", note))


def _text(name: str, text: str) -> str:
    text = " ".join(text.split())
    no_longer(name, text, LONGEST_TEXT)
    return text
