"""Reads and writes SM2 private keys in files: PEM (PKCS#8, plain or by PBES2; SEC 1) and PKCS#12, as OpenSSL 3 does.

`cryptography` opens the same files for every other kind of key; this is only what it refuses by the curve.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import der, sm2
from tempgoods_edi.signing.der import Node
from tempgoods_edi.values import Bilingual

_WRONG = Bilingual("密码错误，或密钥文件不可读", "the password is wrong, or the key file is not readable")
_INCOMPLETE = Bilingual("PKCS#12 文件中缺少私钥或证书", "the PKCS#12 file lacks the private key or the certificate")
_UNKNOWN = Bilingual(
    "密钥文件的加密方式不支持，请用 openssl pkcs8 -topk8 -v2 aes-256-cbc 转换",
    "how the key file is encrypted is not supported; convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc",
)
_PEM = re.compile(rb"-----BEGIN ((?:ENCRYPTED |EC |SM2 )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+?)-----END \1-----")
#: Nobody makes us count longer than this for a password (OpenSSL writes 2048).
_MOST_ROUNDS = 10_000_000
_ROUNDS = 100_000


def _oid(text: str) -> bytes:
    return der.encoded(der.OID, bytes.fromhex(text))


_PBES2, _PBKDF2 = _oid("2A864886F70D01050D"), _oid("2A864886F70D01050C")
_PRFS = {_oid("2A864886F70D0207"): "sha1", _oid("2A864886F70D0209"): "sha256", _oid("2A864886F70D020B"): "sha512"}
_CIPHERS = {_oid("60864801650304012A"): 32, _oid("608648016503040116"): 24, _oid("608648016503040102"): 16}
_HMAC_SHA256 = der.sequence(_oid("2A864886F70D0209"), der.encoded(der.NULL))
_SHA256 = _oid("608648016503040201")
_MACS = {_SHA256: "sha256", _oid("2B0E03021A"): "sha1", _oid("608648016503040203"): "sha512"}
_DATA, _ENCRYPTED = _oid("2A864886F70D010701"), _oid("2A864886F70D010706")
_KEY_BAG, _SHROUDED, _CERT_BAG = (_oid(f"2A864886F70D010C0A01{n}") for n in ("01", "02", "03"))
_X509 = _oid("2A864886F70D01091601")
_FRIENDLY, _LOCAL_ID = _oid("2A864886F70D010914"), _oid("2A864886F70D010915")


def private_of_pem(data: bytes, password: str | None) -> bytes | None:
    """The private key (32 bytes) of the first key in a PEM file; None when it is no SM2 key.

    :raises KeySourceError: wrong password, or encrypted in another way than by PBES2.
    """
    found = _PEM.search(data)
    if found is None:
        return None
    try:
        content = a2b_base64(found[2])
        if found[1].startswith(b"ENCRYPTED"):
            content = _decrypted(der.decoded(content), _needed(password))
        return _of_sec1(content) if found[1][:3] in (b"EC ", b"SM2") else _of_pkcs8(content)
    except (ValueError, IndexError) as error:
        raise KeySourceError(_WRONG) from error


def of_pkcs12(data: bytes, password: str | None) -> tuple[bytes, bytes] | None:
    """The private key and its certificate (DER) from a PKCS#12 file; None when the key is no SM2 key.

    :raises KeySourceError: wrong password, no certificate, encrypted in another way than by PBES2.
    """
    try:
        _, content, *mac = der.decoded(data).inner()
        safe = _data_of(content)
        if mac:
            _check_mac(mac[0], safe, password or "")
        keys, certificates = [], []
        for part in der.decoded(safe).inner():
            for kind, value, attributes in _bags(part, password):
                if kind == _CERT_BAG:
                    certificates.append((_certificate(value), _local_id(attributes)))
                elif kind in (_KEY_BAG, _SHROUDED):
                    key = value.whole if kind == _KEY_BAG else _decrypted(value, _needed(password))
                    keys.append((_of_pkcs8(key), _local_id(attributes)))
    except (ValueError, IndexError) as error:
        raise KeySourceError(_WRONG) from error
    if not keys or not certificates:
        raise KeySourceError(_INCOMPLETE)
    private, own = keys[0]
    if private is None:
        return None
    return private, next((der_ for der_, id_ in certificates if own is not None and id_ == own), certificates[0][0])


def to_pem(key: sm2.Sm2Key, password: str | None) -> bytes:
    """The private key as PEM (PKCS#8), encrypted by PBES2 when there is a password."""
    content, title = _pkcs8(key), b"PRIVATE KEY"
    if password:
        content, title = _encrypted(content, password), b"ENCRYPTED PRIVATE KEY"
    text = b2a_base64(content, newline=False)
    lines = b"\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return b"-----BEGIN " + title + b"-----\n" + lines + b"\n-----END " + title + b"-----\n"


def to_pkcs12(key: sm2.Sm2Key, certificate: bytes, password: str | None, name: str) -> bytes:
    """A PKCS#12 file with key and certificate (DER); without a password it is not encrypted."""
    own = hashlib.sha1(certificate, usedforsecurity=False).digest()  # only links the two
    attributes = der.encoded(
        der.SET,
        *sorted(
            (
                der.sequence(_LOCAL_ID, der.encoded(der.SET, der.encoded(der.OCTET_STRING, own))),
                der.sequence(_FRIENDLY, der.encoded(der.SET, der.encoded(der.BMP, name.encode("utf-16-be")))),
            )
        ),
    )
    held = der.sequence(_X509, der.encoded(0xA0, der.encoded(der.OCTET_STRING, certificate)))
    bag, content = (_SHROUDED, _encrypted(_pkcs8(key), password)) if password else (_KEY_BAG, _pkcs8(key))
    parts = (
        _safe(der.sequence(_CERT_BAG, der.encoded(0xA0, held), attributes)),
        _safe(der.sequence(bag, der.encoded(0xA0, content), attributes)),
    )
    safe = der.sequence(*parts)
    info = der.sequence(_DATA, der.encoded(0xA0, der.encoded(der.OCTET_STRING, safe)))
    return der.sequence(der.integer(3), info, _mac(safe, password or ""))


def _of_pkcs8(data: bytes) -> bytes | None:
    """RFC 5208: version, kind of key, the key, perhaps attributes."""
    _, kind, held, *_ = der.decoded(data).inner()
    return _of_sec1(held.bare(der.OCTET_STRING)) if sm2.is_key_kind(kind.whole) else None


def _of_sec1(data: bytes) -> bytes | None:
    """SEC 1 §C.4: version, number, perhaps the curve as [0] and the public key as [1]."""
    version, number, *further = der.decoded(data).inner()
    if version.number() != 1 or len(number.bare(der.OCTET_STRING)) != sm2.HALF:
        return None
    if any(node.tag == 0xA0 and not sm2.is_curve(node.content) for node in further):
        return None
    return number.content


def _pkcs8(key: sm2.Sm2Key) -> bytes:
    own = der.sequence(
        der.integer(1),
        der.encoded(der.OCTET_STRING, key.private),
        der.encoded(0xA1, der.bit_string(b"\4" + key.public)),
    )
    kind = der.decoded(sm2.key_info(key.public)).inner()[0].whole
    return der.sequence(der.integer(0), kind, der.encoded(der.OCTET_STRING, own))


def _decrypted(info: Node, password: str) -> bytes:
    """RFC 8018 §6.2 with PBKDF2 and AES in CBC mode."""
    algorithm, content = info.inner()
    return _decipher(algorithm, content.bare(der.OCTET_STRING), password)


def _decipher(algorithm: Node, content: bytes, password: str) -> bytes:
    scheme, *parameters = algorithm.inner()
    if scheme.whole != _PBES2:
        raise KeySourceError(_UNKNOWN)
    derivation, encryption = parameters[0].inner()
    (pbkdf2, counted), (cipher, vector) = derivation.inner(), encryption.inner()
    size = _CIPHERS.get(cipher.whole)
    salt, rounds, *further = counted.inner()
    chosen = [node.inner()[0].whole for node in further if node.tag == der.SEQUENCE]
    prf = _PRFS.get(chosen[0]) if chosen else "sha1"
    if pbkdf2.whole != _PBKDF2 or size is None or prf is None or rounds.number() > _MOST_ROUNDS:
        raise KeySourceError(_UNKNOWN)
    key = hashlib.pbkdf2_hmac(prf, password.encode(), salt.bare(der.OCTET_STRING), rounds.number(), size)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector.bare(der.OCTET_STRING))).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(content) + decryptor.finalize()) + unpadder.finalize()


