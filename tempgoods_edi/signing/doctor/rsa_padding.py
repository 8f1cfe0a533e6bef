"""Decrypts an RSA signature value with a public key: the padding shows whether the key made it, whatever was signed."""

from __future__ import annotations

import hashlib
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

#: DER of DigestInfo before the digest (RFC 8017 §9.2 note 1; SM3 by GM/T 0006).
_INFO = {
    "sha256": "3031300d060960864801650304020105000420",
    "sha1": "3021300906052b0e03021a05000414",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
    "md5": "3020300c06082a864886f70d020505000410",
    "sm3": "3030300c06082a811ccf5501837805000420",
}
_SIZES = (20, 32, 48, 64)
_PSS = ("sha256", "sha1", "sha384", "sha512")
#: Bytes of padding that no other key shows by chance.
_SURE = 8
#: Beyond this the computation is not quick any more: bytes of the modulus, bits of the exponent.
_MOST_BYTES, _MOST_BITS = 1024, 64


class Opened(Struct, frozen=True):
    """A signature value in which the padding of the key is visible.

    :ivar form: ``pkcs1`` as it must be; ``bare`` for PKCS#1 around a digest without DigestInfo; ``unpadded``; ``pss``;
        ``other`` for PKCS#1 around something else, such as a DigestInfo written otherwise.
    :ivar name: the hash, where it is named.
    :ivar digest: what was signed; empty for PSS, which does not show it.
    """

    form: Literal["pkcs1", "bare", "unpadded", "pss", "other"]
    name: str | None = None
    digest: bytes = b""


def opened(key: rsa.RSAPublicKey, value: bytes) -> Opened | None:
    """The padding in *value* under *key*; None for noise: another key's value, or a damaged one.

    PSS with the longest salt leaves too little padding to be told from noise.
    """
    numbers = key.public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    number = int.from_bytes(value)
    if number.bit_length() * numbers.e < numbers.n.bit_length():
        return None  # so small that anybody could have written it
    if len(value) != size or number >= numbers.n or size > _MOST_BYTES or numbers.e.bit_length() > _MOST_BITS:
        return None
    padded = pow(number, numbers.e, numbers.n).to_bytes(size)
    if padded[:2] == b"\0\1":
        end = padded.find(b"\0", 2)
        if end >= 2 + _SURE and not padded[2:end].strip(b"\xff"):
            return _read(padded[end + 1 :], "bare")
    if not padded[: 2 * _SURE].strip(b"\0"):
        return _unpadded(padded)
    return _pss(padded, numbers.n.bit_length() - 1)


def _read(inside: bytes, without: Literal["bare", "unpadded"]) -> Opened:
    for name, info in _INFO.items():
        start = bytes.fromhex(info)
        if inside.startswith(start) and len(inside) == len(start) + start[-1]:
            return Opened("pkcs1" if without == "bare" else without, name, inside[len(start) :])
    if len(inside) in _SIZES:
        return Opened(without, None, inside)
    for size in _SIZES:
        if inside[-size - 2 : -size] == bytes((4, size)):
            return Opened("other", None, inside[-size:])
    return Opened("other", None, inside)


def _unpadded(padded: bytes) -> Opened:
    """A digest may begin with zeros too, so that its length is the next that digests have."""
    inside = padded.lstrip(b"\0")
    if not inside.startswith(b"\x30"):
        size = next((size for size in _SIZES if size >= len(inside)), len(inside))
        inside = padded[-size:]
    return _read(inside, "unpadded")


def _pss(padded: bytes, bits: int) -> Opened | None:
    """PSS is known by the zeros before its salt (RFC 8017 §9.1.2), whatever was signed."""
    padded = padded[-((bits + 7) // 8) :]
    if padded[-1:] != b"\xbc":
        return None
    for name in _PSS:
        size = hashlib.new(name).digest_size
        if len(padded) < 2 * size + 2:
            continue
        masked, seed = padded[: -size - 1], padded[-size - 1 : -1]
        block = int.from_bytes(masked) ^ int.from_bytes(_mask(name, seed, len(masked)))
        shown = (block & ((1 << (8 * len(masked) - (-bits % 8))) - 1)).to_bytes(len(masked))
        salt = shown.lstrip(b"\0")
        if len(shown) - len(salt) >= _SURE and salt[:1] == b"\x01":
            return Opened("pss", name)
    return None


def _mask(name: str, seed: bytes, size: int) -> bytes:
    """MGF1 (RFC 8017 appendix B.2.1)."""
    made = b""
    while len(made) < size:
        made += hashlib.new(name, seed + (len(made) // hashlib.new(name).digest_size).to_bytes(4)).digest()
    return made[:size]
