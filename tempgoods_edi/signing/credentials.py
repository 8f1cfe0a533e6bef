"""Certificates that come with messages, read with everything about them that does not depend on the time."""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from msgspec import Struct

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import certificate_problems, constraints, revocation
from tempgoods_edi.signing.authorities import Authorities, Authority, issued
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.signing.policy import Algorithm
from tempgoods_edi.signing.revocation import RevocationEntry
from tempgoods_edi.signing.x509_reading import (
    UNREADABLE,
    Family,
    PublicKey,
    certificates_in,
    identity_of,
    issued_with,
    may,
    public_key,
    unreadable,
)
from tempgoods_edi.values import Bilingual, Problem

_PKCS1 = padding.PKCS1v15()
_HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1()}  # noqa: S303 - legacy policy
_SAME_SERIAL = Bilingual("两张证书的序列号都是 {serial}", "two certificates have the serial number {serial}")


class Issuer(Struct, frozen=True):
    """One trusted CA as the issuer of a certificate, with the revocation status of that certificate.

    :ivar begin, end: when the CA is in force.
    :ivar within: the certificate's names are among those that the CA may issue for.
    :ivar listings: what its revocation lists say; None where no list of any CA is asked.
    """

    begin: datetime
    end: datetime
    within: bool
    listings: tuple[RevocationEntry, ...] | None

    def in_force(self, now: datetime) -> bool:
        """True while the CA is valid."""
        return self.begin <= now <= self.end


class Credential(Struct, frozen=True):
    """One certificate with everything about it that does not depend on the time.

    :ivar key: of SM2 x‖y, for `cryptography` does not know the curve.
    :ivar family: kind of key; "other" cannot verify anything here.
    :ivar issued_with: hash of the CA's signature, lower-case; "" when unknown.
    :ivar issuers: the trusted CAs that issued it.
    :ivar objections: what is wrong with it at any time, whoever issued it: a problem and the value it shows.
    """

    identity: CertificateIdentity
    key: PublicKey | None
    family: Family
    bits: int
    may_sign: bool
    issued_with: str
    issuers: tuple[Issuer, ...]
    objections: tuple[tuple[Problem, str], ...] = ()

    def issuer_at(self, now: datetime) -> Issuer | None:
        """The trusted CA that issued the certificate; of several, the one with validity nearest to *now*."""
        return min(self.issuers, key=lambda each: max(each.begin - now, now - each.end), default=None)

    def verifies(self, value: bytes, data: bytes, algorithm: Algorithm) -> bool:
        """True when *value* is this key's signature over *data*.  The key's family must fit the algorithm."""
        try:
            if isinstance(self.key, rsa.RSAPublicKey):
                self.key.verify(value, data, _PKCS1, _HASHES[algorithm.digest])
            elif isinstance(self.key, ec.EllipticCurvePublicKey):
                half = (self.bits + 7) // 8
                if len(value) != 2 * half:
                    return False
                r, s = int.from_bytes(value[:half]), int.from_bytes(value[half:])
                self.key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_HASHES[algorithm.digest]))
            elif isinstance(self.key, bytes):
                from tempgoods_edi.signing import sm2

                return algorithm.digest == "sm3" and sm2.verifies(self.key, value, data)
            else:
                return False
        except InvalidSignature:
            return False
        return True


def credential(encoded: bytes, trusted: Authorities) -> Credential | None:
    """Read a certificate from base64 text; None when the text is no certificate."""
    try:
        der = binascii.a2b_base64(b"".join(encoded.split()), strict_mode=True)
        return _credential(x509.load_der_x509_certificate(der), trusted)
    except UNREADABLE:
        return None


def known_by_serial(certificates: Iterable[bytes], trusted: Authorities) -> dict[str, Credential]:
    """Read declarants' certificates, by serial number.  Errors: as `Trust`."""
    found: dict[str, Credential] = {}
    for data in certificates:
        for certificate in certificates_in(data):
            try:
                made = _credential(certificate, trusted)
            except UNREADABLE as e:
                raise unreadable() from e
            if made.identity.serial in found and found[made.identity.serial] != made:
                serial = made.identity.serial
                raise KeySourceError(_SAME_SERIAL.format(serial=serial))
            found[made.identity.serial] = made
    return found


def _credential(certificate: x509.Certificate, trusted: Authorities) -> Credential:
    if certificate.serial_number < 1:
        raise ValueError("RFC 5280 §4.1.2.2: a serial number is positive")
    issuers = [a for a in trusted if issued(a.certificate, certificate)]
    family, key, bits = public_key(certificate)
    return Credential(
        identity=identity_of(certificate),
        key=key,
        family=family,
        bits=bits,
        may_sign=may(certificate, "digital_signature"),
        issued_with=issued_with(certificate),
        issuers=tuple(_issuer(a, certificate) for a in issuers),
        objections=_objections(certificate),
    )


def _issuer(authority: Authority, certificate: x509.Certificate) -> Issuer:
    listings = None
    if authority.crls is not None:
        said = (revocation.listing(crl, certificate) for crl in authority.crls)
        listings = tuple(each for each in said if each is not None)
    ca = authority.certificate
    within = constraints.within(ca, certificate)
    return Issuer(ca.not_valid_before_utc, ca.not_valid_after_utc, within, listings)


def _objections(certificate: x509.Certificate) -> tuple[tuple[Problem, str], ...]:
    serial, unknown = f"{certificate.serial_number:X}", constraints.not_honoured(certificate)
    found = [] if unknown is None else [(certificate_problems.CRITICAL_EXTENSION, unknown)]
    if not constraints.signs_messages(certificate):
        found.append((certificate_problems.EXTENDED_KEY_USAGE, serial))
    return tuple(found)
