"""What is prepared for a card that only computes with its key, and what is made of its answer.

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
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA256, SM2_SM3
from tempgoods_edi.values import Bilingual

_RSA_BITS = 2048
_HALF = 32
#: RFC 8017 §9.2, note 1: the DigestInfo before a SHA-256 digest.
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")

_KEY = Bilingual("既非 RSA-2048、P-256，也非 SM2 密钥", "the key is none of RSA-2048, P-256 and SM2")
_ANSWER = Bilingual("卡给出的签名无法理解", "the card's signature cannot be understood")


class Holding(Struct, frozen=True):
    """A key of a card that signs.

    :ivar key: what the card's kind calls it by.
    :ivar algorithm: URI of the signature algorithm.
    """

    key: int
    certificate: x509.Certificate
    certificate_der: bytes
    algorithm: str


def held(key: int, certificate_der: bytes) -> Holding:
    """The key called *key*, whose certificate is this.

    :raises CardError: the certificate is not readable, or the key of a kind that is not known here.
    """
    try:
        certificate = x509.load_der_x509_certificate(certificate_der)
    except ValueError:
        raise CardError(problems.UNREADABLE_CARD) from None
    return Holding(key, certificate, certificate_der, _algorithm(certificate))


def prepared(holding: Holding, data: bytes) -> bytes:
    """What the card computes with, for the signature over *data*."""
    if holding.algorithm == SM2_SM3:
        return sm2.digest(sm2.certificate_key(holding.certificate.tbs_certificate_bytes) or b"", data)
    digest = hashlib.sha256(data).digest()
    if holding.algorithm == ECDSA_SHA256:
        return digest
    info = _SHA256_INFO + digest
    return b"\0\1" + b"\xff" * (_RSA_BITS // 8 - len(info) - 3) + b"\0" + info


def finished(holding: Holding, answer: bytes) -> bytes:
    """The card's *answer* as XML-DSig writes a signature: PKCS#1 for RSA, r‖s for the others.

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


def _algorithm(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        if sm2.certificate_key(certificate.tbs_certificate_bytes) is not None:
            return SM2_SM3
        key = None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size == _RSA_BITS:
        return RSA_SHA256
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return ECDSA_SHA256
    raise CardError(problems.UNUSABLE, reason=_KEY)
