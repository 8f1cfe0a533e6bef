"""The origin of a signature value, found with a public key: who made it, over which bytes, by which algorithm."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from msgspec import Struct

from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.doctor import value_causes
from tempgoods_edi.signing.doctor.cause import Cause
from tempgoods_edi.signing.doctor.hashing import hashed
from tempgoods_edi.signing.doctor.rsa_padding import opened
from tempgoods_edi.signing.doctor.variants import Variant
from tempgoods_edi.values import Bilingual

#: By the last part of their names, as they are told.
_EC: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "sha256": ("ecdsa-sha256", hashes.SHA256()),
    "sha1": ("ecdsa-sha1", hashes.SHA1()),  # noqa: S303 - to name the mistake, not to take it
    "sha384": ("ecdsa-sha384", hashes.SHA384()),
    "sha512": ("ecdsa-sha512", hashes.SHA512()),
}
_USER_IDS = (sm2.USER_ID, b"", b"ALICE123@YAHOO.COM", b"1234567812345678\0", b"31323334353637383132333435363738")
#: Readings of SignedInfo that are tried with other user ids.
_MOST_USERS = 40
_OURS = "sm2-sm3"
#: Readings of SignedInfo that are tried with the other padding, each a computation with the key.
_MOST_PSS = 200
_FORMS = {
    "bare": Bilingual("没有 DigestInfo 的摘要", "a digest without DigestInfo"),
    "unpadded": Bilingual("没有填充的摘要", "a digest without padding"),
    "other": Bilingual("不是规定的 DigestInfo", "what is no DigestInfo as prescribed"),
}
#: Hashes by the length of a digest that doesn't say which.
_NAMES = {20: ("sha1",), 32: ("sha256", "sm3"), 48: ("sha384",), 64: ("sha512",)}
_EMPTY = Bilingual("（空）", "(empty)")


class Made(Struct, frozen=True):
    """The way a signature value was made: bytes, algorithm, and mistakes in the value itself."""

    variant: Variant
    algorithm: str
    causes: tuple[Cause, ...] = ()


class KeyVerdict(Struct, frozen=True):
    """The findings of a public key about a signature value.

    :ivar own: True when it is certainly this key's, False when nothing of this key is seen in it; None when its kind of
        signature never shows that.
    :ivar causes: when it is made over none of the candidates, what is certain all the same.
    """

    made: Made | None
    own: bool | None
    causes: tuple[Cause, ...] = ()


def asked(certificate: bytes, value: bytes, candidates: Iterable[Variant]) -> KeyVerdict | None:
    """The findings of the key in *certificate* (DER) about *value* over *candidates*; None for an unknown kind of key."""
    try:
        read = x509.load_der_x509_certificate(certificate)
    except ValueError:
        return None
    try:
        key = read.public_key()
    except (ValueError, UnsupportedAlgorithm):
        point = sm2.certificate_key(read.tbs_certificate_bytes)
        return None if point is None else KeyVerdict(_first(_by_sm2(point, value, candidates)), None)
    if isinstance(key, rsa.RSAPublicKey):
        return _by_rsa(key, value, candidates)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return KeyVerdict(_first(_by_ec(key, value, candidates)), None)
    return None


def serial(certificate: bytes) -> str:
    """The serial number of a certificate as KeyName writes it; empty when the bytes are no certificate."""
    try:
        return f"{x509.load_der_x509_certificate(certificate).serial_number:X}"
    except ValueError:
        return ""


def _by_rsa(key: rsa.RSAPublicKey, value: bytes, candidates: Iterable[Variant]) -> KeyVerdict:
    """RSA gives back what was signed, so that key and bytes are judged apart."""
    found = opened(key, value)
    if found is None or found.form == "pss":
        # PSS with a long salt can only be told by the bytes that were signed.
        made = _first(_by_pss(key, value, candidates))
        known = made is not None or found is not None
        return KeyVerdict(made, known, (value_causes.PSS_PADDING, value_causes.SIGNED_INFO_CHANGED) if known else ())
    mistake = () if found.form == "pkcs1" else (value_causes.BARE_DIGEST.told(form=_FORMS[found.form]),)
    names = _NAMES.get(len(found.digest), ()) if found.name is None else (found.name,)
    for each in candidates if names else ():
        for name in names:
            once = hashed(name, each.data)
            if once == found.digest:
                return KeyVerdict(Made(each, f"rsa-{name}", mistake), True)
            if found.digest in (hashed(name, once), hashed(name, once.hex().encode())):
                return KeyVerdict(Made(each, f"rsa-{name}", (*mistake, value_causes.HASHED_TWICE)), True)
    # Inside what is no known DigestInfo anything may be, this SignedInfo too.
    return KeyVerdict(None, True, (*mistake, value_causes.SIGNED_INFO_CHANGED) if names else mistake)


def _by_pss(key: rsa.RSAPublicKey, value: bytes, candidates: Iterable[Variant]) -> Iterator[Made]:
    """The other padding, with any length of salt; its mask by the same hash, as everybody has it."""
    for each in islice(candidates, _MOST_PSS):
        for name in ("sha256", "sha1"):
            algorithm = _EC[name][1]
            way = padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
            try:
                key.verify(value, hashlib.new(name, each.data).digest(), way, utils.Prehashed(algorithm))
            except (InvalidSignature, UnsupportedAlgorithm, ValueError):
                continue
            yield Made(each, f"rsa-{name}", (value_causes.PSS_PADDING,))


def _by_ec(key: ec.EllipticCurvePublicKey, value: bytes, candidates: Iterable[Variant]) -> Iterator[Made]:
    half = (key.key_size + 7) // 8
    forms: list[tuple[bytes, tuple[Cause, ...]]] = []
    if len(value) == 2 * half:
        r, s = int.from_bytes(value[:half]), int.from_bytes(value[half:])
        forms.append((utils.encode_dss_signature(r, s), ()))
    if value[:1] == b"\x30":
        forms.append((value, (value_causes.DER_VALUE,)))

    def fits(form: bytes, digest: bytes, algorithm: hashes.HashAlgorithm) -> bool:
        try:
            key.verify(form, digest, ec.ECDSA(utils.Prehashed(algorithm)))
        except (InvalidSignature, UnsupportedAlgorithm):
            return False
        return True

    for each in candidates:
        for form, why in forms:
            for name, (told, algorithm) in _EC.items():
                once = hashlib.new(name, each.data).digest()
                if fits(form, once, algorithm):
                    yield Made(each, told, why)
                if not each.causes and fits(form, hashlib.new(name, once).digest(), algorithm):
                    yield Made(each, told, (*why, value_causes.HASHED_TWICE))


def _by_sm2(point: bytes, value: bytes, candidates: Iterable[Variant]) -> Iterator[Made]:
    forms: list[tuple[bytes, tuple[Cause, ...]]] = [(value, ())]
    raw = sm2.decoded(value)
    if raw is not None:
        forms = [(raw, (value_causes.DER_VALUE,))]
    for number, each in enumerate(candidates):
        for form, why in forms:
            for user_id in _USER_IDS if number < _MOST_USERS else _USER_IDS[:1]:
                told = () if user_id == sm2.USER_ID else (value_causes.USER_ID.told(used=user_id.decode() or _EMPTY),)
                if sm2.verifies(point, form, each.data, user_id):
                    yield Made(each, _OURS, (*why, *told))
            for name, way in _without_za():
                if not each.causes and sm2.verifies_digest(point, form, way(each.data)):
                    yield Made(each, name, why)


def _without_za() -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    """Digests that were signed as they are, without the user's part of them."""
    yield "sm2-sm3 (without ZA)", lambda data: bytes(sm2.sm3(data).digest())
    yield "sm2-sha256", lambda data: hashlib.sha256(data).digest()


def _first(found: Iterator[Made]) -> Made | None:
    return next(found, None)
