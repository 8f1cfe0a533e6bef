"""Scenarios: the first that fits decides, counts are kept as values, a near miss is explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from h2018.steering.outcomes import Outcome
from h2018.steering.scenario import Counts, FieldTest, Match, Matched, Scenario, match
from h2018.steering.view import View
from tests.h2018.samples import OWNER
from tests.h2018.steering.material import scenario_lists, seen, views

APPROVE, REJECT = Outcome(name="approve"), Outcome(name="reject")


def one(outcome: Outcome = REJECT, name: str = "one", **wanted: Any) -> Scenario:
    """A scenario of that match."""
    return Scenario(name=name, match=Match(**wanted), outcome=outcome)


def field(path: str, *any_of: str, **other: Any) -> tuple[FieldTest, ...]:
    """The one field test."""
    return (FieldTest(path=path, any_of=any_of, **other),)


def run(scenarios: tuple[Scenario, ...], messages: list[View]) -> list[str | None]:
    """Which scenario decides on each message, one after the other."""
    counts, decided = Counts(), []
    for each in messages:
        found = match(scenarios, each, counts)
        counts = found.counts
        decided.append(None if found.scenario is None else found.scenario.name)
    return decided


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"message": ("TMP101", "TMP111")}, True),
        ({"message": ("TMP111",)}, False),
        ({"enterprise": (OWNER,)}, True),
        ({"enterprise": ("9999999999",)}, False),
        ({"sender": ("DXPENT0000012345",)}, True),
        ({"direction": ("I",)}, True),
        ({"direction": ("E",)}, False),
        ({"kind": ("1",)}, True),
        ({"kind": ("3",)}, False),
        ({"draft": False}, True),
        ({"draft": True}, False),
        ({"fields": field("Head/MasterCusCd", "2228", "2200")}, True),
        ({"fields": field("Head/MasterCusCd", "2200")}, False),
        ({"fields": field("ExhibitList[*]/DclQty", "2.000")}, True),
        ({"fields": field("ExhibitList[2]/DclQty", "2")}, False),
        ({"fields": field("Head/PlannedReturnDate", "20270405")}, True),
        ({"fields": field("Head/PlannedReturnDate", "some day")}, False),
        ({"fields": field("Head/HallNm", like="东岸*3号馆")}, True),
        ({"fields": field("Head/HallNm", like="东岸")}, False),
        ({"fields": field("Head/ApprovalDocNo", present=False)}, True),
        ({"fields": field("Head/ApprovalDocNo", present=True)}, False),
        ({"fields": field("Head/HallNm", present=True)}, True),
        ({"fields": field("Head/HallNm", present=False)}, False),
        ({"fields": field("LoanGoods[*]/EntryNo", present=False)}, False),
        ({"fields": (*field("Head/MasterCusCd", "2228"), *field("ExhibitList[*]/DisposalCd", "2"))}, False),
    ],
)
def test_each_condition_alone(wanted: Mapping[str, Any], fits: bool) -> None:
    """Every condition holds when the message is so, and only then."""
    found = match((one(**wanted),), seen(), Counts())
    assert (found.scenario is not None) is fits
    assert (found.nearest is None) is fits


def test_one_line_that_fits_is_enough() -> None:
    """Of many lines one may have the value; lines that have not are no objection."""
    full = seen("tmp101-full")
    second = field("ExhibitList[*]/GdsSeqNo", "2")
    assert match((one(fields=second),), full, Counts()).scenario is not None
    assert match((one(fields=field("ExhibitList[1]/GdsSeqNo", "2")),), full, Counts()).scenario is None


def test_of_two_that_fit_the_first_decides() -> None:
    """The order of the file is the precedence."""
    both = (one(name="upper", outcome=APPROVE), one(name="lower"))
    assert run(both, [seen()]) == ["upper"]
    assert run(both[::-1], [seen()]) == ["lower"]


@given(scenario_lists, views)
def test_the_first_that_fits_decides(scenarios: tuple[Scenario, ...], message: View) -> None:
    """What stands behind the deciding scenario changes nothing, what stands before it does not fit alone."""
    found = match(scenarios, message, Counts())
    if found.scenario is None:
        assert all(match((each,), message, Counts()).scenario is None for each in scenarios)
    else:
        at = scenarios.index(found.scenario)
        assert match(scenarios[: at + 1], message, Counts()).scenario == found.scenario
        assert match(scenarios[:at], message, Counts()).scenario is None


@given(scenario_lists, st.lists(views, max_size=6))
def test_matching_depends_on_its_arguments_alone(scenarios: tuple[Scenario, ...], messages: list[View]) -> None:
    """The same messages with the same counts give the same again, and the counts handed in are left as they were."""
    counts = Counts()
    before = Counts()
    found: Matched | None = None
    for each in messages:
        found = match(scenarios, each, counts)
        assert match(scenarios, each, counts) == found
        counts = found.counts
    assert before == Counts()
    assert run(scenarios, messages) == run(scenarios, messages)


@given(scenario_lists, st.lists(views, max_size=6), st.data())
def test_scenarios_count_alike_in_any_order(
    scenarios: tuple[Scenario, ...], messages: list[View], data: st.DataObject
) -> None:
    """A scenario's turn does not hang on which others there are, or where it stands."""
    shuffled = tuple(data.draw(st.permutations(scenarios)))
    counts, again = Counts(), Counts()
    for each in messages:
        counts = match(scenarios, each, counts).counts
        again = match(shuffled, each, again).counts
    assert counts == again


