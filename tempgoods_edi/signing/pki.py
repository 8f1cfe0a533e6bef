"""Certificates as the `cryptography` package reads them; loaded only when a signature is really verified.

What SM2 needs is imported where a national certificate is met.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID
from msgspec import Struct

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import constraints, problems, revocation
from tempgoods_edi.signing.certificates import CertificateIdentity
from tempgoods_edi.signing.policy import SM2_SIGNED_OID, Algorithm
from tempgoods_edi.signing.revocation import Listing
from tempgoods_edi.values import Bilingual, Problem

_PKCS1 = padding.PKCS1v15()
_HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1()}  # noqa: S303 - legacy policy
_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,  # where warnings are errors
)


_CA_CRITICAL = Bilingual(
    "CA 证书 {name} 含不能识别的关键扩展 {oid}，不能采用",
    "the CA certificate {name} has the critical extension {oid}, which is not understood: it cannot be used",
)
_CA_USES = Bilingual(
    "CA 证书 {name} 的扩展密钥用途不含签名用途，不能采用",
    "the CA certificate {name} is not for signers (extended key usage): it cannot be used",
)


class Authority(Struct, frozen=True):
    """One trusted CA and its revocation lists; None where no list of any CA is asked."""

    certificate: x509.Certificate
    crls: tuple[x509.CertificateRevocationList, ...] | None


Authorities = tuple[Authority, ...]


class Issuer(Struct, frozen=True):
    """What one trusted CA that issued a certificate says of it.

    :ivar begin, end: when the CA is in force.
    :ivar within: the certificate's names are among those that the CA may issue for.
    :ivar listings: what its revocation lists say; None where no list of any CA is asked.
    """

    begin: datetime
    end: datetime
    within: bool
    listings: tuple[Listing, ...] | None

    def in_force(self, now: datetime) -> bool:
        """True at a time when the CA is valid."""
        return self.begin <= now <= self.end


class Credential(Struct, frozen=True):
    """One certificate met, with all that does not depend on the time of looking.

    :ivar key: of SM2 x‖y, for `cryptography` does not know the curve.
    :ivar family: kind of key; "other" cannot verify anything here.
    :ivar issued_with: hash of the CA's signature, lower-case; "" when unknown.
    :ivar issuers: the trusted CAs that issued it.
    :ivar objections: what is wrong with it at any time, whoever issued it: a problem and the value it shows.
    """

    identity: CertificateIdentity
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | bytes | None
    family: Literal["rsa", "ecdsa", "sm2", "other"]
    bits: int
    may_sign: bool
    issued_with: str
    issuers: tuple[Issuer, ...]
    objections: tuple[tuple[Problem, str], ...] = ()

    def issuer_at(self, now: datetime) -> Issuer | None:
        """The trusted CA that issued it, of several the one whose validity is nearest to *now*; None without any."""
        return min(self.issuers, key=lambda each: max(each.begin - now, now - each.end), default=None)

    def verifies(self, value: bytes, data: bytes, algorithm: Algorithm) -> bool:
        """True when *value* is this key's signature over *data*.  The family must fit the algorithm."""
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
    """Read a certificate from base64 text; None when it is none."""
    try:
        der = binascii.a2b_base64(b"".join(encoded.split()), strict_mode=True)
        return _credential(x509.load_der_x509_certificate(der), trusted)
    except _UNREADABLE:
        return None


def authorities(certificates: Iterable[bytes], crls: Iterable[bytes]) -> Authorities:
    """Trusted CAs with their revocation lists.  Errors: as `Trust`."""
    found = [c for data in certificates for c in _load_authorities(data)]
    if any(_key(c)[0] == "sm2" for c in found):
        from tempgoods_edi.signing import sm2

        sm2.library()  # an SM2 CA that nothing can be checked against is told at once
    lists = revocation.loaded(crls, found, _signed_list, lambda c: _usage(c, "crl_sign"))
    return tuple(Authority(c, tuple(crl for by, crl in lists if by is c) if lists else None) for c in found)


def known_by_serial(certificates: Iterable[bytes], trusted: Authorities) -> dict[str, Credential]:
    """Declarants' certificates by serial number.  Errors: as `Trust`."""
    found: dict[str, Credential] = {}
    for data in certificates:
        for certificate in _load(data):
            try:
                made = _credential(certificate, trusted)
            except _UNREADABLE as e:
                raise _unreadable() from e
            if made.identity.serial in found and found[made.identity.serial] != made:
                serial = made.identity.serial
                raise KeySourceError(
                    Bilingual(f"两张证书的序列号都是 {serial}", f"two certificates have the serial number {serial}")
                )
            found[made.identity.serial] = made
    return found


