"""The one interpreter of what was decided: it checks, decides, keeps, schedules and sends.

Synchronous: `intake` returns when the message is dealt with.  Time comes from the business clock, chance from the
seed, so the same messages at the same times give the same bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random

from msgspec import Struct
from msgspec.structs import replace
from twisted.logger import Logger

from h2018 import decide, outgoing, review
from h2018.cases import Answer, Case, Decision, Due, Keep, Later, Register, Resend, Send
from h2018.clock import BusinessClock
from h2018.config import Config
from h2018.decide import Situation
from h2018.queries import Files
from h2018.registry import Registry
from h2018.review import Delays
from h2018.store import Receipt, Reply, Store, fingerprint
from tempgoods_edi.desk import MAX_BYTES, Checked, Policy, check
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing.certificates import Trust

_log = Logger()


class Hearer(Struct, frozen=True):
    """Somebody who is told of each receipt as it is sent.

    :ivar source: only receipts of messages that came in this way; None for all.
    """

    source: str | None
    tell: Callable[[Receipt], None]


class Service:
    """One simulated customs.

    :ivar store: what it remembers of messages.
    :ivar registry: what it has on file beside them.
    """

    def __init__(
        self,
        config: Config,
        clock: BusinessClock,
        registry: Registry | None = None,
        store: Store | None = None,
        trust: Trust | None = None,
    ) -> None:
        self.config = config
        self.clock = clock
        self.registry = Registry() if registry is None else registry
        self.store = Store() if store is None else store
        self._trust = trust
        self._random = Random(config.seed)
        self._hearers: list[Hearer] = []
        self._at_once: deque[Callable[[], None]] = deque()
        self._delays = Delays(store=config.store_seconds, review=config.review_seconds, answer=config.answer_seconds)
        if config.progression == "immediate":
            self._delays = Delays(store=0, review=0, answer=0)

    def subscribe(self, tell: Callable[[Receipt], None], source: str | None = None) -> None:
        """Have *tell* called with every receipt from now on, or with those for one way in."""
        self._hearers.append(Hearer(source, tell))

    def intake(self, data: bytes, source: str) -> Reply:
        """Take a message (XML, or ZIP with its attachments) and answer it.

        Bytes taken before get the answer they were given then, and nothing happens a second time.

        :param source: the way it came in, such as ``http``.
        """
        content = fingerprint(data, MAX_BYTES)
        known = self.store.reply_to(content)
        if known is not None:
            now = self.clock.now()
            self.store.note("repeated", now, known.trace_id, message_id=known.message_id, seq_no=known.seq_no, data=data)
            return replace(known, repeated=True)
        reply = self._take(data, content, source)
        self._run_at_once()
        return reply

    def _take(self, data: bytes, content: str, source: str) -> Reply:
        now, trace_id = self.clock.now(), f"{self._random.getrandbits(64):016x}"
        policy = Policy(now=now, trust=self._trust, allow_unsigned=self.config.allow_unsigned)
        checked = check(data, self._facts(), policy)
        message = checked.message
        message_id = None if message is None else message.info.message_id
        self.store.note("received", now, trace_id, message_id=message_id, data=data)
        decision = decide.intake(checked, self._situation(checked, source, trace_id))
        answer = next(effect for effect in decision.effects if isinstance(effect, Answer))
        reply = Reply(
            outcome=answer.outcome,
            data=outgoing.technical(answer),
            trace_id=answer.trace_id or trace_id,
            message_id=message_id,
            seq_no=answer.seq_no,
            rules=tuple(why.rule for why in decision.why if why.rule is not None),
        )
        self.store.note(
            "answered", now, trace_id, message_id=message_id, seq_no=answer.seq_no, data=reply.data, why=decision.why
        )
        if answer.outcome == "accepted" and message is not None:
            self.store.take(content, message.info.sender_id, message.info.message_id, reply)
        self._interpret(decision)
        return reply

    def _facts(self) -> Facts:
        registry = self.registry
        return Facts(
            today=self.clock.now().date(),
            in_house_numbers=self.store.in_house_numbers,
            exhibitions=registry.exhibitions,
            entries=registry.entries,
            extensions=registry.extensions,
            in_force=registry.in_force,
            attachments={},
        )

    def _situation(self, checked: Checked, source: str, trace_id: str) -> Situation:
        now, message, store = self.clock.now(), checked.message, self.store
        document = None if message is None else message.document
        head = getattr(document, "head", document)
        return Situation(
            now=now,
            source=source,
            trace_id=trace_id,
            taken=message is not None and store.is_taken(message.info.sender_id, message.info.message_id),
            case=store.case(getattr(head, "seq_no", None)),
            of_number=store.case_of(getattr(head, "exhibition_no", None) or getattr(head, "business_id", None)),
            next_seq_no=store.next_seq_no(now.year),
            delays=self._delays,
            files=Files(self.registry, store.case_of),
        )

    def _interpret(self, decision: Decision) -> None:
        for effect in decision.effects:
            match effect:
                case Answer():
                    pass  # given back by intake
                case Keep(case):
                    self.store.keep(case)
                case Register(case):
                    self.registry.approve(case)
                case Later(seconds, due):
                    self._later(seconds, lambda due=due: self._step(due))  # type: ignore[misc]  # a lambda's default
                case Send():
                    self._later(effect.seconds, lambda send=effect: self._send(send))  # type: ignore[misc]  # as above
                case Resend():
                    self._resend(effect)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        if seconds <= 0:
            self._at_once.append(call)
        else:
            self.clock.call_later(seconds, lambda: self._run(call))

    def _run(self, call: Callable[[], None]) -> None:
        call()
        self._run_at_once()

    def _run_at_once(self) -> None:
        while self._at_once:
            self._at_once.popleft()()

    def _step(self, due: Due) -> None:
        case, now = self.store.case(due.seq_no), self.clock.now()
        if case is None or case.attempt != due.attempt:
            return
        if due.step == "store":
            decision = review.stored(case, now, self._delays)
        else:
            facts = replace(self._facts(), today=case.received.date())
            decision = review.reviewed(case, now, facts, self._next_number(case))
        self.store.note(
            "decided", now, case.trace_id, message_id=case.message_id, seq_no=case.seq_no, why=decision.why
        )
        self._interpret(decision)

    def _next_number(self, case: Case) -> str:
        office = case.document.head.master_cus_cd
        return self.registry.next_number(case.code, office, self.clock.now().year, self.config.prefixes)

    def _send(self, send: Send) -> None:
        now, sequence = self.clock.now(), self.store.next_sequence
        sent = outgoing.Sent(
            sender=self.config.sender_id,
            recipient=send.recipient,
            at=now,
            serial=sequence,
            pocket=f"{self._random.getrandbits(128):032x}",
        )
        message_id, data = outgoing.packaged(send.code, send.document, send.about, sent)
        receipt = Receipt(
            sequence=sequence,
            recipient=send.recipient,
            source=send.source,
            code=send.code,
            message_id=message_id,
            data=data,
            at=now,
            trace_id=send.trace_id,
            seq_no=send.seq_no,
            kind=send.kind,
        )
        self.store.note("sent", now, send.trace_id, message_id=send.reply_to, seq_no=send.seq_no, data=data)
        self._deliver(receipt)

    def _resend(self, resend: Resend) -> None:
        for receipt in self.store.receipts_of(resend.seq_no):
            if resend.kind in (None, receipt.kind):
                sequence = self.store.next_sequence
                again = replace(receipt, sequence=sequence, recipient=resend.recipient, source=resend.source)
                self.store.note("sent", self.clock.now(), receipt.trace_id, seq_no=receipt.seq_no, data=receipt.data)
                self._deliver(again)

    def _deliver(self, receipt: Receipt) -> None:
        self.store.add_receipt(receipt)
        for hearer in self._hearers:
            if hearer.source in (None, receipt.source):
                try:
                    hearer.tell(receipt)
                except Exception:  # noqa: BLE001 - one way out that fails must not stop the others
                    _log.failure("receipt {sequence} could not be handed to a listener", sequence=receipt.sequence)
