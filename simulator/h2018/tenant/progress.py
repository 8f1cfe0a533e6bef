"""The progress of cases after intake: due steps, decisions of officers, goods that left the country again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from h2018.cases import Case, Due, OfficerDecision, Send, Why
from h2018.decisions import review, write_offs
from h2018.decisions.overrides import course_of
from h2018.decisions.review import NotDecidable
from h2018.registry.registry import Returned
from h2018.steering.live import Overrides
from h2018.steering.view import View
from h2018.store import StoredReceipt
from h2018.store.journal import trace_start
from h2018.tenant.effects import Effects
from h2018.tenant.outbox import drawn
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Bilingual

_NO_CASE = Bilingual("没有预录入编号 {seq_no}", "there is no pre-entry number {seq_no}")
_BOOKED = Bilingual("核注变动：复运报关单 {number}", "write-off: return entry {number}")
_NOTICE = "TMP301"
_DRAWN_TRACE = 8


class Party(Struct, frozen=True):
    """The address from which an enterprise last sent: unasked messages from customs go there."""

    sender: str
    source: str


class Progress:
    """The progress of one tenant's cases after intake."""

    def __init__(self, effects: Effects, overrides: Overrides) -> None:
        self._effects, self._overrides = effects, overrides
        effects.scheduler.handlers.update({"store": self.step, "review": self.step})

    def step(self, body: bytes) -> None:
        """Take the step in *body* (a `Due` as JSON), unless the case has changed in the meantime."""
        due, effects = msgspec.json.decode(body, type=Due), self._effects
        case, now = effects.store.case(due.seq_no), effects.clock.now()
        if case is None or case.attempt != due.attempt:
            return
        case = self._redirected(case, due)
        if due.step == "store":
            decision = review.stored(case, now, effects.delays())
        else:
            facts = replace(effects.facts(), today=case.received.date())
            decision = review.reviewed(case, now, facts, effects.next_number(case), effects.delays())
        effects.carry_out(case, decision)

    def _redirected(self, case: Case, due: Due) -> Case:
        """*case*, on another course when control asked for one while it waited."""
        found = self._overrides.afterwards(seen(case))
        if found is None:
            return case
        if found.outcome is None:
            return replace(case, course=None)
        course = course_of(found.outcome, found.plane, found.why[0].text)
        turn = 0 if due.step == "store" else 1 if case.state is State.STORED else 2
        # What would have had to be asked for before (a refusal, no storing) can no longer be had.
        return case if course.receipts is not None and len(course.receipts) <= turn else replace(case, course=course)

    def decide(self, seq_no: str, decision: OfficerDecision, officer: str = "") -> Case:
        """Carry out an officer's decision on the case of that pre-entry number, and return the changed case.

        :raises NotDecidable: there is no such case, or it is not to be decided on.
        """
        effects = self._effects
        with effects.work.transaction():
            case = effects.store.case(seq_no)
            if case is None:
                raise NotDecidable(_NO_CASE.format(seq_no=seq_no))
            decided = review.by_officer(case, decision, officer, effects.clock.now(), effects.next_number(case))
            effects.store.timers.cancel(seq_no)
            effects.carry_out(case, decided)
        return effects.store.case(seq_no) or case

    def record_return(self, lines: Sequence[Returned]) -> tuple[StoredReceipt, ...]:
        """Book one return entry, notify the declarants (TMP301), and return the notices.

        :raises RegistryError: a line does not fit what is on file; nothing is booked then.
        """
        effects, store = self._effects, self._effects.store
        before = store.next_sequence
        with effects.work.transaction():
            line, now, number = store.lines.next_sequence, effects.clock.now(), lines[0].entry_no if lines else ""
            trace_id = trace_of(effects.config.seed, line)
            why = Why(stage="registry", plane="control", text=_BOOKED.format(number=number))
            store.note("control", now, trace_id, why=(why,))
            for notice in write_offs.book(effects.registry, lines, now):
                for party in self._parties(notice.original.enterprise_nos):
                    effects.outbox.send(
                        Send(
                            code=_NOTICE,
                            document=notice.document,
                            recipient=party.sender,
                            source=party.source,
                            about=number,
                            reply_to="",
                            trace_id=trace_id,
                        )
                    )
        return store.receipts(after=before - 1)

    def heard_from(self, enterprise_no: str, party: Party) -> None:
        """Remember the address from which an enterprise sent."""
        self._effects.store.set_setting(_party(enterprise_no), msgspec.json.encode(party))

    def _parties(self, enterprise_nos: frozenset[str]) -> tuple[Party, ...]:
        """Where those enterprises were heard from; those that never wrote are addressed by a customs code."""
        known = (self._effects.store.setting(_party(number)) for number in sorted(enterprise_nos))
        found = tuple(dict.fromkeys(msgspec.json.decode(data, type=Party) for data in known if data is not None))
        return found or tuple(Party(number, "") for number in sorted(enterprise_nos)[:1])


def trace_of(seed: int, line: int) -> str:
    """The trace id of a submission whose first journal line has that number; its last receipt bears it too."""
    return trace_start(line) + drawn(seed, "trace", line)[:_DRAWN_TRACE]


def _party(enterprise_no: str) -> str:
    return f"party/{enterprise_no}"


def seen(case: Case) -> View:
    """The view that steering has of a declaration."""
    return View(
        spec=reader.message(case.code),
        document=case.document,
        message_id=case.message_id,
        sender=case.recipient,
        enterprise=case.enterprise_no,
        seq_no=case.seq_no,
        in_house=case.etps_preent_no,
        kind=case.kind,
        direction=getattr(case.document.head, "imp_exp_mark_cd", None),
    )
