"""The life of a declaration at customs, from intake to the last receipt."""

from __future__ import annotations

import pytest

from tempgoods_edi.lifecycle.states import State
from tests.h2018.tenant import (
    OWNER,
    START,
    Tree,
    case,
    changed,
    fixture,
    make_tenant,
    notes_of,
    refusal_of,
    signed,
    text_of,
)

REASON = "展期调整，依批准文件"


def approved_show(serial: int = 1) -> tuple[Tree, bytes]:
    """A valid filing, as JSON and signed."""
    tree = fixture("tmp101-minimal")
    return tree, signed(tree, serial)


def next_version(tree: Tree, seq_no: str | None, number: str, **values: str) -> Tree:
    """A change (or by DclTypeCd a deletion) of the filing *tree*."""
    names = {f"Head/{tag}": text for tag, text in values.items()}
    head = {"Head/SeqNo": seq_no, "Head/ExhibitionNo": number, "Head/ChgTmsCnt": "1", "Head/DclTypeCd": "2"}
    return changed(tree, {**head, **names})


def test_a_right_filing_is_taken_stored_and_approved_with_a_number() -> None:
    """DealFlag 0 with a pre-entry number at once, then Y, then 1 with ZH + office + year + serial."""
    tenant = make_tenant()
    reply = tenant.send(approved_show()[1])
    assert (reply.outcome, text_of(reply.data, "DealFlag"), text_of(reply.data, "CheckInfo")) == ("accepted", "0", "处理成功")
    assert reply.seq_no == text_of(reply.data, "SeqNo") == "202600000000000001"
    assert tenant.receipts() == ()
    tenant.settle()
    stored, approved = tenant.receipts()
    assert tenant.results(reply.seq_no) == ["Y", "1"]
    assert notes_of(stored.data) == ["报文入库成功"]
    assert text_of(stored.data, "etpsPreentNo") == reply.seq_no
    assert text_of(stored.data, "businessId") == ""
    assert text_of(approved.data, "businessId") == "ZH222826000001"
    assert (stored.recipient, stored.code, stored.kind) == ("DXPENT0000012345", "TMP201", "1")


def test_each_step_comes_exactly_when_it_is_due() -> None:
    """Y comes a second after intake, the decision two seconds after Y, not a moment before, whatever the jump."""
    tenant = make_tenant()
    reply = tenant.send(approved_show()[1])
    tenant.advance(0.999)
    assert tenant.results(reply.seq_no) == []
    tenant.advance(0.001)
    assert tenant.results(reply.seq_no) == ["Y"]
    tenant.advance(86400)
    assert [(receipt.at - START).total_seconds() for receipt in tenant.receipts()] == [1, 3]
    assert text_of(tenant.receipts()[1].data, "manageDate") == "2026-11-22 09:30:03"


def test_every_receipt_and_answer_is_valid() -> None:
    """What customs sends is valid by its schema: receipts, rejections, technical answers good and bad."""
    tenant = make_tenant()
    good, bad = signed(fixture("tmp101-minimal"), 1), signed(changed(fixture("tmp101-full"), {"Head/EndDate": "20260101"}), 2)
    answers = [tenant.settled(data).data for data in (good, bad, b"<no", b"")]
    assert [refusal_of(data, "common_response.xsd") for data in answers] == [None] * 4
    assert [refusal_of(receipt.data, "plain.xsd") for receipt in tenant.receipts()] == [None] * 4


def test_a_filing_against_the_rules_is_stored_and_then_rejected_with_the_rules_codes() -> None:
    """Y first, then 3; each note begins with our code and ends with the path."""
    tenant = make_tenant()
    tree = changed(fixture("tmp101-minimal"), {"Head/EndDate": "20270309", "Head/LinkTel": "x"})
    reply = tenant.settled(signed(tree, 1))
    assert reply.outcome == "accepted"
    assert tenant.results(reply.seq_no) == ["Y", "3"]
    notes = notes_of(tenant.receipts()[1].data)
    assert any(note.startswith("[TG-EXH-001] ") and note.endswith(" (Head/EndDate)") for note in notes)
    assert any(note.startswith("[TG-HEAD-013] ") and note.endswith(" (Head/LinkTel)") for note in notes)
    assert tenant.intake_service.registry.exhibitions == {}


def test_a_rejected_filing_can_be_corrected_under_its_number() -> None:
    """Declared again with its pre-entry number, it is approved; there is one case."""
    tenant = make_tenant()
    wrong = changed(fixture("tmp101-minimal"), {"Head/EndDate": "20270309"})
    first = tenant.settled(signed(wrong, 1))
    again = tenant.settled(signed(changed(fixture("tmp101-minimal"), {"Head/SeqNo": first.seq_no}), 2))
    assert again.seq_no == first.seq_no
    assert tenant.results(first.seq_no) == ["Y", "3", "Y", "1"]
    assert len(tenant.intake_service.registry.exhibitions) == 1


