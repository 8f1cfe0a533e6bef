"""Certificates and revocation lists that somebody may hand us, and what OpenSSL says of them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tempgoods_edi.signing.key_pairs import KeyPair
from tests.signing.material import BEGIN, END, HOLDER

DAY = timedelta(days=1)
Extension = tuple[x509.ExtensionType, bool]
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")


def usage(*wanted: str) -> x509.KeyUsage:
    """Key usage with the bits *wanted*."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in wanted for name in names})


def certificate(
    subject: x509.Name,
    issuer: KeyPair | None,
    extensions: Sequence[Extension],
    *,
    key: ec.EllipticCurvePrivateKey,
    serial: int = 0xBC7C01,
) -> KeyPair:
    """A certificate with exactly these extensions; self-signed without an issuer."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(BEGIN)
        .not_valid_after(END)
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    signing: Any = key if issuer is None else issuer.key
    return KeyPair(key, builder.sign(signing, hashes.SHA256()))


def authority(*more: Extension, key: ec.EllipticCurvePrivateKey, crl_sign: bool = True) -> KeyPair:
    """A CA with *more* extensions."""
    bits = ("key_cert_sign", "crl_sign") if crl_sign else ("key_cert_sign",)
    basic: list[Extension] = [(x509.BasicConstraints(ca=True, path_length=0), True), (usage(*bits), True)]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "测试CA")])
    return certificate(name, None, [*basic, *more], key=key, serial=1)


def declarant(
    ca: KeyPair, *more: Extension, key: ec.EllipticCurvePrivateKey, subject: x509.Name | None = None
) -> KeyPair:
    """A declarant's certificate of *ca* with *more* extensions."""
    basic: list[Extension] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage("digital_signature"), True),
    ]
    return certificate(subject or holder(), ca, [*basic, *more], key=key)


def holder(country: str = "CN") -> x509.Name:
    """The subject of a declarant, under its country."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, HOLDER.enterprise_name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, HOLDER.enterprise_code or ""),
            x509.NameAttribute(NameOID.COMMON_NAME, HOLDER.operator_name or ""),
        ]
    )


def revocation_list(
    ca: KeyPair,
    revoked: Sequence[int],
    *more: Extension,
    since: datetime,
    until: datetime = END,
    number: int = 1,
) -> bytes:
    """A revocation list (PEM) with *more* extensions; what is on it was revoked at `BEGIN`."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(since)
        .next_update(until)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for value, critical in more:
        builder = builder.add_extension(value, critical)
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(BEGIN).build()
        builder = builder.add_revoked_certificate(entry)
    signing: Any = ca.key
    return builder.sign(signing, hashes.SHA256()).public_bytes(Encoding.PEM)


def point(**given: Any) -> Extension:
    """An issuing distribution point that says what is *given*, and nothing else."""
    fields: dict[str, Any] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**fields | given), True


def openssl_verifies(folder: Path, ca: KeyPair, leaf: KeyPair, crls: Sequence[bytes], now: datetime) -> bool:
    """Whether ``openssl verify`` takes *leaf* at *now*, checking revocation when there are lists."""
    (folder / "ca.pem").write_bytes(ca.certificate_pem)
    (folder / "leaf.pem").write_bytes(leaf.certificate_pem)
    command = ["openssl", "verify", "-CAfile", "ca.pem", "-attime", str(int(now.timestamp()))]
    for at, crl in enumerate(crls):
        (folder / f"{at}.crl").write_bytes(crl)
        command += ["-CRLfile", f"{at}.crl"]
    if crls:
        command.append("-crl_check")
    return subprocess.run([*command, "leaf.pem"], cwd=folder, capture_output=True, check=False).returncode == 0
