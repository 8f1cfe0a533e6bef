"""Tests of the signed samples: a strict desk takes them."""

from __future__ import annotations

import pytest

from tempgoods_edi.desk import check
from tempgoods_edi.schema import reader
from tempgoods_edi.signing import SignatureState
from tempgoods_edi.testing import sample
from tempgoods_edi.testing.trees import Shape
from tempgoods_edi.values import Verdict

OUTWARD = [spec.code for spec in reader.messages() if spec.direction == "out"]


@pytest.mark.parametrize("code", OUTWARD)
def test_a_strict_desk_takes_each_sample(code: str) -> None:
    """A signed sample is valid, without any finding, under the card it was signed with."""
    data, made = sample.signed_sample(code, Shape(lines=3, documents=1, fill=6, seed=3))
    checked = check(data, made.facts, sample.policy())
    assert (checked.verdict, checked.findings, checked.signature) == (Verdict.VALID, (), SignatureState.SIGNED)
    assert checked.message == made.message
    assert checked.certificate is not None
    assert checked.certificate.enterprise_code == sample.SENDER.enterprise_no


def test_the_other_kind_of_key_signs_too() -> None:
    """An ECDSA sample is taken as well."""
    made = sample.sample("TMP151")
    assert made.message is not None
    checked = check(sample.signed(made.message, "ecdsa"), made.facts, sample.policy())
    assert (checked.verdict, checked.findings) == (Verdict.VALID, ())


@pytest.mark.parametrize("code", ["TMP201", "COMMON"])
def test_what_customs_sends_is_not_signed(code: str) -> None:
    """Asking for a signed receipt is refused at once."""
    with pytest.raises(ValueError, match="not signed"):
        sample.signed_sample(code)
