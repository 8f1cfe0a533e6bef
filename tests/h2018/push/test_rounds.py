"""Deliveries: nothing is lost or doubled, order is kept where nothing stands in the way, no channel holds up another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from h2018.push.attempts import Attempt, Class, Result, classify
from h2018.push.backoff import Backoff, Curve
from h2018.push.channel import ChannelEvent, ChannelState, IllegalStep
from h2018.push.rounds import Channel, Settled, after_event, begun, due, expired, laid, next_attempt, settled
from tests.h2018.samples import START

BACKOFF = Backoff()
OK, GONE, REFUSED = Result(status=200), Result(detail="refused"), Result(status=404)

results = st.sampled_from([OK, OK, GONE, Result(status=503, retry_after=7.0), REFUSED, Result(status=302)])


def holding(*sequences: int, name: str = "c", now: datetime = START) -> Channel:
    """A channel with these receipts laid ready."""
    channel = Channel(name=name)
    for sequence in sequences:
        channel = laid(channel, sequence, now)
    return channel


def run(
    channel: Channel, fates: Sequence[Result], now: datetime = START, backoff: Backoff = BACKOFF
) -> tuple[Channel, list[Attempt], datetime]:
    """*channel* after tries that come out like *fates*, going from one due time to the next; good ones afterwards."""
    rows: list[Attempt] = []
    left = list(fates)
    for _ in range(10_000):
        gone = expired(channel, now, backoff)
        channel = gone.channel
        rows += gone.rows
        channel, parcel = begun(channel, now)
        if parcel is None:
            wake = next_attempt(channel, backoff)
            if wake is None:
                return channel, rows, now
            assert wake > now
            now = wake
            continue
        done = settled(channel, left.pop(0) if left else OK, now, backoff, 1)
        channel = done.channel
        rows += done.rows
    raise AssertionError("it does not come to rest")


@given(st.sets(st.integers(1, 99), max_size=8), st.lists(results, max_size=20))
def test_every_receipt_is_delivered_once_or_given_up(sequences: set[int], fates: list[Result]) -> None:
    """Whatever goes wrong, each ends in exactly one row that is *delivered* or *dead*, and the channel comes to rest."""
    channel, rows, _ = run(holding(*sequences), fates)
    ends = [row.sequence for row in rows if row.outcome in ("delivered", "dead")]
    assert sorted(ends) == sorted(sequences)
    assert channel.parcels == ()
    assert channel.under_way is None


@given(st.sets(st.integers(1, 99), max_size=6), st.lists(results, max_size=20))
def test_one_row_for_each_try(sequences: set[int], fates: list[Result]) -> None:
    """The tries of a receipt are numbered without a gap, each with its reason, and the next not before it was said."""
    _, rows, _ = run(holding(*sequences), fates)
    tries = [row for row in rows if row.outcome != "dead"]
    for sequence in sequences:
        mine = [row for row in tries if row.sequence == sequence]
        assert [row.number for row in mine] == list(range(1, len(mine) + 1))
        for row, following in pairwise(mine):
            assert row.next_at is not None
            assert following.at >= row.next_at
    assert all(row.reason.zh and row.reason.en for row in rows)
    for row, following in pairwise(tries):
        if row.outcome == "blocking" and row.next_at is not None:
            assert following.at >= row.next_at


@given(st.lists(st.sampled_from([GONE, Result(status=500)]), max_size=12))
def test_absences_keep_the_order(fates: list[Result]) -> None:
    """While nobody is there the channel waits; when somebody is, the receipts come in their order."""
    _, rows, _ = run(holding(1, 2, 3, 4), fates)
    assert [row.sequence for row in rows if row.outcome == "delivered"] == [1, 2, 3, 4]


def test_a_refusal_lets_the_others_go_on() -> None:
    """One that is refused waits by itself; those behind it are delivered meanwhile, at the same instant."""
    _, rows, _ = run(holding(1, 2, 3), [REFUSED])
    assert [(row.sequence, row.outcome) for row in rows] == [
        (1, "delaying"), (2, "delivered"), (3, "delivered"), (1, "delivered"),
    ]  # fmt: skip
    assert rows[1].at == rows[2].at == START
    assert rows[3].at >= START + timedelta(seconds=BACKOFF.delaying.first * (1 - BACKOFF.jitter))


def test_an_absence_holds_the_others() -> None:
    """Behind one that got no answer nothing is tried until its wait is over."""
    channel, _ = begun(holding(1, 2), START)
    channel = settled(channel, GONE, START, BACKOFF, 1).channel
    assert channel.state is ChannelState.BLOCKED
    assert channel.retry_at is not None
    assert due(channel, channel.retry_at - timedelta(milliseconds=1)) is None
    parcel = due(channel, channel.retry_at)
    assert parcel is not None
    assert parcel.sequence == 1
    assert next_attempt(channel, BACKOFF) == channel.retry_at


def test_one_at_a_time() -> None:
    """While a result is awaited nothing else goes out, and nothing needs to be looked at."""
    channel, first = begun(holding(1, 2), START)
    assert first is not None
    assert begun(channel, START) == (channel, None)
    assert next_attempt(channel, BACKOFF) is None
    with pytest.raises(IllegalStep):
        settled(holding(1), OK, START, BACKOFF, 1)


happenings = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 300), results), max_size=30)


@given(happenings)
def test_a_blocked_channel_never_delays_another(happened: list[tuple[str, int, Result]]) -> None:
    """What *b* does, and when, is the same whether *a* is healthy, failing, or not there at all."""
    alone = _times({"b": holding(*range(1, 20), name="b")}, happened)
    beside = _times({name: holding(*range(1, 20), name=name) for name in "ab"}, happened)
    assert alone["b"] == beside["b"]


def _times(channels: dict[str, Channel], happened: list[tuple[str, int, Result]]) -> dict[str, list[Attempt]]:
    """The rows of each channel; at each happening all that is due begins, and one channel's results come in."""
    rows: dict[str, list[Attempt]] = {name: [] for name in channels}
    now = START
    for name, pause, result in happened:
        now += timedelta(seconds=pause)
        channels = {each: begun(channel, now)[0] for each, channel in channels.items()}
        if name in channels and channels[name].under_way is not None:
            done = settled(channels[name], result, now, BACKOFF, 1)
            channels[name] = done.channel
            rows[name] += done.rows
    return rows


