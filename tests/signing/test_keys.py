"""Keys out of files, and the maker of test keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import SignatureState, sign_object
from tempgoods_edi.signing.key_pairs import to_pem, to_pkcs12
from tempgoods_edi.signing.keys import FileSigner, from_pem, from_pkcs12
from tests.signing.material import INNER, POLICY, SigningKit

PASSWORD = "口令 s3cret"


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
@pytest.mark.parametrize("password", [PASSWORD, None])
def test_files_give_back_the_key(kit: SigningKit, kind: str, password: str | None) -> None:
    """A key written as PKCS#12 or PEM and read again signs rightly, with or without a password."""
    pair = getattr(kit, kind)
    for signer in (
        from_pkcs12(to_pkcs12(pair, password), password),
        from_pem(to_pem(pair, password), pair.certificate_pem, password),
    ):
        assert signer.key_name == f"{pair.certificate.serial_number:X}"
        assert signer.certificate_der == pair.certificate_der
        message = sign_object("O1", INNER, signer, POLICY)
        assert kit.verified(message).state is SignatureState.SIGNED


def test_a_file_in_ber_is_read_without_a_word(kit: SigningKit) -> None:
    """Some programs write PKCS#12 with an open length: it opens as well, and no warning reaches the person."""
    der = to_pkcs12(kit.rsa, PASSWORD)
    assert der[:2] == b"\x30\x82"
    signer = from_pkcs12(b"\x30\x80" + der[4:] + b"\0\0", PASSWORD)
    assert signer.certificate_der == kit.rsa.certificate_der


def test_wrong_password_is_told_without_it(kit: SigningKit) -> None:
    """The error speaks both languages and holds neither the right nor the wrong password."""
    attempts: tuple[Callable[[], FileSigner], ...] = (
        lambda: from_pkcs12(to_pkcs12(kit.ecdsa, PASSWORD), "guess"),
        lambda: from_pkcs12(to_pkcs12(kit.ecdsa, PASSWORD), None),
        lambda: from_pem(to_pem(kit.ecdsa, PASSWORD), kit.ecdsa.certificate_pem, "guess"),
        lambda: from_pem(to_pem(kit.ecdsa, PASSWORD), kit.ecdsa.certificate_pem, None),
    )
    for attempt in attempts:
        with pytest.raises(KeySourceError) as caught:
            attempt()
        assert "密码" in caught.value.text.zh
        assert "password" in caught.value.text.en
        assert "guess" not in str(caught.value)
        assert PASSWORD not in str(caught.value)


def test_secrets_stay_out_of_texts(kit: SigningKit) -> None:
    """Neither a signer nor a key pair shows its key."""
    signer = from_pem(to_pem(kit.rsa, None), kit.rsa.certificate_pem, None)
    assert repr(signer).startswith("FileSigner(key_name='BC7C01'")
    assert "PRIVATE" not in repr(signer) + repr(kit.rsa)
    assert "object at" not in repr(kit.rsa)


def test_unreadable_files(kit: SigningKit) -> None:
    """Rubbish, missing parts and mismatched parts are each a KeySourceError."""
    with pytest.raises(KeySourceError):
        from_pkcs12(b"rubbish", None)
    with pytest.raises(KeySourceError):
        from_pem(b"rubbish", kit.rsa.certificate_pem, None)
    with pytest.raises(KeySourceError):
        from_pem(to_pem(kit.rsa, None), b"rubbish", None)
    with pytest.raises(KeySourceError, match="belong"):
        from_pem(to_pem(kit.rsa, None), kit.ecdsa.certificate_pem, None)


def test_other_kinds_of_keys_are_refused(kit: SigningKit) -> None:
    """A key that no algorithm of ours uses is refused when it is read."""
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(KeySourceError, match="RSA"):
        from_pem(key, kit.rsa.certificate_pem, None)


@pytest.mark.parametrize("password", ["", "anything"])
def test_a_key_that_needs_no_password_opens_whatever_is_given(kit: SigningKit, password: str) -> None:
    """Whoever made it without one is asked for one all the same."""
    pair = kit.rsa
    for signer in (
        from_pkcs12(to_pkcs12(pair, None), password),
        from_pem(to_pem(pair, None), pair.certificate_pem, password),
        from_pem(b"Bag Attributes\n" + to_pem(pair, None), b"subject=CN\n" + pair.certificate_pem, None),
    ):
        assert signer.certificate_der == pair.certificate_der
