"""The gateway by itself: order of things, retries, breaker, what comes in, what is asked for again.

The other end is a simulated customs in memory; between the two stands a line that the tests break.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.customs_channel import failures
from tempgoods_edi.customs_channel.failures import ChannelError
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer
from tempgoods_edi.declarant import clocks
from tempgoods_edi.declarant.gateway import status
from tempgoods_edi.declarant.gateway.backoff import Backoff
from tempgoods_edi.declarant.gateway.breaker import Breaker, Circuit, Limits
from tempgoods_edi.declarant.gateway.customs_clock import CustomsClock
from tempgoods_edi.declarant.gateway.gateway import Gateway
from tempgoods_edi.declarant.gateway.missing_receipts import Patience
from tempgoods_edi.declarant.gateway.outbox import Waiting
from tempgoods_edi.declarant.gateway.transports import Arrival, Pulled, Transport
from tempgoods_edi.declarant.platform import SENDER_ID
from tempgoods_edi.declarant.query_messages import Enquirer
from tests.carried import Carried
from tests.declarant.gateway.channels import Channel, in_memory, platform_signer
from tests.declarant.gateway.memory import MemoryOutbox
from tests.h2018.tenant import OWNER, changed, fixture, signed, text_of

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DOWN = failures.unreachable("http://customs", "refused")
LATE = failures.slow("http://customs", 30)
#: No jitter: the tests count seconds.
BACKOFF = Backoff(first=1, most=64, jitter=0, tries=4)


class Line:
    """A way to customs that can be broken.

    :ivar broken: raised instead of handing over and pulling; the message does not arrive.
    :ivar deaf: raised after handing over: the message arrived, the answer did not.
    :ivar extra: arrivals that come before what customs sent.
    """

    def __init__(self, way: Transport) -> None:
        self._way, self.where = way, way.where
        self.broken: ChannelError | None = None
        self.deaf: ChannelError | None = None
        self.extra: tuple[Arrival, ...] = ()
        self.handed: list[str] = []
        self.settled: list[Arrival] = []
        self.pulls = 0

    def hand_over(self, name: str, data: bytes) -> TechnicalAnswer | None:
        """Unless it is broken."""
        self.handed.append(name)
        if self.broken is not None:
            raise self.broken
        answer = self._way.hand_over(name, data)
        if self.deaf is not None:
            raise self.deaf
        return answer

    def receipts(self, after: int) -> Pulled:
        """Unless it is broken."""
        self.pulls += 1
        if self.broken is not None:
            raise self.broken
        pulled = self._way.receipts(after)
        extra, self.extra = self.extra, ()
        return Pulled((*extra, *pulled.arrivals), pulled.mark, pulled.more)

    def settle(self, arrival: Arrival) -> None:
        """Notes it."""
        self.settled.append(arrival)

    def close(self) -> None:
        """Nothing is open."""


class Town:
    """A gateway between an outbox and customs, and a machine's clock."""

    def __init__(self, channel: Channel, **changes: object) -> None:
        self.customs, self.outbox, self.line = channel.customs, MemoryOutbox(), Line(channel.transport)
        self.now, self.seconds, self._changes = NOW, 0.0, changes
        self.gateway = self.start()

    def start(self) -> Gateway:
        """A new gateway on the same outbox, as after a kill."""
        given: dict[str, object] = {"backoff": BACKOFF, "limits": Limits(failures=3, first=5, most=20)}
        given |= {"seconds": lambda: self.seconds}
        self.gateway = Gateway(self.outbox, self.line, Random(1), **(given | self._changes))  # type: ignore[arg-type]  # each is of its kind
        return self.gateway

    def stands(self, circuit: Circuit) -> bool:
        """True when the channel stands so."""
        told = status.channel(self.outbox)
        return told is not None and told.circuit is circuit

    def turn(self, after: float = 1.0) -> None:
        """A turn, so many seconds after the last."""
        self.now += timedelta(seconds=after)
        self.seconds += after
        self.gateway.turn(self.now)

    def turns(self, seconds: int) -> None:
        """One turn a second."""
        for _ in range(seconds):
            self.turn()


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Channel]:
    """A customs in memory."""
    with in_memory(tmp_path) as made:
        yield made