def _encrypted(content: bytes, password: str) -> bytes:
    salt, vector = (bytes(sm2.library().rand_bytes(16)) for _ in range(2))
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS, 32)
    padder, encryptor = PKCS7(128).padder(), Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    padded = padder.update(content) + padder.finalize()
    counted = der.sequence(der.encoded(der.OCTET_STRING, salt), der.integer(_ROUNDS), _HMAC_SHA256)
    scheme = der.sequence(
        _PBES2,
        der.sequence(
            der.sequence(_PBKDF2, counted),
            der.sequence(_oid("60864801650304012A"), der.encoded(der.OCTET_STRING, vector)),
        ),
    )
    return der.sequence(scheme, der.encoded(der.OCTET_STRING, encryptor.update(padded) + encryptor.finalize()))


def _needed(password: str | None) -> str:
    if not password:
        raise KeySourceError(_WRONG)
    return password


def _data_of(content: Node) -> bytes:
    """RFC 5652: the octets of a ContentInfo of type data."""
    kind, held = content.inner()
    if kind.whole != _DATA:
        raise KeySourceError(_UNKNOWN)
    return held.inner(0xA0)[0].bare(der.OCTET_STRING)


def _safe(*bags: bytes) -> bytes:
    return der.sequence(_DATA, der.encoded(0xA0, der.encoded(der.OCTET_STRING, der.sequence(*bags))))


