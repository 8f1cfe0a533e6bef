"""Chance is the item's own, and lengths of time and near names read as people mean them."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from h2018.seeded_random import chance
from h2018.setup_files import durations
from tempgoods_edi.nearest import meant, nearest

names = st.lists(st.text(max_size=5), min_size=1, max_size=4)


@given(st.integers(), names, st.lists(st.integers()))
def test_what_was_drawn_before_changes_nothing(seed: int, about: list[str], others: list[int]) -> None:
    """An item's draw is the same whatever other items drew."""
    alone = chance(seed, *about).random()
    for other in others:
        chance(seed, other).random()
    assert chance(seed, *about).random() == alone


@given(st.integers(), names, names)
def test_items_do_not_run_together(seed: int, one: list[str], other: list[str]) -> None:
    """Items that differ anywhere draw differently, also where their names joined would be alike."""
    assert (chance(seed, *one).getrandbits(64) == chance(seed, *other).getrandbits(64)) is (one == other)


def test_another_process_draws_the_same() -> None:
    """The draw does not hang on this process, as `hash` would."""
    code = "from h2018.seeded_random import chance; print(chance(7, 'receipt_Y', '报文').getrandbits(64))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert int(told) == chance(7, "receipt_Y", "报文").getrandbits(64)


@given(st.integers(min_value=1, max_value=10_000_000))
def test_a_whole_length_of_time_is_read_as_it_is_shown(length: int) -> None:
    """`durations.seconds` undoes `durations.duration_text`."""
    assert durations.seconds(durations.duration_text(float(length))) == length


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_times(text: str) -> None:
    """Any text is a length from zero to ten years, or none."""
    found = durations.seconds(text)
    assert found is None or 0 <= found <= durations.LONGEST


def test_what_is_near_is_suggested_and_a_few_names_are_all_shown() -> None:
    """A slip of the pen finds its name whatever the case; nothing near shows what there is."""
    assert nearest("APROVE", ["reject", "approve"]) == ("approve",)
    assert meant("zzz", ["reject", "approve"]).en == "known: reject, approve"
    assert meant("zzz", [f"a{n}" for n in range(30)]).en.endswith("and others")
