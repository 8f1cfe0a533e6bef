"""Nothing that a signature covers can be changed unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.signing import SignatureState, Verified, verify
from tests.signing.material import INNER, NOW, POLICY, SigningKit, refused

SMALL = b"<Package><A>&lt;1</A></Package>"


def _held(verified: Verified, original: bytes | None) -> None:
    """Refused, or exactly what was signed: whitespace between attributes is no change to XML."""
    if verified.signed is None:
        refused(verified)
    else:
        assert verified.signed == original


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_every_byte_of_object_and_signed_info_counts(kit: SigningKit, kind: str) -> None:
    """At every position of SignedInfo and Object, each of several other bytes is refused, without an exception."""
    message = kit.message(SMALL, kind=kind)
    original = kit.verified(message).signed
    spans = (
        range(message.index(b"<SignedInfo>"), message.index(b"<SignatureValue>")),
        range(message.index(b"<Object"), len(message) - len(b"</Signature>")),
    )
    for at in (n for span in spans for n in span):
        for other in {message[at] ^ 1, message[at] ^ 32, ord("A"), ord(" "), ord("<"), 0, 255} - {message[at]}:
            changed = message[:at] + bytes([other]) + message[at + 1 :]
            _held(verify(changed, POLICY, kit.trust, NOW), original)


def test_every_byte_left_out_or_doubled_counts(kit: SigningKit) -> None:
    """Leaving out or doubling any one byte of the Object is refused."""
    message = kit.message(SMALL)
    original = kit.verified(message).signed
    for at in range(message.index(b"<Object"), len(message) - len(b"</Signature>")):
        _held(kit.verified(message[:at] + message[at + 1 :]), original)
        _held(kit.verified(message[:at] + message[at : at + 1] + message[at:]), original)


@given(st.data())
def test_no_mutation_raises(kit: SigningKit, data: st.DataObject) -> None:
    """Cuts, splices and flips anywhere end in a result, and BROKEN or UNSIGNED never comes without an error."""
    message = kit.message()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(message)))
        to = data.draw(st.integers(at, min(len(message), at + 40)))
        message = message[:at] + data.draw(st.binary(max_size=4)) + message[to:]
    verified = kit.verified(message)
    assert (verified.signed is not None) == (verified.state is SignatureState.SIGNED)
    if verified.state is not SignatureState.SIGNED:
        assert any(f.is_error for f in verified.findings)


def test_every_byte_of_the_namespace_counts(kit: SigningKit) -> None:
    """Another namespace name, were it only by one byte, makes it no signature of the profile."""
    message = kit.message(SMALL)
    begin = message.index(b"http://")
    for at in range(begin, message.index(b'"', begin)):
        other = b"z" if message[at : at + 1] == b"0" else b"0"
        refused(kit.verified(message[:at] + other + message[at + 1 :]))


def test_changed_content_is_told_as_wrong_digest(kit: SigningKit) -> None:
    """A changed Object is reported as such, with the place of the digest, and is still there for diagnosis."""
    verified = kit.verified(kit.message().replace(b"1.50000", b"9.50000"))
    refused(verified, "025")
    (finding,) = verified.findings
    assert finding.path == "SignedInfo/Reference/DigestValue"
    assert finding.line == 1
    assert finding.column == kit.message().index(b"<DigestValue>") + 1
    assert (
        verified.untrusted
        == b'<Object xmlns="http://www.w3.org/2000/09/xmldsig#" Id="O1">'
        + INNER.replace(b"1.50000", b"9.50000")
        + b"</Object>"
    )
    assert verified.offset == kit.message().index(b"<Package>")


def test_changed_value_is_told_as_wrong_signature(kit: SigningKit) -> None:
    """A changed SignatureValue, its digest being right, is a wrong signature."""
    message = kit.message()
    at = message.index(b"<SignatureValue>") + 30
    other = b"A" if message[at : at + 1] != b"A" else b"B"
    refused(kit.verified(message[:at] + other + message[at + 1 :]), "026")


def test_value_that_is_no_base64(kit: SigningKit) -> None:
    """Rubbish in SignatureValue has its own finding."""
    refused(kit.verified(kit.message().replace(b"<SignatureValue>", b"<SignatureValue>?")), "024")


def test_swapped_signatures_are_refused(kit: SigningKit) -> None:
    """The signature of one message does not carry over to another."""
    one, two = kit.message(SMALL), kit.message()
    refused(kit.verified(one.partition(b"<Object")[0] + b"<Object" + two.partition(b"<Object")[2]), "025")
    value = two.partition(b"<SignatureValue>")[2].partition(b"<")[0]
    own = one.partition(b"<SignatureValue>")[2].partition(b"<")[0]
    refused(kit.verified(one.replace(own, value)), "026")


def test_ecdsa_values_of_wrong_shape_are_refused(kit: SigningKit) -> None:
    """Zeros, DER and cut-off r‖s values are wrong signatures, not errors."""
    message = kit.message(kind="ecdsa")
    own = message.partition(b"<SignatureValue>")[2].partition(b"<")[0]
    for other in (b"A" * 88, b"AA==", own[:40] + own[44:], b"////" * 21 + b"/w=="):
        refused(kit.verified(message.replace(own, other)), "026")
