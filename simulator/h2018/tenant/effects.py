"""Carries out the effects of decisions in their order: stores cases, sets timers, sends receipts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from h2018.business_clock import BusinessClock
from h2018.cases import Answer, Case, Decision, Keep, Later, Register, Resend, Send
from h2018.config import Config
from h2018.decisions.review import Delays
from h2018.registry.registry import Registry
from h2018.store import Store
from h2018.store.forms import document_decoder, encode
from h2018.tenant.outbox import Outbox
from h2018.tenant.scheduler import Scheduler
from h2018.tenant.unit_of_work import UnitOfWork
from tempgoods_edi.rules import Facts

#: Timers of what is to be sent later; those of a case's steps are named for the step.
POSTPONED = "send"


class Postponed(Struct, frozen=True):
    """A message to be made later; its document is stored apart, since its type depends on the code."""

    send: Send
    document: bytes


class Effects:
    """The interpreter of effects for one tenant.

    :param config: gives the present configuration.
    :ivar step: takes a step of a case, given the body of its timer; `review` is done there.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        clock: BusinessClock,
        store: Store,
        registry: Registry,
        outbox: Outbox,
        scheduler: Scheduler,
        work: UnitOfWork,
    ) -> None:
        self._config, self.clock, self.store, self.registry = config, clock, store, registry
        self.outbox, self.scheduler, self.work = outbox, scheduler, work
        scheduler.handlers[POSTPONED] = self._postponed

    @property
    def config(self) -> Config:
        """The tenant's present settings."""
        return self._config()

    def facts(self) -> Facts:
        """The facts that rules may read."""
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

    def delays(self) -> Delays:
        """The delays between the steps of a case."""
        config = self.config
        if config.progression == "immediate":
            return Delays(store=0, review=0, answer=0)
        return Delays(store=config.store_seconds, review=config.review_seconds, answer=config.answer_seconds)

    def next_number(self, case: Case) -> str:
        """The customs number that an approval would issue now."""
        office = case.document.head.master_cus_cd
        return self.registry.next_number(case.code, office, self.clock.now().year, self.config.prefixes)

    def carry_out(self, case: Case, decision: Decision) -> None:
        """Write the decision on *case* into the journal, and carry out its effects."""
        self.store.note(
            "decided",
            self.clock.now(),
            case.trace_id,
            message_id=case.message_id,
            seq_no=case.seq_no,
            why=decision.why,
        )
        self.interpret(decision)

    def interpret(self, decision: Decision) -> None:
        """Carry out the effects of *decision*, after its journal line."""
        for effect in decision.effects:
            match effect:
                case Answer():
                    pass  # given back by intake
                case Keep(case):
                    self.store.keep(replace(case, changed=self.store.lines.next_sequence - 1))
                case Register(case):
                    self.registry.approve(case)
                case Later():
                    self._later(effect)
                case Send():
                    self._send(effect)
                case Resend():
                    self._resend(effect)

    def _later(self, later: Later) -> None:
        due, body = later.due, msgspec.json.encode(later.due)
        if self.config.progression == "polls" and not later.at_its_time:
            self.store.timers.count_down(later.recipient, self.config.polls, due.step, body, due.seq_no)
        elif later.seconds > 0:
            self.scheduler.after(later.seconds, due.step, body, due.seq_no)
        else:
            step = self.scheduler.handlers[due.step]
            self.work.do_next(lambda: step(body))

    def _send(self, send: Send) -> None:
        if send.seconds > 0:
            postponed = Postponed(replace(send, document=None, seconds=0.0), encode(send.document))
            self.scheduler.after(send.seconds, POSTPONED, msgspec.json.encode(postponed))
        else:
            self.work.do_next(lambda: self.outbox.send(send))

    def _postponed(self, body: bytes) -> None:
        postponed = msgspec.json.decode(body, type=Postponed)
        document = document_decoder(postponed.send.code)(postponed.document)
        self.outbox.send(replace(postponed.send, document=document))

    def _resend(self, resend: Resend) -> None:
        for receipt in self.store.receipts_of(resend.seq_no):
            if resend.kind in (None, receipt.kind):
                self.outbox.release(replace(receipt, recipient=resend.recipient, source=resend.source))
