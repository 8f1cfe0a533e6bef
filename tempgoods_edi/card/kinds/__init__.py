"""The supported kinds of chip card, one module each: how to recognise, read, unlock and sign.

A further kind is one more object with the methods of `CardKind`, and a place in `KINDS`.
"""

from __future__ import annotations

from typing import Protocol

from tempgoods_edi.card.apdu import CardChannel
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.kinds import piv
from tempgoods_edi.card.kinds.signatures import Holding


class CardKind(Protocol):
    """One kind of chip card.  After `select` was true, every other method is called on the same channel."""

    name: str

    def select(self, channel: CardChannel) -> bool:
        """True when the card is of this kind; the card is then ready for the other methods."""

    def number(self, channel: CardChannel) -> bytes:
        """A number that tells this card from all others of its kind."""

    def holding(self, channel: CardChannel) -> Holding:
        """The key that signs, with its certificate.

        :raises CardError: there is none, or none that can be used.
        """

    def tries_left(self, channel: CardChannel) -> int | None:
        """How many wrong PINs are left, found without spending a try; None where the card does not tell."""

    def verify(self, channel: CardChannel, pin: Pin) -> None:
        """Check *pin* on the card."""

    def sign(self, channel: CardChannel, holding: Holding, data: bytes) -> bytes:
        """The signature value in XML-DSig's form; called right after `verify`."""

    def change_pin(self, channel: CardChannel, old: Pin, new: Pin) -> None:
        """Change the card's PIN."""

    def unblock(self, channel: CardChannel, puk: Pin, new: Pin) -> None:
        """Set a new PIN by the card's PUK."""


def kinds(key: int | None = None) -> tuple[CardKind, ...]:
    """All kinds of card, in the order in which they are tried.

    :param key: the key that signs; None for the one that each kind has for signatures.
    """
    return (piv.Piv(key),)


KINDS = kinds()
