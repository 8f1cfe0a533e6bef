"""Make a test CA, declarants' certificates, revocation lists and key files, for tests, demonstrations and `keys make`.

Times and serial numbers are handed in; only keys are random.  Certificates made here are worth nothing outside.
The subject layout is the assumed one of `certificates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Literal, TypeAlias, overload

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
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

from tempgoods_edi.signing import der, sm2
from tempgoods_edi.signing.sm2 import Sm2Key

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


class Sm2Pair(Struct, frozen=True):
    """An SM2 key and its certificate: the same for the national algorithms, which `cryptography` has not."""

    key: Sm2Key
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
        return f"Sm2Pair({self.certificate.subject.rfc4514_string()!r})"


AnyPair: TypeAlias = KeyPair | Sm2Pair


def make_key(kind: Literal["rsa", "ecdsa"] = "rsa", bits: int = 2048) -> PrivateKey:
    """A new private key: RSA of *bits*, or ECDSA on P-256."""
    if kind == "ecdsa":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@overload
def make_ca(
    name: str, *, serial: int, not_before: datetime, not_after: datetime, key: PrivateKey | None = None
) -> KeyPair: ...
@overload
def make_ca(name: str, *, serial: int, not_before: datetime, not_after: datetime, key: Sm2Key) -> Sm2Pair: ...
def make_ca(
    name: str, *, serial: int, not_before: datetime, not_after: datetime, key: PrivateKey | Sm2Key | None = None
) -> AnyPair:
    """A self-signed CA.  Times are aware."""
    own = key or make_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        _builder(subject, subject, own, serial, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return _pair(own, _issued(builder, own, own))


@overload
def make_certificate(
    ca: AnyPair,
    holder: Holder,
    *,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    key: PrivateKey | None = None,
    usage: tuple[str, ...] = ...,
) -> KeyPair: ...
@overload
def make_certificate(
    ca: AnyPair,
    holder: Holder,
    *,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    key: Sm2Key,
    usage: tuple[str, ...] = ...,
) -> Sm2Pair: ...
def make_certificate(
    ca: AnyPair,
    holder: Holder,
    *,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    key: PrivateKey | Sm2Key | None = None,
    usage: tuple[str, ...] = ("digital_signature", "content_commitment"),
) -> AnyPair:
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
    builder = (
        _builder(subject, ca.certificate.subject, own, serial, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(*usage), critical=True)
    )
    return _pair(own, _issued(builder, own, ca.key))


def make_crl(ca: AnyPair, revoked: Mapping[int, datetime], *, this_update: datetime, next_update: datetime) -> bytes:
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
    if isinstance(ca.key, Sm2Key):
        drawn = builder.sign(_stand_in(), hashes.SHA256())
        signed = _signed_by_sm2(drawn.tbs_certlist_bytes, None, ca.key)
        return x509.load_der_x509_crl(signed).public_bytes(Encoding.PEM)
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def to_pkcs12(pair: AnyPair, password: str | None, name: str = "tempgoods-edi") -> bytes:
    """A PKCS#12 file with key and certificate; without a password it is not encrypted."""
    if isinstance(pair, Sm2Pair):
        from tempgoods_edi.signing import sm2_files

        return sm2_files.to_pkcs12(pair.key, pair.certificate_der, password, name)
    return serialize_key_and_certificates(name.encode(), pair.key, pair.certificate, None, _encryption(password))


def to_pem(pair: AnyPair, password: str | None) -> bytes:
    """The private key as PEM (PKCS#8)."""
    if isinstance(pair, Sm2Pair):
        from tempgoods_edi.signing import sm2_files

        return sm2_files.to_pem(pair.key, password)
    return pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption(password))


def _pair(key: PrivateKey | Sm2Key, certificate: x509.Certificate) -> AnyPair:
    return Sm2Pair(key, certificate) if isinstance(key, Sm2Key) else KeyPair(key, certificate)


def _issued(
    builder: x509.CertificateBuilder, own: PrivateKey | Sm2Key, signing: PrivateKey | Sm2Key
) -> x509.Certificate:
    """The certificate of *builder*, with *own* as its key, signed by *signing*."""
    if not isinstance(own, Sm2Key) and not isinstance(signing, Sm2Key):
        return builder.sign(signing, hashes.SHA256())
    own_info = sm2.key_info(own.public) if isinstance(own, Sm2Key) else None
    if isinstance(signing, Sm2Key):
        drawn = builder.sign(_stand_in(), hashes.SHA256())
        return x509.load_der_x509_certificate(_signed_by_sm2(drawn.tbs_certificate_bytes, own_info, signing))
    # Signed twice: the library names the algorithm in what is signed, and that is signed again with the SM2 key in it.
    drawn = builder.sign(signing, hashes.SHA256())
    tbs = _redrawn(drawn.tbs_certificate_bytes, None, own_info)
    algorithm = der.read(drawn.public_bytes(Encoding.DER)).inner()[1].whole
    if isinstance(signing, rsa.RSAPrivateKey):
        value = signing.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    else:
        value = signing.sign(tbs, ec.ECDSA(hashes.SHA256()))
    return x509.load_der_x509_certificate(der.sequence(tbs, algorithm, der.bit_string(value)))


def _signed_by_sm2(tbs: bytes, own: bytes | None, key: Sm2Key) -> bytes:
    """What the library drew for its own kinds of key, with the SM2 key *own* in it, signed by the SM2 key *key*."""
    tbs = _redrawn(tbs, sm2.SIGNED_WITH, own)
    return der.sequence(tbs, sm2.SIGNED_WITH, der.bit_string(sm2.encoded(sm2.sign(key, tbs))))


def _redrawn(tbs: bytes, algorithm: bytes | None, key: bytes | None) -> bytes:
    """*tbs* of a certificate or CRL with another algorithm (its first SEQUENCE) or key (a certificate's fifth)."""
    parts = [node.whole for node in der.read(tbs).inner()]
    sequences = [at for at, part in enumerate(parts) if part[0] == der.SEQUENCE]
    if algorithm is not None:
        parts[sequences[0]] = algorithm
    if key is not None:
        parts[sequences[4]] = key
    return der.sequence(*parts)


@cache
def _stand_in() -> ec.EllipticCurvePrivateKey:
    """A key that stands where an SM2 key will be put: the library draws a certificate only around keys it knows."""
    return ec.generate_private_key(ec.SECP256R1())


def _encryption(password: str | None) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey | Sm2Key,
    serial: int,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    public = _stand_in().public_key() if isinstance(key, Sm2Key) else key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
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