@pytest.fixture
def town(channel: Channel) -> Town:
    """A gateway with everything working."""
    return Town(channel)


def filing(serial: int = 1, **values: str) -> bytes:
    """A signed declaration."""
    tree = changed(fixture("tmp101-minimal"), {path.replace("__", "/"): value for path, value in values.items()})
    return signed(tree, serial, sender=SENDER_ID)


def test_what_is_put_in_goes_out_and_its_receipts_come_in(town: Town) -> None:
    """Taken with its technical answer; Y and 1 received in order, each once, and marked as fetched."""
    message = town.outbox.put_in(filing())
    town.turn()
    assert (message.state, message.attempts) == ("sent", 1)
    assert text_of(message.answer or b"", "DealFlag") == "0"
    town.customs.control.advance(600)
    town.turns(3)
    assert town.outbox.results() == ["Y", "1"]
    assert town.line.handed == [message.message_id]


def test_what_customs_do_not_take_fails_with_their_reasons(town: Town) -> None:
    """Once, with the rule in the words; it is not tried again."""
    message = town.outbox.put_in(filing(Head__InputEtpsNo="310196K27X"))
    town.turns(3)
    assert (message.state, message.attempts) == ("failed", 1)
    assert "TG-HEAD" in message.errors[-1].zh
    assert "customs did not take it" in message.errors[-1].en
    assert text_of(message.answer or b"", "DealFlag") == "-1"


def test_customs_that_are_busy_are_asked_again(town: Town) -> None:
    """DealFlag -1 with nothing wrong but the time: the same bytes again, taken in the end."""
    town.customs.control.next("busy", count=2)
    message = town.outbox.put_in(filing())
    town.turns(10)
    assert (message.state, message.attempts) == ("sent", 3)
    assert all("系统繁忙" in error.zh for error in message.errors)


def test_a_message_is_tried_again_ever_later_and_then_given_up(town: Town) -> None:
    """Waits double; after the last try it has failed, with the reason of that try; customs never saw it."""
    town.line.broken = DOWN
    message = town.outbox.put_in(filing())
    tried_at = []
    for second in range(40):
        before = len(message.errors)
        town.turn()
        if len(message.errors) > before:
            tried_at.append(second)
    assert tried_at[0] == 0
    assert tried_at == sorted(tried_at)
    assert message.state == "failed"
    assert len(message.errors) == BACKOFF.tries
    assert "不再重试" in message.errors[-1].zh
    assert "refused" in message.errors[-1].en
    assert town.customs.control.cases() == []


def test_an_outage_is_got_over(town: Town) -> None:
    """Down for a while, then up: what waited goes out as soon as the channel works, not when its wait would be over."""
    town.line.broken = DOWN
    messages = [town.outbox.put_in(filing(serial)) for serial in (1, 2)]
    town.turns(4)
    assert {message.state for message in messages} == {"queued"}
    town.line.broken = None
    town.turns(8)
    assert {message.state for message in messages} == {"sent"}
    assert len(town.customs.control.cases()) == 2


def test_while_the_breaker_is_open_nobody_knocks(town: Town) -> None:
    """After three failures in a row only one look now and then; the start page is told, with the reason, until it is over."""
    town.line.broken = DOWN
    town.turns(3)
    assert town.stands(Circuit.OPEN)
    knocks = town.line.pulls
    town.turns(4)
    assert town.line.pulls == knocks
    told = status.trouble(town.outbox, town.now)
    assert told
    assert told.zh.startswith("海关通道中断：")
    assert "refused" in told.en
    town.line.broken = None
    town.turns(10)
    assert town.stands(Circuit.CLOSED)
    assert status.trouble(town.outbox, town.now) is None


