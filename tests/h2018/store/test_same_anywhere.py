"""The same script with the same seed, wherever the store lies: every byte is the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from h2018.cases import Approve, AskAgain, OfficerDecision, Reason, Return
from h2018.config import Config
from h2018.registry.registry import Returned
from tests.h2018.tenant import (
    ENTRY,
    ORGANISER,
    OWNER,
    Tree,
    changed,
    fixture,
    make_tenant,
    signed,
    text_of,
)


def asking(code: str, owner: str, **document: str) -> Tree:
    """A query."""
    tree = fixture("tmp101-minimal")
    return {**tree, "message": code, "flag": "0", "document": {**document, "OperCusRegCode": owner}}


def played(place: str | None) -> list[Any]:
    """Everything a tenant can be made to do, and all that came of it."""
    tenant = make_tenant(Config(database=place, seed=77))
    tree = fixture("tmp101-minimal")
    answers = [tenant.settled(signed(tree, 1))]
    seq_no, number = str(answers[0].seq_no), text_of(tenant.receipts()[-1].data, "businessId")
    change = {
        "Head/SeqNo": seq_no,
        "Head/ExhibitionNo": number,
        "Head/ChgTmsCnt": "1",
        "Head/DclTypeCd": "2",
        "Head/ModReason": "展期调整",
        "Head/EndDate": "20270314",
    }
    answers.append(tenant.settled(signed(changed(tree, change), 2)))
    for serial, name in enumerate(("tmp121-minimal", "tmp131-minimal", "tmp111-minimal"), 3):
        answers.append(tenant.settled(signed(fixture(name), serial)))
    answers.append(tenant.send(signed(changed(tree, {"Head/EtpsPreentNo": "T-REJECT-0001"}), 6)))
    tenant.tenant.configure(progression="manual")
    decided = [tenant.settled(signed(changed(tree, {"Head/HallNm": f"{hall}号馆"}), 10 + hall)) for hall in range(3)]
    decisions: tuple[OfficerDecision, ...] = (
        Approve(note="同意"),
        Return(reasons=(Reason(path="Head/HallNm", text="不符"),)),
        AskAgain(text="请补充"),
    )
    for reply, decision in zip(decided, decisions, strict=True):
        tenant.tenant.decide(str(reply.seq_no), decision, "关员")
    line = Returned(
        original=(ENTRY, 1),
        entry_no="222520270213647999",
        item_no=1,
        quantity=Decimal("0.5"),
        day=date(2026, 11, 22),
    )
    tenant.tenant.record_return([line])
    tenant.tenant.configure(progression="polls", polls=1)
    answers += [*decided, tenant.send(signed(changed(tree, {"Head/HallNm": "9号馆"}), 20)), tenant.send(b"<no")]
    tenant.tenant.pulled(None)
    questions = (
        asking("TMP141", OWNER, SeqNo=seq_no),
        asking("TMP151", OWNER, ExhibitionNo=number),
        asking("TMP171", ORGANISER, OriginalEntryNo=ENTRY),
        asking("TMP161", ORGANISER, EntryNo=ENTRY),
    )
    answers += [tenant.settled(signed(each, serial)) for serial, each in enumerate(questions, 30)]
    tenant.tenant.redeliver(2)
    store = tenant.tenant.store
    return [answers, store.receipts(), store.journal(), store.cases(), list(tenant.tenant.registry.exhibitions.items())]


def test_the_same_script_gives_the_same_bytes(place: str | None) -> None:
    """Answers, receipts, journal, cases, registry: as in memory."""
    here, in_memory = played(place), played(None)
    assert len(here[1]) > 25
    for mine, expected in zip(here, in_memory, strict=True):
        assert mine == expected
