"""The trusted CAs and their revocation lists: which are usable, and whether one of them issued a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import Struct

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import constraints, revocation
from tempgoods_edi.signing.policy import SM2_SIGNED_OID
from tempgoods_edi.signing.x509_reading import UNREADABLE, certificates_in, may, public_key, unreadable
from tempgoods_edi.values import Bilingual

_CA_CRITICAL = Bilingual(
    "CA 证书 {name} 含不能识别的关键扩展 {oid}，不能采用",
    "the CA certificate {name} has the critical extension {oid}, which is not understood: it cannot be used",
)
_CA_USES = Bilingual(
    "CA 证书 {name} 的扩展密钥用途不含签名用途，不能采用",
    "the CA certificate {name} is not for signers (extended key usage): it cannot be used",
)
_NO_CA = Bilingual("文件中没有 CA 证书", "the file holds no CA certificate")


class Authority(Struct, frozen=True):
    """One trusted CA and its revocation lists; None where no list of any CA is consulted."""

    certificate: x509.Certificate
    crls: tuple[x509.CertificateRevocationList, ...] | None


Authorities: TypeAlias = tuple[Authority, ...]


def authorities(certificates: Iterable[bytes], crls: Iterable[bytes]) -> Authorities:
    """Read trusted CAs with their revocation lists.  Errors: as `Trust`."""
    found = [c for data in certificates for c in _authorities_in(data)]
    if any(public_key(c)[0] == "sm2" for c in found):
        from tempgoods_edi.signing import sm2

        sm2.library()  # an SM2 CA that nothing can be checked against is told at once
    lists = revocation.loaded(crls, found, _signed_list, lambda c: may(c, "crl_sign"))
    return tuple(Authority(c, tuple(crl for by, crl in lists if by is c) if lists else None) for c in found)


def issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    """True when the CA *authority* itself issued and signed *certificate*."""
    if certificate.signature_algorithm_oid.dotted_string == SM2_SIGNED_OID:
        return certificate.issuer == authority.subject and _signed_by_sm2(
            authority, _der(certificate), certificate.tbs_certificate_bytes
        )
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _authorities_in(data: bytes) -> list[x509.Certificate]:
    try:
        found = [c for c in certificates_in(data) if _may_issue(c)]
    except UNREADABLE as e:
        raise unreadable() from e
    if not found:
        raise KeySourceError(_NO_CA)
    for each in found:
        unknown = constraints.not_honoured(each, authority=True)
        if unknown is not None:
            raise KeySourceError(_CA_CRITICAL.format(name=each.subject.rfc4514_string(), oid=unknown))
        if not constraints.signs_messages(each):
            raise KeySourceError(_CA_USES.format(name=each.subject.rfc4514_string()))
    return found


def _may_issue(certificate: x509.Certificate) -> bool:
    """RFC 5280 §4.2.1.9 and §4.2.1.3: a CA says so, and its key may sign certificates."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and may(certificate, "key_cert_sign")


def _signed_list(authority: x509.Certificate, crl: x509.CertificateRevocationList) -> bool:
    if crl.issuer != authority.subject:
        return False
    if crl.signature_algorithm_oid.dotted_string == SM2_SIGNED_OID:
        return _signed_by_sm2(authority, _der(crl), crl.tbs_certlist_bytes)
    _, key, _ = public_key(authority)
    return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and crl.is_signature_valid(key)


def _signed_by_sm2(authority: x509.Certificate, whole: bytes, tbs: bytes) -> bool:
    from tempgoods_edi.signing import sm2

    key = sm2.certificate_key(authority.tbs_certificate_bytes)
    return key is not None and sm2.issued(key, whole, tbs)


def _der(signed: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    # Only SM2 needs it; it brings all that reads SSH keys along.
    from cryptography.hazmat.primitives.serialization import Encoding

    return signed.public_bytes(Encoding.DER)