def test_a_gateway_that_is_not_there_is_told_too(town: Town) -> None:
    """Never started, or not seen for a minute."""
    assert status.trouble(town.outbox, NOW) is not None
    town.turn()
    assert status.trouble(town.outbox, town.now) is None
    assert status.trouble(town.outbox, town.now + timedelta(minutes=2)) is not None
    town.outbox.settings[status.SETTING] = "{garbage"
    assert status.channel(town.outbox) is None


def test_an_answer_that_got_lost_doubles_nothing(town: Town) -> None:
    """The message arrived, the answer did not: the same bytes again, the same answer, one case."""
    town.line.deaf = LATE
    message = town.outbox.put_in(filing())
    town.turn()
    assert message.state == "queued"
    town.line.deaf = None
    town.turns(10)
    assert (message.state, message.attempts) == ("sent", 2)
    assert len(town.customs.control.cases()) == 1
    town.customs.control.advance(600)
    town.turns(3)
    assert town.outbox.results() == ["Y", "1"]


def test_killed_between_handing_over_and_noting_it(town: Town) -> None:
    """A new gateway finds it half done, sends the same bytes, and all is as if nothing had been."""
    message = town.outbox.put_in(filing())
    town.outbox.sending(message.id, NOW)
    town.line.hand_over(message.message_id, message.data)
    town.start()
    town.turn()
    assert message.state == "sent"
    assert town.line.handed == [message.message_id] * 2
    assert len(town.customs.control.cases()) == 1


def test_one_bad_message_does_not_hold_up_the_others(town: Town) -> None:
    """Bytes that customs cannot read fail; those behind them go out in the same turn."""
    bad = town.outbox.put_in(filing(1))
    bad.data = b"<no"
    good = town.outbox.put_in(filing(2))
    town.turn()
    assert (bad.state, good.state) == ("failed", "sent")


def test_a_message_that_our_own_side_stumbles_over_holds_up_nothing(town: Town) -> None:
    """What cannot be noted is kept back with the reason; those behind it go out, receipts come in."""
    first, second = town.outbox.put_in(filing(1)), town.outbox.put_in(filing(2))
    town.outbox.choke = first.id
    town.turns(3)
    assert (first.state, second.state) == ("queued", "sent")
    assert "ValueError" in first.errors[-1].en
    assert town.line.handed == [first.message_id, second.message_id]
    town.customs.control.advance(600)
    town.turns(2)
    assert len(town.outbox.received) == 4


def test_retry_after_is_kept(town: Town) -> None:
    """Customs ask for ten seconds: nobody knocks before."""
    at = town.customs.control.clock().now
    town.customs.control.outage(until=at + timedelta(seconds=10))
    message = town.outbox.put_in(filing())
    town.turn()
    assert message.attempts == 1
    assert "10" in message.errors[0].en
    town.turns(9)
    assert (message.attempts, town.line.pulls) == (1, 0)


@pytest.mark.parametrize("poison", [b"Package", b"<TMP201>"])
def test_a_poisoned_receipt_is_laid_aside_and_holds_up_nothing(town: Town, poison: bytes) -> None:
    """What the store chokes on is kept aside with the reason; the mark moves on; what comes behind it is received."""
    town.outbox.poison = b"<poison/>"
    town.line.extra = (Arrival(data=b"<poison/>", sequence=1), Arrival(data=poison, sequence=2))
    town.turns(2)
    assert town.outbox.aside == [(b"<poison/>", "ValueError: 1")]
    assert town.outbox.received == [poison]
    assert len(town.line.settled) == 2


