"""Intake of messages: checks a message, decides, stores the decision, answers.

Synchronous: `intake` returns when the message is dealt with and what was done is on the disk; what is slow about a
message was done before, by `workers.preparation`.  Time comes from the business clock, chance from the seed, so the same messages at
the same times give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from twisted.logger import Logger

from h2018.business_clock import BusinessClock
from h2018.cases import Answer, Decision, Keep, Later, Why
from h2018.config import Config
from h2018.decisions import intake, messages
from h2018.decisions.intake import Situation
from h2018.decisions.overrides import BY_OFFICERS, Overridden, on_course, overridden
from h2018.decisions.queries import Files
from h2018.registry.registry import Registry
from h2018.steering.live import Overrides
from h2018.steering.view import view
from h2018.store import Reply, Store
from h2018.tenant.effects import Effects
from h2018.tenant.idempotency import identity_of, repeat_of
from h2018.tenant.progress import Party, Progress, trace_of
from h2018.workers.preparation import PreparedMessage, as_read
from tempgoods_edi.databases import trouble
from tempgoods_edi.desk import Checked, Policy, judged
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.signing.policy import policy_of
from tempgoods_edi.values import Bilingual

_FAULT = Bilingual("模拟器内部错误：{why}", "a fault of the simulator: {why}")

_log = Logger()


class IntakeService:
    """The intake of one simulated customs.

    :ivar store: what it remembers of messages.
    :ivar registry: what it has on file beside them.
    """

    def __init__(self, effects: Effects, progress: Progress, overrides: Overrides, trust: Trust | None = None) -> None:
        self._effects, self._progress, self._overrides, self._trust = effects, progress, overrides, trust
        self.clock: BusinessClock = effects.clock
        self.store: Store = effects.store
        self.registry: Registry = effects.registry

    @property
    def config(self) -> Config:
        """The tenant's present settings."""
        return self._effects.config

    def policy(self) -> Policy:
        """The present policy for reading messages."""
        config = self.config
        profile = policy_of(config.signature_profile)
        return Policy(now=self.clock.now(), trust=self._trust, signature=profile, allow_unsigned=config.allow_unsigned)

    def intake(
        self, prepared: PreparedMessage, source: str, then: Callable[[Exception | None], None] | None = None
    ) -> Reply:
        """Take a message (XML, or ZIP with its attachments) and answer it.

        A message taken before, whatever bytes it comes in, gets the answer it was given then, and nothing happens a
        second time.

        :param source: the way it came in, such as ``http``.
        :param then: when left out, everything is on the disk when this returns.  Else it will be soon, together with
            others; the answer is not to be given before this is called with None (or, with an exception, never).
        """
        work = self._effects.work
        try:
            with work.transaction() if then is None else work.group_commit(then):
                known = self.store.reply_to(prepared.content)
                return self._take(prepared, source) if known is None else self._again(known, prepared)
        except Exception as error:
            self._note_fault(prepared, error)
            raise

    def _again(self, known: Reply, prepared: PreparedMessage) -> Reply:
        self.store.note(
            "repeated",
            self.clock.now(),
            known.trace_id,
            message_id=known.message_id,
            seq_no=known.seq_no,
            data=prepared.data,
            digest=prepared.digest,
        )
        return replace(known, repeated=True)

    def _note_fault(self, prepared: PreparedMessage, error: Exception) -> None:
        """Keep the bytes that made us fail, if that can still be done."""
        try:
            with self._effects.work.transaction():
                why = Why(stage="intake", text=_FAULT.format(why=type(error).__name__))
                self.store.note("failed", self.clock.now(), "", data=prepared.data, digest=prepared.digest, why=(why,))
        except Exception as second:  # noqa: BLE001 - the first fault is the one to be raised
            if trouble(second) is None:
                _log.failure("a message that made the service fail could not be kept")

    def _take(self, prepared: PreparedMessage, source: str) -> Reply:
        store, now, config = self.store, self.clock.now(), self.config
        line = store.lines.next_sequence
        trace_id = trace_of(config.seed, line)
        policy, facts = self.policy(), self._effects.facts()
        if prepared.read is None:
            prepared = as_read(prepared, policy)
        checked = _judged(prepared, facts)
        repeat = repeat_of(store, checked, prepared.identity, facts, policy)
        if repeat is not None and repeat.answer is not None:
            return self._again(repeat.answer, prepared)
        message = checked.message
        message_id = None if message is None else message.info.message_id
        store.note("received", now, trace_id, message_id=message_id, data=prepared.data, digest=prepared.digest)
        asked = self._decided(checked, self._situation(checked, source, trace_id, line, taken=repeat is not None))
        decision = asked.decision
        answer = next(effect for effect in decision.effects if isinstance(effect, Answer))
        reply = Reply(
            outcome=answer.outcome,
            data=messages.technical(answer),
            trace_id=answer.trace_id or trace_id,
            message_id=message_id,
            seq_no=answer.seq_no,
            rules=tuple(why.rule for why in decision.why if why.rule is not None),
            withheld=asked.withheld,
            seconds=asked.seconds,
        )
        answered = store.note(
            "answered",
            now,
            reply.trace_id,
            message_id=message_id,
            seq_no=answer.seq_no,
            data=reply.data,
            why=decision.why,
        )
        if answer.outcome == "accepted" and message is not None:
            sender, identity = message.info.sender_id, identity_of(checked, prepared.identity)
            store.take(
                prepared.content, sender, message.info.message_id, answered, withheld=asked.withheld, identity=identity
            )
            self._progress.heard_from(intake.enterprise(checked, message), Party(sender, source))
        self._effects.interpret(decision)
        return reply

    def _decided(self, checked: Checked, situation: Situation) -> Overridden:
        """What is to be done: by the rules, or as the planes above them ask."""
        decision = intake.intake(checked, situation)
        message = checked.message
        taken = any(isinstance(effect, Answer) and effect.outcome == "accepted" for effect in decision.effects)
        if message is None or not taken:
            return Overridden(decision)
        asked = overridden(decision, self._overrides.steer(view(message, intake.enterprise(checked, message))))
        # What a plane asked for one message goes before the way in which all are reviewed.
        declared = any(isinstance(effect, Later) for effect in asked.decision.effects)
        if self.config.progression == "manual" and declared and not _has_course(asked.decision):
            return replace(asked, decision=on_course(asked.decision, BY_OFFICERS))
        return asked

    def _situation(self, checked: Checked, source: str, trace_id: str, line: int, *, taken: bool) -> Situation:
        now, message, store = self.clock.now(), checked.message, self.store
        document = None if message is None else message.document
        head = getattr(document, "head", document)
        case = store.case(getattr(head, "seq_no", None))
        own = None if message is None else intake.number_changed(message)
        of_number = store.case_of(own or getattr(head, "business_id", None))
        named, kinds = None, frozenset[str | None]()
        if message is not None and message.spec.code == intake.RECEIPT_REQUEST:
            named = intake.named_case(message, case, of_number)
        if named is not None:
            kinds = frozenset(receipt.kind for receipt in store.laid_of(named.seq_no))
        return Situation(
            now=now,
            source=source,
            trace_id=trace_id,
            taken=taken,
            case=case,
            of_number=of_number,
            kinds=kinds,
            next_seq_no=store.next_seq_no(now.year),
            line=line,
            delays=self._effects.delays(),
            files=Files(self.registry, store.case_of),
        )


def _judged(prepared: PreparedMessage, facts: Facts) -> Checked:
    """What we say of a message that was read; undecided where others, who were asked, say otherwise."""
    if prepared.read is None:
        raise ValueError("it is judged when it is read")
    checked = judged(prepared.read, facts) if prepared.checked is None else prepared.checked
    if prepared.second is None:
        return checked
    from tempgoods_edi.second_opinion import compared

    return compared(checked, prepared.second.said)


def _has_course(decision: Decision) -> bool:
    return any(isinstance(effect, Keep) and effect.case.course is not None for effect in decision.effects)
