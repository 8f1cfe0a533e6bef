"""Restored from a backup, while customs went on: whatever the backup still knew, the state ends as customs' does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempgoods_edi.declarant import clocks
from tempgoods_edi.declarant.clocks import business_now
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.gateway.missing_receipts import Patience
from tempgoods_edi.declarant.query_messages import Enquirer
from tempgoods_edi.declarant.store import Store
from tempgoods_edi.declarant.store.settings import Settings
from tempgoods_edi.lifecycle.states import Action, State
from tempgoods_edi.numbers import CHINA_TIME
from tests.declarant.gateway.channels import Channel, in_memory, platform_signer
from tests.declarant.gateway.office import Office, actor, exhibition, gateway
from tests.h2018.samples import Tree, changed, fixture
from tests.h2018.tenant import trust

_numbers = count(1)


def copied(place: str) -> str:
    """A backup of the database at *place*, which nobody has open, as both databases make one."""
    name = f"backup{next(_numbers)}"
    if "://" not in place:
        target = str(Path(place).with_name(f"{name}.sqlite3"))
        with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(target)) as backup:
            source.backup(backup)
        return target
    database = place.partition("?")[0].rpartition("/")[2]
    import psycopg

    with psycopg.connect(place.replace(f"/{database}?", "/postgres?"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {database}")
    return place.replace(f"/{database}?", f"/{name}?")


class Branch:
    """An office with its gateway on the database at *place*; business time and the machine's pass when the test says so."""

    def __init__(self, place: str, channel: Channel) -> None:
        self.place, self.channel, self.seconds = place, channel, 0.0
        seed = next(_numbers)
        self.store = Store.open(place)
        settings = Settings(self.store)
        now = lambda: business_now(datetime.now(CHINA_TIME), settings)  # noqa: E731 - read where it is given on
        self.office = Office(Path(place), self.store, Filing(self.store, now, Random(seed).randbytes, trust()))
        self.gateway = gateway(
            self.office,
            channel.transport,
            enquirer=Enquirer(platform_signer(), Random(seed).randbytes),
            patience=Patience(first=60, every=10),
            seconds=lambda: self.seconds,
        )
        self.follow()

    def follow(self) -> None:
        """Business time is customs'."""
        shown = self.channel.customs.control.clock().now
        kept = clocks.followed(shown, datetime.now(CHINA_TIME), manual=True)
        Settings(self.store).put(clocks.SETTING, clocks.clock_text(kept))

    def go_on(self, seconds: float = 30) -> None:
        """Time passes, and the gateway takes its turn."""
        self.channel.customs.control.advance(seconds)
        self.seconds += seconds
        self.follow()
        self.gateway.turn(datetime.now(CHINA_TIME))

    def as_customs(self, seq_no: str) -> bool:
        """Whether both say the same of a declaration."""
        (case,) = self.channel.customs.control.cases()
        stored = self.office.filing.get(actor(), seq_no)
        return (stored.state.value, stored.customs_no) == (case["state"], case["customs_no"])

    def declare(self, seq_no: str, content: Tree) -> None:
        """Declare *content*, if that may be done now."""
        if Action.SAVE in self.office.filing.get(actor(), seq_no).actions:
            self.office.filing.save(actor(), exhibition(), content, seq_no=seq_no)
            self.office.declared(seq_no)

    def close(self) -> str:
        """Let go of the database; a copy of it as it is."""
        self.store.close()
        return copied(self.place)


def content(hall: str) -> Tree:
    """What is declared."""
    tree: Tree = changed(fixture("tmp101-minimal"), {"Head/HallNm": hall})["document"]
    tree["ExhibitList"][0]["SecdLawfQty"] = "30"
    return tree


