"""The signer protocol: what makes a signature value, such as a key in a file or a card."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Signs bytes with one private key that never leaves it."""

    @property
    def algorithm(self) -> str:
        """URI of the signature algorithm, one of `policy.ALGORITHMS`."""

    @property
    def key_name(self) -> str:
        """The certificate's serial number in hexadecimal, upper case, without leading zeros."""

    @property
    def certificate_der(self) -> bytes:
        """The certificate that goes with the key (DER)."""

    def sign(self, data: bytes) -> bytes:
        """The signature value over *data* as XML-DSig writes it: PKCS#1 v1.5 for RSA, r‖s for ECDSA and SM2."""
