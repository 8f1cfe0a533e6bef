"""Declaring: only what customs would take, only with the right card, in one step with putting it into the outbox."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime

import pytest

from tempgoods_edi import demo_ca
from tempgoods_edi.declarant.errors import Conflict, NotYourCard, RefusedContents, Stale
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.archive import pack, unpack
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.numbers import read_message_id
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing.keys import FileSigner
from tempgoods_edi.values import Verdict
from tests.declarant.desk import EXHIBITION, Card, Desk, cards, due, message, signature, tree
from tests.declarant.pdf import a_pdf


def test_what_is_declared_is_what_was_signed(at: Desk) -> None:
    """The outbox holds, in the state 申报中, one message that customs' own desk finds right, with exactly the package shown."""
    draft = at.saved()
    prepared = at.filing.prepare(at.ours.actor, draft.seq_no)
    value = signature(prepared.object_id, prepared.package, at.ours)
    signer = at.ours.signer
    declared = at.filing.declare(
        at.ours.actor, draft.seq_no, prepared.id, signer.algorithm, value, signer.certificate_der
    )
    assert declared.state is State.DECLARED
    (waiting,) = due(at.store, at.clock(), 10)
    assert prepared.package.encode() in waiting.data
    found = check(waiting.data, Facts(today=at.clock().date()), Policy(now=at.clock(), trust=cards()[0]))
    assert found.verdict is Verdict.VALID
    assert found.message is not None
    assert found.message.info.message_id == waiting.message_id
    assert read_message_id(waiting.message_id) is not None
    assert found.message.document.head.seq_no == draft.seq_no


def test_files_travel_with_the_message(at: Desk) -> None:
    """A ZIP of the signed message and the files it lists, which customs' desk finds right as a whole."""
    draft = at.filing.attach(at.ours.actor, at.saved().seq_no, "合同.pdf", "00000001", a_pdf())
    at.declared(draft.seq_no)
    (waiting,) = due(at.store, at.clock(), 10)
    assert unpack(waiting.data, 1 << 20).files == {"合同.pdf": a_pdf()}
    found = check(waiting.data, Facts(today=at.clock().date()), Policy(now=at.clock(), trust=cards()[0]))
    assert found.verdict is Verdict.VALID


def test_an_error_keeps_it_here(at: Desk) -> None:
    """What customs would refuse is refused before a PIN is asked for, each reason at its field."""
    draft = at.saved(EndDate="20270301", LinkMan=None)
    with pytest.raises(RefusedContents) as refused:
        at.filing.prepare(at.ours.actor, draft.seq_no)
    assert {"Head/EndDate", "Head/LinkMan"} <= {found.path for found in refused.value.findings}
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.DRAFT


def stranger() -> Card:
    """A card with our own enterprise's name on it, of a CA that nobody trusts."""
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    ca = demo_ca.make_ca("CA", serial=1, key=demo_ca.make_key("ecdsa"), not_before=begin, not_after=end)
    ours = cards()[1][0].actor
    holder = demo_ca.Holder(ours.operator_nm, ours.enterprise_nm, ours.enterprise_no, ours.sccd, ours.ic_card_no)
    pair = demo_ca.make_certificate(
        ca, holder, serial=0xA1, key=demo_ca.make_key("ecdsa"), not_before=begin, not_after=end
    )
    return Card(ours, FileSigner(pair.key, pair.certificate))


@pytest.mark.parametrize("what", ["another enterprise", "untrusted", "wrong value", "no certificate", "not allowed"])
def test_only_the_right_card_declares(at: Desk, what: str) -> None:
    """Whatever is wrong with the signature, nothing is declared, and the same package can still be signed rightly."""
    draft = at.saved()
    prepared = at.filing.prepare(at.ours.actor, draft.seq_no)
    card = {"another enterprise": at.theirs, "untrusted": stranger()}.get(what, at.ours)
    value = signature(prepared.object_id, prepared.package, card)
    value = value[::-1] if what == "wrong value" else value
    der = b64decode(b"") if what == "no certificate" else card.signer.certificate_der
    algorithm = "urn:none" if what == "not allowed" else card.signer.algorithm
    error = NotYourCard if what == "another enterprise" else TempgoodsError
    with pytest.raises(error):
        at.filing.declare(at.ours.actor, draft.seq_no, prepared.id, algorithm, value, der)
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.DRAFT
    assert due(at.store, at.clock(), 10) == ()
    right, signer = signature(prepared.object_id, prepared.package, at.ours), at.ours.signer
    declared = at.filing.declare(
        at.ours.actor, draft.seq_no, prepared.id, signer.algorithm, right, signer.certificate_der
    )
    assert declared.state is State.DECLARED


