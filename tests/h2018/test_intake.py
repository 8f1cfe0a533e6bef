"""What the platform answers at once: repetition, conflict, refusal; and that whatever comes in is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.config import Config
from tempgoods_edi.envelope.archive import pack
from tests.h2018.tenant import (
    ORGANISER,
    OWNER,
    case,
    changed,
    fixture,
    make_tenant,
    refusal_of,
    signed,
    text_of,
)


def test_the_same_bytes_get_the_same_answer_and_are_registered_once() -> None:
    """Repeated at once, under review and after approval: the original answer to the byte, nothing more happens."""
    tenant = make_tenant()
    data = signed(fixture("tmp101-minimal"), 1)
    first = tenant.send(data)
    again = tenant.send(data)
    tenant.settle()
    late = tenant.settled(data)
    assert (again.data, late.data) == (first.data, first.data)
    assert (first.repeated, again.repeated, late.repeated) == (False, True, True)
    assert again.trace_id == first.trace_id
    assert tenant.results(first.seq_no) == ["Y", "1"]


def test_other_bytes_under_a_message_id_that_was_taken_are_a_conflict() -> None:
    """DealFlag -1, naming the rule; the first message goes on undisturbed."""
    tenant = make_tenant()
    first = tenant.send(signed(fixture("tmp101-minimal"), 1))
    reply = tenant.send(signed(changed(fixture("tmp101-minimal"), {"Head/HallNm": "4号馆"}), 1))
    assert (reply.outcome, reply.rules) == ("conflict", ("TG-ENV-006",))
    assert text_of(reply.data, "DealFlag") == "-1"
    assert "[TG-ENV-006]" in text_of(reply.data, "CheckInfo")
    tenant.settle()
    assert tenant.results(first.seq_no) == ["Y", "1"]


def test_a_refused_message_may_come_again_corrected_under_its_message_id() -> None:
    """Only what was taken uses a message_id up."""
    tenant = make_tenant()
    tree = changed(fixture("tmp101-minimal"), {"OperCusRegCode": "310173A546"})
    assert tenant.send(signed(tree, 1, signer=OWNER)).rules[0] in ("TG-HEAD-014", "TG-HEAD-015")
    assert tenant.send(signed(fixture("tmp101-minimal"), 1)).outcome == "accepted"


def test_all_that_is_wrong_is_told_at_once() -> None:
    """What the schema refuses first, then what the rules say of the rest, in one answer and in its reasons."""
    tenant = make_tenant()
    reply = tenant.send(signed(changed(fixture("tmp101-minimal"), {"Head/HallNm": "馆" * 5000, "Head/EndDate": "20270301"}), 1))
    assert (reply.outcome, reply.rules) == ("refused", ("TG-XSD-007", "TG-EXH-001"))
    for rule in reply.rules:
        assert f"[{rule}]" in text_of(reply.data, "CheckInfo")


def test_one_message_id_of_two_senders_is_no_conflict() -> None:
    """Identity is sender and message_id together."""
    tenant = make_tenant()
    data = signed(fixture("tmp101-minimal"), 1)
    tree = case("machine-tool-show")
    message_id = fixture("tmp101-minimal")["envelope"]["sender_id"]
    other = {**tree, "document": {k: v for k, v in tree["document"].items() if k != "Documents"}}
    assert message_id != tree["envelope"]["sender_id"]
    assert [tenant.send(each).outcome for each in (data, signed(other, 1))] == ["accepted", "accepted"]


def test_an_in_house_number_used_before_is_refused_naming_the_pre_entry_number() -> None:
    """The published refusal: same unit, same in-house number, no pre-entry number."""
    tenant = make_tenant()
    numbered = changed(fixture("tmp101-minimal"), {"Head/EtpsPreentNo": "A-1"})
    first = tenant.send(signed(numbered, 1))
    reply = tenant.send(signed(changed(numbered, {"Head/HallNm": "4号馆"}), 2))
    assert (reply.outcome, reply.rules, reply.seq_no) == ("refused", ("TG-HEAD-019",), None)
    assert first.seq_no is not None
    assert first.seq_no in text_of(reply.data, "CheckInfo")
    assert text_of(reply.data, "EtpsPreentNo") == "A-1"


def test_a_zip_packed_anew_with_the_same_content_is_the_same() -> None:
    """Not the archive's bytes count, but what is in it."""
    tenant = make_tenant()
    data = signed(fixture("tmp101-minimal"), 1)
    first = tenant.send(pack("a", data, {}))
    assert first.outcome == "accepted"
    again = tenant.send(pack("b", data, {}))
    assert (again.repeated, again.data) == (True, first.data)


def _with_bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def _with_declaration(data: bytes) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + data.removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>')


def _with_newline(data: bytes) -> bytes:
    return data + b"\n"


def _zipped(data: bytes) -> bytes:
    return pack("renamed", data, {})


#: Other bytes of the same signed message, those of its text before the archive around it.
_DRESSINGS = (_with_declaration, _with_newline, _with_bom, _zipped)


