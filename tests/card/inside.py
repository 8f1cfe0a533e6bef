"""A card reader within this process: the whole way to a chip and back, without a service or a socket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tempcard.card import Pulled, VirtualCard
from tempgoods_edi.card import problems
from tempgoods_edi.card.apdu import CardChannel
from tempgoods_edi.card.chip import ChipCard, Known
from tempgoods_edi.card.kinds import KINDS, CardKind
from tempgoods_edi.card.problems import CardError


class InsideReaders:
    """Readers by name, with the card in each; change *slots* to insert and remove cards."""

    def __init__(self, slots: Mapping[str, VirtualCard | None], kinds: tuple[CardKind, ...] = KINDS) -> None:
        self._slots = slots
        self._kinds = kinds

    def names(self) -> tuple[str, ...]:
        """The names of the readers."""
        return tuple(self._slots)

    def card(self, reader: str) -> ChipCard | None:
        """The card in *reader*; None when it is empty, or gone."""
        chip = self._slots.get(reader)
        known: Known = {}
        return None if chip is None else ChipCard(reader, lambda: _opened(chip), known, self._kinds)


@contextmanager
def _opened(chip: VirtualCard) -> Iterator[CardChannel]:
    def exchange(command: bytes) -> bytes:
        try:
            return chip.transmit(command)
        except Pulled:
            raise CardError(problems.PULLED_OUT) from None

    channel = CardChannel(exchange)
    try:
        yield channel
    finally:
        if channel.knows_pin:
            chip.reset()
