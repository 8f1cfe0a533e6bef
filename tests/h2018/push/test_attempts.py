"""Every result has its class, and every wait is bounded, grows, and is repeatable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.push.attempts import Class, Result, classify, reason
from h2018.push.backoff import Backoff, wait

kinds = st.sampled_from([Class.BLOCKING, Class.DELAYING])


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (None, Class.BLOCKING),
        (200, Class.DELIVERED),
        (202, Class.DELIVERED),
        (204, Class.DELIVERED),
        (301, Class.DELAYING),
        (304, Class.DELAYING),
        (400, Class.DELAYING),
        (404, Class.DELAYING),
        (429, Class.DELAYING),
        (500, Class.BLOCKING),
        (503, Class.BLOCKING),
        (100, Class.BLOCKING),
        (999, Class.BLOCKING),
    ],
)
def test_the_class_of_each_result(status: int | None, kind: Class) -> None:
    """Nobody there blocks, somebody who refuses delays; what is no real status counts as nobody."""
    assert classify(Result(status=status)) is kind


@given(st.none() | st.integers(-1000, 100_000), st.text(max_size=20))
def test_every_result_has_a_reason_in_both_languages(status: int | None, detail: str) -> None:
    """Whatever the other side answers, there is something to write down."""
    found = reason(Result(status=status, detail=detail))
    assert detail in found.zh
    assert detail in found.en


@given(kinds, st.integers(1, 10_000), st.integers(), st.text(max_size=8), st.none() | st.floats(0, 1e9))
def test_a_wait_is_bounded_and_repeatable(
    kind: Class, failures: int, seed: int, name: str, asked: float | None
) -> None:
    """Never below what the receiver asked for or the jitter allows, never above the most, the same for the same seed."""
    backoff = Backoff()
    curve = backoff.blocking if kind is Class.BLOCKING else backoff.delaying
    length = wait(backoff, kind, failures, seed, name, asked=asked)
    assert curve.first * (1 - backoff.jitter) <= length <= curve.most
    assert asked is None or length >= min(asked, curve.most)
    assert wait(backoff, kind, failures, seed, name, asked=asked) == length


@given(kinds, st.integers(1, 50), st.integers())
def test_waits_grow(kind: Class, failures: int, seed: int) -> None:
    """Without jitter no wait is shorter than the one before; refusals wait longer than absences."""
    backoff = Backoff(jitter=0)
    assert wait(backoff, kind, failures + 1, seed) >= wait(backoff, kind, failures, seed)
    assert wait(backoff, Class.DELAYING, failures, seed) > wait(backoff, Class.BLOCKING, failures, seed)


def test_those_who_failed_together_do_not_come_back_together() -> None:
    """The jitter spreads the waits of different receipts."""
    waits = {wait(Backoff(), Class.BLOCKING, 3, 1, "channel", sequence) for sequence in range(50)}
    assert len(waits) == 50
    assert max(waits) - min(waits) > 1.0
