"""Precedence: control, then scenario, then reserved value, then the rules; and every answer says why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from h2018.steering import reserved
from h2018.steering.control import Next, OverrideSet, ThisOne, override_of
from h2018.steering.outcomes import Outcome, fits
from h2018.steering.planes import Steering, afterwards, steer
from h2018.steering.scenario import Counts, Match, Scenario, match
from h2018.steering.view import View
from tests.h2018.samples import OWNER
from tests.h2018.steering.material import controls, outcomes, scenario_lists, seen, views, with_in_house

APPROVE, REJECT, MANUAL = Outcome(name="approve"), Outcome(name="reject"), Outcome(name="manual")
ALWAYS = (Scenario(name="always", match=Match(), outcome=REJECT),)


def texts(found: Steering) -> list[str]:
    """The reasons, in English."""
    return [each.text.en for each in found.why]


@given(controls, scenario_lists, views)
def test_the_highest_plane_that_speaks_decides(
    control: OverrideSet, scenarios: tuple[Scenario, ...], message: View
) -> None:
    """The outcome is the one of the first plane that has one that fits, whatever those below say."""
    found = steer(control, scenarios, message, Counts())
    by_control = override_of(control, message).outcome
    by_scenario = match(scenarios, message, Counts()).scenario
    wish = reserved.parse(message.in_house)
    if by_control is not None:
        plane, outcome = "control", by_control
    elif by_scenario is not None:
        plane, outcome = "scenario", by_scenario.outcome
    elif isinstance(wish, Outcome) and fits(wish, message.subject):
        plane, outcome = "reserved", wish
    else:
        plane, outcome = "rules", Outcome(name="rules")
    assert found.plane == plane
    assert found.outcome == (None if outcome.name == "rules" else outcome)


@given(controls, scenario_lists, views)
def test_every_answer_says_why(control: OverrideSet, scenarios: tuple[Scenario, ...], message: View) -> None:
    """The first reason is that of the plane that decided; each reason stands in both languages."""
    found = steer(control, scenarios, message, Counts())
    assert found.why[0].plane == found.plane
    assert all(each.stage == "steering" and each.text.zh and each.text.en for each in found.why)
    assert all(each.rule is None for each in found.why[1:])


@given(controls, scenario_lists, views)
def test_an_outcome_is_only_given_to_what_it_fits(
    control: OverrideSet, scenarios: tuple[Scenario, ...], message: View
) -> None:
    """No plane can approve a draft or reject a query."""
    found = steer(control, scenarios, message, Counts())
    assert found.outcome is None or fits(found.outcome, message.subject)


@given(controls, scenario_lists, st.lists(views, max_size=5))
def test_the_same_run_gives_the_same_again(
    control: OverrideSet, scenarios: tuple[Scenario, ...], messages: list[View]
) -> None:
    """With state handed on, a run depends on its messages alone; what was handed in is not changed."""

    def run() -> list[Steering]:
        now, counts, found = control, Counts(), []
        for each in messages:
            found.append(steer(now, scenarios, each, counts))
            now, counts = found[-1].control, found[-1].counts
        return found

    assert run() == run()


@given(controls, scenario_lists, st.lists(views, max_size=5))
def test_control_shifts_no_count(control: OverrideSet, scenarios: tuple[Scenario, ...], messages: list[View]) -> None:
    """The scenarios count alike with and without control."""
    now, with_control, without = control, Counts(), Counts()
    for each in messages:
        found = steer(now, scenarios, each, with_control)
        now, with_control = found.control, found.counts
        without = steer(OverrideSet(), scenarios, each, without).counts
    assert with_control == without


@given(outcomes, st.integers(1, 4), st.lists(views, max_size=8))
def test_the_next_n_are_n(outcome: Outcome, n: int, messages: list[View]) -> None:
    """Exactly the first n that it fits have the outcome; then nothing of it is left."""
    control = OverrideSet(next=(Next(outcome=outcome, left=n),))
    struck = 0
    for each in messages:
        found = steer(control, (), each, Counts())
        control = found.control
        struck += found.plane == "control"
    fitting = sum(fits(outcome, each.subject) for each in messages)
    assert struck == min(n, fitting)
    assert sum(each.left for each in control.next) == n - struck


def test_this_one_is_this_one_once() -> None:
    """A decision for one message is used up by it and touches no other; it goes before the next-n."""
    control = OverrideSet(these=(ThisOne(outcome=APPROVE, message_id="M2"),), next=(Next(outcome=MANUAL, left=1),))
    first = steer(control, ALWAYS, seen(message_id="M1"), Counts())
    assert first.outcome == MANUAL
    second = steer(first.control, ALWAYS, seen(message_id="M2"), Counts())
    assert second.outcome == APPROVE
    assert second.control == OverrideSet()
    assert steer(second.control, ALWAYS, seen(message_id="M2"), Counts()).outcome == REJECT


def test_the_next_n_can_be_of_one_enterprise_or_one_kind() -> None:
    """Others are not touched and use nothing up."""
    control = OverrideSet(next=(Next(outcome=APPROVE, left=1, enterprise=OWNER, message="TMP101"),))
    for other in (replace(seen(), enterprise="9999999999"), seen("tmp111-minimal")):
        found = steer(control, (), other, Counts())
        assert (found.plane, found.control) == ("rules", control)
    assert steer(control, (), seen(), Counts()).outcome == APPROVE


def test_the_rules_can_be_asked_for() -> None:
    """``rules`` shields a message from scenarios and reserved values, and control is named as the one who said so."""
    control = OverrideSet(next=(Next(outcome=Outcome(name="rules"), left=1),))
    found = steer(control, ALWAYS, with_in_house("T-REJECT-1"), Counts())
    assert (found.outcome, found.plane) == (None, "control")


def test_what_was_passed_over_is_said() -> None:
    """Why nothing happened: control's outcome does not fit, the scenario missed, the reserved value does not fit."""
    control = OverrideSet(next=(Next(outcome=APPROVE, left=1),))
    found = steer(control, ALWAYS, with_in_house("T-REJECT-1", draft=True), Counts())
    assert (found.plane, found.control) == ("rules", control)
    assert [each.plane for each in found.why] == ["rules", "control", "scenario", "reserved"]
    assert texts(found)[1:] == [
        "control's “approved” cannot be given to this message",
        "nearest scenario “always” missed: outcome reject is a draft, wanted a declaration",
        "reserved value T-REJECT-1 cannot be given to this message",
    ]


