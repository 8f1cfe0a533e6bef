"""The schedule of retries: when a message is due again, and when it is given up."""

from __future__ import annotations

from random import Random

import pytest

from tempgoods_edi.declarant.gateway.backoff import Backoff
from tempgoods_edi.declarant.gateway.retries import Retries

PLAIN = Backoff(first=2.0, factor=2.0, most=60.0, jitter=0.0, tries=4)


class Hand:
    """A clock in the test's hand, and the schedule that goes by it."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.retries = Retries(PLAIN, Random(1), lambda: self.seconds)


@pytest.fixture
def hand() -> Hand:
    """Nothing failed yet."""
    return Hand()


def test_what_never_failed_is_due(hand: Hand) -> None:
    """A new gateway tries everything at once, however often it was tried before."""
    assert hand.retries.is_due(1)


def test_what_failed_is_due_when_its_wait_is_over(hand: Hand) -> None:
    """2, 4 seconds: not before; another message does not wait with it."""
    for wait in (2.0, 4.0):
        assert hand.retries.failed(1, 0, None).wait == wait
        hand.seconds += wait - 0.5
        assert (hand.retries.is_due(1), hand.retries.is_due(2)) == (False, True)
        hand.seconds += 0.5
        assert hand.retries.is_due(1)


def test_tries_of_an_earlier_gateway_count(hand: Hand) -> None:
    """Three tries before this gateway began: the fourth failure is the last."""
    failure = hand.retries.failed(1, 3, None)
    assert (failure.failures, failure.wait) == (4, None)


def test_customs_may_ask_for_a_longer_wait(hand: Hand) -> None:
    """Retry-After is kept to, up to the longest wait."""
    assert hand.retries.failed(1, 0, 30.0).wait == 30.0
    assert hand.retries.failed(1, 0, 3600.0).wait == PLAIN.most


def test_when_the_channel_works_again_everything_is_due(hand: Hand) -> None:
    """At once, and what failed before still counts."""
    hand.retries.failed(1, 0, None)
    hand.retries.put_off(2)
    hand.retries.all_due()
    assert hand.retries.is_due(1)
    assert hand.retries.is_due(2)
    assert hand.retries.failed(1, 0, None).failures == 2


def test_what_was_put_off_waits_longest(hand: Hand) -> None:
    """A message that our side stumbles over holds up none of the others."""
    hand.retries.put_off(1)
    hand.seconds += PLAIN.most - 0.5
    assert not hand.retries.is_due(1)
    hand.seconds += 0.5
    assert hand.retries.is_due(1)


def test_what_is_settled_is_forgotten(hand: Hand) -> None:
    """Only open messages are kept in memory; a number that comes back begins anew."""
    hand.retries.failed(1, 0, None)
    hand.retries.keep_only({2})
    assert hand.retries.is_due(1)
    assert hand.retries.failed(1, 0, None).failures == 1
