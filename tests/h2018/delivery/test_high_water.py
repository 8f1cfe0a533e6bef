"""A reader who pulls with the mark sees every receipt once and in order, in whatever order they become final."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from h2018.delivery.high_water import HighWater, final, page
from h2018.delivery.high_water import given as given_out

LIMIT = 3
events = st.lists(st.one_of(st.just("give"), st.just("pull"), st.integers(0, 30)), max_size=60)


@given(events, st.lists(st.booleans(), min_size=100, max_size=100), st.integers(1, 4))
def test_no_receipt_is_ever_skipped_or_seen_twice(happened: list[object], mine: list[bool], limit: int) -> None:
    """Numbers are given out and settled in any order, with pulls between: in the end the reader has seen all that is its own.

    Some receipts are of another reader, or never come.
    """
    water = HighWater()
    visible: set[int] = set()
    seen: list[int] = []
    after, last_mark = 0, 0

    def pull() -> None:
        nonlocal after
        found = page(sorted(visible), water, after, limit)
        assert found.warning is None
        assert found.after >= after
        seen.extend(found.sequences)
        after = found.after

    for each in happened:
        if each == "give":
            water, _ = given_out(water)
        elif each == "pull":
            pull()
        elif isinstance(each, int) and water.open:
            number = sorted(water.open)[each % len(water.open)]
            water = final(water, [number])
            visible |= {number} if mine[number] else set()
        assert water.mark >= last_mark
        last_mark = water.mark
    for number in sorted(water.open):
        water = final(water, [number])
        visible |= {number} if mine[number] else set()
    while after < water.given or page(sorted(visible), water, after, limit).sequences:
        pull()
    assert seen == sorted(visible)


@given(st.integers(0, 50), st.sets(st.integers(1, 50)), st.integers(-5, 60), st.integers(1, 60))
def test_nothing_above_the_mark_is_shown(highest: int, unsettled: set[int], after: int, limit: int) -> None:
    """Only what is above *after* and below the first open number, ascending, and no more than asked for."""
    water = HighWater(highest, frozenset(number for number in unsettled if number <= highest))
    visible = [number for number in range(1, highest + 1) if number not in water.open]
    found = page(visible, water, after, limit)
    assert list(found.sequences) == sorted(set(found.sequences))
    assert all(after < number <= water.mark for number in found.sequences)
    assert len(found.sequences) <= limit
    assert found.after <= water.mark
    assert found.more is (found.after < water.mark and len(found.sequences) == limit)


def test_an_open_number_holds_back_what_is_above_it() -> None:
    """The receipt that was finished first waits for the one that was numbered first."""
    water, (first, second) = given_out(HighWater(), 2)
    water = final(water, [second])
    assert page([second], water, 0, 10).sequences == ()
    water = final(water, [first])
    assert page([first, second], water, 0, 10).sequences == (first, second)


def test_a_number_that_comes_to_nothing_holds_nothing_back() -> None:
    """A lost receipt, or a transaction that failed, is settled without becoming visible."""
    water, (first, second) = given_out(HighWater(), 2)
    water = final(water, [first, second])
    found = page([second], water, 0, 10)
    assert (found.sequences, found.after) == ((second,), second)
    assert final(water, [first, 99]) == water


def test_a_reader_from_another_world_begins_anew() -> None:
    """Asked from beyond all numbers, as after a restored snapshot, it is told so and sent back to the start."""
    water = final(given_out(HighWater(), 3)[0], [1, 2, 3])
    found = page([1, 2, 3], water, 100, 10)
    assert (found.sequences, found.after) == ((), 0)
    assert found.warning is not None
    assert "100" in found.warning.zh
    assert "100" in found.warning.en
    assert page([1, 2, 3], water, found.after, 10).sequences == (1, 2, 3)


def test_a_reader_who_ran_ahead_is_taken_back_to_the_mark() -> None:
    """Asking from above the mark skips nothing that is still open."""
    water = final(given_out(HighWater(), 3)[0], [1, 3])
    found = page([1, 3], water, 3, 10)
    assert found.after == 1
    water = final(water, [2])
    assert page([1, 2, 3], water, found.after, 10).sequences == (2, 3)
