"""Verifies a signed message and returns exactly the bytes that were signed.

Two ways in.  A message in the form that `xmldsig` writes is recognised by one pattern over its first bytes and
hashed as received, without an XML parser.  Everything else is read by `profile`, and canonicalized.
Nothing outside the profile is guessed at.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache

from msgspec import Struct

from tempgoods_edi._xml import MAX_BYTES, Malformed
from tempgoods_edi.signing import certificate_problems, signature_problems
from tempgoods_edi.signing.canonical import is_canonical
from tempgoods_edi.signing.certificates import Trust, believed, fits
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.signing.places import placed
from tempgoods_edi.signing.policy import ALGORITHMS, C14N, SignaturePolicy, refusal
from tempgoods_edi.signing.profile import Parts, Reading, read_signature
from tempgoods_edi.signing.xmldsig import HASHES, OBJECT_CLOSE, SIGNATURE_CLOSE, SIGNATURE_OPEN, XMLNS
from tempgoods_edi.values import Finding

# Up to the Object's content, in the one form that is its own canonical form: then bytes are hashed as received.
_PREFIX = re.compile(
    rb'(?:<\?xml version="1\.0" encoding="(?:UTF|utf)-8"(?: standalone="(?:yes|no)")?\?>\r?\n?)?'
    + re.escape(SIGNATURE_OPEN)
    + rb'<SignedInfo>(<CanonicalizationMethod Algorithm="'
    + re.escape(C14N.encode())
    + rb'"></CanonicalizationMethod>'
    rb'<SignatureMethod Algorithm="([!#-%\'-;=?-~]*)"></SignatureMethod>'
    rb'<Reference URI="#([0-9A-Za-z_.-]+)"><DigestMethod Algorithm="([!#-%\'-;=?-~]*)"></DigestMethod>'
    rb"<DigestValue>([0-9A-Za-z+/=]*)</DigestValue></Reference></SignedInfo>)"
    rb"<SignatureValue>([^<&\r]*)</SignatureValue>"
    rb"<KeyInfo><KeyName>([0-9A-Za-z]*)</KeyName>"
    rb"(?:<X509Data><X509Certificate>([^<&\r]*)</X509Certificate></X509Data>)?</KeyInfo>"
    rb'<Object Id="\3">'
)
_END = OBJECT_CLOSE + SIGNATURE_CLOSE


class SignatureState(Enum):
    """The state of a message's signature: signed, unsigned or broken.

    SIGNED: digest and signature value are right under the certificate's key; whether that certificate is to be
    trusted is told by findings.  UNSIGNED: a draft, or no signature at all.  BROKEN: everything else.
    """

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    BROKEN = "broken"


class Verified(Struct, frozen=True):
    """The outcome of `verify`.

    :ivar signed: canonical bytes ``<Object xmlns=… Id=…>…</Object>`` that the signature covers, only when it is
        right.  Read the message from these bytes and from nothing else.
    :ivar untrusted: the Object's bytes when they are not covered by a right signature: for diagnosis only.
    :ivar offset: where the Object's content begins in the bytes received, when `signed` or `untrusted` holds it
        byte for byte; None when it was canonicalized and places do not carry over.
    :ivar trusted: the certificate was issued by a trusted CA and nothing speaks against it.  Otherwise what `certificate`
        says is only claimed, and anybody may have written it.
    :ivar malformed: set when the bytes are no XML at all; then there is one finding, which says so.
    """

    state: SignatureState
    findings: tuple[Finding, ...] = ()
    signed: bytes | None = None
    untrusted: bytes | None = None
    object_id: str | None = None
    certificate: CertificateIdentity | None = None
    offset: int | None = None
    malformed: Malformed | None = None
    trusted: bool = False


def verify(data: bytes, policy: SignaturePolicy, trust: Trust | None, now: datetime) -> Verified:
    """Verify the signature of the message in *data*.

    :param trust: CAs to check the certificate against; None leaves who signed undecided.
    :param now: aware; validity and revocation are judged at this time.
    :raises ValueError: *now* is naive.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware of its time zone")
    parts = _written_by_us(data)
    digest_right = parts is not None and _digest_right(parts)
    if parts is None or not (digest_right or _is_draft(parts)):
        reading = read_signature(data)
        if reading.parts is None:
            return _unread(reading, data)
        if parts is None or parts.object != reading.parts.object:  # else the bytes as received keep their places
            parts = reading.parts
            digest_right = _digest_right(parts)
    return _judged(parts, digest_right, data, policy, trust, now)


def _written_by_us(data: bytes) -> Parts | None:
    """The parts of a message in exactly the form `xmldsig` writes; None for every other."""
    found = _PREFIX.match(data)
    if found is None or len(data) > MAX_BYTES:
        return None
    begin, end = found.end(), len(data) - (1 if data.endswith(b"\n") else 0)
    if not data.endswith(_END, begin, end):
        return None
    content = data[begin : end - len(_END)]
    # A second Object, or anything whose canonical form is not its own bytes, goes the slow way.
    if OBJECT_CLOSE in content or not is_canonical(content):
        return None
    info, signature_method, object_id, digest_method, digest, value, key_name, certificate = found.groups()
    return Parts(
        b"<SignedInfo" + XMLNS + b">" + info,
        signature_method.decode(),
        digest_method.decode(),
        digest,
        value,
        key_name.decode(),
        certificate,
        object_id.decode(),
        b"<Object" + XMLNS + b' Id="' + object_id + b'">' + content + OBJECT_CLOSE,
        begin,
    )


