"""Certificates as the `cryptography` package reads them; loaded only when a signature is really verified."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID
from msgspec import Struct

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.certificates import CertificateIdentity
from tempgoods_edi.signing.policy import Algorithm
from tempgoods_edi.values import Bilingual

_PKCS1 = padding.PKCS1v15()
_HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1()}  # noqa: S303 - legacy policy
_ECDSA = {name: ec.ECDSA(algorithm) for name, algorithm in _HASHES.items()}
_PEM = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)
_NEVER = datetime.max.replace(tzinfo=UTC)
_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,  # where warnings are errors
)


class Authority(Struct, frozen=True):
    """One trusted CA and, when there is one, its revocation list."""

    certificate: x509.Certificate
    crl: x509.CertificateRevocationList | None


Authorities = tuple[Authority, ...]


class Credential(Struct, frozen=True):
    """One certificate met, with all that does not depend on the time of looking.

    :ivar key: of SM2 x‖y, for `cryptography` does not know the curve.
    :ivar family: kind of key; "other" cannot verify anything here.
    :ivar issued_with: hash of the CA's signature, lower-case; "" when unknown.
    :ivar issuers: validity of each trusted CA that issued it.
    :ivar crl_until: when the issuer's revocation list runs out; None without a list.
    """

    identity: CertificateIdentity
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | bytes | None
    family: Literal["rsa", "ecdsa", "sm2", "other"]
    bits: int
    may_sign: bool
    issued_with: str
    issuers: tuple[tuple[datetime, datetime], ...]
    revoked_at: datetime | None
    crl_until: datetime | None

    def issuer_at(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Validity of the trusted CA that issued it, of several the one nearest to *now*; None without any."""
        return min(self.issuers, key=lambda each: max(each[0] - now, now - each[1]), default=None)

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
                self.key.verify(encode_dss_signature(r, s), data, _ECDSA[algorithm.digest])
            elif isinstance(self.key, bytes):
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
        sm2.library()  # an SM2 CA that nothing can be checked against is told at once
    lists: dict[bytes, x509.CertificateRevocationList] = {}
    for data in crls:
        for crl in _load_crls(data):
            signed_by = [c for c in found if _signed_list(c, crl)]
            if not signed_by:
                raise KeySourceError(
                    Bilingual("吊销列表不是所给 CA 签发的", "the revocation list is signed by none of the given CAs")
                )
            for c in signed_by:
                key = c.fingerprint(hashes.SHA256())
                if key not in lists or lists[key].last_update_utc < crl.last_update_utc:
                    lists[key] = crl
    return tuple(Authority(c, lists.get(c.fingerprint(hashes.SHA256()))) for c in found)


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
    entries = [
        a.crl.get_revoked_certificate_by_serial_number(certificate.serial_number) for a in issuers if a.crl is not None
    ]
    family, key, bits = _key(certificate)
    return Credential(
        identity=identity_of(certificate),
        key=key,
        family=family,
        bits=bits,
        may_sign=_may_sign(certificate),
        issued_with=_issued_with(certificate),
        issuers=tuple((a.certificate.not_valid_before_utc, a.certificate.not_valid_after_utc) for a in issuers),
        revoked_at=min((e.revocation_date_utc for e in entries if e is not None), default=None),
        crl_until=min((a.crl.next_update_utc or _NEVER for a in issuers if a.crl is not None), default=None),
    )


def _key(
    certificate: x509.Certificate,
) -> tuple[Literal["rsa", "ecdsa", "sm2", "other"], rsa.RSAPublicKey | ec.EllipticCurvePublicKey | bytes | None, int]:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
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
        return "sm3" if certificate.signature_algorithm_oid.dotted_string == sm2.SIGNED_WITH_OID else ""
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
    if any(e.critical and isinstance(e.value, x509.UnrecognizedExtension) for e in certificate.extensions):
        return False  # RFC 5280 §4.2: a critical extension that is not understood
    if certificate.signature_algorithm_oid.dotted_string == sm2.SIGNED_WITH_OID:
        return certificate.issuer == authority.subject and _signed_by_sm2(
            authority, certificate.public_bytes(Encoding.DER), certificate.tbs_certificate_bytes
        )
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, *_UNREADABLE):
        return False
    return True


def _signed_list(authority: x509.Certificate, crl: x509.CertificateRevocationList) -> bool:
    if crl.issuer != authority.subject:
        return False
    if crl.signature_algorithm_oid.dotted_string == sm2.SIGNED_WITH_OID:
        return _signed_by_sm2(authority, crl.public_bytes(Encoding.DER), crl.tbs_certlist_bytes)
    _, key, _ = _key(authority)
    return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and crl.is_signature_valid(key)


def _signed_by_sm2(authority: x509.Certificate, whole: bytes, tbs: bytes) -> bool:
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
    return found


def _load_crls(data: bytes) -> Iterator[x509.CertificateRevocationList]:
    try:
        if b"-----BEGIN" not in data:
            yield x509.load_der_x509_crl(data)
            return
        found = _PEM.findall(data)
        if not found:
            raise ValueError("no CRL in the PEM file")
        for pem in found:
            yield x509.load_pem_x509_crl(pem)
    except _UNREADABLE as e:
        raise KeySourceError(Bilingual("吊销列表不可读", "the revocation list is not readable")) from e


def _unreadable() -> KeySourceError:
    return KeySourceError(
        Bilingual("证书文件不可读（应为 PEM 或 DER）", "the certificate file is not readable (PEM or DER)")
    )
