"""The values that travel inside the simulator: a case, why something was decided, and what is to be done.

`decide` makes effects out of these; `service` carries them out; `store` keeps them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.rules import Card
from tempgoods_edi.values import Bilingual, Finding

#: Who decided: the control interface, a scenario, a reserved test value, or the real rules; the first that speaks wins.
Plane = Literal["control", "scenario", "reserved", "rules"]

#: ``accepted`` DealFlag 0 · the others DealFlag -1; ``undecided`` is a fault of ours, not of the message.
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


class Case(Struct, frozen=True, kw_only=True):
    """One declaration at customs: its present version and what became of it.

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


class Due(Struct, frozen=True):
    """A step of a case that is to be taken at its time."""

    seq_no: str
    attempt: int
    step: Literal["store", "review"]


class Answer(Struct, frozen=True, kw_only=True):
    """Effect: the technical answer to the message.

    :ivar trace_id: that of the case, where the message adds nothing to it; None for the message's own.
    """

    outcome: Outcome
    check_info: str
    seq_no: str | None = None
    etps_preent_no: str | None = None
    trace_id: str | None = None


class Keep(Struct, frozen=True):
    """Effect: the case is now this."""

    case: Case


class Later(Struct, frozen=True):
    """Effect: take this step in so many seconds of business time."""

    seconds: float
    due: Due


class Send(Struct, frozen=True, kw_only=True):
    """Effect: send a receipt or an answer to a query.

    :ivar code: message type of what is sent.
    :ivar about: number its packet is named for: the customs number, else the pre-entry number.
    :ivar reply_to: message_id of what it answers.
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


class Register(Struct, frozen=True):
    """Effect: the approved version of the case goes into the registry under its customs number."""

    case: Case


class Resend(Struct, frozen=True, kw_only=True):
    """Effect: send the receipts of a case again, the same bytes.

    :ivar kind: only those about this DclTypeCd; None for all.
    """

    seq_no: str
    kind: str | None
    recipient: str
    source: str


Effect: TypeAlias = Answer | Keep | Later | Send | Register | Resend


class Decision(Struct, frozen=True):
    """What is to be done, in order, and why."""

    effects: tuple[Effect, ...]
    why: tuple[Why, ...]
