"""Pushing receipts: in order, each channel for itself, tried again by class, kept through a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from h2018.push.attempts import Result
from h2018.push.callbacks import BadCallback, Callback, NoSuchCallback
from h2018.push.channel import ChannelEvent, ChannelState, IllegalStep
from tests.h2018.push.material import Bench, lay, make_store

ONE = Callback(name="one", url="http://127.0.0.1:1/in", recipient="R1")
TWO = Callback(name="two", url="https://example.org/in", recipient="R2")
DOWN, NO, YES = Result(), Result(status=404), Result(status=200)


@pytest.fixture
def bench() -> Bench:
    """Callback one for R1."""
    made = Bench()
    made.pusher.register(ONE)
    return made


def test_receipts_go_out_once_and_in_order(bench: Bench) -> None:
    """Each of its own recipient, none of another's; one row each; the mark is the last."""
    bench.lay(count=3)
    bench.lay("R2")
    bench.lay(count=2)
    assert bench.posted == [("one", sequence, 1) for sequence in (1, 2, 3, 5, 6)]
    assert bench.outcomes("one") == ["delivered"] * 5
    assert bench.pusher.view("one").mark == 6
    assert bench.pusher.view("one").channel.parcels == ()


def test_more_receipts_than_are_laid_at_once_all_arrive_in_order(bench: Bench) -> None:
    """A backlog is worked off from the store."""
    bench.lay(count=100)
    assert bench.sequences("one") == list(range(1, 101))


def test_no_answer_blocks_that_channel_only_and_backs_off(bench: Bench) -> None:
    """1, 2, 4 s …; nothing overtakes; the other channel goes on."""
    bench.pusher.register(TWO)
    bench.answer = lambda name, _: DOWN if name == "one" else YES
    bench.lay(count=2)
    bench.lay("R2", count=2)
    assert bench.sequences("two") == [3, 4]
    bench.pump(7.5)
    assert bench.posted.count(("one", 1, 4)) == 1
    assert bench.sequences("one") == [1, 1, 1, 1]
    bench.answer = lambda _name, _sequence: YES
    bench.pump(8)
    assert bench.sequences("one") == [1, 1, 1, 1, 1, 2]
    assert bench.outcomes("one") == ["blocking"] * 4 + ["delivered"] * 2


def test_a_refused_receipt_waits_and_the_others_go_on(bench: Bench) -> None:
    """404 delays that one by a minute; it comes later, after the others."""
    bench.answer = lambda _name, sequence: NO if sequence == 1 else YES
    bench.lay(count=3)
    assert bench.sequences("one") == [1, 2, 3]
    bench.answer = lambda _name, _sequence: YES
    bench.pump(59)
    assert bench.sequences("one") == [1, 2, 3]
    bench.pump(1.5)
    assert bench.sequences("one") == [1, 2, 3, 1]


def test_retry_after_is_kept(bench: Bench) -> None:
    """A receiver that asks for 300 s is left alone for so long."""
    bench.answer = lambda _name, _sequence: Result(status=429, retry_after=300)
    bench.lay()
    bench.pump(299)
    assert len(bench.posted) == 1
    bench.pump(2)
    assert len(bench.posted) == 2


def test_what_waits_too_long_is_given_up_and_can_be_asked_for_again(bench: Bench) -> None:
    """After an hour: dead letter, a row says so; re-delivery on request begins anew."""
    bench.answer = lambda _name, _sequence: DOWN
    bench.lay()
    bench.pump(3700)
    assert bench.outcomes("one")[-1] == "dead"
    tried = len(bench.posted)
    bench.answer = lambda _name, _sequence: YES
    bench.pump(10_000)
    assert len(bench.posted) == tried
    bench.pusher.redeliver("one", 1)
    bench.pump(61)
    assert len(bench.posted) == tried + 1
    assert bench.outcomes("one")[-1] == "delivered"
    with pytest.raises(BadCallback):
        bench.pusher.redeliver("one", 99)


def test_a_restart_goes_on_from_the_store(tmp_path: Path) -> None:
    """What was under way is tried again, what was delivered is not; waits go on; nothing laid meanwhile is missed."""
    path = tmp_path / "customs.sqlite3"
    first = Bench(make_store(path))
    first.pusher.register(ONE)
    first.lay(count=2)
    first.answer = lambda _name, _sequence: DOWN
    first.lay()
    first.answer = lambda _name, _sequence: None
    first.pump(1)
    assert first.sequences("one") == [1, 2, 3, 3]
    first.pusher.stop()
    lay(first.store)
    first.store.database.close()
    second = Bench(make_store(path), first.time)
    second.pump()
    assert second.sequences("one") == [3, 4]
    assert second.pusher.view("one").callback == ONE


