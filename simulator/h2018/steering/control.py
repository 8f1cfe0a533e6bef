"""The overrides set through the control interface, as one value: one message, the next n, outage, rate limit.

A tenant has one `OverrideSet`; each change gives a new one.  Requests are asked in the order they were made.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from h2018.steering.gate import Outage, RateLimit
from h2018.steering.outcomes import Outcome, fits
from h2018.steering.view import View
from tempgoods_edi.values import Bilingual


class ThisOne(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Override: one message, or the declaration of one pre-entry number, is to have this outcome, once.

    At least one of the two ids is given; when both are, both must fit.
    """

    outcome: Outcome
    message_id: str | None = None
    seq_no: str | None = None

    def means(self, seen: View) -> bool:
        """True when *seen* is the message or declaration that the override names."""
        if self.message_id is None and self.seq_no is None:
            return False
        return self.message_id in (None, seen.message_id) and self.seq_no in (None, seen.seq_no)


class Next(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Override: the next *left* messages that match are to have this outcome.

    :ivar enterprise: customs code of the unit that sent it; None for anybody.
    :ivar message: message type; None for any.
    """

    outcome: Outcome
    left: int
    enterprise: str | None = None
    message: str | None = None

    def means(self, seen: View) -> bool:
        """True when *seen* is one of the messages that match."""
        return self.left > 0 and self.enterprise in (None, seen.enterprise) and self.message in (None, seen.code)


class OverrideSet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All overrides that are set now.  `outages` and `rate_limit` are applied by the gate, before a message is read."""

    these: tuple[ThisOne, ...] = ()
    next: tuple[Next, ...] = ()
    outages: tuple[Outage, ...] = ()
    rate_limit: RateLimit | None = None


class Override(Struct, frozen=True, kw_only=True):
    """The outcome that the overrides set for one message.

    :ivar outcome: None when it says nothing.
    :ivar text: what was asked for; of what was passed over when *outcome* is None; None when nothing was about it.
    :ivar control: with what was used up taken out.
    """

    outcome: Outcome | None
    text: Bilingual | None
    control: OverrideSet


def override_of(control: OverrideSet, seen: View) -> Override:
    """The override that applies to *seen*; one that cannot apply (an approval for a draft) is skipped and stays."""
    passed_over: Bilingual | None = None
    for number, this in enumerate(control.these):
        if this.means(seen):
            if fits(this.outcome, seen.subject):
                left = control.these[:number] + control.these[number + 1 :]
                text = Bilingual("控制接口指定了此报文：{outcome}", "control asked for this one: {outcome}")
                return Override(
                    outcome=this.outcome,
                    text=text.format(outcome=this.outcome.text),
                    control=replace(control, these=left),
                )
            passed_over = passed_over or _passed_over(this.outcome)
    for number, each in enumerate(control.next):
        if each.means(seen):
            if fits(each.outcome, seen.subject):
                used = (replace(each, left=each.left - 1),) if each.left > 1 else ()
                text = Bilingual("控制接口指定了随后 {n} 份：{outcome}", "control asked for the next {n}: {outcome}")
                return Override(
                    outcome=each.outcome,
                    text=text.format(n=each.left, outcome=each.outcome.text),
                    control=replace(control, next=control.next[:number] + used + control.next[number + 1 :]),
                )
            passed_over = passed_over or _passed_over(each.outcome)
    return Override(outcome=None, text=passed_over, control=control)


def _passed_over(outcome: Outcome) -> Bilingual:
    text = Bilingual("控制接口的“{outcome}”不适用于此报文", "control's “{outcome}” cannot be given to this message")
    return text.format(outcome=outcome.text)
