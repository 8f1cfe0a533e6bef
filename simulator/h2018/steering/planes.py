"""Decides which plane rules on a message, with which outcome and why: control, scenario, reserved value, rules.

Called once for each message that is taken for the first time (never for a repetition, which gets its first answer);
`afterwards` serves what is asked for while a declaration waits.
"""

from __future__ import annotations

from msgspec import Struct

from h2018.cases import Plane, Why
from h2018.steering import reserved
from h2018.steering.control import OverrideSet, override_of
from h2018.steering.outcomes import Outcome, fits
from h2018.steering.scenario import Counts, Scenario, match
from h2018.steering.view import View
from tempgoods_edi.values import Bilingual

_STAGE = "steering"


class Steering(Struct, frozen=True, kw_only=True):
    """The outcome that the planes give a message, and which plane decided.

    :ivar outcome: None leaves it to the rules.
    :ivar plane: who decided.
    :ivar why: the deciding reason first, then why the planes above did not.
    :ivar counts: to be handed in with the next message.
    :ivar control: likewise, without what was used up.
    """

    outcome: Outcome | None
    plane: Plane
    why: tuple[Why, ...]
    counts: Counts
    control: OverrideSet


def steer(control: OverrideSet, scenarios: tuple[Scenario, ...], seen: View, counts: Counts) -> Steering:
    """Decide which outcome the message *seen* is to have.

    Scenarios count the message whoever decides, so what control does for a moment shifts nobody's n-th time.
    """
    notes: list[Why] = []
    order, matched, wish = override_of(control, seen), match(scenarios, seen, counts), reserved.parse(seen.in_house)
    counts = matched.counts
    if order.outcome is not None:
        return _decided(order.outcome, "control", order.text, notes, counts, order.control)
    if order.text is not None:
        notes.append(_why("control", order.text))
    if matched.scenario is not None:
        text = Bilingual("场景“{name}”：{outcome}", "scenario “{name}”: {outcome}")
        found = matched.scenario
        return _decided(
            found.outcome, "scenario", text.format(name=found.name, outcome=found.outcome.text), notes, counts, control
        )
    if matched.nearest is not None:
        notes.append(_why("scenario", matched.nearest.text))
    if isinstance(wish, Outcome):
        params = {"number": seen.in_house, "outcome": wish.text}
        if fits(wish, seen.subject):
            text = Bilingual(
                "企业内部编号 {number} 为保留测试值：{outcome}", "reserved in-house number {number}: {outcome}"
            )
            return _decided(wish, "reserved", text.format(**params), notes, counts, control)
        text = Bilingual(
            "保留测试值 {number} 不适用于此报文", "reserved value {number} cannot be given to this message"
        )
        notes.append(_why("reserved", text.format(**params)))
    elif wish.meant:
        notes.append(_why("reserved", wish.text))
    text = Bilingual("无测试指令，由规则决定", "nothing was asked for: the rules decide")
    why = (_why("rules", text), *notes)
    return Steering(outcome=None, plane="rules", why=why, counts=counts, control=control)


def afterwards(control: OverrideSet, seen: View, counts: Counts) -> Steering | None:
    """The override that control sets on a waiting declaration; None when there is none.  Counts do not change."""
    alone = OverrideSet(these=control.these)
    order = override_of(alone, seen)
    if order.outcome is None:
        return None
    rest = OverrideSet(
        these=order.control.these, next=control.next, outages=control.outages, rate_limit=control.rate_limit
    )
    return _decided(order.outcome, "control", order.text, [], counts, rest)


def _decided(
    outcome: Outcome, plane: Plane, text: Bilingual | None, notes: list[Why], counts: Counts, control: OverrideSet
) -> Steering:
    # ``rules`` asked for by a plane is the rules' own decision, with the plane that shielded it from the others.
    chosen = None if outcome.name == "rules" else outcome
    why = (_why(plane, text or outcome.text, outcome), *notes)
    return Steering(outcome=chosen, plane=plane, why=why, counts=counts, control=control)


def _why(plane: Plane, text: Bilingual, outcome: Outcome | None = None) -> Why:
    rule, path = (None, "") if outcome is None else (outcome.rule, outcome.path or "")
    return Why(stage=_STAGE, text=text, plane=plane, rule=rule, path=path)
