"""Everything at once, in any order, against the lifecycle table: a declarant who knows only answers and receipts believes
what customs has, whatever is repeated, refused, decided, cut off by a crash or brought back by a restart."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from h2018.cases import Approve, AskAgain, OfficerDecision, Reason, Return
from h2018.config import Config
from h2018.decisions.review import DECIDABLE
from h2018.store import Reply, StoredReceipt
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.lifecycle.versions import VersionKind
from tests.h2018.declarant import Believed, declared, may_declare, next_progress, next_tree, told
from tests.h2018.tenant import Tenant, Tree, changed, fixture, make_tenant, signed

_FILES = ("", "-wal")
DECISIONS: tuple[OfficerDecision, ...] = (
    Approve(),
    Return(reasons=(Reason(path="Head/HallNm", text="场馆名称不符"),)),
    AskAgain(text="请补充说明"),
)
#: Where a declaration can stay.
SETTLED = {State.APPROVED, State.REJECTED, State.DELETED, State.MANUAL_REVIEW}


class Declarants(RuleBasedStateMachine):
    """One customs in a file, and those who declare to it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="h2018-machine-"))
        self.copies = 0
        self.serial = self.halls = 0
        self.believed: dict[str, Believed] = {}
        self.taken: list[tuple[bytes, Reply]] = []
        self.used: set[int] = set()
        self.seen: list[StoredReceipt] = []
        self.tenant: Tenant

    @initialize(progression=st.sampled_from(["timed", "manual", "immediate"]))
    def begin(self, progression: Any) -> None:
        """A new customs."""
        self.config = Config(database=str(self.folder / "tenant0"), progression=progression)
        self.tenant = make_tenant(self.config)

    def teardown(self) -> None:
        """Nothing is left."""
        self.tenant.customs.close()
        shutil.rmtree(self.folder)

    # What declarants do

    @rule(right=st.booleans())
    def files(self, right: bool) -> None:
        """Somebody files an exhibition, right or against a rule."""
        reply, tree = self.sent(self.filing(right))
        assert (reply.outcome, reply.repeated) == ("accepted", False)
        self.believed[str(reply.seq_no)] = declared(tree, str(reply.seq_no), right)

    @precondition(lambda self: self.believed)
    @rule(data=st.data(), kind=st.sampled_from(VersionKind), right=st.booleans())
    def declares_again(self, data: st.DataObject, kind: VersionKind, right: bool) -> None:
        """A correction, a change or a deletion: taken exactly when the table lets it."""
        believed = self.chosen(data)
        if kind is VersionKind.FILING and believed.progress.version:
            kind = VersionKind.CHANGE
        if believed.progress.deletion and believed.state is not State.APPROVED:
            kind = VersionKind.DELETION
        if kind is not VersionKind.FILING and believed.number is None:
            kind = VersionKind.FILING
        reply, tree = self.sent(next_tree(believed, kind, self.hall(), right))
        possible = may_declare(believed, kind)
        assert (reply.outcome, reply.rules) == (("accepted", ()) if possible else ("refused", ("TG-CUS-002",)))
        if possible:
            self.took_on(believed, kind, tree, right)

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def repeats(self, data: st.DataObject) -> None:
        """The same bytes once more: the first answer, and nothing else."""
        message, first = data.draw(st.sampled_from(self.taken), "message")
        again = self.tenant.send(message)
        assert (again.data, again.seq_no, again.trace_id, again.repeated) == (
            first.data,
            first.seq_no,
            first.trace_id,
            True,
        )

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def confuses(self, data: st.DataObject) -> None:
        """Other content under an id that was used."""
        serial = data.draw(st.integers(1, self.serial), "serial")
        tree = self.filing(True)
        message = signed(tree, serial)
        reply = self.tenant.send(message)
        assert reply.outcome == ("conflict" if serial in self.used else "accepted")
        if reply.outcome == "accepted":
            # What was refused had not used its id up.
            self.registered(reply, serial, tree, message, True)

    # What customs' people do

    @precondition(lambda self: any(each.state in DECIDABLE for each in self.believed.values()))
    @rule(data=st.data(), decision=st.sampled_from(DECISIONS))
    def decides(self, data: st.DataObject, decision: OfficerDecision) -> None:
        """An officer decides on something that is stored or in review."""
        open_ = [seq_no for seq_no, each in self.believed.items() if each.state in DECIDABLE]
        self.tenant.tenant.decide(data.draw(st.sampled_from(open_), "declaration"), decision, "关员")

    @rule(seconds=st.sampled_from([0.5, 1.0, 2.0, 10.0]))
    def time_passes(self, seconds: float) -> None:
        """Everything due meanwhile happens."""
        self.tenant.advance(seconds)

    @rule()
    def a_day_passes(self) -> None:
        """Then nothing is under way any more: no step was forgotten, whatever happened before."""
        self.tenant.advance(86400)
        assert {case.state for case in self.tenant.tenant.store.cases(limit=10_000)} <= SETTLED
        assert self.tenant.tenant.store.timers.first() is None

    # What goes wrong

    @rule()
    def restarts(self) -> None:
        """An orderly end and a new start."""
        self.tenant.customs.close()
        self.tenant = make_tenant(self.config)

    @rule()
    def crashes(self) -> None:
        """The machine dies between two messages: what is on the disk is all there is."""
        self.reopened_from(self.copied())

    @rule(right=st.booleans(), at=st.integers(0, 40))
    def crashes_at_work(self, right: bool, at: int) -> None:
        """The machine dies within an intake; the declarant, without an answer, sends the same bytes again."""
        self.serial += 1
        tree = self.filing(right)
        message = signed(tree, self.serial)
        place = self.dying_in(at, lambda: self.tenant.send(message))
        self.reopened_from(place)
        reply = self.tenant.send(message)
        self.registered(reply, self.serial, tree, message, right)

    @rule(at=st.integers(0, 60), seconds=st.sampled_from([1.0, 2.0, 10.0]))
    def crashes_while_time_passes(self, at: int, seconds: float) -> None:
        """The machine dies between or within steps; after the restart time goes on from where it was."""
        end = self.tenant.tenant.clock.after(seconds)
        place = self.dying_in(at, lambda: self.tenant.advance(seconds))
        self.reopened_from(place)
        self.tenant.advance_to(end)

    # What always holds

    @invariant()
    def nothing_diverges(self) -> None:
        """After every step; what came is read first, as a declarant would."""
        self.receipts_never_change()
        self.customs_has_what_declarants_believe()
        self.every_message_is_registered_once()
        self.the_journal_has_no_gaps()

    def receipts_never_change(self) -> None:
        """What was seen once stays; what is new is told to whom it concerns."""
        receipts = self.tenant.receipts()
        assert list(receipts[: len(self.seen)]) == self.seen
        assert [receipt.sequence for receipt in receipts] == list(range(1, len(receipts) + 1))
        for receipt in receipts[len(self.seen) :]:
            seq_no = str(receipt.seq_no)
            self.believed[seq_no] = told(self.believed[seq_no], receipt)
        self.seen = list(receipts)

    def customs_has_what_declarants_believe(self) -> None:
        """State, version and number of every declaration, and no declaration that nobody made."""
        store = self.tenant.tenant.store
        cases = store.cases(limit=10_000)
        assert {case.seq_no for case in cases} == set(self.believed)
        for case in cases:
            believed = self.believed[case.seq_no]
            assert (case.state, case.version, case.customs_no) == (
                believed.state,
                believed.progress.version,
                believed.number,
            )

    def every_message_is_registered_once(self) -> None:
        """One number per filing, none given twice; on file is exactly what was approved."""
        numbers = [each.number for each in self.believed.values() if each.number is not None]
        assert len(numbers) == len(set(numbers))
        assert sorted(self.tenant.tenant.registry.exhibitions) == sorted(numbers)
        seq_nos = [reply.seq_no for _, reply in self.taken]
        assert set(seq_nos) == set(self.believed)

    def the_journal_has_no_gaps(self) -> None:
        """Lines are numbered through, and every taken message stands in it once as received with an answer."""
        journal = self.tenant.tenant.store.journal()
        assert [record.sequence for record in journal] == list(range(1, len(journal) + 1))
        received = [record.data for record in journal if record.what == "received"]
        assert all(received.count(message) == 1 for message, _ in self.taken)

    # Doing it

    def hall(self) -> str:
        """A place nobody named before, so that no two declarations are the same."""
        self.halls += 1
        return f"{self.halls}号馆"

    def filing(self, right: bool) -> Tree:
        """A filing nobody made before."""
        values: dict[str, str | None] = {
            "Head/HallNm": self.hall(),
            "Head/EndDate": "20270313" if right else "20270309",
        }
        return changed(fixture("tmp101-minimal"), values)

    def sent(self, tree: Tree) -> tuple[Reply, Tree]:
        """What was answered to *tree*, signed under a new id."""
        self.serial += 1
        message = signed(tree, self.serial)
        reply = self.tenant.send(message)
        if reply.outcome == "accepted":
            self.taken.append((message, reply))
            self.used.add(self.serial)
        return reply, tree

    def registered(self, reply: Reply, serial: int, tree: Tree, message: bytes, right: bool) -> None:
        """Remember a filing that was taken."""
        assert reply.outcome == "accepted"
        self.used.add(serial)
        self.taken.append((message, reply))
        self.believed[str(reply.seq_no)] = declared(tree, str(reply.seq_no), right)

    def took_on(self, believed: Believed, kind: VersionKind, tree: Tree, right: bool) -> None:
        """Remember what became of a declaration that was declared again."""
        progress = next_progress(believed, kind)
        self.believed[progress.seq_no] = replace(believed, progress=progress, tree=tree, right=right)

    def chosen(self, data: st.DataObject) -> Believed:
        """One of the declarations."""
        return self.believed[data.draw(st.sampled_from(sorted(self.believed)), "declaration")]

    def dying_in(self, at: int, act: Callable[[], object]) -> str:
        """Where the disk was copied to when *act* was about to run its statement number *at*, or else had ended."""
        database = self.tenant.tenant.store.database
        run, left, places = database._run, at, []

        def dying(*what: object) -> object:
            nonlocal left
            if left == 0:
                places.append(self.copied())
            left -= 1
            return run(*what)

        database._run = dying
        act()
        database._run = run
        return places[0] if places else self.copied()

    def copied(self) -> str:
        """Where the disk, as it is now, was copied to."""
        self.copies += 1
        place = str(self.folder / f"tenant{self.copies}")
        for end in _FILES:
            file = Path(str(self.config.database) + end)
            if file.exists():
                shutil.copy(file, place + end)
        return place

    def reopened_from(self, place: str) -> None:
        """The old server is gone with all it knew; a new one starts from the copy."""
        self.tenant.customs.close()
        self.config = replace(self.config, database=place)
        self.tenant = make_tenant(self.config)


TestDeclarants = Declarants.TestCase
TestDeclarants.settings = settings(stateful_step_count=30)