def lived(place: str, channel: Channel, outcome: str, keep: int) -> tuple[str, str, Tree]:
    """A declaration's life up to what customs finally say; the backup made after *keep* steps, its number, what it said last.

    Steps: saved · declared · handed over · stored · decided, and when it was rejected the same once more, corrected.
    """
    backup, taken = "", 0
    last, branch = content("3号馆"), Branch(place, channel)
    seq_no = branch.office.filing.save(actor(), exhibition(), last).seq_no
    channel.customs.control.next(outcome)

    def step() -> None:
        nonlocal backup, taken, branch
        if taken == keep:
            backup = branch.close()
            branch = Branch(place, channel)
        taken += 1

    step()
    for turn in range(2 if outcome == "reject" else 1):
        last = content(("3号馆", "5号馆")[turn])
        branch.declare(seq_no, last)
        step()
        for seconds in (0.5, 1.5, 600):
            branch.go_on(seconds)
            step()
    assert branch.as_customs(seq_no)
    branch.close()
    return backup or place, seq_no, last


def restored(backup: str, channel: Channel, seq_no: str, last: Tree, *, consumed: bool) -> None:
    """The office goes on from *backup*; the declarant, shown a declaration that is with them, declares again what was said last.

    :param consumed: what customs delivered since is not delivered again by itself, as from a folder that was emptied.
    """
    branch = Branch(backup, channel)
    if consumed:
        mark = max((receipt.sequence for receipt in channel.customs.receipts()), default=0)
        Settings(branch.store).put(f"receipts mark {channel.transport.where}", str(mark))
    branch.channel.customs.control.advance(5)  # nobody restores within a second
    for _ in range(20):
        branch.go_on()
        if branch.as_customs(seq_no):
            break
        state = branch.office.state(seq_no)
        if state in (State.DRAFT, State.SEND_FAILED, State.REJECTED):
            branch.declare(seq_no, last)
    (case,) = channel.customs.control.cases()
    assert branch.as_customs(seq_no), (branch.office.state(seq_no), case["state"])
    for _ in range(3):
        branch.go_on()
    assert branch.as_customs(seq_no)
    branch.store.close()


@settings(max_examples=min(settings().max_examples, 40))  # of the 108 there are
@given(
    outcome=st.sampled_from(["approve", "reject", "store_fail", "manual", "manual_approve", "stuck"]),
    keep=st.integers(0, 8),
    consumed=st.booleans(),
)
def test_the_state_ends_as_customs_does_whatever_was_restored(outcome: str, keep: int, consumed: bool) -> None:
    """Any prefix of the declarant's database, customs and their deliveries ahead: the same state, number, one case."""
    with TemporaryDirectory() as folder, in_memory(Path(folder)) as channel:
        backup, seq_no, last = lived(str(Path(folder) / "portal.sqlite3"), channel, outcome, keep)
        restored(backup, channel, seq_no, last, consumed=consumed)


@pytest.mark.parametrize("keep", [0, 1, 2, 3])
def test_a_declaration_that_was_approved_meanwhile_is_approved_after_a_restore(
    place: str, tmp_path: Path, keep: int
) -> None:
    """Backed up as a draft, as declared, as handed over, as stored: in each database it ends approved, with its number."""
    with in_memory(tmp_path) as channel:
        backup, seq_no, last = lived(place, channel, "approve", keep)
        restored(backup, channel, seq_no, last, consumed=False)
        assert [case["state"] for case in channel.customs.control.cases()] == ["approved"]


def test_numbers_given_after_a_restore_are_new(tmp_path: Path) -> None:
    """A declaration that the backup did not know of keeps its number to itself, also while business time stands still."""
    with in_memory(tmp_path) as channel:
        place = str(tmp_path / "portal.sqlite3")
        branch = Branch(place, channel)
        branch.office.saved(Head__ExhibitionNm="第一个展览会")
        backup = branch.close()
        branch = Branch(place, channel)
        lost = branch.office.saved(Head__ExhibitionNm="第二个展览会")
        branch.office.declared(lost)
        for seconds in (0.5, 600):
            branch.go_on(seconds)
        branch.close()
        branch = Branch(backup, channel)
        branch.go_on(0)
        assert branch.office.saved(Head__ExhibitionNm="第三个展览会") != lost
        branch.close()