def test_what_is_under_review_cannot_be_declared_otherwise() -> None:
    """Another content under the number of a case that is not to be edited is refused, naming the state."""
    tenant = make_tenant()
    first = tenant.send(approved_show()[1])
    other = changed(fixture("tmp101-minimal"), {"Head/SeqNo": first.seq_no, "Head/HallNm": "4号馆"})
    reply = tenant.send(signed(other, 2))
    assert (reply.outcome, reply.rules) == ("refused", ("TG-CUS-002",))
    assert "已发往海关" in text_of(reply.data, "CheckInfo")
    tenant.settle()
    assert tenant.results(first.seq_no) == ["Y", "1"]


def test_the_same_declaration_under_another_message_id_is_not_registered_again() -> None:
    """A sender who lost the answer and built the message anew gets the same number, and no second registration."""
    tenant = make_tenant()
    tree = fixture("tmp101-minimal")
    first = tenant.send(signed(tree, 1))
    again = tenant.send(signed(changed(tree, {"Head/SeqNo": first.seq_no}), 2))
    tenant.settle()
    late = tenant.settled(signed(changed(tree, {"Head/SeqNo": first.seq_no}), 3))
    assert [reply.outcome for reply in (again, late)] == ["accepted"] * 2
    assert {again.seq_no, late.seq_no} == {first.seq_no}
    assert {again.trace_id, late.trace_id} == {first.trace_id}
    assert tenant.results(first.seq_no) == ["Y", "1"]


def test_a_draft_gets_a_number_and_no_receipt() -> None:
    """DelcareFlag 0: kept at the platform, later declared under the same number."""
    tenant = make_tenant()
    tree = changed(fixture("tmp101-minimal"), {"Head/LinkMan": None})
    draft = tenant.settled(signed({**tree, "flag": "0"}, 1))
    assert (draft.outcome, text_of(draft.data, "CheckInfo")) == ("accepted", "暂存成功")
    assert tenant.receipts() == ()
    declared = tenant.settled(signed(changed(fixture("tmp101-minimal"), {"Head/SeqNo": draft.seq_no}), 2))
    assert declared.seq_no == draft.seq_no
    assert tenant.results(draft.seq_no) == ["Y", "1"]


def test_a_draft_with_a_wrong_value_is_not_kept() -> None:
    """As the form refuses to save it, so does the import: 暂存失败 with the reason."""
    tenant = make_tenant()
    wrong = changed(fixture("tmp101-minimal"), {"Head/EndDate": "20270309"})
    reply = tenant.settled(signed({**wrong, "flag": "0"}, 1))
    assert (reply.outcome, reply.seq_no) == ("refused", None)
    assert text_of(reply.data, "CheckInfo").startswith("暂存失败：[TG-EXH-001] ")


def test_a_change_is_the_next_version_and_a_rejected_one_leaves_the_last_in_force() -> None:
    """tmsCnt and typecd follow the versions; the number stays; what is in force changes only by approval."""
    tenant = make_tenant()
    tree, data = approved_show()
    seq_no = tenant.settled(data).seq_no
    number = text_of(tenant.receipts()[-1].data, "businessId")
    bad = next_version(tree, seq_no, number, ModReason=REASON, EndDate="20270309")
    tenant.settled(signed(bad, 2))
    assert tenant.intake_service.registry.exhibitions[number].end.isoformat() == "2027-03-13"
    good = next_version(tree, seq_no, number, ModReason=REASON, EndDate="20270314")
    tenant.settled(signed(good, 3))
    assert tenant.results(seq_no) == ["Y", "1", "Y", "3", "Y", "1"]
    assert [text_of(each.data, "tmsCnt") for each in tenant.receipts()] == ["0", "0", "1", "1", "1", "1"]
    assert {text_of(each.data, "businessId") for each in tenant.receipts()[1:]} == {number}
    assert tenant.intake_service.registry.exhibitions[number].end.isoformat() == "2027-03-14"


def test_a_change_finds_its_filing_by_the_customs_number_alone() -> None:
    """Without pre-entry number the customs number tells which filing is meant."""
    tenant = make_tenant()
    tree, data = approved_show()
    first = tenant.settled(data)
    change = next_version(tree, None, "ZH222826000001", ModReason=REASON, EndDate="20270314")
    assert tenant.settled(signed(change, 2)).seq_no == first.seq_no


