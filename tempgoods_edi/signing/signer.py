"""What makes a signature value: a key in a file today, a card later.  Whoever can do this can sign a message."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Signs bytes with one private key that it never shows."""

    @property
    def algorithm(self) -> str:
        """URI of the signature algorithm, one of `policy.ALGORITHMS`."""

    @property
    def key_name(self) -> str:
        """Serial number of the certificate, hexadecimal, upper-case, without leading zeros."""

    @property
    def certificate_der(self) -> bytes:
        """The certificate that goes with the key (DER)."""

    def sign(self, data: bytes) -> bytes:
        """The signature value over *data* as XML-DSig writes it: PKCS#1 v1.5 for RSA, r‖s for ECDSA and SM2."""
