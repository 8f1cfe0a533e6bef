"""SM2 for the virtual card, computed by the product's own signatures, where the library is installed."""

from __future__ import annotations

from tempcard.keys import Sm2Signer
from tempgoods_edi.signing import sm2


def signer() -> Sm2Signer | None:
    """The function that computes SM2 signatures; None without the extra that brings the library."""
    return sm2.sign_digest if sm2.available() else None
