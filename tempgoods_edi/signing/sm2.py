"""SM2 signatures with SM3 (GB/T 32918.2, GM/T 0009), through the package gmssl-pyx, which the extra ``sm2`` installs.

Loaded without it, and then `available` says no.  Nothing here reads a certificate's time or a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

from msgspec import Struct

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import der
from tempgoods_edi.values import Bilingual

#: The user id that everybody signs with who has agreed on no other (GM/T 0009 §10).
USER_ID = b"1234567812345678"
#: Bytes of each of r, s, x, y and the private key.
HALF = 32

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
_GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
_CURVE = b"".join(number.to_bytes(HALF) for number in (_A, _B, _GX, _GY))

#: 1.2.156.10197.1.301, and id-ecPublicKey on it.
_CURVE_OID = der.encoded(der.OID, bytes.fromhex("2A811CCF5501822D"))
_KEY_KIND = der.sequence(der.encoded(der.OID, bytes.fromhex("2A8648CE3D0201")), _CURVE_OID)
#: SM2 with SM3, 1.2.156.10197.1.501: how certificates and revocation lists are signed.
SIGNED_WITH = der.sequence(der.encoded(der.OID, bytes.fromhex("2A811CCF55018375")))

NOT_INSTALLED = Bilingual(
    '国密算法需要 gmssl-pyx：请执行 pip install "tempgoods-edi[sm2]"',
    'the national algorithms need gmssl-pyx: pip install "tempgoods-edi[sm2]"',
)
_BAD_KEY = Bilingual("SM2 私钥超出范围", "the SM2 private key is out of range")


class Sm2Key(Struct, frozen=True):
    """An SM2 private key with its public key.

    :ivar private: 32 bytes, big-endian.
    :ivar public: x‖y, 64 bytes.
    """

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"Sm2Key(public={self.public.hex()[:16]}…)"


@cache
def available() -> bool:
    """True when SM2 signatures can be made and verified here."""
    return find_spec("gmssl_pyx") is not None


def library() -> Any:
    """The package that computes SM2 and SM3.

    :raises KeySourceError: it is not installed; the text says how to.
    """
    try:
        import gmssl_pyx
    except ImportError as error:
        raise KeySourceError(NOT_INSTALLED) from error
    return gmssl_pyx


def sm3(data: bytes = b"") -> Any:
    """An SM3 hash object in the form of `hashlib`; OpenSSL's where it has one.

    :raises KeySourceError: neither OpenSSL nor an installed package knows SM3.
    """
    try:
        return hashlib.new("sm3", data)
    except ValueError:
        return _Sm3(library().sm3_hash, data)


class _Sm3:
    """SM3 by gmssl-pyx, which hashes only what it is given at once."""

    __slots__ = ("_data", "_hash")

    def __init__(self, whole: Callable[[bytes], bytes], data: bytes) -> None:
        self._hash, self._data = whole, bytearray(data)

    def update(self, data: bytes) -> None:
        self._data += data

    def digest(self) -> bytes:
        return self._hash(bytes(self._data))


def new_key() -> Sm2Key:
    """A new SM2 private key.  Raises KeySourceError without the library."""
    public, private = library().sm2_key_generate()
    return Sm2Key(private, public)


def digest(public: bytes, data: bytes, user_id: bytes = USER_ID) -> bytes:
    """The digest that an SM2 signature over *data* signs: SM3 over ZA (GB/T 32918.2 §5.5) and *data*."""
    own = sm3((8 * len(user_id)).to_bytes(2) + user_id + _CURVE + public).digest()
    return bytes(sm3(own + data).digest())


def sign_digest(private: int, digest: bytes) -> bytes:
    """The SM2 signature r‖s over a *digest* of 32 bytes, as a card computes it.

    :raises KeySourceError: the library is not installed, or the key is out of range.
    """
    if not 1 <= private <= _N - 2:
        raise KeySourceError(_BAD_KEY)  # before the library, which would talk about it on standard error
    if len(digest) != HALF:
        raise ValueError("an SM3 digest has 32 bytes")
    raw = decoded(library().sm2_sign_sm3_digest(private.to_bytes(HALF), digest))
    if raw is None:
        raise ValueError("the library made no signature")
    return raw


def sign(key: Sm2Key, data: bytes, user_id: bytes = USER_ID) -> bytes:
    """The SM2 signature r‖s over *data*, 64 bytes.  Errors: as `sign_digest`."""
    return sign_digest(int.from_bytes(key.private), digest(key.public, data, user_id))


def verifies(public: bytes, value: bytes, data: bytes, user_id: bytes = USER_ID) -> bool:
    """True when *value* (r‖s) is a signature over *data* by the public key x‖y *public*.

    :raises KeySourceError: the library is not installed.
    """
    return verifies_digest(public, value, digest(public, data, user_id))


def verifies_digest(public: bytes, value: bytes, digest: bytes) -> bool:
    """True when *value* (r‖s) is a signature over the 32-byte *digest* by the public key x‖y *public*.

    :raises KeySourceError: the library is not installed.
    """
    check = library().sm2_verify_sm3_digest
    if len(value) != 2 * HALF or len(digest) != HALF or not is_point(public):
        return False
    r, s = int.from_bytes(value[:HALF]), int.from_bytes(value[HALF:])
    if not (1 <= r < _N and 1 <= s < _N and (r + s) % _N):
        return False
    with _silence():
        return check(public, digest, encoded(value)) is True


def is_point(public: bytes) -> bool:
    """True when x‖y is a point on the SM2 curve."""
    if len(public) != 2 * HALF:
        return False
    x, y = int.from_bytes(public[:HALF]), int.from_bytes(public[HALF:])
    return x < _P and y < _P and (y * y - x * x * x - _A * x - _B) % _P == 0


def encoded(raw: bytes) -> bytes:
    """Convert r‖s into the DER form of certificates: SEQUENCE { r, s }."""
    return der.sequence(der.integer(int.from_bytes(raw[:HALF])), der.integer(int.from_bytes(raw[HALF:])))


def decoded(signature: bytes) -> bytes | None:
    """Convert a DER *signature* into r‖s; None when it is not in the one DER form."""
    try:
        r, s = (node.number() for node in der.decoded(signature).inner())
        return r.to_bytes(HALF) + s.to_bytes(HALF)
    except (ValueError, OverflowError):
        return None


def key_info(public: bytes) -> bytes:
    """The SubjectPublicKeyInfo (DER) of a public key x‖y."""
    return der.sequence(_KEY_KIND, der.bit_string(b"\4" + public))


def public_key(key_info: bytes) -> bytes | None:
    """The public key x‖y from a SubjectPublicKeyInfo; None when it is no SM2 key (GB/T 35276: not compressed)."""
    try:
        kind, point = der.decoded(key_info).inner()
        public = point.bits()
    except ValueError:
        return None
    return public[1:] if kind.whole == _KEY_KIND and public[:1] == b"\4" and is_point(public[1:]) else None


def is_key_kind(algorithm: bytes) -> bool:
    """True for the AlgorithmIdentifier of an SM2 key."""
    return algorithm == _KEY_KIND


def is_curve(oid: bytes) -> bool:
    """True for the OBJECT IDENTIFIER of the SM2 curve."""
    return oid == _CURVE_OID


def certificate_key(tbs: bytes) -> bytes | None:
    """The public key x‖y of a certificate with the to-be-signed part *tbs*; None when it is not SM2 (RFC 5280 §4.1)."""
    try:
        fields = [node for node in der.decoded(tbs).inner() if node.tag != 0xA0]  # without the version
        return public_key(fields[5].whole)
    except (ValueError, IndexError):
        return None


def issued(key: bytes, whole: bytes, tbs: bytes) -> bool:
    """True when *whole*, a certificate or revocation list (DER), is *tbs* signed with SM3 by the key x‖y *key*."""
    try:
        _, outer, signature = der.decoded(whole).inner()
        named = next(node.whole for node in der.decoded(tbs).inner() if node.tag == der.SEQUENCE)
        value = decoded(signature.bits())
    except (ValueError, StopIteration):
        return False
    # RFC 5280 §4.1.1.2: the algorithm stands twice, and must be the same.
    return value is not None and outer.whole == named == SIGNED_WITH and verifies(key, value, tbs)


_SILENCE = Lock()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the library's C traces about every check that fails from standard error.

    Only the C library's variable ``stderr`` is exchanged, not file descriptor 2: what Python, in any thread, says
    meanwhile is still heard.  Where the C library lets nobody exchange it, the traces appear.
    """
    streams = _streams()
    if streams is None:
        yield
        return
    stderr, nowhere = streams
    with _SILENCE:
        before, stderr.value = stderr.value, nowhere
        try:
            yield
        finally:
            stderr.value = before


@cache
def _streams() -> tuple[Any, int] | None:
    """The C library's ``stderr`` and a stream that goes nowhere; None where it is not glibc, whose variable it is."""
    import ctypes
    import os

    try:
        if not (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc"):
            return None
        here = ctypes.CDLL(None)
        here.fopen.restype, here.fopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_char_p)
        nowhere = here.fopen(os.devnull.encode(), b"w")
        return (ctypes.c_void_p.in_dll(here, "stderr"), nowhere) if nowhere else None
    except (ValueError, OSError, AttributeError):
        return None
