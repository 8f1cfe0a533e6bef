"""Diagnoses digest and signature value: each known mistake is tried, and the first that explains the value is named."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator
from itertools import chain
from typing import Literal

from msgspec import Struct, structs

from tempgoods_edi.signing.doctor import causes, garbled, value_causes, values
from tempgoods_edi.signing.doctor.budget import Budget
from tempgoods_edi.signing.doctor.cause import Cause
from tempgoods_edi.signing.doctor.hashing import hashed
from tempgoods_edi.signing.doctor.looking import NOT_XML, SignatureParts, looked
from tempgoods_edi.signing.doctor.variants import Variant, variants
from tempgoods_edi.signing.identity import serial_of
from tempgoods_edi.signing.policy import ALGORITHMS, SHA1, SHA256, SM3, Algorithm
from tempgoods_edi.signing.profile import read_signature
from tempgoods_edi.signing.signature_problems import C14N_REFUSED
from tempgoods_edi.values import Bilingual
from tempgoods_edi.visible import visible

#: Bytes of context on each side of a difference.
_AROUND = 24
_SIZES = {20: ("sha1",), 32: ("sha256", "sm3"), 16: ("md5",), 64: ("sha512",)}
#: Above this many bytes no other hash than the right one is tried on any reading but the plain one.
_MOST_HASHES = 64 * 1024
_CUT = Bilingual("；报文很大，只试了最常见的差错", "; the message is large: only the commonest mistakes were tried")
_NOT_UTF8 = Bilingual(
    "第 {offset} 字节起（从0数）不是 UTF-8；可以当作 {encoding} 读入，但无法证实",
    "from byte {offset} (from 0) it is no UTF-8; it can be read as {encoding}, but nothing confirms that",
)
_DIGESTS = {SHA256: "sha256", SHA1: "sha1", SM3: "sm3"}
#: What is tried on the value beyond this many variants would take too long with SM2; work for all of them together.
_MOST_TRIED, _MOST_WORK = 400, 16_000_000
#: Of these, how many are tried on the value in reverse.
_MOST_REVERSED = 40


class Difference(Struct, frozen=True):
    """The first place where the hashed bytes differ from the message's bytes.

    :ivar offset: bytes before it, from the start of the element's canonical form.
    :ivar before: what is the same right before it.
    :ivar signed: the bytes hashed by the signer, from there on.
    :ivar received: the canonical bytes of the message, from there on.
    """

    offset: int
    before: bytes
    signed: bytes
    received: bytes


class PartDiagnosis(Struct, frozen=True):
    """The diagnosis of one of the two values: digest or signature value.

    :ivar right: it is as it must be.
    :ivar causes: what explains it when it is not right; several when only together they do.
    :ivar canonical: the bytes that count: of Object for the digest, of SignedInfo for the value.
    :ivar difference: None when the right bytes were hashed, or nobody knows which.
    :ivar tried: how many other readings were tried in vain, when none explains it.
    :ivar work: units spent on it, at most `budget.MOST_WORK`.
    """

    right: bool
    causes: tuple[Cause, ...] = ()
    canonical: bytes = b""
    difference: Difference | None = None
    tried: int = 0
    work: int = 0


class Diagnosis(Struct, frozen=True):
    """Why a signature fails.

    :ivar verdict: right, broken, or unsigned, of which there is nothing to say.
    :ivar form: causes in the message as a whole: its encoding, its form.
    :ivar digest: Object under DigestValue; None where neither could be found.
    :ivar value: SignedInfo under SignatureValue; None as above.
    """

    verdict: Literal["right", "broken", "unsigned"]
    form: tuple[Cause, ...] = ()
    digest: PartDiagnosis | None = None
    value: PartDiagnosis | None = None

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Every cause, each once."""
        parts = [part.causes for part in (self.digest, self.value) if part is not None]
        return tuple({each.id: each for each in chain(self.form, *parts)}.values())