def test_a_channel_is_paused_and_resumed(bench: Bench) -> None:
    """Nothing goes out meanwhile; to pause twice is refused."""
    bench.pusher.tell("one", ChannelEvent.PAUSE)
    bench.lay(count=2)
    assert bench.posted == []
    with pytest.raises(IllegalStep):
        bench.pusher.tell("one", ChannelEvent.PAUSE)
    assert bench.pusher.tell("one", ChannelEvent.RESUME).channel.state is ChannelState.OPEN
    bench.pump()
    assert bench.sequences("one") == [1, 2]


def test_a_blocked_channel_is_unblocked_at_once(bench: Bench) -> None:
    """Without waiting for the next try."""
    bench.answer = lambda _name, _sequence: DOWN
    bench.lay()
    bench.pump(20)
    tried = len(bench.posted)
    bench.pusher.tell("one", ChannelEvent.UNBLOCK)
    bench.answer = lambda _name, _sequence: YES
    bench.pump()
    assert len(bench.posted) == tried + 1


def test_a_dropped_callback_hears_nothing_more(bench: Bench) -> None:
    """Not even a result that comes late does anything; a name that is not there is refused."""
    bench.answer = lambda _name, _sequence: None
    bench.lay(count=2)
    late = bench.open["one"]
    bench.pusher.drop("one")
    assert late.called
    bench.lay()
    bench.pump(100)
    assert bench.sequences("one") == [1]
    assert bench.time.getDelayedCalls() == []
    with pytest.raises(NoSuchCallback):
        bench.pusher.view("one")


def test_a_new_callback_begins_where_it_is_told_to(bench: Bench) -> None:
    """From now on by default, or above a mark; registering again keeps the place."""
    bench.lay(count=3)
    bench.pusher.register(Callback(name="late", url=ONE.url, recipient="R1"))
    bench.pusher.register(Callback(name="all", url=ONE.url, recipient="R1"), after=1)
    bench.pump()
    assert (bench.sequences("late"), bench.sequences("all")) == ([], [2, 3])
    bench.pusher.register(Callback(name="all", url=TWO.url, recipient="R1"))
    bench.lay()
    assert (bench.sequences("late"), bench.sequences("all")) == ([4], [2, 3, 4])


@pytest.mark.parametrize(
    ("name", "url", "header"),
    [
        ("Ä", ONE.url, "X-A"), ("a", "ftp://h/", "X-A"), ("a", "http:///x", "X-A"), ("a", "http://h:x/", "X-A"),
        ("a", "http://h/\r\nX: y", "X-A"), ("a", ONE.url, "Host"), ("a", ONE.url, "a b"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(bench: Bench, name: str, url: str, header: str) -> None:
    """Names, addresses and headers are looked at before they are kept."""
    with pytest.raises(BadCallback):
        bench.pusher.register(Callback(name=name, url=url, recipient="R1", headers={header: "x"}))
    assert [view.callback.name for view in bench.pusher.views()] == ["one"]


def test_a_tenant_put_back_in_time_is_noticed(bench: Bench) -> None:
    """After a restore what the store holds counts; as long as nothing changed, nothing is begun anew."""
    bench.lay(count=2)
    bench.answer = lambda _name, _sequence: None
    bench.lay()
    bench.pusher.in_step()
    bench.pump()
    assert bench.sequences("one") == [1, 2, 3]
    bench.store.set_mark("push:one", 1)
    bench.store.set_setting("push/channel/one", None)
    bench.answer = lambda _name, _sequence: YES
    bench.pusher.in_step()
    bench.pump()
    assert bench.sequences("one") == [1, 2, 3, 2, 3]
    bench.store.set_setting("push/callbacks", None)
    bench.pusher.in_step()
    bench.lay()
    assert bench.pusher.views() == ()


def test_a_result_that_cannot_be_kept_is_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full for a moment: the receipt goes out once more, no channel is stuck."""
    with monkeypatch.context() as patched:
        patched.setattr(bench.store, "note_delivery", lambda *_: 1 / 0)
        bench.lay()
    bench.pump(1.1)
    assert bench.sequences("one") == [1, 1]
    assert bench.outcomes("one") == ["delivered"]
