"""One enterprise never sees another's: whatever it asks for by number looks as if it did not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import NotFound
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.kinds import KINDS
from tempgoods_edi.declarant.store.listing import Search
from tempgoods_edi.declarant.store.people import DeclarantPerson
from tests.declarant.desk import EXHIBITION, Desk, message, tree
from tests.declarant.pdf import a_pdf

Ask = Callable[[Filing, Actor, str], object]

BY_NUMBER: dict[str, Ask] = {
    "judge": lambda filing, actor, no: filing.judge(actor, EXHIBITION, tree(), declared=False, seq_no=no),
    "complete": lambda filing, actor, no: filing.complete(actor, EXHIBITION, tree(), tree(SeqNo=no)),
    "save": lambda filing, actor, no: filing.save(actor, EXHIBITION, tree(), seq_no=no),
    "get": lambda filing, actor, no: filing.get(actor, no),
    "delete": lambda filing, actor, no: filing.delete(actor, no),
    "prepare": lambda filing, actor, no: filing.prepare(actor, no),
    "change": lambda filing, actor, no: filing.change(actor, no),
    "apply_deletion": lambda filing, actor, no: filing.apply_deletion(actor, no, "x"),
    "withdraw": lambda filing, actor, no: filing.withdraw(actor, no),
    "attach": lambda filing, actor, no: filing.attach(actor, no, "a.pdf", "00000001", a_pdf()),
    "detach": lambda filing, actor, no: filing.detach(actor, no, 1),
    "attachment": lambda filing, actor, no: filing.attachment(actor, no, 1),
    "history": lambda filing, actor, no: filing.history(actor, no),
    "receipt": lambda filing, actor, no: filing.receipt(actor, no, 1),
    "message": lambda filing, actor, no: filing.message(actor, no, 1),
}
#: These are tested one by one below; the last four take nothing by number.
OTHERS = {"declare", "declare_signed", "find", "start_page", "changes", "latest", "reasons", "before_after"} | {
    "new", "declarants", "add_declarant", "remove_declarant",
}  # fmt: skip


def test_every_method_is_tested() -> None:
    """A method that is added must be added here."""
    assert {name for name in vars(Filing) if not name.startswith("_")} == BY_NUMBER.keys() | OTHERS


@pytest.mark.parametrize("method", BY_NUMBER)
def test_a_foreign_number_looks_like_none(at: Desk, method: str) -> None:
    """The same error, in the same words but for the number, as for a number that was never given; nothing is changed."""
    ours = at.filing.attach(at.ours.actor, at.saved().seq_no, "a.pdf", "00000001", a_pdf())
    before = at.filing.history(at.ours.actor, ours.seq_no)
    said = []
    for number in (ours.seq_no, "202600000000000001"):
        with pytest.raises(NotFound) as error:
            BY_NUMBER[method](at.filing, at.theirs.actor, number)
        said.append(str(error.value).replace(number, ""))
    assert said[0] == said[1]
    assert at.filing.history(at.ours.actor, ours.seq_no) == before


def test_declaring_a_foreign_draft_is_not_possible(at: Desk) -> None:
    """Neither with its prepared package nor with a whole message of one's own that bears its number."""
    ours = at.saved()
    prepared = at.filing.prepare(at.ours.actor, ours.seq_no)
    signer = at.theirs.signer
    with pytest.raises(NotFound):
        at.filing.declare(at.theirs.actor, ours.seq_no, prepared.id, signer.algorithm, b"x", signer.certificate_der)
    with pytest.raises(NotFound):
        at.filing.declare_signed(at.theirs.actor, message(prepared.object_id, prepared.package, at.theirs))


def test_a_package_prepared_for_one_draft_declares_no_other(at: Desk) -> None:
    """Its id is worth nothing with the other's number."""
    theirs = at.filing.save(at.theirs.actor, EXHIBITION, tree())
    prepared = at.filing.prepare(at.ours.actor, at.saved().seq_no)
    signer = at.theirs.signer
    with pytest.raises(Exception, match="changed"):
        at.filing.declare(at.theirs.actor, theirs.seq_no, prepared.id, signer.algorithm, b"x", signer.certificate_der)


def test_lists_show_ones_own(at: Desk) -> None:
    """Queries with or without conditions, the start page, live changes and the list of declarants."""
    ours = at.approved(EtpsPreentNo="PO-7")
    at.clock.forward(days=120)
    at.filing.add_declarant(at.ours.actor, DeclarantPerson("1", "甲"))
    conditions: list[dict[str, str]] = [
        {},
        {"seq_no": ours.seq_no},
        {"customs_no": "ZH"},
        {"in_house": "PO"},
        {"title": "%"},
    ]
    for kind in KINDS:
        for each in conditions:
            assert at.filing.find(at.theirs.actor, Search(kind=kind, conditions=each)).total == 0
    assert not any(at.filing.start_page(at.theirs.actor).counts.values())
    assert at.filing.start_page(at.ours.actor).counts["deadlines"] == 1
    assert at.filing.changes(at.theirs.actor.enterprise_no, 0) == ((), 0)
    assert at.filing.latest(at.theirs.actor.enterprise_no) == 0
    assert at.filing.declarants(at.theirs.actor) == ()
    at.filing.remove_declarant(at.theirs.actor, "1")
    assert at.filing.declarants(at.ours.actor) == (DeclarantPerson("1", "甲"),)


def test_the_same_in_house_number_means_nothing_to_another_enterprise(at: Desk) -> None:
    """No finding tells that somebody else has it."""
    at.saved(EtpsPreentNo="PO-7")
    judged: Any = at.filing.judge(at.theirs.actor, EXHIBITION, tree(EtpsPreentNo="PO-7"), declared=True)
    assert not [found for found in judged.findings if found.path == "Head/EtpsPreentNo"]
