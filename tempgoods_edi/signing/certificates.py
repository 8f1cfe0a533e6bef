"""Who signed, and whether we believe it: identity, trusted CAs, validity, revocation.

The subject layout is assumed (no certificate of the real customs CA is public): CN operator, O enterprise,
OU ten-character customs code, serialNumber IC card no (13 digits), organizationIdentifier 统一社会信用代码.
A subject attribute that stands there twice says nothing: its value is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing import problems
from tempgoods_edi.signing.policy import Algorithm, SignaturePolicy
from tempgoods_edi.values import Finding, Severity

if TYPE_CHECKING:
    # Only for types: cryptography.x509 takes 50 ms to import, and checking an unsigned file does not need it.
    from tempgoods_edi.signing.pki import Authorities, Credential

_MOST_REMEMBERED = 512
_AT_CERTIFICATE = "KeyInfo/X509Certificate"
_AT_KEY_NAME = "KeyInfo/KeyName"


class CertificateIdentity(Struct, frozen=True):
    """What a certificate says of its holder.

    :ivar serial: hexadecimal, upper-case, no leading zeros: the KeyName.
    :ivar subject: the whole subject (RFC 4514).
    :ivar enterprise_code: ten-character customs code (海关十位编码).
    :ivar uscc: unified social credit code (统一社会信用代码).
    """

    serial: str
    subject: str
    issuer: str
    operator_name: str | None
    enterprise_name: str | None
    enterprise_code: str | None
    uscc: str | None
    ic_card_no: str | None
    not_before: datetime
    not_after: datetime

    @property
    def first_day(self) -> date:
        """The day that its validity begins on, in China."""
        return _at(self.not_before, CHINA_TIME).date()

    @property
    def last_day(self) -> date:
        """The day that its validity ends on, in China."""
        return _at(self.not_after, CHINA_TIME).date()


class Trust:
    """CAs, known certificates and revocation lists, read once; certificates met are remembered.

    :param authorities: CA certificates, each PEM (any number in one file) or DER.  Every one is an anchor:
        a certificate must be issued by one of them directly.
    :param known: certificates of declarants, looked up by KeyName when a message carries none.
    :param crls: revocation lists (PEM or DER), each complete and signed by one of *authorities*; once there is one,
        every CA needs one, or its certificates stay undecided.
    :raises KeySourceError: something handed in cannot be read, a CA has an extension that cannot be honoured, a CRL is
        signed by none of the CAs or says less than all about its CA's certificates, or two known certificates have the same serial number.

    :ivar any_signer: every signer is taken, whoever issued its certificate (see `of_anybody`).
    """

    __slots__ = ("_authorities", "_known", "_remembered", "any_signer")

    def __init__(
        self, authorities: Iterable[bytes] = (), known: Iterable[bytes] = (), crls: Iterable[bytes] = ()
    ) -> None:
        from tempgoods_edi.signing import pki

        self.any_signer = False
        self._authorities: Authorities = pki.authorities(authorities, crls)
        self._known: dict[str, Credential] = pki.known_by_serial(known, self._authorities)
        self._remembered: dict[bytes, Credential] = {}

    @classmethod
    def of_anybody(cls) -> Trust:
        """Takes every signer, whoever issued its certificate: for looking at messages, never for acting on them."""
        made = cls()
        made.any_signer = True
        return made

    def read(self, encoded: bytes) -> Credential | None:
        """The certificate in the base64 text *encoded*; None when it is unreadable."""
        credential = self._remembered.get(encoded)
        if credential is None:
            from tempgoods_edi.signing import pki

            credential = pki.credential(encoded, self._authorities)
            if credential is not None:
                if len(self._remembered) >= _MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[encoded] = credential
        return credential

    def named(self, key_name: str) -> Credential | None:
        """The known certificate with serial number *key_name*."""
        return self._known.get(serial_of(key_name))


def serial_of(key_name: str) -> str:
    """A serial number in the one form it is compared in.

    >>> serial_of(" 00bc7c01 ")
    'BC7C01'
    """
    return key_name.strip().upper().lstrip("0") or "0"


def believed(
    credential: Credential, key_name: str, in_message: bool, policy: SignaturePolicy, trust: Trust | None, now: datetime
) -> Iterator[Finding]:
    """What is wrong with trusting *credential* at *now*; silent when all is well.

    :param in_message: the certificate came with the message, not from the known ones.
    :param trust: None leaves undecided who signed.
    """
    identity = credential.identity
    serial = identity.serial
    at = _AT_CERTIFICATE if in_message else _AT_KEY_NAME
    if serial_of(key_name) != serial:
        yield problems.KEY_NAME_DIFFERS.at(_AT_KEY_NAME, value=key_name, serial=serial)
    if trust is None:
        yield problems.NOT_CHECKED.at(at, value=serial)
    elif trust.any_signer:
        yield problems.ANY_SIGNER.at(at, value=serial)
    else:
        yield from _vouched_for(credential, at, policy, now)
    for problem, value in credential.objections:
        yield problem.at(at, value=value, serial=serial)
    if now < identity.not_before:
        yield problems.NOT_YET_VALID.at(at, value=serial, begin=_told(identity.not_before, now), now=_told(now, now))
    if now > identity.not_after:
        yield problems.EXPIRED.at(at, value=serial, end=_told(identity.not_after, now), now=_told(now, now))
    if not credential.may_sign:
        yield problems.KEY_USAGE.at(at, value=serial)
    if credential.issued_with in ("md5", "sha1") and not policy.takes_sha1:
        yield problems.WEAK_CERTIFICATE.at(at, value=serial, hash=credential.issued_with)
    least = policy.min_rsa_bits if credential.family == "rsa" else 256
    if credential.bits < least:
        yield problems.WEAK_KEY.at(at, value=serial, bits=credential.bits, least=least)


def _vouched_for(credential: Credential, at: str, policy: SignaturePolicy, now: datetime) -> Iterator[Finding]:
    """What the trusted CAs say of *credential* at *now*: that they issued it, within their limits, and revoked it or not."""
    serial, nearest = credential.identity.serial, credential.issuer_at(now)
    if nearest is None:
        yield problems.UNTRUSTED.at(at, value=serial)
        return
    if not nearest.in_force(now):
        begin, end = _told(nearest.begin, now), _told(nearest.end, now)
        yield problems.AUTHORITY_NOT_IN_FORCE.at(at, value=serial, begin=begin, end=end, now=_told(now, now))
    issuers = [each for each in credential.issuers if each.in_force(now)] or [nearest]
    if not any(each.within for each in issuers):
        yield problems.NAME_CONSTRAINTS.at(at, value=serial)
    for listings in (each.listings for each in issuers):
        if listings is None:
            continue
        from tempgoods_edi.signing.revocation import newest  # loaded already, with the lists

        said = newest(listings, now)
        if said is None:
            if nearest.in_force(now):  # else that is told already
                yield _uncertain(problems.CRL_MISSING.at(at, value=serial), policy)
            continue
        if said.revoked_at is not None and said.revoked_at <= now:
            yield problems.REVOKED.at(at, value=serial, since=_told(said.revoked_at, now))
        if said.until < now:
            stale = problems.CRL_STALE.at(at, value=serial, end=_told(said.until, now), now=_told(now, now))
            yield _uncertain(stale, policy)


def _uncertain(finding: Finding, policy: SignaturePolicy) -> Finding:
    return structs.replace(finding, severity=Severity.WARNING) if policy.takes_stale_crl else finding


def _told(moment: datetime, now: datetime) -> str:
    """*moment* to the second, in the time zone of *now*: people compare the two."""
    return _at(moment, now.tzinfo).isoformat(timespec="seconds")


def _at(moment: datetime, zone: tzinfo | None) -> datetime:
    """*moment* in *zone*."""
    with suppress(OverflowError):  # 31 December 9999: RFC 5280 §4.1.2.5 writes "never" so
        return moment.astimezone(zone)
    return moment


def fits(credential: Credential, algorithm: Algorithm, in_message: bool) -> Finding | None:
    """None when the certificate's key can have made a signature by *algorithm*."""
    if credential.family == algorithm.family:
        return None
    return problems.KEY_KIND.at(
        _AT_CERTIFICATE if in_message else _AT_KEY_NAME, value=credential.identity.serial, algorithm=algorithm.uri
    )
