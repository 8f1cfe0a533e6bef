"""A private key with its certificate, and the files that carry the two: PKCS#12 and PEM."""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from msgspec import Struct

from tempgoods_edi.signing.sm2 import Sm2Key

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


Key = TypeVar("Key")


class Pair(Struct, Generic[Key], frozen=True):
    """A private key and its certificate, whatever the algorithm."""

    key: Key
    certificate: x509.Certificate

    @property
    def certificate_der(self) -> bytes:
        """The certificate as DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.certificate.subject.rfc4514_string()!r})"


class KeyPair(Pair[PrivateKey], frozen=True):
    """An RSA or EC key and its certificate."""


class Sm2Pair(Pair[Sm2Key], frozen=True):
    """An SM2 key and its certificate: the national algorithms, which `cryptography` lacks."""


AnyPair: TypeAlias = KeyPair | Sm2Pair


def to_pkcs12(pair: AnyPair, password: str | None, name: str = "tempgoods-edi") -> bytes:
    """Make a PKCS#12 file with key and certificate; without a password it is not encrypted."""
    if isinstance(pair, Sm2Pair):
        from tempgoods_edi.signing import sm2_files

        return sm2_files.to_pkcs12(pair.key, pair.certificate_der, password, name)
    return serialize_key_and_certificates(name.encode(), pair.key, pair.certificate, None, _encryption(password))


def to_pem(pair: AnyPair, password: str | None) -> bytes:
    """The private key as PEM (PKCS#8)."""
    if isinstance(pair, Sm2Pair):
        from tempgoods_edi.signing import sm2_files

        return sm2_files.to_pem(pair.key, password)
    return pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption(password))


def _encryption(password: str | None) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()
