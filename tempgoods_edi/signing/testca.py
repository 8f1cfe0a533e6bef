"""Make a test CA, declarants' certificates, revocation lists and key files, for tests, demonstrations and `keys make`.

Times and serial numbers are handed in; only keys are random.  Certificates made here are worth nothing outside.
The subject layout is the assumed one of `certificates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from msgspec import Struct

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Holder(Struct, frozen=True):
    """Whom a certificate is for: the operator of an enterprise with a card.

    What is empty is left out of the certificate: a platform's own names no enterprise code.
    """

    operator_name: str
    enterprise_name: str
    enterprise_code: str
    uscc: str
    ic_card_no: str


class KeyPair(Struct, frozen=True):
    """A private key and its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def certificate_der(self) -> bytes:
        """The certificate as DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    def __repr__(self) -> str:
        return f"KeyPair({self.certificate.subject.rfc4514_string()!r})"


def make_key(kind: Literal["rsa", "ecdsa"] = "rsa", bits: int = 2048) -> PrivateKey:
    """A new private key: RSA of *bits*, or ECDSA on P-256."""
    if kind == "ecdsa":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def make_ca(
    name: str, *, serial: int, not_before: datetime, not_after: datetime, key: PrivateKey | None = None
) -> KeyPair:
    """A self-signed CA.  Times are aware."""
    own = key or make_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        _builder(subject, subject, own, serial, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(own, hashes.SHA256())
    )
    return KeyPair(own, certificate)


def make_certificate(
    ca: KeyPair,
    holder: Holder,
    *,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    key: PrivateKey | None = None,
    usage: tuple[str, ...] = ("digital_signature", "content_commitment"),
) -> KeyPair:
    """A declarant's certificate, issued by *ca*.  Times are aware; *usage* names `x509.KeyUsage` attributes."""
    own = key or make_key()
    told = (
        (NameOID.ORGANIZATION_NAME, holder.enterprise_name),
        (NameOID.ORGANIZATION_IDENTIFIER, holder.uscc),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, holder.enterprise_code),
        (NameOID.SERIAL_NUMBER, holder.ic_card_no),
        (NameOID.COMMON_NAME, holder.operator_name),
    )
    subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in told if text])
    certificate = (
        _builder(subject, ca.certificate.subject, own, serial, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(*usage), critical=True)
        .sign(ca.key, hashes.SHA256())
    )
    return KeyPair(own, certificate)


def make_crl(ca: KeyPair, revoked: Mapping[int, datetime], *, this_update: datetime, next_update: datetime) -> bytes:
    """A revocation list (PEM) of *ca*: serial number → when it was revoked.  Times are aware."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(this_update)
        .next_update(next_update)
    )
    for serial, since in sorted(revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def to_pkcs12(pair: KeyPair, password: str | None, name: str = "tempgoods-edi") -> bytes:
    """A PKCS#12 file with key and certificate; without a password it is not encrypted."""
    return serialize_key_and_certificates(name.encode(), pair.key, pair.certificate, None, _encryption(password))


def to_pem(pair: KeyPair, password: str | None) -> bytes:
    """The private key as PEM (PKCS#8)."""
    return pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption(password))


def _encryption(password: str | None) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, serial: int, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )


def _usage(*wanted: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in wanted for name in names})