def test_a_package_is_declared_once_and_only_as_long_as_it_is_the_draft(at: Desk) -> None:
    """After another save the declarant is told; pressed twice it is as pressed once: one message goes out."""
    draft = at.saved()
    old = at.filing.prepare(at.ours.actor, draft.seq_no)
    at.filing.save(at.ours.actor, EXHIBITION, tree(HallNm="西馆"), seq_no=draft.seq_no)
    new = at.filing.prepare(at.ours.actor, draft.seq_no)
    signer = at.ours.signer

    def declare(which: str, package: str) -> None:
        value = signature(old.object_id, package, at.ours)
        at.filing.declare(at.ours.actor, draft.seq_no, which, signer.algorithm, value, signer.certificate_der)

    with pytest.raises(Stale):
        declare(old.id, old.package)
    for _ in range(2):
        declare(new.id, new.package)
        assert at.filing.get(at.ours.actor, draft.seq_no).state is State.DECLARED
    assert len(due(at.store, at.clock(), 10)) == 1


def test_the_operator_who_declares_stands_in_the_message(at: Desk) -> None:
    """Prepared on another day: date and card are those of declaring, and what is kept is what was declared."""
    draft = at.saved()
    at.clock.forward(days=1)
    declared = at.declared(draft.seq_no)
    assert declared.tree["Head"]["DclDate"] == "20261123"


def test_a_message_signed_elsewhere_is_declared_once(at: Desk) -> None:
    """Other content under its message id is a conflict; the first goes on."""
    draft = at.saved()
    prepared = at.filing.prepare(at.ours.actor, draft.seq_no)
    data = message(prepared.object_id, prepared.package, at.ours)
    declared = at.filing.declare_signed(at.ours.actor, data)
    assert declared.state is State.DECLARED
    assert at.filing.declare_signed(at.ours.actor, data) == declared
    other = prepared.package.replace("<HallNm>", "<HallNm>北")
    with pytest.raises(Conflict) as refused:
        at.filing.declare_signed(at.ours.actor, message(prepared.object_id, other, at.ours))
    assert [found.path for found in refused.value.findings] == ["EnvelopInfo/message_id"]
    assert at.filing.get(at.ours.actor, draft.seq_no) == declared
    assert len(due(at.store, at.clock(), 10)) == 1


def test_the_same_content_signed_elsewhere_in_other_bytes_is_declared_once(at: Desk) -> None:
    """Signed anew, under another Object's Id, with a BOM, a newline more, zipped: the first answer, one message to customs."""
    draft = at.saved()
    prepared = at.filing.prepare(at.ours.actor, draft.seq_no)
    declared = at.filing.declare_signed(at.ours.actor, message(prepared.object_id, prepared.package, at.ours))
    anew = message("M002", prepared.package, at.ours)
    for data in (anew, b"\xef\xbb\xbf" + anew, anew + b"\n", pack("again", anew, {})):
        assert at.filing.declare_signed(at.ours.actor, data) == declared
    assert len(due(at.store, at.clock(), 10)) == 1


def test_a_message_signed_elsewhere_must_be_right(at: Desk) -> None:
    """Another enterprise's card, a broken signature, no message, a version that is not the next: nothing is declared."""
    draft = at.saved()
    prepared = at.filing.prepare(at.ours.actor, draft.seq_no)
    right = message(prepared.object_id, prepared.package, at.ours)
    later = prepared.package.replace("<ChgTmsCnt>0<", "<ChgTmsCnt>1<")
    for wrong in (
        message(prepared.object_id, prepared.package, at.theirs),
        right.replace("东岸".encode(), "西岸".encode()),
        b"<x/>",
        b"PK\x03\x04",
        message(prepared.object_id, later, at.ours),
        message(prepared.object_id, prepared.package.replace("<DelcareFlag>1", "<DelcareFlag>0"), at.ours),
        message(prepared.object_id, prepared.package.replace(f"<SeqNo>{draft.seq_no}</SeqNo>", ""), at.ours),
    ):
        with pytest.raises(TempgoodsError):
            at.filing.declare_signed(at.ours.actor, wrong)
    assert at.filing.get(at.ours.actor, draft.seq_no).state is State.DRAFT
    assert due(at.store, at.clock(), 10) == ()
