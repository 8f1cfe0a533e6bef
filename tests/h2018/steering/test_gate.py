"""The gate: outages last as long as they were set to, the rate limit lets through what it says and no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from h2018.steering.gate import Admission, Bucket, Outage, RateLimit, admit, outage_at
from tests.h2018.samples import START

seconds = st.integers(-100, 100).map(lambda n: START + timedelta(seconds=n))


@given(st.lists(st.builds(Outage, since=st.none() | seconds, until=st.none() | seconds), max_size=4), seconds)
def test_a_request_is_refused_exactly_during_an_outage(outages: list[Outage], at: datetime) -> None:
    """From *since* on and before *until*; nothing known means at once, or without end."""
    on = [
        each for each in outages if (each.since is None or each.since <= at) and (each.until is None or at < each.until)
    ]
    found = outage_at(outages, at)
    assert (found.status is not None) is bool(on)
    if found.retry_after is not None:
        assert not [each for each in on if each.until is None]
        later = at + timedelta(seconds=found.retry_after)
        assert all(each.until is not None and later >= each.until for each in on)


def test_an_outage_can_refuse_the_connection() -> None:
    """Without a status nothing is answered at all."""
    assert outage_at((Outage(status=None),), START) == Admission(status=0)


@given(st.builds(RateLimit, requests=st.integers(1, 20), seconds=st.sampled_from([1.0, 10.0, 60.0])), st.data())
def test_never_more_than_the_limit(limit: RateLimit, data: st.DataObject) -> None:
    """In any stretch no more comes in than was saved up and what the stretch gives."""
    gaps = data.draw(st.lists(st.floats(0, limit.seconds), min_size=1, max_size=40))
    bucket: Bucket | None = None
    now, admitted = 0.0, []
    for gap in gaps:
        now += gap
        admission, bucket = admit(limit, bucket, now)
        if admission.status is None:
            admitted.append(now)
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            stretch = admitted[last] - admitted[first]
            assert last - first + 1 <= limit.requests + stretch * limit.requests / limit.seconds + 1e-3


@given(st.integers(1, 20), st.sampled_from([1.0, 10.0, 60.0]))
def test_whoever_waits_as_told_comes_in(requests: int, length: float) -> None:
    """After Retry-After the next request is let through."""
    limit = RateLimit(requests=requests, seconds=length)
    bucket: Bucket | None = None
    for _ in range(requests):
        admission, bucket = admit(limit, bucket, 0.0)
        assert admission.status is None
    refused, bucket = admit(limit, bucket, 0.0)
    assert refused.status == 429
    assert refused.retry_after is not None
    later, _ = admit(limit, bucket, float(refused.retry_after))
    assert later.status is None


def test_a_clock_that_was_set_back_gives_nothing_away() -> None:
    """An earlier time neither refills nor empties what is left."""
    limit = RateLimit(requests=1, seconds=60)
    _, bucket = admit(limit, None, 0.0)
    refused, after = admit(limit, bucket, -86400.0)
    assert refused.status == 429
    assert after == bucket
