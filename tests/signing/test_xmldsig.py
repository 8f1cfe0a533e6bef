"""What we write: canonical by construction, complete, and never outside the policy."""

from __future__ import annotations

import pytest
from lxml import etree

from tempgoods_edi.demo_ca import make_certificate, make_key
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import SignaturePolicy, SignatureState, object_parts, sign_object, unsigned
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA1, SM2_SM3
from tests.signing.material import BEGIN, END, HOLDER, INNER, POLICY, SigningKit, ids, signer_of

KINDS = pytest.mark.parametrize("kind", ["rsa", "ecdsa"])


@KINDS
def test_what_is_signed_verifies(kit: SigningKit, kind: str) -> None:
    """A message of ours is SIGNED without findings, and hands back its Object byte for byte."""
    verified = kit.verified(kit.message(kind=kind))
    assert verified.findings == ()
    assert verified.state is SignatureState.SIGNED
    assert verified.signed == b'<Object xmlns="http://www.w3.org/2000/09/xmldsig#" Id="O1">' + INNER + b"</Object>"
    assert verified.untrusted is None
    assert verified.object_id == "O1"


@KINDS
def test_message_is_its_own_canonical_form(kit: SigningKit, kind: str) -> None:
    """C14N of the whole message changes nothing: every part was written canonically."""
    message = kit.message(kind=kind)
    assert etree.tostring(etree.fromstring(message), method="c14n") == message


def test_rsa_message_is_the_same_every_time(kit: SigningKit) -> None:
    """Signing is deterministic: same key and content, same bytes."""
    assert kit.message() == kit.message()


def test_certificate_may_be_left_out(kit: SigningKit) -> None:
    """`include_certificate=False` writes KeyName alone."""
    message = sign_object("O1", INNER, kit.signer(), SignaturePolicy(include_certificate=False))
    assert b"X509Data" not in message
    assert b"<KeyInfo><KeyName>BC7C01</KeyName></KeyInfo>" in message


def test_draft_is_the_message_with_three_empty_values(kit: SigningKit) -> None:
    """A draft differs from the signed message only in digest, value and KeyInfo."""
    draft = unsigned("O1", INNER)
    for empty in (b"<DigestValue></DigestValue>", b"<SignatureValue></SignatureValue>", b"<KeyName></KeyName>"):
        assert empty in draft
    assert draft.partition(b"<Object")[2] == kit.message().partition(b"<Object")[2]


def test_draft_can_be_signed_later(kit: SigningKit) -> None:
    """What `verify` hands out of a draft, signed, is the message that would have been written at once."""
    draft = kit.verified(unsigned("O1", INNER))
    assert draft.untrusted is not None
    parts = object_parts(draft.untrusted)
    assert parts is not None
    assert sign_object(*parts, kit.signer(), POLICY) == kit.message()


def test_object_with_further_namespaces_is_not_taken_apart() -> None:
    """`object_parts` refuses an Object whose content depends on more than the default namespace."""
    assert (
        object_parts(b'<Object xmlns="http://www.w3.org/2000/09/xmldsig#" xmlns:x="http://x" Id="1"></Object>') is None
    )


@pytest.mark.parametrize("algorithm", [RSA_SHA1, SM2_SM3, "http://example.org/none"])
def test_policy_refuses_to_write(kit: SigningKit, algorithm: str) -> None:
    """A signer whose algorithm the policy refuses signs nothing."""

    class Other:
        key_name = "1"
        certificate_der = b""

        def __init__(self, algorithm: str) -> None:
            self.algorithm = algorithm

        def sign(self, data: bytes) -> bytes:
            raise AssertionError("must not be asked")

    with pytest.raises(KeySourceError) as caught:
        sign_object("O1", INNER, Other(algorithm), POLICY)
    assert algorithm in caught.value.text.zh
    assert algorithm in caught.value.text.en


def test_short_key_signs_only_in_legacy(kit: SigningKit) -> None:
    """RSA-1024 with rsa-sha1 is written, and taken, by the legacy policy alone."""
    pair = make_certificate(kit.ca, HOLDER, serial=7, not_before=BEGIN, not_after=END, key=make_key("rsa", 1024))
    with pytest.raises(KeySourceError, match="1024"):
        sign_object("O1", INNER, signer_of(pair), POLICY)
    message = sign_object("O1", INNER, signer_of(pair, legacy=True), SignaturePolicy.legacy())
    assert b"#rsa-sha1" in message
    assert kit.verified(message, SignaturePolicy.legacy()).findings == ()
    assert ids(kit.verified(message).findings) == ["019", "038"]


@pytest.mark.parametrize("object_id", ["", 'a"', "a b", "é", "x" * 129, "-a"])
def test_unwritable_id_is_misuse(kit: SigningKit, object_id: str) -> None:
    """An Id that would need escaping is refused before anything is signed."""
    with pytest.raises(ValueError, match="Id"):
        sign_object(object_id, INNER, kit.signer(), POLICY)


def test_draft_names_the_first_algorithm_of_the_policy() -> None:
    """A client reads from the draft by which algorithm it is to sign."""
    assert ECDSA_SHA256.encode() in unsigned("1", INNER, SignaturePolicy(algorithms=(ECDSA_SHA256,)))