def diagnose(data: bytes, certificate: bytes | None = None) -> Diagnosis:
    """Diagnose why the signature of the message in *data* fails.

    Whether the certificate is to be trusted is not looked at.

    :param certificate: of whoever says to have signed (DER).
    :raises KeySourceError: the signature is by SM2, and nothing here can compute it.
    """
    seen = looked(data)
    if isinstance(seen, Bilingual):
        return Diagnosis("broken", (causes.FORM.told(why=seen),))
    if seen.digest is None and seen.value is None and seen.certificate is None and not seen.key_name:
        return Diagnosis("unsigned")
    algorithm = ALGORITHMS.get(seen.signature_method)
    digest, value = _digest(seen, algorithm), _value(seen, algorithm, certificate)
    form = tuple(_form(data)) if seen.encoding is None else tuple(_unread(seen, data, digest))
    serial = "" if seen.certificate is None else values.serial(seen.certificate)
    if serial and serial_of(seen.key_name) != serial:
        form = (*form, causes.KEY_NAME.told(name=seen.key_name, serial=serial))
    right = digest.right and value.right and not form
    return Diagnosis("right" if right else "broken", form, digest, value)


def _unread(seen: SignatureParts, data: bytes, digest: PartDiagnosis) -> Iterator[Cause]:
    """Why a message that is read in another encoding can't be read as it is."""
    explained = not digest.causes or digest.causes[-1].id != causes.CONTENT_CHANGED.id
    if seen.encoding == "UTF-8":
        if seen.declared is None:
            yield causes.FORM.told(why=NOT_XML.format(why=seen.why))
        else:
            yield causes.DECLARATION.told(encoding=visible(seen.declared))
    elif explained or seen.encoding == "UTF-16":
        yield causes.RE_ENCODED.told(encoding=seen.encoding)
    else:
        yield causes.FORM.told(why=_NOT_UTF8.format(offset=_undecodable(data), encoding=seen.encoding))