def identity_of(certificate: x509.Certificate) -> CertificateIdentity:
    """What *certificate* says of its holder."""
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


def _credential(certificate: x509.Certificate, trusted: Authorities) -> Credential:
    if certificate.serial_number < 1:
        raise ValueError("RFC 5280 §4.1.2.2: a serial number is positive")
    issuers = [a for a in trusted if _issued(a.certificate, certificate)]
    family, key, bits = _key(certificate)
    return Credential(
        identity=identity_of(certificate),
        key=key,
        family=family,
        bits=bits,
        may_sign=_may_sign(certificate),
        issued_with=_issued_with(certificate),
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
    found = [] if unknown is None else [(problems.CRITICAL_EXTENSION, unknown)]
    if not constraints.signs_messages(certificate):
        found.append((problems.EXTENDED_KEY_USAGE, serial))
    return tuple(found)


def _key(
    certificate: x509.Certificate,
) -> tuple[Literal["rsa", "ecdsa", "sm2", "other"], rsa.RSAPublicKey | ec.EllipticCurvePublicKey | bytes | None, int]:
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


def _issued_with(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return "sm3" if certificate.signature_algorithm_oid.dotted_string == SM2_SIGNED_OID else ""
    return algorithm.name if algorithm is not None else ""


def _may_issue(certificate: x509.Certificate) -> bool:
    """RFC 5280 §4.2.1.9 and §4.2.1.3: a CA says so, and its key may sign certificates."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and _usage(certificate, "key_cert_sign")


def _may_sign(certificate: x509.Certificate) -> bool:
    return _usage(certificate, "digital_signature")


def _usage(certificate: x509.Certificate, wanted: str) -> bool:
    """Without the extension every use is allowed (RFC 5280 §4.2.1.3)."""
    try:
        return bool(getattr(certificate.extensions.get_extension_for_class(x509.KeyUsage).value, wanted))
    except x509.ExtensionNotFound:
        return True


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    if certificate.signature_algorithm_oid.dotted_string == SM2_SIGNED_OID:
        return certificate.issuer == authority.subject and _signed_by_sm2(
            authority, _der(certificate), certificate.tbs_certificate_bytes
        )
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, *_UNREADABLE):
        return False
    return True


def _signed_list(authority: x509.Certificate, crl: x509.CertificateRevocationList) -> bool:
    if crl.issuer != authority.subject:
        return False
    if crl.signature_algorithm_oid.dotted_string == SM2_SIGNED_OID:
        return _signed_by_sm2(authority, _der(crl), crl.tbs_certlist_bytes)
    _, key, _ = _key(authority)
    return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and crl.is_signature_valid(key)


def _der(signed: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    # Only SM2 needs it; it brings all that reads SSH keys along.
    from cryptography.hazmat.primitives.serialization import Encoding

    return signed.public_bytes(Encoding.DER)


def _signed_by_sm2(authority: x509.Certificate, whole: bytes, tbs: bytes) -> bool:
    from tempgoods_edi.signing import sm2

    key = sm2.certificate_key(authority.tbs_certificate_bytes)
    return key is not None and sm2.issued(key, whole, tbs)


def _one(subject: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    values = [a.value for a in subject.get_attributes_for_oid(oid)]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def _load(data: bytes) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except _UNREADABLE as e:
        raise _unreadable() from e


def _load_authorities(data: bytes) -> list[x509.Certificate]:
    try:
        found = [c for c in _load(data) if _may_issue(c)]
    except _UNREADABLE as e:
        raise _unreadable() from e
    if not found:
        raise KeySourceError(Bilingual("文件中没有 CA 证书", "the file holds no CA certificate"))
    for each in found:
        unknown = constraints.not_honoured(each, authority=True)
        if unknown is not None:
            raise KeySourceError(_CA_CRITICAL.format(name=each.subject.rfc4514_string(), oid=unknown))
        if not constraints.signs_messages(each):
            raise KeySourceError(_CA_USES.format(name=each.subject.rfc4514_string()))
    return found


def _unreadable() -> KeySourceError:
    return KeySourceError(
        Bilingual("证书文件不可读（应为 PEM 或 DER）", "the certificate file is not readable (PEM or DER)")
    )