@given(st.integers(2, 30), st.integers(0, 2**32))
def test_an_absent_receiver_is_tried_less_and_less_and_given_up(count: int, seed: int) -> None:
    """Every receipt becomes a dead letter in its time; the tries stay few and the waits within their limit."""
    backoff = Backoff(blocking=Curve(first=1, factor=2, most=300), expires_after=3600)
    channel, now = holding(*range(1, count + 1)), START
    rows: list[Attempt] = []
    while (wake := next_attempt(channel, backoff)) is not None:
        now = max(now, wake)
        gone = expired(channel, now, backoff)
        channel = gone.channel
        rows += gone.rows
        channel, parcel = begun(channel, now)
        if parcel is not None:
            done = settled(channel, GONE, now, backoff, seed)
            channel = done.channel
            rows += done.rows
    dead = [row for row in rows if row.outcome == "dead"]
    assert sorted(row.sequence for row in dead) == list(range(1, count + 1))
    assert now <= START + timedelta(seconds=3600)
    assert len(rows) - len(dead) <= 30


def test_a_long_retry_after_ends_in_a_dead_letter() -> None:
    """When the next try would be too late, it is given up now, and the row says so."""
    channel, _ = begun(holding(1, 2), START)
    done = settled(channel, GONE, START + timedelta(hours=23, minutes=59, seconds=59.9), BACKOFF, 1)
    assert [row.outcome for row in done.rows] == ["blocking", "dead"]
    assert [parcel.state for parcel in done.parcels] == ["dead"]
    assert done.rows[0].next_at is None
    assert "too late" in done.rows[1].reason.en
    assert [parcel.sequence for parcel in done.channel.parcels] == [2]


def test_what_the_receiver_asks_for_is_respected() -> None:
    """Retry-After lengthens the wait of a channel or of one receipt."""
    for result in (Result(status=503, retry_after=250.0), Result(status=429, retry_after=3000.0)):
        channel, _ = begun(holding(1), START)
        (row,) = settled(channel, result, START, BACKOFF, 1).rows
        assert row.next_at == START + timedelta(seconds=result.retry_after or 0)


