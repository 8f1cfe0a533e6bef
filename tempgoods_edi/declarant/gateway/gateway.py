"""The gateway's turn: send what is due, fetch what came, ask for missing receipts, report the state of the channel.

What is due when goes by a clock that nobody sets (`steady`): the machine's may be put back or forward, and business time
may stand still or jump in a demonstration.  What is written into the store carries business time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from tempgoods_edi import steady
from tempgoods_edi.customs_channel.failures import ChannelError
from tempgoods_edi.customs_channel.http_api import mark as marked
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer, read_answer
from tempgoods_edi.declarant import clocks
from tempgoods_edi.declarant.gateway import status
from tempgoods_edi.declarant.gateway.backoff import Backoff
from tempgoods_edi.declarant.gateway.breaker import Breaker, Circuit, Limits
from tempgoods_edi.declarant.gateway.customs_clock import CustomsClock
from tempgoods_edi.declarant.gateway.missing_receipts import MissingReceipts, Patience
from tempgoods_edi.declarant.gateway.outbox import Message, Outbox, Pending, Waiting
from tempgoods_edi.declarant.gateway.retries import Retries
from tempgoods_edi.declarant.gateway.transports import Arrival, Transport
from tempgoods_edi.declarant.query_messages import Enquirer, Query
from tempgoods_edi.declarant.store.database import NOT_KEPT
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

#: High-water mark of receipts, per destination.
_MARK = "receipts mark {where}"
#: Most messages looked at in one turn, and most pages of receipts.
_MOST_MESSAGES, _MOST_PAGES = 1000, 20

_INQUIRY = "inquiry"

#: What one message or receipt can make our own side stumble over; a database that is away is none of it.
_CHOKED = (
    TempgoodsError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, *NOT_KEPT
)  # fmt: skip

_OURS = Bilingual("本系统处理时出错：{why}", "our own side failed on it: {why}")
_NOT_TAKEN = Bilingual("海关未接收：{reasons}", "customs did not take it: {reasons}")
_GIVEN_UP = Bilingual("已尝试 {tries} 次，不再重试。{why}", "given up after {tries} tries. {why}")


class Pace(Struct, frozen=True, kw_only=True):
    """Intervals of the gateway's work, in seconds.

    :ivar look: between two looks into the outbox.
    :ivar poll: between two looks for receipts.
    :ivar clock: between two looks at customs' clock.
    :ivar told: between two words to the start page while nothing changes.
    """

    look: float = 0.25
    poll: float = 0.5
    clock: float = 5.0
    told: float = 15.0


#: Long ago: what is due at once.
_ANY = float("-inf")


class Gateway:
    """The gateway for one channel to customs.

    :param chance: for the jitter of waits.
    :param enquirer: signs requests for receipts; None asks for none.
    :param clock: customs' clock to follow; None in real operation.
    :param seconds: what schedules go by; a clock that nobody sets.
    :param enough: asked between two exchanges; True ends the turn.
    """

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        chance: Random,
        *,
        backoff: Backoff | None = None,
        limits: Limits | None = None,
        patience: Patience | None = None,
        pace: Pace | None = None,
        enquirer: Enquirer | None = None,
        clock: CustomsClock | None = None,
        seconds: Callable[[], float] = steady.seconds,
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self._outbox, self._transport, self._pace = outbox, transport, pace or Pace()
        self._breaker = Breaker(limits=limits or Limits())
        self._missing_receipts = MissingReceipts(patience or Patience())
        self._enquirer, self._clock, self._seconds, self._enough = enquirer, clock, seconds, enough
        self._retries = Retries(backoff or Backoff(), chance, seconds)
        self._error: Bilingual | None = None
        self._polls_at = self._reads_clock_at = _ANY
        self._told: tuple[Circuit, float] | None = None
        self._down_since: datetime | None = None

    def turn(self, now: datetime) -> float:
        """Do everything that is due at *now*; returns the seconds until the next turn.

        :param now: the machine's time, aware.
        :returns: seconds until something may be due again; what is put into the outbox meanwhile is seen then.
        """
        self._follow(now)
        self._hand_over_all(now)
        if self._seconds() >= self._polls_at and not self._enough():
            self._polls_at = self._seconds() + self._pace.poll
            self._fetch(now)
        self._ask_again(now)
        self._tell(now)
        return self._pace.look

    def business(self, now: datetime) -> datetime:
        """Business time when the machine shows *now*."""
        return clocks.business_now(now, self._outbox)

    # -- customs' clock

    def _follow(self, now: datetime) -> None:
        if self._clock is None or self._seconds() < self._reads_clock_at:
            return
        self._reads_clock_at = self._seconds() + self._pace.clock
        shown = self._clock.read()
        if shown is None:
            return
        manual, drift = shown.mode == "manual", shown.now - self.business(now)
        changed = manual is not (clocks.stored_clock(self._outbox).stands_at is not None)
        # A second more or less is the time the question took: not every answer is written down.
        if changed or abs(drift) > timedelta(seconds=1) or (manual and drift):
            self._outbox.put(clocks.SETTING, clocks.clock_text(clocks.followed(shown.now, now, manual=manual)))

    # -- out

    def _hand_over_all(self, now: datetime) -> None:
        pending = self._outbox.open(_MOST_MESSAGES)
        self._retries.keep_only({each.id for each in pending})
        for each in pending:
            if not self._retries.is_due(each.id):
                continue
            if self._enough():
                return
            try:
                self._hand_over(each, now)
            except _CHOKED as error:
                self._retries.put_off(each.id)
                why = _OURS.format(why=f"{type(error).__name__}: {error}")
                self._outbox.retry(each.id, self.business(now), why, self.business(now))

    def _hand_over(self, pending: Pending, now: datetime) -> None:
        self._breaker = self._breaker.asked(self._seconds())
        if not self._breaker.lets_through:
            self._not_now(pending, now, self._error or Circuit.OPEN.label, self._breaker.waits(self._seconds()))
            return
        message = self._outbox.named(pending.message_id)
        if message is None:
            return
        self._outbox.sending(message.id, self.business(now))
        try:
            answer = self._transport.hand_over(message.message_id, message.data)
        except ChannelError as error:
            self._channel_failed(error, now)
            self._not_now(pending, now, error.text, error.retry_after)
            return
        self._channel_works()
        self._polls_at = _ANY  # its receipts may be there already
        if answer is not None and answer.try_again:
            self._not_now(pending, now, _not_taken(answer), None)
            return
        self._noted(message, answer, now)

    def _noted(self, message: Message, answer: TechnicalAnswer | None, now: datetime) -> None:
        if answer is None or answer.taken:
            self._outbox.sent(message.id, None if answer is None else answer.data, self.business(now))
            return
        self._outbox.failed(message.id, _not_taken(answer), answer.data, self.business(now))
        if message.kind == _INQUIRY and message.seq_no is not None:
            # Receipts were asked for, and customs do not know the declaration.
            self._outbox.again(message.seq_no, self.business(now))

    def _not_now(self, message: Pending, now: datetime, why: Bilingual, asked: float | None) -> None:
        failure, business = self._retries.failed(message.id, message.attempts, asked), self.business(now)
        if failure.wait is None:
            self._outbox.failed(message.id, _GIVEN_UP.format(tries=failure.failures, why=why), None, business)
        else:
            self._outbox.retry(message.id, business + timedelta(seconds=failure.wait), why, business)

    # -- in

    def _fetch(self, now: datetime) -> None:
        self._breaker = self._breaker.asked(self._seconds())
        if not self._breaker.lets_through:
            return
        name = _MARK.format(where=self._transport.where)
        for _ in range(_MOST_PAGES):
            # One that cannot be begins anew: what came before comes again, which is harmless.
            mark = marked(self._outbox.get(name)) or 0
            try:
                pulled = self._transport.receipts(mark)
            except ChannelError as error:
                self._channel_failed(error, now)
                return
            self._channel_works()
            for arrival in pulled.arrivals:
                self._take(arrival, now)
                self._transport.settle(arrival)
            if pulled.mark != mark:
                self._outbox.put(name, str(pulled.mark))
            if not pulled.more or self._enough():
                return

    def _take(self, arrival: Arrival, now: datetime) -> None:
        """Keep one arrival.  One that cannot be dealt with is laid aside: it must not hold up those behind it."""
        try:
            if arrival.about is not None and self._technical(arrival, now):
                return
            self._outbox.receive(arrival.data, arrival.sequence, self.business(now))
        except _CHOKED as error:
            self._outbox.quarantine(arrival.data, f"{type(error).__name__}: {error}", self.business(now))

    def _technical(self, arrival: Arrival, now: datetime) -> bool:
        """A technical answer that came by itself; False when no message of ours is meant."""
        message = self._outbox.named(arrival.about or "")
        if message is None:
            return False
        if message.answer is None:
            taken = bool(arrival.taken)
            # The name of the file says it too, should the answer in it be unreadable.
            answer = read_answer(arrival.data) or TechnicalAnswer(
                data=arrival.data, taken=taken, seq_no=None, check_info=""
            )
            self._noted(message, answer, now)
        return True

    # -- what is missing

    def _ask_again(self, now: datetime) -> None:
        if self._enquirer is None or not self._missing_receipts.looks(self._seconds()):
            return
        business = self.business(now)
        for each in self._missing_receipts.overdue(self._outbox.waiting(), self._seconds()):
            self._outbox.inquire(_receipts_again(self._enquirer, each, business), each.seq_no, business)

    # -- the channel

    def _channel_works(self) -> None:
        if self._breaker.circuit is not Circuit.CLOSED:
            self._retries.all_due()
        self._breaker, self._error, self._down_since = self._breaker.succeeded(), None, None

    def _channel_failed(self, error: ChannelError, now: datetime) -> None:
        self._breaker, self._error = self._breaker.failed(self._seconds(), error.retry_after), error.text
        if self._breaker.circuit is not Circuit.CLOSED:
            self._down_since = self._down_since or now

    def _tell(self, now: datetime) -> None:
        circuit = self._breaker.circuit
        if self._told is not None:
            told, at = self._told
            if told is circuit and self._seconds() - at < self._pace.told:
                return
        self._told = circuit, self._seconds()
        channel = status.Channel(
            where=self._transport.where,
            circuit=circuit,
            seen_at=now,
            since=self._down_since,
            error=None if circuit is Circuit.CLOSED else self._error,
        )
        self._outbox.put(status.SETTING, status.channel_text(channel))


def _not_taken(answer: TechnicalAnswer) -> Bilingual:
    return _NOT_TAKEN.format(reasons=answer.check_info)


def _receipts_again(enquirer: Enquirer, waiting: Waiting, business: datetime) -> Query:
    return enquirer.query("TMP141", waiting.enterprise_no, {"SeqNo": waiting.seq_no}, business)
