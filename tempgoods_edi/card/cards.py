"""The protocols of cards and readers: soft cards and those behind PC/SC look the same.

Every call may block (a card is slow, a reader slower) and raises only `CardError`.  Whoever serves many at once
calls from a thread of its own per reader; see `turns`.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from tempgoods_edi.card.problems import BAD_PIN_FORM, CardError
from tempgoods_edi.signing.identity import CertificateIdentity

#: Characters of a PIN; a card may be stricter.
PIN_LENGTH = (4, 16)


class Pin:
    """A PIN or PUK on its way to the card.  No text ever shows it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self, length: tuple[int, int] = PIN_LENGTH) -> str:
        """The PIN in plain text, for the card alone.

        :param length: fewest and most characters of this kind of card.
        :raises CardError: it has not the form of a PIN.  A card is not asked then, and no try is used up.
        """
        least, most = length
        if not (least <= len(self._text) <= most and self._text.isascii() and self._text.isalnum()):
            raise CardError(BAD_PIN_FORM, least=least, most=most)
        return self._text

    def __repr__(self) -> str:
        return "Pin(…)"


class CardState(Struct, frozen=True):
    """Everything that a card tells without its PIN.

    :ivar reader: name of the reader it is in.
    :ivar kind: kind of card, such as ``soft``.
    :ivar algorithm: URI of the signature algorithm its key signs by.
    :ivar tries_left: wrong PINs that are left; 0 is blocked, None where the card does not tell.
    """

    reader: str
    kind: str
    identity: CertificateIdentity
    certificate_der: bytes
    algorithm: str
    tries_left: int | None

    @property
    def card_id(self) -> str:
        """The id by which requests name the card: the serial number of its certificate."""
        return self.identity.serial

    def is_named(self, name: str) -> bool:
        """True when *name* is this card's id or the IC card number in its certificate."""
        return name in (self.card_id, self.identity.ic_card_no)


class Card(Protocol):
    """One inserted card.  Good for one action; for the next, ask the reader again."""

    def state(self) -> CardState:
        """The card's holder, and how many tries are left."""

    def verify(self, pin: Pin) -> None:
        """Check *pin*; a wrong PIN costs a try, a right one restores them all."""

    def sign(self, pin: Pin, data: bytes) -> bytes:
        """Check *pin* and sign *data* in one transaction.

        :returns: the value as XML-DSig writes it: PKCS#1 v1.5 for RSA, r‖s for ECDSA and SM2.
        """

    def change_pin(self, old: Pin, new: Pin) -> None:
        """Change the card's PIN."""

    def unblock(self, puk: Pin, new: Pin) -> None:
        """Set a new PIN on a blocked card, with all its tries, by the PUK."""


class Readers(Protocol):
    """The card readers of this machine.  Connected readers and cards are looked up at each call."""

    def names(self) -> tuple[str, ...]:
        """The connected readers, in a fixed order."""

    def card(self, reader: str) -> Card | None:
        """The card in *reader*; None when it is empty, or gone.

        :raises CardError: there is a card, but it cannot be read.
        """


class NoReaders:
    """A machine without any reader."""

    def names(self) -> tuple[str, ...]:
        """No names, because there are no readers."""
        return ()

    def card(self, reader: str) -> Card | None:
        """Always None, because there are no readers."""
        return None
