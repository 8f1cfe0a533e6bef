"""What a button can come to besides its effect; each carries its words in both languages."""

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
    """A certificate does not say for which enterprise and operator it is."""


class NotFound(TempgoodsError):
    """There is no such thing, or it is another enterprise's: the two look the same."""


class Stale(TempgoodsError):
    """It was changed by somebody meanwhile."""

    def __init__(self) -> None:
        super().__init__(_STALE)


class NotAllowed(TempgoodsError):
    """The declaration's state, or what refers to it, does not allow the action."""

    def __init__(self, action: Action, state: State, why: Bilingual | None = None) -> None:
        super().__init__(why or _NOT_ALLOWED.format(action=action.label, state=state.label))
        self.action, self.state = action, state


class Refused(TempgoodsError):
    """It cannot be done as it stands.

    :ivar findings: why, each at its field.
    """

    def __init__(self, findings: Sequence[Finding], doing: Bilingual, text: Bilingual | None = None) -> None:
        errors = sum(1 for finding in findings if finding.is_error)
        super().__init__(text or _REFUSED.format(count=errors, action=doing))
        self.findings = tuple(findings)


class Conflict(Refused):
    """The number that it bears belongs to something else already; what that is goes on undisturbed."""


class NotYourCard(TempgoodsError):
    """Signed with the card of another enterprise than the one that is logged in."""


class Unreachable(TempgoodsError):
    """Customs did not answer in the time somebody is willing to wait."""


def no_declaration(seq_no: str) -> NotFound:
    """There is no declaration *seq_no* to be seen."""
    return NotFound(_NOT_FOUND.format(number=seq_no))


def no_document(number: int) -> NotFound:
    """There is no document *number* in the declaration."""
    return NotFound(_NO_FILE.format(number=number))
