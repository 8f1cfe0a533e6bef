"""Real card readers over PC/SC.  Readers and cards come and go, the service restarts: each call looks again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tempgoods_edi.card import problems, winscard
from tempgoods_edi.card.apdu import CardChannel
from tempgoods_edi.card.chip import ChipCard, Known
from tempgoods_edi.card.kinds import KINDS, CardKind
from tempgoods_edi.card.problems import CardError

#: How often a card that another program has for itself is waited for, a tenth of a second each.
_WAITS = 30


class PcscReaders:
    """The readers that the smart-card service knows.

    :param waits: see `_WAITS`.
    """

    def __init__(self, kinds: tuple[CardKind, ...] = KINDS, waits: int = _WAITS) -> None:
        self._kinds = kinds
        self._waits = waits
        self._known: dict[str, tuple[int, Known]] = {}

    def names(self) -> tuple[str, ...]:
        """The names of the connected readers.

        :raises CardError: no pyscard, no library, or the service does not run.
        """
        with winscard.service() as service:
            return service.readers()

    def card(self, reader: str) -> ChipCard | None:
        """The card in *reader*; None when it is empty, or gone.

        :raises CardError: there is a card, but it cannot be read; or the service does not run.
        """
        with winscard.service() as service:
            state = service.state(reader)
        if state is None or not state & winscard.PRESENT:
            return None
        if state & winscard.MUTE:
            raise CardError(problems.UNREADABLE_CARD)
        count = _count(state)
        before, known = self._known.get(reader, (count, {}))
        if before != count:
            known = {}
        self._known[reader] = count, known
        return ChipCard(reader, lambda: self._opened(reader, count), known, self._kinds)

    @contextmanager
    def _opened(self, reader: str, count: int) -> Iterator[CardChannel]:
        with winscard.service() as service, service.transaction(reader, self._waits) as channel:
            state = service.state(reader)
            if state is None or _count(state) != count:
                # Another card may lie there now, whose PIN this is not.
                raise CardError(problems.PULLED_OUT)
            yield channel


def _count(state: int) -> int:
    """How often a card was put in or taken out."""
    return state >> 16
