"""Certificates and revocation lists with SM2 keys: built by `cryptography` with a placeholder key, then corrected and signed."""

from __future__ import annotations

from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from tempgoods_edi.signing import der, sm2
from tempgoods_edi.signing.key_pairs import PrivateKey
from tempgoods_edi.signing.sm2 import Sm2Key


def issued(
    builder: x509.CertificateBuilder, own: PrivateKey | Sm2Key, signing: PrivateKey | Sm2Key
) -> x509.Certificate:
    """The certificate of *builder*, with *own* as its key, signed by *signing*."""
    if not isinstance(own, Sm2Key) and not isinstance(signing, Sm2Key):
        return builder.sign(signing, hashes.SHA256())
    own_info = sm2.key_info(own.public) if isinstance(own, Sm2Key) else None
    if isinstance(signing, Sm2Key):
        drawn = builder.sign(stand_in(), hashes.SHA256())
        return x509.load_der_x509_certificate(_signed_by_sm2(drawn.tbs_certificate_bytes, own_info, signing))
    # Signed twice: the library names the algorithm in what is signed, and that is signed again with the SM2 key in it.
    drawn = builder.sign(signing, hashes.SHA256())
    tbs = _redrawn(drawn.tbs_certificate_bytes, None, own_info)
    algorithm = der.decoded(drawn.public_bytes(Encoding.DER)).inner()[1].whole
    if isinstance(signing, rsa.RSAPrivateKey):
        value = signing.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    else:
        value = signing.sign(tbs, ec.ECDSA(hashes.SHA256()))
    return x509.load_der_x509_certificate(der.sequence(tbs, algorithm, der.bit_string(value)))


def revocation_list(builder: x509.CertificateRevocationListBuilder, signing: Sm2Key) -> x509.CertificateRevocationList:
    """The revocation list of *builder*, signed by the SM2 key *signing*."""
    drawn = builder.sign(stand_in(), hashes.SHA256())
    return x509.load_der_x509_crl(_signed_by_sm2(drawn.tbs_certlist_bytes, None, signing))


@cache
def stand_in() -> ec.EllipticCurvePrivateKey:
    """A placeholder key for an SM2 key, because the library builds a certificate only around keys that it knows."""
    return ec.generate_private_key(ec.SECP256R1())


def _signed_by_sm2(tbs: bytes, own: bytes | None, key: Sm2Key) -> bytes:
    """What the library drew for its own kinds of key, with the SM2 key *own* in it, signed by the SM2 key *key*."""
    tbs = _redrawn(tbs, sm2.SIGNED_WITH, own)
    return der.sequence(tbs, sm2.SIGNED_WITH, der.bit_string(sm2.encoded(sm2.sign(key, tbs))))


def _redrawn(tbs: bytes, algorithm: bytes | None, key: bytes | None) -> bytes:
    """*tbs* of a certificate or CRL with another algorithm (its first SEQUENCE) or key (a certificate's fifth)."""
    parts = [node.whole for node in der.decoded(tbs).inner()]
    sequences = [at for at, part in enumerate(parts) if part[0] == der.SEQUENCE]
    if algorithm is not None:
        parts[sequences[0]] = algorithm
    if key is not None:
        parts[sequences[4]] = key
    return der.sequence(*parts)