def _bags(part: Node, password: str | None) -> Iterator[tuple[bytes, Node, Node | None]]:
    """Kind, value and attributes of each bag in one part of a PKCS#12 file (RFC 7292 §4.2)."""
    kind, held = part.inner()
    if kind.whole == _ENCRYPTED:
        _, content = held.inner(0xA0)[0].inner()
        _, algorithm, octets = content.inner()
        bags = _decipher(algorithm, octets.bare(0x80), _needed(password))
    else:
        bags = _data_of(part)
    for bag in der.decoded(bags).inner():
        name, value, *attributes = bag.inner()
        yield name.whole, value.inner(0xA0)[0], attributes[0] if attributes else None


def _certificate(value: Node) -> bytes:
    kind, held = value.inner()
    if kind.whole != _X509:
        raise KeySourceError(_UNKNOWN)
    return held.inner(0xA0)[0].bare(der.OCTET_STRING)


def _local_id(attributes: Node | None) -> bytes | None:
    """What links a certificate with its key."""
    for attribute in attributes.inner(der.SET) if attributes is not None else ():
        kind, values = attribute.inner()
        if kind.whole == _LOCAL_ID:
            return values.content
    return None


def _check_mac(mac: Node, safe: bytes, password: str) -> None:
    info, salt, *rounds = mac.inner()
    algorithm, value = info.inner()
    name = _MACS.get(algorithm.inner()[0].whole)
    count = rounds[0].number() if rounds else 1
    if name is None or count > _MOST_ROUNDS:
        raise KeySourceError(_UNKNOWN)
    # Without a password some write the empty text with its end mark, others no byte at all.
    text = password.encode("utf-16-be") + b"\0\0"
    secrets = (text,) if password else (text, b"")
    keys = [_mac_key(name, secret, salt.bare(der.OCTET_STRING), count) for secret in secrets]
    if not any(hmac.compare_digest(hmac.digest(key, safe, name), value.bare(der.OCTET_STRING)) for key in keys):
        raise ValueError("the password is wrong")


def _mac(safe: bytes, password: str) -> bytes:
    salt = bytes(sm2.library().rand_bytes(16))
    value = hmac.digest(_mac_key("sha256", password.encode("utf-16-be") + b"\0\0", salt, _ROUNDS), safe, "sha256")
    return der.sequence(
        der.sequence(der.sequence(_SHA256, der.encoded(der.NULL)), der.encoded(der.OCTET_STRING, value)),
        der.encoded(der.OCTET_STRING, salt),
        der.integer(_ROUNDS),
    )


def _mac_key(name: str, secret: bytes, salt: bytes, rounds: int) -> bytes:
    """RFC 7292 appendix B.2 for one block: what the MAC is keyed with."""
    block, size = hashlib.new(name).block_size, hashlib.new(name).digest_size
    filled = b"".join((each * block)[: block * -(-len(each) // block)] for each in (salt, secret))
    digest = b"\3" * block + filled
    for _ in range(rounds):
        digest = hashlib.new(name, digest).digest()
    return digest[:size]