def _undecodable(data: bytes) -> int:
    """Offset of the first byte that is no UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as e:
        return e.start
    return len(data)


def _form(data: bytes) -> Iterator[Cause]:
    """What keeps a message out of the profile although its signature can be looked at."""
    for finding in read_signature(data).findings:
        if finding.rule != C14N_REFUSED.id:
            yield causes.FORM.told(why=finding.text)
        elif "exc-c14n" in (finding.value or ""):
            yield causes.EXCLUSIVE
        elif "WithComments" in (finding.value or ""):
            yield causes.WITH_COMMENTS
        else:
            yield causes.FORM.told(why=finding.text)


def _digest(seen: SignatureParts, algorithm: Algorithm | None) -> PartDiagnosis:
    wanted = algorithm.digest if algorithm is not None else _DIGESTS.get(seen.digest_method, "sha256")
    whole = seen.canonical_object
    digest = seen.digest if seen.digest_hex is None else seen.digest_hex
    if digest is None:
        return PartDiagnosis(False, (causes.NOT_BASE64.told(element="DigestValue"),), whole)
    names = sorted(_SIZES.get(len(digest), ()), key=lambda name: name != wanted)
    written = () if seen.digest_hex is None else (causes.HEX_VALUE.told(element="DigestValue"),)
    orders = ((digest, written), (digest[::-1], (*written, causes.BYTE_ORDER.told(element="DigestValue"))))
    tried, budget = -1, Budget()
    for each in variants("Object", seen.object, whole, budget):
        tried += 1
        for name in names if len(each.data) <= _MOST_HASHES or not tried else names[:1]:
            made = hashed(name, each.data)
            order = next((why for value, why in orders if value == made), None)
            if order is None:
                continue
            found = (*each.causes, *order)
            # A digest of another kind: computed by it, or only DigestMethod names another.
            if name != wanted:
                found = (*found, causes.DIGEST_ALGORITHM.told(used=name, wanted=wanted))
            elif _DIGESTS.get(seen.digest_method) != wanted:
                found = (*found, causes.DIGEST_METHOD.told(used=name, named=seen.digest_method or "?"))
            return PartDiagnosis(not found, found, whole, _difference(each.data, whole), work=budget.spent)
    clue = garbled.clue(whole)
    if budget.cut:
        clue = Bilingual(clue.zh + _CUT.zh, clue.en + _CUT.en)
    found = (*written, causes.CONTENT_CHANGED.told(clue=clue))
    return PartDiagnosis(False, found, whole, None, tried, budget.spent)


def _value(seen: SignatureParts, algorithm: Algorithm | None, certificate: bytes | None) -> PartDiagnosis:
    whole = seen.canonical_info
    value = seen.value if seen.value_hex is None else seen.value_hex
    if value is None:
        return PartDiagnosis(False, (causes.NOT_BASE64.told(element="SignatureValue"),), whole)
    candidates = [*_candidates(seen)]
    written = () if seen.value_hex is None else (causes.HEX_VALUE.told(element="SignatureValue"),)
    orders = ((value, written), (value[::-1], (*written, causes.BYTE_ORDER.told(element="SignatureValue"))))
    holders = [each for each in (seen.certificate, certificate) if each is not None]
    certain: tuple[Cause, ...] = ()
    own: bool | None = None
    for holder in dict.fromkeys(holders):
        for each, why in orders:
            # A value of nobody's is asked about in reverse only once: it costs as much again.
            answer = values.asked(holder, each, candidates if each is value else candidates[:_MOST_REVERSED])
            if answer is None:
                continue
            if answer.own and not own:
                certain = (*answer.causes, *why, *_foreign(seen, holder))
            own = own or answer.own
            if answer.made is not None:
                made = structs.replace(answer.made, causes=(*answer.made.causes, *why))
                return _explained(seen, algorithm, made, holder)
            if answer.own:
                break
    if not holders or values.serial(holders[0]) == "":
        return PartDiagnosis(False, (value_causes.NO_CERTIFICATE.told(name=seen.key_name),), whole)
    if not own:
        unsure = value_causes.OTHER_KEY_OR_DAMAGED.told(serial=values.serial(holders[0]))
        certain = (*written, value_causes.CHANGED_OR_OTHER_KEY if own is None else unsure)
    return PartDiagnosis(False, certain, whole, None, len(candidates) - 1)


def _foreign(seen: SignatureParts, holder: bytes) -> tuple[Cause, ...]:
    """That the certificate sent along is not that of the key, which *holder* is."""
    if seen.certificate is None or holder == seen.certificate:
        return ()
    other = values.serial(holder)
    told = Bilingual(f"，而是证书 {other} 的", f", but with that of {other}")
    return (value_causes.WRONG_CERTIFICATE.told(serial=values.serial(seen.certificate), other=told),)


def _explained(seen: SignatureParts, algorithm: Algorithm | None, made: values.Made, holder: bytes) -> PartDiagnosis:
    found = [*made.variant.causes, *made.causes]
    found.extend(_foreign(seen, holder))
    written = seen.signature_method.rpartition("#")[2]
    if (algorithm is None or written != made.algorithm) and value_causes.SIGNED_INFO_CHANGED not in found:
        found.append(value_causes.SIGNATURE_METHOD.told(used=made.algorithm, wanted=written or "?"))
    whole = seen.canonical_info
    return PartDiagnosis(not found, tuple(found), whole, _difference(made.variant.data, whole))


def _candidates(seen: SignatureParts) -> Iterator[Variant]:
    """SignedInfo in every reading; with another of our algorithms named; and the Object in its place."""
    whole = seen.canonical_info
    tried = variants("SignedInfo", seen.signed_info, whole, Budget(_MOST_WORK))
    yield next(tried, Variant(whole))
    for algorithm in ALGORITHMS.values():
        named = whole.replace(seen.signature_method.encode(), algorithm.uri.encode())
        if named != whole and seen.signature_method:
            yield Variant(named, (value_causes.SIGNED_INFO_CHANGED,))
            both = named.replace(seen.digest_method.encode(), algorithm.digest_uri.encode())
            yield Variant(both, (value_causes.SIGNED_INFO_CHANGED,))
    for digest in _digests_of(seen):
        yield Variant(whole.replace(digest[0], digest[1]), (value_causes.SIGNED_INFO_CHANGED,))
    yield Variant(seen.canonical_object, (value_causes.OVER_OBJECT,))
    for _, each in zip(range(_MOST_TRIED), tried, strict=False):
        yield each


def _digests_of(seen: SignatureParts) -> Iterator[tuple[bytes, bytes]]:
    """DigestValue as it stands, and as it was when it was the Object's right one, or not there yet."""
    if seen.digest is None:
        return
    now = b2a_base64(seen.digest, newline=False)
    yield now, b""
    for name in _SIZES.get(len(seen.digest), ()):
        yield now, b2a_base64(hashed(name, seen.canonical_object), newline=False)


def _difference(signed: bytes, received: bytes) -> Difference | None:
    if signed == received:
        return None
    # Halving: a comparison byte by byte of a message of megabytes would take seconds.
    low, high = 0, min(len(signed), len(received))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if signed[:middle] == received[:middle] else (low, middle - 1)
    while low and low < len(received) and received[low] & 0xC0 == 0x80:
        low -= 1  # not in the middle of a character
    return Difference(
        low, received[max(0, low - _AROUND) : low], signed[low : low + _AROUND], received[low : low + _AROUND]
    )