def test_a_good_answer_forgets_the_failures() -> None:
    """After a delivery, or a refusal, the next absence waits as long as the first did."""
    for good in (OK, REFUSED):
        channel = holding(1, 2, 3)
        for fate in (GONE, GONE, good):
            channel, _ = begun(channel, channel.retry_at or START)
            channel = settled(channel, fate, channel.retry_at or START, BACKOFF, 1).channel
        assert (channel.failures, channel.retry_at, channel.state) == (0, None, ChannelState.OPEN)


def test_pausing_waits_for_what_is_under_way() -> None:
    """Paused while sending, the result still counts; then nothing goes out until it is resumed."""
    channel, _ = begun(holding(1, 2), START)
    paused = settled(after_event(channel, ChannelEvent.PAUSE), OK, START, BACKOFF, 1).channel
    assert paused.state is ChannelState.PAUSED
    assert due(paused, START + timedelta(hours=1)) is None
    resumed = after_event(paused, ChannelEvent.RESUME)
    found = due(resumed, START)
    assert found is not None
    assert found.sequence == 2


def test_nobody_needs_to_wait_for_the_wait() -> None:
    """Unblocked by hand, all that waits is tried at once."""
    channel, _ = begun(holding(1), START)
    channel = settled(channel, GONE, START, BACKOFF, 1).channel
    assert due(after_event(channel, ChannelEvent.UNBLOCK), START) is not None


def test_after_a_restart_what_was_under_way_is_tried_again() -> None:
    """A receipt may come twice, but never not at all; the row after it is the next number."""
    channel, _ = begun(holding(1), START)
    channel, again = begun(after_event(channel, ChannelEvent.RESTART), START)
    assert again is not None
    assert (again.sequence, again.attempts) == (1, 2)
    with pytest.raises(ValueError, match="ATTEMPT"):
        after_event(channel, ChannelEvent.ATTEMPT)


def test_a_receipt_is_delivered_again_on_request() -> None:
    """Laid once more it goes out once more, in its old place, with a new time to live; what is under way is not doubled."""
    channel, _, now = run(holding(1, 2), [])
    later = now + timedelta(days=30)
    channel = laid(laid(channel, 5, later), 2, later)
    assert [parcel.sequence for parcel in channel.parcels] == [2, 5]
    assert laid(channel, 2, later) == channel
    channel, rows, _ = run(channel, [], later)
    assert [(row.sequence, row.number, row.outcome) for row in rows] == [(2, 1, "delivered"), (5, 1, "delivered")]
    busy, _ = begun(holding(1), START)
    assert laid(busy, 1, later) == busy


@given(st.lists(results, max_size=10), st.integers())
def test_the_same_seed_gives_the_same_rows(fates: list[Result], seed: int) -> None:
    """A run depends on what happened and on the seed alone."""

    def once() -> list[Settled]:
        channel, found, now = holding(1, 2, 3), [], START
        for fate in fates:
            now = max(now, next_attempt(channel, BACKOFF) or now)
            channel, parcel = begun(channel, now)
            if parcel is not None:
                found.append(settled(channel, fate, now, BACKOFF, seed))
                channel = found[-1].channel
        return found

    assert once() == once()


@given(st.lists(results, min_size=1, max_size=10))
def test_the_class_of_the_answer_is_in_the_row(fates: list[Result]) -> None:
    """Each try's row has the class of its result and the status that came."""
    _, rows, _ = run(holding(1, 2, 3), fates)
    tries = [row for row in rows if row.outcome != "dead"]
    for row, fate in zip(tries, fates, strict=False):
        assert (Class(row.outcome), row.status) == (classify(fate), fate.status)


def test_a_long_queue_is_worked_off_quickly_enough() -> None:
    """Ten thousand receipts that wait are no more than ten thousand small steps."""
    channel = holding(*range(1, 10_001))
    delivered = 0
    while True:
        channel, parcel = begun(channel, START)
        if parcel is None:
            break
        channel = settled(channel, OK, START, BACKOFF, 1).channel
        delivered += 1
    assert delivered == 10_000
    assert replace(channel, parcels=()) == channel
