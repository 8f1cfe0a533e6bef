"""Changes a decision, without side effects, when a plane above the rules asked for another outcome."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from h2018.cases import Answer, Course, Decision, Effect, Keep, Later, Plane, Resend, Send
from h2018.decisions import receipt_texts
from h2018.steering.outcomes import Outcome, ground
from h2018.steering.planes import Steering
from tempgoods_edi.values import Bilingual

#: Every review is an officer's, for the progression of that name.
BY_OFFICERS = Course(
    plane="control",
    text=Bilingual("推进方式为人工：由关员审核", "progression is manual: an officer reviews it"),
    receipts=("Y", "2"),
    officer=True,
)


class Overridden(Struct, frozen=True):
    """A decision after an override was applied.

    :ivar withheld: the technical answer is not to be sent.
    :ivar seconds: how long the technical answer is to wait.
    :ivar registered: the message counts as taken; False lets the same bytes come again.
    """

    decision: Decision
    withheld: bool = False
    seconds: float = 0.0
    registered: bool = True


def course_of(outcome: Outcome, plane: Plane, text: Bilingual) -> Course:
    """The course of a declaration that is to have *outcome*."""
    kind, delay = outcome.kind, outcome.delay
    refused = kind.receipts is not None and kind.receipts[-1:] in (("3",), ("Z",))
    return Course(
        plane=plane,
        text=text,
        receipts=kind.receipts,
        officer=kind.officer,
        ground=ground(outcome) if refused else None,
        note=outcome.note,
        store_seconds=delay if kind.delays == "store" else None,
        review_seconds=delay if kind.delays == "review" else None,
    )


def overridden(decision: Decision, steering: Steering) -> Overridden:
    """Apply *steering* to *decision*, which accepts the message."""
    noted = replace(decision, why=(*decision.why, *steering.why)) if _is_worth_noting(steering) else decision
    outcome = steering.outcome
    if outcome is None:
        return Overridden(noted)
    kind, delay = outcome.kind, outcome.delay or 0.0
    seconds = delay if kind.delays == "answer" else 0.0
    if kind.answer in ("refused", "busy"):
        return Overridden(_refusal(decision, outcome, steering), seconds=seconds, registered=False)
    course = course_of(outcome, steering.plane, steering.why[0].text)
    effects = tuple(_on_course(noted.effects, course, outcome))
    return Overridden(replace(noted, effects=effects), withheld=kind.answer == "none", seconds=seconds)


def on_course(decision: Decision, course: Course) -> Decision:
    """Put the declaration of *decision*, if there is one, on *course*."""
    return replace(decision, effects=tuple(_put(effect, course) for effect in decision.effects))


def _on_course(effects: Iterable[Effect], course: Course, outcome: Outcome) -> Iterable[Effect]:
    silent = course.receipts == ()
    for effect in effects:
        match effect:
            case Later() | Send() | Resend() if silent:
                pass
            case Send() if outcome.delay is not None and outcome.kind.delays != "answer":
                yield replace(effect, seconds=outcome.delay)
            case _:
                yield _put(effect, course)


def _put(effect: Effect, course: Course) -> Effect:
    match effect:
        case Keep(case):
            return Keep(replace(case, course=course))
        case Later() if course.store_seconds is not None:
            return replace(effect, seconds=course.store_seconds, at_its_time=True)
        case _:
            return effect


def _refusal(decision: Decision, outcome: Outcome, steering: Steering) -> Decision:
    answer = next(effect for effect in decision.effects if isinstance(effect, Answer))
    refused = Answer(
        outcome="refused", check_info=receipt_texts.check_info((ground(outcome),)), etps_preent_no=answer.etps_preent_no
    )
    return Decision((refused,), steering.why)


def _is_worth_noting(steering: Steering) -> bool:
    """A plane decided, or nearly did; that nothing was asked for is no news."""
    return steering.plane != "rules" or len(steering.why) > 1