def test_a_reserved_value_with_a_slip_is_explained() -> None:
    """The rules decide, and the answer tells what the number was probably meant to be."""
    found = steer(OverrideSet(), (), with_in_house("T-REJCT-1"), Counts())
    assert found.plane == "rules"
    assert "did you mean REJECT" in texts(found)[1]
    assert len(steer(OverrideSet(), (), with_in_house("2027-1"), Counts()).why) == 1


def test_no_other_field_is_magic() -> None:
    """A reserved value in any other text of the declaration asks for nothing."""
    everywhere = {f"Head/{tag}": "T-REJECT-1" for tag in ("ExhibitionNm", "HallNm", "OrganizerNm", "LinkMan", "Rmk")}
    assert steer(OverrideSet(), (), seen(values=everywhere), Counts()).plane == "rules"


def test_the_rule_named_as_ground_is_in_the_reason() -> None:
    """Who asks why a declaration was rejected finds the rule and the field."""
    outcome = Outcome(name="reject", rule="TG-EXH-004", path="Head/EndDate", delay=30.0)
    found = steer(OverrideSet(), (Scenario(name="s", match=Match(), outcome=outcome),), seen(), Counts())
    assert (found.why[0].rule, found.why[0].path) == ("TG-EXH-004", "Head/EndDate")
    assert texts(found) == ["scenario “s”: rejected, TG-EXH-004, 30s"]
    assert found.why[0].text.zh == "场景“s”：退单，TG-EXH-004，30s"


def test_a_waiting_declaration_can_be_decided() -> None:
    """By its pre-entry number, once; the next-n and the counts are left alone."""
    waiting = replace(seen(), seq_no="202700000000000001")
    counts = Counts().after("x")
    control = OverrideSet(
        these=(ThisOne(outcome=APPROVE, seq_no="202700000000000001"),), next=(Next(outcome=REJECT, left=1),)
    )
    found = afterwards(control, waiting, counts)
    assert found is not None
    assert (found.outcome, found.plane, found.counts) == (APPROVE, "control", counts)
    assert found.control == OverrideSet(next=control.next)
    assert afterwards(found.control, waiting, counts) is None
