"""Combines readers of several kinds: folders of soft cards beside PC/SC readers."""

from __future__ import annotations

from collections.abc import Mapping

from tempgoods_edi.card.cards import Card, Readers
from tempgoods_edi.card.problems import CardError


class Joined:
    """All readers of *sources*.

    A source that cannot list its readers is shown as one reader, under its name, with a card that cannot be read for
    just that reason; a *spare* one is passed over then, as long as another source has readers.

    :param sources: name of each source → its readers.
    :param spare: names of those that need not be there.
    """

    def __init__(self, sources: Mapping[str, Readers], spare: frozenset[str] = frozenset()) -> None:
        self._sources = sources
        self._spare = spare

    def names(self) -> tuple[str, ...]:
        """The names of the readers, source by source."""
        found: dict[str, bool] = {}
        for source, readers in self._sources.items():
            try:
                found.update(dict.fromkeys(readers.names(), True))
            except CardError:
                found.setdefault(source, source not in self._spare)
        return tuple(name for name, wanted in found.items() if wanted) or tuple(found)

    def card(self, reader: str) -> Card | None:
        """The card in *reader*; None when it is empty, or gone.

        :raises CardError: there is a card, but it cannot be read; or *reader* is a source that has trouble.
        """
        trouble: CardError | None = None
        for source, readers in self._sources.items():
            try:
                if reader in readers.names():
                    return readers.card(reader)
            except CardError as error:
                if reader == source:
                    raise
                trouble = trouble if source in self._spare else error
        if trouble is not None:
            raise trouble  # it may be one of a source that has just failed
        return None
