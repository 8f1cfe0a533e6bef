"""Reserved test values: exactly the grammar is read, everything else is explained, ordinary numbers are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.setup_files.durations import UNITS
from h2018.steering.outcomes import CATALOGUE, Outcome, OutcomeKind
from h2018.steering.reserved import Unrecognised, parse


@given(
    st.sampled_from(list(CATALOGUE.values())),
    st.none() | st.tuples(st.integers(0, 9999), st.sampled_from(["ms", "s", "m", "h"])),
    st.none() | st.text(max_size=20),
    st.booleans(),
)
def test_the_grammar_is_read(
    entry: OutcomeKind, delay: tuple[int, str] | None, rest: str | None, capitals: bool
) -> None:
    """Outcome and delay come back whatever follows; an outcome that needs or takes no delay is held to that."""
    written = None if delay is None else f"{delay[0]}{delay[1]}"
    number = "-".join(part for part in ("T", entry.name, written) if part is not None)
    if rest is not None:
        number += f"-x{rest}"
    found = parse(number.upper() if capitals and rest is None else number)
    if (written is not None and "delay" not in entry.takes) or (written is None and "delay" in entry.needs):
        assert isinstance(found, Unrecognised)
        assert found.meant
    else:
        seconds = None if delay is None else pytest.approx(delay[0] * UNITS[delay[1]])
        assert isinstance(found, Outcome)
        assert (found.name, found.delay) == (entry.name, seconds)


@given(st.none() | st.text(max_size=64).filter(lambda text: not text.startswith("T-")))
def test_ordinary_numbers_are_never_magic(number: str | None) -> None:
    """A number that does not begin with T- asks for nothing, and nobody is warned."""
    found = parse(number)
    assert isinstance(found, Unrecognised)
    assert not found.meant


@given(st.text(max_size=64))
def test_whatever_begins_like_one_is_read_or_explained(tail: str) -> None:
    """No number breaks the reading; one that is not understood says why in both languages, naming itself."""
    number = f"T-{tail}"
    found = parse(number)
    if isinstance(found, Unrecognised):
        assert found.meant
        assert number in found.text.zh
        assert number in found.text.en
    else:
        assert found.name in CATALOGUE


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("T-REJCT-1", "did you mean REJECT?"),
        ("T-DELAY-0001", "write how long"),
        ("T-RULES-30S-1", "takes no delay"),
        ("T-REJECT-99999D-1", "too long"),
        ("T-", "“” is no outcome"),
    ],
)
def test_each_mistake_has_its_own_words(number: str, told: str) -> None:
    """What is wrong is said, not only that something is."""
    found = parse(number)
    assert isinstance(found, Unrecognised)
    assert told in found.text.en


@pytest.mark.parametrize("number", ["T-REJECT-30X-1", "T-REJECT-30S1", "T-REJECT-S-1", "T-REJECT-0001"])
def test_what_is_no_delay_only_makes_the_number_unique(number: str) -> None:
    """Behind the outcome anything may follow."""
    assert parse(number) == Outcome(name="reject")