def test_the_nth_time_and_each_nth_time() -> None:
    """``nth`` speaks once, ``every`` again and again; only messages that are otherwise so are counted."""
    mine, other = seen(), seen("tmp111-minimal")
    scenarios = (one(message=("TMP101",), nth=2, name="second"), one(message=("TMP101",), every=3, name="third"))
    decided = run(scenarios, [mine, other, mine, other, mine, mine, mine, mine])
    assert decided == [None, None, "second", None, "third", None, None, "third"]


def test_a_scenario_above_does_not_shift_the_count() -> None:
    """The second filing is the second filing, also when the first was another scenario's."""
    mine = seen()
    scenarios = (one(nth=1, name="first", outcome=APPROVE), one(nth=2, name="second"))
    assert run(scenarios, [mine, mine, mine]) == ["first", "second", None]


def test_what_is_counted_together() -> None:
    """By enterprise or by document each has a count of its own."""
    a1, a2, b1 = (
        replace(seen(), in_house=number, enterprise=owner) for number, owner in (("a1", "A"), ("a2", "A"), ("b1", "B"))
    )
    assert run((one(nth=2),), [a1, b1, a2]) == [None, "one", None]
    assert run((one(nth=2, per="enterprise"),), [a1, b1, a2, b1]) == [None, None, "one", "one"]
    assert run((one(nth=2, per="document"),), [a1, b1, a2, a1, a1]) == [None, None, None, "one", None]


def test_an_outcome_that_does_not_fit_is_no_match_and_counts_nothing() -> None:
    """A rejection waits for the declaration; the drafts before it are not its first time."""
    draft, declared = seen(draft=True), seen()
    assert run((one(nth=1),), [draft, draft, declared]) == [None, None, "one"]
    missed = match((one(),), draft, Counts()).nearest
    assert missed is not None
    assert missed.unmet[0].found.en == "a draft"


def test_the_nearest_miss_is_the_one_that_lacks_least() -> None:
    """Of all that missed, the one with the fewest conditions unmet is named, with what was found and what was wanted."""
    far = one(name="far", message=("TMP111",), enterprise=("9999999999",))
    near = one(name="near", message=("TMP101",), fields=field("Head/MasterCusCd", "2200", "2201"))
    found = match((far, near), seen(), Counts())
    assert found.nearest is not None
    assert (
        found.nearest.text.en == "nearest scenario “near” missed: Head/MasterCusCd is “2228”, wanted “2200” or “2201”"
    )
    assert found.nearest.text.zh == "最接近的场景“near”未匹配：Head/MasterCusCd 为 “2228”，要求 “2200”或“2201”"


def test_a_miss_by_its_turn_says_which_turn_it_was() -> None:
    """When only the count is wrong, the counts are shown."""
    found = match((one(nth=5),), seen(), Counts())
    assert found.nearest is not None
    assert found.nearest.unmet[0].text.en == "nth is number 1, wanted number 5"


@given(scenario_lists, views)
def test_a_miss_is_explained_exactly_when_nothing_fits(scenarios: tuple[Scenario, ...], message: View) -> None:
    """There is a nearest miss, with a reason, whenever there are scenarios and none decides."""
    found = match(scenarios, message, Counts())
    assert (found.nearest is None) is (found.scenario is not None or not scenarios)
    if found.nearest is not None:
        assert found.nearest.unmet
        assert found.nearest.text.zh
        assert found.nearest.text.en


@given(st.lists(st.sampled_from(["a", "b", "c", "报文"])))
def test_counts_count(keys: list[str]) -> None:
    """Each key is counted as often as it came, whatever came between."""
    counts = Counts()
    for key in keys:
        counts = counts.after(key)
    assert {key: counts.of(key) for key in "abc"} == {key: keys.count(key) for key in "abc"}
