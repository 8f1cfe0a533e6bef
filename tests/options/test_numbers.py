"""A number that is read lies within its limits, whatever was typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tempgoods_edi.options.numbers import DAY, PORT, PORT_OF_ANOTHER, NumberLimits, count, factor, seconds, whole

ALL = (PORT, PORT_OF_ANOTHER, count(1000), factor(100), seconds(0.01, DAY), whole(0, 2**63 - 1))
TYPED = st.one_of(
    st.text(max_size=20),
    st.floats().map(str),
    st.integers().map(str),
    st.sampled_from(["nan", "inf", "-inf", "1e30", "1" * 5000]),
)


@given(limits=st.sampled_from(ALL), text=TYPED)
@example(limits=whole(0, 2**63 - 1), text="9223372036854775808")
def test_what_is_read_is_within_the_limits(limits: NumberLimits, text: str) -> None:
    """A number from the least to the most, whole where it must be; else nothing."""
    number = limits.read(text)
    if number is not None:
        assert limits.low <= number <= limits.high
        assert isinstance(number, int if limits.whole else float)


@pytest.mark.parametrize("limits", ALL)
def test_the_limits_themselves_are_taken(limits: NumberLimits) -> None:
    """What is told to be allowed, is."""
    for end in (limits.low, limits.high):
        assert limits.read(str(end)) == end


def test_the_limits_are_told() -> None:
    """With the kind of number, in both languages."""
    assert seconds(0.1, 3600).told.en == "seconds from 0.1 to 3600"
    assert seconds(0.1, 3600).told.zh == "秒数（0.1 至 3600）"
