"""Reads signing keys from files: PKCS#12 and PEM.  Passwords and keys appear in no text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.pkcs12 import load_key_and_certificates
from tempgoods_edi.signing.policy import ECDSA_SHA256, RSA_SHA1, RSA_SHA256, SM2_SM3
from tempgoods_edi.values import Bilingual

Loaded = TypeVar("Loaded")

_PKCS1 = padding.PKCS1v15()
_SHA256 = hashes.SHA256()
_SHA1 = hashes.SHA1()  # noqa: S303 - legacy policy
_WRONG = Bilingual("密码错误，或密钥文件不可读", "the password is wrong, or the key file is not readable")
_OTHERS = Bilingual("证书与私钥不配", "the certificate does not belong to the key")
_KINDS = Bilingual("只支持 RSA、ECDSA 和 SM2 密钥", "only RSA, ECDSA and SM2 keys can sign")


class FileSigner:
    """A `Signer` whose key came from a file.  Made by `from_pkcs12` or `from_pem`."""

    __slots__ = ("_sign", "algorithm", "certificate_der", "key_name")

    algorithm: str
    key_name: str
    certificate_der: bytes

    def __init__(self, key: object, certificate: x509.Certificate, *, legacy: bool = False) -> None:
        self.algorithm, self._sign, public = _way_to_sign(key, legacy)
        if _public(certificate) != public or not _proven(key):
            raise KeySourceError(_OTHERS)
        self.key_name = f"{certificate.serial_number:X}"
        self.certificate_der = certificate.public_bytes(Encoding.DER)

    def sign(self, data: bytes) -> bytes:
        """The signature value over *data* in the form of XML-DSig."""
        return self._sign(data)

    def __repr__(self) -> str:
        return f"FileSigner(key_name={self.key_name!r}, algorithm={self.algorithm!r})"


def from_pkcs12(data: bytes, password: str | None, *, legacy: bool = False) -> FileSigner:
    """Read key and certificate from a PKCS#12 file.

    :param legacy: sign by rsa-sha1, as the sibling systems' older cards do.
    :raises KeySourceError: wrong password, unreadable file, no key or certificate in it, unsuitable key.
    """
    try:
        key, certificate, _ = open_with(lambda secret: load_key_and_certificates(data, secret), password)
    except UnsupportedAlgorithm as e:
        return _sm2_of_pkcs12(data, password, e)
    except (ValueError, TypeError) as e:
        raise KeySourceError(_WRONG) from e
    if key is None or certificate is None:
        raise KeySourceError(
            Bilingual("PKCS#12 文件中缺少私钥或证书", "the PKCS#12 file lacks the private key or the certificate")
        )
    return FileSigner(key, certificate, legacy=legacy)


def from_pem(key_pem: bytes, cert_pem: bytes, password: str | None, *, legacy: bool = False) -> FileSigner:
    """Read the key from one PEM file and the certificate from another (or the same).

    :param legacy: sign by rsa-sha1, as the sibling systems' older cards do.
    :raises KeySourceError: wrong password, unreadable file, key and certificate that do not belong together.
    """
    private = None
    try:
        key = open_with(lambda secret: load_pem_private_key(key_pem, secret), password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as e:
        private = _sm2_of_pem(key_pem, password, e)
    try:
        certificate = x509.load_pem_x509_certificate(cert_pem)
    except ValueError as e:
        raise KeySourceError(
            Bilingual("证书文件不可读（应为 PEM）", "the certificate file is not readable (PEM)")
        ) from e
    return FileSigner(key if private is None else _sm2_key(private, certificate), certificate, legacy=legacy)


def open_with(load: Callable[[bytes | None], Loaded], password: str | None) -> Loaded:
    """Call *load* with the password, then without one: a file that needs none opens whatever is given."""
    try:
        return load(_bytes(password))
    except (ValueError, TypeError):
        for secret in (None, b""):
            with suppress(ValueError, TypeError):
                return load(secret)
        raise


def _way_to_sign(key: object, legacy: bool) -> tuple[str, Callable[[bytes], bytes], object]:
    """Algorithm, what signs by it, and the public key to compare with the certificate's."""
    if isinstance(key, rsa.RSAPrivateKey):
        digest = _SHA1 if legacy else _SHA256
        return RSA_SHA1 if legacy else RSA_SHA256, lambda data: key.sign(data, _PKCS1, digest), key.public_key()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        half = (key.key_size + 7) // 8
        way = ec.ECDSA(_SHA256)

        def sign(data: bytes) -> bytes:
            r, s = decode_dss_signature(key.sign(data, way))
            return r.to_bytes(half) + s.to_bytes(half)

        return ECDSA_SHA256, sign, key.public_key()
    if isinstance(key, sm2.Sm2Key):
        sm2.library()
        return SM2_SM3, lambda data: sm2.sign(key, data), key.public
    raise KeySourceError(_KINDS)


def _sm2_of_pem(data: bytes, password: str | None, refused: Exception) -> bytes:
    """The SM2 key in a PEM file that `cryptography` refused; errors as `from_pem`."""
    from tempgoods_edi.signing import sm2_files

    private = sm2_files.private_of_pem(data, password) if b"PRIVATE KEY-----" in data else None
    if private is None:
        raise KeySourceError(_KINDS if isinstance(refused, UnsupportedAlgorithm) else _WRONG) from refused
    return private


def _sm2_of_pkcs12(data: bytes, password: str | None, refused: Exception) -> FileSigner:
    """The signer of an SM2 key in a PKCS#12 file that `cryptography` refused; errors as `from_pkcs12`."""
    from tempgoods_edi.signing import sm2_files

    found = sm2_files.of_pkcs12(data, password)
    if found is None:
        raise KeySourceError(_KINDS) from refused
    private, der = found
    try:
        certificate = x509.load_der_x509_certificate(der)
    except ValueError as e:
        raise KeySourceError(_WRONG) from e
    return FileSigner(_sm2_key(private, certificate), certificate)


def _sm2_key(private: bytes, certificate: x509.Certificate) -> sm2.Sm2Key:
    """The key pair of a private key whose public one stands in its certificate."""
    public = sm2.certificate_key(certificate.tbs_certificate_bytes)
    if public is None:
        raise KeySourceError(_OTHERS)
    return sm2.Sm2Key(private, public)


def _proven(key: object) -> bool:
    """Whether the two halves of an SM2 key belong together: its public one came out of the certificate."""
    return not isinstance(key, sm2.Sm2Key) or sm2.verifies(key.public, sm2.sign(key, b""), b"")


def _public(certificate: x509.Certificate) -> object:
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as e:
        point = sm2.certificate_key(certificate.tbs_certificate_bytes)
        if point is not None:
            return point
        raise KeySourceError(Bilingual("证书的公钥种类不支持", "the certificate's kind of key is not supported")) from e


def _bytes(password: str | None) -> bytes | None:
    return password.encode() if password else None
