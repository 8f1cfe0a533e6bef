"""Prepares data for a card that only computes with its key, and turns the card's answer into a signature.

A card is handed a padded block (RSA) or a digest (P-256, SM2): it never sees what is signed.
"""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from msgspec import Struct

from tempgoods_edi.card import problems
from tempgoods_edi.card.kinds.piv_data import unreadable
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA256, SM2_SM3
from tempgoods_edi.values import Bilingual

_RSA_BITS = 2048
_HALF = 32
#: RFC 8017 §9.2, note 1: the DigestInfo before a SHA-256 digest.
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")

_CURVES = {"secp384r1": "P-384", "secp521r1": "P-521"}
_NOT_DER = Bilingual("内容不是 X.509 证书（DER）", "it is no X.509 certificate (DER)")
_OTHER = Bilingual("其他种类的密钥", "of another kind")
_ANSWER = Bilingual("卡给出的签名无法理解", "the card's signature cannot be understood")


class Holding(Struct, frozen=True):
    """A key on a card that can sign, with its certificate.

    :ivar key: what the card's kind calls it by.
    :ivar algorithm: URI of the signature algorithm.
    """

    key: int
    certificate: x509.Certificate
    certificate_der: bytes
    algorithm: str


def held(key: int, certificate_der: bytes) -> Holding:
    """The key *key* on a card, with its certificate.

    :raises CardError: the certificate is not readable, or the key of a kind that signs no messages.
    """
    try:
        certificate = x509.load_der_x509_certificate(certificate_der)
        public = _public(certificate)
    except ValueError:
        raise unreadable(key, _NOT_DER) from None
    algorithm = _algorithm(certificate, public)
    if algorithm is None:
        raise CardError(problems.UNFIT_KEY, place=f"{key:02X}", found=_told(public), instead="")
    return Holding(key, certificate, certificate_der, algorithm)


def prepared(holding: Holding, data: bytes) -> bytes:
    """The block or digest that the card computes the signature over *data* with."""
    if holding.algorithm == SM2_SM3:
        return sm2.digest(sm2.certificate_key(holding.certificate.tbs_certificate_bytes) or b"", data)
    digest = hashlib.sha256(data).digest()
    if holding.algorithm == ECDSA_SHA256:
        return digest
    info = _SHA256_INFO + digest
    return b"\0\1" + b"\xff" * (_RSA_BITS // 8 - len(info) - 3) + b"\0" + info


def finished(holding: Holding, answer: bytes) -> bytes:
    """The card's *answer* as an XML-DSig signature value: PKCS#1 for RSA, r‖s for others.

    :raises CardError: it is no signature.
    """
    if holding.algorithm == RSA_SHA256:
        if len(answer) == _RSA_BITS // 8:
            return answer
    elif holding.algorithm == SM2_SM3 and len(answer) == 2 * _HALF:
        return answer
    else:
        try:
            r, s = decode_dss_signature(answer)
            return r.to_bytes(_HALF) + s.to_bytes(_HALF)
        except (ValueError, OverflowError):
            pass
    raise CardError(problems.UNUSABLE, reason=_ANSWER)


def _public(certificate: x509.Certificate) -> object:
    """Its public key; None for one that the library does not know, as those of SM2."""
    try:
        return certificate.public_key()
    except UnsupportedAlgorithm:
        return None


def _algorithm(certificate: x509.Certificate, public: object) -> str | None:
    """URI of the algorithm that messages are signed by with such a key; None when there is none."""
    if public is None and sm2.certificate_key(certificate.tbs_certificate_bytes) is not None:
        return SM2_SM3
    if isinstance(public, rsa.RSAPublicKey) and public.key_size == _RSA_BITS:
        return RSA_SHA256
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return ECDSA_SHA256
    return None


def _told(public: object) -> str | Bilingual:
    """The kind of key, as people call it."""
    if isinstance(public, rsa.RSAPublicKey):
        return f"RSA-{public.key_size}"
    if isinstance(public, ec.EllipticCurvePublicKey):
        return _CURVES.get(public.curve.name, public.curve.name)
    return _OTHER