def _unread(reading: Reading, data: bytes) -> Verified:
    """The outcome for a message that is not in the profile."""
    return Verified(
        SignatureState.BROKEN if reading.is_signature else SignatureState.UNSIGNED,
        placed(reading.findings, data),
        untrusted=reading.object,
        object_id=reading.object_id,
        malformed=reading.malformed,
    )


def _judged(
    parts: Parts, digest_right: bool, data: bytes, policy: SignaturePolicy, trust: Trust | None, now: datetime
) -> Verified:
    if _is_draft(parts):
        findings = placed((signature_problems.UNSIGNED_DRAFT.at("Signature"),), data)
        return Verified(SignatureState.UNSIGNED, findings, None, parts.object, parts.object_id, offset=parts.offset)
    found = [*_incomplete(parts)]
    identity = None
    right = False
    if not found:
        right, identity = _checked(parts, digest_right, policy, trust, now, found)
    return Verified(
        SignatureState.SIGNED if right else SignatureState.BROKEN,
        placed(found, data) if found else (),
        parts.object if right else None,
        None if right else parts.object,
        parts.object_id,
        identity,
        parts.offset,
        trusted=right and trust is not None and not trust.any_signer and not any(f.is_in_the_way for f in found),
    )


def _checked(
    parts: Parts,
    digest_right: bool,
    policy: SignaturePolicy,
    trust: Trust | None,
    now: datetime,
    found: list[Finding],
) -> tuple[bool, CertificateIdentity | None]:
    """Whether digest and value are right, and under whose key; what is wrong is appended to *found*."""
    refused = refusal(policy, parts.signature_method)
    if refused is not None:
        found.append(refused.at("SignedInfo/SignatureMethod", value=parts.signature_method))
    algorithm = None if refused is not None else ALGORITHMS[parts.signature_method]
    if algorithm is not None and parts.digest_method != algorithm.digest_uri:
        found.append(
            signature_problems.DIGEST_ALGORITHM.at("SignedInfo/Reference/DigestMethod", value=parts.digest_method)
        )
    elif algorithm is not None and not digest_right:
        found.append(
            signature_problems.DIGEST_WRONG.at("SignedInfo/Reference/DigestValue", value=parts.digest_value.decode())
        )
    store = _nothing_trusted() if trust is None else trust
    in_message = parts.certificate is not None
    credential = store.named(parts.key_name) if parts.certificate is None else store.read(parts.certificate)
    if credential is None:
        found.append(
            certificate_problems.CERTIFICATE_UNREADABLE.at("KeyInfo/X509Certificate")
            if in_message
            else certificate_problems.CERTIFICATE_NOT_KNOWN.at("KeyInfo/KeyName", value=parts.key_name)
        )
        return False, None
    right = not found
    if algorithm is not None:
        misfit = fits(credential, algorithm, in_message)
        value = _base64(parts.signature_value)
        if misfit is not None:
            found.append(misfit)
            right = False
        elif value is None:
            found.append(signature_problems.NOT_BASE64.at("SignatureValue", name="SignatureValue"))
            right = False
        elif not credential.verifies(value, parts.signed_info, algorithm):
            found.append(signature_problems.SIGNATURE_WRONG.at("SignatureValue"))
            right = False
    found.extend(believed(credential, parts.key_name, in_message, policy, trust, now))
    return right, credential.identity


def _incomplete(parts: Parts) -> Iterator[Finding]:
    """Empty values that a signed message cannot have.  KeyName may not be empty even beside a certificate."""
    for path, value in (
        ("SignedInfo/Reference/DigestValue", parts.digest_value),
        ("SignatureValue", parts.signature_value),
        ("KeyInfo/KeyName", parts.key_name),
    ):
        if not value.strip():
            yield signature_problems.HALF_SIGNED.at(path, value=path.rpartition("/")[2])


def _is_draft(parts: Parts) -> bool:
    values = (parts.digest_value, parts.signature_value, parts.certificate or b"")
    return not parts.key_name and not any(value.strip() for value in values)


def _digest_right(parts: Parts) -> bool:
    algorithm = ALGORITHMS.get(parts.signature_method)
    if algorithm is None or algorithm.digest not in HASHES:
        return False
    return _base64(parts.digest_value) == HASHES[algorithm.digest](parts.object).digest()


def _base64(text: bytes) -> bytes | None:
    """Decode base64, in which only whitespace may stand besides (XML Schema base64Binary); None when it is none."""
    try:
        return binascii.a2b_base64(b"".join(text.split()), strict_mode=True)
    except binascii.Error:
        return None


@cache
def _nothing_trusted() -> Trust:
    return Trust()
