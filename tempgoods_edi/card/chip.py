"""A chip card in a reader: each action is one transaction that nobody else can interrupt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager

from tempgoods_edi.card import problems
from tempgoods_edi.card.apdu import CardChannel
from tempgoods_edi.card.cards import CardState, Pin
from tempgoods_edi.card.kinds import KINDS, CardKind
from tempgoods_edi.card.kinds.signatures import Holding
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.signing.x509_reading import identity_of

#: Number of a card → the key it holds: reading a certificate takes a card half a second.
Known = MutableMapping[tuple[str, bytes], Holding]

_MOST_KNOWN = 32


class ChipCard:
    """The chip card in *reader*.

    :param opened: begins a conversation with it, and ends it.
    :param known: keys of cards that were met before; filled here.  Empty it when cards may have been changed.
    """

    __slots__ = ("_kinds", "_known", "_opened", "_reader")

    def __init__(
        self,
        reader: str,
        opened: Callable[[], AbstractContextManager[CardChannel]],
        known: Known,
        kinds: tuple[CardKind, ...] = KINDS,
    ) -> None:
        self._reader = reader
        self._opened = opened
        self._known = known
        self._kinds = kinds

    def state(self) -> CardState:
        """The card's holder, and how many tries are left."""
        with self._met() as (kind, channel):
            holding = self._holding(kind, channel)
            return CardState(
                reader=self._reader,
                kind=kind.name,
                identity=identity_of(holding.certificate),
                certificate_der=holding.certificate_der,
                algorithm=holding.algorithm,
                tries_left=kind.tries_left(channel),
            )

    def verify(self, pin: Pin) -> None:
        """Check *pin*; a wrong PIN costs a try, a right one restores them all."""
        with self._met() as (kind, channel):
            kind.verify(channel, pin)

    def sign(self, pin: Pin, data: bytes) -> bytes:
        """Check *pin* and sign *data* in one transaction."""
        with self._met() as (kind, channel):
            holding = self._holding(kind, channel)
            kind.verify(channel, pin)
            return kind.sign(channel, holding, data)

    def change_pin(self, old: Pin, new: Pin) -> None:
        """Change the card's PIN."""
        with self._met() as (kind, channel):
            kind.change_pin(channel, old, new)

    def unblock(self, puk: Pin, new: Pin) -> None:
        """Set a new PIN on a blocked card, with all its tries, by the PUK."""
        with self._met() as (kind, channel):
            kind.unblock(channel, puk, new)

    @contextmanager
    def _met(self) -> Iterator[tuple[CardKind, CardChannel]]:
        with self._opened() as channel:
            kind = next((each for each in self._kinds if each.select(channel)), None)
            if kind is None:
                raise CardError(problems.UNKNOWN_CARD)
            yield kind, channel

    def _holding(self, kind: CardKind, channel: CardChannel) -> Holding:
        number = kind.number(channel)
        found = self._known.get((kind.name, number)) if number else None
        if found is None:
            found = kind.holding(channel)
            while len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[kind.name, number] = found
        return found
