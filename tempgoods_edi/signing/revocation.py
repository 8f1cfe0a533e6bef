"""Revocation lists (RFC 5280 §5 and §6.3): which lists count, and what each says of a certificate.

A list that says less than all about the certificates it is asked for could un-revoke one by its silence: only what
changed since another list (delta), only the CAs' certificates, only some reasons, certificates of other CAs, or
something a critical extension says that is not understood here.  Such a list is refused when it is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from cryptography import x509
from msgspec import Struct

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing.x509_reading import UNREADABLE
from tempgoods_edi.values import Bilingual

_PEM = re.compile(rb"-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----")
_NEVER = datetime.max.replace(tzinfo=UTC)

_NOT_READABLE = Bilingual("吊销列表不可读", "the revocation list is not readable")
_STRANGER = Bilingual("吊销列表不是所给 CA 签发的", "the revocation list is signed by none of the given CAs")
_MAY_NOT = Bilingual(
    "签发吊销列表的 CA 证书不允许签发吊销列表（密钥用途不含 cRLSign）",
    "the CA that signed the revocation list may not do so (its key usage lacks cRLSign)",
)
_PARTIAL = Bilingual(
    "吊销列表不完整（{what}），请使用该 CA 的完整列表",
    "the revocation list is not complete ({what}): use the CA's complete one",
)
_DELTA = Bilingual("仅含增量（delta CRL）", "it is a delta CRL")
_ONLY_CAS = Bilingual("仅含 CA 证书", "for CA certificates only")
_ONLY_ATTRIBUTES = Bilingual("仅含属性证书", "for attribute certificates only")
_ONLY_REASONS = Bilingual("仅含部分吊销原因", "for some reasons only")
_INDIRECT = Bilingual("含其他 CA 的证书（间接列表）", "it lists certificates of other CAs (indirect)")
_CRITICAL = Bilingual("含不能识别的关键扩展 {oid}", "critical extension {oid} is not understood")


class RevocationEntry(Struct, frozen=True):
    """The entry of one revocation list about one certificate.

    :ivar since, until: when the list was made, and when the next is due.
    :ivar number: its serial number (cRLNumber); -1 without.
    :ivar revoked_at: None when the certificate is not on it.
    """

    since: datetime
    until: datetime
    number: int
    revoked_at: datetime | None


def newest(listings: Iterable[RevocationEntry], now: datetime) -> RevocationEntry | None:
    """The list that counts at *now*: the newest of those issued by then; None when there is none yet."""
    return max((each for each in listings if each.since <= now), key=lambda e: (e.since, e.number), default=None)


def loaded(
    files: Iterable[bytes],
    authorities: Iterable[x509.Certificate],
    signed: Callable[[x509.Certificate, x509.CertificateRevocationList], bool],
    may_sign: Callable[[x509.Certificate], bool],
) -> list[tuple[x509.Certificate, x509.CertificateRevocationList]]:
    """Each list in *files* (PEM or DER) with each of *authorities* that signed it.

    :raises KeySourceError: one is unreadable, says less than all, or comes from nobody who may say it.
    """
    found = []
    known = list(authorities)
    for data in files:
        for crl in _read(data):
            signers = [each for each in known if signed(each, crl)]
            if not signers:
                raise KeySourceError(_STRANGER)
            if not any(map(may_sign, signers)):
                raise KeySourceError(_MAY_NOT)
            found += [(each, crl) for each in signers if may_sign(each)]
    return found


def listing(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> RevocationEntry | None:
    """The entry of *crl* about *certificate*; None when that certificate is outside the list's scope."""
    if not _covers(crl, certificate):
        return None
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    try:
        number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        number = -1
    return RevocationEntry(
        crl.last_update_utc,
        crl.next_update_utc or _NEVER,
        number,
        None if entry is None else entry.revocation_date_utc,
    )


def _covers(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether a list that names its place of distribution is the one that the certificate names (§6.3.3 b 2)."""
    point = _point(crl)
    if point is None or (point.full_name is None and point.relative_name is None):
        return True
    try:
        extension = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    except x509.ExtensionNotFound:
        return False
    named = {name for each in extension.value for name in each.full_name or ()}
    return not named.isdisjoint(point.full_name or ())


def _point(crl: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    try:
        return crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return None


def _lacking(crl: x509.CertificateRevocationList) -> Bilingual | None:
    """What *crl* leaves out; None when it speaks of every certificate of a declarant's that its CA issued."""
    for each in crl.extensions:
        if isinstance(each.value, x509.DeltaCRLIndicator):
            return _DELTA
        understood = isinstance(
            each.value, x509.IssuingDistributionPoint | x509.CRLNumber | x509.AuthorityKeyIdentifier
        )
        if each.critical and not understood:
            return _CRITICAL.format(oid=each.oid.dotted_string)
    point = _point(crl)
    if point is None:
        return None
    faults = (
        (point.only_contains_ca_certs, _ONLY_CAS),
        (point.only_contains_attribute_certs, _ONLY_ATTRIBUTES),
        (point.only_some_reasons is not None, _ONLY_REASONS),
        (point.indirect_crl, _INDIRECT),
    )
    return next((what for met, what in faults if met), None)


def _read(data: bytes) -> Iterator[x509.CertificateRevocationList]:
    try:
        if b"-----BEGIN" in data:
            found = [x509.load_pem_x509_crl(pem) for pem in _PEM.findall(data)]
        else:
            found = [x509.load_der_x509_crl(data)]
        lacking = [_lacking(crl) for crl in found]
    except UNREADABLE as e:
        raise KeySourceError(_NOT_READABLE) from e
    if not found:
        raise KeySourceError(_NOT_READABLE)
    for crl, what in zip(found, lacking, strict=True):
        if what is not None:
            raise KeySourceError(_PARTIAL.format(what=what))
        yield crl
