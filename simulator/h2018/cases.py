"""The values that travel inside the simulator: a case, why something was decided, and what is to be done.

`decisions` makes effects out of these; `tenant` carries them out; `store` keeps them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.rules import Card
from tempgoods_edi.values import Bilingual, Finding

#: Who decided: an officer, the control interface, a scenario, a reserved test value, or the real rules; the first that
#: speaks wins.
Plane = Literal["officer", "control", "scenario", "reserved", "rules"]

#: ``accepted`` DealFlag 0 · the others DealFlag -1; ``undecided`` is a fault of ours or of how we are set up, not of the message.
Outcome = Literal["accepted", "refused", "conflict", "undecided"]


class Why(Struct, frozen=True, kw_only=True):
    """One reason for a decision.

    :ivar stage: where it was decided: ``signature``, ``schema``, ``lifecycle``, ``rules``, ``idempotency`` …
    :ivar rule: id of the rule or problem; None when none speaks against the message.
    """

    stage: str
    text: Bilingual
    plane: Plane = "rules"
    rule: str | None = None
    path: str = ""


class Course(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The outcome that a plane above the rules (control, scenario, reserved value) asked for a declaration.

    :ivar text: what was asked for.
    :ivar receipts: manageResult of each receipt, in order; None leaves them to the rules.
    :ivar officer: after these receipts it waits for an officer.
    :ivar ground: why it is refused.
    :ivar note: text of an approval, or of a manual review.
    :ivar store_seconds: until the first receipt, in business time; None for the usual.
    :ivar review_seconds: likewise from one receipt to the next.
    """

    plane: Plane
    text: Bilingual
    receipts: tuple[str, ...] | None = None
    officer: bool = False
    ground: Finding | None = None
    note: str | None = None
    store_seconds: float | None = None
    review_seconds: float | None = None


class Case(Struct, frozen=True, kw_only=True):
    """One declaration at customs: its present version and its state.

    :ivar code: message type.
    :ivar enterprise_no: customs code of the unit that declared first; nobody else may go on with it.
    :ivar version: ChgTmsCnt of the present version.
    :ivar kind: DclTypeCd of the present version.
    :ivar attempt: how often it was declared; a timer of an earlier attempt does nothing.
    :ivar recipient: sender id that the receipts go to.
    :ivar source: the way the last message came in, and so the way out of its receipts.
    :ivar received: aware business time of the last message; rules on days go by it.
    :ivar findings: what the rules had against it at intake, warnings included.
    :ivar customs_no: the number issued with the first approval.
    :ivar document_at: the journal line that its document came in with.
    :ivar changed: the journal line that its last change was written before.
    :ivar course: how it is to go, when somebody above the rules asked for it.
    """

    seq_no: str
    code: str
    enterprise_no: str
    state: State
    version: int
    kind: str
    document: Any
    recipient: str
    source: str
    message_id: str
    trace_id: str
    received: datetime
    attempt: int = 0
    card: Card | None = None
    findings: tuple[Finding, ...] = ()
    etps_preent_no: str | None = None
    customs_no: str | None = None
    document_at: int = 0
    changed: int = 0
    course: Course | None = None


class Due(Struct, frozen=True):
    """A step of a case that is scheduled for a business time."""

    seq_no: str
    attempt: int
    step: Literal["store", "review"]


class Approve(Struct, frozen=True, kw_only=True, tag_field="decision", tag="approve"):
    """Decision of an officer: approve the declaration, whatever the rules have against it."""

    note: str = ""


class Reason(Struct, frozen=True, kw_only=True):
    """The objection of an officer to one field.

    :ivar path: address of the value, such as ``Head/EndDate``; empty for the declaration as a whole.
    """

    path: str
    text: str


class Return(Struct, frozen=True, kw_only=True, tag_field="decision", tag="return"):
    """Decision of an officer: return the declaration for correction."""

    reasons: tuple[Reason, ...] = ()
    note: str = ""


class AskAgain(Struct, frozen=True, kw_only=True, tag_field="decision", tag="ask_again"):
    """Decision of an officer: ask the declarant for more information; the declaration stays where it is."""

    text: str


#: What an officer can decide.
OfficerDecision: TypeAlias = Approve | Return | AskAgain


class Answer(Struct, frozen=True, kw_only=True):
    """Effect: give the technical answer to the message.

    :ivar trace_id: that of the case, where the message adds nothing to it; None for the message's own.
    """

    outcome: Outcome
    check_info: str
    seq_no: str | None = None
    etps_preent_no: str | None = None
    trace_id: str | None = None


class Keep(Struct, frozen=True):
    """Effect: store the case in its new state."""

    case: Case


class Later(Struct, frozen=True):
    """Effect: schedule a step of the case, after some seconds of business time or when *recipient* has pulled often enough.

    :ivar at_its_time: it waits for its time even where others wait for pulls.
    """

    seconds: float
    due: Due
    recipient: str
    at_its_time: bool = False


class Send(Struct, frozen=True, kw_only=True):
    """Effect: send a receipt or an answer to a query.

    :ivar code: message type of what is sent.
    :ivar about: number its packet is named for: the customs number, else the pre-entry number.
    :ivar reply_to: message_id of what it answers; empty for a notice that answers nothing.
    :ivar result: manageResult of a receipt; None for an answer to a query, or a notice.
    """

    code: str
    document: Any
    recipient: str
    source: str
    about: str
    reply_to: str
    trace_id: str
    seq_no: str | None = None
    kind: str | None = None
    seconds: float = 0.0
    result: str | None = None


class Register(Struct, frozen=True):
    """Effect: put the approved version of the case into the registry under its customs number."""

    case: Case


class Resend(Struct, frozen=True, kw_only=True):
    """Effect: send the receipts of a case again, byte for byte.

    :ivar kind: only those about this DclTypeCd; None for all.
    """

    seq_no: str
    kind: str | None
    recipient: str
    source: str


Effect: TypeAlias = Answer | Keep | Later | Send | Register | Resend


class Decision(Struct, frozen=True):
    """The decision on a message or case: the effects to carry out, in order, and the reasons."""

    effects: tuple[Effect, ...]
    why: tuple[Why, ...]
