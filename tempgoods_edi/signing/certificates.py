"""Trust in signers: trusted CAs, known certificates, validity, revocation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from tempgoods_edi.signing import certificate_problems
from tempgoods_edi.signing.identity import in_zone, serial_of
from tempgoods_edi.signing.policy import Algorithm, SignaturePolicy
from tempgoods_edi.values import Finding, Severity

if TYPE_CHECKING:
    # Only for types: cryptography.x509 takes 50 ms to import, and checking an unsigned file does not need it.
    from tempgoods_edi.signing.authorities import Authorities
    from tempgoods_edi.signing.credentials import Credential

_MOST_REMEMBERED = 512
_AT_CERTIFICATE = "KeyInfo/X509Certificate"
_AT_KEY_NAME = "KeyInfo/KeyName"


class Trust:
    """Trusted CAs, known certificates and revocation lists, read once; certificates met are cached.

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
        from tempgoods_edi.signing.authorities import authorities as trusted
        from tempgoods_edi.signing.credentials import known_by_serial

        self.any_signer = False
        self._authorities: Authorities = trusted(authorities, crls)
        self._known: dict[str, Credential] = known_by_serial(known, self._authorities)
        self._remembered: dict[bytes, Credential] = {}

    @classmethod
    def of_anybody(cls) -> Trust:
        """Trust in every signer, whoever issued the certificate: for looking at messages, never for acting on them."""
        made = cls()
        made.any_signer = True
        return made

    def read(self, encoded: bytes) -> Credential | None:
        """Read a certificate from its base64 text *encoded*; None when it is unreadable."""
        credential = self._remembered.get(encoded)
        if credential is None:
            from tempgoods_edi.signing import credentials

            credential = credentials.credential(encoded, self._authorities)
            if credential is not None:
                if len(self._remembered) >= _MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[encoded] = credential
        return credential

    def named(self, key_name: str) -> Credential | None:
        """The known certificate with serial number *key_name*."""
        return self._known.get(serial_of(key_name))


def believed(
    credential: Credential, key_name: str, in_message: bool, policy: SignaturePolicy, trust: Trust | None, now: datetime
) -> Iterator[Finding]:
    """The findings against trusting *credential* at *now*; none when all is well.

    :param in_message: the certificate came with the message, not from the known ones.
    :param trust: None leaves undecided who signed.
    """
    identity = credential.identity
    serial = identity.serial
    at = _AT_CERTIFICATE if in_message else _AT_KEY_NAME
    if serial_of(key_name) != serial:
        yield certificate_problems.KEY_NAME_DIFFERS.at(_AT_KEY_NAME, value=key_name, serial=serial)
    if trust is None:
        yield certificate_problems.NOT_CHECKED.at(at, value=serial)
    elif trust.any_signer:
        yield certificate_problems.ANY_SIGNER.at(at, value=serial)
    else:
        yield from _vouched_for(credential, at, policy, now)
    for problem, value in credential.objections:
        yield problem.at(at, value=value, serial=serial)
    if now < identity.not_before:
        yield certificate_problems.NOT_YET_VALID.at(
            at, value=serial, begin=_told(identity.not_before, now), now=_told(now, now)
        )
    if now > identity.not_after:
        yield certificate_problems.EXPIRED.at(at, value=serial, end=_told(identity.not_after, now), now=_told(now, now))
    if not credential.may_sign:
        yield certificate_problems.KEY_USAGE.at(at, value=serial)
    if credential.issued_with in ("md5", "sha1") and not policy.takes_sha1:
        yield certificate_problems.WEAK_CERTIFICATE.at(at, value=serial, hash=credential.issued_with)
    least = policy.min_rsa_bits if credential.family == "rsa" else 256
    if credential.bits < least:
        yield certificate_problems.WEAK_KEY.at(at, value=serial, bits=credential.bits, least=least)


def _vouched_for(credential: Credential, at: str, policy: SignaturePolicy, now: datetime) -> Iterator[Finding]:
    """What the trusted CAs say of *credential* at *now*: that they issued it, within their limits, and revoked it or not."""
    serial, nearest = credential.identity.serial, credential.issuer_at(now)
    if nearest is None:
        yield certificate_problems.UNTRUSTED.at(at, value=serial)
        return
    if not nearest.in_force(now):
        begin, end = _told(nearest.begin, now), _told(nearest.end, now)
        yield certificate_problems.AUTHORITY_NOT_IN_FORCE.at(
            at, value=serial, begin=begin, end=end, now=_told(now, now)
        )
    issuers = [each for each in credential.issuers if each.in_force(now)] or [nearest]
    if not any(each.within for each in issuers):
        yield certificate_problems.NAME_CONSTRAINTS.at(at, value=serial)
    for listings in (each.listings for each in issuers):
        if listings is None:
            continue
        from tempgoods_edi.signing.revocation import newest  # loaded already, with the lists

        said = newest(listings, now)
        if said is None:
            if nearest.in_force(now):  # else that is told already
                yield _uncertain(certificate_problems.CRL_MISSING.at(at, value=serial), policy)
            continue
        if said.revoked_at is not None and said.revoked_at <= now:
            yield certificate_problems.REVOKED.at(at, value=serial, since=_told(said.revoked_at, now))
        if said.until < now:
            stale = certificate_problems.CRL_STALE.at(at, value=serial, end=_told(said.until, now), now=_told(now, now))
            yield _uncertain(stale, policy)


def _uncertain(finding: Finding, policy: SignaturePolicy) -> Finding:
    return structs.replace(finding, severity=Severity.WARNING) if policy.takes_stale_crl else finding


def _told(moment: datetime, now: datetime) -> str:
    """*moment* to the second, in the time zone of *now*: people compare the two."""
    return in_zone(moment, now.tzinfo).isoformat(timespec="seconds")


def fits(credential: Credential, algorithm: Algorithm, in_message: bool) -> Finding | None:
    """A finding when the certificate's key cannot have made a signature by *algorithm*; else None."""
    if credential.family == algorithm.family:
        return None
    return certificate_problems.KEY_KIND.at(
        _AT_CERTIFICATE if in_message else _AT_KEY_NAME, value=credential.identity.serial, algorithm=algorithm.uri
    )
