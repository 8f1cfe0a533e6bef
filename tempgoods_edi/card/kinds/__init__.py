"""The kinds of chip cards that are understood, each in a module of its own: how to tell, read, unlock and sign.

A further kind is one more object with the methods of `Kind`, and a place in `KINDS`.
"""

from __future__ import annotations

from typing import Protocol

from tempgoods_edi.card.apdu import Channel
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.kinds import piv
from tempgoods_edi.card.kinds.signatures import Holding


class Kind(Protocol):
    """One kind of card.  Every method but `select` is called after `select` was true, on the same channel."""

    name: str

    def select(self, channel: Channel) -> bool:
        """True when the card is of this kind; it is ready for the rest then."""

    def number(self, channel: Channel) -> bytes:
        """What tells this card from all others of its kind."""

    def holding(self, channel: Channel) -> Holding:
        """The key that signs, with its certificate.

        :raises CardError: there is none, or none that can be used.
        """

    def tries_left(self, channel: Channel) -> int | None:
        """Wrong PINs that are left, found without spending one; None where the card does not tell."""

    def verify(self, channel: Channel, pin: Pin) -> None:
        """Check *pin*."""

    def sign(self, channel: Channel, holding: Holding, data: bytes) -> bytes:
        """The value as XML-DSig writes it; right after `verify`."""

    def change_pin(self, channel: Channel, old: Pin, new: Pin) -> None:
        """Give the card another PIN."""

    def unblock(self, channel: Channel, puk: Pin, new: Pin) -> None:
        """Give the card another PIN by its PUK."""


def kinds(key: int | None = None) -> tuple[Kind, ...]:
    """All of them, in the order they are tried.

    :param key: the key that signs; None for the one that each kind has for signatures.
    """
    return (piv.Piv(key),)


KINDS = kinds()
