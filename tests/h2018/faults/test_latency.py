"""Delays: never negative, the same for the same seed, and shaped as they were asked for."""

from __future__ import annotations

from random import Random
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from h2018.faults.latency import MOST_PIECES, Profile, draw, dribbled

profiles = st.builds(
    Profile,
    shape=st.sampled_from(["constant", "uniform", "lognormal"]),
    seconds=st.floats(0, 1e6),
    longest=st.none() | st.floats(0, 1e6),
    spread=st.floats(0, 10),
)


@given(profiles, st.integers())
def test_a_delay_is_finite_and_repeatable(profile: Profile, seed: int) -> None:
    """Any profile gives a length of time, the same for the same seed, none beyond its limit."""
    length = draw(profile, Random(seed))
    assert 0 <= length < float("inf")
    assert draw(profile, Random(seed)) == length
    if profile.shape == "lognormal" and profile.longest is not None and profile.seconds > 0:
        assert length <= profile.longest


def test_a_lognormal_delay_has_its_median_and_a_long_tail() -> None:
    """Half are below the median asked for, the mean is well above, some are many times as long."""
    random, profile = Random(5), Profile(shape="lognormal", seconds=0.2, spread=1.0)
    lengths = [draw(profile, random) for _ in range(4000)]
    assert 0.18 < median(lengths) < 0.22
    assert sum(lengths) / len(lengths) > 0.28
    assert max(lengths) > 2.0


@given(st.floats(0, 100), st.floats(0, 100), st.integers())
def test_a_uniform_delay_is_between_its_ends(low: float, more: float, seed: int) -> None:
    """From the shortest to the longest."""
    length = draw(Profile(shape="uniform", seconds=low, longest=low + more), Random(seed))
    assert low <= length <= low + more


@given(st.integers(0, 5_000_000), st.integers(1, 1_000_000))
def test_a_trickle_brings_every_byte_at_its_pace(size: int, pace: int) -> None:
    """The pieces add up to the whole, in the time that the pace gives, and are not too many."""
    pieces = dribbled(size, pace)
    assert sum(piece.size for piece in pieces) == size
    assert abs(sum(piece.seconds for piece in pieces) - size / pace) <= 1e-6 * max(1.0, size / pace)
    assert len(pieces) <= MOST_PIECES
    assert all(piece.size > 0 for piece in pieces)