def test_a_technical_answer_may_come_later(town: Town) -> None:
    """As through folders: taken or not, by the name it answers; a second one changes nothing; one for nobody is received."""
    first, second = town.outbox.put_in(filing(1)), town.outbox.put_in(filing(2))
    for each in (first, second):
        town.outbox.sent(each.id, None, NOW)
    taken = b"<CommonResponeMessage><CheckInfo>ok</CheckInfo><DealFlag>0</DealFlag></CommonResponeMessage>"
    town.line.extra = (
        Arrival(data=taken, about=first.message_id, taken=True),
        Arrival(data=b"garbage", about=second.message_id, taken=False),
        Arrival(data=taken, about=second.message_id, taken=True),
        Arrival(data=taken, about="nobody", taken=True),
    )
    town.turn()
    assert (first.state, first.answer) == ("sent", taken)
    assert (second.state, second.answer) == ("failed", b"garbage")
    assert town.outbox.received == [taken]


def test_a_query_gets_its_answer(town: Town) -> None:
    """TMP151 signed by the platform: the answer is found by the query's id."""
    query = Enquirer(platform_signer(), Random(3).randbytes).query(
        "TMP151", OWNER, {"ExhibitionNo": "ZH222826000017"}, town.gateway.business(NOW)
    )
    asked = town.outbox.put_in(query.data, kind="inquiry")
    town.turns(3)
    assert asked.state == "answered"
    assert text_of(asked.answer or b"", "oriMessageId") == query.message_id
    assert text_of(asked.answer or b"", "resultCd") == "1"


def test_receipts_that_do_not_come_are_asked_for_again(channel: Channel) -> None:
    """After the limit, by TMP141, then ever more rarely; whoever moves on is not asked about."""
    enquirer = Enquirer(platform_signer(), Random(5).randbytes)
    town = Town(channel, patience=Patience(first=10, every=1), enquirer=enquirer)
    town.outbox.put_in(filing())
    town.turn()
    town.customs.control.advance(600)
    seq_no = str(town.customs.control.cases()[0]["seq_no"])
    town.turns(3)
    town.outbox.received.clear()
    town.outbox.silent = [Waiting(OWNER, seq_no, "sent")]
    town.turns(14)
    asked = [each for each in town.outbox.messages if each.kind == "inquiry"]
    assert [text_of(each.data, "SeqNo") for each in asked] == [seq_no]
    assert (asked[0].state, asked[0].seq_no) == ("sent", seq_no)
    assert town.outbox.results() == ["Y", "1"]
    town.turns(19)
    assert len(town.outbox.messages) == 3
    town.outbox.silent = [Waiting(OWNER, seq_no, "approved")]
    town.turns(9)
    assert len(town.outbox.messages) == 3


def test_what_customs_do_not_know_is_handed_over_again(channel: Channel) -> None:
    """Asked about a declaration that never arrived, customs refuse: its message goes out once more."""
    enquirer = Enquirer(platform_signer(), Random(5).randbytes)
    town = Town(channel, patience=Patience(first=5, every=1), enquirer=enquirer)
    town.outbox.silent = [Waiting(OWNER, "202600000000009999", "sent", 1)]
    town.turns(40)
    assert town.outbox.again_ == ["202600000000009999"]


@pytest.mark.parametrize("kept", ["1" + "0" * 30, "-3", "²", "x", ""])
def test_a_mark_that_cannot_be_is_got_over(town: Town, kept: str) -> None:
    """Whatever an earlier version has believed and kept: everything is fetched again, nothing stops."""
    town.outbox.put_in(filing())
    town.outbox.settings[f"receipts mark {town.line.where}"] = kept
    town.turn()
    town.customs.control.advance(600)
    town.turn()
    assert town.outbox.results() == ["Y", "1"]


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_clock_at_the_end_of_the_calendar_is_not_followed(channel: Channel, year: str) -> None:
    """Nor does one that was followed once stop anything."""
    shown = {"mode": "live", "now": f"{year}-01-01T00:00:00+08:00"}
    answer = httpx.Response(200, content=msgspec.json.encode(shown))
    clock = CustomsClock("http://memory", client=Carried(lambda _: answer))
    follower = Town(channel, clock=clock)
    follower.turn()
    assert follower.gateway.business(NOW) == NOW
    for kept in (clocks.Followed(offset=1e12), clocks.Followed(offset=-1e12)):
        follower.outbox.settings[clocks.SETTING] = clocks.clock_text(kept)
        assert follower.gateway.business(NOW) == NOW


