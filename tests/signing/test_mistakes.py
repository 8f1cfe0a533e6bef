"""The doctor never states a cause that is not the one: any mistake, done to any valid message."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempgoods_edi.schema import reader
from tempgoods_edi.signing.doctor import diagnose
from tempgoods_edi.signing.doctor.budget import MOST_WORK
from tempgoods_edi.testing import sample
from tempgoods_edi.testing.strategies import cases
from tests.signing.mistakes import CARDS, MISTAKES, UNKNOWN, Mistake
from tools import unwell

FORMS = ("TMP101", "TMP111", "TMP121", "TMP131")


def _inner(data: bytes) -> bytes:
    return data[data.index(b"<Package>") : data.index(b"</Object>")]


SAMPLE = _inner(sample.signed_sample("TMP101")[0])


def _told(data: bytes) -> set[str]:
    found = diagnose(data)
    told = {each.id for each in found.causes}
    assert (found.verdict == "right") is (not told)
    return told


@pytest.mark.parametrize("mistake", MISTAKES, ids=repr)
def test_each_mistake_is_named_on_a_plain_message(mistake: Mistake) -> None:
    """On the sample nothing but the mistake's own causes is told, or that it cannot be known."""
    told = _told(mistake.made(SAMPLE, 0))
    assert told <= mistake.causes | UNKNOWN
    assert told or mistake.name == "empty-elements"  # the sample has none


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
def test_never_another_cause(data: st.DataObject) -> None:
    """A mistake of the catalogue in any valid message: its cause or "cannot be known", never another as certain."""
    made = data.draw(cases(reader.message(data.draw(st.sampled_from(FORMS))), max_lines=3))
    mistake = data.draw(st.sampled_from(MISTAKES))
    inner = _inner(made.data)
    assert _told(mistake.made(inner, data.draw(st.integers(0, 999)))) <= mistake.causes | UNKNOWN


@given(st.binary(min_size=256, max_size=256))
@settings(max_examples=30)
def test_noise_is_never_this_keys(value: bytes) -> None:
    """Whatever bytes stand as the RSA value, none that the key did not make is told to be its own."""
    good = unwell.message(SAMPLE, CARDS.rsa)
    begin, end = good.index(b"<SignatureValue>") + len(b"<SignatureValue>"), good.index(b"</SignatureValue>")
    assert _told(good[:begin] + b64encode(value) + good[end:]) == {"other-key-or-damaged"}


def test_the_largest_broken_message_is_bounded_work() -> None:
    """A message of 3.5 MB that nothing explains: the work is counted, and cut short; that is told."""
    row = b"<Row><Nm>" + "数控机床".encode() * 16 + b"</Nm><Qty>1</Qty><Rmk></Rmk></Row>"
    inner = b"<Package>" + row * (3_500_000 // len(row)) + b"</Package>"
    data = unwell.message(inner, CARDS.rsa).replace(b"<Qty>1<", b"<Qty>2<", 1)
    digest = diagnose(data).digest
    assert digest is not None
    assert [each.id for each in digest.causes] == ["content-changed"]
    assert 0 < digest.work <= MOST_WORK
    assert "large" in digest.causes[0].what.en
    assert digest.tried < 200