def test_an_unused_exhibition_can_be_deleted_and_then_nothing_more_happens_to_it() -> None:
    """Deletion is the last version; a loan list on it is rejected; it cannot be declared again."""
    tenant = make_tenant()
    tree, data = approved_show()
    seq_no = tenant.settled(data).seq_no
    delete = next_version(tree, seq_no, "ZH222826000001", DclTypeCd="3", DelReason="展会取消")
    tenant.settled(signed(delete, 2))
    assert tenant.results(seq_no) == ["Y", "1", "Y", "1"]
    known = tenant.intake_service.store.case(seq_no)
    assert known is not None
    assert known.state is State.DELETED
    assert not tenant.intake_service.registry.exhibitions["ZH222826000001"].approved
    again = tenant.send(signed(next_version(tree, seq_no, "ZH222826000001", ModReason=REASON, ChgTmsCnt="2"), 3))
    assert again.rules == ("TG-CUS-002",)


def test_a_used_exhibition_cannot_be_deleted() -> None:
    """An entry in the registry names the show: its deletion is rejected by the rule on used filings."""
    tenant = make_tenant()
    tree = case("machine-tool-show")
    without_papers = {**tree, "document": {k: v for k, v in tree["document"].items() if k != "Documents"}}
    seq_no = tenant.settled(signed(without_papers, 1)).seq_no
    number = text_of(tenant.receipts()[-1].data, "businessId")
    assert tenant.intake_service.registry.exhibitions[number].used
    tenant.settled(signed(next_version(without_papers, seq_no, number, DclTypeCd="3", DelReason="取消"), 2))
    assert tenant.results(seq_no) == ["Y", "1", "Y", "3"]
    assert notes_of(tenant.receipts()[-1].data)[0].startswith("[TG-EXH-028] ")


@pytest.mark.parametrize(
    ("seq_no", "number", "outcome"),
    [
        (None, "ZH222826000009", ["Y", "3"]),  # no such exhibition: customs rejects
        ("202600000000000777", "ZH222826000001", []),  # two numbers that do not belong together: the platform refuses
    ],
)
def test_a_change_of_what_is_not_there_comes_to_nothing(seq_no: str | None, number: str, outcome: list[str]) -> None:
    """Nothing is approved, nothing on file is touched."""
    tenant = make_tenant()
    tree, data = approved_show()
    tenant.settled(data)
    before = dict(tenant.intake_service.registry.exhibitions)
    reply = tenant.settled(signed(next_version(tree, seq_no, number, ModReason=REASON, EndDate="20270314"), 2))
    assert (tenant.results(reply.seq_no) if reply.seq_no else []) == outcome
    assert tenant.intake_service.registry.exhibitions == before


def test_another_enterprise_gets_nowhere_with_a_foreign_number() -> None:
    """Neither by pre-entry number, nor by customs number, nor by naming the owner as its declaring unit."""
    tenant = make_tenant()
    seq_no = tenant.settled(approved_show()[1]).seq_no
    theirs = case("machine-tool-show")
    papers = {k: v for k, v in theirs["document"].items() if k != "Documents"}
    foreign = {**theirs, "document": papers}
    by_seq_no = tenant.send(signed(changed(foreign, {"Head/SeqNo": seq_no}), 2))
    assert by_seq_no.rules == ("TG-CUS-001",)
    values = {"DclTypeCd": "3", "DelReason": "取消", "DclEtpsNo": OWNER, "DclEtpsSccd": "91310105MA1FX27K66"}
    by_number = tenant.settled(signed(next_version(foreign, None, "ZH222826000001", **values), 3))
    assert by_number.seq_no != seq_no
    assert tenant.results(by_number.seq_no) == ["Y", "3"]
    assert tenant.intake_service.registry.exhibitions["ZH222826000001"].approved


def test_a_platform_that_numbers_by_itself_keeps_its_number() -> None:
    """An unknown pre-entry number of the right form is taken over; later cases get others."""
    tenant = make_tenant()
    mine = "202600000000000002"
    reply = tenant.send(signed(changed(fixture("tmp101-minimal"), {"Head/SeqNo": mine}), 1))
    assert reply.seq_no == mine
    others = [tenant.send(signed(fixture("tmp101-minimal"), serial)).seq_no for serial in (2, 3)]
    assert others == ["202600000000000001", "202600000000000003"]


def test_confirmation_and_extension_are_numbered_and_the_deadline_moves() -> None:
    """QR for a confirmation, YQ for an extension; the entry's deadline is the one granted."""
    tenant = make_tenant()
    confirmation = tenant.settled(signed(fixture("tmp121-minimal"), 1))
    tenant.advance_to(START.replace(year=2027, month=3, day=1))
    extension = tenant.settled(signed(case("rail-test-equipment"), 2))
    assert tenant.results(confirmation.seq_no) == tenant.results(extension.seq_no) == ["Y", "1"]
    numbers = [text_of(each.data, "businessId") for each in tenant.receipts() if text_of(each.data, "businessId")]
    assert [number[:2] for number in numbers] == ["QR", "YQ"]
    entry = tenant.intake_service.registry.entries["790120261159743191"]
    assert entry.deadline.isoformat() == "2027-10-12"
    assert [each.number for each in tenant.intake_service.registry.extensions[entry.entry_no]] == [1]
