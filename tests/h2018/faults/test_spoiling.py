"""What faults do to bytes: exactly what they say, the same each time, and never an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from h2018.faults.kinds import BREACHES, CATALOGUE, ENCODINGS
from h2018.faults.latency import Profile
from h2018.faults.spoiling import Dispatch, dispatches, spoil, trickle, wait
from tempgoods_edi.envelope.message import by_root
from tempgoods_edi.schema import validator
from tests.h2018.faults.material import SENT, fault, seeds, sent

ON_BYTES = (
    "empty",
    "garbage",
    "truncated",
    "misaddressed",
    "changed",
    "badly_signed",
    "wrong_encoding",
    "schema_invalid",
)
messages = st.sampled_from(SENT).map(sent)


def refused(data: bytes) -> str | None:
    """What libxml2 has against the message in *data* by its own schema."""
    root = etree.fromstring(data)
    if etree.QName(root).localname == "CommonResponeMessage":
        return validator.refusal("common_response.xsd", root)
    for element in root.iter(etree.Element):
        spec = by_root().get(etree.QName(element).localname)
        if spec is not None:
            return validator.refusal(spec.schema, element)
    return "no document"


def texts(data: bytes) -> list[str]:
    """The text of each leaf, in order."""
    return [each.text or "" for each in etree.fromstring(data).iter(etree.Element) if not len(each)]


def tags(data: bytes) -> list[str]:
    """The name of each element, in order."""
    return [str(each.tag) for each in etree.fromstring(data).iter(etree.Element)]


@given(st.sampled_from(ON_BYTES), messages, seeds)
def test_a_spoiled_message_is_another_and_always_the_same(kind: str, data: bytes, seed: int) -> None:
    """Something is changed, and doing it once more does the same."""
    assert spoil(fault(kind, seed), data) != data
    assert spoil(fault(kind, seed), data) == spoil(fault(kind, seed), data)


@given(st.sampled_from(sorted(set(CATALOGUE) - set(ON_BYTES))), messages, seeds)
def test_other_faults_leave_the_bytes_alone(kind: str, data: bytes, seed: int) -> None:
    """A message that is late, lost, doubled, or on a bad line, is itself untouched."""
    assert spoil(fault(kind, seed), data) == data


@given(st.sampled_from(ON_BYTES), st.binary(max_size=200), seeds)
def test_no_bytes_are_too_odd_to_spoil(kind: str, data: bytes, seed: int) -> None:
    """What is no message of ours, a ZIP or spoiled before, is spoiled as well; nothing is raised."""
    spoiled = spoil(fault(kind, seed), data)
    assert spoiled != data or (kind in ("empty", "truncated") and not data)


@pytest.mark.parametrize("name", SENT)
def test_the_untouched_messages_are_valid(name: str) -> None:
    """What the other tests spoil is right to begin with."""
    assert refused(sent(name)) is None


@pytest.mark.parametrize("breach", BREACHES)
@pytest.mark.parametrize("name", SENT)
def test_each_breach_is_well_formed_and_refused_by_the_schema(name: str, breach: str) -> None:
    """libxml2 refuses the document, and only because of one element."""
    spoiled = spoil(fault("schema_invalid", breach=breach), sent(name))
    assert refused(spoiled) is not None
    assert abs(len(tags(spoiled)) - len(tags(sent(name)))) <= 1


@given(messages, seeds)
def test_somebody_elses_number_is_all_that_differs(data: bytes, seed: int) -> None:
    """The structure stays, numbers keep their length, and one number stays one number."""
    spoiled = spoil(fault("misaddressed", seed), data)
    assert tags(spoiled) == tags(data)
    pairs = {pair for pair in zip(texts(data), texts(spoiled), strict=True) if pair[0] != pair[1]}
    assert pairs
    assert all(len(before) == len(after) for before, after in pairs)
    assert len({before for before, _ in pairs}) == len(pairs)


def test_a_receipt_for_somebody_else_is_still_a_valid_receipt() -> None:
    """Only who looks at the numbers notices."""
    spoiled = spoil(fault("misaddressed"), sent("tmp201-full"))
    assert refused(spoiled) is None
    before, after = (etree.fromstring(data).findtext(".//etpsPreentNo") for data in (sent("tmp201-full"), spoiled))
    assert before != after


@given(messages, seeds)
def test_one_character_of_one_value_is_changed(data: bytes, seed: int) -> None:
    """The elements stay, one text differs in one place."""
    spoiled = spoil(fault("changed", seed), data)
    assert tags(spoiled) == tags(data)
    differing = [(a, b) for a, b in zip(texts(data), texts(spoiled), strict=True) if a != b]
    assert len(differing) == 1
    before, after = differing[0]
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


@given(messages, seeds)
def test_a_bad_signature_is_around_the_very_message(data: bytes, seed: int) -> None:
    """A signature element with digest and value, and in its Object the message as it was."""
    root = etree.fromstring(spoil(fault("badly_signed", seed), data))
    assert etree.QName(root).localname == "Signature"
    assert root.findtext(".//{*}DigestValue")
    assert root.findtext("{*}SignatureValue")
    inner = root.find("{*}Object/*")
    assert inner is not None
    assert [each.text or "" for each in inner.iter(etree.Element) if not len(each)] == texts(data)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", SENT)
def test_the_bytes_are_not_what_the_declaration_says(name: str, encoding: str) -> None:
    """Read as the UTF-8 they are declared to be, they are no XML, or other characters."""
    spoiled = spoil(fault("wrong_encoding", encoding=encoding), sent(name))
    try:
        root = etree.fromstring(spoiled, etree.XMLParser(encoding="utf-8"))
    except etree.XMLSyntaxError:
        return
    assert [each.text or "" for each in root.iter(etree.Element) if not len(each)] != texts(sent(name))


@given(st.integers(0, 4096), seeds)
def test_garbage_has_its_size(size: int, seed: int) -> None:
    """As many bytes as asked for, others for another seed."""
    found = spoil(fault("garbage", seed, size=size), b"x")
    assert len(found) == size
    if size > 16:
        assert found != spoil(fault("garbage", seed + 1, size=size), b"x")


@given(messages, st.floats(0, 1))
def test_a_truncated_message_is_its_beginning(data: bytes, keep: float) -> None:
    """A true beginning, as long as was asked for, and never the whole."""
    spoiled = spoil(fault("truncated", keep=keep), data)
    assert data.startswith(spoiled)
    assert len(spoiled) < len(data)
    assert len(spoiled) <= keep * len(data)


def test_what_leaves() -> None:
    """Nothing, once, later, behind others, or several times; spoiled messages leave once."""
    data = sent("tmp201-full")
    assert dispatches(None, data) == (Dispatch(data=data),)
    assert dispatches(fault("lost"), data) == ()
    assert dispatches(fault("late", profile=Profile(seconds=90)), data) == (Dispatch(data=data, seconds=90.0),)
    assert dispatches(fault("duplicated", copies=3), data) == (Dispatch(data=data),) * 3
    assert dispatches(fault("reordered", behind=2), data) == (Dispatch(data=data, behind=2),)
    for kind in ("changed", "badly_signed", "schema_invalid"):
        assert dispatches(fault(kind), data) == (Dispatch(data=spoil(fault(kind), data)),)


@given(messages, seeds)
def test_a_slow_answer_comes_whole_after_its_wait(data: bytes, seed: int) -> None:
    """The wait is in the first piece, the pieces are the answer."""
    slow = fault("slow", seed, bytes_per_second=1000)
    pieces = trickle(slow, data)
    assert sum(piece.size for piece in pieces) == len(data)
    assert pieces[0].seconds >= wait(slow) > 0
    assert trickle(slow, data) == pieces
    assert sum(piece.size for piece in trickle(slow, b"")) == 0


def test_a_spoiled_file_never_leads_outside() -> None:
    """Bytes with a foreign entity are not followed: no file is read for them."""
    evil = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{Path(__file__).as_uri()}">]><a><SeqNo>&e;</SeqNo></a>'.encode()
    for kind in ON_BYTES:
        assert b"never_leads_outside" not in spoil(fault(kind), evil)
