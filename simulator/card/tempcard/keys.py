"""Private keys as a chip uses them: to sign a padded block or a digest, never the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from msgspec import Struct

Algorithm: TypeAlias = Literal["rsa", "p256", "sm2"]

#: Private key and digest e → r‖s, each 32 bytes.  Which library does it is up to who makes the card.
Sm2Signer: TypeAlias = Callable[[int, bytes], bytes]

#: SP 800-78-4, table 6-2, and E2 of the vendors' range: what GENERAL AUTHENTICATE calls them.
CODES: dict[int, Algorithm] = {0x07: "rsa", 0x11: "p256", 0xE2: "sm2"}
BLOCK: dict[Algorithm, int] = {"rsa": 256, "p256": 32, "sm2": 32}

_SHA256 = ec.ECDSA(Prehashed(hashes.SHA256()))


class Material(Struct, frozen=True):
    """A private key in its stored form: PKCS#8, or the 32 bytes of an SM2 key."""

    algorithm: Algorithm
    secret: bytes

    def __repr__(self) -> str:
        return f"Material({self.algorithm!r})"


def material(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | int) -> Material:
    """*key* in its stored form; a number is an SM2 key.

    :raises ValueError: no card has a key like that.
    """
    if isinstance(key, int):
        return Material("sm2", key.to_bytes(32))
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size != 8 * BLOCK["rsa"]:
            raise ValueError(f"RSA of {key.key_size} bits; a card has 2048")
    elif not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{key.curve.name}; a card has P-256")
    algorithm: Algorithm = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "p256"
    return Material(algorithm, key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def computed(own: Material, block: bytes, sm2: Sm2Signer | None) -> bytes:
    """The signature over *block*: raw for RSA, DER for the others, as PIV cards answer.

    :raises ValueError: *block* is none for this key, or the card was made without SM2.
    """
    if len(block) != BLOCK[own.algorithm]:
        raise ValueError("length of the block")
    if own.algorithm == "sm2":
        if sm2 is None:
            raise ValueError("no SM2")
        raw = sm2(int.from_bytes(own.secret), block)
        return encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = load_der_private_key(own.secret, None)
    if isinstance(key, rsa.RSAPrivateKey):
        return _raw(key.private_numbers(), block)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(block, _SHA256)
    raise ValueError("kind of key")


def _raw(own: rsa.RSAPrivateNumbers, block: bytes) -> bytes:
    """The bare RSA operation (RFC 8017 §5.1.2, 2b), which the library does not offer."""
    number = int.from_bytes(block)
    if number >= own.public_numbers.n:
        raise ValueError("the block is too large a number")
    m1, m2 = pow(number, own.dmp1, own.p), pow(number, own.dmq1, own.q)
    return (m2 + own.q * ((m1 - m2) * own.iqmp % own.p)).to_bytes(len(block))
