"""The errors of the portal's services; each carries its text in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.values import Bilingual, Finding

_NOT_FOUND = Bilingual("没有预录入编号为“{number}”的单证", "there is no declaration {number}")
_NO_FILE = Bilingual("没有第 {number} 份随附单证", "there is no document number {number}")
_REFUSED = Bilingual("有 {count} 处错误，未能{action}", "{count} errors: could not {action}")
_STALE = Bilingual(
    "此单证刚被他人修改过，请重新打开后再改（您输入的内容仍在页面上）",
    "somebody else has just changed this declaration: open it again (what you typed is still on the page)",
)
_NOT_ALLOWED = Bilingual("状态“{state}”下不能“{action}”", "“{action}” is not possible in the state “{state}”")


class NotACard(TempgoodsError):
    """The certificate names no enterprise or operator."""


class NotFound(TempgoodsError):
    """There is no such declaration, or it belongs to another enterprise: the two look the same."""


class Stale(TempgoodsError):
    """The draft was changed by somebody else in the meantime."""

    def __init__(self) -> None:
        super().__init__(_STALE)


class NotAllowed(TempgoodsError):
    """The action is not allowed by the declaration's state, or by what refers to the declaration."""

    def __init__(self, action: Action, state: State, why: Bilingual | None = None) -> None:
        super().__init__(why or _NOT_ALLOWED.format(action=action.label, state=state.label))
        self.action, self.state = action, state


class RefusedContents(TempgoodsError):
    """The action is refused because of the contents.

    :ivar findings: why, each at its field.
    """

    def __init__(self, findings: Sequence[Finding], doing: Bilingual, text: Bilingual | None = None) -> None:
        errors = sum(1 for finding in findings if finding.is_error)
        super().__init__(text or _REFUSED.format(count=errors, action=doing))
        self.findings = tuple(findings)


class Conflict(RefusedContents):
    """The number in the declaration belongs to another declaration, which goes on undisturbed."""


class NotYourCard(TempgoodsError):
    """The message was signed with the card of another enterprise than the one that is logged in."""


class Unreachable(TempgoodsError):
    """Customs did not answer within the time that a user is made to wait."""


def no_declaration(seq_no: str) -> NotFound:
    """The error that there is no declaration *seq_no*."""
    return NotFound(_NOT_FOUND.format(number=seq_no))


def no_document(number: int) -> NotFound:
    """The error that there is no document *number* in the declaration."""
    return NotFound(_NO_FILE.format(number=number))
