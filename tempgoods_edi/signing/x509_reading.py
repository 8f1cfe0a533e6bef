"""Reads X.509 certificates with the `cryptography` package: holder, key, and permitted key usage.

What SM2 needs is imported where a national certificate is met.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.signing.policy import SM2_SIGNED_OID
from tempgoods_edi.values import Bilingual

#: What `cryptography` raises for a certificate or revocation list that it cannot read.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,  # where warnings are errors
)
_NOT_READABLE = Bilingual("证书文件不可读（应为 PEM 或 DER）", "the certificate file is not readable (PEM or DER)")

#: A kind of key; "other" cannot verify anything here.
Family: TypeAlias = Literal["rsa", "ecdsa", "sm2", "other"]
#: A public key; of SM2 x‖y, for `cryptography` does not know the curve.
PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | bytes


def certificates_in(data: bytes) -> list[x509.Certificate]:
    """Read the certificates in a file (PEM, any number; or DER).

    :raises KeySourceError: it cannot be read.
    """
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except UNREADABLE as e:
        raise unreadable() from e


def unreadable() -> KeySourceError:
    """The error for a certificate file that cannot be read."""
    return KeySourceError(_NOT_READABLE)


def identity_of(certificate: x509.Certificate) -> CertificateIdentity:
    """The holder that *certificate* names."""
    subject = certificate.subject
    return CertificateIdentity(
        serial=f"{certificate.serial_number:X}",
        subject=subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        operator_name=_one(subject, NameOID.COMMON_NAME),
        enterprise_name=_one(subject, NameOID.ORGANIZATION_NAME),
        enterprise_code=_one(subject, NameOID.ORGANIZATIONAL_UNIT_NAME),
        uscc=_one(subject, NameOID.ORGANIZATION_IDENTIFIER),
        ic_card_no=_one(subject, NameOID.SERIAL_NUMBER),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def public_key(certificate: x509.Certificate) -> tuple[Family, PublicKey | None, int]:
    """The kind of a certificate's key, the key, and its bits."""
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        from tempgoods_edi.signing import sm2

        point = sm2.certificate_key(certificate.tbs_certificate_bytes)
        return ("other" if point is None else "sm2"), point, 256
    if isinstance(key, rsa.RSAPublicKey):
        return "rsa", key, key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ecdsa", key, key.key_size
    return "other", None, 256


def issued_with(certificate: x509.Certificate) -> str:
    """The hash algorithm of the CA's signature, in lower case; empty when it is unknown."""
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return "sm3" if certificate.signature_algorithm_oid.dotted_string == SM2_SIGNED_OID else ""
    return algorithm.name if algorithm is not None else ""


def may(certificate: x509.Certificate, wanted: str) -> bool:
    """True when the key may be used so (a name of `x509.KeyUsage`), or has no such extension (RFC 5280 §4.2.1.3)."""
    try:
        return bool(getattr(certificate.extensions.get_extension_for_class(x509.KeyUsage).value, wanted))
    except x509.ExtensionNotFound:
        return True


def _one(subject: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    values = [a.value for a in subject.get_attributes_for_oid(oid)]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None
