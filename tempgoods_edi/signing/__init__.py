"""Signs messages and verifies signatures: one strict profile of XML-DSig, at the level of bytes.

Knows nothing of what is signed.  `keys`, `key_pairs` and `x509_reading` are imported by whoever needs them, so that this
package itself loads without `cryptography`.
"""

from __future__ import annotations

from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.signing.problems import PROBLEMS
from tempgoods_edi.signing.signer import Signer
from tempgoods_edi.signing.verify import SignatureState, Verified, verify
from tempgoods_edi.signing.xmldsig import object_parts, sign_object, unsigned

__all__ = [
    "PROBLEMS",
    "CertificateIdentity",
    "SignaturePolicy",
    "SignatureState",
    "Signer",
    "Trust",
    "Verified",
    "object_parts",
    "sign_object",
    "unsigned",
    "verify",
]
