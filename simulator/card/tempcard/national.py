"""SM2 for the virtual card: by the product's own signatures, where they can."""

from __future__ import annotations

from tempcard.keys import Sm2Signer
from tempgoods_edi.signing import sm2


def signer() -> Sm2Signer | None:
    """What computes SM2 signatures; None without the extra that brings it."""
    return sm2.sign_digest if sm2.available() else None
