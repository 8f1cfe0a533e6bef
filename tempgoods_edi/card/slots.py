"""Folders of soft cards as readers.

Each folder below the top is a reader: with a card in it when it holds one, empty when it does not.  Moving a
folder away is pulling the card out, reader and all.  A top with no folder in it is one empty reader; no top, no reader.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tempgoods_edi.card.soft import CARD, SoftCard


class FolderReaders:
    """The folders below each of *tops*, as readers with soft cards.

    :param between: see `soft.SoftCard`.
    """

    def __init__(self, tops: tuple[Path, ...], between: Callable[[], None] | None = None) -> None:
        self._tops = tops
        self._between = between

    def names(self) -> tuple[str, ...]:
        """The names of the readers in alphabetical order."""
        return tuple(self._slots())

    def card(self, reader: str) -> SoftCard | None:
        """The card in *reader*; None when it is empty, or gone."""
        folder = self._slots().get(reader)
        if folder is None or not (folder / CARD).is_file():
            return None
        return SoftCard(folder, reader, self._between)

    def _slots(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for top in self._tops:
            if not top.is_dir():
                continue
            below = sorted(path for path in top.iterdir() if path.is_dir() and not path.name.startswith("."))
            for path in below or [top]:
                found[_free(path.name, found)] = path
        return found


def _free(name: str, taken: dict[str, Path]) -> str:
    """*name*, numbered when another top has a folder of that name."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
