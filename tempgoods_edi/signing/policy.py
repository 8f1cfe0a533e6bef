"""The signature policy: allowed algorithms and keys as one frozen value with safe defaults, for writer and verifier."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tempgoods_edi.signing import signature_problems
from tempgoods_edi.values import Problem

DSIG = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
SM2_SM3 = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"
SM2_SM3_OTHERWISE = "http://www.w3.org/2000/09/xmldsig#sm2-sm3"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
SM3 = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"
#: SM2 with SM3, as certificates and revocation lists name what they are signed with.
SM2_SIGNED_OID = "1.2.156.10197.1.501"


class Algorithm(Struct, frozen=True):
    """A signature algorithm with the digest that goes with it.

    :ivar digest: name of the hash as `hashlib` knows it.
    """

    uri: str
    digest_uri: str
    digest: str
    family: Literal["rsa", "ecdsa", "sm2"]
    legacy: bool = False


ALGORITHMS: dict[str, Algorithm] = {
    a.uri: a
    for a in (
        Algorithm(RSA_SHA256, SHA256, "sha256", "rsa"),
        Algorithm(ECDSA_SHA256, SHA256, "sha256", "ecdsa"),
        Algorithm(RSA_SHA1, SHA1, "sha1", "rsa", legacy=True),
        Algorithm(SM2_SM3, SM3, "sm3", "sm2"),
        # The name some senders write for the same algorithm.
        Algorithm(SM2_SM3_OTHERWISE, SM3, "sm3", "sm2"),
    )
}
"""Every algorithm that has a name here; a policy chooses among them."""


class SignaturePolicy(Struct, frozen=True):
    """The algorithms and keys of signatures that are written and accepted.

    :ivar algorithms: URIs that are allowed; the first is written into an unsigned draft.
    :ivar min_rsa_bits: shortest RSA key that is allowed.
    :ivar include_certificate: write X509Certificate beside KeyName.
    :ivar takes_stale_crl: a revocation list that has run out, or is missing, is a warning; else the message is undecided.
    """

    algorithms: tuple[str, ...] = (RSA_SHA256, ECDSA_SHA256)
    min_rsa_bits: int = 2048
    include_certificate: bool = True
    takes_stale_crl: bool = False

    @classmethod
    def legacy(cls) -> SignaturePolicy:
        """The profile of the sibling systems' older cards: rsa-sha1 and RSA-1024 are accepted too."""
        return cls(algorithms=(RSA_SHA256, ECDSA_SHA256, RSA_SHA1), min_rsa_bits=1024)

    @classmethod
    def national(cls) -> SignaturePolicy:
        """The profile sm2-sm3: SM2 signatures are written, and accepted under both their names beside today's others."""
        return cls(algorithms=(SM2_SM3, SM2_SM3_OTHERWISE, RSA_SHA256, ECDSA_SHA256))

    @property
    def takes_sha1(self) -> bool:
        """True when certificates and signatures made with SHA-1 are accepted."""
        return RSA_SHA1 in self.algorithms


def refusal(policy: SignaturePolicy, uri: str) -> Problem | None:
    """Why *policy* refuses the signature algorithm *uri*; None when it is accepted."""
    algorithm = ALGORITHMS.get(uri)
    if uri in policy.algorithms and algorithm is not None:
        return None if algorithm.family != "sm2" or _has_sm2() else signature_problems.SM2_NOT_AVAILABLE
    if "#hmac-" in uri.lower():
        return signature_problems.HMAC_REFUSED
    if algorithm is None:
        return signature_problems.ALGORITHM_UNKNOWN
    return signature_problems.ALGORITHM_LEGACY if algorithm.legacy else signature_problems.ALGORITHM_NOT_ALLOWED


def _has_sm2() -> bool:
    from tempgoods_edi.signing import sm2

    return sm2.available()


def policy_of(name: Literal["standard", "legacy", "sm2-sm3"]) -> SignaturePolicy:
    """The policy with that name on the command line and in configurations."""
    if name == "legacy":
        return SignaturePolicy.legacy()
    return SignaturePolicy.national() if name == "sm2-sm3" else SignaturePolicy()