@given(
    worn=st.sets(st.sampled_from(_DRESSINGS)),
    signers=st.permutations(("310196K27B", "ecdsa", "ecdsa")),
    settles=st.booleans(),
    in_house=st.sampled_from([None, "A-1"]),
)
def test_the_same_content_in_other_bytes_gets_the_first_answer(
    worn: set[Any], signers: list[str], settles: bool, in_house: str | None
) -> None:
    """Signed anew by the same enterprise, zipped, with a BOM, a newline more: once registered, never refused."""
    tenant = make_tenant()
    tree = changed(fixture("tmp101-minimal"), {"Head/EtpsPreentNo": in_house})
    first = tenant.send(signed(tree, 1, signer=signers[0]))
    assert first.outcome == "accepted"
    if settles:
        tenant.settle()
    for signer in signers[1:]:
        data = signed(tree, 1, signer=signer)
        for dress in _DRESSINGS:
            data = dress(data) if dress in worn else data
        again = tenant.send(data)
        assert (again.outcome, again.repeated, again.data) == ("accepted", True, first.data)
        assert again.trace_id == first.trace_id
    tenant.settle()
    assert tenant.results(first.seq_no) == ["Y", "1"]


@given(field=st.sampled_from(["Head/HallNm", "Head/EtpsPreentNo", "Head/InputEtpsNm"]), worn=st.sets(st.sampled_from(_DRESSINGS)))
def test_other_content_under_a_known_message_id_is_always_a_conflict(field: str, worn: set[Any]) -> None:
    """Whatever else may be wrong with it, and however it is wrapped: told as what it is, and the first goes on."""
    tenant = make_tenant()
    tree = changed(fixture("tmp101-minimal"), {"Head/EtpsPreentNo": "A-1"})
    first = tenant.send(signed(tree, 1))
    data = signed(changed(tree, {field: "另一处"}), 1)
    for dress in _DRESSINGS:
        data = dress(data) if dress in worn else data
    for _ in range(2):
        assert (tenant.send(data).outcome, tenant.send(data).rules) == ("conflict", ("TG-ENV-006",))
    tenant.settle()
    assert tenant.results(first.seq_no) == ["Y", "1"]


def test_another_file_beside_the_same_message_is_other_content() -> None:
    """The files beside a message are part of what is declared."""
    tenant = make_tenant()
    data = signed(fixture("tmp101-minimal"), 1)
    assert tenant.send(pack("a", data, {"a.pdf": b"%PDF-1.4"})).outcome == "accepted"
    assert tenant.send(pack("a", data, {"a.pdf": b"%PDF-1.7"})).outcome == "conflict"
    assert tenant.send(data).outcome == "conflict"


def test_who_signs_anothers_message_repeats_nothing() -> None:
    """Its first answer is told to nobody but the enterprise that sent it."""
    tenant = make_tenant()
    tree = fixture("tmp101-minimal")
    first = tenant.send(signed(tree, 1))
    foreign = tenant.send(signed(tree, 1, signer=ORGANISER))
    assert (foreign.outcome, foreign.repeated) == ("conflict", False)
    assert first.seq_no is not None
    assert first.seq_no not in foreign.data.decode()


def test_an_attachment_that_is_listed_and_missing_is_rejected() -> None:
    """A message that lists papers and comes as bare XML: stored, then rejected by the rule on documents."""
    tenant = make_tenant()
    reply = tenant.settled(signed(case("machine-tool-show"), 1))
    assert tenant.results(reply.seq_no) == ["Y", "3"]
    assert "[TG-DOC-" in tenant.receipts()[-1].data.decode()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "TG-XML-001"),
        (b"<Signature", "TG-XML-002"),
        (b"PK\x03\x04 no archive", "TG-XML-007"),
        (b"<Unknown/>", "TG-ENV-001"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, rule: str) -> None:
    """A valid technical answer with DealFlag -1; nothing is kept."""
    tenant = make_tenant()
    reply = tenant.send(data)
    assert (reply.outcome, reply.seq_no) == ("refused", None)
    assert rule in reply.rules
    assert text_of(reply.data, "DealFlag") == "-1"


def test_a_message_with_a_broken_signature_is_refused() -> None:
    """One changed character inside the Object: a signature finding, no business receipt ever."""
    tenant = make_tenant()
    reply = tenant.settled(signed(fixture("tmp101-minimal"), 1).replace("工业机器人展".encode(), "工业机器人節".encode()))
    assert reply.outcome == "refused"
    assert reply.rules[0].startswith("TG-SIG-")
    assert tenant.receipts() == ()


def test_unsigned_messages_are_taken_only_when_the_configuration_says_so() -> None:
    """Refused by default; with allow_unsigned the whole life follows."""
    from tempgoods_edi.interchange import json_form
    from tempgoods_edi.signing import SignaturePolicy, unsigned

    sheet = json_form.read(json.dumps(fixture("tmp101-minimal")).encode(), {})
    assert sheet.package is not None
    draft = unsigned("M001", sheet.package.encode(), SignaturePolicy())
    assert make_tenant().send(draft).outcome == "refused"
    lenient = make_tenant(Config(allow_unsigned=True))
    assert lenient.results(lenient.settled(draft).seq_no) == ["Y", "1"]


def test_customs_own_messages_are_not_taken_from_outside() -> None:
    """A receipt sent to customs is refused, not believed."""
    tenant = make_tenant()
    tenant.settled(signed(fixture("tmp101-minimal"), 1))
    stored = tenant.receipts()[0].data
    assert tenant.send(stored).outcome == "refused"


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"<a>{text}</a>".encode()))
def test_whatever_comes_in_is_answered(data: bytes) -> None:
    """No bytes make intake fail; the answer is always a valid technical answer."""
    reply = make_tenant().send(data)
    assert refusal_of(reply.data, "common_response.xsd") is None


def test_immediate_progression_has_the_receipts_ready_with_the_answer() -> None:
    """No time passes between intake and decision."""
    tenant = make_tenant(Config(progression="immediate"))
    reply = tenant.send(signed(fixture("tmp101-minimal"), 1))
    assert tenant.results(reply.seq_no) == ["Y", "1"]
