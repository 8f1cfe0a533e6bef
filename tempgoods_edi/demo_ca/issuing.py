"""Issues what a demonstration needs: a CA, certificates of declarants, revocation lists.

Times and serial numbers are handed in; only keys are random.  The subject layout is the assumed one of
`signing.identity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, overload

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from msgspec import Struct

from tempgoods_edi.demo_ca import sm2_issuing
from tempgoods_edi.signing.key_pairs import AnyPair, KeyPair, PrivateKey, Sm2Pair
from tempgoods_edi.signing.sm2 import Sm2Key


class Holder(Struct, frozen=True):
    """The holder of a certificate: the operator of an enterprise with a card.

    What is empty is left out of the certificate: a platform's own names no enterprise code.
    """

    operator_name: str
    enterprise_name: str
    enterprise_code: str
    uscc: str
    ic_card_no: str


def make_key(kind: Literal["rsa", "ecdsa"] = "rsa", bits: int = 2048) -> PrivateKey:
    """Make a private key: RSA of *bits*, or ECDSA on P-256."""
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
    """Make a self-signed CA.  Times are aware."""
    own = key or make_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        _builder(subject, subject, own, serial, not_before, not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return _pair(own, sm2_issuing.issued(builder, own, own))


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
    """Issue a declarant's certificate by *ca*.  Times are aware; *usage* names `x509.KeyUsage` attributes."""
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
    return _pair(own, sm2_issuing.issued(builder, own, ca.key))


def make_crl(ca: AnyPair, revoked: Mapping[int, datetime], *, this_update: datetime, next_update: datetime) -> bytes:
    """Issue a revocation list (PEM) of *ca*: serial number → time of revocation.  Times are aware."""
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
        return sm2_issuing.revocation_list(builder, ca.key).public_bytes(Encoding.PEM)
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _pair(key: PrivateKey | Sm2Key, certificate: x509.Certificate) -> AnyPair:
    return Sm2Pair(key, certificate) if isinstance(key, Sm2Key) else KeyPair(key, certificate)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey | Sm2Key,
    serial: int,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    public = sm2_issuing.stand_in().public_key() if isinstance(key, Sm2Key) else key.public_key()
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