def test_business_time_follows_customs_clock(town: Town, channel: Channel) -> None:
    """Standing still, it stands; running, the distance is kept; without anything it is the machine's."""
    assert town.gateway.business(NOW) == NOW
    assert clocks.business_now(NOW, town.outbox).utcoffset() == timedelta(hours=8)

    def shown(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/control/clock"
        clock = channel.customs.control.clock()
        return httpx.Response(200, content=msgspec.json.encode({"mode": clock.mode, "now": clock.now}))

    clock = CustomsClock("http://memory", client=Carried(shown))
    follower = Town(channel, clock=clock)
    follower.turn()
    at = channel.customs.control.clock().now
    assert follower.gateway.business(follower.now) == at
    follower.turn()
    assert follower.gateway.business(follower.now + timedelta(days=1)) == at
    channel.customs.control.set_clock("live")
    follower.turn(10)
    assert abs(follower.gateway.business(follower.now) - at) < timedelta(seconds=5)
    ahead = follower.gateway.business(follower.now + timedelta(days=1))
    assert abs(ahead - at - timedelta(days=1)) < timedelta(seconds=5)
    follower.outbox.settings[clocks.SETTING] = "{"
    assert follower.gateway.business(NOW) == NOW


@pytest.mark.parametrize(
    "answer", [httpx.Response(404), httpx.Response(200, content=b"[]"), httpx.Response(200, content=b"{")]
)
def test_customs_without_a_control_clock_leave_business_time_alone(
    town: Town, channel: Channel, answer: httpx.Response
) -> None:
    """Real customs have none."""
    clock = CustomsClock("http://memory", client=Carried(lambda _: answer))
    follower = Town(channel, clock=clock)
    follower.turn()
    assert follower.gateway.business(NOW) == NOW


@given(st.integers(1, 40), st.integers(0, 2**32), st.none() | st.floats(0, 10_000))
def test_a_wait_is_between_its_limits(failures_: int, seed: int, asked: float | None) -> None:
    """Never longer than the most, never shorter than asked for (below that), and none after the last try."""
    backoff = Backoff(first=2, most=60, jitter=0.2, tries=30)
    wait = backoff.wait(failures_, Random(seed), asked)
    if failures_ >= 30:
        assert wait is None
        return
    assert wait is not None
    assert min(60, 2 * 2 ** (failures_ - 1)) * 0.8 <= wait <= 60
    assert wait >= min(60, asked or 0)


@given(st.lists(st.tuples(st.sampled_from(["ask", "ok", "fail", "busy"]), st.integers(0, 30)), max_size=60))
def test_the_breaker_lets_nobody_through_before_its_time(steps: list[tuple[str, int]]) -> None:
    """Whatever happens: open only after enough failures or a request to wait, half open only once that is over."""
    breaker, now = Breaker(limits=Limits(failures=3, first=5, most=20)), 0.0
    for what, seconds in steps:
        now += seconds
        before = breaker
        breaker = breaker.asked(now)
        if before.circuit is Circuit.OPEN:
            assert breaker.lets_through is (before.waits(now) == 0)
        if what == "ask" or not breaker.lets_through:
            continue
        if what == "ok":
            breaker = breaker.succeeded()
            assert (breaker.circuit, breaker.failures, breaker.until) == (Circuit.CLOSED, 0, None)
            continue
        breaker = breaker.failed(now, 7.0 if what == "busy" else None)
        opened = what == "busy" or before.circuit is not Circuit.CLOSED or before.failures >= 2
        assert (breaker.circuit is Circuit.OPEN) is opened
        assert breaker.waits(now) <= 20
